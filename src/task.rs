//! Tasks that end with the future that waits for them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::instrument::{Instrument as _, WithSubscriber as _};

use crate::error::Error;

/// A task that is aborted when this is dropped.
#[derive(Debug)]
pub(crate) struct Task<T>(JoinHandle<Result<T, Error>>);

/// Runs `work` as a task of the current runtime, inside the current span.
///
/// It makes progress whether or not its caller polls: work that holds a permit, or that others wait for, must not stop
/// with a future that a caller keeps and forgets.
pub(crate) fn spawn<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<Task<T>, Error> {
    let runtime = Handle::try_current().map_err(|_| {
        Error::invalid_input("no tokio runtime: await calls and listings inside one, such as #[tokio::main]")
    })?;
    Ok(Task(runtime.spawn(work.in_current_span().with_current_subscriber())))
}

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|joined| {
            joined.unwrap_or_else(|error| match error.try_into_panic() {
                // Of the caller's code, such as an interceptor.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::transport("the tokio runtime shut down during the call")),
            })
        })
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
