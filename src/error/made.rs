//! How errors are made, and what is added to them on their way up.

use std::sync::Arc;

use http::StatusCode;

use super::{Error, Inner, Kind, Source};
use crate::Timestamp;
use crate::redaction::without_secrets;
use crate::service_error::ServiceError;

impl Error {
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput, message)
    }

    pub(crate) fn connect(message: impl Into<String>) -> Self {
        Self::new(Kind::Connect, message)
    }

    pub(crate) fn timeout(message: impl Into<String>) -> Self {
        Self::new(Kind::Timeout, message)
    }

    pub(crate) fn transport(message: impl Into<String>) -> Self {
        Self::new(Kind::Transport, message)
    }

    pub(crate) fn redirect(message: impl Into<String>) -> Self {
        Self::new(Kind::Redirect, message)
    }

    pub(crate) fn decode(message: impl Into<String>) -> Self {
        Self::new(Kind::Decode, message)
    }

    pub(crate) fn empty_first_page(total: i64) -> Self {
        Self::decode(format!("the first page is empty, although the service claims {total} items"))
    }

    /// A source that could not give an identity, for a reason that is neither of the others.
    pub(crate) fn credentials(message: impl Into<String>) -> Self {
        Self::new(Kind::Credentials, message)
    }

    pub(crate) fn incomplete(message: impl Into<String>) -> Self {
        Self::new(Kind::Incomplete, message)
    }

    pub(crate) fn service(error: ServiceError) -> Self {
        let mut this = Self::new(Kind::Service, error.message);
        this.inner.code = error.code;
        this.inner.request_id = error.request_id;
        this.inner.authorization_message = error.encoded_authorization_message;
        this
    }

    /// The kind in a word, for spans.
    pub(crate) fn kind(&self) -> &'static str {
        match self.inner.kind {
            Kind::InvalidInput => "invalid_input",
            Kind::Connect => "connect",
            Kind::Timeout => "timeout",
            Kind::Transport => "interrupted",
            Kind::Redirect => "redirect",
            Kind::Service => "service",
            Kind::Decode => "decode",
            Kind::Incomplete => "incomplete",
            Kind::Credentials => "credentials",
        }
    }

    pub(crate) fn in_operation(mut self, operation: &'static str) -> Self {
        self.inner.operation = Some(operation);
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.inner.status = Some(status);
        self
    }

    /// The header's id wins over the body's: the outermost gateway set it.
    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.inner.request_id = request_id.or(self.inner.request_id);
        self
    }

    pub(crate) fn with_json_path(mut self, path: String) -> Self {
        self.inner.json_path = Some(path).filter(|path| !path.is_empty());
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.inner.source = Some(Arc::from(source.into()));
        self
    }

    /// Says that the call failed for want of an identity, which `source` could not give.
    pub(crate) fn in_credentials(mut self, source: impl Into<String>) -> Self {
        self.inner.credentials = Some(source.into());
        self
    }

    /// With what an answer before said of itself, by which support finds it.
    pub(crate) fn after_answer_of(mut self, before: &Self) -> Self {
        self.inner.status = before.inner.status;
        self.inner.code.clone_from(&before.inner.code);
        self.inner.request_id.clone_from(&before.inner.request_id);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.inner.attempts = attempts;
        self
    }

    pub(crate) fn with_server_time(mut self, time: Option<Timestamp>) -> Self {
        self.inner.server_time = time;
        self
    }

    pub(crate) fn with_canonical_request(mut self, canonical_request: Option<String>) -> Self {
        self.inner.canonical_request = canonical_request;
        self
    }

    /// Takes `secrets` out of every text that came from outside.
    pub(crate) fn without<'a>(mut self, secrets: impl Iterator<Item = &'a str> + Clone) -> Self {
        let Inner { message, code, request_id, authorization_message, .. } = &mut *self.inner;
        let texts = [Some(message), code.as_mut(), request_id.as_mut(), authorization_message.as_mut()];
        for text in texts.into_iter().flatten() {
            if let Some(redacted) = without_secrets(text, secrets.clone()) {
                *text = redacted;
            }
        }
        self
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
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
                canonical_request: None,
                attempts: 0,
                source: None,
            }),
        }
    }
}
