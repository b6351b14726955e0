//! What `-v` and `-vv` tell on standard error.

use crate::support::place::{ID_TOKEN, PROVIDER, Place, check_secrets};
use crate::support::program::{Run, run};

async fn told(words: &str) -> Run {
    let place = Place::with_fault("list,times=1:status=503").await;
    let run = run(&mut place.command_with_key(words));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 3, "{}", run.stdout);
    check_secrets(&run);
    run
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn each_attempt_and_each_wait_has_a_line() {
    let stderr = told("-v sync-tasks list -o jsonl").await.stderr;
    let lines: Vec<&str> = stderr.lines().filter_map(|line| Some(line.split_once("] ")?.1)).collect();
    let call = "GET /v1/{project_id}/security/member-sync-tasks";
    assert!(lines[0].starts_with(&format!("attempt 1: {call}: HTTP 503, request id ")), "{stderr}");
    assert!(lines[1].starts_with("sent again: delay ") && lines[1].ends_with(", reason unavailable"), "{stderr}");
    let last = lines.last().unwrap();
    assert!(last.starts_with(&format!("attempt 2: {call}: HTTP 200, request id ")), "{stderr}");
    assert!(!stderr.contains("identity obtained"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_v_tells_of_credentials_and_connections() {
    let stderr = told("sync-tasks list -o jsonl -vv").await.stderr;
    for text in ["HTTP 503", "identity obtained: source ", "HUAWEICLOUD_SDK_AK", "connecting to 127.0.0.1:"] {
        assert!(stderr.contains(text), "{text} in {stderr}");
    }
    assert!(stderr.contains("list_member_sync_tasks ended after "), "{stderr}");
    assert!(!stderr.contains("not sent again"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_v_tells_why_a_failed_call_is_not_sent_again() {
    let place = Place::with_fault("list:status=403").await;
    let stderr = run(&mut place.command_with_key("sync-tasks list -vv")).stderr;
    assert_eq!(stderr.matches("not sent again: reason not retryable").count(), 1, "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_whose_body_breaks_is_told_with_its_request_id_once() {
    let place = Place::with_fault("list:truncated-body").await;
    let stderr = run(&mut place.command_with_key("sync-tasks list -v --retries 0")).stderr;
    let line = stderr.lines().find(|line| line.contains("attempt 1: ")).unwrap();
    assert!(line.contains(": HTTP 200: the connection to "), "{stderr}");
    assert_eq!(line.matches("request id ").count(), 1, "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_unless_asked_for() {
    assert_eq!(told("sync-tasks list -o jsonl").await.stderr, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_told_without_its_secrets() {
    let place = Place::start().await;
    let file = place.file("id-token", ID_TOKEN);
    let mut command = place.command_for_project("sync-tasks list -vv");
    command.env("HUAWEICLOUD_SDK_IDP_ID", PROVIDER).env("HUAWEICLOUD_SDK_ID_TOKEN_FILE", file);
    let run = run(&mut command);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("attempt 1: POST /v3.0/OS-AUTH/id-token/tokens: HTTP 201"), "{}", run.stderr);
    check_secrets(&run);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_warning_of_an_identity_is_told_once() {
    use crate::support::place::set_mode;
    use serde_json::json;
    let place = Place::start().await;
    set_mode(&place.koocli("with-key", json!({})), 0o644);
    for words in ["sync-tasks list", "sync-tasks list -v", "sync-tasks list -vv"] {
        let run = run(&mut place.command_for_project(words));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stderr.matches("chmod 600").count(), 1, "{}", run.stderr);
    }
}
