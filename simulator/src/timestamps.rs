//! Times as they are reckoned with, and as headers and bodies write them.

use std::time::Duration;

use dataarts_security::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

/// So much later.
pub(crate) fn after(time: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(time.as_millisecond().saturating_add(by))
}

/// In UTC with six digits behind the point, such as `2020-01-04T09:05:22.701000Z`; empty behind the end of the calendar.
pub(crate) fn iso_8601(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.as_millisecond())
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
        .unwrap_or_default()
}

/// As HTTP headers have it (RFC 9110, section 5.6.7); nothing behind the end of the calendar.
pub(crate) fn http_date(time: Timestamp) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(time.as_millisecond()).ok()?;
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_http_is_cut_down_to_the_second() {
        let date = |milliseconds| http_date(Timestamp::from_millisecond(milliseconds));
        assert_eq!(date(1_767_225_665_999).as_deref(), Some("Thu, 01 Jan 2026 00:01:05 GMT"));
        assert_eq!(date(0).as_deref(), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
        assert_eq!((date(i64::MAX), date(i64::MIN)), (None, None));
    }

    #[test]
    fn times_are_written_with_six_digits() {
        assert_eq!(iso_8601(Timestamp::from_millisecond(1_578_128_722_701)), "2020-01-04T09:05:22.701000Z");
        assert_eq!(iso_8601(Timestamp::from_millisecond(0)), "1970-01-01T00:00:00.000000Z");
    }

    #[test]
    fn a_time_later_than_any_is_the_last() {
        assert_eq!(after(Timestamp::from_millisecond(5), Duration::from_millis(2)), Timestamp::from_millisecond(7));
        assert_eq!(after(Timestamp::from_millisecond(5), Duration::MAX), Timestamp::from_millisecond(i64::MAX));
        assert_eq!(iso_8601(Timestamp::from_millisecond(i64::MAX)), "");
    }
}
