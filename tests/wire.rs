//! What goes over the wire and what is made of the answers, against the mocks generated from the document.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::error::Error as _;

use dataarts_security::mock::MockServerExt;
use dataarts_security::types::{
    ClusterType, ErrorBody, MemberSyncTask, MemberSyncTaskList, OrderBy, ScheduleStatus, SyncStatus,
};
use dataarts_security::{CallOptions, Client, Credentials, Error, Items, Pages, SharedLimits};
use httpmock::MockServer;
use serde_json::json;

#[path = "wire/decoding.rs"]
mod decoding;

const PROJECT: &str = "0833a5737480d53b2f25c010dc1a7b88";
const WORKSPACE: &str = "f7bc8f2a71524d268c4293974e3dc35b";
const TASK: &str = "088c2b59114405ab4fbc0df5bd05202b";

fn client_with(server: &MockServer, credentials: Credentials) -> Client {
    Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(server.base_url())
        .project_id(PROJECT)
        .workspace(WORKSPACE)
        .credentials(credentials)
        // What is looked at here is one request and its answer.
        .options(CallOptions::new().max_retries(0))
        .build()
        .unwrap()
}

fn client(server: &MockServer) -> Client {
    client_with(server, Credentials::token("t0ken-of-the-test"))
}

fn page(value: serde_json::Value) -> MemberSyncTaskList {
    serde_json::from_value(value).unwrap()
}

async fn refusal(server: &MockServer, status: u16, content_type: &str, body: &str) -> Error {
    let mock = server
        .mock_async(|when, then| {
            when.any_request();
            then.status(status).header("content-type", content_type).header("X-Request-Id", "request-1").body(body);
        })
        .await;
    let error = client(server).list_member_sync_tasks().send().await.unwrap_err();
    mock.assert_calls_async(1).await;
    mock.delete_async().await;
    error
}

#[tokio::test]
async fn a_token_goes_out_as_x_auth_token_with_the_workspace_and_nothing_else_of_the_kind() {
    let server = MockServer::start_async().await;
    let mock = server.list_member_sync_tasks(|when, then| {
        let when = when.project_id(PROJECT).workspace(WORKSPACE).into_inner();
        when.header("x-auth-token", "t0ken-of-the-test")
            .header_missing("authorization")
            .header_missing("api-version")
            .header_missing("x-sdk-date")
            .header("accept", "application/json")
            .header_prefix("user-agent", "dataarts-security/");
        then.ok(&page(json!({"total": 0, "tasks": []})));
    });
    let list = client(&server).list_member_sync_tasks().send().await.unwrap();
    assert_eq!(list.total, Some(0));
    mock.assert();
}

#[tokio::test]
async fn an_access_key_goes_out_as_a_signature_with_date_and_project() {
    let server = MockServer::start_async().await;
    let mock = server.show_member_sync_task(|when, then| {
        when.project_id(PROJECT)
            .workspace(WORKSPACE)
            .task_id(TASK)
            .into_inner()
            .header_matches(
                "authorization",
                "^SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host;workspace;x-project-id;x-sdk-date, Signature=[0-9a-f]{64}$",
            )
            .header_matches("x-sdk-date", "^[0-9]{8}T[0-9]{6}Z$")
            .header("x-project-id", PROJECT)
            .header("x-security-token", "temporary-1")
            .header_missing("x-auth-token")
            .header_missing("api-version");
        then.ok(&serde_json::from_value(json!({"id": TASK})).unwrap());
    });
    let credentials = Credentials::temporary_access_key("AK1", "SK1", "temporary-1");
    let task = client_with(&server, credentials).show_member_sync_task().task_id(TASK).send().await.unwrap();
    assert_eq!(task.id.as_deref(), Some(TASK));
    mock.assert();
}

