//! Readers of single values.

use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use dataarts_security::Rate;

/// Longest time that a call can be given.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

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
    let read = || {
        let (number, unit) = text.split_at(text.find(|character: char| !character.is_ascii_digit())?);
        let unit = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(unit).map(Duration::from_millis)
    };
    read().filter(|time| !time.is_zero() && *time <= LONGEST).ok_or(FORM)
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
    fn retries_and_paces_are_held_to_their_form() {
        assert_eq!((retries("0"), retries("10")), (Ok(0), Ok(10)));
        assert_eq!(pace("off"), Ok(Pace::Off));
        assert_eq!(pace("40/10s"), Ok(Pace::Rate(Rate::default())));
        for text in ["", "11", "-1", "x", "OFF", "0/1s", "40", "1/0s"] {
            assert!(retries(text).is_err() && pace(text).is_err(), "{text}");
        }
    }
}
