//! What is made of bodies that are not what the OpenAPI document describes.

use dataarts_security::Timestamp;
use httpmock::MockServer;
use serde_json::json;

use crate::{TASK, client, refusal};

#[tokio::test]
async fn a_200_that_is_not_a_list_is_an_error_and_never_an_empty_listing() {
    let server = MockServer::start_async().await;
    let json = "application/json";
    for body in [
        "{}",
        "[]",
        "[1, []]",
        "null",
        "",
        "<html>private</html>",
        "{\"data\": [1]}",
        "{\"tasks\": null, \"total\": null}",
        "{\"tasks\": {\"id\": \"private\"}}",
        "{\"total\": \"private\"}",
        "{\"total\": 1, \"tasks\": [",
    ] {
        let error = refusal(&server, 200, json, body).await;
        assert!(error.is_decode(), "{body}: {error:?}");
        assert_eq!(error.status().unwrap(), 200, "{body}");
        assert_eq!(error.request_id(), Some("request-1"), "{body}");
        assert!(!error.to_string().contains("private"), "{error}");
    }
    let error = refusal(&server, 200, json, r#"{"error_code": "DLS.1", "error_msg": "no"}"#).await;
    assert!(error.is_service() && error.code() == Some("DLS.1"), "{error:?}");
    let error = refusal(&server, 200, json, r#"{"total": 1, "tasks": [{"id": "a", "sync_time": "x"}]}"#).await;
    assert_eq!(error.json_path(), Some("tasks[0].sync_time"));
}

#[tokio::test]
async fn a_task_without_any_field_is_an_error() {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.any_request();
        then.status(200).json_body(json!({"unexpected": 1}));
    });
    let error = client(&server).show_member_sync_task().task_id(TASK).send().await.unwrap_err();
    assert!(error.is_decode(), "{error:?}");
}

#[tokio::test]
async fn one_odd_value_does_not_cost_the_list() {
    let server = MockServer::start_async().await;
    let body = r#"{"total": "9", "total": "2", "tasks": [
        {"id": 7, "cluster_name": "cut \ud83d", "schedule_interval": "4.0", "sync_time": "2024-03-20T10:25:16.123+08:00"},
        {"id": "a", "id": "b", "cluster_name": "whole", "schedule_interval": 4.0, "sync_time": 1710901516.123}
    ]}"#;
    server.mock(|when, then| {
        when.any_request();
        then.status(200).body(format!("\u{feff}{body}"));
    });
    let mut items = client(&server).list_member_sync_tasks().items();
    for (id, name) in [("7", "cut \u{fffd}"), ("b", "whole")] {
        let task = items.try_next().await.unwrap().unwrap();
        assert_eq!((task.id.as_deref(), task.cluster_name.as_deref()), (Some(id), Some(name)));
        assert_eq!(task.schedule_interval, Some(4));
        assert_eq!(task.sync_time, Some(Timestamp::from_millisecond(1_710_901_516_123)));
    }
    assert!(items.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_value_that_is_not_understood_is_named_by_path_and_type() {
    let server = MockServer::start_async().await;
    let body = r#"{"total": 1, "tasks": [{"id": "a", "sync_time": "2024-03-20T10:25:16"}]}"#;
    let error = refusal(&server, 200, "application/json", body).await;
    assert!(error.is_decode(), "{error:?}");
    assert_eq!(error.json_path(), Some("tasks[0].sync_time"));
    let expected = "expected a time in milliseconds or in ISO 8601 with a zone, found another string";
    assert!(error.message().ends_with(expected), "{error}");
}

#[tokio::test]
async fn a_refusal_in_base64_is_read_as_what_it_holds_whatever_its_status() {
    let server = MockServer::start_async().await;
    // {"error_code":"APIG.0301","error_msg":"Incorrect IAM authentication information"}
    let body =
        "eyJlcnJvcl9jb2RlIjoiQVBJRy4wMzAxIiwiZXJyb3JfbXNnIjoiSW5jb3JyZWN0IElBTSBhdXRoZW50aWNhdGlvbiBpbmZvcm1hdGlvbiJ9";
    for status in [401, 200] {
        for content_type in ["application/json", "text/plain"] {
            let error = refusal(&server, status, content_type, body).await;
            assert!(error.is_service(), "{error:?}");
            assert_eq!(error.status().unwrap(), status);
            assert_eq!(error.code(), Some("APIG.0301"));
            assert_eq!(error.message(), "Incorrect IAM authentication information");
        }
    }
}
