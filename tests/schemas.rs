//! The schemas of the feature `schemars`, judged by a validator that knows nothing of this crate.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use dataarts_security::types;
use jsonschema::Validator;
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

fn validator<T: JsonSchema>() -> Validator {
    let schema = serde_json::to_value(schema_for!(T)).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn complaints<T: JsonSchema>(value: &Value) -> Vec<String> {
    validator::<T>().iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The example that the API page has for the list of tasks.
fn example() -> Value {
    let document = include_str!("../openapi/dataarts-security.yaml");
    let document: Value = serde_saphyr::from_str(document).unwrap();
    let answer = &document["paths"]["/v1/{project_id}/security/member-sync-tasks"]["get"]["responses"]["200"];
    let example = &answer["content"]["application/json"]["example"];
    assert!(example["tasks"].is_array(), "{answer}");
    example.clone()
}

#[test]
fn the_example_of_the_page_is_valid() {
    assert_eq!(complaints::<types::MemberSyncTaskList>(&example()), [""; 0]);
}

#[test]
fn what_the_client_reads_is_valid() {
    let task = json!({ "id": "a", "sync_status": "PAUSED", "sync_time": null, "create_time": 0, "invented": [1] });
    for list in [json!({}), json!({ "tasks": null, "total": null }), json!({ "tasks": [task] })] {
        serde_json::from_value::<types::MemberSyncTaskList>(list.clone()).unwrap();
        assert_eq!(complaints::<types::MemberSyncTaskList>(&list), [""; 0]);
    }
}

#[test]
fn what_the_client_does_not_read_is_not_valid() {
    for (list, place) in [
        (json!([]), ""),
        (json!({ "tasks": {} }), "/tasks"),
        (json!({ "tasks": [{ "sync_status": 1 }] }), "/tasks/0/sync_status"),
        (json!({ "tasks": [{ "sync_time": "2024-03-20T02:25:16Z" }] }), "/tasks/0/sync_time"),
        (json!({ "tasks": [{ "cluster_name": {} }] }), "/tasks/0/cluster_name"),
    ] {
        assert!(serde_json::from_value::<types::MemberSyncTaskList>(list.clone()).is_err(), "{list}");
        let found = complaints::<types::MemberSyncTaskList>(&list);
        assert!(found.iter().any(|complaint| complaint.starts_with(&format!("{place}: "))), "{list}: {found:?}");
    }
}

#[test]
fn every_wire_type_has_a_schema_that_describes_it() {
    let schema = serde_json::to_value(schema_for!(types::MemberSyncTask)).unwrap();
    assert!(schema["description"].as_str().unwrap().contains("synchronisation task"), "{schema}");
    assert_eq!(schema["properties"]["cluster_name"]["description"], "Name of the cluster.");
    let status = serde_json::to_value(schema_for!(types::SyncStatus)).unwrap();
    assert_eq!(status["anyOf"][0]["enum"], json!(types::SyncStatus::VALUES));
    validator::<types::MemberSyncTaskList>();
    validator::<types::InstanceList>();
    validator::<types::WorkspaceList>();
    validator::<types::DataConnectionList>();
    validator::<types::ErrorBody>();
    validator::<types::ServiceError>();
    validator::<types::WorkspaceError>();
    validator::<types::ClusterType>();
    validator::<types::OrderBy>();
    validator::<types::SchedulePeriod>();
    validator::<types::ScheduleStatus>();
    validator::<types::DataConnectionType>();
}
