//! Whether and when a failed attempt is made again: a decision without clock, randomness or I/O of its own.
//!
//! - Made again: what a network or a gateway does to a request. Connections that fail or break, timeouts, 408, 429, 502,
//!   503, 504, and 500 with a code of the gateway; a 500 of the service itself would only come back. Never any other
//!   4xx, and a 401 not here: more than five failures in a row lock an access key (`reference/platform.md` §1.2).
//! - Only operations that may be repeated, except where no connection came about: then nothing was sent.
//! - The delay is a floor and a jitter. The jitter is full: uniform up to a ceiling that doubles. The floor is
//!   `Retry-After`, or after a 429 without one 2 s, doubled each time: three retries then outlast the documented window
//!   of 10 s. Added and not the larger of both, for callers who are given the same floor would come back as one crowd.
//! - All but `Retry-After` stays below the longest delay. A wait that goes past the end of the call is not begun.
//! - Waiting for a slot (`pacing`) comes after the delay; the two overlap, as slots free themselves meanwhile.

use std::time::Duration;

use super::budget::Cost;

/// Floor of the delay after the first 429 that does not say when to come back.
const THROTTLED_DELAY: Duration = Duration::from_secs(2);
/// How the codes of the gateway begin, for the cloud's own services and for customers' (`reference/platform.md` §5.3).
const GATEWAY_CODE: &str = "APIG";

/// How often and how far apart attempts are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Retries after the first attempt.
    pub(crate) most_retries: u32,
    /// Ceiling of the first jitter.
    pub(crate) base_delay: Duration,
    /// Longest delay that is not the server's wish.
    pub(crate) longest_delay: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { most_retries: 3, base_delay: Duration::from_millis(100), longest_delay: Duration::from_secs(10) }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    /// No connection came about; nothing was sent.
    NotConnected,
    /// The connection was reset, the body cut off, or what came was no HTTP.
    Broken,
    /// No whole answer within the time of one attempt.
    TimedOut,
    /// The body stopped coming.
    Stalled,
    /// A whole answer.
    Answered {
        /// HTTP status.
        status: u16,
        /// Code in the body of a refusal.
        code: Option<&'a str>,
        /// What `retry_after::parse` read.
        retry_after: Option<Duration>,
    },
}

impl Outcome<'_> {
    /// For spans, where there was no answer.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::NotConnected => "connect",
            Self::Broken => "broken",
            Self::TimedOut => "timeout",
            Self::Stalled => "stall",
            Self::Answered { .. } => "unusable",
        }
    }
}

/// An attempt that ended, and what is known of its call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    /// 1 for the first.
    pub(crate) number: u32,
    /// How it ended.
    pub(crate) outcome: Outcome<'a>,
    /// To do it twice is the same as to do it once.
    pub(crate) repeatable: bool,
    /// Until the end of the whole call, if it has one.
    pub(crate) time_left: Option<Duration>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Decision {
    /// Send it again after a delay, for a reason that spans show.
    Again {
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
    /// It would end the same way again, or must not be repeated.
    NotRetryable,
    /// As many attempts as allowed were made.
    AttemptsUsedUp,
    /// The client's calls fail too often to add retries.
    BudgetUsedUp,
    /// The call would end before or with the wait.
    PastTheEnd,
}

impl Stop {
    /// For spans.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotRetryable => "not retryable",
            Self::AttemptsUsedUp => "attempts used up",
            Self::BudgetUsedUp => "retry budget used up",
            Self::PastTheEnd => "no time left",
        }
    }
}

/// Decides after `attempt`, with a uniformly random number; `take` takes from the retry budget and is asked last, only
/// when all else is for sending again.
pub(crate) fn decide(
    settings: &Settings,
    attempt: &Attempt<'_>,
    random: u64,
    take: impl FnOnce(Cost) -> bool,
) -> Decision {
    let Some(reason) = reason(attempt) else {
        return Decision::Stop(Stop::NotRetryable);
    };
    if attempt.number > settings.most_retries {
        return Decision::Stop(Stop::AttemptsUsedUp);
    }
    let after = delay(settings, attempt, random);
    if attempt.time_left.is_some_and(|left| after >= left) {
        return Decision::Stop(Stop::PastTheEnd);
    }
    if !take(cost(&attempt.outcome)) {
        return Decision::Stop(Stop::BudgetUsedUp);
    }
    Decision::Again { after, reason }
}

/// Why to send again; `None` where that is no use or not allowed.
fn reason(attempt: &Attempt<'_>) -> Option<&'static str> {
    let reason = match attempt.outcome {
        Outcome::NotConnected => return Some("no connection"),
        Outcome::Broken => "connection broke",
        Outcome::TimedOut => "attempt timed out",
        Outcome::Stalled => "body stalled",
        Outcome::Answered { status: 408, .. } => "request timeout",
        Outcome::Answered { status: 429, .. } => "throttled",
        Outcome::Answered { status: 500, code: Some(code), .. } if code.starts_with(GATEWAY_CODE) => "gateway error",
        Outcome::Answered { status: 502, .. } => "bad gateway",
        Outcome::Answered { status: 503, .. } => "unavailable",
        Outcome::Answered { status: 504, .. } => "gateway timeout",
        Outcome::Answered { .. } => return None,
    };
    attempt.repeatable.then_some(reason)
}

fn cost(outcome: &Outcome<'_>) -> Cost {
    match outcome {
        Outcome::TimedOut | Outcome::Stalled | Outcome::Answered { status: 504, .. } => Cost::Timeout,
        Outcome::NotConnected | Outcome::Broken | Outcome::Answered { .. } => Cost::Ordinary,
    }
}

fn delay(settings: &Settings, attempt: &Attempt<'_>, random: u64) -> Duration {
    let longest = settings.longest_delay;
    let doubled = 1_u32.checked_shl(attempt.number.saturating_sub(1)).unwrap_or(u32::MAX);
    let jitter = fraction(settings.base_delay.saturating_mul(doubled).min(longest), random);
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
