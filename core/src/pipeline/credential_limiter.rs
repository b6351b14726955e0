//! The requests with one credential: callers wait in the order in which they came.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::sync::Notify;

use super::credential_gate::{Admission, CredentialGate, InFlight};
use super::rate_limiter::SHORTEST_CHECK;
use crate::clock::Time;
use crate::error::Error;

/// The limiter of one access key or token, for all endpoints.
///
/// Its futures hold a place in a queue. They belong into a task that has a deadline, never into a future that a caller may
/// keep without polling it.
#[derive(Debug)]
pub(crate) struct CredentialLimiter {
    gate: Mutex<CredentialGate>,
    /// Held by the first in the queue.
    queue: tokio::sync::Mutex<()>,
    handed_back: Notify,
}

/// The service rejected the credential: nothing is sent before this moment.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub(crate) until: Duration,
    pub(crate) error: Error,
}

impl CredentialLimiter {
    pub(crate) fn new(is_access_key: bool) -> Self {
        Self {
            gate: Mutex::new(CredentialGate::new(is_access_key)),
            queue: tokio::sync::Mutex::default(),
            handed_back: Notify::new(),
        }
    }

    /// Waits until a request may be sent, whose attempt takes `attempt` at most and of which `most` may be in flight.
    pub(crate) async fn acquire(self: &Arc<Self>, most: u32, time: &Time, attempt: Duration) -> Result<Slot, Rejected> {
        let _first = self.queue.lock().await;
        loop {
            let handed_back = self.handed_back.notified();
            let now = time.elapsed();
            let admission = self.gate().admit(most, now, now.saturating_add(attempt));
            match admission {
                Admission::Granted(request) => return Ok(Slot { limiter: self.clone(), request: Some(request) }),
                Admission::Rejected(until, error) => return Err(Rejected { until, error }),
                Admission::WhenHandedBack(end) => {
                    // What waits for the network uses the timers of the runtime.
                    let timeout = end.saturating_sub(now).max(SHORTEST_CHECK);
                    let _ = tokio::time::timeout(timeout, handed_back).await;
                }
            }
        }
    }

    pub(crate) fn is_idle(&self, now: Duration) -> bool {
        self.gate().is_idle(now)
    }

    fn gate(&self) -> MutexGuard<'_, CredentialGate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one request among those in flight. Dropped, it is handed back as one without a response.
#[derive(Debug)]
pub(crate) struct Slot {
    limiter: Arc<CredentialLimiter>,
    request: Option<InFlight>,
}

impl Slot {
    /// A response came, and this is its status; `error` tells of one that is HTTP 401.
    pub(crate) fn answered(mut self, status: StatusCode, now: Duration, error: impl FnOnce() -> Error) {
        if let Some(request) = self.request.take() {
            self.limiter.gate().answered(request, status, now, error);
            self.limiter.handed_back.notify_one();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            self.limiter.gate().handed_back(request);
            self.limiter.handed_back.notify_one();
        }
    }
}
