//! Stand-in for the user-synchronisation API of Huawei Cloud DataArts Studio, for demos and tests.
//!
//! A [`Simulator`] listens on a loopback port and answers the operations on tasks over real HTTP: every filter, order and bound,
//! tokens and signatures checked for real, and the documented errors. Tests put tasks in, change them while clients
//! read, and look at what came in. Every answer has its own `X-Request-Id`, and a `Date` by the simulator's [`Clock`].
//!
//! The instances, workspaces and data connections are served too. What a task names is among them, and stays when a test
//! takes the task out; with made-up tasks come five data connections of the workspace that no task names.
//!
//! | operation | request |
//! | --- | --- |
//! | ListSecurityMemberSyncTasks | `GET /v1/{project_id}/security/member-sync-tasks` |
//! | ShowSecurityMemberSyncTask | `GET /v1/{project_id}/security/member-sync-tasks/{task_id}` |
//! | ListDataArtsStudioInstances | `GET /v1/{project_id}/instances` |
//! | ListManagerWorkSpaces | `GET /v1/{project_id}/workspaces/{instance_id}` |
//! | ListDataconnections | `GET /v1/{project_id}/data-connections` |
//!
//! Beside it, on the same port, are the parts of IAM and of the ECS metadata service by which clients get credentials:
//!
//! | request | gives |
//! | --- | --- |
//! | `POST /v3/auth/tokens` | a token for user and password, in the scope of a project or of the account |
//! | `GET /v3/auth/tokens` | what the token in `X-Subject-Token` is for, and how long |
//! | `POST /v3.0/OS-AUTH/id-token/tokens` | a token for the identity token of an identity provider |
//! | `POST /v3.0/OS-CREDENTIAL/securitytokens` | temporary keys for a token |
//! | `GET /v3/projects` | the projects, by `name` |
//! | `PUT /meta-data/latest/api/token` | a token for the metadata, where they need one |
//! | `GET /openstack/latest/securitykey` | temporary keys of the machine |
//! | `GET /openstack/latest/meta_data.json` | its region and project |
//!
//! The service accepts what is given there, whatever other tokens and keys are set: [`DEMO_USER`] can log in unless users
//! are set, and the machine has keys unless [`Metadata::without_agency`] takes them away.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), dataarts_simulator::StartError> {
//! use dataarts_simulator::Simulator;
//!
//! let simulator = Simulator::builder().demo_data().start().await?;
//! println!("{} {} {}", simulator.base_url(), simulator.project_id(), simulator.workspace());
//! assert!(simulator.tasks().len() >= 24);
//! # Ok(())
//! # }
//! ```
//!
//! # Testing a crate that uses `dataarts-security`
//!
//! A test starts a simulator, points its client at it, and stops it by dropping it. It can let requests fail, and see what
//! was asked for.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use dataarts_security::{Client, Credentials};
//! use dataarts_simulator::{CannedAnswer, Simulator, StatusCode};
//!
//! let simulator = Simulator::builder().generated_tasks(25, 42).start().await?;
//! let client = Client::builder()
//!     .endpoint(simulator.base_url())
//!     .project_id(simulator.project_id())
//!     .workspace(simulator.workspace())
//!     .credentials(Credentials::token(simulator.token()))
//!     .build()?;
//!
//! simulator.fail_next(1, CannedAnswer::new(StatusCode::FORBIDDEN));
//! assert!(client.list_member_sync_tasks().send().await.unwrap_err().is_forbidden());
//!
//! let mut items = client.list_member_sync_tasks().items();
//! let mut ids = Vec::new();
//! while let Some(task) = items.try_next().await? {
//!     ids.extend(task.id);
//! }
//! assert_eq!(ids.len(), 25);
//!
//! let requests = simulator.requests();
//! assert_eq!(requests[0].status, 403);
//! assert!(requests[1].query.contains("limit=100"));
//! assert_eq!(requests[1].header("workspace"), Some(simulator.workspace()));
//! # Ok(())
//! # }
//! ```
//!
//! # Faults
//!
//! Answers go wrong on request: a [`Fault`] for the next ones, or a [`Rule`] that says which. [`Rule`] shows how both are
//! written, for `--fault` of the program and for tests.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use dataarts_simulator::{CannedAnswer, Simulator, StatusCode};
//!
//! let simulator = Simulator::builder().demo_data().fault("list,page=2:truncated-body".parse()?).start().await?;
//! simulator.fail_next(2, CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE));
//! # Ok(())
//! # }
//! ```
//!
//! # What is assumed
//!
//! Most of the behaviour is documented or was observed by others. Where nothing is known, the simulator does this;
//! [`Habits`] make it do otherwise:
//!
//! | question | assumption |
//! | --- | --- |
//! | `limit` not given | 10 |
//! | `limit=0`, `offset` at or beyond the total | no tasks, with the total |
//! | `cluster_name` | any part of the name, in the letter case given |
//! | `order_by` not given | newest creation first; `order_by_asc` alone does nothing |
//! | `order_by_asc` not given | descending |
//! | equal tasks | by id, ascending in both directions; a time that is absent counts as 0 |
//! | one parameter given twice | the first counts |
//! | parameter out of bounds or unknown value | HTTP 400, `DLS.1001`, the parameter named |
//! | unknown task id | HTTP 400, `DLS.3100` |
//! | unknown instance id | HTTP 400, `DAYU.4402` |
//! | order of instances, workspaces and data connections | by id |
//! | `limit` of data connections not given | 20, as documented for the others |
//! | `offset` of the same | counted in items |
//! | `count` of workspaces | all of the instance |
//! | `total_size` of data connections | all of the workspace, whatever the filters |
//! | `name` of a data connection | any part of the name, in the letter case given |
//! | `ip` of a data connection | the whole address, which stands in the description; none where it is empty |
//! | workspaces that exist | the one set, and those that tasks name; a header `workspace` is passed over where it is not asked for |
//! | path and query over 32 KB | HTTP 414, `APIGW.0201`, before anything else and on every path |
//! | a header over 32 KB, all over 128 KB or more than 100 | HTTP 494, `APIGW.0201`, likewise |
//! | what cannot be read as HTTP/1.1 | HTTP 400, `APIGW.0201`; recorded without method and path, and given no fault |
//! | another method on a known path, or a slash at its end | as an unknown path: HTTP 404, `APIG.0101` |
//! | every failed authentication | HTTP 401, `APIGW.0301`; `APIGW.0307` where a token has expired |
//! | project other than the configured one | HTTP 403, `APIGW.0302`, also where only `X-Project-Id` differs |
//! | signature without `X-Project-Id` | accepted |
//! | signature by a permanent key with `X-Security-Token` | accepted |
//! | signed headers not in lower case, not sorted or repeated | refused, even where the signature fits |
//! | several headers of one signed name | joined by commas |
//! | several of `X-Auth-Token`, `Authorization` or `workspace` | HTTP 401, `APIGW.0301`; for `workspace` 400, `APIGW.0201` |
//! | a locked key | five minutes from the sixth failure in a row; requests meanwhile do not prolong it |
//! | throttle | counts what is authenticated and not itself throttled, whatever comes of it; IAM is not throttled |
//! | `Retry-After` when throttled | none |
//! | a token for the account or another project | HTTP 403, `APIGW.0302` |
//! | a revoked token | as an unknown one, at once |
//! | an expired temporary key | HTTP 401, `APIGW.0301`, without a step towards the lock |
//! | unknown project or domain in the scope of a login | HTTP 401, as a wrong password |
//! | wrong passwords | never lock the user |
//! | code of IAM's errors | the status as a number; `IAM.0067` where temporary keys are asked for with a bad token |
//! | who may be shown a token | every caller, any token; one that was set by hand as if given now, for 24 hours |
//! | filters of IAM's projects | `name` to the letter; no other counts |
//! | temporary keys of a machine | issued when asked for, first of all at the first request |
//! | metadata token missing, unknown or expired | HTTP 401, in plain text as every refusal of metadata |

