//! What is told at which level.
//!
//! One test alone in its program: `tracing` remembers for each place in the code whether anyone listens, and a thread
//! that does not listen would be remembered for all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

#[path = "support/output.rs"]
mod output;
#[path = "journey/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the journey")]
mod support;

use tracing::Level;

use output::Output;
use support::{Bench, call};

/// The lines that are printed at `level` for a call that meets HTTP 503 twice and then waits for its turn.
async fn lines(level: Level) -> Vec<String> {
    let output = Output::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(level).with_ansi(false).without_time().with_writer(output.clone());
    let bench = Bench::plain().await;
    let client = bench.builder().rate_limit("3/10s".parse().unwrap()).build().unwrap();
    {
        let _guard = tracing::subscriber::set_default(subscriber.finish());
        bench.rule("list,times=2:status=503,retry-after=1");
        call(&client).await.unwrap();
        call(&client).await.unwrap();
    }
    let output = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
    output.lines().filter(|line| line.contains("huaweicloud_core")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_call_that_succeeds_is_quiet_at_info_and_debug_explains_why_it_was_slow() {
    assert_eq!(lines(Level::INFO).await, [""; 0]);

    let lines = lines(Level::DEBUG).await;
    let among = |words: &[&str]| lines.iter().filter(|line| words.iter().all(|word| line.contains(word))).count();
    assert_eq!(among(&["answered status=503 duration="]), 2, "{lines:#?}");
    assert_eq!(among(&["answered status=200 duration="]), 2, "{lines:#?}");
    assert_eq!(among(&["sent again delay=1.", "reason=\"unavailable\""]), 2, "{lines:#?}");
    assert_eq!(among(&["waited for its turn", "delay="]), 1, "{lines:#?}");
    assert!(lines.iter().all(|line| line.contains("list_member_sync_tasks")), "{lines:#?}");
}
