//! The metadata service that a program on an ECS machine finds at a fixed address, here on the same port as the service.
//!
//! Addresses, headers and times: the ECS user guide on metadata, and what the official clients send.

mod instance;
mod routes;

use std::time::Duration;

use axum::http::StatusCode;

use crate::DEMO_REGION;

pub(crate) use self::instance::Instance;
pub(crate) use self::routes::router;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What the metadata service says of the machine that asks.
///
/// Unless told otherwise the machine is in [`DEMO_REGION`], it has an agency, whose temporary keys are valid for a day, and
/// metadata are given to those who fetch a token before.
///
/// ```
/// use dataarts_simulator::{Metadata, Simulator, StatusCode};
///
/// let metadata = Metadata::default().region("eu-west-101").without_token_mode(StatusCode::NOT_FOUND);
/// let builder = Simulator::builder().metadata(metadata);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Metadata {
    region: String,
    has_agency: bool,
    key_life: Duration,
    /// What the request for a token is answered with where there are none; clients take 404, 405 and 503 for that.
    without_token_mode: Option<StatusCode>,
}

impl Metadata {
    /// Sets the region of the machine.
    ///
    /// ```
    /// let metadata = dataarts_simulator::Metadata::default().region("ap-southeast-3");
    /// ```
    pub fn region(self, region: impl Into<String>) -> Self {
        Self { region: region.into(), ..self }
    }

    /// Takes the agency away, so that there are no temporary keys.
    ///
    /// ```
    /// let metadata = dataarts_simulator::Metadata::default().without_agency();
    /// ```
    pub fn without_agency(self) -> Self {
        Self { has_agency: false, ..self }
    }

    /// Gives no tokens and asks for none. The request for one is answered with this status, which clients understand when
    /// it is 404, 405 or 503.
    ///
    /// ```
    /// use dataarts_simulator::{Metadata, StatusCode};
    ///
    /// let metadata = Metadata::default().without_token_mode(StatusCode::METHOD_NOT_ALLOWED);
    /// ```
    pub fn without_token_mode(self, status: StatusCode) -> Self {
        Self { without_token_mode: Some(status), ..self }
    }

    /// Sets how long temporary keys are valid. New ones are given for the last 6 hours of the old.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let metadata = dataarts_simulator::Metadata::default().key_life(Duration::from_secs(8 * 3_600));
    /// ```
    pub fn key_life(self, life: Duration) -> Self {
        Self { key_life: life, ..self }
    }
}

impl Default for Metadata {
    fn default() -> Self {
        Self { region: DEMO_REGION.to_owned(), has_agency: true, key_life: DAY, without_token_mode: None }
    }
}