mod admission;
mod authentication;
mod builder;
mod churn;
mod clock;
mod connection;
mod demo;
mod directory;
mod exchange;
mod fault;
mod generated;
mod habits;
mod iam;
mod identifier;
mod journal;
mod listing;
mod metadata;
mod operations;
mod page_shape;
mod refusal;
mod request_log;
mod server;
mod service;
mod simulator;
mod size_limits;
mod store;
mod throttle;
mod timestamps;
mod unreadable;
mod wire_query;

pub use axum::http::{StatusCode, Uri};
pub use builder::{SimulatorBuilder, StartError};
pub use churn::Churn;
pub use clock::Clock;
pub use fault::{CannedAnswer, ErrorBody, Fault, Operation, ResetPoint, RetryAfter, Rule, RuleError};
pub use habits::Habits;
pub use journal::RecordedRequest;
pub use metadata::Metadata;
pub use simulator::Simulator;
pub use throttle::Throttle;

/// The project that is accepted unless another is set; the one of the API page's example.
pub const DEMO_PROJECT_ID: &str = "0833a5737480d53b2f25c010dc1a7b88";

/// The workspace that exists unless another is set; the one of the API page's example.
pub const DEMO_WORKSPACE: &str = "f7bc8f2a71524d268c4293974e3dc35b";

/// The token that is accepted when no credentials are set.
pub const DEMO_TOKEN: &str = "demo-token-not-a-secret";

/// The access key id that is accepted when no credentials are set.
pub const DEMO_ACCESS_KEY: &str = "DEMOACCESSKEYNOTREAL";

/// The secret access key that belongs to [`DEMO_ACCESS_KEY`].
pub const DEMO_SECRET_KEY: &str = "demo-secret-key-not-a-secret";

/// The user who can log in when no other is set.
pub const DEMO_USER: &str = "demo-user";

/// The password of [`DEMO_USER`].
pub const DEMO_PASSWORD: &str = "demo-password-not-a-secret";

/// The account, which IAM calls domain, of [`DEMO_USER`].
pub const DEMO_DOMAIN: &str = "demo-domain";

/// The region of the machine whose metadata are told, and the name of the only project that IAM knows, unless set.
pub const DEMO_REGION: &str = "cn-north-4";
