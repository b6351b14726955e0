//! The metadata service of an ECS instance: temporary keys of its agency, its region and its project.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};
use reqwest::Request;
use serde::Deserialize;

use super::context::Context;
use super::identity::Facts;
use super::identity::Identity;
use super::source::{CredentialSource, Loading};
use super::text::{check_text, sensitive};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::redaction::Redactor;
use crate::secret::Secret;
use crate::timestamp::Timestamp;
use crate::transport::attempt::{Bounds, BufferedResponse, attempt};
use crate::transport::connections::HttpSettings;
use crate::wire;

const ADDRESS: &str = "http://169.254.169.254";
/// Longest wait for a connection, and for an answer after it; an answer takes milliseconds where there is a service.
const TIMEOUT: Duration = Duration::from_secs(3);
/// In bytes; keys and machine data take a few kilobytes.
const LARGEST_BODY: usize = 1024 * 1024;
/// Longest life of a token that can be asked for.
const TOKEN_SECONDS: i64 = 21_600;
/// Where there are no tokens, that is looked at again after a day.
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// What the service says where the server has no agency.
const NO_AGENCY: &str = "Please configure Cloud Service Agency first";

/// The metadata service.
pub(super) struct Metadata {
    /// Another address than the fixed one, for tests.
    endpoint: Option<String>,
    /// Longest wait for the first answer, by which a program finds out whether it runs on such a server at all.
    first_answer: Duration,
    access: Mutex<Access>,
}

/// How the service lets one in.
#[derive(Clone, Default)]
enum Access {
    #[default]
    Unknown,
    Token(Secret, Timestamp),
    /// It has no tokens and wants none.
    Open(Timestamp),
}

/// A temporary key of the agency.
#[derive(Deserialize)]
pub(crate) struct KeyAnswer {
    credential: Key,
}

#[derive(Deserialize)]
struct Key {
    access: String,
    secret: Secret,
    securitytoken: Secret,
    expires_at: Option<String>,
}

/// Where the server is.
#[derive(Default, Deserialize)]
pub(crate) struct Machine {
    region_id: Option<String>,
    project_id: Option<String>,
}

impl Default for Metadata {
    fn default() -> Self {
        Self { endpoint: None, first_answer: TIMEOUT, access: Mutex::default() }
    }
}

impl Metadata {
    pub(super) fn at(endpoint: Option<String>) -> Self {
        Self { endpoint, ..Self::default() }
    }

    /// The same as the last resort of a chain, which most programs reach off such a server.
    pub(super) fn as_fallback(endpoint: Option<String>) -> Self {
        Self { endpoint, first_answer: Duration::from_secs(1), ..Self::default() }
    }

    async fn identity(&self, context: &Context) -> Result<Identity, Error> {
        let service = Service::new(self.endpoint.as_deref(), context)?;
        let mut access = self.access(&service, context).await?;
        let mut answer = service.get("/openstack/latest/securitykey", &access).await?;
        if answer.status == StatusCode::UNAUTHORIZED && !says_no_agency(&answer) {
            // The token was lost, as by a restart of the service: one more, once.
            self.set_access(Access::Unknown);
            access = self.access(&service, context).await?;
            answer = service.get("/openstack/latest/securitykey", &access).await?;
        }
        if says_no_agency(&answer) {
            return Err(Error::invalid_input(
                "this server has no agency; give it one in the console, under its details",
            )
            .with_status(answer.status));
        }
        let key: KeyAnswer = read(&answer)?;
        let machine = self.machine(&service, &access).await;
        Ok(identity(key, machine).named(self.name()))
    }

    /// Keys work without this, so that it may fail.
    async fn machine(&self, service: &Service, access: &Access) -> Machine {
        let told = service.get("/openstack/latest/meta_data.json", access).await;
        told.and_then(|answer| read(&answer)).unwrap_or_else(|error| {
            tracing::debug!(%error, "the metadata service tells no region and no project");
            Machine::default()
        })
    }

    async fn access(&self, service: &Service, context: &Context) -> Result<Access, Error> {
        let known = self.access.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let now = context.now();
        match known {
            Access::Token(_, until) | Access::Open(until) if now < until => return Ok(known),
            Access::Unknown | Access::Token(..) | Access::Open(_) => {}
        }
        let asked = service.token();
        let answer = tokio::time::timeout(self.first_answer, asked).await.map_err(|_| {
            Error::timeout(format!("no answer from {} within {:?}", service.endpoint, self.first_answer))
        })?;
        let answer = answer?;
        let until = |seconds: i64| Timestamp::from_millisecond(now.as_millisecond().saturating_add(seconds * 1_000));
        let access = match answer.status {
            StatusCode::OK => Access::Token(read_token(&answer)?, until(TOKEN_SECONDS)),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::SERVICE_UNAVAILABLE => {
                Access::Open(until(DAY_SECONDS))
            }
            status => return Err(refused(status)),
        };
        self.set_access(access.clone());
        Ok(access)
    }

