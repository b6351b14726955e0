//! The lists that tell the ids which other operations ask for: on the wire, against the mocks generated from the document,
//! and as walks against the simulator.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;

use dataarts_security::mock::MockServerExt;
use dataarts_security::types::{DataConnectionType, MemberSyncTask};
use dataarts_security::{CallOptions, Client, Credentials, Error, SharedLimits, Timestamp};
use dataarts_simulator::{DEMO_WORKSPACE, Simulator};
use httpmock::MockServer;
use serde_json::{Value, json};

const PROJECT: &str = "0833a5737480d53b2f25c010dc1a7b88";
const INSTANCE: &str = "dd97167b873d4a79b2aad54d4370a3bc";

/// Without a workspace, which whoever looks for one cannot know.
fn client(endpoint: &str, token: &str) -> Client {
    Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(endpoint)
        .project_id(PROJECT)
        .credentials(Credentials::token(token))
        .options(CallOptions::new().max_retries(0))
        .build()
        .unwrap()
}

fn mocked(server: &MockServer) -> Client {
    client(&server.base_url(), "t")
}

/// Answers every request with this.
fn answering(server: &MockServer, body: &Value) {
    server.mock(|when, then| {
        when.any_request();
        then.status(200).header("content-type", "application/json").body(body.to_string());
    });
}

#[tokio::test]
async fn instances_and_workspaces_are_asked_for_without_a_workspace() {
    let server = MockServer::start_async().await;
    let instances = server.list_instances(|when, then| {
        when.project_id(PROJECT).limit(7).offset(14).into_inner().header_missing("workspace");
        then.ok(&serde_json::from_value(json!({"count": 0, "commodity_orders": []})).unwrap());
    });
    let workspaces = server.list_workspaces(|when, then| {
        when.project_id(PROJECT).instance_id(INSTANCE).into_inner().header_missing("workspace");
        then.ok(&serde_json::from_value(json!({"count": 0, "data": []})).unwrap());
    });
    let client = mocked(&server);
    assert_eq!(client.list_instances().limit(7).offset(14).send().await.unwrap().count, Some(0));
    assert!(client.list_workspaces().instance_id(INSTANCE).send().await.unwrap().data.is_empty());
    instances.assert();
    workspaces.assert();
}

#[tokio::test]
async fn connections_are_filtered_by_texts_in_a_workspace() {
    let server = MockServer::start_async().await;
    let mock = server.list_data_connections(|when, then| {
        when.workspace("w")
            .name("a b")
            .type_(DataConnectionType::from("KAFKA"))
            .ip("10.0.0.1")
            .limit("100")
            .offset("0");
        then.ok(&serde_json::from_value(json!({"count": 0})).unwrap());
    });
    let request = mocked(&server).list_data_connections().workspace("w").name("a b").type_("KAFKA").ip("10.0.0.1");
    let page = request.clone().limit("100").offset("0").send().await.unwrap();
    assert!(page.data_connection_lists.is_empty());
    assert!(request.items().try_next().await.unwrap().is_none());
    // The walk asks for the same.
    mock.assert_calls(2);
}

#[tokio::test]
async fn times_are_read_as_whole_numbers_and_as_floats() {
    let server = MockServer::start_async().await;
    answering(
        &server,
        &json!({"data": [
            {"id": "a", "create_time": 1_710_856_132_000_i64, "update_time": 1_710_856_132_000.0, "is_default": 1},
            {"id": "b", "create_time": 0, "update_time": null, "later": {"deep": []}},
        ]}),
    );
    let page = mocked(&server).list_workspaces().instance_id(INSTANCE).send().await.unwrap();
    let time = Some(Timestamp::from_millisecond(1_710_856_132_000));
    assert_eq!((page.data[0].create_time, page.data[0].update_time), (time, time));
    assert!(page.data[1].create_time.unwrap().is_never() && page.data[1].update_time.is_none());
}

#[tokio::test]
async fn a_type_that_the_document_does_not_list_is_kept() {
    let server = MockServer::start_async().await;
    answering(&server, &json!({"data_connection_lists": [{"dw_id": "1", "dw_type": "KAFKA"}, {"dw_type": "RANGER"}]}));
    let page = mocked(&server).list_data_connections().workspace("w").send().await.unwrap();
    let kinds: Vec<_> = page.data_connection_lists.into_iter().filter_map(|found| found.dw_type).collect();
    assert_eq!(kinds, [DataConnectionType::Unrecognized("KAFKA".to_owned()), DataConnectionType::Ranger]);
}

