//! A rate of requests, as it is configured.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::error::Error;

/// Units of a window in nanoseconds, the largest first.
const UNITS: [(&str, u128); 5] =
    [("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];

/// A number of requests within any window of a given length.
///
/// Its text form is `COUNT/WINDOW`, such as `40/10s`; the units of a window are `ns`, `us`, `ms`, `s` and `m`.
///
/// ```
/// use std::time::Duration;
///
/// use dataarts_security::Rate;
///
/// # fn main() -> Result<(), dataarts_security::Error> {
/// assert_eq!("40/10s".parse::<Rate>()?, Rate::new(40, Duration::from_secs(10))?);
/// assert_eq!(Rate::default().to_string(), "40/10s");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    count: u32,
    window: Duration,
}

impl Default for Rate {
    /// Returns the documented limit of the service for reads: 40 requests in 10 s per user.
    fn default() -> Self {
        Self { count: 40, window: Duration::from_secs(10) }
    }
}

impl Rate {
    /// Creates a rate of `count` requests within any `window`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// assert!(dataarts_security::Rate::new(20, Duration::from_secs(10)).is_ok());
    /// assert!(dataarts_security::Rate::new(0, Duration::from_secs(10)).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`](crate::Error::is_invalid_input): the count or the window is zero.
    pub fn new(count: u32, window: Duration) -> Result<Self, Error> {
        if count == 0 || window.is_zero() {
            return Err(Error::invalid_input(
                "invalid rate: expected at least one request in a window longer than zero, such as 40/10s",
            ));
        }
        Ok(Self { count, window })
    }

    pub(crate) fn count(self) -> u32 {
        self.count
    }

    pub(crate) fn window(self) -> Duration {
        self.window
    }
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once('/').and_then(|(count, window)| {
            let end = window.find(|character: char| !character.is_ascii_digit())?;
            let (number, unit) = window.split_at(end);
            let (_, nanoseconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
            let window = u128::from(number.parse::<u64>().ok()?).checked_mul(*nanoseconds)?;
            let seconds = u64::try_from(window / 1_000_000_000).ok()?;
            let rest = u32::try_from(window % 1_000_000_000).ok()?;
            Some((count.parse().ok()?, Duration::new(seconds, rest)))
        });
        let invalid = || Error::invalid_input(format!("invalid rate {text:?}: expected COUNT/WINDOW, such as 40/10s"));
        let (count, window) = parts.ok_or_else(invalid)?;
        Self::new(count, window).map_err(|_| invalid())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = self.window.as_nanos();
        // Seconds before minutes: 60s reads like the limits of the service.
        let unit = UNITS.iter().skip(1).find(|(_, unit)| nanoseconds.is_multiple_of(*unit));
        let (name, unit) = unit.copied().unwrap_or(("ns", 1));
        write!(formatter, "{}/{}{name}", self.count, nanoseconds / unit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_documented_rate_is_the_default_and_a_rate_of_nothing_is_rejected() {
        let window = Duration::from_secs(10);
        assert_eq!(Rate::new(40, window).unwrap(), Rate::default());
        assert!(Rate::new(0, window).is_err());
        assert!(Rate::new(40, Duration::ZERO).is_err());
        for (text, expected) in [
            ("40/10s", (40, 10_000_000)),
            ("5/250ms", (5, 250_000)),
            ("100/1m", (100, 60_000_000)),
            ("1/500us", (1, 500)),
        ] {
            assert_eq!(
                text.parse::<Rate>().unwrap(),
                Rate::new(expected.0, Duration::from_micros(expected.1)).unwrap()
            );
        }
    }

    #[test]
    fn what_is_not_a_rate_is_rejected_with_an_example() {
        for text in [
            "",
            "40",
            "40/",
            "/10s",
            "0/10s",
            "40/0s",
            "40/10",
            "40/10h",
            "-1/10s",
            "4.5/10s",
            "40/99999999999999999999m",
        ] {
            let error = text.parse::<Rate>().unwrap_err();
            assert!(error.is_invalid_input() && error.to_string().contains("such as 40/10s"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_rate_parses_from_what_it_prints(count in 1..=u32::MAX, seconds in 0..=u64::from(u32::MAX), rest in 0..1_000_000_000_u32) {
            let window = Duration::new(seconds, rest);
            prop_assume!(!window.is_zero());
            for window in [window, Duration::from_secs(seconds.max(1)), Duration::from_micros(seconds.max(1))] {
                let rate = Rate::new(count, window).unwrap();
                prop_assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
            }
        }
    }
}
