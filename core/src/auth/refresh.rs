//! When an identity is refreshed, and how long a source is left alone after a failure: decisions over times.

use std::time::Duration;

use crate::error::Error;
use crate::timestamp::Timestamp;

/// Longest time of one refresh.
pub(crate) const REFRESH_TIMEOUT: Duration = Duration::from_secs(60);

/// Pause after the first failure of a refresh. Each further one doubles it, up to the longest: IAM locks a user after a
/// few wrong passwords within minutes.
const REFRESH_BACKOFF: Duration = Duration::from_secs(10);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5 * 60);

/// Failures of one source in a row.
pub(super) struct Failure {
    /// The last of them.
    error: Error,
    count: u32,
    /// End of the pause, by the client's clock.
    until: Duration,
}

impl Failure {
    /// A failure at `now`, after `previous` ones.
    pub(super) fn new(error: Error, now: Duration, previous: Option<Self>) -> Self {
        let count = previous.map_or(0, |previous| previous.count).saturating_add(1);
        let factor = 1_u32.checked_shl(count - 1).unwrap_or(u32::MAX);
        let pause = REFRESH_BACKOFF.saturating_mul(factor).min(LONGEST_BACKOFF);
        Self { error, count, until: now.saturating_add(pause) }
    }

    pub(super) fn error(&self) -> &Error {
        &self.error
    }

    /// Whether the source is left alone while the identity in use is valid.
    pub(super) fn is_paused(&self, now: Duration) -> bool {
        now < self.until
    }

    /// Whether calls without a valid identity get the error. After a transient failure the source is asked again.
    pub(super) fn is_remembered(&self, now: Duration) -> bool {
        self.is_paused(now) && !is_transient(&self.error)
    }
}

fn is_transient(error: &Error) -> bool {
    let is_of_server = error.status().is_some_and(|status| status.is_server_error());
    error.is_transient() || error.is_throttled() || is_of_server
}

/// The state of an identity at one moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// To be used as it is.
    Fresh,
    /// Still valid; time to get the next one.
    Due,
    /// Not valid any more.
    Expired,
}

/// The two moments at which that state changes; without, it never does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Schedule {
    moments: Option<(Timestamp, Timestamp)>,
}

impl Schedule {
    /// For an identity obtained at `obtained` that is valid until `expires`. It is due when less than `ahead` is left, or a
    /// fifth of its life where that is shorter, so that a short-lived one is not refreshed all the time.
    ///
    /// `jitter`, from 0 to 1, moves that moment up to a tenth of `ahead` later: programs that were started together do not
    /// log in together.
    pub(super) fn new(obtained: Timestamp, expires: Option<Timestamp>, ahead: Duration, jitter: f64) -> Self {
        let moments = expires.map(|expires| {
            let life = expires.as_millisecond().saturating_sub(obtained.as_millisecond()).max(0);
            let ahead = i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX).min(life / 5);
            // Whole milliseconds of at most a day: exact in a float.
            let later = (ahead as f64 / 10.0 * jitter.clamp(0.0, 1.0)) as i64;
            let due = expires.as_millisecond().saturating_sub(ahead - later);
            (Timestamp::from_millisecond(due), expires)
        });
        Self { moments }
    }

    pub(super) fn state(&self, now: Timestamp) -> State {
        match self.moments {
            Some((_, expires)) if now >= expires => State::Expired,
            Some((due, _)) if now > due => State::Due,
            Some(_) | None => State::Fresh,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::service_error;

    const MINUTE: i64 = 60_000;
    const AHEAD: Duration = Duration::from_secs(40 * 60);

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millisecond(minutes * MINUTE)
    }

    fn states(schedule: &Schedule, minutes: impl IntoIterator<Item = i64>) -> Vec<State> {
        minutes.into_iter().map(|minute| schedule.state(at(minute))).collect()
    }

    fn failure(error: Error, previous: Option<Failure>) -> Failure {
        Failure::new(error, Duration::from_secs(100), previous)
    }

    #[test]
    fn the_pause_after_failures_doubles_from_10_seconds_up_to_5_minutes() {
        let mut last = None;
        for pause in [10, 20, 40, 80, 160, 300, 300] {
            let failure = failure(Error::credentials("wrong password"), last);
            assert!(failure.is_remembered(Duration::from_secs(99 + pause)), "{pause}");
            assert!(!failure.is_remembered(Duration::from_secs(100 + pause)), "{pause}");
            last = Some(failure);
        }
        last.as_mut().unwrap().count = u32::MAX;
        assert!(failure(Error::credentials("wrong password"), last).is_paused(Duration::from_secs(399)));
    }

    #[test]
    fn only_a_failure_that_is_not_transient_is_remembered() {
        let status = |status: u16| {
            let said = service_error::describe(b"no", None);
            Error::service(said).with_status(status.try_into().unwrap())
        };
        for (error, remembered) in [
            (Error::connect("no"), false),
            (Error::timeout("no"), false),
            (Error::transport("no"), false),
            (status(408), false),
            (status(429), false),
            (status(500), false),
            (status(503), false),
            (Error::credentials("no").with_status(StatusCode::SERVICE_UNAVAILABLE), false),
            (status(400), true),
            (status(401), true),
            (status(403), true),
            (Error::decode("no"), true),
            (Error::invalid_input("no"), true),
            (Error::credentials("no"), true),
        ] {
            let failure = failure(error.clone().in_credentials("the script"), None);
            assert!(failure.is_paused(Duration::from_secs(101)), "{error:?}");
            assert_eq!(failure.is_remembered(Duration::from_secs(101)), remembered, "{error:?}");
        }
    }

    #[test]
    fn an_identity_is_due_with_less_than_the_given_time_left_and_expires_on_the_dot() {
        let day = 24 * 60;
        let schedule = Schedule::new(at(0), Some(at(day)), AHEAD, 0.0);
        use State::{Due, Expired, Fresh};
        assert_eq!(
            states(&schedule, [0, day - 41, day - 40, day - 39, day - 1, day]),
            [Fresh, Fresh, Fresh, Due, Due, Expired]
        );
    }

    #[test]
    fn jitter_makes_it_due_up_to_a_tenth_later_and_never_earlier() {
        let day = 24 * 60;
        for (jitter, due) in [(0.0, 40), (0.5, 38), (1.0, 36), (7.0, 36), (-1.0, 40), (f64::NAN, 40)] {
            let schedule = Schedule::new(at(0), Some(at(day)), AHEAD, jitter);
            assert_eq!(schedule.state(at(day - due)), State::Fresh, "{jitter}");
            assert_eq!(schedule.state(at(day - due + 1)), State::Due, "{jitter}");
        }
    }

    #[test]
    fn a_short_life_is_used_for_four_fifths() {
        let schedule = Schedule::new(at(0), Some(at(10)), AHEAD, 0.0);
        assert_eq!(states(&schedule, [0, 8, 9, 10]), [State::Fresh, State::Fresh, State::Due, State::Expired]);
    }

    #[test]
    fn what_has_no_end_stays_fresh_and_what_came_expired_is_expired() {
        assert_eq!(Schedule::new(at(0), None, AHEAD, 0.0).state(Timestamp::from_millisecond(i64::MAX)), State::Fresh);
        assert_eq!(Schedule::new(at(5), Some(at(4)), AHEAD, 0.0).state(at(5)), State::Expired);
        let ends = [i64::MIN, i64::MAX].map(Timestamp::from_millisecond);
        assert_eq!(Schedule::new(ends[0], Some(ends[1]), Duration::MAX, 1.0).state(ends[0]), State::Fresh);
    }
}
