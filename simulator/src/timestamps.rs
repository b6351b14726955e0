//! How IAM and the metadata service reckon with times and write them.

use std::time::Duration;

use dataarts_security::Timestamp;

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

#[cfg(test)]
mod tests {
    use super::*;

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
