//! The lifecycle of a request: canonical query, rate limit, credentials, signature, attempts within limits, retries.
//!
//! `retry_loop` drives what the others decide: `retry` whether and when to retry, `budget` whether the client has failed
//! too often for that, `request_log` when the rate allows a request. Those three and `retry_after` do no I/O and read no
//! clock.

mod attempt;
mod budget;
mod credential_gate;
mod credential_limiter;
mod http;
pub(crate) mod limits;
mod observation;
mod pipeline;
mod rate;
mod rate_limiter;
mod request_log;
mod retry;
pub(crate) mod retry_after;
mod retry_loop;
mod shared_limits;

pub(crate) use self::attempt::{Bounds, BufferedResponse, attempt};
pub(crate) use self::budget::Budget;
pub(crate) use self::http::HttpSettings;
pub(crate) use self::limits::Limits;
pub(crate) use self::pipeline::Pipeline;
pub use self::rate::Rate;
pub(crate) use self::retry_loop::{Descriptor, RetryLoop};
pub use self::shared_limits::SharedLimits;
