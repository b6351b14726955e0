//! The identity in use: renewed ahead of its end, by one renewal however many calls wait for it.
//!
//! There is no background task. Whoever needs an identity drives the renewal; the others wait for the same one, and it
//! goes on as long as one of them does.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{FutureExt as _, Shared, WeakShared};

use super::context::Context;
use super::identity::Identity;
use super::refresh::{Schedule, State};
use super::{CredentialSource, Fixed};
use crate::Timestamp;
use crate::error::Error;

/// How long a call waits for a renewal while the old identity is still valid, and then for how long none is tried: so an
/// identity service that hangs slows down one call in a while, not every one.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(10);

type Renewal = Pin<Box<dyn Future<Output = Result<Arc<Identity>, Error>> + Send>>;

/// The identity that a source gave, as long as it is good.
pub(crate) struct Cache {
    source: Arc<dyn CredentialSource>,
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    current: Option<(Arc<Identity>, Schedule)>,
    /// Weak, so that a renewal ends when nobody waits for it any more.
    renewal: Option<WeakShared<Renewal>>,
    /// After a renewal failed while the old identity was still valid.
    quiet_until: Option<Timestamp>,
}

/// How a call gets its identity.
enum Way {
    Have(Arc<Identity>),
    /// Renew, and fall back on the old one, which is still valid.
    Renew(Shared<Renewal>, Arc<Identity>),
    WaitFor(Shared<Renewal>),
}

impl Cache {
    pub(crate) fn new(source: Arc<dyn CredentialSource>) -> Self {
        Self { source, held: Arc::default() }
    }

    /// The same, with an identity that the source gave before.
    pub(crate) fn holding(source: Arc<dyn CredentialSource>, identity: Arc<Identity>, context: &Context) -> Self {
        let this = Self::new(source);
        this.held().keep(identity, this.source.refresh_before_expiry(), context);
        this
    }

    /// An identity for a call or two, which is not renewed.
    pub(crate) fn fixed(identity: Arc<Identity>, context: &Context) -> Self {
        Self::holding(Arc::new(Fixed(Identity::clone(&identity))), identity, context)
    }

    pub(crate) fn source(&self) -> &Arc<dyn CredentialSource> {
        &self.source
    }

    /// An identity that is valid now.
    pub(crate) async fn identity(&self, context: &Arc<Context>) -> Result<Arc<Identity>, Error> {
        if self.source.is_uncached() {
            return load(self.source.clone(), context.clone()).await;
        }
        let way = self.way(context);
        match way {
            Way::Have(identity) => Ok(identity),
            Way::WaitFor(renewal) => renewal.await,
            Way::Renew(renewal, old) => match tokio::time::timeout(PATIENCE, renewal).await {
                Ok(Ok(new)) => Ok(new),
                outcome => {
                    let reason = match outcome {
                        Ok(Err(error)) => error.to_string(),
                        _ => format!("no answer within {} s", PATIENCE.as_secs()),
                    };
                    tracing::warn!(source = old.source(), reason, "renewal failed; the old identity is used on");
                    self.held().quiet_until = Some(later(context.now(), PAUSE));
                    Ok(old)
                }
            },
        }
    }

    /// After the service refused `refused`: another identity to try once, where there is one.
    pub(crate) async fn refresh_after_401(
        &self,
        refused: &Arc<Identity>,
        context: &Arc<Context>,
    ) -> Result<Option<Arc<Identity>>, Error> {
        if !self.source.is_renewable() {
            return Ok(None);
        }
        {
            let mut held = self.held();
            // Another call may have renewed it already.
            if held.current.as_ref().is_some_and(|(current, _)| Arc::ptr_eq(current, refused)) {
                held.current = None;
            }
        }
        let identity = self.identity(context).await?;
        Ok(Some(identity).filter(|identity| !identity.same_credential(refused)))
    }

    fn way(&self, context: &Arc<Context>) -> Way {
        let mut held = self.held();
        let now = context.now();
        let under_way = held.renewal.as_ref().and_then(WeakShared::upgrade);
        let current = held.current.as_ref().map(|(identity, schedule)| (identity.clone(), schedule.state(now)));
        match (current, under_way) {
            (Some((identity, State::Fresh)), _) | (Some((identity, State::Due)), Some(_)) => Way::Have(identity),
            (Some((identity, State::Due)), None) if held.quiet_until.is_some_and(|until| now < until) => {
                Way::Have(identity)
            }
            (Some((identity, State::Due)), None) => Way::Renew(self.start(&mut held, context), identity),
            (Some((_, State::Expired)) | None, Some(renewal)) => Way::WaitFor(renewal),
            (Some((_, State::Expired)) | None, None) => Way::WaitFor(self.start(&mut held, context)),
        }
    }

    fn start(&self, held: &mut Held, context: &Arc<Context>) -> Shared<Renewal> {
        let (source, context, keeper) = (self.source.clone(), context.clone(), self.held.clone());
        let renewal: Renewal = Box::pin(async move {
            let loaded = load(source.clone(), context.clone()).await;
            let mut held = lock(&keeper);
            // A failure is not remembered: the next call tries again.
            held.renewal = None;
            let identity = loaded?;
            held.keep(identity.clone(), source.refresh_before_expiry(), &context);
            Ok(identity)
        });
        let renewal = renewal.shared();
        held.renewal = renewal.downgrade();
        renewal
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        lock(&self.held)
    }
}

impl Held {
    fn keep(&mut self, identity: Arc<Identity>, ahead: Duration, context: &Context) {
        let schedule = Schedule::new(context.now(), identity.expires_at(), ahead, context.jitter());
        self.current = Some((identity, schedule));
        self.quiet_until = None;
    }
}

async fn load(source: Arc<dyn CredentialSource>, context: Arc<Context>) -> Result<Arc<Identity>, Error> {
    let name = source.name();
    let loaded = source.load(context.clone()).await.and_then(|identity| {
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
        Err(error) => Err(error.in_credentials(name)),
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(now.as_millisecond().saturating_add(by))
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "cache/tests.rs"]
mod tests;
