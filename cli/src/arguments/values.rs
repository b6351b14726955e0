//! Readers of single values.

use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use dataarts_security::Rate;
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

/// Longest time that a call can be given.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Greatest age that a run can be asked to have.
const OLDEST: Duration = Duration::from_secs(3650 * 24 * 60 * 60);

/// How many requests are sent within a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pace {
    Off,
    Rate(Rate),
}

/// One of the values that the service's document lists: a value added there is accepted and listed by itself.
pub(super) fn one_of<T>(values: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: From<String> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(values).map(move |typed| {
        let listed = values.iter().find(|value| value.eq_ignore_ascii_case(&typed));
        T::from(listed.map_or(typed, |value| (*value).to_owned()))
    })
}

/// The same of a list that is not complete: any other text is taken as it was typed.
pub(super) fn known_or_new<T>(values: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: From<String> + Clone + Send + Sync + 'static,
{
    NonEmptyStringValueParser::new().map(move |typed| {
        let listed = values.iter().find(|value| value.eq_ignore_ascii_case(&typed));
        T::from(listed.map_or(typed, |value| (*value).to_owned()))
    })
}

/// A whole number of at least 1.
pub(super) fn positive(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("not a whole number of 1 or more"),
    }
}

/// A whole number with the unit of its time, above zero and up to a day.
pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    const FORM: &str = "a duration is a whole number and ms, s, m or h, from 1ms to 24h, such as 30s, 2m or 500ms";
    time(text, &[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)], LONGEST).ok_or(FORM)
}

/// A whole number with the unit of its time, above zero and up to ten years.
pub(super) fn age(text: &str) -> Result<Duration, &'static str> {
    const FORM: &str = "an age is a whole number and s, m, h or d, from 1s to 3650d, such as 12h or 7d";
    time(text, &[("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)], OLDEST).ok_or(FORM)
}

fn time(text: &str, units: &[(&str, u64)], longest: Duration) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|character: char| !character.is_ascii_digit())?);
    let (_, milliseconds) = units.iter().find(|(name, _)| *name == unit)?;
    let time = number.parse::<u64>().ok()?.checked_mul(*milliseconds).map(Duration::from_millis)?;
    (!time.is_zero() && time <= longest).then_some(time)
}

/// A moment that says in which time zone it is meant.
pub(super) fn moment(text: &str) -> Result<Timestamp, &'static str> {
    text.parse().map_err(|_| {
        "a time is a date, T, the time of day, and Z or an offset, such as 2026-03-20T02:25:00Z or \
         2026-03-20T10:25:00+08:00"
    })
}

/// A time zone, by its name or as an offset.
pub(super) fn time_zone(text: &str) -> Result<TimeZone, &'static str> {
    const FORM: &str =
        "a time zone is a name of the IANA database, such as Asia/Shanghai, or an offset, such as +08:00";
    // Rules of POSIX are read by the parser too, and a misspelt name can look like one.
    let is_offset = text.starts_with(['+', '-']);
    let read = if is_offset { DateTimeParser::new().parse_time_zone(text) } else { TimeZone::get(text) };
    read.map_err(|_| FORM)
}

/// How often a call may be sent again.
pub(super) fn retries(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|number| *number <= 10).ok_or("not a whole number from 0 to 10")
}

/// A rate, or none.
pub(super) fn pace(text: &str) -> Result<Pace, &'static str> {
    match text {
        "off" => Ok(Pace::Off),
        rate => rate.parse().map(Pace::Rate).map_err(
            |_| "a pace is off, or a number of requests, a slash and a time in ms, s or m, such as 40/10s or 2/100ms",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_number_of_tasks() {
        assert_eq!(positive("1"), Ok(1));
        assert!(positive("0").is_err());
        assert!(positive("").is_err());
        assert!(positive("1.5").is_err());
    }

    #[test]
    fn a_duration_is_a_number_with_its_unit() {
        for (text, milliseconds) in [("1ms", 1), ("30s", 30_000), ("2m", 120_000), ("24h", 86_400_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "30", "s", "0s", "-1s", "1.5s", " 1s", "25h", "99999999999999999999s", "5124095576030431h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_age_is_counted_in_days_too() {
        for (text, seconds) in [("1s", 1), ("12h", 43_200), ("7d", 604_800), ("3650d", 315_360_000)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "7", "d", "0d", "-1d", "1w", "500ms", "3651d", "99999999999999999999d"] {
            assert!(age(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_moment_says_its_offset() {
        for text in ["2024-03-20T02:25:16Z", "2024-03-20T10:25:16+08:00", "2024-03-20 10:25:16+08"] {
            assert_eq!(moment(text).unwrap().as_second(), 1_710_901_516, "{text}");
        }
        for text in ["", "now", "2024-03-20", "2024-03-20T10:25:16", "1710901516", "2024-02-30T00:00:00Z"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_zone_is_a_name_or_an_offset() {
        for (text, hours) in [("UTC", 0), ("Asia/Shanghai", 8), ("+08:00", 8), ("-03:00", -3), ("+0800", 8)] {
            let zone = time_zone(text).unwrap();
            assert_eq!(zone.to_offset(Timestamp::UNIX_EPOCH).seconds(), hours * 3_600, "{text}");
        }
        for text in ["", "Moon/Base", "UTC+8", "CST6", "+", "+99:00", "+08:00x"] {
            assert!(time_zone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn retries_and_paces_are_held_to_their_form() {
        assert_eq!((retries("0"), retries("10")), (Ok(0), Ok(10)));
        assert_eq!(pace("off"), Ok(Pace::Off));
        assert_eq!(pace("40/10s"), Ok(Pace::Rate(Rate::default())));
        for text in ["", "11", "-1", "x", "OFF", "0/1s", "40", "1/0s"] {
            assert!(retries(text).is_err() && pace(text).is_err(), "{text}");
        }
    }
}
