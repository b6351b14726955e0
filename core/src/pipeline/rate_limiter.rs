//! The rate limiter: callers wait in the order in which they came.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::{Notify, watch};

use super::rate::Rate;
use super::request_log::{Admission, InFlight, RequestLog};
use crate::clock::Time;

/// A request in flight is looked for at most so often.
pub(super) const SHORTEST_CHECK: Duration = Duration::from_millis(100);

/// The rate limiter of one endpoint and credential.
///
/// Its futures hold a place in a queue. They belong into a task that has a deadline, never into a future that a caller may
/// keep without polling it.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    log: Mutex<RequestLog>,
    /// Held by the first in the queue.
    queue: tokio::sync::Mutex<()>,
    handed_back: Notify,
    held_until: watch::Sender<Duration>,
}

/// The end of a hold that lasts longer than the caller can wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HeldUntil(pub(crate) Duration);

impl Default for RateLimiter {
    fn default() -> Self {
        Self {
            log: Mutex::default(),
            queue: tokio::sync::Mutex::default(),
            handed_back: Notify::new(),
            held_until: watch::Sender::new(Duration::ZERO),
        }
    }
}

impl RateLimiter {
    /// Waits until `rate` allows a request, whose attempt takes `attempt` at most. Returns the permit and the time that the
    /// wait took.
    ///
    /// A hold after HTTP 429 that ends at `deadline` or later is an error at once.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        rate: Rate,
        time: &Time,
        deadline: Duration,
        attempt: Duration,
    ) -> Result<(Permit, Duration), HeldUntil> {
        let begin = time.elapsed();
        let mut held_until = self.held_until.subscribe();
        let held = async {
            // A hold that is over by now is none, however early the deadline is.
            let until = held_until.wait_for(|until| *until >= deadline && *until > begin).await;
            until.map_or(Duration::ZERO, |until| *until)
        };
        match select(pin!(held), pin!(self.first_in_queue(rate, time, attempt))).await {
            Either::Left((until, _)) => Err(HeldUntil(until)),
            Either::Right((permit, _)) => Ok((permit, time.elapsed().saturating_sub(begin))),
        }
    }

    async fn first_in_queue(self: &Arc<Self>, rate: Rate, time: &Time, attempt: Duration) -> Permit {
        let _first = self.queue.lock().await;
        loop {
            let handed_back = self.handed_back.notified();
            let now = time.elapsed();
            let admission = self.log().admit(rate, now, now.saturating_add(attempt));
            match admission {
                Admission::Granted(request) => {
                    return Permit { limiter: self.clone(), time: time.clone(), request: Some(request), sent: false };
                }
                Admission::WhenHandedBack(end) => {
                    // What waits for the network uses the timers of the runtime.
                    let timeout = end.saturating_sub(now).max(SHORTEST_CHECK);
                    let _ = tokio::time::timeout(timeout, handed_back).await;
                }
                Admission::At(at) | Admission::Held(at) => {
                    let wait = time.sleep(at.saturating_sub(now));
                    // In this order, so that a clock that is advanced by waiting is not advanced in vain.
                    select(pin!(handed_back), pin!(wait)).await;
                }
            }
        }
    }

    /// Whether forgetting it changes nothing.
    pub(crate) fn is_idle(&self, now: Duration) -> bool {
        self.log().is_idle(now)
    }

    fn log(&self) -> MutexGuard<'_, RequestLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send one request. Dropped, it is handed back: as one that counts, if the request was sent.
#[derive(Debug)]
pub(crate) struct Permit {
    limiter: Arc<RateLimiter>,
    time: Time,
    request: Option<InFlight>,
    sent: bool,
}

impl Permit {
    /// The request may reach the gateway from now on.
    pub(crate) fn sending(&mut self) {
        self.sent = true;
    }

    /// Nothing was sent after all.
    pub(crate) fn unsent(mut self) {
        self.sent = false;
    }

