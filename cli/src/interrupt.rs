//! Ctrl-C ends the work, not the process, so that what was already delivered is still written out.

use std::future::Future;

use crate::failure::Failure;

/// The outcome of `work`, or the failure that Ctrl-C came first.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        // In this order, so that the signal is listened for before the work has done anything.
        biased;
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
        outcome = work => outcome,
    }
}
