//! What is told of an attempt: its span, its log events, and the interceptors.

use std::time::Duration;

use reqwest::Request;
use tracing::field::{Empty, display};

use super::Pipeline;
use crate::auth::identity::Identity;
use crate::error::Error;
use crate::interceptor::{AttemptFailure, AttemptRequest, AttemptResponse};
use crate::response::shown_request_id;
use crate::transport::attempt::{AttemptError, BufferedResponse};

/// The span of an attempt, by OpenTelemetry's conventions for HTTP clients. Numbers are signed: its collectors read
/// unsigned ones as strings.
pub(super) fn span(
    pipeline: &Pipeline,
    template: &str,
    attempt: u32,
    request: &Request,
    identity: Option<&Identity>,
) -> tracing::Span {
    let span = tracing::debug_span!(
        "attempt",
        otel.name = %format_args!("{} {template}", request.method()),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = %request.method(),
        url.template = template,
        server.address = pipeline.endpoint.host(),
        server.port = request.url().port_or_known_default().map(i64::from),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
        huaweicloud.request_id = Empty,
        huaweicloud.credential_source = identity.map(Identity::source),
    );
    if attempt > 1 {
        span.record("http.request.resend_count", i64::from(attempt) - 1);
    }
    span
}

/// Puts the outcome of an attempt on its span and logs it.
pub(super) fn record_outcome(
    span: &tracing::Span,
    result: &Result<BufferedResponse, AttemptError>,
    duration: Duration,
) {
    match result {
        Ok(response) => {
            let status = i64::from(response.status.as_u16());
            span.record("http.response.status_code", status);
            if !span.is_disabled() {
                let id = shown_request_id(&response.headers, &response.redactor);
                span.record("huaweicloud.request_id", id.map(display));
            }
            if response.status.is_client_error() || response.status.is_server_error() {
                span.record("error.type", response.status.as_str());
                span.record("otel.status_code", "ERROR");
            }
            span.in_scope(|| tracing::debug!(status, ?duration, "answered"));
        }
        Err(failed) => {
            let error = &failed.error;
            span.record("http.response.status_code", error.status().map(|status| i64::from(status.as_u16())));
            span.record("huaweicloud.request_id", error.request_id());
            span.record("error.type", failed.outcome.as_str());
            span.record("otel.status_code", "ERROR");
            span.in_scope(|| tracing::debug!(%error, ?duration, "attempt failed"));
        }
    }
}

/// One attempt as the interceptors see it.
pub(super) struct Observed<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) operation: &'static str,
    pub(super) attempt: u32,
}

impl Observed<'_> {
    pub(super) fn request(&self, request: &mut Request) {
        let Self { operation, attempt, .. } = *self;
        for interceptor in self.pipeline.interceptors() {
            let (method, url) = (request.method().clone(), request.url().clone());
            let (path, query) = (url.path(), url.query().unwrap_or_default());
            let headers = request.headers_mut();
            interceptor.request(&mut AttemptRequest { operation, attempt, method: &method, path, query, headers });
        }
    }

    pub(super) fn response(&self, response: &mut BufferedResponse, duration: Duration) {
        let Self { operation, attempt, .. } = *self;
        for interceptor in self.pipeline.interceptors() {
            let (status, headers, body) = (&mut response.status, &mut response.headers, &mut response.body);
            interceptor.response(&mut AttemptResponse { operation, attempt, duration, status, headers, body });
        }
    }

    pub(super) fn failure(&self, error: &Error, duration: Duration) {
        let Self { operation, attempt, .. } = *self;
        for interceptor in self.pipeline.interceptors() {
            interceptor.failure(&AttemptFailure { operation, attempt, duration, error });
        }
    }
}
