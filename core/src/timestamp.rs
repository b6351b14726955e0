//! Instants as the service writes them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{Deserialize, Deserializer, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// An instant in milliseconds since 1970-01-01T00:00:00Z, as the service writes it. 0 means never.
///
/// The [API reference](https://support.huaweicloud.com/eu/api-dataartsstudio/ListSecurityMemberSyncTasks.html) does not
/// state the unit; its example and the largest value that the official SDKs allow are in milliseconds. Any 64-bit value
/// decodes; one outside the years -9999 to 9999 is displayed as its number.
///
/// A whole number is always in milliseconds, never in seconds. Responses of the service are also understood if they have
/// seconds with a fraction, such as `1710901516.123`, or ISO 8601 with a zone, such as `2024-03-20T10:25:16+08:00`. The
/// part that is finer than a millisecond is not kept.
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

    /// Reads the times of IAM and of the metadata service, such as `2020-01-08T03:50:07.574000Z`.
    pub(crate) fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|time| Self(time.as_millisecond()))
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
                formatter.write_str("a time in milliseconds or in ISO 8601 with a zone")
            }

            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Timestamp, E> {
                Ok(Timestamp(value))
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Timestamp, E> {
                i64::try_from(value).map(Timestamp).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
            }

            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Timestamp, E> {
                whole_milliseconds(value)
                    .or_else(|| seconds_with_fraction(value))
                    .ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
            }

            fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Timestamp, E> {
                let text = value.trim();
                serde_json::from_str(text)
                    .ok()
                    .and_then(seconds_with_fraction)
                    .or_else(|| iso_8601(text))
                    .ok_or_else(|| E::invalid_value(Unexpected::Str(value), &self))
            }
        }

        deserializer.deserialize_i64(Milliseconds)
    }
}

/// Some services of the family declare their times as floats.
fn whole_milliseconds(value: f64) -> Option<Timestamp> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT).then(|| rounded(value))
}

/// Seconds, if `value` has a fraction and is a time of this century. As milliseconds it would be early in 1970.
fn seconds_with_fraction(value: f64) -> Option<Timestamp> {
    const YEAR_2000: f64 = 946_684_800.0;
    const YEAR_2100: f64 = 4_102_444_800.0;
    (value.fract() != 0.0 && (YEAR_2000..YEAR_2100).contains(&value)).then(|| rounded(value * 1_000.0))
}

#[allow(clippy::cast_possible_truncation, reason = "callers check the range")]
fn rounded(milliseconds: f64) -> Timestamp {
    Timestamp(milliseconds.round() as i64)
}

/// Without a zone the text does not say which instant it is.
fn iso_8601(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(|instant: jiff::Timestamp| Timestamp(instant.as_millisecond()))
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
    fn seconds_have_a_fraction_and_are_of_this_century() {
        let read = |text| serde_json::from_str::<Timestamp>(text).ok().map(Timestamp::as_millisecond);
        assert_eq!(read("1710901516.123"), Some(1_710_901_516_123));
        assert_eq!(read("946684800.5"), Some(946_684_800_500));
        assert_eq!(read("4102444799.999"), Some(4_102_444_799_999));
        assert_eq!(read("1710901516.0"), Some(1_710_901_516));
        for text in ["946684799.5", "4102444800.5", "-1710901516.5", "1710901516000.5"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("-9007199254740992.0"), Some(-9_007_199_254_740_992));
        assert_eq!(read("9007199254740994.0"), None);
    }

    #[test]
    fn an_instant_that_no_calendar_holds_is_shown_as_its_number() {
        assert_eq!(Timestamp::from_millisecond(i64::MAX).to_string(), "9223372036854775807 ms");
        assert_eq!(Timestamp::from_millisecond(i64::MIN).to_string(), "-9223372036854775808 ms");
    }
}
