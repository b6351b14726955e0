//! The attempts of one call, until its deadline.

use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, StatusCode, header};
use reqwest::Request;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::Pipeline;
use super::credential_gate::tells_of_the_credential;
use super::credential_limiter::{Rejected, Slot};
use super::limits::Limits;
use super::observation::{self, Observed};
use super::rate_limiter::{HeldUntil, Permit};
use super::retry::{self, Attempt, Decision};
use super::retry_after;
use crate::auth::identity::Identity;
use crate::error::Error;
use crate::response::shown_request_id;
use crate::timestamp::Timestamp;
use crate::transport::attempt::{AttemptError, Bounds, BufferedResponse, after, attempt, mark_sensitive};
use crate::transport::outcome::Outcome;
use crate::{service_error, signing};

/// An operation, as decisions and spans need it.
#[derive(Clone, Debug)]
pub(crate) struct Descriptor {
    pub(crate) id: &'static str,
    /// The path with parameter names in place of values.
    pub(crate) template: String,
    /// Sending the request twice has the effect of sending it once.
    pub(crate) idempotent: bool,
}

/// A response, and what was sent for it.
pub(crate) struct Completed {
    pub(crate) response: BufferedResponse,
    /// What was signed, if a signature was sent.
    canonical_request: Option<String>,
    retry_at: Option<Timestamp>,
}

/// The state of one call. Whatever the call waits for is under its one deadline.
pub(crate) struct RetryLoop<'a> {
    pipeline: &'a Pipeline,
    operation: Descriptor,
    limits: Limits,
    /// By the clock of the pipeline.
    begin: Duration,
    /// The deadline, by the timers of the runtime.
    end: Instant,
    attempts: u32,
    /// The errors of all attempts but the last.
    earlier: Vec<Error>,
    /// The operation may change something.
    is_unsafe: bool,
    may_have_been_applied: bool,
}

/// The outcome of one attempt.
struct AttemptOutcome {
    identity: Option<Arc<Identity>>,
    canonical_request: Option<String>,
    result: Result<BufferedResponse, AttemptError>,
    retry_after: Option<Duration>,
    duration: Duration,
    /// The deadline of the call passed before a response came.
    is_past_deadline: bool,
}

