//! Logging in with user and password.

use std::fmt;
use std::sync::Arc;

use super::context::Context;
use super::identity::Facts;
use super::identity::Identity;
use super::source::{CredentialSource, Loading};
use crate::Timestamp;
use crate::error::Error;
use crate::generated::iam::{create_token_by_password, types};
use crate::redaction::Redactor;
use crate::response::Response;
use crate::secret::Secret;

/// Who logs in with a password, and for which project.
///
/// The user is an IAM user with programmatic access, and the domain is the name of the account. Without a project the
/// token is for the client's project id, or else for the default project of the client's region.
///
/// A password is sent as it is, with blanks and quotes. A line break or another control character in it, or in a name, is
/// an error before the login is sent.
///
/// ```
/// use dataarts_security::PasswordLogin;
///
/// let login = PasswordLogin::new("user", "password", "account name").project_name("cn-north-4_research");
/// assert!(!format!("{login:?}").contains("password"));
/// ```
#[derive(Clone)]
pub struct PasswordLogin {
    user: String,
    password: Secret,
    domain: String,
    project: Option<types::Reference>,
}

impl PasswordLogin {
    /// A user, the user's password, and the name of the account.
    ///
    /// ```
    /// let login = dataarts_security::PasswordLogin::new("user", "password", "account name");
    /// ```
    pub fn new(user: impl Into<String>, password: impl Into<String>, domain: impl Into<String>) -> Self {
        Self { user: user.into(), password: Secret::new(password), domain: domain.into(), project: None }
    }

    /// The project that the token is to be for, by its id.
    ///
    /// ```
    /// let login = dataarts_security::PasswordLogin::new("user", "password", "account name")
    ///     .project_id("0833a5737480d53b2f25c010dc1a7b88");
    /// ```
    #[must_use]
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project = Some(by_id(id.into()));
        self
    }

    /// The project that the token is to be for, by its name.
    ///
    /// ```
    /// let login = dataarts_security::PasswordLogin::new("user", "password", "account name").project_name("cn-north-4");
    /// ```
    #[must_use]
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.project = Some(by_name(name.into()));
        self
    }

    fn body(&self, context: &Context) -> types::PasswordLogin {
        let user = types::PasswordUser {
            name: self.user.clone(),
            password: self.password.clone(),
            domain: by_name(self.domain.clone()),
        };
        let identity =
            types::PasswordIdentity { methods: vec!["password".to_owned()], password: types::Password { user } };
        types::PasswordLogin {
            auth: types::PasswordAuth { identity, scope: scope(self.project.clone().or_else(|| project(context))) },
        }
    }
}

impl fmt::Debug for PasswordLogin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PasswordLogin")
            .field("user", &self.user)
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}

pub(super) struct Password {
    pub(super) login: PasswordLogin,
}

impl CredentialSource for Password {
    fn name(&self) -> String {
        format!("the login of user {}", self.login.user)
    }

    fn load(self: Arc<Self>, context: Arc<Context>) -> Loading {
        Box::pin(async move {
            let client = context.iam(None, None, None, vec![self.login.password.clone()])?;
            let body = self.login.body(&context);
            let answer = create_token_by_password(&client).nocatalog("true").body(body).send_with_response().await?;
            let identity = Identity::token(subject_token(&answer)?.expose());
            let facts = facts_of_token(&answer.value().token, answer.redactor());
            Ok(identity.with_facts(facts).made_with([self.login.password.clone()]).named(self.name()))
        })
    }

    fn check(&self) -> Result<(), Error> {
        let login = &self.login;
        let password = login.password.expose();
        for (name, value) in [("user", login.user.as_str()), ("account name", &login.domain), ("password", password)] {
            if value.is_empty() {
                return Err(Error::invalid_input(format!("the {name} of the login is empty")));
            }
            // Without a position, which may tell how long a password is.
            if value.contains(char::is_control) {
                return Err(Error::invalid_input(format!(
                    "the {name} of the login has a line break or another control character: remove it"
                )));
            }
        }
        Ok(())
    }
}

/// The longest name or ID that is taken from IAM, in characters.
const LONGEST_NAME: usize = 256;

/// What a token is to be for where its source does not say: a token for the account does not open a project.
pub(super) fn project(context: &Context) -> Option<types::Reference> {
    let id = context.project_id.clone().map(by_id);
    id.or_else(|| context.region.clone().map(by_name))
}

pub(super) fn scope(project: Option<types::Reference>) -> Option<types::Scope> {
    project.map(|project| types::Scope { project: Some(project), domain: None })
}

/// The token that a login was answered with.
pub(crate) fn subject_token(answer: &Response<types::TokenAnswer>) -> Result<Secret, Error> {
    let token = answer.headers().get("x-subject-token").and_then(|token| token.to_str().ok());
    token.filter(|token| !token.is_empty()).map(Secret::new).ok_or_else(|| {
        Error::decode("the answer to the login has no header X-Subject-Token").with_status(answer.status())
    })
}

/// What IAM says of a token.
pub(crate) fn facts_of_token(token: &types::Token, redactor: &Redactor) -> Facts {
    let text = |text: Option<&String>| text.map(|text| redactor.line(text, LONGEST_NAME).into_string());
    let user = token.user.as_ref();
    let project = token.project.as_ref();
    let of_user = user.and_then(|user| user.domain.as_ref());
    let domain = of_user.or_else(|| project.and_then(|project| project.domain.as_ref())).or(token.domain.as_ref());
    Facts {
        expires: token.expires_at.as_deref().and_then(time),
        user_name: text(user.and_then(|user| user.name.as_ref())),
        domain_id: text(domain.and_then(|domain| domain.id.as_ref())),
        domain_name: text(domain.and_then(|domain| domain.name.as_ref())),
        project_id: text(project.and_then(|project| project.id.as_ref())),
        project_name: text(project.and_then(|project| project.name.as_ref())),
        ..Facts::default()
    }
}

/// IAM's times, such as `2020-01-08T03:50:07.574000Z`.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|time| Timestamp::from_millisecond(time.as_millisecond()))
}

fn by_id(id: String) -> types::Reference {
    types::Reference { id: Some(id), name: None }
}

fn by_name(name: String) -> types::Reference {
    types::Reference { id: None, name: Some(name) }
}
