//! The simulator's time: the machine's, or one that a test turns by hand.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use dataarts_security::Timestamp;

use crate::builder::StartError;

/// The time that the simulator goes by: how old a signature is, how long an access key stays locked, and the `Date` of
/// every answer.
///
/// Clones show the same time, so that a test keeps one and turns it while the simulator runs on the other.
///
/// ```
/// use dataarts_security::Timestamp;
/// use dataarts_simulator::Clock;
/// use std::time::Duration;
///
/// let clock = Clock::fixed(Timestamp::from_millisecond(1_710_901_516_000));
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().as_millisecond(), 1_710_901_576_000);
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    runs: bool,
    /// The time itself, or for a clock that runs, how far it is ahead of the machine's.
    milliseconds: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that runs with the machine's.
    ///
    /// ```
    /// assert!(dataarts_simulator::Clock::system().now().as_millisecond() > 0);
    /// ```
    pub fn system() -> Self {
        Self { runs: true, milliseconds: Arc::new(AtomicI64::new(0)) }
    }

    /// A clock that stands at `time` until it is turned.
    ///
    /// ```
    /// use dataarts_security::Timestamp;
    ///
    /// let noon = Timestamp::from_millisecond(1_710_936_000_000);
    /// assert_eq!(dataarts_simulator::Clock::fixed(noon).now(), noon);
    /// ```
    pub fn fixed(time: Timestamp) -> Self {
        Self { runs: false, milliseconds: Arc::new(AtomicI64::new(time.as_millisecond())) }
    }

    /// The time it shows, to the millisecond.
    ///
    /// ```
    /// let clock = dataarts_simulator::Clock::system();
    /// assert!(clock.now() <= clock.now());
    /// ```
    pub fn now(&self) -> Timestamp {
        let milliseconds = self.milliseconds.load(Ordering::SeqCst);
        Timestamp::from_millisecond(if self.runs { machine_time().saturating_add(milliseconds) } else { milliseconds })
    }

    /// Turns the clock to `time`; one that runs goes on from there.
    ///
    /// ```
    /// use dataarts_security::Timestamp;
    /// use dataarts_simulator::Clock;
    ///
    /// let clock = Clock::system();
    /// clock.set(Timestamp::from_millisecond(4_070_880_010_000));
    /// assert!(clock.now().as_millisecond() >= 4_070_880_010_000);
    /// ```
    pub fn set(&self, time: Timestamp) {
        let reference = if self.runs { machine_time() } else { 0 };
        self.milliseconds.store(time.as_millisecond().saturating_sub(reference), Ordering::SeqCst);
    }

    /// Turns the clock forward, to the millisecond.
    ///
    /// ```
    /// use dataarts_security::Timestamp;
    /// use dataarts_simulator::Clock;
    ///
    /// let clock = Clock::fixed(Timestamp::from_millisecond(0));
    /// clock.advance(std::time::Duration::from_millis(5));
    /// assert_eq!(clock.now().as_millisecond(), 5);
    /// ```
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        // The closure never declines, so neither outcome needs a look.
        let _ = self
            .milliseconds
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |milliseconds| Some(milliseconds.saturating_add(by)));
    }
}

/// The clock of a client as well, so that client and simulator share one. A wait of the client advances a fixed clock and
/// takes no time.
///
/// ```
/// use dataarts_security::{Client, Timestamp};
/// use dataarts_simulator::{Clock, Simulator};
///
/// let clock = Clock::fixed(Timestamp::from_millisecond(1_710_901_516_000));
/// let simulator = Simulator::builder().clock(clock.clone());
/// let client = Client::builder().clock(clock);
/// ```
impl dataarts_security::Clock for Clock {
    fn now(&self) -> Timestamp {
        self.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        if self.runs {
            return Box::pin(tokio::time::sleep(duration));
        }
        self.advance(duration);
        Box::pin(ready(()))
    }
}

/// An error if the machine's clock is before 1970: hyper panics there.
#[allow(clippy::disallowed_methods, reason = "the one place where the simulator reads the machine's time")]
pub(crate) fn check_machine() -> Result<(), StartError> {
    check(SystemTime::now())
}

fn check(time: SystemTime) -> Result<(), StartError> {
    time.duration_since(SystemTime::UNIX_EPOCH).map(drop).map_err(|_| StartError::Clock)
}

/// Milliseconds since the epoch on the machine's clock; 0 when it stands before the epoch.
#[allow(clippy::disallowed_methods, reason = "the one place where the simulator reads the machine's time")]
fn machine_time() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|elapsed| i64::try_from(elapsed.as_millis()).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_before_1970_is_refused() {
        let second = Duration::from_secs(1);
        assert!(check(SystemTime::UNIX_EPOCH).is_ok() && check(SystemTime::UNIX_EPOCH + second).is_ok());
        assert!(matches!(check(SystemTime::UNIX_EPOCH - second), Err(StartError::Clock)));
    }

    #[test]
    fn clones_are_turned_together() {
        let clock = Clock::fixed(Timestamp::from_millisecond(1_000));
        clock.clone().advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Timestamp::from_millisecond(2_000));
        clock.clone().set(Timestamp::from_millisecond(500));
        assert_eq!(clock.now(), Timestamp::from_millisecond(500));
    }

    #[test]
    fn a_running_clock_can_be_turned_back() {
        let clock = Clock::system();
        clock.set(Timestamp::from_millisecond(0));
        assert!(clock.now() < Clock::system().now());
    }

    #[test]
    fn a_running_clock_stays_ahead_by_what_it_was_turned() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(Duration::from_secs(3_600));
        assert!(clock.now().as_millisecond() - before.as_millisecond() >= 3_600_000);
    }
}
