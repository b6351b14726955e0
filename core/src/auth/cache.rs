//! The credentials in use, refreshed by one task however many calls need them.
//!
//! A refresh belongs to a task, not to the call that started it: it completes for later calls, too. A call only waits
//! for its outcome, so that a call that ends, or that nobody polls, holds up no other. The lock is never held across an
//! await. A runtime that shuts down drops the task and with it the sender of the outcome; the next call starts another.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::instrument::{Instrument as _, WithSubscriber as _};

use super::context::Context;
use super::identity::Identity;
use super::refresh::{Failure, REFRESH_TIMEOUT, Schedule, State};
use super::source::{CredentialSource, Fixed};
use crate::error::Error;

type Outcome = Result<Arc<Identity>, Error>;

/// The identity that a source gave, as long as it is good.
pub(crate) struct Cache {
    shared: Arc<Shared>,
}

struct Shared {
    source: Arc<dyn CredentialSource>,
    /// The service rejected an identity and has accepted none since.
    rejected: AtomicBool,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    current: Option<Current>,
    refresh: Option<Refresh>,
    /// How the last refresh failed.
    failure: Option<Failure>,
    /// How many refreshes were started.
    started: u64,
}

struct Current {
    identity: Arc<Identity>,
    schedule: Schedule,
    standing: Standing,
}

/// What the service has said of an identity.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Standing {
    /// Nothing against it.
    Trusted,
    /// Replaces a rejected one, and was not accepted yet.
    Unproven,
    /// Rejected once, and not accepted since.
    Rejected,
}

/// A refresh in progress.
struct Refresh {
    number: u64,
    /// By the client's clock.
    started: Duration,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// How a call gets its identity.
enum Lookup {
    Found(Arc<Identity>),
    Wait(watch::Receiver<Option<Outcome>>),
}

impl Cache {
    pub(crate) fn new(source: Arc<dyn CredentialSource>) -> Self {
        Self { shared: Arc::new(Shared { source, rejected: AtomicBool::new(false), held: Mutex::default() }) }
    }

    /// A cache that holds an identity which the source gave before.
    pub(crate) fn holding(source: Arc<dyn CredentialSource>, identity: Arc<Identity>, context: &Context) -> Self {
        let this = Self::new(source);
        this.shared.store(&mut this.shared.held(), identity, context);
        this
    }

    /// A cache of one identity, which is never refreshed.
    pub(crate) fn fixed(identity: Arc<Identity>, context: &Context) -> Self {
        Self::holding(Arc::new(Fixed(Identity::clone(&identity))), identity, context)
    }

    pub(crate) fn source(&self) -> &Arc<dyn CredentialSource> {
        &self.shared.source
    }

    /// An identity that is valid now.
    pub(crate) async fn identity(&self, context: &Arc<Context>) -> Result<Arc<Identity>, Error> {
        if self.source().is_uncached() {
            return load(self.source(), context).await;
        }
        self.obtain(context, None).await
    }

    /// Notes that the service accepted `identity`. Cheap: it looks further only after a rejection.
    pub(crate) fn accepted(&self, identity: &Identity) {
        if !self.shared.rejected.load(Ordering::Relaxed) {
            return;
        }
        let mut held = self.shared.held();
        if let Some(current) = held.current.as_mut().filter(|current| current.identity.same_credential(identity)) {
            current.standing = Standing::Trusted;
            held.failure = None;
            self.shared.rejected.store(false, Ordering::Relaxed);
        }
    }

    /// After the service rejected `rejected` with HTTP 401: another identity to try once, if there is one.
    pub(crate) async fn refresh_after_401(
        &self,
        rejected: &Arc<Identity>,
        context: &Arc<Context>,
    ) -> Result<Option<Arc<Identity>>, Error> {
        if !self.source().is_renewable() {
            return Ok(None);
        }
        let identity = if self.source().is_uncached() {
            load(self.source(), context).await?
        } else {
            self.obtain(context, Some(rejected)).await?
        };
        Ok(Some(identity).filter(|identity| !identity.same_credential(rejected)))
    }

