//! The limits of a call.

use std::time::Duration;

use super::retry::Settings as RetrySettings;

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
