//! The door for looking at what goes over the wire, and for changing it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// Sees every attempt of every call before it is signed and after its answer came; logins included.
///
/// Both methods may change what they are given. They are called on the way of the call, so they must not wait.
///
/// ```
/// use dataarts_security::{AttemptAnswer, AttemptRequest, Client, Interceptor};
///
/// struct Trace;
///
/// impl Interceptor for Trace {
///     fn request(&self, request: &mut AttemptRequest<'_>) {
///         request.headers_mut().insert("x-trace", http::HeaderValue::from_static("4711"));
///     }
///
///     fn answer(&self, answer: &mut AttemptAnswer<'_>) {
///         println!("{} #{}: {} in {:?}", answer.operation(), answer.attempt(), answer.status(), answer.duration());
///     }
/// }
///
/// let builder = Client::builder().interceptor(Trace);
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// A request that is about to be signed and sent.
    fn request(&self, request: &mut AttemptRequest<'_>) {
        let _ = request;
    }

    /// An answer whose body has been read, whatever its status.
    fn answer(&self, answer: &mut AttemptAnswer<'_>) {
        let _ = answer;
    }
}

/// One interceptor for several clients, or for one and whoever reads what it counted.
///
/// ```
/// use std::sync::Arc;
///
/// use dataarts_security::{Client, Interceptor};
///
/// # fn example<I: Interceptor>(counts: I) {
/// let counts = Arc::new(counts);
/// let builder = Client::builder().interceptor(Arc::clone(&counts));
/// # }
/// ```
impl<I: Interceptor + ?Sized> Interceptor for Arc<I> {
    fn request(&self, request: &mut AttemptRequest<'_>) {
        self.as_ref().request(request);
    }

    fn answer(&self, answer: &mut AttemptAnswer<'_>) {
        self.as_ref().answer(answer);
    }
}

/// A request that is about to be sent.
///
/// ```
/// use dataarts_security::{AttemptRequest, Interceptor};
///
/// struct Announce;
///
/// impl Interceptor for Announce {
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
    /// The operation, such as `list_member_sync_tasks`.
    ///
    /// ```
    /// # fn example(request: &dataarts_security::AttemptRequest<'_>) {
    /// println!("{}", request.operation());
    /// # }
    /// ```
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Which attempt of its call this is; 1 for the first.
    ///
    /// ```
    /// # fn example(request: &dataarts_security::AttemptRequest<'_>) {
    /// println!("{}", request.attempt());
    /// # }
    /// ```
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The method.
    ///
    /// ```
    /// # fn example(request: &dataarts_security::AttemptRequest<'_>) {
    /// println!("{}", request.method());
    /// # }
    /// ```
    pub fn method(&self) -> &Method {
        self.method
    }

    /// The path, as it goes over the wire.
    ///
    /// ```
    /// # fn example(request: &dataarts_security::AttemptRequest<'_>) {
    /// println!("{}", request.path());
    /// # }
    /// ```
    pub fn path(&self) -> &str {
        self.path
    }

    /// The query, as it goes over the wire; empty where there is none.
    ///
    /// ```
    /// # fn example(request: &dataarts_security::AttemptRequest<'_>) {
    /// println!("{}", request.query());
    /// # }
    /// ```
    pub fn query(&self) -> &str {
        self.query
    }

    /// The headers without identity, which is added later. What is added here is signed.
    ///
    /// ```
    /// # fn example(request: &dataarts_security::AttemptRequest<'_>) {
    /// println!("{:?}", request.headers().get("workspace"));
    /// # }
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// The same, to change them.
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

/// An answer before it is understood. `Debug` shows the length of the body and not what is in it.
///
/// ```
/// use dataarts_security::{AttemptAnswer, Interceptor};
///
/// struct Measure;
///
/// impl Interceptor for Measure {
///     fn answer(&self, answer: &mut AttemptAnswer<'_>) {
///         println!("{} after {:?}", answer.status(), answer.duration());
///     }
/// }
/// ```
pub struct AttemptAnswer<'a> {
    pub(crate) operation: &'static str,
    pub(crate) attempt: u32,
    pub(crate) duration: Duration,
    pub(crate) status: &'a mut StatusCode,
    pub(crate) headers: &'a mut HeaderMap,
    pub(crate) body: &'a mut Bytes,
}

impl AttemptAnswer<'_> {
    /// The operation, such as `list_member_sync_tasks`.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::AttemptAnswer<'_>) {
    /// println!("{}", answer.operation());
    /// # }
    /// ```
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Which attempt of its call this answers; 1 for the first.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::AttemptAnswer<'_>) {
    /// println!("{}", answer.attempt());
    /// # }
    /// ```
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// How long the attempt took, to the last byte.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::AttemptAnswer<'_>) {
    /// println!("{} ms", answer.duration().as_millis());
    /// # }
    /// ```
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The status.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::AttemptAnswer<'_>) {
    /// println!("{}", answer.status());
    /// # }
    /// ```
    pub fn status(&self) -> StatusCode {
        *self.status
    }

    /// The status, to change it.
    ///
    /// ```
    /// # fn example(answer: &mut dataarts_security::AttemptAnswer<'_>) {
    /// *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    /// # }
    /// ```
    pub fn status_mut(&mut self) -> &mut StatusCode {
        self.status
    }

    /// The headers.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::AttemptAnswer<'_>) {
    /// println!("{:?}", answer.headers().get("x-request-id"));
    /// # }
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// The headers, to change them.
    ///
    /// ```
    /// # fn example(answer: &mut dataarts_security::AttemptAnswer<'_>) {
    /// answer.headers_mut().remove("x-request-id");
    /// # }
    /// ```
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers
    }

    /// The body, decompressed. It may hold secrets where the operation is a login.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::AttemptAnswer<'_>) {
    /// println!("{} bytes", answer.body().len());
    /// # }
    /// ```
    pub fn body(&self) -> &Bytes {
        self.body
    }

    /// The body, to change it.
    ///
    /// ```
    /// # fn example(answer: &mut dataarts_security::AttemptAnswer<'_>) {
    /// *answer.body_mut() = bytes::Bytes::from_static(b"{\"tasks\": [], \"total\": 0}");
    /// # }
    /// ```
    pub fn body_mut(&mut self) -> &mut Bytes {
        self.body
    }
}

impl fmt::Debug for AttemptAnswer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body of a login is a secret.
        formatter
            .debug_struct("AttemptAnswer")
            .field("operation", &self.operation)
            .field("attempt", &self.attempt)
            .field("duration", &self.duration)
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_length", &self.body.len())
            .finish()
    }
}