    async fn obtain(&self, context: &Arc<Context>, rejected: Option<&Arc<Identity>>) -> Result<Arc<Identity>, Error> {
        // A runtime that shuts down ends its refresh without an outcome. This call then starts another one, but only once.
        for _ in 0..2 {
            match self.shared.lookup(context, rejected)? {
                Lookup::Found(identity) => return Ok(identity),
                Lookup::Wait(mut outcome) => {
                    let outcome = outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| (*outcome).clone());
                    if let Some(outcome) = outcome {
                        return outcome;
                    }
                }
            }
        }
        Err(Error::credentials("the runtime shut down during the refresh").in_credentials(self.source().name()))
    }
}

impl Shared {
    fn lookup(self: &Arc<Self>, context: &Arc<Context>, rejected: Option<&Arc<Identity>>) -> Result<Lookup, Error> {
        let (now, elapsed) = (context.now(), context.time.elapsed());
        let mut held = self.held();
        if let (Some(rejected), Some(current)) = (rejected, &held.current) {
            if Arc::ptr_eq(&current.identity, rejected) {
                self.reject(&mut held, elapsed);
            } else if current.identity.same_credential(rejected) && held.refresh.is_none() {
                // Sent before the last rejection; the refresh after that one gave nothing else.
                return Ok(Lookup::Found(current.identity.clone()));
            }
        }
        held.refresh = held.refresh.take().filter(|refresh| refresh.is_alive(elapsed));
        let usable = |identity: &Identity| rejected.is_none_or(|rejected| !identity.same_credential(rejected));
        let current = held.current.as_ref().filter(|current| usable(&current.identity));
        match current.map(|current| (current.identity.clone(), current.schedule.state(now))) {
            Some((identity, State::Fresh)) => Ok(Lookup::Found(identity)),
            Some((identity, State::Due)) => {
                let is_paused = held.failure.as_ref().is_some_and(|failure| failure.is_paused(elapsed));
                if held.refresh.is_none() && !is_paused {
                    // Without a runtime no refresh starts, but the identity is valid.
                    self.start(&mut held, context, elapsed).ok();
                }
                Ok(Lookup::Found(identity))
            }
            Some((_, State::Expired)) | None => match (&held.refresh, &held.failure) {
                (Some(refresh), _) => Ok(Lookup::Wait(refresh.outcome.clone())),
                (None, Some(failure)) if failure.is_remembered(elapsed) => Err(failure.error().clone()),
                (None, _) => self.start(&mut held, context, elapsed).map(Lookup::Wait),
            },
        }
    }

    /// The service rejected the current identity.
    fn reject(&self, held: &mut Held, elapsed: Duration) {
        self.rejected.store(true, Ordering::Relaxed);
        match held.current.take() {
            Some(current) if current.standing != Standing::Rejected => {
                if current.standing == Standing::Unproven {
                    let error = Error::credentials("the service keeps rejecting its credentials with HTTP 401");
                    let error = error.in_credentials(self.source.name());
                    held.failure = Some(Failure::new(error, elapsed, held.failure.take()));
                }
                // A pointer of its own: what was sent before this rejection does not count as a second one.
                let identity = Arc::new(Identity::clone(&current.identity));
                held.current = Some(Current { identity, standing: Standing::Rejected, ..current });
            }
            // Twice in a row: no longer used.
            Some(_) | None => {}
        }
    }

