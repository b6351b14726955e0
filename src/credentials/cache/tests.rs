use std::future::pending;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::super::Loading;
use super::*;
use crate::clock::Time;
use crate::transport::HttpSettings;

const HOUR: i64 = 3_600_000;

/// A source whose answers are scripted by the test.
struct Scripted {
    loads: AtomicUsize,
    answer: Mutex<Answer>,
    /// A load waits here until the test lets it on.
    gate: Semaphore,
    clock: Arc<AtomicI64>,
}

#[derive(Clone, Copy)]
enum Answer {
    /// Another token each time, valid for an hour.
    Token,
    SameToken,
    Failure,
    Silence,
    ExpiredToken,
}

impl CredentialSource for Scripted {
    fn name(&self) -> String {
        "the script".to_owned()
    }

    fn load(self: Arc<Self>, _: Arc<Context>) -> Loading {
        Box::pin(async move {
            let number = self.loads.fetch_add(1, Ordering::SeqCst);
            self.gate.acquire().await.unwrap().forget();
            let answer = *self.answer.lock().unwrap();
            let hour = Timestamp::from_millisecond(self.clock.load(Ordering::SeqCst) + HOUR);
            match answer {
                Answer::Token => Ok(Identity::token(format!("token-{number}")).with_expiry(hour)),
                Answer::SameToken => Ok(Identity::token("token").with_expiry(hour)),
                Answer::Failure => Err(Error::credentials("out of order")),
                Answer::Silence => pending().await,
                Answer::ExpiredToken => Ok(Identity::token("token").with_expiry(Timestamp::from_millisecond(1))),
            }
        })
    }
}

/// A cache over a scripted source, with a clock that the test turns.
struct Bench {
    source: Arc<Scripted>,
    cache: Arc<Cache>,
    context: Arc<Context>,
    clock: Arc<AtomicI64>,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(1_000 * HOUR));
        let source = Arc::new(Scripted {
            loads: AtomicUsize::new(0),
            answer: Mutex::new(Answer::Token),
            gate: Semaphore::new(1_000),
            clock: clock.clone(),
        });
        let read = clock.clone();
        let now = move || Timestamp::from_millisecond(read.load(Ordering::SeqCst));
        let context = Arc::new(Context::new(HttpSettings::default(), Time::told_by(now)));
        Self { cache: Arc::new(Cache::new(source.clone())), source, context, clock }
    }

    async fn identity(&self) -> Result<Arc<Identity>, Error> {
        self.cache.identity(&self.context).await
    }

    fn answer(&self, answer: Answer) {
        *self.source.answer.lock().unwrap() = answer;
    }

    fn turn(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    fn loads(&self) -> usize {
        self.source.loads.load(Ordering::SeqCst)
    }

    fn close_gate(&self) {
        self.source.gate.forget_permits(1_000);
    }
}

