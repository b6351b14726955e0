//! The identity token of an identity provider, exchanged in two steps for a temporary access key.

use std::path::PathBuf;
use std::sync::Arc;

use super::context::Context;
use super::files::reading_files;
use super::iam::{IdTokenLogin, IssuedToken, Place, ProjectRef};
use super::identity::{Facts, Identity};
use super::source::{CredentialSource, Loading};
use super::text::check_text;
use super::token_file;
use crate::error::Error;

/// The life that is asked for; the official SDKs ask for the same.
const KEY_SECONDS: i32 = 21_600;

/// An identity provider, by its id in IAM, and the file with the identity token.
pub(super) struct IdentityProvider {
    id: String,
    token_file: PathBuf,
    /// What the configuration that names both tells besides.
    facts: Facts,
    /// Its name in errors.
    source: Option<String>,
}

impl IdentityProvider {
    pub(super) fn new(id: String, token_file: PathBuf) -> Self {
        Self { id, token_file, facts: Facts::default(), source: None }
    }

    /// The same, as a configuration describes it that is called `source`.
    pub(super) fn configured(self, facts: Facts, source: impl Into<String>) -> Self {
        Self { facts, source: Some(source.into()), ..self }
    }

    async fn exchange(&self, context: &Context) -> Result<Identity, Error> {
        let path = self.token_file.clone();
        let (id_token, warning) = reading_files(move || token_file::read(&path, "identity token file")).await?;
        let project = self.facts.project_id.clone().map(ProjectRef::Id).or_else(|| context.project());
        let place = Place { endpoint: self.facts.iam_endpoint.clone(), region: self.facts.region.clone() };
        let login = IdTokenLogin { token: id_token.clone(), project };
        let iam = context.iam()?;
        let IssuedToken { token, facts } = iam.exchange_id_token(place.clone(), self.id.clone(), login).await?;
        let tokens = [id_token, token];
        let key = iam.create_key(place, tokens.clone(), KEY_SECONDS).await?;
        let identity = Identity::temporary_access_key(key.id, key.secret.expose(), key.security_token.expose());
        let facts = Facts { expires: key.expires, warning, ..facts };
        Ok(identity.with_facts(facts).with_facts(self.facts.clone()).made_with(tokens))
    }
}

impl CredentialSource for IdentityProvider {
    fn name(&self) -> String {
        self.source.clone().unwrap_or_else(|| format!("the identity provider {}", self.id))
    }

    fn load(self: Arc<Self>, context: Arc<Context>) -> Loading {
        Box::pin(async move { Ok(self.exchange(&context).await?.named(self.name())) })
    }

    fn check(&self) -> Result<(), Error> {
        check_text("the id of the identity provider", &self.id)
    }
}
