//! What is sent again, how often, and after how long.

use std::collections::HashSet;
use std::net::TcpListener;
use std::time::Duration;

use dataarts_security::CallOptions;

use crate::support::{Bench, HOUR, SHORT, call, call_with};

/// What a network or a gateway does to a request, as the simulator does it.
const PASSING: [&str; 12] = [
    "status=408",
    "status=429",
    "status=500,code=APIG.0105",
    "status=500,code=APIGW.0605",
    "status=502,body=html",
    "status=503",
    "status=503,body=empty",
    "status=504",
    "reset=before-headers",
    "reset=within-headers",
    "reset=after-headers",
    "truncated-body",
];

/// What would only come back.
const LASTING: [&str; 6] = [
    "status=400,body=service",
    "status=403",
    "status=404",
    "status=500,body=service",
    "status=500,body=html",
    "status=501",
];

#[tokio::test]
async fn what_passes_is_recovered_from_after_up_to_three_failures() {
    for fault in PASSING {
        for failures in 1..=3 {
            let bench = Bench::plain().await;
            bench.rule(&format!("list,times={failures}:{fault}"));
            let page = call(&bench.unpaced()).await;
            assert!(page.is_ok_and(|page| page.total == Some(25)), "{fault} {failures} times");
            assert_eq!(bench.statuses().len(), failures + 1, "{fault}");
            assert_eq!(bench.sleeps().len(), failures, "{fault}");
        }
    }
}

#[tokio::test]
async fn after_four_failures_the_last_is_told_with_the_number_of_attempts() {
    for fault in PASSING {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:{fault}"));
        let error = call(&bench.unpaced()).await.unwrap_err();
        assert_eq!(error.attempts(), 4, "{fault}: {error}");
        assert_eq!(bench.statuses().len(), 4, "{fault}");
    }
}

/// Faults that only a limit of the call ends, with that limit.
fn without_end() -> [(&'static str, CallOptions); 3] {
    [
        ("latency=1h", CallOptions::new().attempt_timeout(SHORT)),
        ("body-latency=1h", CallOptions::new().attempt_timeout(SHORT)),
        ("stall", CallOptions::new().read_timeout(SHORT)),
    ]
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_or_stalls_is_recovered_from() {
    for (fault, options) in without_end() {
        for failures in 1..=3 {
            let bench = Bench::plain().await;
            bench.rule(&format!("list,times={failures}:{fault}"));
            // On a busy machine more attempts than these may take too long.
            call_with(&bench.unpaced(), options.max_retries(40)).await.unwrap();
            assert!(bench.statuses().len() > failures, "{fault}");
        }
    }
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_or_stalls_is_made_again_three_times() {
    for (fault, options) in without_end() {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:{fault}"));
        let error = call_with(&bench.unpaced(), options).await.unwrap_err();
        assert!(error.is_timeout() && error.attempts() == 4, "{fault}: {error}");
    }
}

#[tokio::test]
async fn what_would_come_back_is_not_sent_again() {
    for fault in LASTING {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:{fault}"));
        let error = call(&bench.unpaced()).await.unwrap_err();
        assert!(error.is_service(), "{fault}: {error}");
        assert_eq!((error.attempts(), bench.statuses().len(), bench.sleeps().len()), (1, 1, 0), "{fault}");
    }
}

#[tokio::test]
async fn without_retries_the_first_failure_is_the_last() {
    for fault in PASSING {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:{fault}"));
        let of_the_client = bench.builder().options(CallOptions::new().max_retries(0)).build().unwrap();
        assert_eq!(call(&of_the_client).await.unwrap_err().attempts(), 1, "{fault}");
        let of_the_call = call_with(&bench.unpaced(), CallOptions::new().max_retries(0)).await;
        assert_eq!(of_the_call.unwrap_err().attempts(), 1, "{fault}");
        assert_eq!(bench.statuses().len(), 2, "{fault}");
    }
}

#[tokio::test]
async fn a_call_has_as_many_retries_as_it_is_given() {
    let bench = Bench::plain().await;
    bench.rule("list,times=7:status=503");
    assert!(call_with(&bench.unpaced(), CallOptions::new().max_retries(7)).await.is_ok());
    assert_eq!(bench.statuses(), [503, 503, 503, 503, 503, 503, 503, 200]);
}

#[tokio::test]
async fn no_connection_is_tried_again_and_told_as_such() {
    let bench = Bench::plain().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = bench.builder().endpoint(nobody).build().unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(error.is_connect() && error.attempts() == 4, "{error}");
    assert_eq!(bench.sleeps().len(), 3);
}

#[tokio::test]
async fn retry_after_is_waited_for_in_either_form() {
    for retry_after in ["7", "date+7"] {
        for status in [429, 503] {
            let bench = Bench::plain().await;
            bench.rule(&format!("list,times=2:status={status},retry-after={retry_after}"));
            call(&bench.unpaced()).await.unwrap();
            let sleeps = bench.sleeps();
            assert_eq!(sleeps.len(), 2);
            // What is on top is the jitter.
            let (least, most) = (Duration::from_secs(7), Duration::from_millis(7_200));
            assert!(sleeps.iter().all(|sleep| (least..most).contains(sleep)), "{retry_after}: {sleeps:?}");
        }
    }
}

#[tokio::test]
async fn a_retry_after_beyond_the_end_of_the_call_ends_it_at_once() {
    for retry_after in ["3600", "date+3600"] {
        let bench = Bench::plain().await;
        bench.rule(&format!("list:status=503,code=APIGW.9999,retry-after={retry_after}"));
        let error = call_with(&bench.unpaced(), CallOptions::new().call_timeout(HOUR)).await.unwrap_err();
        assert_eq!((error.code(), error.status().map(|status| status.as_u16())), (Some("APIGW.9999"), Some(503)));
        assert_eq!((error.attempts(), bench.sleeps().len()), (1, 0));
    }
}

#[tokio::test]
async fn every_attempt_is_signed_anew_with_the_time_of_its_own() {
    let bench = Bench::plain().await;
    // Longer than a signature is accepted.
    bench.rule("list,times=3:status=503,retry-after=1000");
    call_with(&bench.unpaced(), CallOptions::new().call_timeout(2 * HOUR)).await.unwrap();
    let requests = bench.simulator.requests();
    let dates: HashSet<_> = requests.iter().map(|request| request.header("x-sdk-date").unwrap()).collect();
    assert_eq!((requests.len(), dates.len()), (4, 4));
}
