//! The gateway's throttle: so many requests of one caller within a period, and no more.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dataarts_security::Timestamp;
use jiff::SignedDuration;

use crate::authentication::Credential;
use crate::timestamps::http_date;

/// How many requests one caller gets answered within a period that slides along with the simulator's clock.
///
/// Each token and each access key has its own count. One request too many is refused with HTTP 429 and `APIGW.0308`, and
/// does not count. The service documents 40 reads in 10 s for each user.
///
/// Written as `40/10s`; the period in `ms`, `s`, `m` or `h`.
///
/// ```
/// use dataarts_simulator::Throttle;
/// use std::time::Duration;
///
/// let throttle: Throttle = "40/10s".parse()?;
/// assert_eq!(throttle, Throttle::per(40, Duration::from_secs(10)));
/// assert_eq!(throttle.to_string(), "40/10s");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Throttle {
    count: u32,
    period: Duration,
    retry_after: RetryAfter,
}

/// Whether, and in which of the two forms of RFC 9110, a throttled caller is told when to come back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum RetryAfter {
    Absent,
    Seconds,
    Date,
}

impl Throttle {
    /// At most `count` requests within any `period`. A count of 0 lets nothing through.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let throttle = dataarts_simulator::Throttle::per(40, Duration::from_secs(10));
    /// let builder = dataarts_simulator::Simulator::builder().throttle(throttle);
    /// ```
    pub const fn per(count: u32, period: Duration) -> Self {
        Self { count, period, retry_after: RetryAfter::Absent }
    }

    /// Lets a refusal say in `Retry-After` how many seconds there are to wait, rounded up. The service documents no such
    /// header, so there is none unless asked for.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let throttle = dataarts_simulator::Throttle::per(40, Duration::from_secs(10)).retry_after_seconds();
    /// ```
    #[must_use]
    pub const fn retry_after_seconds(self) -> Self {
        Self { retry_after: RetryAfter::Seconds, ..self }
    }

    /// Lets a refusal say in `Retry-After` when to come back, as an HTTP date, rounded up to the second.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let throttle = dataarts_simulator::Throttle::per(40, Duration::from_secs(10)).retry_after_date();
    /// ```
    #[must_use]
    pub const fn retry_after_date(self) -> Self {
        Self { retry_after: RetryAfter::Date, ..self }
    }

    /// What a throttled caller reads, as the gateway words it.
    pub(crate) fn message(&self) -> String {
        let milliseconds = self.period.as_millis();
        let (time, unit) = match milliseconds {
            0 => (0, "second"),
            _ if milliseconds.is_multiple_of(60_000) => (milliseconds / 60_000, "minute"),
            _ if milliseconds.is_multiple_of(1_000) => (milliseconds / 1_000, "second"),
            _ => (milliseconds, "millisecond"),
        };
        let limit = self.count;
        format!(
            "The throttling threshold has been reached: policy user over ratelimit,limit:{limit},time:{time} {unit}"
        )
    }

    /// The value of `Retry-After` at `now` for a caller who is let in again at `free`.
    fn header(&self, now: Timestamp, free: Timestamp) -> Option<String> {
        let seconds = |milliseconds: i64| (milliseconds.saturating_add(999)).div_euclid(1_000);
        match self.retry_after {
            RetryAfter::Absent => None,
            RetryAfter::Seconds => {
                let wait = free.as_millisecond().saturating_sub(now.as_millisecond());
                Some(seconds(wait).max(0).to_string())
            }
            RetryAfter::Date => {
                http_date(Timestamp::from_millisecond(seconds(free.as_millisecond()).saturating_mul(1_000)))
            }
        }
    }
}

impl FromStr for Throttle {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = |reason| format!("'{text}' is no throttle such as 40/10s: {reason}");
        let (count, period) = text.split_once('/').ok_or_else(|| refused("there is no '/'"))?;
        let count = count
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| refused("before the '/' stands a whole number of requests, from 1 to 4294967295"))?;
        let period = period.parse::<SignedDuration>().ok().and_then(|period| Duration::try_from(period).ok());
        let period = period
            .filter(|period| period.as_millis() > 0)
            .ok_or_else(|| refused("behind the '/' stands a time above zero with its unit, ms, s, m or h"))?;
        Ok(Self::per(count, period))
    }
}

impl fmt::Display for Throttle {
    /// Count and period; `Retry-After` has no place in this form.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let period = SignedDuration::try_from(self.period).unwrap_or(SignedDuration::MAX);
        write!(formatter, "{}/{period:#}", self.count)
    }
}

