//! Interceptors: an extension point that observes requests and responses and may change them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::error::Error;

/// Observes every attempt of every call, and the end of each call; logins included.
///
/// Each attempt calls [`request`](Self::request) before it is signed, and then one of [`response`](Self::response) and
/// [`failure`](Self::failure). An attempt that is cancelled, because its caller dropped the call, calls neither. Each call
/// that was polled calls [`call_finished`](Self::call_finished) exactly once, cancelled or not.
///
/// The methods must not block: the call waits for them. Several interceptors are called in the order in which they were
/// added.
///
/// ```
/// use dataarts_security::{AttemptResponse, AttemptRequest, Client, FinishedCall, Interceptor};
///
/// struct Trace;
///
/// impl Interceptor for Trace {
///     fn request(&self, request: &mut AttemptRequest<'_>) {
///         request.headers_mut().insert("x-trace", http::HeaderValue::from_static("4711"));
///     }
///
///     fn response(&self, response: &mut AttemptResponse<'_>) {
///         println!("{} #{}: {}", response.operation(), response.attempt(), response.status());
///     }
///
///     fn call_finished(&self, call: &FinishedCall<'_>) {
///         println!("{} in {:?}, {} attempts", call.operation(), call.duration(), call.attempts());
///     }
/// }
///
/// let builder = Client::builder().interceptor(Trace);
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// Called with a request that is about to be signed and sent. Changes are signed.
    fn request(&self, request: &mut AttemptRequest<'_>) {
        let _ = request;
    }

    /// Called with a response whose body was read, whatever its status. Changes decide about retries and the result.
    fn response(&self, response: &mut AttemptResponse<'_>) {
        let _ = response;
    }

    /// Called for an attempt without a usable response: no connection, a timeout, a broken connection, too large a body.
    fn failure(&self, failure: &AttemptFailure<'_>) {
        let _ = failure;
    }

    /// Called once at the end of each call.
    fn call_finished(&self, call: &FinishedCall<'_>) {
        let _ = call;
    }
}

/// An interceptor that several clients share, or a client and a reader of what it counted.
impl<I: Interceptor + ?Sized> Interceptor for Arc<I> {
    fn request(&self, request: &mut AttemptRequest<'_>) {
        self.as_ref().request(request);
    }

    fn response(&self, response: &mut AttemptResponse<'_>) {
        self.as_ref().response(response);
    }

    fn failure(&self, failure: &AttemptFailure<'_>) {
        self.as_ref().failure(failure);
    }

    fn call_finished(&self, call: &FinishedCall<'_>) {
        self.as_ref().call_finished(call);
    }
}

/// A request that is about to be sent.
///
/// ```
/// use dataarts_security::{AttemptRequest, Interceptor};
///
/// struct Log;
///
/// impl Interceptor for Log {
///     fn request(&self, request: &mut AttemptRequest<'_>) {
///         println!("attempt {} of {}", request.attempt(), request.operation());
///     }
/// }
/// ```
#[derive(Debug)]
pub struct AttemptRequest<'a> {
    pub(crate) operation: &'static str,
    pub(crate) attempt: u32,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a mut HeaderMap,
}

impl AttemptRequest<'_> {
    /// Returns the operation, such as `list_member_sync_tasks`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the number of the attempt within its call; 1 is the first.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &Method {
        self.method
    }

    /// Returns the encoded path.
    pub fn path(&self) -> &str {
        self.path
    }

    /// Returns the encoded query; empty if there is none.
    pub fn query(&self) -> &str {
        self.query
    }

    /// Returns the headers, without the credentials, which are added later.
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Returns the headers, to change them.
    ///
    /// ```
    /// # fn example(request: &mut dataarts_security::AttemptRequest<'_>) {
    /// request.headers_mut().insert("x-trace", http::HeaderValue::from_static("4711"));
    /// # }
    /// ```
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers
    }
}

