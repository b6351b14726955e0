//! Ctrl-C ends the work, not the process, so that what was already delivered is still written out.

use std::future::Future;

use crate::failure::Failure;

/// Exit codes: the terminal is gone, or someone asked to end; by the convention of shells, 128 and the signal.
#[cfg(unix)]
const HUNG_UP: u8 = 129;
#[cfg(unix)]
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

/// The outcome of `work`, or the end that a signal asked for; for work that holds something that must be given back. Other
/// work leaves these signals alone: where one of them is ignored, as `nohup` has it, that would be undone.
pub(crate) async fn unless_terminated<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        biased;
        code = terminated() => Err(Failure::Told(code)),
        outcome = work => outcome,
    }
}

/// The exit code for the signal that came.
#[cfg(unix)]
async fn terminated() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => TERMINATED,
        _ = hang_up.recv() => HUNG_UP,
    }
}

#[cfg(not(unix))]
async fn terminated() -> u8 {
    std::future::pending().await
}
