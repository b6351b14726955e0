//! Limits that hold for a whole process, whatever number of clients it has.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::credential_limiter::CredentialLimiter;
use super::rate_limiter::RateLimiter;
use crate::auth::identity::{CredentialId, Identity};

/// Requests of one credential in flight, unless a client or the limits say otherwise.
const IN_FLIGHT: u32 = 4;
/// Above so many entries, those that nobody needs are removed.
const PRUNE_ABOVE: usize = 64;

/// The state that clients share about the credentials that they use: how many requests are in flight, whether the service
/// rejected them, and how many requests were sent to which endpoint.
///
/// All clients of a process share one, so that several clients with one access key neither lock it nor exceed the rate of
/// its user together:
///
/// - The first request of an access key or token is sent alone; the others wait for its response. Then at most 4 requests
///   are in flight, or as many as a client or listing asks for with `concurrency`.
/// - After HTTP 401 nothing more is sent with that access key for five minutes, and then one request alone: more than five
///   failures in a row would lock it. Calls fail at once with the error of the 401
///   ([`Error::is_unauthorized`](crate::Error::is_unauthorized)), and [`Error::retry_at`](crate::Error::retry_at) is the
///   end of the five minutes. A token, which is never locked, is sent once more, alone, before the same happens.
/// - Requests to one endpoint with one access key or token count together for the rate limit of each client.
///
/// A client with a clock of its own has limits of its own, unless they are set.
///
/// ```
/// use dataarts_security::{Client, SharedLimits};
///
/// // Clients of a test that must not affect each other.
/// let builder = Client::builder().shared_limits(SharedLimits::new());
/// ```
#[derive(Clone)]
pub struct SharedLimits {
    inner: Arc<Inner>,
}

struct Inner {
    max_in_flight: u32,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    credentials: HashMap<CredentialId, Arc<CredentialLimiter>>,
    rates: HashMap<(CredentialId, String), Arc<RateLimiter>>,
}

impl SharedLimits {
    /// Creates limits that share nothing with others.
    ///
    /// ```
    /// let limits = dataarts_security::SharedLimits::new();
    /// ```
    pub fn new() -> Self {
        Self::with_max_in_flight(IN_FLIGHT)
    }

    /// Creates limits with another number of requests that may be in flight with one access key or token, 1 or more.
    ///
    /// ```
    /// let limits = dataarts_security::SharedLimits::with_max_in_flight(100);
    /// ```
    pub fn with_max_in_flight(requests: u32) -> Self {
        Self { inner: Arc::new(Inner { max_in_flight: requests.max(1), entries: Mutex::default() }) }
    }

    /// Returns the limits of this process.
    pub(crate) fn of_process() -> Self {
        static OF_PROCESS: OnceLock<SharedLimits> = OnceLock::new();
        OF_PROCESS.get_or_init(Self::new).clone()
    }

    pub(crate) fn max_in_flight(&self) -> u32 {
        self.inner.max_in_flight
    }

    /// The limiter of the requests with `identity`.
    pub(crate) fn credential(&self, identity: &Identity, now: Duration) -> Arc<CredentialLimiter> {
        let mut entries = self.entries();
        entries.prune(now);
        let new = || Arc::new(CredentialLimiter::new(identity.is_access_key()));
        entries.credentials.entry(identity.credential_id()).or_insert_with(new).clone()
    }

    /// The rate limiter of the requests to `endpoint` with `identity`.
    pub(crate) fn rate(&self, identity: &Identity, endpoint: &str, now: Duration) -> Arc<RateLimiter> {
        let mut entries = self.entries();
        entries.prune(now);
        entries.rates.entry((identity.credential_id(), endpoint.to_owned())).or_default().clone()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.inner.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Removes what nobody holds and what remembers nothing: of tokens that were replaced.
    fn prune(&mut self, now: Duration) {
        if self.credentials.len() > PRUNE_ABOVE {
            self.credentials.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.is_idle(now));
        }
        if self.rates.len() > PRUNE_ABOVE {
            self.rates.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.is_idle(now));
        }
    }
}

impl Default for SharedLimits {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SharedLimits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SharedLimits").field("max_in_flight", &self.inner.max_in_flight).finish_non_exhaustive()
    }
}
