//! Ctrl-C ends the work, not the process, so that what was already delivered is still written out.

use std::future::Future;

use crate::failure::Failure;

/// Exit code: asked to end, by the convention of shells (128 + SIGTERM).
const TERMINATED: u8 = 143;

/// The outcome of `work`, or the failure that Ctrl-C came first.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        // In this order, so that the signal is listened for before the work has done anything.
        biased;
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
        outcome = work => outcome,
    }
}

/// The outcome of `work`, or the end that someone asked for; for work that holds something that must be given back.
pub(crate) async fn unless_terminated<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        biased;
        () = terminated() => Err(Failure::Told(TERMINATED)),
        outcome = work => outcome,
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
