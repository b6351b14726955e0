//! No call takes longer than it may.

use std::time::Duration;

use dataarts_security::{CallOptions, Credentials, PasswordLogin, Rate};
use dataarts_simulator::{DEMO_DOMAIN, DEMO_PASSWORD, DEMO_USER};

use crate::support::{Bench, HOUR, SHORT, call, call_with};

/// Each limit with a fault that only it ends.
fn limits() -> [(&'static str, CallOptions, &'static str); 5] {
    let options = CallOptions::new().max_retries(0);
    [
        ("latency=1h", options.call_timeout(SHORT), "the call to"),
        ("body-latency=1h", options.call_timeout(SHORT), "the call to"),
        ("latency=1h", options.attempt_timeout(SHORT), "no whole answer from"),
        ("body-latency=1h", options.attempt_timeout(SHORT), "no whole answer from"),
        ("stall", options.read_timeout(SHORT), "stopped coming"),
    ]
}

#[tokio::test]
async fn each_limit_holds_for_a_client_and_for_one_call() {
    for (fault, options, said) in limits() {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:{fault}"));
        let of_the_client = call(&bench.builder().options(options).build().unwrap()).await.unwrap_err();
        let of_a_clone = call(&bench.client().with_options(options)).await.unwrap_err();
        let of_the_call = call_with(&bench.client(), options).await.unwrap_err();
        for error in [of_the_client, of_a_clone, of_the_call] {
            assert!(error.is_timeout() && error.message().contains(said), "{fault}: {error}");
            assert_eq!(error.attempts(), 1, "{fault}");
        }
    }
}

#[tokio::test]
async fn the_end_of_the_call_cuts_its_attempts_short_and_tells_how_the_one_before_failed() {
    let bench = Bench::plain().await;
    // By the clock that is turned, so that only a short time is left for the second attempt and the first has plenty.
    bench.rule("list,times=1:status=503,retry-after=3600");
    bench.rule("list:latency=1h");
    let options = CallOptions::new().call_timeout(HOUR + 4 * SHORT);
    let error = call_with(&bench.client(), options).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 2, "{error}");
    assert!(error.message().contains("HTTP 503"), "{error}");
}

#[tokio::test]
async fn a_call_that_runs_out_of_time_keeps_the_errors_of_its_earlier_attempts() {
    for (options, said) in [
        (CallOptions::new().call_timeout(HOUR / 2 + 10 * SHORT), "the call to"),
        (CallOptions::new().call_timeout(HOUR).attempt_timeout(SHORT), "no whole answer from"),
    ] {
        let bench = Bench::plain().await;
        bench.rule("list,times=1:status=429,retry-after=1800");
        bench.rule("list,times=1:reset=before-headers");
        bench.rule("list:latency=1h");
        let error = call_with(&bench.unpaced(), options).await.unwrap_err();
        assert!(error.is_timeout() && !error.is_throttled() && error.message().contains(said), "{error}");
        let throttled = &bench.simulator.requests()[0];
        let [first, second, ..] = error.earlier_attempts() else { panic!("{error:?}") };
        assert!(first.is_throttled() && second.is_transport() && second.status().is_none(), "{first} {second}");
        assert_eq!((throttled.status, first.request_id()), (429, Some(throttled.request_id.as_str())), "{error}");
        assert_eq!(first.code(), Some("APIGW.0308"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_whose_body_does_not_come_is_told_by_its_request_id() {
    let options = CallOptions::new().max_retries(0);
    for (fault, options) in [
        ("stall", options.read_timeout(SHORT)),
        ("body-latency=1h", options.read_timeout(SHORT)),
        ("body-latency=1h", options.attempt_timeout(SHORT)),
        ("truncated-body", options),
        ("reset=after-headers", options),
    ] {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:{fault}"));
        let error = call_with(&bench.client(), options).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200), "{fault}: {error}");
        assert_eq!(error.request_id(), Some(bench.last_request().request_id.as_str()), "{fault}: {error}");
    }
}

#[tokio::test]
async fn a_listing_ends_with_its_time_while_a_page_is_under_way() {
    let bench = Bench::plain().await;
    bench.rule("list:latency=1h");
    let mut items = bench.client().list_member_sync_tasks().items().time_limit(SHORT);
    let error = items.try_next().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(items.try_next().await.unwrap(), None);
}

#[tokio::test]
async fn a_listing_ends_with_its_time_between_pages() {
    let bench = Bench::plain().await;
    let client = bench.builder().rate_limit(Rate::new(1, Duration::from_secs(10)).unwrap()).build().unwrap();
    let mut pages = client
        .list_member_sync_tasks()
        .limit(10)
        .items()
        .time_limit(Duration::from_secs(15))
        .pages_in_flight(1)
        .into_pages();
    let mut delivered = 0;
    let error = loop {
        match pages.try_next().await {
            Ok(page) => delivered += page.expect("the list is longer").items.len(),
            Err(error) => break error,
        }
    };
    assert!(error.is_timeout(), "{error}");
    // The pages of the first second and of the tenth; the next one would come in the twentieth.
    assert_eq!((bench.statuses().len(), delivered > 10), (2, true));
}

#[tokio::test]
async fn no_wait_goes_past_the_end() {
    for status in [429, 503] {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:status={status},retry-after=3600"));
        let options = CallOptions::new().call_timeout(Duration::from_secs(60));
        let error = call_with(&bench.client(), options).await.unwrap_err();
        assert_eq!((error.status().map(|status| status.as_u16()), error.attempts()), (Some(status), 1));
        assert_eq!(bench.sleeps(), []);
    }
}

#[tokio::test]
async fn a_call_without_time_is_not_sent() {
    let bench = Bench::plain().await;
    let error = call_with(&bench.client(), CallOptions::new().call_timeout(Duration::ZERO)).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0, "{error}");
    assert_eq!(bench.statuses(), [0_u16; 0]);
}

#[tokio::test]
async fn a_login_counts_as_time_of_the_call_that_needs_it() {
    let bench = Bench::plain().await;
    bench.rule("iam,times=1:latency=1h");
    let login = Credentials::password(PasswordLogin::new(DEMO_USER, DEMO_PASSWORD, DEMO_DOMAIN));
    let client = bench.builder().credentials(login).build().unwrap();
    let error = call_with(&client, CallOptions::new().call_timeout(SHORT)).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0, "{error}");
    assert!(error.message().contains("waiting for its identity or its turn"), "{error}");
}
