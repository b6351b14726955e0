//! An outage is not multiplied.

use crate::support::{Bench, call};

const CALLS: usize = 400;
const RETRIES: usize = 100;

#[tokio::test]
async fn a_lasting_outage_gets_at_most_a_hundred_requests_more_than_there_are_calls() {
    let bench = Bench::plain().await;
    bench.rule("list:status=503");
    let client = bench.unpaced();
    for _ in 0..CALLS / 2 {
        call(&client).await.unwrap_err();
        // A clone has no budget of its own.
        call(&client.clone()).await.unwrap_err();
    }
    assert_eq!(bench.statuses().len(), CALLS + RETRIES);
    let error = call(&client).await.unwrap_err();
    assert_eq!((error.attempts(), error.status().map(|status| status.as_u16())), (1, Some(503)));
}

#[tokio::test]
async fn successes_win_retries_back() {
    let bench = Bench::plain().await;
    bench.rule("list,times=200:status=503");
    let client = bench.unpaced();
    while bench.statuses().len() < 200 {
        call(&client).await.unwrap_err();
    }
    for _ in 0..5 {
        call(&client).await.unwrap();
    }
    bench.rule("list:status=503");
    let attempts = [call(&client).await, call(&client).await].map(|outcome| outcome.unwrap_err().attempts());
    assert_eq!(attempts, [2, 1]);
}
