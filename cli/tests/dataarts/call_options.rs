//! How long calls may take, how often and how fast they are sent, and whom they trust.

use std::fs;

use crate::support::place::Place;
use crate::support::program::{fail, run, succeed};

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_ends_a_call_that_takes_longer() {
    let place = Place::with_fault("list:latency=1h").await;
    // The attempt is given what is left of the call, and either may end first.
    let is_timeout = |text: &str| text.contains("took longer than 200ms") || text.contains("no whole answer from");
    for words in ["--timeout 200ms sync-tasks list", "sync-tasks list --timeout 200ms"] {
        let message = fail(&mut place.command_with_key(words), 1);
        assert!(is_timeout(&message), "{message}");
    }
    let verdict = run(&mut place.command_with_key("auth check --timeout 200ms"));
    assert!(verdict.code == 1 && is_timeout(&verdict.stdout), "{}", verdict.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_are_made_as_often_as_said() {
    let once = "list,times=1:status=503";
    succeed(&mut Place::with_fault(once).await.command_with_key("sync-tasks list"));
    let place = Place::with_fault(once).await;
    let message = fail(&mut place.command_with_key("sync-tasks list --retries 0"), 1);
    assert!(message.contains("HTTP 503") && !message.contains("attempts"), "{message}");
    assert_eq!(place.simulator.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pace_holds_the_pages_back_and_off_does_not() {
    let place = Place::start().await;
    let list = |words: &str| place.command_with_key(&format!("sync-tasks list -o jsonl --page-size 2 {words}"));
    for words in ["--pace off", "--pace 2/100ms"] {
        assert_eq!(succeed(&mut list(words)).lines().count(), 3, "{words}");
    }
    let held = run(&mut list("--pace 1/60m --timeout 1s"));
    assert!(held.code == 1 && held.stderr.contains("broke off after 2 tasks"), "{}", held.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_authorities_has_to_hold_some() {
    let place = Place::start().await;
    let path = place.file("ca.pem", "no certificate");
    for words in ["sync-tasks list", "auth show", "auth check"] {
        let message = fail(place.command_with_key(words).arg("--ca-file").arg(&path), 2);
        assert!(message.starts_with("error: --ca-file ") && message.contains("no certificate in PEM"), "{message}");
    }
    fs::remove_file(&path).unwrap();
    let message = fail(place.command_with_key("sync-tasks list").arg("--ca-file").arg(&path), 2);
    assert!(message.contains("ca.pem cannot be read") && message.lines().count() == 1, "{message}");
}
