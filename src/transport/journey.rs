//! The attempts of one call, and what is between them.

use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, StatusCode, header};
use reqwest::Request;
use tracing::Instrument as _;
use tracing::field::{Empty, display};

use super::attempt::{Answer, Bounds, Failed, attempt, hide_secrets};
use super::pacer::Slot;
use super::retry::{self, Attempt, Decision, Outcome};
use super::{Limits, retry_after};
use crate::client::Client;
use crate::credentials::Identity;
use crate::error::Error;
use crate::interceptor::{AttemptAnswer, AttemptRequest};
use crate::response::request_id;
use crate::{service_error, signing};

/// What a call is, for decisions and spans.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) operation: &'static str,
    /// The path with names in place of ids.
    pub(crate) template: &'static str,
    /// To send it twice does the same as to send it once.
    pub(crate) repeatable: bool,
    pub(crate) project_id: Option<&'a str>,
}

/// An answer, and who asked.
pub(crate) struct Exchange {
    pub(crate) answer: Answer,
    pub(crate) identity: Option<Arc<Identity>>,
    /// What was signed, where a signature was sent.
    pub(crate) canonical_request: Option<String>,
    pub(crate) attempts: u32,
}

/// Sends `request` with the client's identity, again where that may help, until the time of the call is over.
///
/// After HTTP 401 it is sent once more with another identity, where there is one, and never again with the same access
/// key: more than five failures in a row lock it.
pub(crate) async fn exchange(client: &Client, mut request: Request, call: Call<'_>) -> Result<Exchange, Error> {
    make_query_canonical(&mut request);
    hide_secrets(request.headers_mut());
    let limits = client.limits();
    let mut journey = Journey { client, call, limits, begin: client.time().elapsed(), attempts: 0, last: None };
    match tokio::time::timeout(limits.call, journey.run(request)).await {
        Ok(outcome) => outcome.map_err(|error| error.with_attempts(journey.attempts)),
        Err(_) => Err(journey.out_of_time()),
    }
}

struct Journey<'a> {
    client: &'a Client,
    call: Call<'a>,
    limits: Limits,
    begin: Duration,
    attempts: u32,
    /// How the last attempt failed, with what the last answer said of itself.
    last: Option<Error>,
}

/// How one attempt ended.
struct Ended {
    identity: Option<Arc<Identity>>,
    canonical_request: Option<String>,
    result: Result<Answer, Failed>,
    retry_after: Option<Duration>,
    duration: Duration,
    /// Nothing had come when the call was over.
    out_of_time: bool,
}

