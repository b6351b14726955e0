//! Where an identity comes from.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::context::Context;
use super::identity::Identity;
use crate::error::Error;

/// How long before its expiry an identity is refreshed, unless its source says otherwise.
pub(super) const REFRESH_BEFORE_EXPIRY: Duration = Duration::from_secs(10 * 60);

pub(super) type Loading = Pin<Box<dyn Future<Output = Result<Identity, Error>> + Send>>;

/// Where an identity comes from.
pub(crate) trait CredentialSource: Send + Sync + 'static {
    /// In words for people; part of errors.
    fn name(&self) -> String;

    /// An identity that is valid now.
    fn load(self: Arc<Self>, context: Arc<Context>) -> Loading;

    /// Refuses, without any I/O, what cannot work.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Whether an identity of it may tell its project or its region.
    fn may_know_project(&self) -> bool {
        true
    }

    /// How long before its expiry an identity is refreshed.
    fn refresh_before_expiry(&self) -> Duration {
        REFRESH_BEFORE_EXPIRY
    }

    /// Whether asking again can give another identity.
    fn is_renewable(&self) -> bool {
        true
    }

    /// Whether it is asked for each request, because that is cheap and the answer may change at any time.
    fn is_uncached(&self) -> bool {
        false
    }
}

/// An identity that was given by hand.
pub(crate) struct Fixed(pub(crate) Identity);

impl CredentialSource for Fixed {
    fn name(&self) -> String {
        self.0.source().to_owned()
    }

    fn load(self: Arc<Self>, _: Arc<Context>) -> Loading {
        Box::pin(ready(Ok(self.0.clone())))
    }

    fn check(&self) -> Result<(), Error> {
        self.0.check()
    }

    fn may_know_project(&self) -> bool {
        self.0.project_id().or(self.0.region()).is_some()
    }

    fn is_renewable(&self) -> bool {
        false
    }
}
