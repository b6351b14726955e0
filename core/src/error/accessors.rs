//! Details of an error.

use std::error::Error as StdError;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::Error;
use super::kind::ErrorKind;
use crate::diagnosis;
use crate::timestamp::Timestamp;

impl Error {
    /// Returns the kind of this failure. If no credentials could be obtained, it is [`ErrorKind::Credentials`], whatever
    /// failed below.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("failed: {}", error.kind());
    /// # }
    /// ```
    pub fn kind(&self) -> ErrorKind {
        if self.inner.credentials.is_some() { ErrorKind::Credentials } else { self.cause_kind() }
    }

    /// The kind of what failed, whether or not that was a login.
    pub(super) fn cause_kind(&self) -> ErrorKind {
        match (self.inner.kind, self.inner.status) {
            (ErrorKind::Service, Some(StatusCode::TOO_MANY_REQUESTS)) => ErrorKind::Throttled,
            (kind, _) => kind,
        }
    }

    /// The HTTP status, where there was an answer.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// assert_ne!(error.status().map(|status| status.as_u16()), Some(200));
    /// # }
    /// ```
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.status
    }

    /// The service's code, such as `DLS.6036` or `APIG.0308`. Codes are stable; decide by them, not by the message.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.code() == Some("DLS.6036") {
    ///     eprintln!("check the workspace id");
    /// }
    /// # }
    /// ```
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// What went wrong, in one line without operation, status and code: the service's own text where it sent one.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("the service says: {}", error.message());
    /// # }
    /// ```
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The id under which Huawei Cloud support finds the call, where there was an answer that carried one.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("request id for support: {}", error.request_id().unwrap_or("none"));
    /// # }
    /// ```
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// The place in the answer where a value does not fit, such as `tasks[1].sync_time`. Where the answer is not even JSON,
    /// the message tells line and column instead.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("did not decode: {}", error.json_path().unwrap_or("the body"));
    /// # }
    /// ```
    pub fn json_path(&self) -> Option<&str> {
        self.inner.json_path.as_deref()
    }

    /// The encoded reason of a denial by policy, which IAM decodes for those who may know it.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if let Some(reason) = error.encoded_authorization_message() {
    ///     eprintln!("decode with IAM: {reason}");
    /// }
    /// # }
    /// ```
    pub fn encoded_authorization_message(&self) -> Option<&str> {
        self.inner.authorization_message.as_deref()
    }

    /// The operation that failed, such as `list_member_sync_tasks`; `None` while a client is being built.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("failed: {}", error.operation().unwrap_or("building the client"));
    /// # }
    /// ```
    pub fn operation(&self) -> Option<&str> {
        self.inner.operation
    }

    /// How often the request was sent; 0 where it never was.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("gave up after {} attempts", error.attempts());
    /// # }
    /// ```
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// What time it was at the service when it answered: from its error text, or else from the header `Date`.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if let Some(time) = error.server_time() {
    ///     eprintln!("at the service it was {time}");
    /// }
    /// # }
    /// ```
    pub fn server_time(&self) -> Option<Timestamp> {
        diagnosis::server_time(&self.inner.message).or(self.inner.server_time)
    }

    /// The canonical request that this client signed, where the signature was refused. Nothing in it is secret.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("{}", error.canonical_request().unwrap_or("no signature was refused"));
    /// # }
    /// ```
    pub fn canonical_request(&self) -> Option<&str> {
        self.inner.canonical_request.as_deref()
    }

    /// The canonical request that the gateway made of what reached it, where its error text quotes it.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if let (Some(ours), Some(theirs)) = (error.canonical_request(), error.gateway_canonical_request()) {
    ///     assert_eq!(ours, theirs, "something on the way changes requests");
    /// }
    /// # }
    /// ```
    pub fn gateway_canonical_request(&self) -> Option<String> {
        diagnosis::quoted_canonical_request(&self.inner.message)
    }

    /// Returns the errors of the attempts before the last one, the first one first: why each was retried. Empty if the call
    /// made one attempt or none.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// for earlier in error.earlier_attempts() {
    ///     eprintln!("before that: {earlier}");
    /// }
    /// # }
    /// ```
    pub fn earlier_attempts(&self) -> &[Self] {
        &self.inner.earlier
    }

    /// Returns the time from which on a retry makes sense, if the service named one with `Retry-After`. An earlier call
    /// would fail at once with [`is_throttled`](Self::is_throttled), without a request.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if let Some(time) = error.retry_at() {
    ///     eprintln!("come back at {time}");
    /// }
    /// # }
    /// ```
    pub fn retry_at(&self) -> Option<Timestamp> {
        self.inner.retry_at
    }

    /// Returns the headers of the response, if one came and it was not a success or did not decode. Values of headers that
    /// carry a secret are marked as sensitive, so that `Debug` does not print them.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("{:?}", error.headers().and_then(|headers| headers.get("date")));
    /// # }
    /// ```
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.inner.response.as_deref().map(|response| &response.headers)
    }

    /// Returns the body of the response, as far as it came and at most 1 MiB of it, if one came and it was not a success
    /// or did not decode. The secrets of the request are removed, should the server repeat them; anything else is as the
    /// server sent it.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// eprintln!("{} bytes", error.body().map_or(0, |body| body.len()));
    /// # }
    /// ```
    pub fn body(&self) -> Option<&Bytes> {
        self.inner.response.as_deref().map(|response| &response.body)
    }

    /// Returns the cause, to downcast it: an error of `reqwest` or of the file system, or what a
    /// [`CredentialProvider`](crate::CredentialProvider) returned. Its text may be part of this error's own line.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// let file_error = error.get_ref().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    /// # }
    /// ```
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.inner.source.as_deref()
    }
}