#[tokio::test]
async fn every_field_of_the_document_decodes_and_is_written_back() {
    let document: Value = serde_saphyr::from_str(include_str!("../openapi/dataarts-security.yaml")).unwrap();
    let full = |name: &str| {
        let properties = document["components"]["schemas"][name]["properties"].as_object().unwrap();
        let value = |schema: &Value| match schema["type"].as_str() {
            Some("string") => json!("x"),
            _ if schema.to_string().contains("DataConnectionType") => json!("DWS"),
            _ => json!(1),
        };
        Value::Object(properties.iter().map(|(name, schema)| (name.clone(), value(schema))).collect())
    };
    let server = MockServer::start_async().await;
    for (schema, list, fields) in [
        ("CommodityOrder", "commodity_orders", 25),
        ("Workspace", "data", 16),
        ("DataConnection", "data_connection_lists", 9),
    ] {
        let item = full(schema);
        assert_eq!(item.as_object().unwrap().len(), fields, "{schema}");
        answering(&server, &json!({list: [item]}));
        let client = mocked(&server);
        let read = match schema {
            "CommodityOrder" => json!(client.list_instances().send().await.unwrap().commodity_orders[0]),
            "Workspace" => json!(client.list_workspaces().instance_id("i").send().await.unwrap().data[0]),
            _ => {
                json!(client.list_data_connections().workspace("w").send().await.unwrap().data_connection_lists[0])
            }
        };
        assert_eq!(read, item, "{schema}");
        server.reset();
    }
}

#[tokio::test]
async fn a_body_that_is_about_something_else_is_no_empty_page() {
    let server = MockServer::start_async().await;
    answering(&server, &json!({"error_code": "DAYU.4402", "error_msg": "no"}));
    let client = mocked(&server);
    let refused: [Error; 3] = [
        client.list_instances().send().await.unwrap_err(),
        client.list_workspaces().instance_id("i").send().await.unwrap_err(),
        client.list_data_connections().workspace("w").send().await.unwrap_err(),
    ];
    assert!(refused.iter().all(|error| error.code() == Some("DAYU.4402")), "{refused:?}");
}

#[tokio::test]
async fn what_is_out_of_bounds_is_not_sent() {
    let client = client("http://127.0.0.1:9", "t");
    let connections = || client.list_data_connections().workspace("w");
    for error in [
        client.list_instances().limit(101).send().await.unwrap_err(),
        client.list_workspaces().send().await.unwrap_err(),
        client.list_workspaces().instance_id("../x").send().await.unwrap_err(),
        client.list_data_connections().send().await.unwrap_err(),
        connections().limit("0").send().await.unwrap_err(),
        connections().limit("101").send().await.unwrap_err(),
        connections().offset("-1").send().await.unwrap_err(),
    ] {
        assert!(error.is_invalid_input(), "{error:?}");
    }
}

#[tokio::test]
async fn walks_lead_from_the_project_to_every_connection_that_a_task_names() {
    let simulator = Simulator::builder().generated_tasks(230, 7).start().await.unwrap();
    let client = client(&simulator.base_url(), simulator.token());
    let mut found = BTreeSet::new();
    let mut instances = client.list_instances().items();
    while let Some(instance) = instances.try_next().await.unwrap() {
        let mut workspaces = client.list_workspaces().instance_id(instance.resource_id.unwrap()).limit(1).items();
        while let Some(workspace) = workspaces.try_next().await.unwrap() {
            let request = client.list_data_connections().workspace(workspace.id.unwrap()).limit("40");
            let mut connections = request.items();
            while let Some(connection) = connections.try_next().await.unwrap() {
                assert!(found.insert(connection.dw_id), "twice");
            }
        }
    }
    let named: BTreeSet<_> =
        simulator.tasks().into_iter().map(|task: MemberSyncTask| task.data_connection_id).collect();
    assert!(found.is_superset(&named));
    assert_eq!(found.len(), 235);
}

#[tokio::test]
async fn a_filter_that_nothing_passes_gives_an_empty_list() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let client = client(&simulator.base_url(), simulator.token());
    let mut none = client.list_data_connections().workspace(DEMO_WORKSPACE).name("nowhere").items();
    assert!(none.try_next().await.unwrap().is_none());
}