impl Journey<'_> {
    async fn run(&mut self, request: Request) -> Result<Exchange, Error> {
        let mut other_identity = None;
        // Attempts with an identity that was then refused are not retries.
        let mut refused = 0;
        loop {
            let identity = match other_identity.take() {
                Some(identity) => Some(identity),
                None => self.client.current_identity().await?,
            };
            let Some(outgoing) = request.try_clone() else {
                return Err(Error::invalid_input("the body of the request cannot be sent"));
            };
            let ended = self.attempt(outgoing, identity).await?;
            if ended.out_of_time {
                let error = self.out_of_time();
                return Err(match &ended.result {
                    Err(failed) if failed.error.status().is_some() => error.after_answer_of(&failed.error),
                    _ => error,
                });
            }
            if let (Ok(answer), Some(identity), 0) = (&ended.result, &ended.identity, refused)
                && answer.status == StatusCode::UNAUTHORIZED
                && let Some(other) = self.other_than(identity).await
            {
                (other_identity, refused) = (Some(other), 1);
                continue;
            }
            match self.decide(&ended, self.attempts - refused) {
                Decision::Again { after, reason } => {
                    tracing::debug!(delay = ?after, reason, "sent again");
                    self.remember(&ended);
                    self.client.time().sleep(after).await;
                }
                Decision::Stop(stop) => {
                    if !matches!(&ended.result, Ok(answer) if answer.status.is_success()) {
                        tracing::trace!(reason = stop.as_str(), "not sent again");
                    }
                    let Ended { identity, canonical_request, result, .. } = ended;
                    let answer = result.map_err(|failed| match (failed.outcome, &self.last) {
                        (Outcome::TimedOut, Some(last)) if failed.error.status().is_none() => {
                            failed.error.after_answer_of(last)
                        }
                        _ => failed.error,
                    })?;
                    return Ok(Exchange { answer, identity, canonical_request, attempts: self.attempts });
                }
            }
        }
    }

    async fn other_than(&self, refused: &Arc<Identity>) -> Option<Arc<Identity>> {
        match self.client.identity_after(refused).await {
            Ok(other) => {
                if other.is_some() {
                    tracing::debug!("sent again with another identity after HTTP 401");
                }
                other
            }
            // The refusal itself tells more than that no other identity could be had.
            Err(error) => {
                tracing::warn!(%error, "no other identity after HTTP 401");
                None
            }
        }
    }

    async fn attempt(&mut self, request: Request, identity: Option<Arc<Identity>>) -> Result<Ended, Error> {
        let slot = match self.client.pacer() {
            Some(pacer) => {
                let (slot, waited) = pacer.turn().await;
                // What it takes to ask is not a wait.
                if waited >= Duration::from_millis(1) {
                    tracing::debug!(delay = ?waited, "waited for its turn below the pace");
                }
                Some(slot)
            }
            None => None,
        };
        if self.time_left().is_zero() {
            return Err(self.out_of_time());
        }
        self.attempts += 1;
        let span = self.span(&request, identity.as_deref());
        let ended = self.send(request, identity, slot).instrument(span.clone()).await?;
        tell(&span, &ended);
        Ok(ended)
    }

    async fn send(
        &self,
        mut request: Request,
        identity: Option<Arc<Identity>>,
        mut slot: Option<Slot>,
    ) -> Result<Ended, Error> {
        let client = self.client;
        self.show_request(&mut request);
        let canonical_request = match &identity {
            Some(identity) => identity.authorize(&mut request, self.call.project_id, client.time().now())?,
            None => None,
        };
        let left = self.time_left();
        let Limits { attempt: time, stall, body, .. } = self.limits;
        let bounds = Bounds { time: time.min(left), stall, body };
        if let Some(slot) = &mut slot {
            slot.sending();
        }
        let begin = client.time().elapsed();
        let redacted = |Failed { outcome, error }| Failed { outcome, error: client.redact(error, identity.as_deref()) };
        let mut result = attempt(client.http(), request, client.endpoint(), bounds).await.map_err(redacted);
        let duration = client.time().elapsed().saturating_sub(begin);
        if let Ok(answer) = &mut result {
            self.show_answer(answer, duration);
        }
        let retry_after = result.as_ref().ok().and_then(|answer| wish(&answer.headers, client));
        match (slot, &result) {
            (Some(slot), Ok(answer)) if answer.status == StatusCode::TOO_MANY_REQUESTS => slot.throttled(retry_after),
            (Some(slot), Err(Failed { outcome: Outcome::NotConnected, .. })) => slot.unsent(),
            _ => {}
        }
        let timed_out = matches!(result, Err(Failed { outcome: Outcome::TimedOut, .. }));
        let out_of_time = timed_out && left <= self.limits.attempt;
        Ok(Ended { identity, canonical_request, result, retry_after, duration, out_of_time })
    }

    fn decide(&self, ended: &Ended, number: u32) -> Decision {
        let code = match &ended.result {
            Ok(answer) if answer.status == StatusCode::INTERNAL_SERVER_ERROR => {
                service_error::parse(&answer.body).and_then(|error| error.code)
            }
            _ => None,
        };
        let outcome = match &ended.result {
            Ok(answer) => {
                let (status, retry_after) = (answer.status.as_u16(), ended.retry_after);
                Outcome::Answered { status, code: code.as_deref(), retry_after }
            }
            Err(failed) => failed.outcome,
        };
        let attempt = Attempt { number, outcome, repeatable: self.call.repeatable, time_left: Some(self.time_left()) };
        let budget = self.client.budget();
        let decision = retry::decide(&self.limits.retry, &attempt, fastrand::u64(..), |cost| budget.take(cost));
        if decision == Decision::Stop(retry::Stop::NotRetryable) && ended.result.is_ok() {
            budget.give_back();
        }
        decision
    }

    fn time_left(&self) -> Duration {
        self.limits.call.saturating_sub(self.client.time().elapsed().saturating_sub(self.begin))
    }

    fn out_of_time(&self) -> Error {
        let (endpoint, call) = (self.client.endpoint(), self.limits.call);
        let what = match (self.attempts, &self.last) {
            (0, _) => "nothing was sent while it was waiting for its identity or its turn".to_owned(),
            (_, Some(last)) => format!("before that an attempt failed with: {}", in_short(last)),
            (_, None) => "no whole answer had come".to_owned(),
        };
        let error = Error::timeout(format!("the call to {endpoint} took longer than {call:?}; {what}"));
        let error = error.with_attempts(self.attempts);
        match &self.last {
            Some(last) => error.after_answer_of(last),
            None => error,
        }
    }

    fn remember(&mut self, ended: &Ended) {
        let failure = self.failure(ended);
        self.last = Some(match self.last.take() {
            Some(before) if failure.status().is_none() => failure.after_answer_of(&before),
            _ => failure,
        });
    }

    /// An attempt that was of no use, as an error.
    fn failure(&self, ended: &Ended) -> Error {
        match &ended.result {
            Ok(answer) => {
                let id = request_id(&answer.headers).map(|id| service_error::one_line(id, 128));
                let said =
                    service_error::parse(&answer.body).unwrap_or_else(|| service_error::describe(&answer.body, None));
                let error = Error::service(said).with_status(answer.status).with_request_id(id);
                self.client.redact(error, ended.identity.as_deref())
            }
            Err(failed) => failed.error.clone(),
        }
    }

    /// The span of an attempt, by OpenTelemetry's conventions for HTTP clients. Numbers have a sign: its collectors are
    /// given those without one as texts.
    fn span(&self, request: &Request, identity: Option<&Identity>) -> tracing::Span {
        let span = tracing::debug_span!(
            "attempt",
            otel.name = %format_args!("{} {}", request.method(), self.call.template),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = %request.method(),
            url.template = self.call.template,
            server.address = self.client.endpoint().host(),
            server.port = request.url().port_or_known_default().map(i64::from),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
            dataarts.request_id = Empty,
            dataarts.credential_source = identity.map(Identity::source),
        );
        if self.attempts > 1 {
            span.record("http.request.resend_count", i64::from(self.attempts) - 1);
        }
        span
    }

    fn show_request(&self, request: &mut Request) {
        let Some(interceptor) = self.client.interceptor() else { return };
        let (method, url) = (request.method().clone(), request.url().clone());
        interceptor.request(&mut AttemptRequest {
            operation: self.call.operation,
            attempt: self.attempts,
            method: &method,
            path: url.path(),
            query: url.query().unwrap_or_default(),
            headers: request.headers_mut(),
        });
    }

    fn show_answer(&self, answer: &mut Answer, duration: Duration) {
        let Some(interceptor) = self.client.interceptor() else { return };
        interceptor.answer(&mut AttemptAnswer {
            operation: self.call.operation,
            attempt: self.attempts,
            duration,
            status: &mut answer.status,
            headers: &mut answer.headers,
            body: &mut answer.body,
        });
    }
}

