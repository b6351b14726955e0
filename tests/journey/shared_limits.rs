//! Several clients of a process neither lock an access key nor exceed the rate of its user.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dataarts_security::{AttemptRequest, CallOptions, Client, Credentials, Interceptor, Rate, SharedLimits};
use dataarts_simulator::Throttle;
use futures_util::future::join_all;

use crate::support::{Bench, call};

const WINDOW: Duration = Duration::from_secs(10);
const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// As many clients of a user as there are targets, each of its own making.
fn clients(bench: &Bench, limits: &SharedLimits, credentials: &Credentials, count: usize) -> Vec<Client> {
    let builder = || bench.builder().shared_limits(limits.clone()).credentials(credentials.clone());
    (0..count).map(|_| builder().build().unwrap()).collect()
}

fn rejected(bench: &Bench) -> usize {
    bench.statuses().iter().filter(|status| **status == 401).count()
}

#[tokio::test]
async fn a_wrong_secret_key_is_sent_once_by_twelve_clients_and_the_right_one_works_at_once() {
    let bench = Bench::plain().await;
    let limits = SharedLimits::new();
    let wrong = Credentials::access_key(bench.simulator.access_key(), "mistyped-secret-key");
    let outcomes = join_all(clients(&bench, &limits, &wrong, 12).iter().map(call)).await;
    assert_eq!(rejected(&bench), 1);
    let errors: Vec<_> = outcomes.into_iter().map(Result::unwrap_err).collect();
    assert!(errors.iter().all(|error| error.is_unauthorized() && error.is_signature_mismatch()), "{errors:?}");
    let unsent: Vec<_> = errors.iter().filter(|error| error.attempts() == 0).collect();
    assert_eq!(unsent.len(), 11);
    let opens = bench.turned.clock.now().as_millisecond() + i64::try_from(FIVE_MINUTES.as_millis()).unwrap();
    for error in unsent {
        assert_eq!(error.retry_at().map(|time| time.as_millisecond()), Some(opens), "{error}");
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    }
    let right = Credentials::access_key(bench.simulator.access_key(), bench.simulator.secret_key());
    for client in clients(&bench, &limits, &right, 3) {
        call(&client).await.unwrap();
    }
}

#[tokio::test]
async fn a_rejected_access_key_is_sent_once_more_after_five_minutes() {
    let bench = Bench::plain().await;
    bench.rule("list,times=1:status=401");
    let client = bench.client();
    call(&client).await.unwrap_err();
    bench.turned.clock.advance(FIVE_MINUTES - Duration::from_millis(1));
    assert_eq!(call(&client).await.unwrap_err().attempts(), 0);
    bench.turned.clock.advance(Duration::from_millis(1));
    call(&client).await.unwrap();
    assert_eq!(bench.statuses(), [401, 200]);
}

#[tokio::test]
async fn a_key_that_stops_working_in_a_listing_is_rejected_at_most_as_often_as_requests_were_in_flight() {
    for in_flight in [None, Some(8)] {
        let bench = Bench::new(|builder| builder.generated_tasks(10_000, 1)).await;
        bench.rule("list,request=13:status=401");
        for request in 14..60 {
            bench.rule(&format!("list,request={request}:status=401"));
        }
        let client = bench.builder().no_rate_limit().build().unwrap();
        let mut items = client.list_member_sync_tasks().items();
        if let Some(pages) = in_flight {
            items = items.pages_in_flight(pages);
        }
        let error = loop {
            if let Err(error) = items.try_next().await {
                break error;
            }
        };
        assert!(error.is_unauthorized(), "{error}");
        let most = in_flight.unwrap_or(4) as usize;
        assert!((1..=most).contains(&rejected(&bench)), "{} of {most}", rejected(&bench));
        call(&client).await.unwrap_err();
        assert!((1..=most).contains(&rejected(&bench)), "{} of {most}", rejected(&bench));
    }
}

/// Counts the requests that were begun.
#[derive(Clone, Default)]
struct Begun(Arc<AtomicUsize>);

impl Interceptor for Begun {
    fn request(&self, _: &mut AttemptRequest<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn the_first_request_of_a_key_goes_alone_and_then_four_at_a_time() {
    let bench = Bench::plain().await;
    let begun = Begun::default();
    let client = bench.builder().interceptor(begun.clone()).no_rate_limit().build().unwrap();
    let hanging = CallOptions::new().call_timeout(Duration::from_secs(3_600)).attempt_timeout(Duration::from_secs(60));
    let start = |client: Client| tokio::spawn(client.list_member_sync_tasks().with_options(hanging).send());
    let settle = async || {
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
    };
    bench.rule("list,times=1:latency=1h");
    let alone = [start(client.clone()), start(client.clone()), start(client.clone())];
    settle().await;
    assert_eq!(begun.0.load(Ordering::SeqCst), 1);
    alone[0].abort();
    alone.into_iter().for_each(|call| call.abort());
    call(&client).await.unwrap();
    let before = begun.0.load(Ordering::SeqCst);
    bench.rule("list:latency=1h");
    let many: Vec<_> = (0..20).map(|_| start(client.clone())).collect();
    settle().await;
    assert_eq!(begun.0.load(Ordering::SeqCst) - before, 4);
    many.into_iter().for_each(|call| call.abort());
}

#[tokio::test]
async fn clients_of_one_user_keep_one_rate_together() {
    let bench = Bench::new(|builder| builder.generated_tasks(1, 1).throttle(Throttle::per(40, WINDOW))).await;
    let limits = SharedLimits::new();
    let credentials = Credentials::access_key(bench.simulator.access_key(), bench.simulator.secret_key());
    let clients = clients(&bench, &limits, &credentials, 6);
    for _ in 0..20 {
        let outcomes = join_all(clients.iter().map(call)).await;
        assert!(outcomes.iter().all(Result::is_ok));
    }
    assert!(!bench.statuses().contains(&429));
    assert!(bench.statuses().len() == 120 && bench.elapsed() >= 2 * WINDOW, "{:?}", bench.elapsed());
}

#[tokio::test]
async fn each_client_holds_the_requests_of_all_to_its_own_rate() {
    let bench = Bench::plain().await;
    let limits = SharedLimits::new();
    let builder = || bench.builder().shared_limits(limits.clone());
    let fast = builder().build().unwrap();
    for _ in 0..5 {
        call(&fast).await.unwrap();
    }
    let slow = builder().rate_limit(Rate::new(5, WINDOW).unwrap()).build().unwrap();
    call(&slow).await.unwrap();
    assert_eq!(bench.elapsed(), WINDOW);
}

#[tokio::test]
async fn limits_of_their_own_do_not_affect_others() {
    let bench = Bench::plain().await;
    bench.rule("list,times=1:status=401");
    call(&bench.client()).await.unwrap_err();
    call(&bench.client()).await.unwrap();
}
