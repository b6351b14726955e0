//! Work that would hold up the one thread on which keys, signals and requests are answered.

use std::panic::resume_unwind;

use tokio::task::spawn_blocking;

use crate::failure::Failure;

/// The outcome of `work`, which takes its time on a thread of its own; a panic of it goes on here.
pub(super) async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    match spawn_blocking(work).await {
        Ok(outcome) => Ok(outcome),
        Err(broken) => match broken.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => Err(Failure::Runtime(cancelled.into())),
        },
    }
}
