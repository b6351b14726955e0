//! The one place that reads the time.

use std::time::SystemTime;

/// The wall clock.
#[allow(clippy::disallowed_methods, reason = "everything else takes the time as an argument")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