    /// The response was HTTP 429.
    pub(crate) fn throttled(mut self, retry_after: Option<Duration>) {
        if let Some(request) = self.request.take() {
            let limiter = &self.limiter;
            let until = limiter.log().throttled(request, self.time.elapsed(), retry_after);
            limiter.held_until.send_if_modified(|held| std::mem::replace(held, until.max(*held)) < until);
            limiter.handed_back.notify_one();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(request) = self.request.take() else { return };
        if self.sent {
            self.limiter.log().finished(request, self.time.elapsed());
        } else {
            self.limiter.log().returned(request);
        }
        self.limiter.handed_back.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use futures_util::poll;

    use super::*;
    use crate::timestamp::Timestamp;

    const ATTEMPT: Duration = Duration::from_secs(30);
    const WINDOW: Duration = Duration::from_secs(10);

    fn limiter() -> (Arc<RateLimiter>, Time, Arc<AtomicI64>, Rate) {
        let now = Arc::new(AtomicI64::new(1_000_000));
        let told = now.clone();
        let time = Time::told_by(move || Timestamp::from_millisecond(told.load(Ordering::SeqCst)));
        (Arc::default(), time, now, Rate::new(1, WINDOW).unwrap())
    }

    #[tokio::test]
    async fn a_hold_beyond_the_deadline_is_told_to_calls_that_are_already_waiting() {
        let (limiter, time, _, rate) = limiter();
        let begin = time.elapsed();
        let (mut permit, _) = limiter.acquire(rate, &time, begin + ATTEMPT, ATTEMPT).await.unwrap();
        let mut waiting = [10, 20, 1_000]
            .map(|seconds| Box::pin(limiter.acquire(rate, &time, begin + Duration::from_secs(seconds), ATTEMPT)));
        for call in &mut waiting {
            assert!(poll!(call).is_pending());
        }
        permit.sending();
        permit.throttled(Some(Duration::from_secs(200)));
        let until = HeldUntil(begin + Duration::from_secs(200));
        let [first, second, patient] = &mut waiting;
        for call in [first, second] {
            assert!(matches!(poll!(call), std::task::Poll::Ready(Err(held)) if held == until));
        }
        assert!(poll!(patient).is_pending());
    }

    #[tokio::test]
    async fn a_hold_that_is_over_stops_no_call_however_short() {
        let (limiter, time, now, rate) = limiter();
        let begin = time.elapsed();
        let (mut permit, _) = limiter.acquire(rate, &time, begin + ATTEMPT, ATTEMPT).await.unwrap();
        permit.sending();
        permit.throttled(Some(Duration::from_secs(200)));
        now.fetch_add(200_000, Ordering::SeqCst);
        let begin = time.elapsed();
        assert!(limiter.acquire(rate, &time, begin, ATTEMPT).await.is_ok());
    }

    #[tokio::test]
    async fn a_dropped_permit_counts_only_if_its_request_may_have_been_sent() {
        for sent in [false, true] {
            let (limiter, time, _, rate) = limiter();
            let (mut permit, _) = limiter.acquire(rate, &time, Duration::MAX, ATTEMPT).await.unwrap();
            if sent {
                permit.sending();
            }
            drop(permit);
            let mut next = Box::pin(limiter.acquire(rate, &time, Duration::MAX, ATTEMPT));
            assert_eq!(poll!(next.as_mut()).is_pending(), sent);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_that_is_never_handed_back_is_missed_only_until_its_attempt_times_out() {
        let (limiter, time, now, rate) = limiter();
        let begin = time.elapsed();
        let (mut lost, _) = limiter.acquire(rate, &time, begin + ATTEMPT, ATTEMPT).await.unwrap();
        lost.sending();
        std::mem::forget(lost);
        let mut next = Box::pin(limiter.acquire(rate, &time, Duration::MAX, ATTEMPT));
        assert!(poll!(next.as_mut()).is_pending());
        now.fetch_add(40_000, Ordering::SeqCst);
        assert!(next.await.is_ok());
    }
}
