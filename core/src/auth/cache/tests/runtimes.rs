//! What becomes of a refresh when its runtime ends, or nobody drives it.

use tokio::runtime::{Builder, Runtime};

use super::*;

/// A runtime that runs only while the test drives it, and whose clock turns by itself.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// What `call` ends with, if it ends.
fn drive(runtime: &Runtime, call: impl Future<Output = Outcome>) -> Outcome {
    runtime.block_on(async { tokio::time::timeout(FOR_EVER, call).await }).unwrap()
}

#[test]
fn a_call_outside_any_runtime_is_an_error_and_no_panic() {
    let bench = Bench::new();
    let Poll::Ready(Err(error)) = once(bench.identity()) else { panic!("it waits") };
    assert!(error.is_invalid_input() && error.is_credentials(), "{error}");
    assert!(error.to_string().contains("tokio runtime"), "{error}");
    assert!(bench.cache.shared.held().refresh.is_none());
}

#[test]
fn a_refresh_ends_with_its_runtime_and_the_next_call_starts_another() {
    let bench = Bench::new();
    bench.close_gate();
    let first = runtime();
    assert!(first.block_on(async { once(bench.identity()) }).is_pending());
    first.block_on(tokio::task::yield_now());
    assert_eq!(bench.loads(), 1);
    // One call waits while the runtime of the refresh ends, the other comes later.
    let second = runtime();
    let mut waiting = Box::pin(bench.identity());
    assert!(second.block_on(async { futures_util::poll!(&mut waiting) }).is_pending());
    drop(first);
    bench.open_gate();
    assert!(drive(&second, bench.identity()).is_ok());
    assert!(drive(&second, waiting).is_ok());
    assert_eq!(bench.loads(), 2);
}

#[test]
fn a_call_that_waits_survives_the_runtime_of_the_refresh() {
    let bench = Bench::new();
    bench.close_gate();
    let (first, second) = (runtime(), runtime());
    assert!(first.block_on(async { once(bench.identity()) }).is_pending());
    let mut waiting = Box::pin(bench.identity());
    assert!(second.block_on(async { futures_util::poll!(&mut waiting) }).is_pending());
    drop(first);
    bench.open_gate();
    assert!(drive(&second, waiting).is_ok());
}

#[test]
fn a_refresh_whose_runtime_is_not_driven_is_given_up_after_its_time() {
    let bench = Bench::new();
    bench.close_gate();
    let (first, second) = (runtime(), runtime());
    let look = |runtime: &Runtime| {
        let outcome = runtime.block_on(async { once(bench.identity()) });
        runtime.block_on(tokio::task::yield_now());
        outcome
    };
    assert!(look(&first).is_pending());
    bench.turn(60_000);
    assert!(look(&second).is_pending());
    assert_eq!(bench.loads(), 1, "it is given up too early");
    bench.turn(1);
    assert!(look(&second).is_pending());
    assert_eq!(bench.loads(), 2);
    // What the old task gets in the end does not count, and the new one is still in progress.
    bench.source.gate.add_permits(1);
    first.block_on(tokio::task::yield_now());
    assert_eq!(bench.source.gate.available_permits(), 0);
    assert!(look(&second).is_pending());
    bench.open_gate();
    assert!(drive(&second, bench.identity()).is_ok());
    assert_eq!(bench.loads(), 2);
}

#[test]
fn a_runtime_that_is_shut_down_gives_an_error_and_no_loop() {
    let bench = Bench::new();
    let ended = Builder::new_current_thread().build().unwrap();
    let handle = ended.handle().clone();
    drop(ended);
    let _inside = handle.enter();
    let Poll::Ready(Err(error)) = once(bench.identity()) else { panic!("it waits") };
    assert!(error.is_credentials(), "{error}");
}
