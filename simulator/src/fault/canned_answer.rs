//! An answer that was made up beforehand.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use dataarts_security::Timestamp;

use super::error_body::ErrorBody;
use crate::timestamps::{after, http_date};

/// An answer that goes out in place of the service's.
///
/// Unless told otherwise it has the gateway's body, with the code that the gateway gives most often with the status. A
/// status below 200 cannot end an exchange: the connection is closed in its place. With 204, 205 and 304 there is no body,
/// whichever is set.
///
/// ```
/// use dataarts_simulator::{CannedAnswer, Fault, RetryAfter, StatusCode};
///
/// let answer = CannedAnswer::new(StatusCode::TOO_MANY_REQUESTS).retry_after(RetryAfter::Date(5));
/// assert_eq!(Fault::from(answer).to_string(), "status=429,retry-after=date+5");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CannedAnswer {
    pub(super) status: StatusCode,
    pub(super) body: ErrorBody,
    pub(super) code: Option<String>,
    pub(super) retry_after: Option<RetryAfter>,
}

/// The two forms of the header `Retry-After`.
///
/// ```
/// use dataarts_simulator::RetryAfter;
///
/// let (seconds, date) = (RetryAfter::Seconds(5), RetryAfter::Date(5));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds: `retry-after=5`.
    Seconds(u32),
    /// An HTTP date that is so many seconds ahead of the simulator's clock: `retry-after=date+5`.
    Date(u32),
}

impl CannedAnswer {
    /// An answer with this status.
    ///
    /// ```
    /// use dataarts_simulator::{CannedAnswer, StatusCode};
    ///
    /// let answer = CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE);
    /// ```
    pub fn new(status: StatusCode) -> Self {
        Self { status, body: ErrorBody::default(), code: None, retry_after: None }
    }

    /// Sets the shape of the body.
    ///
    /// ```
    /// use dataarts_simulator::{CannedAnswer, ErrorBody, StatusCode};
    ///
    /// let nothing = CannedAnswer::new(StatusCode::OK).body(ErrorBody::Empty);
    /// ```
    #[must_use]
    pub fn body(mut self, body: ErrorBody) -> Self {
        self.body = body;
        self
    }

    /// Sets the error code in the body, where it has one. In text it may not hold a comma.
    ///
    /// ```
    /// use dataarts_simulator::{CannedAnswer, StatusCode};
    ///
    /// let answer = CannedAnswer::new(StatusCode::INTERNAL_SERVER_ERROR).code("APIGW.0605");
    /// ```
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Sets the header `Retry-After`.
    ///
    /// ```
    /// use dataarts_simulator::{CannedAnswer, RetryAfter, StatusCode};
    ///
    /// let answer = CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE).retry_after(RetryAfter::Seconds(2));
    /// ```
    #[must_use]
    pub fn retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// The answer as it goes out.
    pub(super) fn render(&self, request_id: &str, now: Timestamp) -> Response {
        // As RFC 9110 has it; a length that is announced all the same is taken for that of the next answer.
        let body = if matches!(self.status.as_u16(), 204 | 205 | 304) { ErrorBody::Empty } else { self.body };
        let (kind, body) = body.render(self.status, self.code.as_deref(), request_id);
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        if let Some(kind) = kind {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        if let Some(value) = self.retry_after.and_then(|retry_after| retry_after.value(now)) {
            response.headers_mut().insert(RETRY_AFTER, value);
        }
        response
    }
}

impl RetryAfter {
    /// The value of the header; nothing where the date lies behind the end of the calendar.
    pub(crate) fn value(self, now: Timestamp) -> Option<HeaderValue> {
        match self {
            Self::Seconds(seconds) => Some(seconds.into()),
            Self::Date(seconds) => {
                let time = after(now, Duration::from_secs(seconds.into()));
                HeaderValue::try_from(http_date(time)?).ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_counted_from_the_simulators_clock() {
        let now = Timestamp::from_millisecond(1_767_225_600_000);
        assert_eq!(RetryAfter::Date(65).value(now).unwrap(), "Thu, 01 Jan 2026 00:01:05 GMT");
        assert_eq!(RetryAfter::Seconds(65).value(now).unwrap(), "65");
        assert_eq!(RetryAfter::Date(1).value(Timestamp::from_millisecond(i64::MAX)), None);
    }

    #[test]
    fn the_answer_has_what_was_set_and_nothing_else() {
        let answer = CannedAnswer::new(StatusCode::OK).body(ErrorBody::Empty);
        let response = answer.render("id", Timestamp::default());
        assert_eq!((response.status().as_u16(), response.headers().len()), (200, 0));
    }
}
