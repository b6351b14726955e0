//! The throttle, by a clock that is turned by hand.

use std::time::Duration;

use dataarts_simulator::{Clock, DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Simulator, SimulatorBuilder, Throttle};

use crate::support::{DATE, NOW, get, list, list_with_token, path, sign};

fn builder(clock: &Clock) -> SimulatorBuilder {
    Simulator::builder().demo_data().clock(clock.clone())
}

#[tokio::test]
async fn one_request_too_many_is_refused_until_the_window_has_slid_on() {
    let clock = Clock::fixed(NOW);
    let simulator = builder(&clock).throttle("3/10s".parse().unwrap()).start().await.unwrap();
    for _ in 0..3 {
        assert_eq!(list(&simulator, "").await.status, 200);
        clock.advance(Duration::from_secs(2));
    }
    for _ in 0..5 {
        let answer = list(&simulator, "").await;
        assert_eq!(answer.refusal(), (429, "APIGW.0308"));
        assert!(answer.message().ends_with("limit:3,time:10 second"), "{}", answer.message());
        assert_eq!(answer.body["request_id"], answer.headers["x-request-id"].to_str().unwrap());
        assert!(!answer.headers.contains_key("retry-after"));
    }
    clock.advance(Duration::from_secs(4));
    assert_eq!(list(&simulator, "").await.status, 200);
    assert_eq!(list(&simulator, "").await.status, 429);
}

#[tokio::test]
async fn every_credential_has_a_window_of_its_own() {
    let builder = builder(&Clock::fixed(NOW)).token("one").token("other").access_key(DEMO_ACCESS_KEY, DEMO_SECRET_KEY);
    let simulator = builder.throttle("1/10s".parse().unwrap()).start().await.unwrap();
    let authorization = sign((DEMO_ACCESS_KEY, DEMO_SECRET_KEY), &path(&simulator), "", &[("X-Sdk-Date", DATE)]);
    let headers =
        [("X-Sdk-Date", DATE), ("Authorization", authorization.as_str()), ("workspace", simulator.workspace())];
    for status in [200, 429] {
        assert_eq!(list_with_token(&simulator, "one").await.0, status);
        assert_eq!(list_with_token(&simulator, "other").await.0, status);
        assert_eq!(get(&simulator, &path(&simulator), &headers).await.status, status);
    }
}

#[tokio::test]
async fn what_fails_to_authenticate_is_not_counted_and_what_the_service_refuses_is() {
    let clock = Clock::fixed(NOW);
    let simulator = builder(&clock).throttle("1/10s".parse().unwrap()).start().await.unwrap();
    assert_eq!(list_with_token(&simulator, "another").await.0, 401);
    assert_eq!(list_with_token(&simulator, "another").await.0, 401);
    assert_eq!(list(&simulator, "limit=ten").await.status, 400);
    assert_eq!(list(&simulator, "limit=10").await.status, 429);
}

#[tokio::test]
async fn a_throttled_caller_may_be_told_when_to_come_back() {
    let throttle = Throttle::per(1, Duration::from_secs(10));
    for (throttle, retry_after) in
        [(throttle.retry_after_seconds(), "8"), (throttle.retry_after_date(), "Thu, 01 Jan 2026 00:00:10 GMT")]
    {
        let clock = Clock::fixed(NOW);
        let simulator = builder(&clock).throttle(throttle).start().await.unwrap();
        assert_eq!(list(&simulator, "").await.status, 200);
        clock.advance(Duration::from_millis(2_500));
        let answer = list(&simulator, "").await;
        assert_eq!((answer.status, answer.headers["retry-after"].to_str().unwrap()), (429, retry_after));
    }
}
