use std::future::pending;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::task::Waker;

use http::StatusCode;
use tokio::sync::Semaphore;

use super::super::source::Loading;
use super::*;
use crate::clock::Time;
use crate::timestamp::Timestamp;

mod rejection;
mod runtimes;

const HOUR: i64 = 3_600_000;
/// Longer than anything here takes, on a clock that the runtime turns: what waits so long waits for ever.
const FOR_EVER: Duration = Duration::from_secs(24 * 3_600);

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
    /// Another token each time, after 400 ms.
    SlowToken,
    Failure,
    /// HTTP 503.
    Outage,
    Panic,
    Silence,
    ExpiredToken,
    BadToken,
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
            let token = Identity::token(format!("token-{number}")).with_expiry(hour);
            match answer {
                Answer::Token => Ok(token),
                Answer::SlowToken => {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                    Ok(token)
                }
                Answer::SameToken => Ok(Identity::token("token").with_expiry(hour)),
                Answer::Failure => Err(Error::credentials("wrong password").with_status(StatusCode::UNAUTHORIZED)),
                Answer::Outage => Err(Error::credentials("outage").with_status(StatusCode::SERVICE_UNAVAILABLE)),
                Answer::Panic => panic!("out of order"),
                Answer::Silence => pending().await,
                Answer::ExpiredToken => Ok(Identity::token("token").with_expiry(Timestamp::from_millisecond(1))),
                Answer::BadToken => Ok(Identity::token("two words")),
            }
        })
    }
}

/// A cache over a scripted source, with a clock that the test turns.
#[derive(Clone)]
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
        let context = Arc::new(Context::new(Time::told_by(now)));
        Self { cache: Arc::new(Cache::new(source.clone())), source, context, clock }
    }

    async fn identity(&self) -> Outcome {
        self.cache.identity(&self.context).await
    }

    async fn after_401(&self, rejected: &Arc<Identity>) -> Result<Option<Arc<Identity>>, Error> {
        self.cache.refresh_after_401(rejected, &self.context).await
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

    fn open_gate(&self) {
        self.source.gate.add_permits(1_000);
    }

    /// Waits until no refresh is in progress.
    async fn carry_over_outcomes(&self) {
        while self.cache.shared.held().refresh.is_some() {
            tokio::task::yield_now().await;
        }
    }
}

fn once(call: impl Future<Output = Outcome>) -> Poll<Outcome> {
    pin!(call).poll(&mut std::task::Context::from_waker(Waker::noop()))
}

