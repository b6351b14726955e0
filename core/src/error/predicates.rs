//! What kind of failure an error is, and what to do about each.

use http::StatusCode;

use super::Error;
use super::kind::ErrorKind;
use crate::diagnosis;
use crate::service_error::{GATEWAY_CODE, is_transient_response};

impl Error {
    /// Returns `true` if a setting or a parameter is wrong: an endpoint, a credential, a value outside its constraints, a
    /// checkpoint of another list. The operation itself was not sent for it; a lookup of the project may have been.
    ///
    /// Correct what the message names. The same call fails again.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_invalid_input() {
    ///     eprintln!("correct the call: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_invalid_input(&self) -> bool {
        self.cause_kind() == ErrorKind::InvalidInput
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

    /// Returns `true` if the last attempt could not establish a connection, so that it sent nothing: the host name does not
    /// resolve, nothing listens there, or TLS failed.
    ///
    /// Check the region or endpoint, the proxy and the network. It is safe to repeat the call, unless
    /// [`may_have_been_applied`](Self::may_have_been_applied) says otherwise because of an earlier attempt.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_connect() {
    ///     eprintln!("check region, proxy and network: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_connect(&self) -> bool {
        self.cause_kind() == ErrorKind::Connect
    }

    /// Returns `true` if no complete response came in time: a timeout of this client, or HTTP 408 or 504.
    ///
    /// Repeat the call, unless [`may_have_been_applied`](Self::may_have_been_applied) says otherwise.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_timeout() {
    ///     eprintln!("send it again: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_timeout(&self) -> bool {
        self.cause_kind() == ErrorKind::Timeout
            || matches!(self.inner.status, Some(StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT))
    }

    /// Returns `true` if the connection failed before the response was complete.
    ///
    /// Repeat the call, unless [`may_have_been_applied`](Self::may_have_been_applied) says otherwise.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_transport() {
    ///     eprintln!("send it again: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_transport(&self) -> bool {
        self.cause_kind() == ErrorKind::Transport
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
        self.cause_kind() == ErrorKind::Redirect
    }

    /// Returns `true` if the service or its gateway sent an error response. [`status`](Self::status), [`code`](Self::code)
    /// and [`message`](Self::message) describe it; [`headers`](Self::headers) and [`body`](Self::body) are what came.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_service() {
    ///     eprintln!("{:?} {:?} {}", error.status(), error.code(), error.message());
    /// }
    /// # }
    /// ```
    pub fn is_service(&self) -> bool {
        self.inner.kind == ErrorKind::Service
    }

    /// HTTP 401: the token or the signature is not accepted.
    ///
    /// Renew the token, or check the access key, its secret and the clock of this machine (the service allows 15 minutes
    /// of difference). Do not send the call again unchanged: more than five failures in a row lock an access key for five
    /// minutes.
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

    /// The access key is locked for five minutes, after more than five failures in a row.
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
    ///.
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

    /// Returns `true` if the server-side rate limit was reached: the response was HTTP 429, or nothing was sent because an
    /// earlier 429 asked to wait longer than the call may take. The documented limit is 40 reads in 10 s per user.
    ///
    /// Repeat the call at [`retry_at`](Self::retry_at), or after ten seconds if that is `None`.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_throttled() {
    ///     eprintln!("come back at {:?}: {error}", error.retry_at());
    /// }
    /// # }
    /// ```
    pub fn is_throttled(&self) -> bool {
        self.cause_kind() == ErrorKind::Throttled
    }

    /// Returns `true` if the call may succeed later without any change: no connection, a timeout, a broken connection,
    /// throttling, HTTP 408, 502, 503 or 504, or a failure of the gateway (HTTP 500 with a code of its own).
    ///
    /// The client has already retried as often as it may. Repeat the call later, unless
    /// [`may_have_been_applied`](Self::may_have_been_applied) says otherwise.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_transient() {
    ///     eprintln!("try again later: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_transient(&self) -> bool {
        match self.cause_kind() {
            ErrorKind::Connect => !self.inner.permanent,
            ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::Throttled => true,
            ErrorKind::Service => {
                let status = self.inner.status.map_or(0, |status| status.as_u16());
                is_transient_response(status, self.inner.code.as_deref())
            }
            _ => false,
        }
    }

    /// Returns `true` if the outcome of an operation that changes something is unknown: the request, or one of an earlier
    /// attempt, may have reached the service, and no response said what became of it. Always `false` for operations that
    /// only read.
    ///
    /// Look whether the change is there before you repeat the call.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.may_have_been_applied() {
    ///     eprintln!("check whether the change is there: {error}");
    /// }
    /// # }
    /// ```
    pub fn may_have_been_applied(&self) -> bool {
        self.inner.may_have_been_applied
    }

    /// Returns `true` if what the call is about does not exist: HTTP 404 of the service, or one of its error codes for an
    /// absent object. `false` if the gateway does not know the path, which says that the endpoint is wrong.
    ///
    /// Check the IDs, the workspace and the project. To delete it again is unnecessary.
    ///
    /// ```
    /// # fn example(error: &dataarts_security::Error) {
    /// if error.is_not_found() {
    ///     eprintln!("check the IDs: {error}");
    /// }
    /// # }
    /// ```
    pub fn is_not_found(&self) -> bool {
        let code = self.code().unwrap_or_default();
        let is_of_gateway = code.starts_with(GATEWAY_CODE);
        self.is_service()
            && (self.inner.is_absence || self.inner.status == Some(StatusCode::NOT_FOUND) && !is_of_gateway)
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
        self.cause_kind() == ErrorKind::Decode
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
        self.cause_kind() == ErrorKind::Incomplete
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redaction::ServerText;
    use crate::service_error::ServiceError;

    fn response(status: u16, code: &str) -> Error {
        let code = Some(ServerText::own(code)).filter(|code| !code.is_empty());
        let message = ServerText::own("");
        let service = ServiceError { code, message, request_id: None, encoded_authorization_message: None };
        Error::service(service).with_status(StatusCode::from_u16(status).unwrap())
    }

    #[test]
    fn an_absent_object_is_told_from_an_absent_path() {
        for (status, code, expected) in [
            (404, "", true),
            (404, "SVC.9999", true),
            (404, "APIG.0101", false),
            (404, "APIGW.0101", false),
            (400, "SVC.0404", true),
            (400, "SVC.0405", false),
            (400, "", false),
        ] {
            let error = response(status, code).with_not_found_codes(&["SVC.0404"]);
            assert_eq!(error.is_not_found(), expected, "{status} {code}");
        }
        assert!(!Error::timeout("").is_not_found());
    }

    #[test]
    fn a_transient_failure_is_one_of_the_network_the_gateway_or_the_rate() {
        for (error, expected) in [
            (Error::connect(""), true),
            (Error::connect("").permanent(), false),
            (Error::timeout(""), true),
            (Error::transport(""), true),
            (Error::throttled(""), true),
            (Error::invalid_input(""), false),
            (Error::decode(""), false),
            (response(429, ""), true),
            (response(408, ""), true),
            (response(500, "APIGW.0601"), true),
            (response(500, "DLS.1000"), false),
            (response(503, ""), true),
            (response(501, ""), false),
            (response(404, ""), false),
        ] {
            assert_eq!(error.is_transient(), expected, "{error:?}");
            let of_a_login = error.in_credentials("a source");
            assert_eq!((of_a_login.is_transient(), of_a_login.kind()), (expected, ErrorKind::Credentials));
        }
    }

    #[test]
    fn an_error_is_throttled_or_timed_out_and_never_both() {
        for error in [response(429, ""), response(504, ""), Error::timeout(""), Error::throttled("")] {
            assert!(error.is_throttled() != error.is_timeout(), "{error:?}");
            assert_eq!(error.kind() == ErrorKind::Throttled, error.is_throttled(), "{error:?}");
        }
    }
}
