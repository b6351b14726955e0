//! The part of IAM that clients of the service use to get credentials, on the same port as the service.
//!
//! Paths, bodies and bounds: the API reference of IAM, and what the official clients send. Answers of an endpoint that is
//! not here are the gateway's.

mod directory;
mod login;
mod projects;
mod request;
mod temporary_keys;
mod token;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};

use crate::refusal::Refusal;
use crate::service::Service;

pub(crate) use self::directory::{Directory, Project, User};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Who can log in, and for how long.
pub(crate) struct Iam {
    pub(crate) directory: Directory,
    pub(crate) token_life: Duration,
}

impl Default for Iam {
    /// A day is what is documented.
    fn default() -> Self {
        Self { directory: Directory::default(), token_life: DAY }
    }
}

/// The paths of IAM.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/v3/auth/tokens", post(login::with_password).get(token::show))
        .route("/v3/projects", get(projects::list))
        .route("/v3.0/OS-AUTH/id-token/tokens", post(login::with_id_token))
        .route("/v3.0/OS-CREDENTIAL/securitytokens", post(temporary_keys::issue))
        .method_not_allowed_fallback(async || Refusal::unknown_api())
}

/// A request that IAM cannot make sense of.
fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::Iam { status: StatusCode::BAD_REQUEST, code: None, message: message.into() }
}

/// Something that IAM does not know.
fn not_found(message: impl Into<String>) -> Refusal {
    Refusal::Iam { status: StatusCode::NOT_FOUND, code: None, message: message.into() }
}

/// A caller whom IAM does not know.
fn unauthorized(message: impl Into<String>) -> Refusal {
    Refusal::Iam { status: StatusCode::UNAUTHORIZED, code: None, message: message.into() }
}
