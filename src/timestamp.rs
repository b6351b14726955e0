//! Instants as the service writes them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{Deserialize, Deserializer, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// An instant in milliseconds since 1970-01-01T00:00:00Z, as the service writes it. 0 means never.
///
/// Source of the unit: `reference/member-sync.md` §a, from the API page's example and the documented upper bound. Any
/// 64-bit value decodes; one that no calendar holds is shown as its number.
///
/// ```
/// use dataarts_security::Timestamp;
///
/// let run = Timestamp::from_millisecond(1_710_901_516_000);
/// assert_eq!(run.to_string(), "2024-03-20T02:25:16Z");
/// assert_eq!(Timestamp::from_millisecond(0).to_string(), "never");
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `milliseconds` after the epoch; 0 for never.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Timestamp::from_millisecond(1_000).as_millisecond(), 1_000);
    /// ```
    pub const fn from_millisecond(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the epoch, as on the wire.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Timestamp::default().as_millisecond(), 0);
    /// ```
    pub const fn as_millisecond(self) -> i64 {
        self.0
    }

    /// For what counts in the system's times. A time that the system cannot hold is the epoch.
    pub(crate) fn to_system_time(self) -> SystemTime {
        let distance = Duration::from_millis(self.0.unsigned_abs());
        let time = if self.0 < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
        time.unwrap_or(UNIX_EPOCH)
    }

    /// Whether this is the service's way of saying that it never happened.
    ///
    /// ```
    /// assert!(dataarts_security::Timestamp::from_millisecond(0).is_never());
    /// ```
    pub const fn is_never(self) -> bool {
        self.0 == 0
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Milliseconds since 1970-01-01T00:00:00Z; 0 means never.",
            "type": "integer",
            "format": "int64",
        })
    }
}

impl From<Timestamp> for i64 {
    /// Milliseconds since the epoch.
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl From<i64> for Timestamp {
    /// The instant so many milliseconds after the epoch.
    fn from(milliseconds: i64) -> Self {
        Self(milliseconds)
    }
}

impl From<SystemTime> for Timestamp {
    /// The instant of a clock, without what is below a millisecond; the nearest one where 64 bits do not hold it.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use dataarts_security::Timestamp;
    ///
    /// assert_eq!(Timestamp::from(UNIX_EPOCH + Duration::from_secs(2)).as_millisecond(), 2_000);
    /// assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::from_secs(2)).as_millisecond(), -2_000);
    /// ```
    fn from(time: SystemTime) -> Self {
        let whole = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
        Self(time.duration_since(UNIX_EPOCH).map_or_else(|before| -whole(before.duration()), whole))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, or `never`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_never() {
            return formatter.pad("never");
        }
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => formatter.pad(&instant.to_string()),
            Err(_) => write!(formatter, "{} ms", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Milliseconds;

        impl Visitor<'_> for Milliseconds {
            type Value = Timestamp;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a whole number of milliseconds")
            }

            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Timestamp, E> {
                Ok(Timestamp(value))
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Timestamp, E> {
                i64::try_from(value).map(Timestamp).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
            }

            // Some services of the family declare their times as floats.
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Timestamp, E> {
                const EXACT: f64 = 9_007_199_254_740_992.0;
                if value.fract() == 0.0 && value.abs() <= EXACT {
                    #[allow(
                        clippy::cast_possible_truncation,
                        reason = "whole and within the exact range, just checked"
                    )]
                    return Ok(Timestamp(value as i64));
                }
                Err(E::invalid_value(Unexpected::Float(value), &self))
            }
        }

        deserializer.deserialize_i64(Milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn whole_numbers_and_whole_floats_decode_alike() {
        for text in ["1710901516000", "1710901516000.0", "1.710901516e12"] {
            let read: Timestamp = serde_json::from_str(text).unwrap();
            assert_eq!(read.as_millisecond(), 1_710_901_516_000, "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_number_of_milliseconds_is_refused() {
        for text in ["1.5", "\"1710901516000\"", "9223372036854775808", "1e300", "true"] {
            assert!(serde_json::from_str::<Timestamp>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_instant_that_no_calendar_holds_is_shown_as_its_number() {
        assert_eq!(Timestamp::from_millisecond(i64::MAX).to_string(), "9223372036854775807 ms");
        assert_eq!(Timestamp::from_millisecond(i64::MIN).to_string(), "-9223372036854775808 ms");
    }
}
