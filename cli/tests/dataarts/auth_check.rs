//! `auth check`: the verdict on one real call, and what to do where it fails.

use std::time::Duration;

use assert_cmd::Command;
use dataarts_security::Timestamp;
use dataarts_simulator::{CannedAnswer, Clock, ErrorBody, Simulator, StatusCode};
use serde_json::{Value, json};

use crate::support::peer::{Answer, Peer};
use crate::support::place::{ACCESS_KEY, PROVIDER, Place, SECRET_KEY, TOKEN, check_secrets, report};
use crate::support::program::{NOBODY, dataarts, dataarts_at, fail, run, succeed};
use crate::support::proxy;

const TURNED: Duration = Duration::from_secs(62 * 60);

/// The verdict of a check that fails with this exit code.
fn failed(command: &mut Command, code: i32) -> Value {
    let report = report(command, code);
    let call = report["call"].clone();
    assert_eq!(call["ok"], false, "{report}");
    call
}

/// Expects these words in the advice of a verdict.
fn advises(call: &Value, words: &[&str]) {
    let advice = call["advice"].as_str().unwrap_or_else(|| panic!("no advice in {call}"));
    for word in words {
        assert!(advice.contains(word), "{word} in {advice}");
    }
}

fn with_token(place: &Place) -> Command {
    let mut command = place.command_for_project("auth check");
    command.env("DATAARTS_TOKEN", TOKEN);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_works_tells_the_number_of_tasks() {
    let place = Place::start().await;
    let run = run(&mut place.command_with_key("auth check"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(run.stdout.starts_with("source ") && run.stdout.ends_with("\n\ncall: ok, 3 tasks\n"), "{}", run.stdout);
    let call = &report(&mut place.command_with_key("auth check"), 0)["call"];
    assert_eq!((&call["ok"], &call["tasks"], &call["status"]), (&json!(true), &json!(3), &json!(200)));
    assert!(call["request_id"].is_string() && call["advice"].is_null(), "{call}");
    let csv = succeed(&mut place.command_with_key("auth check -o csv"));
    assert!(csv.contains(",call_ok,call_tasks,") && csv.contains(",true,3,200,"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_is_told_by_how_much() {
    for (ahead, expected) in [(true, "1 h 2 min behind"), (false, "1 h 2 min ahead of")] {
        let clock = Clock::system();
        let now = clock.now().as_millisecond();
        let difference = i64::try_from(TURNED.as_millis()).unwrap();
        clock.set(Timestamp::from_millisecond(if ahead { now + difference } else { now - difference }));
        let place = Place::of(Simulator::builder().clock(clock)).await;
        let call = failed(&mut place.command_with_key("auth check"), 1);
        advises(&call, &[expected, "15 minutes"]);
        let hint = fail(&mut place.command_with_key("sync-tasks list"), 1);
        assert!(hint.contains(expected), "{hint}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_key_is_told_from_a_changed_request() {
    let place = Place::start().await;
    let call = failed(place.command_with_key("auth check").env("HUAWEICLOUD_SDK_SK", "another"), 1);
    advises(&call, &["secret key is not the one of this access key"]);
    assert!(call.get("canonical_request_difference").is_none(), "{call}");
    assert_eq!(place.simulator.requests().len(), 1, "each failure counts towards the lock");
    let run = run(place.command_with_key("auth check").env("HUAWEICLOUD_SDK_SK", "another"));
    assert!(!run.stdout.contains("canonicalRequest") && !run.stdout.contains("signed here"), "{}", run.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_changed_on_the_way_is_shown_line_by_line() {
    let place = Place::start().await;
    let workspace = place.simulator.workspace();
    let proxy = proxy::start(place.simulator.address(), "workspace: ", "workspace: \u{202e}x");
    let through = |words: &str| {
        let mut command = place.command_with_key(words);
        command.env("DATAARTS_ENDPOINT", &proxy);
        command
    };
    let call = failed(&mut through("auth check"), 1);
    advises(&call, &["on the way", "proxy"]);
    let lines = call["canonical_request_difference"].as_array().expect("lines");
    assert!(lines.contains(&json!("  GET")) && lines.contains(&json!(format!("- workspace:{workspace}"))), "{call}");

    let run = run(&mut through("auth check"));
    check_secrets(&run);
    let position = |line: &str| run.stdout.lines().position(|found| found.starts_with(line));
    let ours = position(&format!("- workspace:{workspace}")).unwrap_or_else(|| panic!("{}", run.stdout));
    assert_eq!(position("+ workspace:"), Some(ours + 1), "{}", run.stdout);
    assert!(position("  GET").is_some() && !run.stdout.contains('\u{202e}'), "{}", run.stdout);
    let csv = self::run(&mut through("auth check -o csv")).stdout;
    assert!(csv.contains(&format!("|- workspace:{workspace}|+ workspace:")), "{csv}");

    let hint = fail(&mut through("sync-tasks list"), 1);
    assert!(hint.contains("`dataarts auth check` shows"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_key_is_to_be_left_alone_for_five_minutes() {
    let place = Place::start().await;
    for _ in 0..6 {
        fail(place.command_with_key("sync-tasks list").env("HUAWEICLOUD_SDK_SK", "another"), 1);
    }
    advises(&failed(&mut place.command_with_key("auth check"), 1), &["five minutes", "locked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_are_not_accepted_are_told_by_their_kind() {
    let place = Place::start().await;
    advises(&failed(with_token(&place).env("DATAARTS_TOKEN", "MIIanother"), 1), &["get a new token"]);
    let mut unknown = place.command_with_key("auth check");
    advises(&failed(unknown.env("HUAWEICLOUD_SDK_AK", "UNKNOWN"), 1), &["access key is there and enabled"]);
    place.simulator.fail_next(1, CannedAnswer::new(StatusCode::UNAUTHORIZED).code("APIGW.0307"));
    advises(&failed(&mut with_token(&place), 1), &["the token has expired"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_workspace_is_told() {
    let place = Place::start().await;
    let call = failed(place.command_with_key("auth check").args(["--workspace", "nowhere"]), 1);
    assert_eq!((&call["status"], &call["code"]), (&json!(400), &json!("DLS.6036")));
    advises(&call, &["--workspace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_user_may_not_do_is_told_from_what_is_switched_off() {
    let place = Place::start().await;
    let call = failed(place.command_with_key("auth check").args(["--project-id", "another"]), 1);
    assert_eq!(call["status"], 403);
    advises(&call, &["role in the workspace"]);
    for code in ["IAM.0080", "IAM.0081", "IAM.0082", "IAM.0083"] {
        place.simulator.fail_next(1, CannedAnswer::new(StatusCode::FORBIDDEN).code(code).body(ErrorBody::Iam));
        let call = failed(&mut place.command_with_key("auth check"), 1);
        assert_eq!(call["code"], code);
        advises(&call, &["programmatic access"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_project_is_told_with_both() {
    let place = Place::start().await;
    let own = json!({ "token": { "expires_at": "2099-01-08T03:50:07.574000Z", "project": { "id": "p1" } } });
    let iam = Peer::start(vec![Answer::Json(200, own)]);
    let mut command = place.command("auth check --project-id another");
    command.env("DATAARTS_TOKEN", TOKEN).env("HUAWEICLOUD_SDK_IAM_ENDPOINT", &iam.endpoint);
    advises(&failed(&mut command, 1), &["for the project p1, not for another"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_service_is_told() {
    let place = Place::start().await;
    place.simulator.add_rule("list:redirect=302,location=https://login.example/".parse().unwrap());
    let call = failed(&mut place.command_with_key("auth check"), 1);
    advises(&call, &["endpoint", "login"]);
    assert!(call["message"].as_str().unwrap().contains("login.example"), "{call}");

    let unknown = failed(&mut dataarts_at("https://dataarts.invalid", "auth check"), 1);
    advises(&unknown, &["spelling of the region or endpoint"]);
    let nobody = failed(&mut dataarts_at(NOBODY, "auth check"), 1);
    advises(&nobody, &["firewall", "proxy"]);
    let page = Peer::start(vec![Answer::Json(200, json!("nonsense"))]);
    advises(&failed(&mut dataarts_at(&page.endpoint, "auth check"), 1), &["something else than the service"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_iam_refuses_is_a_verdict_too() {
    let place = Place::start().await;
    let refused = |words: &str| {
        let mut command = place.command_for_project(words);
        command.env("HUAWEICLOUD_SDK_IDP_ID", PROVIDER);
        command.env("HUAWEICLOUD_SDK_ID_TOKEN_FILE", place.file("id-token", "eyJanother"));
        command
    };
    let report = report(&mut refused("auth check"), 1);
    assert!(report["source"].is_null() && report["project_id"] == place.simulator.project_id(), "{report}");
    let call = &report["call"];
    assert_eq!(call["status"], 401);
    assert!(call["message"].as_str().unwrap().contains("no identity from the environment"), "{call}");
    advises(call, &["IAM refused the login", "identity provider"]);
    let run = run(&mut refused("auth check"));
    assert!(
        run.stdout.starts_with("project_id ") && run.stdout.contains("\n\ncall: failed: create_token_by_id_token: "),
        "{}",
        run.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_is_not_the_only_one_is_a_matter_of_configuration() {
    let place = Place::of(Simulator::builder().project("p1", "eu-west-101").project("p2", "eu-west-101")).await;
    for (region, expected) in [("eu-west-101", "p1, p2"), ("cn-north-4", "no project cn-north-4")] {
        place.koocli("with-key", json!({ "region": region }));
        let call = failed(&mut place.command("auth check"), 2);
        assert!(call["message"].as_str().unwrap().contains(expected), "{call}");
        advises(&call, &["--project-id", "HUAWEICLOUD_SDK_PROJECT_ID"]);
        let message = fail(&mut place.command("sync-tasks list"), 2);
        assert!(
            message.contains(expected) && message.contains("hint: give the project with --project-id"),
            "{message}"
        );
    }
}

#[test]
fn what_is_missing_is_refused_before_anything_is_sent() {
    let complete = || dataarts_at(NOBODY, "auth check");
    for (variable, option) in [("HUAWEICLOUD_SDK_PROJECT_ID", "--project-id"), ("DATAARTS_WORKSPACE", "--workspace")] {
        let message = fail(complete().env_remove(variable), 2);
        assert!(message.contains(variable) && message.contains(option), "{message}");
    }
    let mut command = dataarts("auth check");
    command.env("HUAWEICLOUD_SDK_AK", ACCESS_KEY).env("HUAWEICLOUD_SDK_SK", SECRET_KEY);
    assert!(fail(&mut command, 2).contains("--region"));
}
