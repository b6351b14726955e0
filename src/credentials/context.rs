//! What sources are given to work with: the time, the network, and where IAM is.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::cache::Cache;
use super::identity::Identity;
use super::refresh::REFRESH_TIMEOUT;
use crate::client::Client;
use crate::clock::Time;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::secret::Secret;
use crate::transport::{Budget, HttpSettings, Pipeline, SharedLimits};
use crate::{CallOptions, Interceptor, Timestamp};

/// Settings of a client that its credentials share.
pub(crate) struct Context {
    pub(crate) http: HttpSettings,
    pub(crate) time: Time,
    /// Limits of calls to IAM.
    pub(crate) options: CallOptions,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    /// Shared by all that the client and its credentials send.
    pub(crate) budget: Budget,
    pub(crate) limits: SharedLimits,
    /// The client's region, by which IAM's host and the project are found.
    pub(crate) region: Option<String>,
    /// The client's project, which a login can be for.
    pub(crate) project_id: Option<String>,
    /// Set by hand; wins over what a source names.
    pub(crate) iam_endpoint: Option<Endpoint>,
    pub(crate) allow_http: bool,
    /// Connections to IAM; to this machine, they pass by every proxy.
    iam: [OnceLock<reqwest::Client>; 2],
}

impl Context {
    pub(crate) fn new(http: HttpSettings, time: Time) -> Self {
        Self {
            http,
            time,
            options: CallOptions::new(),
            interceptors: Vec::new(),
            budget: Budget::default(),
            limits: SharedLimits::new(),
            region: None,
            project_id: None,
            iam_endpoint: None,
            allow_http: false,
            iam: Default::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// A random number from 0 to 1.
    pub(crate) fn jitter(&self) -> f64 {
        fastrand::f64()
    }

    /// A client of IAM that calls as `identity`, or as nobody yet. `named` is the endpoint and `region` the region that the
    /// source knows; what was set for the client wins. Texts of IAM are searched for `hidden`, which the body carries.
    pub(crate) fn iam(
        self: &Arc<Self>,
        named: Option<&str>,
        region: Option<&str>,
        identity: Option<Arc<Identity>>,
        hidden: Vec<Secret>,
    ) -> Result<Client, Error> {
        let endpoint = match (&self.iam_endpoint, named) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, Some(named)) => Endpoint::parse(named, self.allow_http)?,
            (None, None) => Endpoint::of_iam(self.region.as_deref().or(region)),
        };
        self.http.check_endpoint(&endpoint)?;
        let direct = endpoint.is_loopback();
        let connections = self.iam.get(usize::from(direct)).and_then(OnceLock::get).cloned();
        let connections = match connections {
            Some(connections) => connections,
            None => {
                let made = self.http.connections(direct)?;
                // Whichever of two was first is used from then on.
                self.iam.get(usize::from(direct)).map_or(made.clone(), |slot| slot.get_or_init(|| made).clone())
            }
        };
        let pipeline = Pipeline {
            http: connections,
            endpoint,
            credentials: identity.map(|identity| Cache::fixed(identity, self)),
            context: self.clone(),
            rate_limit: None,
            pages_in_flight: 1,
            redacted: hidden.into(),
        };
        let client = Client::without_project(pipeline);
        // A login may take longer than the call that needs it: it completes for later calls.
        Ok(client.with_options(CallOptions::new().call_timeout(REFRESH_TIMEOUT)))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Context").field("region", &self.region).finish_non_exhaustive()
    }
}
