//! The journey of one request: made canonical, paced, given an identity, signed, sent, its answer read within bounds, and
//! sent again where that may help.
//!
//! `journey` drives what the others decide: `retry` whether and when to send again, `budget` whether the client has failed
//! too often for that, `pacing` when a request may go. Those three and `retry_after` do no I/O and read no clock.

mod attempt;
mod budget;
mod http;
mod journey;
mod pacer;
mod pacing;
mod retry;
pub(crate) mod retry_after;

use std::time::Duration;

pub(crate) use self::attempt::{Answer, Bounds, attempt};
pub(crate) use self::budget::Budget;
pub(crate) use self::http::HttpSettings;
pub(crate) use self::journey::{Call, Exchange, exchange};
pub(crate) use self::pacer::Pacer;
pub use self::pacing::Rate;
pub(crate) use self::retry::Settings as RetrySettings;

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
    pub(crate) retry: RetrySettings,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(30),
            call: Duration::from_secs(120),
            stall: Duration::from_secs(10),
            body: 16 * 1024 * 1024,
            retry: RetrySettings::default(),
        }
    }
}
