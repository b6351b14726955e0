//! Logging in with user and password.

use std::fmt;
use std::sync::Arc;

use super::context::Context;
use super::iam::{IssuedToken, Login, ProjectRef};
use super::identity::Identity;
use super::source::{CredentialSource, Loading};
use crate::error::Error;
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
    project: Option<ProjectRef>,
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
        self.project = Some(ProjectRef::Id(id.into()));
        self
    }

    /// The project that the token is to be for, by its name.
    ///
    /// ```
    /// let login = dataarts_security::PasswordLogin::new("user", "password", "account name").project_name("cn-north-4");
    /// ```
    #[must_use]
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.project = Some(ProjectRef::Name(name.into()));
        self
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
            let PasswordLogin { user, password, domain, project } = self.login.clone();
            let project = project.or_else(|| context.project());
            let login = Login { user, password: password.clone(), domain, project };
            let IssuedToken { token, facts } = context.iam()?.log_in(login).await?;
            Ok(Identity::token(token.expose()).with_facts(facts).made_with([password]).named(self.name()))
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
