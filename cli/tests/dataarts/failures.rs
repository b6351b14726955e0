//! What is said at the end of a call that failed: three lines at most, each with its own part.

use serde_json::json;

use crate::support::peer::{Answer, Peer, page, tasks};
use crate::support::place::{Place, check_secrets};
use crate::support::program::{Run, dataarts_at, fail, run};

/// The lines of a failure, their beginnings checked.
fn lines(run: &Run) -> Vec<&str> {
    assert_eq!(run.code, 1, "{}", run.stderr);
    check_secrets(run);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let names: Vec<&str> = lines.iter().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    let allowed: [&[&str]; 4] = [&["error"], &["error", "answer"], &["error", "hint"], &["error", "answer", "hint"]];
    assert!(allowed.contains(&names.as_slice()), "{}", run.stderr);
    lines
}

async fn failed(fault: &str, words: &str) -> Run {
    run(&mut Place::with_fault(fault).await.command_with_key(words))
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_call_is_three_lines_at_most() {
    for (fault, first) in [
        ("list:status=502,body=html", "error: list_member_sync_tasks: failed with HTTP 502"),
        ("list:status=503", "error: list_member_sync_tasks: failed with HTTP 503"),
        ("list:status=429", "error: list_member_sync_tasks: refused with HTTP 429"),
        ("list:status=403", "error: list_member_sync_tasks: refused with HTTP 403"),
        (
            "list:redirect=302,location=https://elsewhere.example",
            "error: list_member_sync_tasks: the answer is a redirect",
        ),
        ("list:wrong-types", "error: list_member_sync_tasks: "),
        ("list:truncated-body", "error: list_member_sync_tasks: "),
        ("list:reset=before-headers", "error: list_member_sync_tasks: "),
        ("list:latency=1h", "error: list_member_sync_tasks: "),
    ] {
        let run = failed(fault, "sync-tasks list --retries 0 --timeout 1s").await;
        assert!(lines(&run)[0].starts_with(first), "{fault}: {}", run.stderr);
    }
}

#[test]
fn a_field_that_does_not_decode_is_told_apart_from_another_server() {
    let odd = json!({ "total": 1, "tasks": [{ "id": "1", "sync_time": "yesterday" }] });
    let peer = Peer::start(vec![Answer::Json(200, odd)]);
    let run = run(&mut dataarts_at(&peer.endpoint, "sync-tasks list"));
    let lines = lines(&run);
    assert!(
        lines[0].contains("at tasks[0].sync_time: ") && lines[0].ends_with("found another string"),
        "{}",
        run.stderr
    );
    let hint =
        "hint: the service changed one field: run `dataarts api list_member_sync_tasks` to see the response body";
    assert!(lines[2].starts_with(hint), "{}", run.stderr);
    assert!(!run.stderr.contains("proxy") && !run.stderr.contains("yesterday"), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_call_ends_at_once_and_its_hint_says_when_to_come_back() {
    let run = failed("list:status=429,retry-after=200", "sync-tasks list").await;
    let lines = lines(&run);
    assert!(lines[0].contains("refused with HTTP 429"), "{}", run.stderr);
    let hint = lines[2].strip_prefix("hint: run it again in 3 min ").unwrap_or_else(|| panic!("{}", run.stderr));
    assert!(hint.contains("Z: the service asked to wait so long"), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_line_is_what_the_service_answered() {
    let run = failed("list:status=503", "sync-tasks list --retries 1").await;
    let lines = lines(&run);
    assert!(lines[1].contains("(request id ") && lines[1].ends_with(", after 2 attempts)"), "{}", run.stderr);
    assert!(lines[2].starts_with("hint: the service itself failed"), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_signature_is_three_lines_without_the_quoted_request() {
    let place = Place::start().await;
    let run = run(place.command_with_key("sync-tasks list").env("HUAWEICLOUD_SDK_SK", "another"));
    let lines = lines(&run);
    assert!(lines[0].ends_with("refused with HTTP 401") && lines[1].contains("APIGW.0301"), "{}", run.stderr);
    assert!(lines[2].contains("secret key is not the one"), "{}", run.stderr);
    assert!(!run.stderr.contains("canonicalRequest"), "{}", run.stderr);
}

#[test]
fn a_listing_that_broke_off_says_so_first() {
    let refusal = json!({ "error_code": "DLS.1234", "error_msg": "out of\n\u{1b}[31morder" });
    let peer = Peer::start(vec![Answer::Json(200, page(5, tasks(0..2))), Answer::Json(400, refusal)]);
    let run = run(&mut dataarts_at(&peer.endpoint, "sync-tasks list --page-size 2"));
    let lines = lines(&run);
    assert!(lines[0].starts_with("error: the listing broke off after 2 tasks and is incomplete: "), "{}", run.stderr);
    assert!(lines[0].ends_with("refused with HTTP 400"), "{}", run.stderr);
    assert_eq!(lines[1], "answer: DLS.1234: out of  [31morder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_ran_out_of_time_tells_the_last_answer() {
    let place = Place::with_fault("list,times=1:status=429").await;
    place.simulator.add_rule("list:latency=1h".parse().unwrap());
    // The throttle without a wish is waited for two seconds at least.
    let run = run(&mut place.command_with_key("sync-tasks list --timeout 3s"));
    let lines = lines(&run);
    assert!(lines[0].contains("before that an attempt failed with: HTTP 429"), "{}", run.stderr);
    let id = &place.simulator.requests()[0].request_id;
    assert!(lines[1].contains("APIGW.0308") && lines[1].contains(id.as_str()), "{}", run.stderr);
}

#[test]
fn where_nothing_was_answered_there_is_no_line_for_it() {
    let message = fail(&mut dataarts_at("http://127.0.0.1:9", "sync-tasks list --retries 1"), 1);
    assert_eq!(message.lines().count(), 2, "{message}");
    assert!(message.contains("(after 2 attempts)\nhint: "), "{message}");
}
