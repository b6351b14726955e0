//! The one place that reads the clock and the time zone of this machine; everything else is told.

use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The present moment.
#[allow(clippy::disallowed_methods, reason = "this is the clock module that the lint points to")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The present moment, for measuring.
#[allow(clippy::disallowed_methods, reason = "this is the clock module that the lint points to")]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// The time zone of this machine, or of the variable `TZ`.
pub(crate) fn time_zone() -> TimeZone {
    TimeZone::system()
}
