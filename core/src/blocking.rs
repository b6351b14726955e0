//! Waiting for calls in code that is not asynchronous.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use tokio::runtime::{Builder, Handle};
use tokio::task::coop;

use crate::error::Error;

/// Waits for `future` in this thread, which tasks of a runtime must not do.
pub fn wait<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    if is_polled() {
        return Err(Error::invalid_input(
            "a blocking call cannot wait in asynchronous code; use send() or items() there, or spawn_blocking",
        ));
    }
    // What the future spawns and waits for belongs to the runtime in the background.
    let _entered = runtime()?.enter();
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Whether a tokio runtime polls a task in this thread now, where waiting would stop its other tasks.
///
/// Only such a task has a budget of steps before it has to yield; `spawn_blocking` and `block_in_place` have none. Neither
/// has a task within `unconstrained`: it may wait, and then holds up its runtime.
fn is_polled() -> bool {
    let mut context = Context::from_waker(Waker::noop());
    // Dropped last, the first step gives the whole budget back.
    let Poll::Ready(_first) = coop::poll_proceed(&mut context) else { return true };
    // A budget is below 256.
    (0..u8::MAX).any(|_| match coop::poll_proceed(&mut context) {
        Poll::Ready(step) => {
            step.made_progress();
            false
        }
        Poll::Pending => true,
    })
}

/// The runtime in the background.
///
/// It never ends, because connections that it opened may serve the client's other callers.
fn runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Option<Handle>> = OnceLock::new();
    let started = RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let handle = runtime.handle().clone();
        let wait = move || runtime.block_on(std::future::pending::<()>());
        std::thread::Builder::new().name("dataarts-security".to_owned()).spawn(wait).ok()?;
        Some(handle)
    });
    started.as_ref().ok_or_else(|| Error::transport("no thread could be started to wait for the network"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits() -> bool {
        let call = async {
            tokio::task::yield_now().await;
            Ok(())
        };
        match wait(call) {
            Ok(()) => true,
            Err(error) => {
                assert!(error.is_invalid_input() && error.message().contains("spawn_blocking"), "{error}");
                false
            }
        }
    }

    #[test]
    fn it_waits_outside_of_a_runtime_and_in_the_context_of_one() {
        assert!(waits());
        let runtime = Builder::new_current_thread().build().unwrap();
        let _entered = runtime.enter();
        assert!(waits());
    }

    #[tokio::test]
    async fn it_waits_in_spawn_blocking_and_not_in_a_task() {
        assert!(!waits());
        assert!(!tokio::spawn(async { waits() }).await.unwrap());
        assert!(tokio::task::spawn_blocking(waits).await.unwrap());
        let local = tokio::task::LocalSet::new();
        assert!(!local.run_until(local.spawn_local(async { waits() })).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn it_waits_in_block_in_place_and_not_in_a_task_of_several_threads() {
        assert!(!waits());
        assert!(!tokio::spawn(async { waits() }).await.unwrap());
        assert!(tokio::task::block_in_place(waits));
    }

    #[tokio::test]
    async fn asking_costs_a_task_no_step() {
        // As many as take the whole budget of a task many times over.
        for _ in 0..1_000 {
            assert!(is_polled() && coop::has_budget_remaining());
        }
        assert!(coop::unconstrained(async { !is_polled() }).await);
    }
}
