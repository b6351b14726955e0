//! `auth show`: whose credentials they are, in every format, with nothing secret.

use dataarts_simulator::{CannedAnswer, DEMO_PROJECT_ID, ErrorBody, Simulator, StatusCode};
use serde_json::{Value, json};

use crate::support::peer::{Answer, Peer};
use crate::support::place::{ACCESS_KEY, ID_TOKEN, PROVIDER, Place, TOKEN, check_secrets, report};
use crate::support::program::{dataarts, run, succeed};

/// Program runs with an identity provider's credentials, which tell most.
fn of_provider(place: &Place, words: &str) -> assert_cmd::Command {
    let mut command = place.command_for_project(words);
    command.env("HUAWEICLOUD_SDK_IDP_ID", PROVIDER);
    command.env("HUAWEICLOUD_SDK_ID_TOKEN_FILE", place.file("id-token", ID_TOKEN));
    command
}

const NAMES: [&str; 12] = [
    "source",
    "kind",
    "access_key_id",
    "user_name",
    "domain_name",
    "domain_id",
    "project_name",
    "project_id",
    "region",
    "endpoint",
    "workspace",
    "valid_until",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_format_has_the_same_names_in_the_same_order_and_nothing_secret() {
    let place = Place::start().await;
    for format in ["table", "json", "jsonl", "csv"] {
        let run = run(&mut of_provider(&place, &format!("auth show -o {format}")));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        check_secrets(&run);
        let mut rest = run.stdout.as_str();
        for name in NAMES {
            rest = rest.split_once(name).unwrap_or_else(|| panic!("{name} in {format}: {}", run.stdout)).1;
        }
        for value in ["idp-of-the-test-federated", "demo-domain", "cn-north-4", DEMO_PROJECT_ID] {
            assert!(run.stdout.contains(value), "{value} in {}", run.stdout);
        }
    }
    let line = succeed(&mut of_provider(&place, "auth show -o jsonl"));
    assert_eq!(line.lines().count(), 1, "{line}");
    assert_eq!(succeed(&mut of_provider(&place, "auth show -o csv")).lines().count(), 2);
    let card = succeed(&mut of_provider(&place, "auth show"));
    assert!(card.contains("+00:00 (in ") && card.contains("valid_until"), "{card}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_and_project_of_an_access_key_come_from_iam() {
    let place = Place::start().await;
    place.koocli("with-key", json!({ "region": "cn-north-4" }));
    let report = report(&mut place.command("auth show"), 0);
    assert_eq!(report["access_key_id"], ACCESS_KEY);
    assert_eq!(report["project_id"], DEMO_PROJECT_ID);
    assert_eq!(report["project_name"], "cn-north-4");
    assert!(report["domain_id"].is_string() && report["valid_until"].is_null(), "{report}");
    assert!(succeed(&mut place.command("auth show")).contains("no end\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_described_by_iam() {
    let token = json!({ "token": {
        "expires_at": "2099-01-08T03:50:07.574000Z",
        "user": { "id": "1", "name": "li.na\u{1b}[31m", "domain": { "id": "d1", "name": "example" } },
        "project": { "id": "p1", "name": "eu-west-101", "domain": { "id": "d1", "name": "example" } },
    }});
    let iam = || Peer::start(vec![Answer::Json(200, token.clone())]);
    let show = |words: &str, iam: &Peer| {
        let mut command = dataarts(words);
        command.env("DATAARTS_TOKEN", TOKEN).env("HUAWEICLOUD_SDK_IAM_ENDPOINT", &iam.endpoint);
        command.env("DATAARTS_ENDPOINT", "https://dataarts.invalid");
        command
    };
    let report = report(&mut show("auth show", &iam()), 0);
    assert_eq!((&report["user_name"], &report["domain_name"]), (&json!("li.na [31m"), &json!("example")));
    assert_eq!((&report["project_id"], &report["project_name"]), (&json!("p1"), &json!("eu-west-101")));
    assert_eq!(report["valid_until"], 4_071_527_407_574_i64);
    let card = succeed(&mut show("auth show", &iam()));
    assert!(card.contains("2099-01-08 03:50:07 +00:00 (in ") && !card.contains('\u{1b}'), "{card}");
    // The name is not that of a project that was asked for by hand.
    let report = self::report(&mut show("auth show --project-id p2", &iam()), 0);
    assert_eq!((&report["project_id"], &report["project_name"]), (&json!("p2"), &Value::Null));
}

#[test]
fn neither_workspace_nor_project_nor_iam_is_needed() {
    let mut command = dataarts("auth show --endpoint https://dataarts.invalid");
    let report = report(command.env("DATAARTS_TOKEN", TOKEN), 0);
    assert_eq!(report["source"], "the environment (DATAARTS_TOKEN)");
    assert_eq!(report["endpoint"], "https://dataarts.invalid");
    for name in ["workspace", "project_id", "region", "user_name", "valid_until"] {
        assert!(report[name].is_null(), "{report}");
    }
    let mut command = dataarts("auth show --endpoint https://dataarts.invalid");
    assert!(succeed(command.env("DATAARTS_TOKEN", TOKEN)).contains("valid_until    not told\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_cannot_be_found_is_a_warning() {
    let place = Place::of(Simulator::builder().project("p1", "eu-west-101").project("p2", "eu-west-101")).await;
    for (region, expected) in [("eu-west-101", "p1, p2"), ("cn-north-4", "no project cn-north-4")] {
        place.koocli("with-key", json!({ "region": region }));
        let run = run(&mut place.command("auth show -o json"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.starts_with("warning: the project is not known: IAM knows "), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert!(report["project_id"].is_null() && report["access_key_id"] == ACCESS_KEY, "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_access_key_is_tried_once_only() {
    let place = Place::start().await;
    place.koocli("with-key", json!({ "region": "cn-north-4", "secretAccessKey": "another" }));
    let run = run(&mut place.command("auth show"));
    assert!(run.code == 0 && run.stderr.contains("HTTP 401"), "{}", run.stderr);
    assert_eq!(place.simulator.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_iam_refuses_is_a_failure_with_advice() {
    let place = Place::start().await;
    place.simulator.fail_next(1, CannedAnswer::new(StatusCode::FORBIDDEN).code("IAM.0081").body(ErrorBody::Iam));
    let run = run(&mut of_provider(&place, "auth show"));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("(HUAWEICLOUD_SDK_IDP_ID): refused with HTTP 403\nanswer: IAM.0081: "),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("programmatic access"), "{}", run.stderr);
}
