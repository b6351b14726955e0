//! Requests to IAM, for credentials and projects, over a pipeline of their own.

use std::sync::{Arc, OnceLock};

use crate::auth::cache::Cache;
use crate::auth::context::Context;
use crate::auth::iam::{
    Answer, Iam, IdTokenLogin, IssuedToken, Login, Place, Project, ProjectRef, Projects, TemporaryKey,
};
use crate::auth::identity::{Facts, Identity};
use crate::auth::refresh::REFRESH_TIMEOUT;
use crate::client::{Client, Defaults};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::options::CallOptions;
use crate::pipeline::{Pipeline, Shared};
use crate::redaction::Redactor;
use crate::response::Response;
use crate::secret::Secret;
use crate::timestamp::Timestamp;
use crate::transport::connections::HttpSettings;
use generated::types;

/// The longest name or ID that is taken from IAM, in characters.
const LONGEST_NAME: usize = 256;
/// The same of an ID in a message.
const LONGEST_ID: usize = 64;

/// IAM, as the settings of a client say.
pub(crate) struct IamClient {
    pub(crate) http: HttpSettings,
    pub(crate) shared: Arc<Shared>,
    /// Limits of calls.
    pub(crate) options: CallOptions,
    /// The client's region, by which the host is found.
    pub(crate) region: Option<String>,
    /// Set by hand; wins over what a source names.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) allow_http: bool,
    /// Connections; to this machine, they pass by every proxy.
    pub(crate) connections: [OnceLock<reqwest::Client>; 2],
}

impl IamClient {
    /// A client that calls as `identity`, or as nobody yet. Texts of IAM are searched for `redacted`, which the body
    /// carries.
    fn client(&self, place: &Place, identity: Option<Arc<Identity>>, redacted: Vec<Secret>) -> Result<Client, Error> {
        let endpoint = match (&self.endpoint, &place.endpoint) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, Some(named)) => Endpoint::parse(named, self.allow_http)?,
            (None, None) => Endpoint::of_iam(self.region.as_deref().or(place.region.as_deref())),
        };
        self.http.check_endpoint(&endpoint)?;
        let context = Arc::new(Context::new(self.shared.time.clone()));
        let pipeline = Pipeline {
            http: self.connections(endpoint.is_loopback())?,
            endpoint,
            credentials: identity.map(|identity| Cache::fixed(identity, &context)),
            context,
            shared: self.shared.clone(),
            rate_limit: None,
            pages_in_flight: 1,
            redacted: redacted.into(),
        };
        // A login may take longer than the call that needs it: it completes for later calls.
        let options = CallOptions::new().call_timeout(REFRESH_TIMEOUT);
        Ok(Client::new(pipeline, options.over(self.options), Defaults::default()))
    }

    fn client_of(&self, identity: Arc<Identity>) -> Result<Client, Error> {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let place = Place { endpoint: text(identity.iam_endpoint()), region: text(identity.region()) };
        self.client(&place, Some(identity), Vec::new())
    }

    fn connections(&self, direct: bool) -> Result<reqwest::Client, Error> {
        let Some(slot) = self.connections.get(usize::from(direct)) else { return self.http.connections(direct) };
        match slot.get() {
            Some(connections) => Ok(connections.clone()),
            None => {
                let made = self.http.connections(direct)?;
                // Whichever of two was first is used from then on.
                Ok(slot.get_or_init(|| made).clone())
            }
        }
    }
}

impl Iam for IamClient {
    fn log_in(&self, login: Login) -> Answer<IssuedToken> {
        let client = self.client(&Place::default(), None, vec![login.password.clone()]);
        Box::pin(async move {
            let request = generated::create_token_by_password(&client?).nocatalog("true").body(password_login(login));
            issued(&request.send_with_response().await?)
        })
    }

    fn exchange_id_token(&self, place: Place, provider: String, login: IdTokenLogin) -> Answer<IssuedToken> {
        let client = self.client(&place, None, vec![login.token.clone()]);
        Box::pin(async move {
            let id_token = types::IdToken { id: login.token };
            let auth = types::IdTokenAuth { id_token, scope: scope(login.project) };
            let request = generated::create_token_by_id_token(&client?).x_idp_id(provider);
            issued(&request.body(types::IdTokenLogin { auth }).send_with_response().await?)
        })
    }