#[tokio::test]
async fn the_signature_names_the_project_of_the_call() {
    let server = MockServer::start_async().await;
    let mock = server.list_member_sync_tasks(|when, then| {
        when.project_id("another").workspace("else").into_inner().header("x-project-id", "another");
        then.ok(&page(json!({"total": 0})));
    });
    let client = client_with(&server, Credentials::access_key("AK1", "SK1"));
    client.list_member_sync_tasks().project_id("another").workspace("else").send().await.unwrap();
    mock.assert();
}

#[tokio::test]
async fn every_filter_reaches_the_service_in_the_canonical_form_that_is_signed() {
    let server = MockServer::start_async().await;
    let mock = server.list_member_sync_tasks(|when, then| {
        when.cluster_name("a b+c/d*~集")
            .cluster_type(ClusterType::Dws)
            .limit(7)
            .offset(99_999)
            .order_by(OrderBy::SyncTime)
            .order_by_asc(false)
            .schedule_status(ScheduleStatus::Scheduling)
            .sync_status(SyncStatus::from("SYNC_NEW"));
        then.ok(&page(json!({"total": 0})));
    });
    let answer = client(&server)
        .list_member_sync_tasks()
        .cluster_name("a b+c/d*~集")
        .cluster_type("DWS")
        .limit(7)
        .offset(99_999)
        .order_by(OrderBy::SyncTime)
        .order_by_asc(false)
        .schedule_status(ScheduleStatus::Scheduling)
        .sync_status("SYNC_NEW")
        .send_with_response()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    mock.assert();
}

#[tokio::test]
async fn a_listing_asks_in_the_fixed_order_with_the_limit_as_page_size() {
    let server = MockServer::start_async().await;
    let mock = server.list_member_sync_tasks(|when, then| {
        when.limit(30).offset(0).order_by(OrderBy::CreateTime).order_by_asc(true);
        then.ok(&page(json!({"total": 2, "tasks": [{"id": "a"}, {"id": "b"}]})));
    });
    let mut items = client(&server).list_member_sync_tasks().limit(30).items();
    assert_eq!(items.try_next().await.unwrap().unwrap().id.as_deref(), Some("a"));
    assert_eq!(items.try_next().await.unwrap().unwrap().id.as_deref(), Some("b"));
    assert!(items.try_next().await.unwrap().is_none());
    assert!(items.try_next().await.unwrap().is_none());
    mock.assert();
}

#[tokio::test]
async fn a_listing_keeps_the_order_that_the_caller_chose_and_says_its_direction() {
    let server = MockServer::start_async().await;
    let mock = server.list_member_sync_tasks(|when, then| {
        when.limit(100).order_by(OrderBy::ClusterName).order_by_asc(true);
        then.ok(&page(json!({"total": 0, "tasks": []})));
    });
    let request = client(&server).list_member_sync_tasks().order_by(OrderBy::ClusterName);
    assert!(request.items().try_next().await.unwrap().is_none());
    mock.assert();
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_names_its_target() {
    let other = MockServer::start_async().await;
    let reached = other.mock_async(|when, then| {
        when.any_request();
        then.status(200).json_body(json!({"total": 0}));
    });
    let reached = reached.await;
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.any_request();
        then.status(302).header("location", other.url("/v1/elsewhere?token=1"));
    });
    let error = client(&server).list_member_sync_tasks().send().await.unwrap_err();
    assert!(error.is_redirect(), "{error:?}");
    assert_eq!(error.status().unwrap(), 302);
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    reached.assert_calls(0);
}

#[tokio::test]
async fn an_empty_first_page_that_claims_a_total_is_an_error_of_a_listing_and_not_of_one_page() {
    let server = MockServer::start_async().await;
    server.list_member_sync_tasks(|_, then| {
        then.ok(&page(json!({"total": 5, "tasks": []})));
    });
    let mut items = client(&server).list_member_sync_tasks().items();
    let error = items.try_next().await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("claims 5 items"), "{error}");
    assert!(items.try_next().await.unwrap().is_none());
    let first = client(&server).list_member_sync_tasks();
    for request in [first.clone(), first.clone().offset(0), first.offset(5)] {
        let page = request.send().await.unwrap();
        assert_eq!((page.total, page.tasks.len()), (Some(5), 0));
    }
}