#[tokio::test]
async fn an_identity_is_obtained_once_and_used_until_it_is_due() {
    let bench = Bench::new();
    let first = bench.identity().await.unwrap();
    bench.turn(HOUR * 4 / 5);
    assert!(Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    assert_eq!(bench.loads(), 1);
    bench.turn(HOUR / 10);
    assert!(!Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn while_it_is_valid_the_old_one_is_used_on_when_renewal_fails_and_none_is_tried_for_a_while() {
    let bench = Bench::new();
    let first = bench.identity().await.unwrap();
    bench.turn(HOUR * 9 / 10);
    bench.answer(Answer::Failure);
    for _ in 0..3 {
        assert!(Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    }
    assert_eq!(bench.loads(), 2);
    bench.turn(10_000);
    bench.answer(Answer::Token);
    assert!(!Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    assert_eq!(bench.loads(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_holds_up_one_call_and_not_for_long() {
    let bench = Bench::new();
    let first = bench.identity().await.unwrap();
    bench.turn(HOUR * 9 / 10);
    bench.answer(Answer::Silence);
    let start = tokio::time::Instant::now();
    for _ in 0..3 {
        assert!(Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    }
    // The clock of the runtime is turned by the runtime itself, so that this is exact.
    assert_eq!(start.elapsed(), PATIENCE);
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn after_its_end_the_old_one_is_never_used_and_a_failure_is_not_remembered() {
    let bench = Bench::new();
    bench.identity().await.unwrap();
    bench.turn(HOUR);
    bench.answer(Answer::Failure);
    for _ in 0..2 {
        let error = bench.identity().await.unwrap_err();
        assert!(error.is_credentials());
        assert_eq!(error.to_string(), "no identity from the script: out of order");
    }
    assert_eq!(bench.loads(), 3);
    bench.answer(Answer::Token);
    assert!(bench.identity().await.is_ok());
}

#[tokio::test]
async fn an_identity_that_has_expired_when_it_comes_is_refused() {
    let bench = Bench::new();
    bench.answer(Answer::ExpiredToken);
    let error = bench.identity().await.unwrap_err();
    assert!(error.to_string().contains("expired at 1970-01-01T00:00:00.001Z; check the clock"), "{error}");
}

#[tokio::test]
async fn a_thousand_calls_wait_for_one_renewal() {
    let bench = Bench::new();
    bench.close_gate();
    let calls: Vec<_> = (0..1_000)
        .map(|_| {
            let (cache, context) = (bench.cache.clone(), bench.context.clone());
            tokio::spawn(async move { cache.identity(&context).await })
        })
        .collect();
    tokio::task::yield_now().await;
    bench.source.gate.add_permits(1_000);
    for call in calls {
        assert!(call.await.unwrap().is_ok());
    }
    assert_eq!(bench.loads(), 1);
}

#[tokio::test]
async fn a_failure_reaches_everyone_who_waited() {
    let bench = Bench::new();
    bench.close_gate();
    bench.answer(Answer::Failure);
    let waiting: Vec<_> = (0..10).map(|_| bench.identity()).collect();
    let waiting = futures_util::future::join_all(waiting);
    let (outcomes, ()) = tokio::join!(waiting, async { bench.source.gate.add_permits(1) });
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(Error::is_credentials)));
    assert_eq!(bench.loads(), 1);
}

#[tokio::test]
async fn a_cancelled_call_does_not_cancel_the_renewal_for_the_others() {
    let bench = Bench::new();
    bench.close_gate();
    let mut first = Box::pin(bench.identity());
    let mut second = Box::pin(bench.identity());
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    drop(first);
    bench.source.gate.add_permits(1);
    assert!(second.await.is_ok());
    assert_eq!(bench.loads(), 1);
}

#[tokio::test]
async fn a_renewal_that_everyone_left_is_begun_anew() {
    let bench = Bench::new();
    bench.close_gate();
    let mut call = Box::pin(bench.identity());
    assert!(futures_util::poll!(&mut call).is_pending());
    drop(call);
    bench.source.gate.add_permits(1);
    assert!(bench.identity().await.is_ok());
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn a_refused_identity_is_replaced_once_for_all_who_were_refused() {
    let bench = Bench::new();
    let refused = bench.identity().await.unwrap();
    let after = || bench.cache.refresh_after_401(&refused, &bench.context);
    let (one, other) = tokio::join!(after(), after());
    let (one, other) = (one.unwrap().unwrap(), other.unwrap().unwrap());
    assert!(Arc::ptr_eq(&one, &other) && !Arc::ptr_eq(&one, &refused));
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn the_same_proof_again_is_no_other_identity() {
    let bench = Bench::new();
    bench.answer(Answer::SameToken);
    let refused = bench.identity().await.unwrap();
    assert!(bench.cache.refresh_after_401(&refused, &bench.context).await.unwrap().is_none());
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn what_was_given_by_hand_is_not_asked_for_again() {
    let bench = Bench::new();
    let given = Arc::new(Identity::token("token"));
    let cache = Cache::fixed(given.clone(), &bench.context);
    assert!(Arc::ptr_eq(&given, &cache.identity(&bench.context).await.unwrap()));
    assert!(cache.refresh_after_401(&given, &bench.context).await.unwrap().is_none());
}
