//! The kinds of failure.

use std::fmt;

/// The kind of an [`Error`](crate::Error): where the call failed. Returned by [`Error::kind`](crate::Error::kind).
///
/// ```
/// use dataarts_security::ErrorKind;
///
/// # fn example(error: &dataarts_security::Error) {
/// match error.kind() {
///     ErrorKind::Throttled => eprintln!("come back at {:?}", error.retry_at()),
///     ErrorKind::InvalidInput | ErrorKind::Credentials => eprintln!("correct the settings: {error}"),
///     other => eprintln!("{other}: {error}"),
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting or parameter is wrong. See [`Error::is_invalid_input`](crate::Error::is_invalid_input).
    InvalidInput,
    /// No credentials could be obtained. See [`Error::is_credentials`](crate::Error::is_credentials).
    Credentials,
    /// No connection could be established. See [`Error::is_connect`](crate::Error::is_connect).
    Connect,
    /// No complete response came in time. See [`Error::is_timeout`](crate::Error::is_timeout).
    Timeout,
    /// The connection failed before the response was complete. See [`Error::is_transport`](crate::Error::is_transport).
    Transport,
    /// The response was a redirect. See [`Error::is_redirect`](crate::Error::is_redirect).
    Redirect,
    /// The server-side rate limit was reached. See [`Error::is_throttled`](crate::Error::is_throttled).
    Throttled,
    /// The response was an error response. See [`Error::is_service`](crate::Error::is_service).
    Service,
    /// The response could not be decoded. See [`Error::is_decode`](crate::Error::is_decode).
    Decode,
    /// A list could not be read completely. See [`Error::is_incomplete`](crate::Error::is_incomplete).
    Incomplete,
}

impl ErrorKind {
    /// Returns the name of the kind in snake case, such as `invalid_input`, for logs and metrics.
    ///
    /// ```
    /// assert_eq!(dataarts_security::ErrorKind::InvalidInput.as_str(), "invalid_input");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Credentials => "credentials",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Transport => "transport",
            Self::Redirect => "redirect",
            Self::Throttled => "throttled",
            Self::Service => "service",
            Self::Decode => "decode",
            Self::Incomplete => "incomplete",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
