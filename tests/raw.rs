//! Operations called by their names: the same requests as the builders send, and bodies as they came.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use dataarts_security::{CallOptions, Client, Credentials, Error, RawRequest, SharedLimits, operations};
use dataarts_simulator::{DEMO_WORKSPACE, Simulator};
use http::Method;
use httpmock::MockServer;

fn client(endpoint: &str, token: &str) -> Client {
    Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(endpoint)
        .project_id("0833a5737480d53b2f25c010dc1a7b88")
        .workspace(DEMO_WORKSPACE)
        .credentials(Credentials::token(token))
        .options(CallOptions::new().max_retries(0))
        .build()
        .unwrap()
}

fn raw(client: &Client, name: &str) -> RawRequest {
    client.raw(operations::find(name).unwrap())
}

async fn refused(request: RawRequest) -> String {
    let error: Error = request.send().await.unwrap_err();
    assert!(error.is_invalid_input(), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn the_request_is_the_one_that_a_builder_sends() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let client = client(&simulator.base_url(), simulator.token());
    let typed = client.list_member_sync_tasks().limit(3).cluster_name("a b+c/d*~集").order_by_asc(true);
    typed.send().await.unwrap();
    let untyped = raw(&client, "ListSecurityMemberSyncTasks").parameter("order_by_asc", "true").parameter("limit", "3");
    assert!(untyped.parameter("cluster_name", "a b+c/d*~集").send().await.is_ok());
    let requests = simulator.requests();
    let seen = |index: usize| {
        let request = &requests[index];
        let mut headers = request.headers.clone();
        headers.sort();
        (request.method.clone(), request.path.clone(), request.query.clone(), headers)
    };
    assert_eq!(seen(0), seen(1));
}

#[tokio::test]
async fn every_operation_can_be_called() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let client = client(&simulator.base_url(), simulator.token());
    let tasks = simulator.tasks();
    for operation in operations::all() {
        let mut request = client.raw(operation);
        for parameter in operation.parameters {
            request = match parameter.name {
                "task_id" => request.parameter("task_id", tasks[0].id.clone().unwrap()),
                "instance_id" => request.parameter("instance_id", tasks[0].instance_id.clone().unwrap()),
                _ => request,
            };
        }
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.request_id().is_some()), (200, true), "{}", operation.id);
    }
}

#[tokio::test]
async fn a_body_is_given_as_it_came_a_refusal_too() {
    let server = MockServer::start_async().await;
    let body = "\u{feff}{\"tasks\" : [ ],\r\n \"new\":1.0}\n\n";
    for status in [200, 403] {
        let mut mock = server.mock(|when, then| {
            when.any_request();
            then.status(status).body(body);
        });
        let outcome = raw(&client(&server.base_url(), "t"), "list_member_sync_tasks").send().await;
        let (came, got) = match outcome {
            Ok(response) => (response.status(), response.into_value()),
            Err(error) => (error.status().unwrap(), error.body().unwrap().clone()),
        };
        assert_eq!((came.as_u16(), &got[..]), (status, body.as_bytes()));
        mock.delete();
    }
}

