//! How long a connection may take to come about: as the client says, or as the call that it is made for does.
//!
//! `reqwest` has one connect timeout for a pool. A pool for each timeout would keep connections from being used again, so
//! the timeout travels beside the request: a connection is made by the task that sends it.

use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;

tokio::task_local! {
    /// That of the call under way, where it has one of its own.
    static OF_CALL: Option<Duration>;
}

/// Runs `sending`; the connections that it makes may take as long as `timeout` says, where it says so.
pub(super) async fn within<F: Future>(timeout: Option<Duration>, sending: F) -> F::Output {
    OF_CALL.scope(timeout, sending).await
}

/// Bounds the time of everything that makes up a connection: name, TCP, proxy and TLS.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConnectTimeout {
    /// For calls without one of their own.
    pub(super) usual: Duration,
}

impl<S> Layer<S> for ConnectTimeout {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Timed { inner, usual: self.usual }
    }
}

/// What makes connections, with a bound on its time.
#[derive(Clone, Debug)]
pub(super) struct Timed<S> {
    inner: S,
    usual: Duration,
}

impl<S, R> Service<R> for Timed<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let of_call = OF_CALL.try_with(|timeout| *timeout).ok().flatten();
        let timeout = of_call.unwrap_or(self.usual);
        let connecting = self.inner.call(target);
        Box::pin(async move {
            match tokio::time::timeout(timeout, connecting).await {
                Ok(outcome) => outcome,
                // This is how reqwest tells a timeout.
                Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
            }
        })
    }
}
