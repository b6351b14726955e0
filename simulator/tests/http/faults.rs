//! Answers that are another than the service's: what a caller gets who reads them to the end.

use std::collections::BTreeSet;

use dataarts_security::Timestamp;
use dataarts_simulator::{
    CannedAnswer, Clock, ErrorBody, Fault, Operation, RetryAfter, Rule, Simulator, SimulatorBuilder, StatusCode,
};
use serde_json::{Value, json};

use crate::support::{Answer, get, list, path};

fn builder() -> SimulatorBuilder {
    Simulator::builder().generated_tasks(25, 1)
}

/// A simulator with these rules.
async fn with_rules(rules: &[&str]) -> Simulator {
    let builder = rules.iter().fold(builder(), |builder, rule| builder.fault(rule.parse().unwrap()));
    builder.start().await.unwrap()
}

/// The answer to a list request that this fault is given.
async fn with_fault(fault: &str) -> Answer {
    list(&with_rules(&[&format!("list:{fault}")]).await, "").await
}

async fn statuses(simulator: &Simulator, queries: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for query in queries {
        statuses.push(list(simulator, query).await.status);
    }
    statuses
}

#[tokio::test]
async fn a_canned_answer_has_its_status_and_each_body_its_shape() {
    let code = Value::from("X.1");
    for (body, pointer) in [
        ("service", "/error_code"),
        ("gateway", "/error_code"),
        ("camel-case", "/errorCode"),
        ("code-message", "/code"),
        ("iam", "/error/code"),
        ("nested", "/error/error_code"),
        ("deeply-nested", "/response/result/failure/errorCode"),
        ("authorization-message", "/error_code"),
        ("details", "/details/0/error_code"),
    ] {
        let answer = with_fault(&format!("status=503,body={body},code=X.1")).await;
        assert_eq!((answer.status, answer.body.pointer(pointer)), (503, Some(&code)), "{body}");
        assert_eq!(answer.headers["content-type"], "application/json");
        assert_eq!(answer.body.get("request_id").is_some(), body == "gateway");
    }
    let answer = with_fault("status=403").await;
    assert_eq!(answer.refusal(), (403, "APIGW.0302"));
    assert_eq!(answer.body["request_id"], answer.headers["x-request-id"].to_str().unwrap());
}

#[tokio::test]
async fn a_proxy_answers_with_a_page_and_a_broken_service_with_nothing() {
    let html = with_fault("status=200,body=html").await;
    assert_eq!((html.status, &html.body), (200, &Value::Null));
    assert_eq!(html.headers["content-type"], "text/html; charset=utf-8");
    assert!(html.headers["content-length"].to_str().unwrap().parse::<u32>().unwrap() > 100);
    let empty = with_fault("status=200,body=empty").await;
    assert_eq!((empty.status, empty.headers["content-length"].to_str().unwrap()), (200, "0"));
    assert_eq!(empty.headers.get("content-type"), None);
}

#[tokio::test]
async fn retry_after_comes_in_seconds_or_as_a_date_of_the_simulators_clock() {
    let clock = Clock::fixed(Timestamp::from_millisecond(1_767_225_600_000));
    let simulator = builder().clock(clock).start().await.unwrap();
    let throttled = CannedAnswer::new(StatusCode::TOO_MANY_REQUESTS);
    simulator.fail_next(1, throttled.clone());
    simulator.fail_next(1, throttled.clone().retry_after(RetryAfter::Seconds(7)));
    simulator.fail_next(1, throttled.retry_after(RetryAfter::Date(7)));
    for expected in [None, Some("7"), Some("Thu, 01 Jan 2026 00:00:07 GMT")] {
        let answer = list(&simulator, "").await;
        assert_eq!(answer.refusal(), (429, "APIGW.0308"));
        assert_eq!(answer.headers.get("retry-after").map(|value| value.to_str().unwrap()), expected);
    }
}

#[tokio::test]
async fn json_is_rewritten_and_a_refusal_is_not() {
    let nulls = with_fault("null-arrays").await;
    assert_eq!(nulls.body, json!({"total": 25, "tasks": null}));
    let unknown = with_fault("unknown-values").await;
    let task = &unknown.body["tasks"][0];
    for field in ["cluster_type", "schedule_period", "schedule_status", "sync_status"] {
        assert_eq!(task[field], "SYNC_PARTIAL_FAIL", "{field}");
    }
    assert!(task["create_time"].is_i64());
    let wrong = with_fault("wrong-types").await;
    assert!(wrong.body["total"].is_string() && wrong.body["tasks"][9]["create_time"].is_string());
    assert!(wrong.body["tasks"][9]["id"].is_i64());
    assert_eq!(with_fault("wrong-total=-3").await.body["total"], -3);

    let simulator = with_rules(&["any:wrong-types"]).await;
    assert_eq!(list(&simulator, "limit=101").await.refusal(), (400, "DLS.1001"));
}

