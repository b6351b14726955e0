//! What kind of failure an error is, and what to do about each.

use http::StatusCode;

use super::{Error, Kind};
use crate::diagnosis;

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
}
