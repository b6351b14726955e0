//! What the calls of a client share: connections, endpoint, identity, limits and clock.

use std::sync::Arc;

use super::budget::Budget;
use super::rate::Rate;
use super::shared_limits::SharedLimits;
use crate::clock::Time;
use crate::credentials::Identity;
use crate::credentials::cache::Cache;
use crate::credentials::context::Context;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::interceptor::Interceptor;
use crate::redaction::Redactor;
use crate::secret::Secret;

/// The path of requests to one endpoint.
pub(crate) struct Pipeline {
    pub(crate) http: reqwest::Client,
    pub(crate) endpoint: Endpoint,
    /// Without, requests carry no identity, as those that get one.
    pub(crate) credentials: Option<Cache>,
    pub(crate) context: Arc<Context>,
    /// Absent, requests are not rate limited, as those to IAM.
    pub(crate) rate_limit: Option<Rate>,
    /// Pages that a listing reads at the same time.
    pub(crate) pages_in_flight: u32,
    /// Secrets in the bodies of requests.
    pub(crate) redacted: Arc<[Secret]>,
}

impl Pipeline {
    pub(crate) fn time(&self) -> &Time {
        &self.context.time
    }

    pub(crate) fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.context.interceptors
    }

    pub(super) fn shared_limits(&self) -> &SharedLimits {
        &self.context.limits
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.context.budget
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
        Redactor::new(identity, self.redacted.clone())
    }
}
