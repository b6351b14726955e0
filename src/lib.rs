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
//! # Who is calling
//!
//! [`Credentials`] come from wherever a user of Huawei Cloud keeps them: a token or an access key given by hand, a token file,
//! a login with a password, the identity token of a workload, or the [`DefaultChain`] of environment, profile files and the
//! metadata service of a cloud server. What can be renewed is renewed in time. A source of one's own implements
//! [`CredentialProvider`].
//!
//! # What to know
//!
//! - [`Client`] is cheap to clone and safe to share; every future and stream is `Send`, and streams are `'static`.
//! - Calls are paced below the service's throttle, sent again after faults that pass, and bounded in time and size;
//!   [`CallOptions`] sets the limits, for a client or one call.
//! - A listing is exact while the list changes; [`Pages`] says how far. It reads several pages ahead, tells how the list
//!   changed ([`Drift`]), and goes on later from a [`Checkpoint`]. Programs that are not asynchronous iterate, with the
//!   feature `blocking`.
//! - Every field of an answer is optional, because the service guarantees none. Times are [`Timestamp`]s in
//!   milliseconds, and 0 means never. Enums are open: a value that the document does not list is kept as it came.
//! - Every operation can be called by its name too, with the body as it comes: [`operations`], [`Client::raw`].
//! - There is one [`Error`], whose predicates say what happened and what to do about it.
//! - Nothing here was ever tried against the real service: no account was at hand. The facts come from its
//!   documentation and from official client code, and the tests run against the simulator `dataarts-simulator`.

// On docs.rs, which has the nightly compiler, items say which feature they need.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod clock;
mod credentials;
mod diagnosis;
mod endpoint;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod generated;
mod interceptor;
pub mod member_sync;
mod operation;
pub mod operations;
mod options;
mod paging;
mod parameter;
mod raw;
mod redaction;
mod response;
mod secret;
mod service_error;
mod signing;
mod timestamp;
mod transport;
mod wire;

pub use client::{Client, ClientBuilder};
pub use clock::Clock;
pub use credentials::{CredentialProvider, Credentials, DefaultChain, Identity, PasswordLogin};
pub use error::Error;
pub use generated::{builder, types};
pub use interceptor::{AttemptAnswer, AttemptRequest, Interceptor};
pub use options::CallOptions;
#[cfg(feature = "blocking")]
pub use paging::Iter;
pub use paging::{Checkpoint, Drift, Items, Page, Pages, Progress};
pub use raw::{RawRequest, RawResponse};
pub use response::Response;
pub use timestamp::Timestamp;
pub use transport::Rate;

/// Typed mocks of every operation, generated from the document, on top of the crate [`httpmock`].
///
/// [`MockServerExt`](mock::MockServerExt) adds a method for each operation to [`httpmock::MockServer`].
#[cfg(feature = "httpmock")]
pub mod mock {
    pub use crate::generated::mock::*;
}

/// The README's code, compiled with the examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