/// A response whose body was read.
///
/// ```
/// use dataarts_security::{AttemptResponse, Interceptor};
///
/// struct Log;
///
/// impl Interceptor for Log {
///     fn response(&self, response: &mut AttemptResponse<'_>) {
///         println!("{} after {:?}", response.status(), response.duration());
///     }
/// }
/// ```
pub struct AttemptResponse<'a> {
    pub(crate) operation: &'static str,
    pub(crate) attempt: u32,
    pub(crate) duration: Duration,
    pub(crate) status: &'a mut StatusCode,
    pub(crate) headers: &'a mut HeaderMap,
    pub(crate) body: &'a mut Bytes,
}

impl AttemptResponse<'_> {
    /// Returns the operation, such as `list_member_sync_tasks`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the number of the attempt within its call; 1 is the first.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the time from sending the request to the end of the body.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        *self.status
    }

    /// Returns the HTTP status, to change it.
    ///
    /// ```
    /// # fn example(response: &mut dataarts_security::AttemptResponse<'_>) {
    /// *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    /// # }
    /// ```
    pub fn status_mut(&mut self) -> &mut StatusCode {
        self.status
    }

    /// Returns the headers. Those of a login hold a token.
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Returns the headers, to change them.
    ///
    /// ```
    /// # fn example(response: &mut dataarts_security::AttemptResponse<'_>) {
    /// response.headers_mut().remove("retry-after");
    /// # }
    /// ```
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers
    }

    /// Returns the body, decompressed. That of a login may hold a secret key.
    pub fn body(&self) -> &Bytes {
        self.body
    }

    /// Returns the body, to change it.
    ///
    /// ```
    /// # fn example(response: &mut dataarts_security::AttemptResponse<'_>) {
    /// *response.body_mut() = bytes::Bytes::from_static(br#"{"tasks": [], "total": 0}"#);
    /// # }
    /// ```
    pub fn body_mut(&mut self) -> &mut Bytes {
        self.body
    }
}

impl fmt::Debug for AttemptResponse<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body of a login is a secret.
        formatter
            .debug_struct("AttemptResponse")
            .field("operation", &self.operation)
            .field("attempt", &self.attempt)
            .field("duration", &self.duration)
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_length", &self.body.len())
            .finish()
    }
}

/// An attempt without a usable response.
///
/// ```
/// use dataarts_security::{AttemptFailure, Interceptor};
///
/// struct Log;
///
/// impl Interceptor for Log {
///     fn failure(&self, failure: &AttemptFailure<'_>) {
///         println!("attempt {} failed: {}", failure.attempt(), failure.error());
///     }
/// }
/// ```
#[derive(Debug)]
pub struct AttemptFailure<'a> {
    pub(crate) operation: &'static str,
    pub(crate) attempt: u32,
    pub(crate) duration: Duration,
    pub(crate) error: &'a Error,
}

impl AttemptFailure<'_> {
    /// Returns the operation, such as `list_member_sync_tasks`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the number of the attempt within its call; 1 is the first.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the time from sending the request to the failure.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns why the attempt failed.
    pub fn error(&self) -> &Error {
        self.error
    }
}

/// A call that has ended.
///
/// ```
/// use dataarts_security::{FinishedCall, Interceptor};
///
/// struct Log;
///
/// impl Interceptor for Log {
///     fn call_finished(&self, call: &FinishedCall<'_>) {
///         println!("{} after {} attempts", call.operation(), call.attempts());
///     }
/// }
/// ```
#[derive(Debug)]
pub struct FinishedCall<'a> {
    pub(crate) operation: &'static str,
    pub(crate) attempts: u32,
    pub(crate) duration: Duration,
    pub(crate) error: Option<&'a Error>,
    pub(crate) is_cancelled: bool,
}

impl FinishedCall<'_> {
    /// Returns the operation, such as `list_member_sync_tasks`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the number of requests that were sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the time of the whole call, with its login, its retries and all waits.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns why the call failed; `None` if it succeeded or was cancelled.
    pub fn error(&self) -> Option<&Error> {
        self.error
    }

    /// Returns `true` if the caller dropped the call, or its runtime shut down, before there was a result.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }
}