    /// Starts a task that asks the source. Dropping the task locks nothing, since a runtime may drop it at once.
    fn start(
        self: &Arc<Self>,
        held: &mut Held,
        context: &Arc<Context>,
        started: Duration,
    ) -> Result<watch::Receiver<Option<Outcome>>, Error> {
        let runtime = Handle::try_current().map_err(|_| {
            let error = Error::invalid_input("a refresh needs a tokio runtime; make the call within one");
            error.in_credentials(self.source.name())
        })?;
        held.started += 1;
        let number = held.started;
        let (sender, outcome) = watch::channel(None);
        held.refresh = Some(Refresh { number, started, outcome: outcome.clone() });
        let (this, context) = (self.clone(), context.clone());
        let refresh = async move {
            let outcome = load_within_limits(&this.source, &context).await;
            this.complete(number, &outcome, &context);
            sender.send_replace(Some(outcome));
        };
        runtime.spawn(refresh.in_current_span().with_current_subscriber());
        Ok(outcome)
    }

    fn complete(&self, number: u64, outcome: &Outcome, context: &Context) {
        let (now, elapsed) = (context.now(), context.time.elapsed());
        let mut held = self.held();
        if held.refresh.as_ref().is_none_or(|refresh| refresh.number != number) {
            return; // It took too long, and another one was started.
        }
        held.refresh = None;
        match outcome {
            Ok(identity) => self.store(&mut held, identity.clone(), context),
            Err(error) => {
                held.failure = Some(Failure::new(error.clone(), elapsed, held.failure.take()));
                let current = held.current.as_ref().filter(|current| current.schedule.state(now) != State::Expired);
                let is_valid = current.is_some();
                drop(held);
                if is_valid {
                    tracing::warn!(%error, "credential refresh failed; using current credentials");
                }
            }
        }
    }

    fn store(&self, held: &mut Held, identity: Arc<Identity>, context: &Context) {
        let ahead = self.source.refresh_before_expiry();
        let schedule = Schedule::new(context.now(), identity.expires_at(), ahead, context.jitter());
        let standing = match &held.current {
            _ if !self.rejected.load(Ordering::Relaxed) => Standing::Trusted,
            Some(current) if current.identity.same_credential(&identity) => current.standing,
            Some(_) | None => Standing::Unproven,
        };
        if standing == Standing::Trusted {
            held.failure = None;
        }
        held.current = Some(Current { identity, schedule, standing });
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refresh {
    /// Whether its task runs and is within its time. A task is not polled if its runtime is not.
    fn is_alive(&self, elapsed: Duration) -> bool {
        self.outcome.has_changed().is_ok() && elapsed.saturating_sub(self.started) <= REFRESH_TIMEOUT
    }
}

/// Loads within [`REFRESH_TIMEOUT`]; a panic of the source is an error.
async fn load_within_limits(source: &Arc<dyn CredentialSource>, context: &Arc<Context>) -> Outcome {
    let loading = async { tokio::time::timeout(REFRESH_TIMEOUT, load(source, context)).await };
    let error = match catch_panic(loading).await {
        Some(Ok(outcome)) => return outcome,
        Some(Err(_)) => Error::timeout(format!("no answer within {} s", REFRESH_TIMEOUT.as_secs())),
        None => Error::credentials("it panicked"),
    };
    Err(error.in_credentials(source.name()))
}

/// The output of `future`, or `None` if it panicked.
async fn catch_panic<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

async fn load(source: &Arc<dyn CredentialSource>, context: &Arc<Context>) -> Outcome {
    let loaded = source.clone().load(context.clone()).await.and_then(|identity| {
        identity.check()?;
        match identity.expires_at() {
            Some(expires) if expires <= context.now() => {
                Err(Error::invalid_input(format!("it gave an identity that expired at {expires}; check the clock")))
            }
            _ => Ok(identity),
        }
    });
    match loaded {
        Ok(identity) => {
            tracing::debug!(
                source = identity.source(),
                kind = identity.kind(),
                expires = identity.expires_at().map(tracing::field::display),
                "identity obtained"
            );
            if let Some(warning) = identity.warning() {
                tracing::warn!(source = identity.source(), "{warning}");
            }
            Ok(Arc::new(identity))
        }
        // A source of several names the one that failed.
        Err(error) if error.is_credentials() => Err(error),
        Err(error) => Err(error.in_credentials(source.name())),
    }
}

#[cfg(test)]
mod tests;
