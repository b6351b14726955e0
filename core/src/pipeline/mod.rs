//! The path of a request: rate limit, credentials, signature, attempts within limits, retries.
//!
//! `retry_loop` drives what the others decide: `retry` whether and when to retry, `budget` whether the client has failed
//! too often for that, `request_log` when the rate allows a request. Those three and `retry_after` do no I/O and read no
//! clock.

pub(crate) mod budget;
mod credential_gate;
mod credential_limiter;
pub(crate) mod limits;
mod observation;
pub(crate) mod rate;
mod rate_limiter;
mod request_log;
mod retry;
pub(crate) mod retry_after;
pub(crate) mod retry_loop;
pub(crate) mod shared_limits;

use std::sync::Arc;

use self::budget::Budget;
use self::rate::Rate;
use self::shared_limits::SharedLimits;
use crate::auth::cache::Cache;
use crate::auth::context::Context;
use crate::auth::identity::Identity;
use crate::clock::Time;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::interceptor::Interceptor;
use crate::redaction::{HasSecrets, Redactor};
use crate::secret::Secret;

/// The path of requests to one endpoint.
pub(crate) struct Pipeline {
    pub(crate) http: reqwest::Client,
    pub(crate) endpoint: Endpoint,
    /// Without, requests carry no identity, as those that get one.
    pub(crate) credentials: Option<Cache>,
    /// What credentials are refreshed with.
    pub(crate) context: Arc<Context>,
    pub(crate) shared: Arc<Shared>,
    /// Absent, requests are not rate limited, as those to IAM.
    pub(crate) rate_limit: Option<Rate>,
    /// Pages that a listing reads at the same time.
    pub(crate) pages_in_flight: u32,
    /// Secrets in the bodies of requests.
    pub(crate) redacted: Arc<[Secret]>,
}

/// What all that a client and its credentials send has in common.
pub(crate) struct Shared {
    pub(crate) time: Time,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) budget: Budget,
    pub(crate) limits: SharedLimits,
    /// With these codes the service says that an object does not exist.
    pub(crate) not_found_codes: &'static [&'static str],
}

impl Pipeline {
    pub(crate) fn time(&self) -> &Time {
        &self.shared.time
    }

    pub(crate) fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.shared.interceptors
    }

    pub(super) fn shared_limits(&self) -> &SharedLimits {
        &self.shared.limits
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.shared.budget
    }

    /// The identity that the next request carries.
    pub(crate) async fn current_identity(&self) -> Result<Option<Arc<Identity>>, Error> {
        match &self.credentials {
            Some(cache) => cache.identity(&self.context).await.map(Some),
            None => Ok(None),
        }
    }

    /// Another identity than the one that the service rejected, if there is one.
    pub(super) async fn refresh_after_401(&self, rejected: &Arc<Identity>) -> Result<Option<Arc<Identity>>, Error> {
        match &self.credentials {
            Some(cache) => cache.refresh_after_401(rejected, &self.context).await,
            None => Ok(None),
        }
    }

    /// Notes that an attempt with `identity` succeeded.
    pub(super) fn accepted(&self, identity: &Identity) {
        if let Some(cache) = &self.credentials {
            cache.accepted(identity);
        }
    }

    /// What knows the secrets of a request as `identity`.
    pub(super) fn redactor(&self, identity: Option<Arc<Identity>>) -> Redactor {
        Redactor::new(identity.map(|identity| identity as Arc<dyn HasSecrets>), self.redacted.clone())
    }
}