#[tokio::test]
async fn one_task_can_be_rewritten_too() {
    let simulator = with_rules(&["show,request=1:unknown-values", "show,request=2:wrong-types"]).await;
    let id = list(&simulator, "").await.ids().remove(0);
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    let target = format!("{}/{id}", path(&simulator));
    let answer = get(&simulator, &target, &headers).await;
    assert_eq!((answer.status, &answer.body["sync_status"]), (200, &"SYNC_PARTIAL_FAIL".into()));
    assert_eq!(get(&simulator, &target, &headers).await.body["id"], 0);
    assert_eq!(get(&simulator, &target, &headers).await.body["id"], id);
}

#[tokio::test]
async fn pages_are_larger_or_smaller_than_asked_for() {
    let simulator = with_rules(&["list,request=1:oversized-page=5", "list,request=2:capped-page=4"]).await;
    for (query, length) in [("limit=10", 15), ("limit=10", 4), ("limit=10", 10)] {
        let page = list(&simulator, query).await;
        assert_eq!((page.ids().len(), &page.body["total"]), (length, &25.into()));
    }
    let capped = builder().page_cap(7).start().await.unwrap();
    let mut ids = BTreeSet::new();
    for offset in ["offset=0", "offset=7", "offset=14", "offset=21"] {
        ids.extend(list(&capped, &format!("limit=100&{offset}")).await.ids());
    }
    assert_eq!(ids.len(), 25);
}

#[tokio::test]
async fn past_the_end_the_first_page_comes_again() {
    let by_rule = with_rules(&["list:repeated-first-page"]).await;
    let by_setting = builder().repeat_first_page(true).start().await.unwrap();
    for simulator in [by_rule, by_setting] {
        let first = list(&simulator, "").await.ids();
        assert_eq!(list(&simulator, "offset=25").await.ids(), first);
        assert_ne!(list(&simulator, "offset=20").await.ids(), first);
    }
    assert!(list(&builder().start().await.unwrap(), "offset=25").await.ids().is_empty());
}

#[tokio::test]
async fn a_rule_strikes_its_page_so_often_and_no_other_request() {
    let simulator = with_rules(&["list,page=3,times=2:status=503"]).await;
    let queries = ["offset=0", "offset=10", "offset=20", "offset=15", "offset=20", "limit=100"];
    assert_eq!(statuses(&simulator, &queries).await, [200, 200, 503, 503, 200, 200]);
}

#[tokio::test]
async fn the_next_requests_fail_and_those_behind_them_do_not() {
    let simulator = builder().start().await.unwrap();
    simulator.fail_next(2, CannedAnswer::new(StatusCode::BAD_GATEWAY).body(ErrorBody::Html));
    simulator.fail_next(1, Fault::NullArrays);
    assert_eq!(statuses(&simulator, &["", ""]).await, [502, 502]);
    assert_eq!(list(&simulator, "").await.body["tasks"], Value::Null);
    assert_eq!(list(&simulator, "").await.ids().len(), 10);
}

#[tokio::test]
async fn rules_come_and_go_while_it_runs() {
    let simulator = with_rules(&["list:status=500"]).await;
    simulator.add_rule(Rule::new(Operation::Any, CannedAnswer::new(StatusCode::NOT_FOUND)));
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    assert_eq!(list(&simulator, "").await.status, 500);
    assert_eq!(get(&simulator, &format!("{}/a", path(&simulator)), &headers).await.status, 404);
    simulator.clear_rules();
    assert_eq!(list(&simulator, "").await.status, 200);
}

#[tokio::test]
async fn what_was_asked_for_and_the_fault_it_was_given_are_recorded() {
    let simulator = with_rules(&["list,request=2:status=503", "list,request=3:reset=before-headers"]).await;
    assert_eq!(statuses(&simulator, &["", ""]).await, [200, 503]);
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let request = client.get(format!("{}{}", simulator.base_url(), path(&simulator)));
    let request = request.header("X-Auth-Token", simulator.token()).header("workspace", simulator.workspace());
    assert!(request.send().await.is_err());

    let requests = simulator.requests();
    let faults: Vec<_> = requests.iter().map(|request| request.fault.as_ref().map(ToString::to_string)).collect();
    assert_eq!(faults, [None, Some("status=503".to_owned()), Some("reset=before-headers".to_owned())]);
    assert_eq!(requests.iter().map(|request| request.status).collect::<Vec<_>>(), [200, 503, 200]);
    assert_eq!(requests.iter().map(|request| &request.request_id).collect::<BTreeSet<_>>().len(), 3);
}
