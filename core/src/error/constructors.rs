//! How errors are made, and what is added to them on their way up.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::kind::ErrorKind;
use super::{Error, ErrorResponse, Inner, Source};
use crate::redaction::ServerText;
use crate::service_error::ServiceError;
use crate::timestamp::Timestamp;

impl Error {
    /// Creates the error of a setting or a parameter that is wrong, for crates that add some of their own. `message` says what
    /// is wrong and what to do, in one line without a secret.
    ///
    /// ```
    /// let error = huaweicloud_core::Error::invalid_input("invalid day 32: expected 1 to 31");
    /// assert!(error.is_invalid_input());
    /// ```
    pub fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    pub(crate) fn connect(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Connect, message)
    }

    pub(crate) fn timeout(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Timeout, message)
    }

    pub(crate) fn transport(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Transport, message)
    }

    pub(crate) fn redirect(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Redirect, message)
    }

    pub(crate) fn throttled(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Throttled, message)
    }

    pub(crate) fn decode(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Decode, message)
    }

    pub(crate) fn empty_first_page(total: i64) -> Self {
        Self::decode(format!("the first page is empty, although the service claims {total} items"))
    }

    pub(crate) fn credentials(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credentials, message)
    }

    pub(crate) fn incomplete(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Incomplete, message)
    }

    pub(crate) fn service(error: ServiceError) -> Self {
        let mut this = Self::new(ErrorKind::Service, error.message.into_string());
        this.inner.code = error.code.map(ServerText::into_string);
        this.inner.request_id = error.request_id.map(ServerText::into_string);
        this.inner.authorization_message = error.encoded_authorization_message.map(ServerText::into_string);
        this
    }

    pub(crate) fn in_operation(mut self, operation: &'static str) -> Self {
        self.inner.operation = Some(operation);
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.inner.status = Some(status);
        self
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<ServerText>) -> Self {
        self.inner.request_id = request_id.map(ServerText::into_string).or(self.inner.request_id);
        self
    }

    pub(crate) fn with_json_path(mut self, path: String) -> Self {
        self.inner.json_path = Some(path).filter(|path| !path.is_empty());
        self
    }

    /// Adds a cause that the message does not tell.
    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.inner.source = Some(Arc::from(source.into()));
        self
    }

    /// Adds a cause whose text, with that of its own causes, is part of the message.
    pub(crate) fn with_shown_source(mut self, source: impl Into<Source>) -> Self {
        self.inner.shows_source = true;
        self.with_source(source)
    }

    pub(crate) fn in_credentials(mut self, source: impl Into<String>) -> Self {
        self.inner.credentials = Some(source.into());
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.inner.attempts = attempts;
        self
    }

    /// Adds the errors of the attempts before this one, the first one first.
    pub(crate) fn with_earlier_attempts(mut self, earlier: Vec<Self>) -> Self {
        self.inner.earlier = earlier;
        self
    }

    pub(crate) fn with_server_time(mut self, time: Option<Timestamp>) -> Self {
        self.inner.server_time = time;
        self
    }

    pub(crate) fn with_retry_at(mut self, time: Option<Timestamp>) -> Self {
        self.inner.retry_at = time;
        self
    }

    pub(crate) fn with_canonical_request(mut self, canonical_request: Option<String>) -> Self {
        self.inner.canonical_request = canonical_request;
        self
    }

    /// Adds headers and body of the response; the body without the secrets of the request.
    pub(crate) fn with_response(mut self, headers: HeaderMap, body: bytes::Bytes) -> Self {
        self.inner.response = Some(Arc::new(ErrorResponse { headers, body }));
        self
    }

    /// Sets that this is the error of an earlier call, after which the credentials are not used for a while.
    pub(crate) fn not_sent_again(mut self) -> Self {
        let message = &self.inner.message;
        self.inner.message =
            format!("nothing was sent, because the service rejected these credentials a short time ago: {message}");
        self
    }

    /// Takes an error of the service with one of these codes for the absence of an object.
    pub(crate) fn with_not_found_codes(mut self, codes: &[&str]) -> Self {
        self.inner.is_absence = self.inner.code.as_deref().is_some_and(|code| codes.contains(&code));
        self
    }

    /// Sets that a retry fails in the same way.
    pub(crate) fn permanent(mut self) -> Self {
        self.inner.permanent = true;
        self
    }

    /// Sets whether the service may have carried out the request.
    pub(crate) fn with_unknown_outcome(mut self, unknown: bool) -> Self {
        self.inner.may_have_been_applied = unknown;
        self
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                operation: None,
                credentials: None,
                message: message.into(),
                status: None,
                code: None,
                request_id: None,
                json_path: None,
                authorization_message: None,
                server_time: None,
                retry_at: None,
                canonical_request: None,
                response: None,
                attempts: 0,
                earlier: Vec::new(),
                permanent: false,
                is_absence: false,
                may_have_been_applied: false,
                source: None,
                shows_source: false,
            }),
        }
    }
}
