//! Client for the user-synchronisation API of Huawei Cloud DataArts Studio (DataArts Security).
//!
//! `GET /v1/{project_id}/security/member-sync-tasks` tells which IAM users and groups were copied into which data
//! clusters (MRS, DWS), when, and why it failed. The wire types and operations of this crate are generated from the
//! OpenAPI document in `openapi/` when the crate is compiled; authentication, paging and errors are written by hand
//! around them.
//!
//! # Quick start
//!
//! ```no_run
//! use dataarts_security::{Client, Credentials, types::SyncStatus};
//!
//! # async fn example() -> Result<(), dataarts_security::Error> {
//! let client = Client::builder()
//!     .region("cn-north-4")
//!     .project_id("0833a5737480d53b2f25c010dc1a7b88")
//!     .workspace("f7bc8f2a71524d268c4293974e3dc35b")
//!     .credentials(Credentials::access_key("access key id", "secret access key"))
//!     .build()?;
//!
//! let mut failed = client.list_member_sync_tasks().sync_status(SyncStatus::SyncFail).items();
//! while let Some(task) = failed.try_next().await? {
//!     println!("{} {}", task.cluster_name.unwrap_or_default(), task.sync_msg.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] is cheap to clone and safe to share; every future and stream is `Send`, and streams are `'static`. It runs on
//! tokio.
//!
//! # Calls and filters
//!
//! Each operation is a method of [`Client`] that gives a builder; setters take strings or the types of [`types`], and what
//! cannot be right is refused before anything is sent. [`send`](builder::ShowMemberSyncTask::send) gives the answer,
//! [`send_with_response`](builder::ShowMemberSyncTask::send_with_response) its status, headers and request id too.
//!
//! ```no_run
//! use dataarts_security::types::{ClusterType, ScheduleStatus};
//!
//! # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
//! let unscheduled = client
//!     .list_member_sync_tasks()
//!     .cluster_type(ClusterType::Dws)
//!     .schedule_status(ScheduleStatus::NotSchedule)
//!     .collect()
//!     .await?;
//! println!("{} tasks that nobody runs", unscheduled.len());
//!
//! let task = client.show_member_sync_task().task_id("088c2b59114405ab4fbc0df5bd05202b").send().await?;
//! println!("last run: {:?}", task.sync_time);
//! # Ok(())
//! # }
//! ```
//!
//! Every field of an answer is optional, because the service guarantees none. Times are [`Timestamp`]s in milliseconds, and
//! 0 means never. Enums are open: a value that the document does not list is kept as it came. [`Client::raw`] calls
//! an operation of the table [`operations`] by its name and returns the body as it came. [`Client::request`] sends any
//! method and path, for what the OpenAPI document does not describe.
//!
//! # Lists
//!
//! `items()` is a stream of items, `collect()` all of it, and `iter()` an iterator (feature
//! `blocking`). A list is read exactly while it changes: whatever is there throughout is delivered once, and [`Items`] says
//! how far that holds. Several pages are read ahead; [`ListChanges`] tells how the list changed, and a [`Checkpoint`] outlives the
//! program:
//!
//! ```no_run
//! # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let mut tasks = client.list_member_sync_tasks().items();
//! while let Some(task) = tasks.try_next().await? {
//!     println!("{task:?}");
//!     // It says what was taken so far; `.resume(checkpoint)` goes on after it.
//!     std::fs::write("tasks.checkpoint", serde_json::to_vec(&tasks.checkpoint()?)?)?;
//! }
//! println!("{:?}", tasks.changes());
//! # Ok(())
//! # }
//! ```
//!
//! # Errors, and what to do about them
//!
//! There is one [`Error`]. Its `Display` is one line for a person, without secrets; its predicates are for programs.
//!
//! | if | then |
//! | --- | --- |
//! | [`is_invalid_input`](Error::is_invalid_input) | correct what the message names |
//! | [`is_credentials`](Error::is_credentials) | mend the source of the credentials that it names |
//! | [`is_unauthorized`](Error::is_unauthorized) | renew the token, or check the key and the clock; do not try again as it is |
//! | [`is_access_key_locked`](Error::is_access_key_locked) | wait five minutes without a call, then mend the key |
//! | [`is_forbidden`](Error::is_forbidden) | give the user a role in the workspace |
//! | [`is_not_found`](Error::is_not_found) | check the IDs; [`is_workspace_not_found`] says that it is the workspace |
//! | [`is_throttled`](Error::is_throttled) | repeat the call at [`retry_at`](Error::retry_at) |
//! | [`is_transient`](Error::is_transient): also [`is_timeout`](Error::is_timeout), [`is_transport`](Error::is_transport) | repeat the call later; the client has retried for a while |
//! | [`may_have_been_applied`](Error::may_have_been_applied) | look whether the change is there before you repeat the call |
//! | [`is_connect`](Error::is_connect) | check region, endpoint, proxy and network |
//! | [`is_incomplete`](Error::is_incomplete) | the list could not be read as a whole; the message says why |
//! | [`is_decode`](Error::is_decode) | report it with the place that the message names |
//!
//! ```no_run
//! # async fn example(client: dataarts_security::Client) {
//! match client.list_member_sync_tasks().limit(1).send().await {
//!     Ok(page) => println!("{:?} tasks", page.total),
//!     Err(error) if error.is_throttled() => eprintln!("the service is busy: {error}"),
//!     Err(error) => eprintln!("{error} (request {:?})", error.request_id()),
//! }
//! # }
//! ```
//!
//! Calls are paced below the service's throttle, sent again after faults that pass, and bounded in time and size;
//! [`CallOptions`] sets the limits, for a client or one call. `docs/faults.md` of the repository is the table of what can go
//! wrong and what becomes of it.
//!
//! # Credentials
//!
//! [`Credentials`] come from wherever a user of Huawei Cloud keeps them: a token or an access key given by hand, a token
//! file, a login with a password, the identity token of a workload, or the [`DefaultChain`] of environment, profile files
//! and the metadata service of a cloud server. They are refreshed before they expire. A custom source implements
//! [`CredentialProvider`].
//!
//! ```no_run
//! use dataarts_security::{Client, Credentials};
//!
//! # async fn example() -> Result<(), dataarts_security::Error> {
//! // The chain also finds the region and the project: in the environment, a profile, or the instance metadata.
//! let client = Client::builder().credentials(Credentials::default_chain()).discover().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What a task means
//!
//! [`member_sync`] answers what the fields only hint at: when the next run is due, how a task is doing and why, what the
//! log of a failed run says, and what changed between two listings.
//!
//! ```no_run
//! use dataarts_security::member_sync::{Health, HealthRules, assumed_time_zone};
//!
//! # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
//! # let now = dataarts_security::Timestamp::from_millisecond(1_710_901_516_000);
//! # let Some(time_zone) = assumed_time_zone("cn-north-4") else { return Ok(()) };
//! let rules = HealthRules::new(time_zone);
//! for task in client.list_member_sync_tasks().collect().await? {
//!     let found = rules.assess(&task, now);
//!     if found.health >= Health::Overdue {
//!         println!("{:?} is {}: {}", task.cluster_name, found.health, found.reason);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Testing your code
//!
//! The feature `httpmock` has a typed mock of every operation, for single answers:
//!
#![cfg_attr(feature = "httpmock", doc = "```")]
#![cfg_attr(not(feature = "httpmock"), doc = "```text")]
//! use dataarts_security::mock::{MockServerExt, httpmock};
//! use dataarts_security::{Client, Credentials, types::MemberSyncTask};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let service = httpmock::MockServer::start_async().await;
//! let mut task = MemberSyncTask::default();
//! task.cluster_name = Some("dws_sales".to_owned());
//! let mock = service.show_member_sync_task(|when, then| {
//!     when.task_id("a1");
//!     then.ok(&task);
//! });
//! let client = Client::builder()
//!     .endpoint(service.base_url())
//!     .project_id("p")
//!     .workspace("w")
//!     .credentials(Credentials::token("t"))
//!     .build()?;
//! assert_eq!(client.show_member_sync_task().task_id("a1").send().await?, task);
//! mock.assert();
//! # Ok(())
//! # }
//! ```
//!
//! The crate `dataarts-simulator` is a whole service in the process: it keeps tasks that a test changes while the code
//! under test reads, checks signatures, and goes wrong on request.
//!
//! ```
//! use dataarts_security::{Client, Credentials};
//! use dataarts_simulator::Simulator;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::builder().demo_data().fault("list,times=1:status=503".parse()?).start().await?;
//! let client = Client::builder()
//!     .endpoint(simulator.base_url())
//!     .project_id(simulator.project_id())
//!     .workspace(simulator.workspace())
//!     .credentials(Credentials::token(simulator.token()))
//!     .build()?;
//! assert!(!client.list_member_sync_tasks().collect().await?.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `rustls` (default) or `native-tls` for TLS, `blocking` for `iter()` and `send_blocking()`, `schemars` for a JSON Schema
//! of every wire type, `httpmock` for the mocks. The README says what each brings.
//!
//! # Changing the API
//!
//! When the service changes, edit `openapi/dataarts-security.yaml` and build: types, setters, streams and mocks follow.
//! `docs/changing-the-api.md` of the repository walks through it, and `CONTRIBUTING.md` says what counts as a breaking
//! change.
//!
//! # Never tried
//!
//! Nothing here was ever tried against the real service: no account was at hand. The facts come from its documentation and
//! from official client code, and the tests run against the simulator.

// On docs.rs, which has the nightly compiler, items say which feature they need.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod client_builder;
mod endpoint;
mod error_codes;
mod generated;
pub mod member_sync;
pub mod operations;

pub use client::Client;
pub use client_builder::ClientBuilder;
pub use error_codes::is_workspace_not_found;
pub use generated::{builder, types};
#[cfg(feature = "blocking")]
pub use huaweicloud_core::Iter;
pub use huaweicloud_core::{
    AttemptFailure, AttemptRequest, AttemptResponse, CallOptions, Checkpoint, Clock, CredentialProvider, Credentials,
    DefaultChain, Error, ErrorKind, FinishedCall, Identity, Interceptor, Items, ListChanges, Page, Pages,
    PasswordLogin, Progress, Rate, RawRequest, Response, SharedLimits, Timestamp,
};

/// Typed mocks of every operation, generated from the document, on top of the crate [`httpmock`].
///
/// [`MockServerExt`](mock::MockServerExt) adds a method for each operation to [`httpmock::MockServer`]; the crate itself is
/// [`mock::httpmock`], in the version that goes with it.
#[cfg(feature = "httpmock")]
pub mod mock {
    pub use crate::generated::mock::*;
    pub use httpmock;
}

/// The README's code, compiled with the examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
