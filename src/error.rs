//! The one error of this crate.

mod made;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use crate::{Timestamp, diagnosis};

type Source = Box<dyn StdError + Send + Sync>;

/// Why a call failed.
///
/// `Display` is one line that names the operation, the reason and, where there was an answer, its status, the service's
/// code and the request id. It never holds a header, a body or a secret. The predicates say what kind of failure it is;
/// each says what to do about it. [`source`](std::error::Error::source) leads to the cause where another library gave
/// one. Clones share that cause: a login that several calls waited for fails all of them with the same error.
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) {
/// match client.show_member_sync_task().task_id("088c2b59114405ab4fbc0df5bd05202b").send().await {
///     Ok(task) => println!("{task:?}"),
///     Err(error) if error.is_workspace_not_found() => eprintln!("check the workspace id"),
///     Err(error) if error.is_throttled() => eprintln!("try again later"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error {
    // One pointer, so that every Result in the crate stays small.
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: Kind,
    operation: Option<&'static str>,
    credentials: Option<String>,
    message: String,
    status: Option<StatusCode>,
    code: Option<String>,
    request_id: Option<String>,
    json_path: Option<String>,
    authorization_message: Option<String>,
    server_time: Option<Timestamp>,
    canonical_request: Option<String>,
    attempts: u32,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    InvalidInput,
    Connect,
    Timeout,
    Transport,
    Redirect,
    Service,
    Decode,
    Incomplete,
    Credentials,
}

