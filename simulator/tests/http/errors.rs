//! How requests are refused, each with the documented status, code and body.

use std::time::Duration;

use dataarts_security::Timestamp;
use dataarts_simulator::{Clock, Simulator};
use reqwest::Method;
use serde_json::json;

use crate::support::{get, list, path, send};

async fn simulator() -> Simulator {
    Simulator::builder().demo_data().start().await.unwrap()
}

#[tokio::test]
async fn an_unknown_path_or_method_is_no_api_of_the_gateway() {
    let simulator = simulator().await;
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    let tasks = path(&simulator);
    for (method, target) in [
        (Method::GET, "/".to_owned()),
        (Method::GET, "/v1/security/member-sync-tasks".to_owned()),
        (Method::GET, format!("{tasks}/")),
        (Method::GET, format!("{tasks}/a/b")),
        (Method::GET, tasks.replacen("/v1/", "/v2/", 1)),
        (Method::GET, "/v1/%ff/security/member-sync-tasks".to_owned()),
        (Method::POST, tasks.clone()),
        (Method::DELETE, format!("{tasks}/088c2b59114405ab4fbc0df5bd05202b")),
    ] {
        let answer = send(&simulator, method.clone(), &target, &headers).await;
        assert_eq!(answer.refusal(), (404, "APIG.0101"), "{method} {target}");
        assert_eq!(answer.body["request_id"], answer.headers["x-request-id"].to_str().unwrap());
    }
    assert_eq!(send(&simulator, Method::HEAD, &tasks, &headers).await.status, 404);
}

#[tokio::test]
async fn another_project_is_forbidden() {
    let simulator = simulator().await;
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    let answer = get(&simulator, "/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks", &headers).await;
    assert_eq!(answer.refusal(), (403, "APIGW.0302"));
    assert!(answer.body["request_id"].is_string());
}

#[tokio::test]
async fn a_workspace_must_be_named_and_exist() {
    let simulator = simulator().await;
    let token = ("X-Auth-Token", simulator.token());
    for headers in [vec![token], vec![token, ("workspace", "")]] {
        let answer = get(&simulator, &path(&simulator), &headers).await;
        assert_eq!(answer.refusal(), (400, "APIGW.0106"));
        assert!(answer.body["request_id"].is_string() && answer.message().contains("workspace"));
    }
    let answer = get(&simulator, &path(&simulator), &[token, ("workspace", "unknown")]).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body, json!({"errorCode": "DLS.6036", "errorMsg": "Workspace does not exist"}));
}

#[tokio::test]
async fn what_can_be_said_once_is_not_taken_twice() {
    let simulator = simulator().await;
    let (token, known) = (("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace()));
    for (second, refusal) in [
        (known, (400, "APIGW.0201")),
        (("workspace", "unknown"), (400, "APIGW.0201")),
        (token, (401, "APIGW.0301")),
        (("X-Auth-Token", "unknown"), (401, "APIGW.0301")),
    ] {
        let answer = get(&simulator, &path(&simulator), &[token, known, second]).await;
        assert_eq!(answer.refusal(), refusal, "{}", answer.message());
        assert!(answer.message().contains(&format!("{} was sent more than once", second.0)), "{}", answer.message());
    }
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_gateway() {
    let simulator = simulator().await;
    let other_project = "/v1/other/security/member-sync-tasks?limit=101";
    assert_eq!(get(&simulator, other_project, &[]).await.status, 401);
    let token = ("X-Auth-Token", simulator.token());
    assert_eq!(get(&simulator, other_project, &[token]).await.status, 403);
    let target = format!("{}?limit=101", path(&simulator));
    assert_eq!(get(&simulator, &target, &[token]).await.refusal(), (400, "APIGW.0106"));
    assert_eq!(get(&simulator, &target, &[token, ("workspace", "unknown")]).await.body["errorCode"], "DLS.6036");
    let known = ("workspace", simulator.workspace());
    assert_eq!(get(&simulator, &target, &[token, known]).await.refusal(), (400, "DLS.1001"));
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let simulator = simulator().await;
    for (name, value) in [
        ("limit", "101"),
        ("limit", "ten"),
        ("offset", "100000"),
        ("offset", "-1"),
        ("cluster_type", "HDFS"),
        ("sync_status", "FAILED"),
        ("schedule_status", "ON"),
        ("order_by", "ID"),
        ("order_by_asc", "1"),
    ] {
        let answer = list(&simulator, &format!("{name}={value}")).await;
        assert_eq!(answer.refusal(), (400, "DLS.1001"), "{name}={value}");
        assert!(answer.message().contains(name), "{}", answer.message());
        assert_eq!(answer.body.get("request_id"), None);
    }
    assert_eq!(list(&simulator, "unknown=value&limit=100&offset=99999").await.status, 200);
}

#[tokio::test]
async fn an_unknown_task_is_a_bad_request() {
    let simulator = simulator().await;
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    let answer = get(&simulator, &format!("{}/unknown", path(&simulator)), &headers).await;
    assert_eq!(answer.refusal(), (400, "DLS.3100"));
}

#[tokio::test]
async fn what_is_larger_than_the_gateway_takes_is_refused_before_anything_else() {
    let simulator = simulator().await;
    let kilobytes = |count: usize| "y".repeat(count * 1_024);
    let target = format!("{}?{}", path(&simulator), kilobytes(32));
    let answer = get(&simulator, &target, &[]).await;
    assert_eq!(answer.refusal(), (414, "APIGW.0201"));
    let (one, part) = (kilobytes(32), kilobytes(26));
    let several: Vec<_> = ["a", "b", "c", "d", "e"].map(|name| (name, part.as_str())).into();
    for headers in [vec![("a", one.as_str())], several] {
        assert_eq!(get(&simulator, "/v3/projects", &headers).await.refusal(), (494, "APIGW.0201"));
    }
    let statuses: Vec<_> = simulator.requests().iter().map(|request| (request.status, request.query.len())).collect();
    assert_eq!(statuses, [(414, 32 * 1_024), (494, 0), (494, 0)]);
}

#[tokio::test]
async fn every_answer_tells_the_time_of_the_simulators_clock() {
    let clock = Clock::fixed(Timestamp::from_millisecond(1_767_225_600_999));
    let simulator = Simulator::builder().clock(clock.clone()).fault("show:status=503".parse().unwrap());
    let simulator = simulator.start().await.unwrap();
    let task = format!("{}/t", path(&simulator));
    for (second, target) in
        ["/", &path(&simulator), &task, "/v3/projects", "/openstack/latest/meta_data.json"].iter().enumerate()
    {
        let answer = get(&simulator, target, &[]).await;
        assert_eq!(answer.headers.get_all("date").iter().count(), 1, "{target}");
        assert_eq!(answer.headers["date"], format!("Thu, 01 Jan 2026 00:00:0{second} GMT"), "{target}");
        clock.advance(Duration::from_secs(1));
    }
    clock.set(Timestamp::from_millisecond(i64::MAX));
    assert_eq!(get(&simulator, "/", &[]).await.headers.get("date"), None);
}

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    // A clock that stands, so that the time alone cannot tell them apart.
    let clock = Clock::fixed(Timestamp::from_millisecond(1_767_225_600_000));
    let simulator = Simulator::builder().clock(clock).start().await.unwrap();
    let (first, second) = (list(&simulator, "").await, list(&simulator, "limit=x").await);
    assert_eq!((first.status, second.status), (200, 400));
    assert_ne!(first.headers["x-request-id"], second.headers["x-request-id"]);
    assert_eq!(first.headers["x-request-id"].len(), 32);
}
