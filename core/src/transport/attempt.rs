//! One attempt: sends a request as it is and reads the response within limits of time and size.

use std::error::Error as StdError;
use std::time::Duration;

use ::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use tokio::time::{Instant, timeout_at};

use super::outcome::Outcome;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::redaction::{Redactor, one_line};
use crate::response::shown_request_id;

/// Headers whose values no one may print, on either way. What the client itself sends is marked where it is made.
const SECRET_HEADERS: [&str; 4] = ["x-subject-token", "x-auth-token", "x-security-token", "set-cookie"];

/// A response whose body was read, whatever its status.
#[derive(Debug)]
pub(crate) struct BufferedResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Knows the secrets of the request, which the response may repeat.
    pub(crate) redactor: Redactor,
}

/// An attempt without a usable response.
#[derive(Debug)]
pub(crate) struct AttemptError {
    pub(crate) outcome: Outcome<'static>,
    pub(crate) error: Error,
    /// It took longer than [`Bounds::time`], as measured here and not by a limit of the caller's HTTP client.
    pub(crate) is_out_of_time: bool,
}

impl AttemptError {
    fn new(outcome: Outcome<'static>, error: Error) -> Self {
        Self { outcome, error, is_out_of_time: false }
    }
}

/// Limits of an attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// For all of it.
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
    redactor: Redactor,
) -> Result<BufferedResponse, AttemptError> {
    let end = after(bounds.time);
    let mut response = match timeout_at(end, http.execute(request)).await {
        Ok(outcome) => outcome.map_err(|error| failed(endpoint, error))?,
        Err(_) => return Err(out_of_time(endpoint, bounds)),
    };
    let status = response.status();
    let mut body = Body::default();
    let broken = read(&mut response, &mut body, endpoint, bounds, end).await.err();
    let mut headers = std::mem::take(response.headers_mut());
    mark_sensitive(&mut headers);
    match broken {
        Some(broken) if status.is_success() => {
            let id = shown_request_id(&headers, &redactor);
            Err(AttemptError { error: broken.error.with_status(status).with_request_id(id), ..broken })
        }
        // Status and headers of an error response decide whether to retry; the rest of its body is left out. As a broken
        // connection, HTTP 401 would be retried with the same access key.
        _ => Ok(BufferedResponse { status, headers, body: body.whole(), redactor }),
    }
}

/// Reads the body as far as it comes and may be read.
async fn read(
    response: &mut reqwest::Response,
    body: &mut Body,
    endpoint: &Endpoint,
    bounds: Bounds,
    end: Instant,
) -> Result<(), AttemptError> {
    loop {
        let stalled = after(bounds.stall);
        let chunk = match timeout_at(stalled.min(end), response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(failed(endpoint, error)),
            Err(_) if end <= stalled => return Err(out_of_time(endpoint, bounds)),
            Err(_) => {
                let reason = format!("the answer of {endpoint} stopped coming for {:?}", bounds.stall);
                return Err(AttemptError::new(Outcome::Stalled, Error::timeout(reason)));
            }
        };
        let room = bounds.body.saturating_sub(body.len());
        let is_too_large = chunk.len() > room;
        body.add(chunk.slice(..chunk.len().min(room)), bounds.body);
        if is_too_large {
            let status = response.status().as_u16();
            let outcome = Outcome::Answered { status, code: None, retry_after: None };
            return Err(AttemptError::new(outcome, too_large(bounds.body)));
        }
    }
}

/// What came of a body. Most come in one part, which is kept as it is; more are copied together.
#[derive(Default)]
struct Body {
    first: Bytes,
    /// All of it, as soon as there is more than the first part.
    joined: Vec<u8>,
}

impl Body {
    fn len(&self) -> usize {
        self.first.len().max(self.joined.len())
    }

    /// Adds what came next of a body of at most `largest` bytes.
    fn add(&mut self, part: Bytes, largest: usize) {
        if self.len() == 0 {
            self.first = part;
            return;
        }
        let first = std::mem::take(&mut self.first);
        let needed = self.joined.len() + first.len() + part.len();
        if needed > self.joined.capacity() {
            // Twice as much, but no more than may come: half of it would stay empty.
            let capacity = needed.saturating_mul(2).min(largest).max(needed);
            self.joined.reserve_exact(capacity - self.joined.len());
        }
        self.joined.extend_from_slice(&first);
        self.joined.extend_from_slice(&part);
    }

    fn whole(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.into() }
    }
}

/// A time that is too far away for the clock is as good as none.
pub(crate) fn after(time: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(365 * 24 * 3_600);
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now + FAR)
}

fn out_of_time(endpoint: &Endpoint, bounds: Bounds) -> AttemptError {
    let reason = format!("no whole answer from {endpoint} within {:?}", bounds.time);
    AttemptError { outcome: Outcome::TimedOut, error: Error::timeout(reason), is_out_of_time: true }
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

/// Marks the headers whose values must not be printed.
pub(crate) fn mark_sensitive(headers: &mut HeaderMap) {
    for (name, value) in headers.iter_mut() {
        if SECRET_HEADERS.contains(&name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

/// What reqwest reports, without the URL and with the endpoint by name.
fn failed(endpoint: &Endpoint, error: reqwest::Error) -> AttemptError {
    let error = error.without_url();
    let cause = root_cause(&error);
    let (outcome, made) = if error.is_connect() {
        let cause = if error.is_timeout() { "no connection in time".to_owned() } else { cause };
        let old = speaks_no_common_tls(&cause);
        // A certificate stays as wrong as it is, and a server as old.
        let lasts = old || cause.contains("certificate");
        let cause = if old { format!("it speaks neither TLS 1.2 nor 1.3 as they are ({cause})") } else { cause };
        let advice = "check the region or endpoint and the network";
        let made = Error::connect(format!("cannot connect to {endpoint}: {cause}; {advice}"));
        if lasts { (Outcome::Permanent, made.permanent()) } else { (Outcome::NotConnected, made) }
    } else if error.is_timeout() {
        (
            Outcome::TimedOut,
            Error::timeout(format!("no whole answer from {endpoint} in time: a limit of the HTTP client")),
        )
    } else if is_refused_stream(&error) {
        (Outcome::RefusedStream, Error::transport(format!("{endpoint} refused the HTTP/2 stream: {cause}")))
    } else {
        (Outcome::Broken, Error::transport(format!("the connection to {endpoint} broke: {cause}")))
    };
    AttemptError::new(outcome, made.with_shown_source(error))
}

/// Whether the server says that it did not process the request (RFC 9113 section 8.7).
fn is_refused_stream(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(next) = cause {
        if let Some(error) = next.downcast_ref::<h2::Error>() {
            return error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        }
        cause = next.source();
    }
    false
}

/// Told by the words of rustls and OpenSSL: reqwest does not show their types. Where SChannel or Secure Transport say it,
/// the call is tried again for nothing.
fn speaks_no_common_tls(cause: &str) -> bool {
    cause.starts_with("peer is incompatible")
        || cause == "received fatal alert: ProtocolVersion"
        || cause.contains("unsupported protocol")
        || cause.contains("alert protocol version")
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