    fn create_key(&self, place: Place, tokens: [Secret; 2], seconds: i32) -> Answer<TemporaryKey> {
        let client = self.client(&place, None, tokens.to_vec());
        let [_, token] = tokens;
        Box::pin(async move {
            let token = types::KeyToken { id: token, duration_seconds: Some(seconds) };
            let identity = types::TemporaryKeyIdentity { methods: vec!["token".to_owned()], token };
            let body = types::TemporaryKeyRequest { auth: types::TemporaryKeyAuth { identity } };
            let key = generated::create_temporary_access_key_by_token(&client?).body(body).send().await?.credential;
            Ok(TemporaryKey {
                id: key.access,
                secret: key.secret,
                security_token: key.securitytoken,
                expires: key.expires_at.as_deref().and_then(Timestamp::from_rfc3339),
            })
        })
    }

    fn projects(&self, identity: Arc<Identity>, name: String) -> Answer<Projects> {
        let client = self.client_of(identity);
        Box::pin(async move {
            let response = generated::list_projects(&client?).name(name).send_with_response().await?;
            let (request_id, redactor) = (response.shown_request_id(), response.redactor().clone());
            let project = |project: types::Project| Project {
                shown_id: redactor.line(&project.id, LONGEST_ID),
                id: project.id,
                name: project.name,
                domain_id: project.domain_id,
            };
            Ok(Projects { projects: response.into_value().projects.into_iter().map(project).collect(), request_id })
        })
    }

    fn describe_token(&self, identity: Arc<Identity>, token: Secret) -> Answer<Facts> {
        let client = self.client_of(identity);
        Box::pin(async move {
            let request = generated::show_token(&client?).x_subject_token(token.expose()).nocatalog("true");
            let response = request.send_with_response().await?;
            Ok(facts_of_token(&response.value().token, response.redactor()))
        })
    }
}

fn password_login(login: Login) -> types::PasswordLogin {
    let Login { user, password, domain, project } = login;
    let user = types::PasswordUser { name: user, password, domain: reference(ProjectRef::Name(domain)) };
    let password = types::Password { user };
    let identity = types::PasswordIdentity { methods: vec!["password".to_owned()], password };
    types::PasswordLogin { auth: types::PasswordAuth { identity, scope: scope(project) } }
}

fn scope(project: Option<ProjectRef>) -> Option<types::Scope> {
    project.map(|project| types::Scope { project: Some(reference(project)), domain: None })
}

fn reference(named: ProjectRef) -> types::Reference {
    match named {
        ProjectRef::Id(id) => types::Reference { id: Some(id), name: None },
        ProjectRef::Name(name) => types::Reference { id: None, name: Some(name) },
    }
}

/// The token that a login was answered with.
pub(crate) fn issued(response: &Response<types::TokenAnswer>) -> Result<IssuedToken, Error> {
    let token = response.headers().get("x-subject-token").and_then(|token| token.to_str().ok());
    let token = token.filter(|token| !token.is_empty()).map(Secret::new).ok_or_else(|| {
        Error::decode("the answer to the login has no header X-Subject-Token").with_status(response.status())
    })?;
    Ok(IssuedToken { token, facts: facts_of_token(&response.value().token, response.redactor()) })
}

/// What IAM says of a token.
pub(crate) fn facts_of_token(token: &types::Token, redactor: &Redactor) -> Facts {
    let text = |text: Option<&String>| text.map(|text| redactor.line(text, LONGEST_NAME).into_string());
    let user = token.user.as_ref();
    let project = token.project.as_ref();
    let of_user = user.and_then(|user| user.domain.as_ref());
    let domain = of_user.or_else(|| project.and_then(|project| project.domain.as_ref())).or(token.domain.as_ref());
    Facts {
        expires: token.expires_at.as_deref().and_then(Timestamp::from_rfc3339),
        user_name: text(user.and_then(|user| user.name.as_ref())),
        domain_id: text(domain.and_then(|domain| domain.id.as_ref())),
        domain_name: text(domain.and_then(|domain| domain.name.as_ref())),
        project_id: text(project.and_then(|project| project.id.as_ref())),
        project_name: text(project.and_then(|project| project.name.as_ref())),
        ..Facts::default()
    }
}

/// The private door to the generated code. The lints of hand-written code are off behind it, and nowhere else.
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    rust_2018_idioms,
    unreachable_pub,
    unused_imports
)]
pub(crate) mod generated {
    include!(concat!(env!("OUT_DIR"), "/iam.rs"));
}
