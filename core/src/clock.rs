//! The time, and waiting for it. No other module reads a clock.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::timestamp::Timestamp;

/// A source of time for a client, which also waits.
///
/// Tests bring a clock, so that credentials expire and pauses pass without waiting. Telling the time and waiting belong
/// together: when a wait of this clock is over, its time has advanced. A clock that stands still would make the client
/// wait until the timeout of the call.
///
/// ```
/// use std::future::{Future, ready};
/// use std::pin::Pin;
/// use std::sync::atomic::{AtomicI64, Ordering};
/// use std::time::Duration;
///
/// use dataarts_security::{Client, Clock, Timestamp};
///
/// /// Shows the same time until a wait advances it.
/// struct TestClock(AtomicI64);
///
/// impl Clock for TestClock {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_millisecond(self.0.load(Ordering::SeqCst))
///     }
///
///     fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
///         self.0.fetch_add(duration.as_millis() as i64, Ordering::SeqCst);
///         Box::pin(ready(()))
///     }
/// }
///
/// let builder = Client::builder().clock(TestClock(AtomicI64::new(1_710_901_516_000)));
/// ```
pub trait Clock: Send + Sync + 'static {
    /// Returns the current time. It decides when credentials expire, and it is the time in signatures.
    fn now(&self) -> Timestamp;

    /// Waits for `duration`, a whole number of milliseconds. When the wait is over, [`now`](Self::now) must have advanced by
    /// at least as much.
    ///
    /// Waits for the network do not use it: they use the timers of the runtime.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// Returns the time since a fixed moment. Default: the time of [`now`](Self::now) since 1970.
    fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.now().as_millisecond()).unwrap_or(0))
    }
}

/// A clock that several clients share.
impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        self.as_ref().now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.as_ref().sleep(duration)
    }

    fn elapsed(&self) -> Duration {
        self.as_ref().elapsed()
    }
}

/// The clocks of this machine.
struct SystemClock {
    start: Instant,
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "everything else takes the time as an argument")]
    fn now(&self) -> Timestamp {
        let milliseconds = |elapsed: Duration| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(elapsed) => milliseconds(elapsed),
            Err(before) => -milliseconds(before.duration()),
        })
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }

    /// Does not jump when the wall clock is set.
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// The clock of a client.
#[derive(Clone)]
pub(crate) struct Time(Arc<dyn Clock>);

impl Time {
    pub(crate) fn of(clock: impl Clock) -> Self {
        Self(Arc::new(clock))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.now()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Waits for `duration`, rounded up to what a [`Timestamp`] can show.
    pub(crate) async fn sleep(&self, duration: Duration) {
        let part = duration.subsec_nanos() % 1_000_000;
        let rest = if part == 0 { 0 } else { 1_000_000 - part };
        self.0.sleep(duration.saturating_add(Duration::from_nanos(rest.into()))).await;
    }
}

#[cfg(test)]
impl Time {
    /// The time that a function returns, for tests in which nothing waits.
    pub(crate) fn told_by(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        struct Told<F>(F);

        impl<F: Fn() -> Timestamp + Send + Sync + 'static> Clock for Told<F> {
            fn now(&self) -> Timestamp {
                (self.0)()
            }

            fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
                Box::pin(std::future::pending())
            }
        }

        Self::of(Told(now))
    }
}

impl Default for Time {
    #[allow(clippy::disallowed_methods, reason = "everything else takes the time as an argument")]
    fn default() -> Self {
        // One start for the process: clients share limits that remember times.
        static START: OnceLock<Instant> = OnceLock::new();
        Self(Arc::new(SystemClock { start: *START.get_or_init(Instant::now) }))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Time")
    }
}