#[tokio::test]
async fn a_refusal_that_repeats_the_token_is_given_without_it() {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.any_request();
        then.status(401).body("{\"error_msg\": \"bad token hunter2hunter2\"}");
    });
    let answer = raw(&client(&server.base_url(), "hunter2hunter2"), "list_instances").send().await;
    let error = answer.unwrap_err();
    assert_eq!(error.body().unwrap(), &b"{\"error_msg\": \"bad token [redacted]\"}"[..]);
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_before_anything_is_sent() {
    let client = client("http://127.0.0.1:9", "t");
    let list = || raw(&client, "list_member_sync_tasks");
    let message = refused(list().parameter("lmit\n", "1")).await;
    assert!(message.contains("`lmit\\n` is no parameter of list_member_sync_tasks; it has project_id, "), "{message}");
    for (request, expected) in [
        (list().parameter("limit", "101"), "`limit` is 101; allowed is 1 to 100"),
        (list().parameter("limit", "ten"), "`limit` is \"ten\"; allowed is a whole number"),
        (list().parameter("limit", "1").parameter("limit", "2"), "`limit` is given more than once"),
        (list().parameter("workspace", "a\r\nb"), "`workspace` is \"a\\r\\nb\", which cannot stand there"),
        (list().body("{}"), "list_member_sync_tasks takes no body"),
        (raw(&client, "show_member_sync_task"), "`task_id` is missing"),
        (raw(&client, "show_member_sync_task").parameter("task_id", ".."), "`task_id` is \"..\""),
    ] {
        let message = refused(request).await;
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn without_bounds_the_service_has_the_word_and_the_request_stays_whole() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let client = client(&simulator.base_url(), simulator.token());
    let list = || raw(&client, "list_member_sync_tasks").without_bounds();
    for (name, value) in [("limit", "101"), ("limit", "ten"), ("offset", "-1"), ("order_by_asc", "perhaps")] {
        let error = list().parameter(name, value).send().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 400, "{name}={value}");
    }
    list().parameter("limit", "0").send().await.unwrap();
    assert_eq!(simulator.requests().len(), 5);
    for request in [
        list().parameter("workspace", "a\r\nb"),
        list().parameter("lmit", "1"),
        raw(&client, "show_member_sync_task").without_bounds().parameter("task_id", "../x"),
    ] {
        refused(request).await;
    }
    assert_eq!(simulator.requests().len(), 5);
}

#[tokio::test]
async fn a_call_that_gets_no_answer_is_an_error() {
    let error = raw(&client("http://127.0.0.1:9", "t"), "list_instances").send().await.unwrap_err();
    assert!(error.is_connect() && error.operation() == Some("list_instances"), "{error:?}");
}

#[tokio::test]
async fn any_method_and_path_is_authenticated_and_retried() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let client = client(&simulator.base_url(), simulator.token()).with_options(CallOptions::new().max_retries(2));
    simulator.add_rule("list,times=1:status=503".parse().unwrap());
    let request = client.request(Method::GET, "/v1/{project_id}/security/member-sync-tasks");
    let response = request.header("workspace", DEMO_WORKSPACE).parameter("limit", "3").send().await.unwrap();
    let page: serde_json::Value = serde_json::from_slice(response.value()).unwrap();
    assert_eq!(page["tasks"].as_array().unwrap().len(), 3);
    let requests = simulator.requests();
    assert_eq!(requests.iter().map(|request| request.status).collect::<Vec<_>>(), [503, 200]);
    assert!(requests.iter().all(|request| request.query == "limit=3" && request.header("x-auth-token").is_some()));
    let error = client.request(Method::GET, "/v1/no/such/path").send().await.unwrap_err();
    assert_eq!((error.operation(), error.status().unwrap().as_u16()), (Some("request"), 404));
}

#[tokio::test]
async fn a_request_by_path_that_is_not_idempotent_is_sent_once() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.method("POST").path("/v1/0833a5737480d53b2f25c010dc1a7b88/search").body("{}");
        then.status(503);
    });
    let client = client(&server.base_url(), "t").with_options(CallOptions::new().max_retries(1));
    let request = || client.request(Method::POST, "/v1/{project_id}/search").body("{}");
    let error = request().send().await.unwrap_err();
    assert!(error.may_have_been_applied() && error.attempts() == 1, "{error}");
    let error = request().idempotent(true).send().await.unwrap_err();
    assert!(error.may_have_been_applied() && error.attempts() == 2, "{error}");
    mock.assert_calls(3);
}

#[tokio::test]
async fn a_request_by_path_that_would_turn_elsewhere_is_rejected() {
    let client = client("http://127.0.0.1:9", "t");
    let request = |path: &str| client.request(Method::GET, path);
    for (request, expected) in [
        (request("v1/x"), "begins with a slash"),
        (request("@evil.example/x"), "begins with a slash"),
        (request("/v1/x").header("Host", "evil.example"), "`host` is set by the client"),
        (request("/v1/x").header("X-Auth-Token", "other"), "`x-auth-token` is set by the client"),
        (request("/v1/x").header("a b", "c"), "invalid header name `a b`"),
        (request("/v1/x").header("a", "b\r\nc: d"), "a header cannot hold the value given"),
    ] {
        let message = refused(request).await;
        assert!(message.contains(expected), "{message}");
    }
}
