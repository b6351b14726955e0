//! The identity token of an identity provider, exchanged in two steps for a temporary access key.

use std::path::PathBuf;
use std::sync::Arc;

use super::context::Context;
use super::files::reading_files;
use super::identity::Facts;
use super::identity::Identity;
use super::password::{facts_of_token, project, scope, subject_token, time};
use super::source::{CredentialSource, Loading};
use super::text::check_text;
use super::token_file;
use crate::error::Error;
use crate::generated::iam::{create_temporary_access_key_by_token, create_token_by_id_token, types};
use crate::secret::Secret;

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

    async fn exchange(&self, context: &Arc<Context>) -> Result<Identity, Error> {
        let path = self.token_file.clone();
        let (id_token, warning) = reading_files(move || token_file::read(&path, "identity token file")).await?;
        let wanted = self.facts.project_id.clone().map(|id| types::Reference { id: Some(id), name: None });
        let wanted = wanted.or_else(|| project(context));
        let facts = &self.facts;
        let iam = |steps: &[Secret]| {
            context.iam(facts.iam_endpoint.as_deref(), facts.region.as_deref(), None, steps.to_vec())
        };

        let client = iam(std::slice::from_ref(&id_token))?;
        let login = types::IdTokenLogin {
            auth: types::IdTokenAuth { id_token: types::IdToken { id: id_token.clone() }, scope: scope(wanted) },
        };
        let answer =
            create_token_by_id_token(&client).x_idp_id(self.id.clone()).body(login).send_with_response().await?;
        let token = subject_token(&answer)?;

        let steps = [id_token, token.clone()];
        let client = iam(&steps)?;
        let key = create_temporary_access_key_by_token(&client).body(key_request(token)).send().await?.credential;
        let identity = Identity::temporary_access_key(key.access, key.secret.expose(), key.securitytoken.expose());
        let expires = key.expires_at.as_deref().and_then(time);
        let facts = Facts { expires, warning, ..facts_of_token(&answer.value().token, answer.redactor()) };
        Ok(identity.with_facts(facts).with_facts(self.facts.clone()).made_with(steps))
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

fn key_request(token: Secret) -> types::TemporaryKeyRequest {
    let token = types::KeyToken { id: token, duration_seconds: Some(KEY_SECONDS) };
    let identity = types::TemporaryKeyIdentity { methods: vec!["token".to_owned()], token };
    types::TemporaryKeyRequest { auth: types::TemporaryKeyAuth { identity } }
}
