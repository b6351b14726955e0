//! What clients of Huawei Cloud services have in common: authentication, signing, retries, rate limits, pagination, errors.
//!
//! [`Client`] sends any request to any service of Huawei Cloud; a crate for one service is generated on top of it by
//! `huaweicloud-codegen`. `dataarts-security` is the first of them. It re-exports these types, and the examples here use
//! its name.

// On docs.rs, which has the nightly compiler, items say which feature they need.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Generated code names this crate, within it too.
extern crate self as huaweicloud_core;

mod auth;
#[cfg(feature = "blocking")]
mod blocking;
mod client;
mod clock;
mod diagnosis;
mod endpoint;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[path = "../../fuzz/doors/core.rs"]
pub mod fuzzing;
#[doc(hidden)]
pub mod generated_code;
mod iam;
mod interceptor;
mod listing;
mod operation;
pub mod operations;
mod options;
mod pagination;
mod parameter;
mod pipeline;
mod raw;
mod redaction;
mod request_error;
mod response;
mod secret;
mod secret_file;
mod service;
mod service_error;
mod signing;
mod task;
mod timestamp;
mod transport;
mod wire;

pub use auth::Credentials;
pub use auth::chain::DefaultChain;
pub use auth::identity::Identity;
pub use auth::password::PasswordLogin;
pub use auth::provider::CredentialProvider;
pub use client::Client;
pub use client::builder::ClientBuilder;
pub use clock::Clock;
pub use error::Error;
pub use error::kind::ErrorKind;
pub use interceptor::{AttemptFailure, AttemptRequest, AttemptResponse, FinishedCall, Interceptor};
pub use options::CallOptions;
#[cfg(feature = "blocking")]
pub use pagination::blocking::Iter;
pub use pagination::checkpoint::Checkpoint;
pub use pagination::items::Items;
pub use pagination::list_changes::ListChanges;
pub use pagination::page::Page;
pub use pagination::pages::Pages;
pub use pagination::reader::Progress;
pub use pipeline::rate::Rate;
pub use pipeline::shared_limits::SharedLimits;
pub use raw::RawRequest;
pub use redaction::is_harmful;
pub use response::Response;
pub use service::Service;
pub use timestamp::Timestamp;

/// The crate whose types requests and responses are made of, in the version that goes with this one.
pub use http;

/// The README's code, compiled with the examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
