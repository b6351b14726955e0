//! The journey of one request: made canonical, given an identity, sent, its body read within bounds.

mod http;

use std::error::Error as StdError;
use std::sync::Arc;

use ::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};

use crate::client::Client;
use crate::credentials::Identity;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::signing;

pub(crate) use self::http::HttpSettings;

/// Largest body that is read, in bytes; a full page with long logs stays far below.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Headers whose values no one may print, on either way. What the client itself sends is marked where it is made.
const SECRET_HEADERS: [&str; 4] = ["x-subject-token", "x-auth-token", "x-security-token", "set-cookie"];

/// An answer as it came, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer, and who asked.
pub(crate) struct Exchange {
    pub(crate) answer: Answer,
    pub(crate) identity: Option<Arc<Identity>>,
    /// What was signed, where a signature was sent.
    pub(crate) canonical_request: Option<String>,
}

/// Sends `request` with the client's identity; once more with another where the service refuses the first (HTTP 401).
///
/// It is never sent again with the same access key or token: more than five failures in a row lock an access key.
pub(crate) async fn exchange(
    client: &Client,
    mut request: reqwest::Request,
    project_id: Option<&str>,
) -> Result<Exchange, Error> {
    make_query_canonical(&mut request);
    let identity = client.current_identity().await?;
    let again = request.try_clone();
    let exchange = send_as(client, identity, request, project_id).await?;
    let (StatusCode::UNAUTHORIZED, Some(refused), Some(again)) = (exchange.answer.status, &exchange.identity, again)
    else {
        return Ok(exchange);
    };
    match client.identity_after(refused).await {
        Ok(Some(renewed)) => send_as(client, Some(renewed), again, project_id).await,
        Ok(None) => Ok(exchange),
        // The refusal itself tells more than that no other identity could be had.
        Err(error) => {
            tracing::warn!(%error, "no other identity after HTTP 401");
            Ok(exchange)
        }
    }
}

async fn send_as(
    client: &Client,
    identity: Option<Arc<Identity>>,
    mut request: reqwest::Request,
    project_id: Option<&str>,
) -> Result<Exchange, Error> {
    let canonical_request = match &identity {
        Some(identity) => identity.authorize(&mut request, project_id, client.now())?,
        None => None,
    };
    let answer = attempt(client.http(), request, client.endpoint()).await?;
    Ok(Exchange { answer, identity, canonical_request })
}

/// Sends `request` as it is, once.
pub(crate) async fn attempt(
    http: &reqwest::Client,
    mut request: reqwest::Request,
    endpoint: &Endpoint,
) -> Result<Answer, Error> {
    hide_secrets(request.headers_mut());
    let mut response = http.execute(request).await.map_err(|error| failed(endpoint, error))?;
    let status = response.status();
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(endpoint, error).with_status(status))? {
        if body.len().saturating_add(chunk.len()) > LARGEST_BODY {
            return Err(Error::decode(format!("the answer is larger than {} MiB", LARGEST_BODY / 1024 / 1024))
                .with_status(status));
        }
        body.extend_from_slice(&chunk);
    }
    let mut headers = std::mem::take(response.headers_mut());
    hide_secrets(&mut headers);
    Ok(Answer { status, headers, body: body.freeze() })
}

fn hide_secrets(headers: &mut HeaderMap) {
    for (name, value) in headers.iter_mut() {
        if SECRET_HEADERS.contains(&name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

/// The query on the wire is byte for byte the one that is signed.
fn make_query_canonical(request: &mut reqwest::Request) {
    let query = signing::canonical_query(request.url().query_pairs());
    request.url_mut().set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
}

/// What reqwest reports, without the URL and with the endpoint by name.
fn failed(endpoint: &Endpoint, error: reqwest::Error) -> Error {
    let error = error.without_url();
    let cause = root_cause(&error);
    let made = if error.is_timeout() {
        Error::timeout(format!("no whole answer from {endpoint} in time"))
    } else if error.is_connect() {
        Error::connect(format!("cannot connect to {endpoint}: {cause}; check the region or endpoint and the network"))
    } else {
        Error::transport(format!("the connection to {endpoint} broke: {cause}"))
    };
    made.with_source(error)
}

fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    let mut texts = Vec::new();
    while let Some(next) = cause.source() {
        cause = next;
        texts.push(cause.to_string());
    }
    // The resolver's own words do not say that it was the name.
    let name = texts.iter().any(|text| text.starts_with("dns error"));
    let text = crate::service_error::one_line(&cause.to_string(), 200);
    if name { format!("the host name does not resolve ({text})") } else { text }
}