#[tokio::test]
async fn refusals_of_every_shape_keep_status_code_message_and_request_id() {
    let server = MockServer::start_async().await;
    let json = "application/json";
    let cases = [
        (
            400,
            r#"{"errorCode": "DLS.6036", "errorMsg": "Workspace does not exists"}"#,
            "DLS.6036",
            "Workspace does not exists",
        ),
        (
            401,
            r#"{"error_code": "APIGW.0301", "error_msg": "bad token", "request_id": "body"}"#,
            "APIGW.0301",
            "bad token",
        ),
        (403, r#"{"error": {"code": 403, "message": "denied", "title": "Forbidden"}}"#, "403", "denied"),
        (429, r#"{"error_msg": "slow down", "error_code": "APIG.0308"}"#, "APIG.0308", "slow down"),
        (500, r#"{"code": "X", "message": "m"}"#, "X", "m"),
    ];
    for (status, body, code, message) in cases {
        let error = refusal(&server, status, json, body).await;
        assert!(error.is_service(), "{error:?}");
        assert_eq!(error.status().unwrap(), status);
        assert_eq!((error.code(), error.message()), (Some(code), message));
        assert_eq!(error.request_id(), Some("request-1"));
        assert_eq!(error.operation(), Some("list_member_sync_tasks"));
        assert_eq!(error.is_unauthorized(), status == 401);
        assert_eq!(error.is_throttled(), status == 429);
        assert_eq!(dataarts_security::is_workspace_not_found(&error), code == "DLS.6036");
    }
    let error = refusal(&server, 503, "text/html", "<html>private</html>").await;
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (503, None));
    assert_eq!(error.message(), "a body of 20 bytes (text/html) without an error code");
    assert_eq!(error.request_id(), Some("request-1"));
}

#[tokio::test]
async fn the_documented_error_bodies_pass_through_the_generated_types() {
    let server = MockServer::start_async().await;
    let body: ErrorBody = serde_json::from_value(json!({"error_code": "DLS.9", "error_msg": "m"})).unwrap();
    server.show_member_sync_task(|_, then| {
        then.client_error(400, &body);
    });
    let error = client(&server).show_member_sync_task().task_id(TASK).send().await.unwrap_err();
    assert_eq!(error.code(), Some("DLS.9"));
}

#[tokio::test]
async fn a_secret_that_a_server_echoes_is_not_shown() {
    let server = MockServer::start_async().await;
    let body = r#"{"error_code": "X.t0ken-of-the-test", "error_msg": "you sent t0ken-of-the-test"}"#;
    let error = refusal(&server, 401, "application/json", body).await;
    assert_eq!(error.message(), "you sent [redacted]");
    assert!(!format!("{error} {error:?} {:?}", error.source()).contains("t0ken-of-the-test"));
}

#[tokio::test]
async fn bad_input_is_refused_by_name_and_nothing_is_sent() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        when.any_request();
        then.status(500);
    });
    let client = client(&server);
    let list = || client.list_member_sync_tasks();
    let show = || client.show_member_sync_task();
    for id in ["", "..", ".", "a/b", "a\nb", "a b", "%2e%2e", "é", &"a".repeat(129)] {
        assert_refused(show().task_id(id).send().await, "task_id");
        assert_refused(list().project_id(id).send().await, "project_id");
        assert_refused(list().workspace(id).send().await, "workspace");
        assert_refused(list().workspace(id).items().try_next().await, "workspace");
    }
    for limit in [0, 101, -1] {
        assert_refused(list().limit(limit).send().await, "limit");
        assert_refused(list().limit(limit).items().try_next().await, "limit");
    }
    assert_refused(list().limit(10_000_000_000_i64).items().try_next().await, "limit");
    assert_refused(list().offset(100_000).send().await, "offset");
    assert_refused(list().offset(-1).send().await, "offset");
    assert_refused(list().offset(0).items().try_next().await, "offset");
    assert_refused(list().offset(10).items().into_pages().try_next().await, "offset");
    assert_refused(show().send().await, "task_id");
    mock.assert_calls(0);
}

