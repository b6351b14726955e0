//! How an attempt ended, for the decisions about it.

use std::time::Duration;

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    /// No connection could be established; nothing was sent.
    NotConnected,
    /// As `NotConnected`, for a reason that stays: a bad certificate, or no common version of TLS.
    Permanent,
    /// The server closed the HTTP/2 stream and did not process the request.
    RefusedStream,
    /// The connection was reset, the body was truncated, or the response was not HTTP.
    Broken,
    /// No complete response within the time of one attempt.
    TimedOut,
    /// The body stopped coming.
    Stalled,
    /// A response.
    Answered {
        /// HTTP status.
        status: u16,
        /// Code in the body of an error response.
        code: Option<&'a str>,
        /// What `retry_after::parse` read.
        retry_after: Option<Duration>,
    },
}

impl Outcome<'_> {
    /// Whether the service may have carried out the request.
    pub(crate) const fn may_have_been_applied(&self) -> bool {
        match self {
            Self::NotConnected | Self::Permanent | Self::RefusedStream => false,
            Self::Broken | Self::TimedOut | Self::Stalled => true,
            Self::Answered { status, .. } => matches!(status, 200..=299 | 408 | 500..),
        }
    }

    /// For spans of attempts without a response.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::NotConnected | Self::Permanent => "connect",
            Self::RefusedStream => "refused_stream",
            Self::Broken => "broken",
            Self::TimedOut => "timeout",
            Self::Stalled => "stall",
            Self::Answered { .. } => "unusable",
        }
    }
}
