//! The time, and waiting for it: the one place that reads clocks.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Timestamp;

/// The time that a client goes by, and how it waits.
///
/// A test gives its own, so that identities expire and pauses pass without waiting. A closure that tells the time is a
/// clock, too; it waits on the timers of the runtime.
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
/// use std::time::Duration;
///
/// use dataarts_security::{Client, Clock, Timestamp};
///
/// /// Shows the same time until someone waits for a later one.
/// struct Turned(AtomicI64);
///
/// impl Clock for Turned {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_millisecond(self.0.load(Ordering::SeqCst))
///     }
///
///     async fn sleep(&self, duration: Duration) {
///         self.0.fetch_add(duration.as_millis() as i64, Ordering::SeqCst);
///     }
/// }
///
/// let builder = Client::builder().clock(Turned(AtomicI64::new(1_710_901_516_000)));
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Waits so long. What waits for the network does not go by this, but by the runtime.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}

impl<F: Fn() -> Timestamp + Send + Sync + 'static> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A clock behind a pointer.
trait AnyClock: Send + Sync {
    fn now(&self) -> Timestamp;
    /// Time since some moment, which does not jump when the wall clock is set.
    fn elapsed(&self) -> Duration;
    fn sleep(&self, duration: Duration) -> Sleep<'_>;
}

impl<C: Clock> AnyClock for C {
    fn now(&self) -> Timestamp {
        Clock::now(self)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(Clock::now(self).as_millisecond()).unwrap_or(0))
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(Clock::sleep(self, duration))
    }
}

/// The clocks of this machine.
struct Machine {
    start: Instant,
}

impl AnyClock for Machine {
    #[allow(clippy::disallowed_methods, reason = "everything else takes the time as an argument")]
    fn now(&self) -> Timestamp {
        let milliseconds = |elapsed: Duration| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(elapsed) => milliseconds(elapsed),
            Err(before) => -milliseconds(before.duration()),
        })
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Where a client's time comes from.
#[derive(Clone)]
pub(crate) struct Time(Arc<dyn AnyClock>);

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

    pub(crate) async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

impl Default for Time {
    #[allow(clippy::disallowed_methods, reason = "everything else takes the time as an argument")]
    fn default() -> Self {
        Self(Arc::new(Machine { start: Instant::now() }))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Time")
    }
}