impl Error {
    /// Wrong usage or configuration: a parameter, an endpoint, a credential. Nothing was sent.
    ///
    /// Correct what the message names; the same call will fail again.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_invalid_input() {
    ///     eprintln!("correct the call: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_invalid_input(&self) -> bool {
        self.inner.kind == Kind::InvalidInput
    }

    /// No identity could be had from the credentials, so that the call itself was never sent: no source is configured, a
    /// file is missing or malformed, or a login failed. The message names the source; status, code and request id are
    /// those of the login, where there was an answer.
    ///
    /// Mend the source that is named. [`is_invalid_input`](Self::is_invalid_input) says whether that is a matter of
    /// configuration alone.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_credentials() {
    ///     eprintln!("mend the credentials: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_credentials(&self) -> bool {
        self.inner.credentials.is_some()
    }

    /// No connection came about, so nothing was sent: the host name does not resolve, nothing listens there, or TLS
    /// failed.
    ///
    /// Check the region or endpoint, the proxy and the network. It is safe to send the call again.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_connect() {
    ///     eprintln!("check region, proxy and network: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_connect(&self) -> bool {
        self.inner.kind == Kind::Connect
    }

    /// No answer came in time, on this side or, as HTTP 408 or 504, on the service's.
    ///
    /// Reading calls can be sent again.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_timeout() {
    ///     eprintln!("send it again: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == Kind::Timeout
            || matches!(self.inner.status, Some(StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT))
    }

    /// The connection broke before the whole answer was there.
    ///
    /// Reading calls can be sent again.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_interrupted() {
    ///     eprintln!("send it again: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_interrupted(&self) -> bool {
        self.inner.kind == Kind::Transport
    }

    /// The answer was a redirect. None is followed, because the credentials would travel with it.
    ///
    /// Check the endpoint; the message names the host that the answer points to.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_redirect() {
    ///     eprintln!("check the endpoint: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_redirect(&self) -> bool {
        self.inner.kind == Kind::Redirect
    }

    /// The service, or the gateway in front of it, refused the request or failed. [`status`](Self::status),
    /// [`code`](Self::code) and [`message`](Self::message) say how.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_service() {
    ///     eprintln!("{:?} {:?} {}", error.status(), error.code(), error.message());
    /// }
    /// # }
    /// ```
    pub fn is_service(&self) -> bool {
        self.inner.kind == Kind::Service
    }

    /// HTTP 401: the token or the signature is not accepted.
    ///
    /// Renew the token, or check the access key, its secret and the clock of this machine (the service allows 15 minutes
    /// of difference). Do not send the call again unchanged: more than five failures in a row lock an access key for five
    /// minutes (`reference/platform.md` §1.2).
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_unauthorized() {
    ///     eprintln!("renew the token or check the access key: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_unauthorized(&self) -> bool {
        self.inner.status == Some(StatusCode::UNAUTHORIZED)
    }

    /// The access key is locked for five minutes, after more than five failures in a row (`reference/platform.md` §1.2).
    ///
    /// Wait five minutes without a call, correct the secret key or the clock, then try once.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_access_key_locked() {
    ///     eprintln!("wait five minutes: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_access_key_locked(&self) -> bool {
        self.is_unauthorized() && self.inner.message.contains("failed to reach the limit")
    }

    /// The gateway compared the signature with its own and found another; its error text may quote what it signed.
    ///
    /// Check the secret key. [`canonical_request`](Self::canonical_request) and
    /// [`gateway_canonical_request`](Self::gateway_canonical_request) side by side show what was changed on the way.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_signature_mismatch() {
    ///     eprintln!("check the secret key, and for proxies that rewrite headers: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_signature_mismatch(&self) -> bool {
        self.is_unauthorized() && diagnosis::says_mismatch(&self.inner.message)
    }

    /// The clock of this machine is further from the service's than the 15 minutes that it allows
    /// (`reference/platform.md` §1.2).
    ///
    /// Set the clock. [`server_time`](Self::server_time) is the right time.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_clock_skew() {
    ///     eprintln!("set the clock; at the service it is {:?}", error.server_time());
    /// }
    /// # }
    /// ```
    pub fn is_clock_skew(&self) -> bool {
        self.is_unauthorized() && diagnosis::says_expired_signature(&self.inner.message)
    }

    /// HTTP 403: the caller is known but may not do this.
    ///
    /// Check the project id, the user's workspace role and that the user has programmatic access.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_forbidden() {
    ///     eprintln!("ask for a workspace role: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_forbidden(&self) -> bool {
        self.inner.status == Some(StatusCode::FORBIDDEN)
    }

    /// HTTP 429: too many requests within the gateway's window (40 per 10 seconds and user is the documented pattern).
    ///
    /// Wait ten seconds and send the call again.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_throttled() {
    ///     eprintln!("wait ten seconds: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_throttled(&self) -> bool {
        self.inner.status == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Code DLS.6036: the workspace does not exist, or not in the instance and project that were addressed.
    ///
    /// Check the workspace id, the project id and the region.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_workspace_not_found() {
    ///     eprintln!("check the workspace id: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_workspace_not_found(&self) -> bool {
        self.inner.code.as_deref() == Some("DLS.6036")
    }

    /// The answer came with a success status but is not what the document describes.
    ///
    /// [`json_path`](Self::json_path) names the place. Something between here and the service answers in its stead, or
    /// the service has changed.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_decode() {
    ///     eprintln!("something else answered, or the service changed: {:?}", error.json_path());
    /// }
    /// # }
    /// ```
    pub fn is_decode(&self) -> bool {
        self.inner.kind == Kind::Decode
    }

    /// A listing could not be brought to its end without a gap: the list changes faster than it can be read, or is longer
    /// than the service lets one read.
    ///
    /// What was delivered so far is correct but not all. Use a filter, larger pages, or a quieter moment.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_incomplete() {
    ///     eprintln!("what was delivered is not all: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_incomplete(&self) -> bool {
        self.inner.kind == Kind::Incomplete
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
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, credentials, message, status, code, request_id, json_path, attempts, .. } = &*self.inner;
        if let Some(operation) = operation {
            write!(formatter, "{operation}: ")?;
        }
        if let Some(source) = credentials {
            write!(formatter, "no identity from {source}: ")?;
        }
        // IAM gives the status for a code.
        let code = code.as_ref().filter(|code| status.is_none_or(|status| code.as_str() != status.as_str()));
        match (status, code) {
            (Some(status), Some(code)) => write!(formatter, "HTTP {} {code}: ", status.as_u16())?,
            (Some(status), None) => write!(formatter, "HTTP {}: ", status.as_u16())?,
            (None, _) => {}
        }
        if let Some(path) = json_path {
            write!(formatter, "at {path}: ")?;
        }
        formatter.write_str(message)?;
        match (request_id, attempts) {
            (Some(id), 0 | 1) => write!(formatter, " (request id {id})"),
            (Some(id), attempts) => write!(formatter, " (request id {id}, after {attempts} attempts)"),
            (None, 0 | 1) => Ok(()),
            (None, attempts) => write!(formatter, " (after {attempts} attempts)"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.inner.kind)
            .field("message", &self.to_string())
            .field("source", &self.inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use crate::service_error::ServiceError;
    use http::StatusCode;

    #[test]
    fn one_line_tells_operation_status_code_reason_and_request_id() {
        let service = ServiceError {
            code: Some("DLS.6036".to_owned()),
            message: "workspace does not exist".to_owned(),
            request_id: Some("of the body".to_owned()),
            encoded_authorization_message: None,
        };
        let error = Error::service(service)
            .in_operation("show_member_sync_task")
            .with_status(StatusCode::BAD_REQUEST)
            .with_request_id(Some("abc".to_owned()));
        let line = "show_member_sync_task: HTTP 400 DLS.6036: workspace does not exist (request id abc)";
        assert_eq!(error.to_string(), line);
        assert!(error.is_workspace_not_found() && error.is_service() && !error.is_unauthorized());
    }

    #[test]
    fn an_error_is_one_pointer_wide_and_may_cross_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
