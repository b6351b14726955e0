//! One attempt: a request sent as it is, its answer read within bounds of time and size.

use std::error::Error as StdError;
use std::time::Duration;

use ::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};

use super::retry::Outcome;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::service_error::one_line;

/// Headers whose values no one may print, on either way. What the client itself sends is marked where it is made.
const SECRET_HEADERS: [&str; 4] = ["x-subject-token", "x-auth-token", "x-security-token", "set-cookie"];

/// An answer as it came, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An attempt that brought no answer.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) outcome: Outcome<'static>,
    pub(crate) error: Error,
}

/// Bounds of an attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// For the whole of it.
    pub(crate) time: Duration,
    /// Between two parts of the body.
    pub(crate) stall: Duration,
    /// Of the body, in bytes, after decompression.
    pub(crate) body: usize,
}

/// Sends `request` as it is, once.
pub(crate) async fn attempt(
    http: &reqwest::Client,
    request: reqwest::Request,
    endpoint: &Endpoint,
    bounds: Bounds,
) -> Result<Answer, Failed> {
    match tokio::time::timeout(bounds.time, exchange(http, request, endpoint, bounds)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failed {
            outcome: Outcome::TimedOut,
            error: Error::timeout(format!("no whole answer from {endpoint} within {:?}", bounds.time)),
        }),
    }
}

async fn exchange(
    http: &reqwest::Client,
    request: reqwest::Request,
    endpoint: &Endpoint,
    bounds: Bounds,
) -> Result<Answer, Failed> {
    let mut response = http.execute(request).await.map_err(|error| failed(endpoint, error))?;
    let status = response.status();
    let mut body = BytesMut::new();
    loop {
        let chunk = match tokio::time::timeout(bounds.stall, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => {
                let Failed { outcome, error } = failed(endpoint, error);
                return Err(Failed { outcome, error: error.with_status(status) });
            }
            Err(_) => {
                let reason = format!("the answer of {endpoint} stopped coming for {:?}", bounds.stall);
                return Err(Failed { outcome: Outcome::Stalled, error: Error::timeout(reason).with_status(status) });
            }
        };
        let room = bounds.body.saturating_sub(body.len());
        if chunk.len() > room {
            if status.is_success() {
                return Err(Failed { outcome: unusable(status), error: too_large(bounds.body).with_status(status) });
            }
            // Status and headers of a refusal say most of it, and whether to send again; the rest of its body is left out.
            body.extend_from_slice(chunk.get(..room).unwrap_or_default());
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let mut headers = std::mem::take(response.headers_mut());
    hide_secrets(&mut headers);
    Ok(Answer { status, headers, body: body.freeze() })
}

/// An answer that is of no use, and would be the next time.
fn unusable(status: StatusCode) -> Outcome<'static> {
    Outcome::Answered { status: status.as_u16(), code: None, retry_after: None }
}

fn too_large(bytes: usize) -> Error {
    const MEBIBYTE: usize = 1024 * 1024;
    let bound = if bytes >= MEBIBYTE && bytes.is_multiple_of(MEBIBYTE) {
        format!("{} MiB", bytes / MEBIBYTE)
    } else {
        format!("{bytes} bytes")
    };
    Error::decode(format!("the answer is larger than {bound}"))
}

/// Marks what no one may print.
pub(super) fn hide_secrets(headers: &mut HeaderMap) {
    for (name, value) in headers.iter_mut() {
        if SECRET_HEADERS.contains(&name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

/// What reqwest reports, without the URL and with the endpoint by name.
fn failed(endpoint: &Endpoint, error: reqwest::Error) -> Failed {
    let error = error.without_url();
    let cause = root_cause(&error);
    let (outcome, made) = if error.is_connect() {
        let cause = if error.is_timeout() { "no connection in time".to_owned() } else { cause };
        // A certificate stays as wrong as it is.
        let outcome = if cause.contains("certificate") { unusable(StatusCode::OK) } else { Outcome::NotConnected };
        let advice = "check the region or endpoint and the network";
        (outcome, Error::connect(format!("cannot connect to {endpoint}: {cause}; {advice}")))
    } else if error.is_timeout() {
        (Outcome::TimedOut, Error::timeout(format!("no whole answer from {endpoint} in time")))
    } else {
        (Outcome::Broken, Error::transport(format!("the connection to {endpoint} broke: {cause}")))
    };
    Failed { outcome, error: made.with_source(error) }
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
    let text = one_line(&cause.to_string(), 200);
    if name { format!("the host name does not resolve ({text})") } else { text }
}
