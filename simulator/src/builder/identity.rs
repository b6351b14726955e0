//! Who can log in beside the service, and what the machine that asks is told of itself.

use std::time::Duration;

use super::SimulatorBuilder;
use crate::iam::{Project, User};
use crate::metadata::{Instance, Metadata};

impl SimulatorBuilder {
    /// Lets this user log in with a password, in the account that is called `domain`. May be called more than once;
    /// [`DEMO_USER`](crate::DEMO_USER) is there unless it is.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().user("li.na", "password-of-the-test", "example");
    /// ```
    pub fn user(mut self, name: impl Into<String>, password: impl Into<String>, domain: impl Into<String>) -> Self {
        let user = User { name: name.into(), password: password.into(), domain: domain.into() };
        self.iam.directory.users.push(user);
        self
    }

    /// Lets whoever holds this identity token log in through this identity provider. May be called more than once, also
    /// for several tokens of one provider.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().identity_provider("idp-of-the-test", "eyJhbGciOi");
    /// ```
    pub fn identity_provider(mut self, id: impl Into<String>, id_token: impl Into<String>) -> Self {
        self.iam.directory.identity_providers.insert((id.into(), id_token.into()));
        self
    }

    /// Lets IAM know this project. May be called more than once; unless it is, there is one that has the id which the
    /// service accepts and is called [`DEMO_REGION`](crate::DEMO_REGION), as the default project of that region is.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder()
    ///     .project_id("0123456789abcdef0123456789abcdef")
    ///     .project("0123456789abcdef0123456789abcdef", "eu-west-101")
    ///     .project("fedcba9876543210fedcba9876543210", "eu-west-101_research");
    /// ```
    pub fn project(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.iam.directory.projects.push(Project { id: id.into(), name: name.into() });
        self
    }

    /// Sets how long a token is valid that someone gets by logging in; 24 hours unless set.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = dataarts_simulator::Simulator::builder().token_life(Duration::from_secs(60));
    /// ```
    pub fn token_life(mut self, life: Duration) -> Self {
        self.iam.token_life = life;
        self
    }

    /// Sets what the metadata service says of the machine that asks.
    ///
    /// ```
    /// use dataarts_simulator::{Metadata, Simulator};
    ///
    /// let builder = Simulator::builder().metadata(Metadata::default().without_agency());
    /// ```
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.instance = Instance::new(metadata);
        self
    }
}
