//! What sources are given to work with: the time, IAM, and what is set for the client.

use std::fmt;
use std::sync::Arc;

use super::iam::{Iam, ProjectRef};
use crate::clock::Time;
use crate::error::Error;
use crate::timestamp::Timestamp;

/// Settings of a client that its credentials share.
pub(crate) struct Context {
    pub(crate) time: Time,
    /// The client's region, by which IAM's host and the project are found.
    pub(crate) region: Option<String>,
    /// The client's project, which a login can be for.
    pub(crate) project_id: Option<String>,
    /// Whether an endpoint of another machine may be plain `http`.
    pub(crate) allow_http: bool,
    /// Begins the names of the environment variables that are read for this service alone.
    pub(crate) variable_prefix: &'static str,
    /// Absent for requests to IAM itself.
    pub(crate) iam: Option<Arc<dyn Iam>>,
}

impl Context {
    /// Without IAM and settings.
    pub(crate) fn new(time: Time) -> Self {
        Self { time, region: None, project_id: None, allow_http: false, variable_prefix: "HUAWEICLOUD", iam: None }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// A random number from 0 to 1.
    pub(crate) fn jitter(&self) -> f64 {
        fastrand::f64()
    }

    /// What a token is to be for where its source does not say: a token for the account does not open a project.
    pub(super) fn project(&self) -> Option<ProjectRef> {
        let id = self.project_id.clone().map(ProjectRef::Id);
        id.or_else(|| self.region.clone().map(ProjectRef::Name))
    }

    pub(crate) fn iam(&self) -> Result<&dyn Iam, Error> {
        self.iam.as_deref().ok_or_else(|| Error::invalid_input("a request to IAM cannot ask IAM for its identity"))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Context").field("region", &self.region).finish_non_exhaustive()
    }
}
