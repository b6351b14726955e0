//! Whether and when a failed attempt is retried: a decision without clock, randomness or I/O.
//!
//! - Retried: what a network or a gateway does to a request. Connections that fail or break, timeouts, 408, 429, 502, 503,
//!   504, and 500 with a code of the gateway. A 500 of the service itself would fail again. No other 4xx is retried, and
//!   401 not here: more than five failures in a row lock an access key.
//! - An operation that is not idempotent is retried only if the request was certainly not carried out: no connection,
//!   HTTP/2 `REFUSED_STREAM` (RFC 9113 section 8.7), and 429.
//! - The delay is a floor plus a jitter. The jitter is full: uniform up to a ceiling that doubles. The floor is
//!   `Retry-After`, or after a 429 without one 2 s, doubled each time: three retries then outlast the documented window
//!   of 10 s. The two are added, because callers that are given the same floor would otherwise return at once.
//! - All but `Retry-After` stays below `max_backoff`. A delay that exceeds the deadline of the call is not begun.
//! - Waiting for the rate limiter comes after the delay.

use std::time::Duration;

use super::budget::Cost;
use crate::service_error::transient_response;
use crate::transport::outcome::Outcome;

/// Floor of the delay after the first 429 without `Retry-After`.
const THROTTLED_DELAY: Duration = Duration::from_secs(2);

/// How many retries are made, and after which delays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Retries after the first attempt.
    pub(crate) max_retries: u32,
    /// Ceiling of the first jitter.
    pub(crate) base_backoff: Duration,
    /// Longest delay that the server does not ask for.
    pub(crate) max_backoff: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_retries: 3, base_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(10) }
    }
}

/// An attempt that ended, and what is known of its call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    /// 1 for the first.
    pub(crate) number: u32,
    /// How it ended.
    pub(crate) outcome: Outcome<'a>,
    /// Whether sending the request twice has the effect of sending it once (RFC 9110 section 9.2.2).
    pub(crate) idempotent: bool,
    /// Until the deadline of the call.
    pub(crate) time_left: Duration,
}

/// What to do next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Decision {
    /// Retry after a delay, for a reason that spans show.
    Retry {
        /// How long to wait.
        after: Duration,
        /// What went wrong.
        reason: &'static str,
    },
    /// End the call with how this attempt ended.
    Stop(Stop),
}

/// Why a call ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stop {
    /// A retry would fail again, or could carry out the request twice.
    NotRetryable,
    /// All retries were made.
    RetriesExhausted,
    /// Too many calls of the client failed.
    BudgetExhausted,
    /// The deadline of the call comes before the retry.
    DeadlineExceeded,
}

impl Stop {
    /// For spans.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotRetryable => "not retryable",
            Self::RetriesExhausted => "retries exhausted",
            Self::BudgetExhausted => "retry budget exhausted",
            Self::DeadlineExceeded => "deadline exceeded",
        }
    }
}

/// Decides after `attempt`, with a uniformly random number. `withdraw` takes from the retry budget and is called last, if
/// everything else allows a retry.
pub(crate) fn decide(
    settings: &Settings,
    attempt: &Attempt<'_>,
    random: u64,
    withdraw: impl FnOnce(Cost) -> bool,
) -> Decision {
    let Some(reason) = reason(attempt) else {
        return Decision::Stop(Stop::NotRetryable);
    };
    if attempt.number > settings.max_retries {
        return Decision::Stop(Stop::RetriesExhausted);
    }
    let after = delay(settings, attempt, random);
    if after >= attempt.time_left {
        return Decision::Stop(Stop::DeadlineExceeded);
    }
    if !withdraw(cost(&attempt.outcome)) {
        return Decision::Stop(Stop::BudgetExhausted);
    }
    Decision::Retry { after, reason }
}

/// Why to retry; `None` if that is useless or not allowed.
fn reason(attempt: &Attempt<'_>) -> Option<&'static str> {
    let reason = match attempt.outcome {
        Outcome::NotConnected => return Some("no connection"),
        Outcome::RefusedStream => return Some("stream refused"),
        Outcome::Answered { status: 429, .. } => return Some("throttled"),
        Outcome::Permanent => return None,
        Outcome::Broken => "connection broke",
        Outcome::TimedOut => "attempt timed out",
        Outcome::Stalled => "body stalled",
        Outcome::Answered { status, code, .. } => transient_response(status, code)?,
    };
    attempt.idempotent.then_some(reason)
}

fn cost(outcome: &Outcome<'_>) -> Cost {
    match outcome {
        Outcome::TimedOut | Outcome::Stalled | Outcome::Answered { status: 504, .. } => Cost::Timeout,
        _ => Cost::Ordinary,
    }
}

fn delay(settings: &Settings, attempt: &Attempt<'_>, random: u64) -> Duration {
    let longest = settings.max_backoff;
    let doubled = 1_u32.checked_shl(attempt.number.saturating_sub(1)).unwrap_or(u32::MAX);
    let jitter = fraction(settings.base_backoff.saturating_mul(doubled).min(longest), random);
    match attempt.outcome {
        Outcome::Answered { retry_after: Some(floor), .. } => floor.saturating_add(jitter),
        Outcome::Answered { status: 429, .. } => {
            THROTTLED_DELAY.saturating_mul(doubled).saturating_add(jitter).min(longest)
        }
        _ => jitter,
    }
}

/// The part of `whole` that `random` is of all numbers.
fn fraction(whole: Duration, random: u64) -> Duration {
    let nanoseconds = u64::try_from(whole.as_nanos()).unwrap_or(u64::MAX);
    let part = (u128::from(nanoseconds) * u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(part).unwrap_or(nanoseconds))
}

#[cfg(test)]
mod tests;