impl<'a> RetryLoop<'a> {
    /// Starts the time of a call.
    pub(crate) fn new(pipeline: &'a Pipeline, limits: Limits, operation: Descriptor) -> Self {
        Self {
            pipeline,
            operation,
            limits,
            begin: pipeline.time().elapsed(),
            end: after(limits.call),
            attempts: 0,
            earlier: Vec::new(),
            is_unsafe: false,
            may_have_been_applied: false,
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.end
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The time since the call began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.pipeline.time().elapsed().saturating_sub(self.begin)
    }

    /// Sends `request` with the credentials of the pipeline and retries it if that is safe and may help.
    ///
    /// After HTTP 401 it is sent once more with other credentials, if there are any, and never again with the same access
    /// key: more than five failures in a row lock it.
    pub(crate) async fn execute(&mut self, mut request: Request, project_id: Option<&str>) -> Result<Completed, Error> {
        make_query_canonical(&mut request);
        mark_sensitive(request.headers_mut());
        self.is_unsafe = !request.method().is_safe();
        let mut other_identity = None;
        // Attempts whose credentials were rejected are not retries. Other credentials are asked for once.
        let (mut unauthorized, mut is_refreshed) = (0, false);
        loop {
            let identity = match other_identity.take() {
                Some(identity) => Some(identity),
                None => self.pipeline.current_identity().await?,
            };
            let Some(outgoing) = request.try_clone() else {
                return Err(Error::invalid_input("the body of the request cannot be sent"));
            };
            let slot = match self.slot(identity.as_deref()).await {
                Ok(slot) => slot,
                Err(error) => match identity.filter(|_| !is_refreshed) {
                    Some(identity) => {
                        is_refreshed = true;
                        other_identity = Some(self.other_than(&identity).await.ok_or(error)?);
                        continue;
                    }
                    None => return Err(error),
                },
            };
            let outcome = self.attempt(outgoing, identity, project_id, slot).await?;
            if outcome.is_past_deadline {
                return Err(self.deadline_exceeded());
            }
            if let (Ok(response), Some(identity)) = (&outcome.result, &outcome.identity)
                && tells_of_the_credential(response.status)
                && response.status != StatusCode::UNAUTHORIZED
            {
                self.pipeline.accepted(identity);
            }
            if let (Ok(response), Some(identity), false) = (&outcome.result, &outcome.identity, is_refreshed)
                && response.status == StatusCode::UNAUTHORIZED
                && let Some(other) = self.other_than(identity).await
            {
                (other_identity, unauthorized, is_refreshed) = (Some(other), 1, true);
                self.remember(&outcome);
                continue;
            }
            match self.decide(&outcome, self.attempts - unauthorized) {
                Decision::Retry { after, reason } => {
                    tracing::debug!(delay = ?after, reason, "sent again");
                    self.remember(&outcome);
                    self.pipeline.time().sleep(after).await;
                }
                Decision::Stop(stop) => {
                    if !matches!(&outcome.result, Ok(response) if response.status.is_success()) {
                        tracing::trace!(reason = stop.as_str(), "not sent again");
                    }
                    let retry_at = self.retry_at(&outcome);
                    let AttemptOutcome { canonical_request, result, .. } = outcome;
                    let response = result.map_err(|failed| failed.error)?;
                    return Ok(Completed { response, canonical_request, retry_at });
                }
            }
        }
    }

    /// Completes an error of the response with what is known of it.
    pub(crate) fn response_error(&mut self, error: Error, completed: &Completed) -> Error {
        let Completed { response, canonical_request, retry_at } = completed;
        let canonical_request = canonical_request.clone().filter(|_| response.status == StatusCode::UNAUTHORIZED);
        self.note(Outcome::Answered { status: response.status.as_u16(), code: None, retry_after: None });
        let body = response.redactor.body(&response.body);
        let error =
            self.with_response(error, response).with_retry_at(*retry_at).with_canonical_request(canonical_request);
        error.with_response(response.headers.clone(), body)
    }

    /// Adds to an error what is known of the whole call.
    pub(crate) fn call_error(&mut self, error: Error) -> Error {
        error
            .with_attempts(self.attempts)
            .with_earlier_attempts(std::mem::take(&mut self.earlier))
            .with_unknown_outcome(self.is_unsafe && self.may_have_been_applied)
    }

    /// The error of a call whose deadline has passed.
    pub(crate) fn deadline_exceeded(&self) -> Error {
        let (endpoint, call) = (&self.pipeline.endpoint, self.limits.call);
        let what = match (self.attempts, self.earlier.last()) {
            (0, _) => "nothing was sent while it was waiting for its identity or its turn".to_owned(),
            (_, Some(last)) => format!("before that an attempt failed with: {}", summary(last)),
            (_, None) => "no whole answer had come".to_owned(),
        };
        Error::timeout(format!("the call to {endpoint} took longer than {call:?}; {what}"))
    }

    async fn other_than(&self, refused: &Arc<Identity>) -> Option<Arc<Identity>> {
        match self.pipeline.refresh_after_401(refused).await {
            Ok(other) => {
                if other.is_some() {
                    tracing::debug!("sent again with another identity after HTTP 401");
                }
                other
            }
            // The error response itself tells more than that no other credentials could be obtained.
            Err(error) => {
                tracing::warn!(%error, "no other identity after HTTP 401");
                None
            }
        }
    }

    async fn attempt(
        &mut self,
        request: Request,
        identity: Option<Arc<Identity>>,
        project_id: Option<&str>,
        slot: Option<Slot>,
    ) -> Result<AttemptOutcome, Error> {
        let permit = self.permit(identity.as_deref()).await?;
        if self.time_left().is_zero() {
            return Err(self.deadline_exceeded());
        }
        self.attempts += 1;
        let span =
            observation::span(self.pipeline, &self.operation.template, self.attempts, &request, identity.as_deref());
        let outcome = self.send(request, identity, project_id, slot, permit).instrument(span.clone()).await?;
        observation::record_outcome(&span, &outcome.result, outcome.duration);
        Ok(outcome)
    }

    /// Waits until a request with this credential may be in flight.
    async fn slot(&self, identity: Option<&Identity>) -> Result<Option<Slot>, Error> {
        let Some(identity) = identity else { return Ok(None) };
        let (time, shared) = (self.pipeline.time(), self.pipeline.shared_limits());
        let most = shared.max_in_flight().max(self.pipeline.pages_in_flight).max(self.limits.in_flight);
        let limiter = shared.credential(identity, time.elapsed());
        match limiter.acquire(most, time, self.limits.attempt).await {
            Ok(slot) => Ok(Some(slot)),
            Err(Rejected { until, error }) => {
                let wait = until.saturating_sub(time.elapsed());
                Err(error.not_sent_again().with_retry_at(Some(later(time.now(), wait))))
            }
        }
    }

    /// Waits for the rate limiter.
    async fn permit(&self, identity: Option<&Identity>) -> Result<Option<Permit>, Error> {
        let (Some(rate), Some(identity)) = (self.pipeline.rate_limit, identity) else { return Ok(None) };
        let time = self.pipeline.time();
        let limiter = self.pipeline.shared_limits().rate(identity, self.pipeline.endpoint.base(), time.elapsed());
        let deadline = self.begin.saturating_add(self.limits.call);
        match limiter.acquire(rate, time, deadline, self.limits.attempt).await {
            Ok((permit, waited)) => {
                // Asking takes some time, too.
                if waited >= Duration::from_millis(1) {
                    tracing::debug!(delay = ?waited, "waited for its turn below the pace");
                }
                Ok(Some(permit))
            }
            Err(HeldUntil(until)) => Err(self.held(until)),
        }
    }

    /// The error of a call that the service asked not to make before its deadline.
    fn held(&self, until: Duration) -> Error {
        let (endpoint, call) = (&self.pipeline.endpoint, self.limits.call);
        let time = self.pipeline.time();
        let wait = until.saturating_sub(time.elapsed());
        Error::throttled(format!(
            "{endpoint} asked with HTTP 429 to send nothing for another {} s, longer than the {call:?} of the call; \
             nothing was sent",
            wait.as_millis().div_ceil(1_000)
        ))
        .with_retry_at(Some(later(time.now(), wait)))
    }

    async fn send(
        &mut self,
        mut request: Request,
        identity: Option<Arc<Identity>>,
        project_id: Option<&str>,
        slot: Option<Slot>,
        mut permit: Option<Permit>,
    ) -> Result<AttemptOutcome, Error> {
        let pipeline = self.pipeline;
        let observed = Observed { pipeline, operation: self.operation.id, attempt: self.attempts };
        observed.request(&mut request);
        let canonical_request = match &identity {
            Some(identity) => identity.authorize(&mut request, project_id, pipeline.time().now())?,
            None => None,
        };
        let left = self.time_left().min(self.end.saturating_duration_since(Instant::now()));
        let Limits { attempt: time, stall, body, .. } = self.limits;
        let bounds = Bounds { time: time.min(left), stall, body };
        if let Some(permit) = &mut permit {
            permit.sending();
        }
        let begin = pipeline.time().elapsed();
        let redactor = pipeline.redactor(identity.clone()).with_signature(request.headers().get(header::AUTHORIZATION));
        let mut result = attempt(&pipeline.http, request, &pipeline.endpoint, bounds, redactor).await;
        let duration = pipeline.time().elapsed().saturating_sub(begin);
        match &mut result {
            Ok(response) => observed.response(response, duration),
            Err(failed) => {
                self.note(failed.outcome);
                observed.failure(&failed.error, duration);
            }
        }
        if let (Some(slot), Ok(response)) = (slot, &result) {
            slot.answered(response.status, pipeline.time().elapsed(), || {
                self.error_response(response, canonical_request.clone())
            });
        }
        let retry_after = result.as_ref().ok().and_then(|response| retry_after_of(&response.headers, pipeline));
        match (permit, &result) {
            (Some(permit), Ok(response)) if response.status == StatusCode::TOO_MANY_REQUESTS => {
                permit.throttled(retry_after);
            }
            (Some(permit), Err(AttemptError { outcome: Outcome::NotConnected | Outcome::Permanent, .. })) => {
                permit.unsent();
            }
            _ => {}
        }
        let is_past_deadline = left <= time && matches!(&result, Err(failed) if failed.is_out_of_time);
        Ok(AttemptOutcome { identity, canonical_request, result, retry_after, duration, is_past_deadline })
    }

    fn decide(&self, outcome: &AttemptOutcome, number: u32) -> Decision {
        let code = match &outcome.result {
            Ok(response) if response.status == StatusCode::INTERNAL_SERVER_ERROR => {
                service_error::parse(&response.body, &response.redactor).and_then(|error| error.code)
            }
            _ => None,
        };
        let ended = match &outcome.result {
            Ok(response) => {
                let (status, retry_after) = (response.status.as_u16(), outcome.retry_after);
                Outcome::Answered { status, code: code.as_deref(), retry_after }
            }
            Err(failed) => failed.outcome,
        };
        let idempotent = self.operation.idempotent;
        let attempt = Attempt { number, outcome: ended, idempotent, time_left: self.time_left() };
        let budget = self.pipeline.budget();
        let decision = retry::decide(&self.limits.retry, &attempt, fastrand::u64(..), |cost| budget.withdraw(cost));
        if matches!(&outcome.result, Ok(response) if is_good_for_the_budget(response.status)) {
            budget.deposit();
        }
        decision
    }

    fn time_left(&self) -> Duration {
        self.limits.call.saturating_sub(self.elapsed())
    }

    /// Notes whether the service may have carried out the request of an attempt.
    fn note(&mut self, outcome: Outcome<'_>) {
        self.may_have_been_applied |= outcome.may_have_been_applied();
    }

    /// Keeps the error of an attempt that is not the last.
    fn remember(&mut self, outcome: &AttemptOutcome) {
        let error = match &outcome.result {
            Ok(response) => {
                self.note(Outcome::Answered { status: response.status.as_u16(), code: None, retry_after: None });
                let error = self.error_response(response, None);
                error.with_retry_at(self.retry_at(outcome))
            }
            Err(failed) => failed.error.clone(),
        };
        self.earlier.push(error.in_operation(self.operation.id));
    }

    /// An error response that does not end the call.
    fn error_response(&self, response: &BufferedResponse, canonical_request: Option<String>) -> Error {
        let service = service_error::parse(&response.body, &response.redactor);
        let error = Error::service(service.unwrap_or_else(|| service_error::describe(&response.body, None)));
        self.with_response(error, response).with_canonical_request(canonical_request)
    }

    /// Adds status, request ID and time of a response.
    fn with_response(&self, error: Error, response: &BufferedResponse) -> Error {
        let id = shown_request_id(&response.headers, &response.redactor);
        let error = error.with_status(response.status).with_request_id(id);
        let error = error.with_server_time(service_error::date(&response.headers));
        error.with_not_found_codes(self.pipeline.shared.not_found_codes)
    }

    /// The time that the service named.
    fn retry_at(&self, outcome: &AttemptOutcome) -> Option<Timestamp> {
        outcome.retry_after.map(|wait| later(self.pipeline.time().now(), wait))
    }
}

/// A failure of the service itself refills no retry budget.
fn is_good_for_the_budget(status: StatusCode) -> bool {
    !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS && status != StatusCode::REQUEST_TIMEOUT
}

/// How long the server asks to wait.
fn retry_after_of(headers: &HeaderMap, pipeline: &Pipeline) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?;
    let date = headers.get(header::DATE).map(::http::HeaderValue::as_bytes);
    retry_after::parse(value.as_bytes(), date, pipeline.time().now().to_system_time())
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(now.as_millisecond().saturating_add(by))
}

fn summary(failure: &Error) -> String {
    let id = failure.request_id().map_or_else(String::new, |id| format!(" (request id {id})"));
    match failure.status() {
        Some(status) if failure.is_service() => format!("HTTP {}{id}", status.as_u16()),
        _ => format!("{}{id}", failure.message()),
    }
}

/// The query on the wire is byte for byte the one that is signed.
fn make_query_canonical(request: &mut Request) {
    let query = signing::canonical_query(request.url().query_pairs());
    request.url_mut().set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
}