fn assert_refused<T: std::fmt::Debug>(result: Result<T, Error>, name: &str) {
    let error = result.unwrap_err();
    assert!(error.is_invalid_input(), "{error:?}");
    assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
}

#[tokio::test]
async fn what_a_client_does_not_know_each_call_must_say() {
    let server = MockServer::start_async().await;
    let client = Client::builder().endpoint(server.base_url()).credentials(Credentials::token("t")).build().unwrap();
    assert_refused(client.list_member_sync_tasks().workspace("w").send().await, "project_id");
    assert_refused(client.list_member_sync_tasks().project_id("p").send().await, "workspace");
}

#[tokio::test]
async fn a_host_that_does_not_resolve_is_named_with_its_region() {
    let client = Client::builder()
        .shared_limits(SharedLimits::new())
        .region("xx-nowhere-9")
        .project_id(PROJECT)
        .workspace(WORKSPACE)
        .credentials(Credentials::token("t"))
        .build()
        .unwrap();
    let error = client.list_member_sync_tasks().send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("dayu.xx-nowhere-9.myhuaweicloud.com (region xx-nowhere-9)"), "{text}");
    assert!(text.contains("does not resolve"), "{text}");
}

#[tokio::test]
async fn a_refused_connection_is_told_apart_from_a_refused_request() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(format!("http://127.0.0.1:{port}"))
        .project_id(PROJECT)
        .workspace(WORKSPACE)
        .credentials(Credentials::token("t"))
        .build()
        .unwrap();
    let error = client.list_member_sync_tasks().send().await.unwrap_err();
    assert!(error.is_connect() && !error.is_service(), "{error:?}");
    assert!(error.status().is_none() && !error.to_string().contains("http://"), "{error}");
}

#[tokio::test]
async fn a_wire_type_is_built_for_a_mock() {
    let task: MemberSyncTask =
        MemberSyncTask::builder().id("a".to_owned()).sync_status(SyncStatus::SyncFail).try_into().unwrap();
    assert_eq!(serde_json::to_value(&task).unwrap(), json!({"id": "a", "sync_status": "SYNC_FAIL"}));
}

#[test]
fn futures_and_streams_may_cross_threads_and_outlive_the_client() {
    fn crosses<T: Send + 'static>(_: &T) {}
    fn unpin<T: Unpin>(_: &T) {}
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Client>();
    let client = Client::builder().region("cn-north-4").credentials(Credentials::token("t")).build().unwrap();
    let items: Items<MemberSyncTask> = client.list_member_sync_tasks().items();
    let pages: Pages<MemberSyncTask> = client.list_member_sync_tasks().items().into_pages();
    let send = client.list_member_sync_tasks().send();
    drop(client);
    crosses(&items);
    crosses(&pages);
    crosses(&send);
    unpin(&items);
    unpin(&pages);
}

#[test]
fn no_debug_shows_a_secret() {
    for credentials in
        [Credentials::token("hunter2-token"), Credentials::temporary_access_key("ak", "hunter2-sk", "hunter2-st")]
    {
        let builder = Client::builder().region("cn-north-4").credentials(credentials);
        let client = builder.clone().build().unwrap();
        let text = format!("{builder:?} {client:?} {:?}", client.list_member_sync_tasks());
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_its_status_and_request_id_however_large_its_body_is() {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.any_request();
        then.status(403).header("X-Request-Id", "request-1").body("private ".repeat(100));
    });
    let client = client(&server).with_options(CallOptions::new().max_response_size(10));
    let error = client.list_member_sync_tasks().send().await.unwrap_err();
    assert!(error.is_service() && error.is_forbidden() && !error.is_decode(), "{error}");
    assert_eq!(error.request_id(), Some("request-1"));
    assert!(!error.to_string().contains("private"), "{error}");
}
