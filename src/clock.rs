//! The one place that reads the time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Timestamp;

/// The wall clock.
#[allow(clippy::disallowed_methods, reason = "everything else takes the time as an argument")]
pub(crate) fn now() -> Timestamp {
    let milliseconds = |elapsed: Duration| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(elapsed) => milliseconds(elapsed),
        Err(before) => -milliseconds(before.duration()),
    })
}