    fn set_access(&self, access: Access) {
        *self.access.lock().unwrap_or_else(PoisonError::into_inner) = access;
    }
}

impl CredentialSource for Metadata {
    fn name(&self) -> String {
        "the ECS metadata service".to_owned()
    }

    fn load(self: Arc<Self>, context: Arc<Context>) -> Loading {
        Box::pin(async move { self.identity(&context).await })
    }

    fn check(&self) -> Result<(), Error> {
        self.endpoint.as_deref().map_or(Ok(()), |endpoint| Endpoint::parse(endpoint, false).map(drop))
    }

    /// What all official SDKs do: new keys are there six hours before the old ones end.
    fn refresh_before_expiry(&self) -> Duration {
        Duration::from_secs(40 * 60)
    }
}

/// The service over HTTP, past every proxy.
struct Service {
    http: reqwest::Client,
    endpoint: Endpoint,
}

impl Service {
    fn new(endpoint: Option<&str>, context: &Context) -> Result<Self, Error> {
        let endpoint = match endpoint {
            Some(endpoint) => Endpoint::parse(endpoint, context.allow_http)?,
            // Plain HTTP to a link-local address: it does not leave the machine's own network.
            None => Endpoint::parse(ADDRESS, true)?,
        };
        let settings = HttpSettings { connect_timeout: Some(TIMEOUT), ..HttpSettings::default() };
        Ok(Self { http: settings.connections(true)?, endpoint })
    }

    async fn token(&self) -> Result<BufferedResponse, Error> {
        let mut request = self.request(Method::PUT, "/meta-data/latest/api/token")?;
        request.headers_mut().insert("x-metadata-token-ttl-seconds", HeaderValue::from(TOKEN_SECONDS));
        self.send(request, Redactor::default()).await
    }

    async fn get(&self, path: &str, access: &Access) -> Result<BufferedResponse, Error> {
        let mut request = self.request(Method::GET, path)?;
        if let Access::Token(token, _) = access {
            request.headers_mut().insert("x-metadata-token", sensitive("the metadata token", token.expose())?);
        }
        let sent: Vec<Secret> = match access {
            Access::Token(token, _) => vec![token.clone()],
            _ => Vec::new(),
        };
        self.send(request, Redactor::new(None, sent.into())).await
    }

    async fn send(&self, request: Request, redactor: Redactor) -> Result<BufferedResponse, Error> {
        let bounds = Bounds { time: TIMEOUT, stall: TIMEOUT, body: LARGEST_BODY };
        attempt(&self.http, request, &self.endpoint, bounds, redactor).await.map_err(|failed| failed.error)
    }

    fn request(&self, method: Method, path: &str) -> Result<Request, Error> {
        let address = format!("{}{path}", self.endpoint.base());
        let url = address.parse().map_err(|error| Error::invalid_input("no address").with_source(error))?;
        Ok(Request::new(method, url))
    }
}

/// What both answers together say of the caller.
pub(crate) fn identity(key: KeyAnswer, machine: Machine) -> Identity {
    let key = key.credential;
    let facts = Facts {
        expires: key.expires_at.as_deref().and_then(Timestamp::from_rfc3339),
        region: machine.region_id,
        project_id: machine.project_id,
        ..Facts::default()
    };
    Identity::temporary_access_key(key.access, key.secret.expose(), key.securitytoken.expose()).with_facts(facts)
}

/// Reads one of the answers in JSON.
pub(crate) fn read<T: serde::de::DeserializeOwned>(answer: &BufferedResponse) -> Result<T, Error> {
    if answer.status != StatusCode::OK {
        return Err(refused(answer.status));
    }
    wire::json(&answer.body, true).map_err(|error| {
        Error::decode(format!("the answer is not what a metadata service says: {}", error.reason))
            .with_status(answer.status)
            .with_json_path(error.path)
    })
}

/// Reads the answer that is a token alone.
pub(crate) fn read_token(answer: &BufferedResponse) -> Result<Secret, Error> {
    let text = std::str::from_utf8(&answer.body).map(str::trim).unwrap_or_default();
    check_text("the metadata token", text)
        .map(|()| Secret::new(text))
        .map_err(|_| Error::decode("the answer is no metadata token").with_status(answer.status))
}

fn refused(status: StatusCode) -> Error {
    Error::credentials("it gives no keys").with_status(status)
}

fn says_no_agency(answer: &BufferedResponse) -> bool {
    answer.status == StatusCode::UNAUTHORIZED && String::from_utf8_lossy(&answer.body).contains(NO_AGENCY)
}
