//! The calls of IAM by which identities are obtained and described. They are made above this folder, by a pipeline.

use std::pin::Pin;
use std::sync::Arc;

use super::identity::{Facts, Identity};
use crate::error::Error;
use crate::redaction::ServerText;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// The response to a call of IAM.
pub(crate) type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// The part of IAM that credentials need.
pub(crate) trait Iam: Send + Sync {
    /// Logs in with a password.
    fn log_in(&self, login: Login) -> Answer<IssuedToken>;

    /// Exchanges the identity token of the identity provider `provider`.
    fn exchange_id_token(&self, place: Place, provider: String, login: IdTokenLogin) -> Answer<IssuedToken>;

    /// Makes a temporary access key of the last of `tokens`. The ones before are what that one was made of.
    fn create_key(&self, place: Place, tokens: [Secret; 2], seconds: i32) -> Answer<TemporaryKey>;

    /// The projects of this name that `identity` may use.
    fn projects(&self, identity: Arc<Identity>, name: String) -> Answer<Projects>;

    /// What is known of the token that `identity` is.
    fn describe_token(&self, identity: Arc<Identity>, token: Secret) -> Answer<Facts>;
}

/// Where IAM is, as a source names it. What was set for the client wins.
#[derive(Clone, Default)]
pub(crate) struct Place {
    pub(crate) endpoint: Option<String>,
    pub(crate) region: Option<String>,
}

/// A project by one of its names.
#[derive(Clone)]
pub(crate) enum ProjectRef {
    Id(String),
    Name(String),
}

/// A user with a password.
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: Secret,
    pub(crate) domain: String,
    pub(crate) project: Option<ProjectRef>,
}

/// The token of an identity provider.
pub(crate) struct IdTokenLogin {
    pub(crate) token: Secret,
    pub(crate) project: Option<ProjectRef>,
}

/// A token, and what IAM says of it.
pub(crate) struct IssuedToken {
    pub(crate) token: Secret,
    pub(crate) facts: Facts,
}

/// A temporary access key.
pub(crate) struct TemporaryKey {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) security_token: Secret,
    pub(crate) expires: Option<Timestamp>,
}

/// Projects of one name.
pub(crate) struct Projects {
    pub(crate) projects: Vec<Project>,
    pub(crate) request_id: Option<ServerText>,
}

/// A project.
pub(crate) struct Project {
    pub(crate) id: String,
    /// The same ID, for messages.
    pub(crate) shown_id: ServerText,
    pub(crate) name: Option<String>,
    pub(crate) domain_id: Option<String>,
}
