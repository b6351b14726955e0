//! Below the gateway's throttle, and no slower than it.

use std::time::Duration;

use dataarts_security::{CallOptions, Client, Error, Rate};
use dataarts_simulator::Throttle;
use futures_util::future::join_all;

use crate::support::{Bench, call};

const WINDOW: Duration = Duration::from_secs(10);

fn rate(count: u32) -> Rate {
    Rate::new(count, WINDOW).unwrap()
}

async fn throttled_at(count: u32, tasks: usize) -> Bench {
    Bench::new(|builder| builder.generated_tasks(tasks, 7).throttle(Throttle::per(count, WINDOW))).await
}

async fn count_all(client: &Client) -> Result<usize, Error> {
    let mut items = client.list_member_sync_tasks().items();
    let mut count = 0;
    while items.try_next().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn refused(bench: &Bench) -> usize {
    bench.statuses().iter().filter(|status| **status == 429).count()
}

#[tokio::test]
async fn a_listing_of_ten_thousand_tasks_is_never_throttled_and_takes_the_least_time() {
    let bench = throttled_at(40, 10_000).await;
    assert_eq!(count_all(&bench.client()).await.unwrap(), 10_000);
    assert_eq!(refused(&bench), 0);
    let requests = u32::try_from(bench.statuses().len()).unwrap();
    assert!(requests >= 100, "{requests}");
    let least = WINDOW * (requests.div_ceil(40) - 1);
    assert!(bench.elapsed() >= least && bench.elapsed() <= least.mul_f64(1.1), "{:?}", bench.elapsed());
}

#[tokio::test]
async fn clones_and_calls_at_once_share_one_pace() {
    let bench = throttled_at(5, 1).await;
    let client = bench.builder().rate_limit(rate(5)).build().unwrap();
    let clones: Vec<_> = (0..20).map(|_| client.clone()).collect();
    let outcomes = join_all(clones.iter().map(call)).await;
    assert!(outcomes.iter().all(Result::is_ok));
    // Responses that come after the clock was advanced count from then on.
    assert!(bench.statuses() == [200; 20] && bench.elapsed() >= 3 * WINDOW, "{:?}", bench.elapsed());
}

#[tokio::test]
async fn a_stricter_gateway_costs_few_rejected_requests_and_no_item() {
    let bench = throttled_at(20, 10_000).await;
    let items = bench.client().list_member_sync_tasks().items().pages_in_flight(1);
    assert_eq!(items.collect().await.unwrap().len(), 10_000);
    // After each window's 20, up to three come too early: after holds of 2, 4 and 8 s.
    let windows = bench.statuses().len() / 20;
    assert!(refused(&bench) <= 3 * (windows + 1), "{} rejected in {windows} windows", refused(&bench));
}

#[tokio::test]
async fn retry_after_holds_every_clone() {
    let bench = Bench::plain().await;
    let client = bench.client();
    bench.rule("list,times=1:status=429,retry-after=60");
    let error =
        client.list_member_sync_tasks().with_options(CallOptions::new().max_retries(0)).send().await.unwrap_err();
    assert!(error.is_throttled() && bench.sleeps().is_empty(), "{error}");
    call(&client.clone()).await.unwrap();
    assert_eq!(bench.elapsed(), Duration::from_secs(60));
}

#[tokio::test]
async fn without_a_pace_requests_go_as_they_come() {
    let bench = Bench::plain().await;
    let client = bench.unpaced();
    let outcomes = join_all((0..100).map(|_| call(&client))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!((bench.statuses().len(), bench.sleeps()), (100, vec![]));
}

#[tokio::test]
async fn a_call_that_would_wait_for_its_turn_past_its_end_is_not_sent() {
    let bench = Bench::plain().await;
    let client = bench.builder().rate_limit(rate(1)).build().unwrap();
    call(&client).await.unwrap();
    let options = CallOptions::new().call_timeout(WINDOW / 2);
    let error = client.list_member_sync_tasks().with_options(options).send().await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0, "{error}");
    assert_eq!(bench.statuses(), [200]);
}