/// Puts on the span of an attempt how it ended, and explains it.
fn tell(span: &tracing::Span, ended: &Ended) {
    let duration = ended.duration;
    match &ended.result {
        Ok(answer) => {
            let status = i64::from(answer.status.as_u16());
            span.record("http.response.status_code", status);
            span.record("dataarts.request_id", request_id(&answer.headers).map(display));
            if answer.status.is_client_error() || answer.status.is_server_error() {
                span.record("error.type", answer.status.as_str());
                span.record("otel.status_code", "ERROR");
            }
            span.in_scope(|| tracing::debug!(status, ?duration, "answered"));
        }
        Err(failed) => {
            let error = &failed.error;
            span.record("http.response.status_code", error.status().map(|status| i64::from(status.as_u16())));
            span.record("dataarts.request_id", error.request_id());
            span.record("error.type", failed.outcome.as_str());
            span.record("otel.status_code", "ERROR");
            span.in_scope(|| tracing::debug!(%error, ?duration, "attempt failed"));
        }
    }
}

/// How long the server asks to wait.
fn wish(headers: &HeaderMap, client: &Client) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?;
    let date = headers.get(header::DATE).map(::http::HeaderValue::as_bytes);
    retry_after::parse(value.as_bytes(), date, client.time().now().to_system_time())
}

fn in_short(failure: &Error) -> String {
    match failure.status() {
        Some(status) if failure.is_service() => format!("HTTP {}", status.as_u16()),
        _ => failure.message().to_owned(),
    }
}

/// The query on the wire is byte for byte the one that is signed.
fn make_query_canonical(request: &mut Request) {
    let query = signing::canonical_query(request.url().query_pairs());
    request.url_mut().set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
}