#[tokio::test]
async fn an_identity_is_obtained_once_and_used_until_it_is_due() {
    let bench = Bench::new();
    let first = bench.identity().await.unwrap();
    bench.turn(HOUR * 4 / 5);
    assert!(Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    assert_eq!(bench.loads(), 1);
    bench.turn(HOUR / 10);
    bench.identity().await.unwrap();
    bench.carry_over_outcomes().await;
    assert!(!Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn a_valid_identity_is_used_while_its_refresh_is_in_progress() {
    let bench = Bench::new();
    let first = bench.identity().await.unwrap();
    bench.turn(HOUR * 9 / 10);
    bench.close_gate();
    for _ in 0..3 {
        assert!(matches!(once(bench.identity()), Poll::Ready(Ok(same)) if Arc::ptr_eq(&first, &same)));
    }
    bench.open_gate();
    bench.carry_over_outcomes().await;
    assert!(!Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn a_valid_identity_is_used_after_its_refresh_failed_and_the_next_refresh_comes_after_a_growing_pause() {
    for failure in [Answer::Failure, Answer::Outage, Answer::Panic] {
        let bench = Bench::new();
        let first = bench.identity().await.unwrap();
        bench.turn(HOUR * 9 / 10);
        bench.answer(failure);
        for (turn, loads) in [(0, 2), (9_999, 2), (1, 3), (19_999, 3), (1, 4)] {
            bench.turn(turn);
            for _ in 0..3 {
                assert!(Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
                bench.carry_over_outcomes().await;
            }
            assert_eq!(bench.loads(), loads);
        }
        bench.turn(40_000);
        bench.answer(Answer::Token);
        bench.identity().await.unwrap();
        bench.carry_over_outcomes().await;
        assert!(!Arc::ptr_eq(&first, &bench.identity().await.unwrap()));
    }
}

#[tokio::test]
async fn a_source_that_refuses_is_asked_again_after_a_growing_pause_and_not_by_every_call() {
    for failure in [Answer::Failure, Answer::Panic, Answer::BadToken] {
        let bench = Bench::new();
        bench.answer(failure);
        let mut said = None;
        for (turn, loads) in [(0, 1), (9_999, 1), (1, 2), (19_999, 2), (1, 3)] {
            bench.turn(turn);
            for _ in 0..10 {
                let error = bench.identity().await.unwrap_err();
                assert!(error.is_credentials());
                assert_eq!(error.to_string(), *said.get_or_insert_with(|| error.to_string()));
            }
            assert_eq!(bench.loads(), loads);
        }
        bench.answer(Answer::Token);
        bench.turn(40_000);
        assert!(bench.identity().await.is_ok());
        bench.answer(failure);
        bench.turn(HOUR);
        assert!(bench.identity().await.is_err());
        bench.turn(10_000);
        assert!(bench.identity().await.is_err());
        assert_eq!(bench.loads(), 6, "the pause does not start from 10 s after a success");
    }
}

#[tokio::test]
async fn an_outage_of_the_source_is_not_remembered_by_calls_without_an_identity() {
    let bench = Bench::new();
    bench.identity().await.unwrap();
    bench.turn(HOUR);
    bench.answer(Answer::Outage);
    for _ in 0..2 {
        let error = bench.identity().await.unwrap_err();
        assert!(error.is_credentials());
        assert_eq!(error.to_string(), "no identity from the script: HTTP 503: outage");
    }
    assert_eq!(bench.loads(), 3);
    bench.answer(Answer::Token);
    assert!(bench.identity().await.is_ok());
}

#[tokio::test]
async fn an_error_of_a_source_is_named_after_it_once() {
    let bench = Bench::new();
    bench.answer(Answer::Failure);
    let source: Arc<dyn CredentialSource> = bench.source.clone();
    let named = load(&source, &bench.context).await.unwrap_err();
    assert_eq!(named.to_string(), "no identity from the script: HTTP 401: wrong password");

    /// A source of several, one of which failed.
    struct Chained;
    impl CredentialSource for Chained {
        fn name(&self) -> String {
            "the chain".to_owned()
        }
        fn load(self: Arc<Self>, _: Arc<Context>) -> Loading {
            Box::pin(async { Err(Error::credentials("wrong password").in_credentials("the link")) })
        }
    }
    let chain: Arc<dyn CredentialSource> = Arc::new(Chained);
    let named = load(&chain, &bench.context).await.unwrap_err();
    assert_eq!(named.to_string(), "no identity from the link: wrong password");
}

#[tokio::test]
async fn an_identity_that_cannot_be_used_when_it_comes_is_an_error() {
    let bench = Bench::new();
    bench.answer(Answer::ExpiredToken);
    let error = bench.identity().await.unwrap_err();
    assert!(error.to_string().contains("expired at 1970-01-01T00:00:00.001Z; check the clock"), "{error}");
    let bench = Bench::new();
    bench.answer(Answer::BadToken);
    let error = bench.identity().await.unwrap_err();
    assert!(error.is_credentials() && !error.to_string().contains("two words"), "{error}");
}

#[tokio::test]
async fn a_panic_of_the_source_is_an_error_of_every_call_that_waits() {
    let bench = Bench::new();
    bench.close_gate();
    bench.answer(Answer::Panic);
    let waiting = futures_util::future::join_all((0..10).map(|_| bench.identity()));
    let (outcomes, ()) = tokio::join!(waiting, async { bench.open_gate() });
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert!(error.is_credentials(), "{error}");
        assert_eq!(error.to_string(), "no identity from the script: it panicked");
    }
    assert_eq!(bench.loads(), 1);
}

#[tokio::test]
async fn a_thousand_calls_wait_for_one_refresh() {
    let bench = Bench::new();
    bench.close_gate();
    let calls: Vec<_> = (0..1_000)
        .map(|_| {
            let bench = bench.clone();
            tokio::spawn(async move { bench.identity().await })
        })
        .collect();
    tokio::task::yield_now().await;
    bench.open_gate();
    for call in calls {
        assert!(call.await.unwrap().is_ok());
    }
    assert_eq!(bench.loads(), 1);
}

#[tokio::test]
async fn a_failure_reaches_every_call_that_waits() {
    let bench = Bench::new();
    bench.close_gate();
    bench.answer(Answer::Outage);
    let waiting = futures_util::future::join_all((0..10).map(|_| bench.identity()));
    let (outcomes, ()) = tokio::join!(waiting, async { bench.open_gate() });
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(Error::is_credentials)));
    assert_eq!(bench.loads(), 1);
}

#[tokio::test]
async fn a_refresh_that_every_call_left_completes_for_the_next_call() {
    let bench = Bench::new();
    bench.close_gate();
    assert!(once(bench.identity()).is_pending());
    bench.open_gate();
    bench.carry_over_outcomes().await;
    assert!(matches!(once(bench.identity()), Poll::Ready(Ok(_))));
    assert_eq!(bench.loads(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_login_of_400_ms_serves_calls_of_300_ms() {
    let bench = Bench::new();
    bench.answer(Answer::SlowToken);
    let call = || tokio::time::timeout(Duration::from_millis(300), bench.identity());
    assert!(call().await.is_err(), "the login takes longer than the first call");
    assert!(call().await.unwrap().is_ok());
    assert_eq!(bench.loads(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_ends_with_the_time_of_a_refresh() {
    let bench = Bench::new();
    bench.answer(Answer::Silence);
    let error = tokio::time::timeout(FOR_EVER, bench.identity()).await.unwrap().unwrap_err();
    assert!(error.is_credentials() && error.is_timeout(), "{error}");
    assert_eq!(error.to_string(), "no identity from the script: no answer within 60 s");
    bench.answer(Answer::Token);
    assert!(bench.identity().await.is_ok());
}

/// A call that is polled to each of its awaits in turn and left there, alive.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_left_at_any_of_its_awaits_holds_up_no_other() {
    for polls in 0..6 {
        for is_rejected in [false, true] {
            let bench = Bench::new();
            let rejected = bench.identity().await.unwrap();
            if !is_rejected {
                bench.turn(HOUR);
            }
            bench.answer(Answer::SlowToken);
            let mut left = Box::pin(async {
                match is_rejected {
                    true => bench.after_401(&rejected).await.map(Option::unwrap),
                    false => bench.identity().await,
                }
            });
            for _ in 0..polls {
                let _ = futures_util::poll!(&mut left);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            let other = async {
                match is_rejected {
                    true => bench.after_401(&rejected).await.map(Option::unwrap),
                    false => bench.identity().await,
                }
            };
            assert!(tokio::time::timeout(FOR_EVER, other).await.unwrap().is_ok(), "after {polls} polls");
            assert_eq!(bench.loads(), 2);
            drop(left);
        }
    }
}
