//! A crate that `huaweicloud-codegen` wrote for another service: its requests carry what the document says, and the
//! pagination and the signatures are those of huaweicloud-core.

use notifications::mock::{MockServerExt as _, httpmock};
use notifications::types::{Message, TopicList};
use notifications::{Client, Credentials};
use serde_json::{from_value, json};

fn client(service: &httpmock::MockServer) -> Client {
    let core = huaweicloud_core::Client::builder().endpoint(service.base_url()).project_id("p");
    Client::new(core.credentials(Credentials::access_key("id", "secret")).build().unwrap())
}

fn topics(numbers: std::ops::Range<u32>) -> TopicList {
    let topics: Vec<_> = numbers.map(|number| json!({ "topic_urn": format!("urn:{number:03}") })).collect();
    from_value(json!({ "topics": topics, "topic_count": 150 })).unwrap()
}

#[tokio::test]
async fn a_list_is_read_page_by_page_with_signed_requests() {
    let service = httpmock::MockServer::start_async().await;
    let pages = [(0, 0..100), (95, 95..150)].map(|(offset, numbers)| {
        service.mock(|when, then| {
            let when = when.method("GET").path("/v2/p/notifications/topics").query_param("offset", offset.to_string());
            when.query_param("limit", "100").header_exists("authorization").header_exists("x-sdk-date");
            then.status(200).json_body_obj(&topics(numbers));
        })
    });
    let read = client(&service).list_topics().items().pages_in_flight(1).collect().await.unwrap();
    let urns: Vec<_> = read.into_iter().filter_map(|topic| topic.topic_urn).collect();
    assert_eq!(urns, (0..150).map(|number| format!("urn:{number:03}")).collect::<Vec<_>>());
    for page in pages {
        page.assert();
    }
}

#[tokio::test]
async fn an_operation_that_writes_sends_its_body_once() {
    let service = httpmock::MockServer::start_async().await;
    let message: Message = from_value(json!({ "message": "disk is full" })).unwrap();
    let published = service.publish_message(|when, then| {
        when.project_id("p").topic_urn("urn:1").body(&message);
        then.ok(&from_value(json!({ "message_id": "m1" })).unwrap());
    });
    let response = client(&service).publish_message().topic_urn("urn:1").body(message).send().await.unwrap();
    assert_eq!(response.message_id.as_deref(), Some("m1"));
    published.assert();
}

#[tokio::test]
async fn an_operation_is_found_in_the_table_and_sent_by_its_name() {
    let service = httpmock::MockServer::start_async().await;
    let refusing = service.mock(|when, then| {
        when.path("/v2/p/notifications/topics");
        then.status(403).body(r#"{"error_code":"EXAMPLE.0004","error_msg":"no"}"#);
    });
    let operation = huaweicloud_core::operations::find(notifications::operations::all(), "ListTopics").unwrap();
    let error = client(&service).core().raw(operation).parameter("limit", "5").send().await.unwrap_err();
    assert_eq!((error.is_forbidden(), error.code()), (true, Some("EXAMPLE.0004")));
    refusing.assert();
    let too_many = client(&service).core().raw(operation).parameter("limit", "500").send().await.unwrap_err();
    assert!(too_many.is_invalid_input(), "{too_many}");
}