/// The requests that a throttle let through, by caller.
pub(crate) struct Window {
    throttle: Throttle,
    /// For each caller, when each of the requests that still count was let through, oldest first.
    passed: Mutex<BTreeMap<Credential, VecDeque<i64>>>,
}

/// A request came too early; `Retry-After` says how much, if it is to be said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Throttled {
    pub(crate) message: String,
    pub(crate) retry_after: Option<String>,
}

impl Window {
    /// A window that nothing has passed yet.
    pub(crate) fn new(throttle: Throttle) -> Self {
        Self { throttle, passed: Mutex::default() }
    }

    /// Lets a request through and counts it, or refuses it and does not.
    pub(crate) fn pass(&self, caller: &Credential, now: Timestamp) -> Result<(), Throttled> {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let period = i64::try_from(self.throttle.period.as_millis()).unwrap_or(i64::MAX);
        let counts = |time: &i64| now.as_millisecond() < time.saturating_add(period);
        if !passed.contains_key(caller) {
            // Callers who stay away are forgotten, so that many short-lived tokens do not pile up.
            passed.retain(|_, times| times.back().is_some_and(counts));
        }
        let times = passed.entry(caller.clone()).or_default();
        while times.front().is_some_and(|time| !counts(time)) {
            times.pop_front();
        }
        if times.len() < usize::try_from(self.throttle.count).unwrap_or(usize::MAX) {
            times.push_back(now.as_millisecond());
            return Ok(());
        }
        let oldest = times.front().copied().unwrap_or(now.as_millisecond());
        let free = Timestamp::from_millisecond(oldest.saturating_add(period));
        Err(Throttled { message: self.throttle.message(), retry_after: self.throttle.header(now, free) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds)
    }

    fn caller(token: &str) -> Credential {
        Credential::Token(token.to_owned())
    }

    fn window(text: &str) -> Window {
        Window::new(text.parse().unwrap())
    }

    #[test]
    fn it_is_read_and_written_in_the_same_form() {
        for text in ["40/10s", "1/500ms", "20/1m", "3600/1h"] {
            assert_eq!(text.parse::<Throttle>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_throttle_is_refused_in_one_line_that_shows_one() {
        for text in ["", "40", "/", "40/", "/10s", "0/10s", "-1/10s", "1.5/10s", "40/10", "40/0s", "40/-1s", "40/1us"] {
            let error = text.parse::<Throttle>().unwrap_err();
            assert!(error.contains("40/10s") && error.lines().count() == 1, "{text}: {error}");
        }
    }

    #[test]
    fn the_window_slides() {
        let window = window("2/10s");
        for (time, passes) in
            [(0, true), (4_000, true), (9_999, false), (10_000, true), (13_999, false), (14_000, true)]
        {
            assert_eq!(window.pass(&caller("a"), at(time)).is_ok(), passes, "{time}");
        }
    }

    #[test]
    fn what_is_refused_does_not_count() {
        let window = window("1/10s");
        for time in [0, 10_000, 20_000] {
            assert_eq!(window.pass(&caller("a"), at(time)), Ok(()));
            assert!(window.pass(&caller("a"), at(time + 9_999)).is_err());
        }
    }

    #[test]
    fn every_caller_has_a_window_that_is_forgotten_with_its_last_request() {
        let window = window("1/10s");
        for token in ["a", "b"] {
            assert_eq!(window.pass(&caller(token), at(0)), Ok(()));
        }
        assert_eq!(window.pass(&Credential::AccessKey("a".to_owned()), at(5_000)), Ok(()));
        assert_eq!(window.pass(&caller("c"), at(10_000)), Ok(()));
        assert_eq!(window.passed.lock().unwrap().len(), 2);
    }

    #[test]
    fn a_refusal_names_limit_and_period() {
        for (text, said) in [
            ("40/10s", "limit:40,time:10 second"),
            ("20/1m", "limit:20,time:1 minute"),
            ("1/1500ms", "limit:1,time:1500 millisecond"),
        ] {
            assert!(text.parse::<Throttle>().unwrap().message().ends_with(said));
        }
    }

    #[test]
    fn retry_after_is_rounded_up_in_either_form() {
        let throttle = Throttle::per(1, Duration::from_secs(10));
        for (throttle, header) in [
            (throttle, None),
            (throttle.retry_after_seconds(), Some("8")),
            (throttle.retry_after_date(), Some("Thu, 01 Jan 2026 00:00:11 GMT")),
        ] {
            let window = Window::new(throttle);
            let start = 1_767_225_600_000;
            assert_eq!(window.pass(&caller("a"), at(start + 500)), Ok(()));
            let throttled = window.pass(&caller("a"), at(start + 3_000)).unwrap_err();
            assert_eq!(throttled.retry_after.as_deref(), header);
        }
    }
}
