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
mod observation;
mod pipeline;
mod rate;
mod rate_limiter;
mod request_log;
mod retry;
pub(crate) mod retry_after;
mod retry_loop;
mod shared_limits;

use std::time::Duration;

pub(crate) use self::attempt::{Bounds, BufferedResponse, attempt};
pub(crate) use self::budget::Budget;
pub(crate) use self::http::HttpSettings;
pub(crate) use self::pipeline::Pipeline;
pub use self::rate::Rate;
pub(crate) use self::retry::{GATEWAY_CODE, Settings as RetrySettings, is_transient_response};
pub(crate) use self::retry_loop::{Descriptor, RetryLoop};
pub use self::shared_limits::SharedLimits;

/// Limits of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of one attempt.
    pub(crate) attempt: Duration,
    /// Of the whole call.
    pub(crate) call: Duration,
    /// Between two parts of a body.
    pub(crate) stall: Duration,
    /// Of a body, in bytes; a full page with long logs stays far below.
    pub(crate) body: usize,
    /// Requests with one credential that may be in flight, if that is more than elsewhere.
    pub(crate) in_flight: u32,
    pub(crate) retry: RetrySettings,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(30),
            call: Duration::from_secs(120),
            stall: Duration::from_secs(10),
            body: 16 * 1024 * 1024,
            in_flight: 1,
            retry: RetrySettings::default(),
        }
    }
}
