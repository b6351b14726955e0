//! Instances, workspaces and data connections, as clients find the ids that they need.

use std::collections::BTreeSet;

use dataarts_simulator::{DEMO_WORKSPACE, Simulator};
use serde_json::Value;

use crate::support::{Answer, get};

async fn simulator() -> Simulator {
    Simulator::builder().demo_data().start().await.unwrap()
}

/// Asks without a workspace.
async fn ask(simulator: &Simulator, target: &str) -> Answer {
    let target = format!("/v1/{}/{target}", simulator.project_id());
    get(simulator, &target, &[("X-Auth-Token", simulator.token())]).await
}

async fn connections(simulator: &Simulator, workspace: &str, query: &str) -> Answer {
    let target = format!("/v1/{}/data-connections?{query}", simulator.project_id());
    get(simulator, &target, &[("X-Auth-Token", simulator.token()), ("workspace", workspace)]).await
}

/// The texts under `name` of the items in the list `items`.
fn texts(answer: &Answer, items: &str, name: &str) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let items = answer.body[items].as_array().unwrap();
    items.iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_way_from_the_project_to_every_connection_that_a_task_names() {
    let simulator = simulator().await;
    let mut found = BTreeSet::new();
    for instance in texts(&ask(&simulator, "instances").await, "commodity_orders", "resource_id") {
        let workspaces = ask(&simulator, &format!("workspaces/{instance}")).await;
        for workspace in texts(&workspaces, "data", "id") {
            let page = connections(&simulator, &workspace, "limit=100").await;
            for id in texts(&page, "data_connection_lists", "dw_id") {
                found.insert((instance.clone(), workspace.clone(), id));
            }
        }
    }
    let tasks = simulator.tasks();
    for task in &tasks {
        let named = [&task.instance_id, &task.data_connection_workspace, &task.data_connection_id];
        let [instance, workspace, connection] = named.map(|id| id.clone().unwrap());
        assert!(found.contains(&(instance, workspace, connection)), "{:?}", task.cluster_name);
    }
    assert_eq!(found.len(), tasks.len() + 5);
}

#[tokio::test]
async fn pages_are_cut_by_numbers_and_by_texts_alike() {
    let simulator = Simulator::builder().generated_tasks(45, 7).start().await.unwrap();
    let whole = texts(&connections(&simulator, DEMO_WORKSPACE, "limit=100").await, "data_connection_lists", "dw_id");
    assert_eq!(whole.len(), 50);
    let mut pages = Vec::new();
    while pages.len() < whole.len() {
        let page = connections(&simulator, DEMO_WORKSPACE, &format!("limit=7&offset={}", pages.len())).await;
        assert_eq!((&page.body["total_size"], &page.body["max_records"]), (&50.into(), &50.into()));
        let ids = texts(&page, "data_connection_lists", "dw_id");
        assert_eq!(page.body["count"], ids.len());
        pages.extend(ids);
    }
    assert_eq!(pages, whole);
    let unsized_page = connections(&simulator, DEMO_WORKSPACE, "").await;
    assert_eq!(unsized_page.body["count"], 20);

    let none = ask(&simulator, "instances?limit=1&offset=1").await;
    assert_eq!((texts(&none, "commodity_orders", "resource_id").len(), &none.body["count"]), (0, &1.into()));
}

#[tokio::test]
async fn filters_of_connections_are_combined() {
    let simulator = simulator().await;
    let list = |query: &'static str| {
        let simulator = &simulator;
        async move { texts(&connections(simulator, DEMO_WORKSPACE, query).await, "data_connection_lists", "dw_name") }
    };
    assert!(list("type=RANGER&limit=100").await.iter().all(|name| !name.contains("dws")));
    assert_eq!(list("name=orders").await, ["conn_dws_prod_orders"]);
    assert_eq!(list("name=orders&type=HIVE").await, Vec::<String>::new());

    let page = connections(&simulator, DEMO_WORKSPACE, "name=orders").await;
    let description = page.body["data_connection_lists"][0]["description"].as_str().unwrap();
    let address = description.strip_prefix("DWS at ").unwrap();
    let found = connections(&simulator, DEMO_WORKSPACE, &format!("ip={address}")).await;
    assert_eq!(texts(&found, "data_connection_lists", "dw_name"), ["conn_dws_prod_orders"]);
}

#[tokio::test]
async fn a_connection_outlives_its_task() {
    let simulator = simulator().await;
    let task = simulator.tasks().into_iter().find(|task| task.cluster_name.as_deref() == Some("dws_prod_orders"));
    assert!(simulator.remove(&task.unwrap().id.unwrap()).is_some());
    let page = connections(&simulator, DEMO_WORKSPACE, "name=orders").await;
    assert_eq!(texts(&page, "data_connection_lists", "dw_name"), ["conn_dws_prod_orders"]);
}

#[tokio::test]
async fn every_workspace_that_a_task_names_is_let_in_and_no_other() {
    let simulator = Simulator::builder().demo_data().workspace("w").start().await.unwrap();
    for workspace in ["w", DEMO_WORKSPACE] {
        let page = connections(&simulator, workspace, "").await;
        assert_eq!(page.status, 200, "{workspace}");
    }
    let refused = connections(&simulator, "elsewhere", "").await;
    assert_eq!((refused.status, &refused.body["errorCode"]), (400, &"DLS.6036".into()));
    let missing = ask(&simulator, "data-connections").await;
    assert_eq!(missing.refusal(), (400, "APIGW.0106"));
}

#[tokio::test]
async fn what_the_service_does_not_take_is_refused_by_name() {
    let simulator = simulator().await;
    for (query, name) in [("limit=0", "limit"), ("limit=101", "limit"), ("offset=x", "offset"), ("type=ORACLE", "type")]
    {
        let refused = connections(&simulator, DEMO_WORKSPACE, query).await;
        assert_eq!(refused.refusal(), (400, "DLS.1001"), "{query}");
        assert!(refused.message().contains(name), "{query}");
    }
    assert_eq!(ask(&simulator, "instances?limit=-1").await.refusal(), (400, "DLS.1001"));
    assert_eq!(ask(&simulator, "workspaces/0").await.refusal(), (400, "DAYU.4402"));
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let simulator = simulator().await;
    for path in ["instances", "workspaces/0", "data-connections"] {
        let target = format!("/v1/{}/{path}", simulator.project_id());
        assert_eq!(get(&simulator, &target, &[]).await.refusal(), (401, "APIGW.0301"), "{path}");
    }
}

#[tokio::test]
async fn without_tasks_there_is_a_place_and_nothing_in_it() {
    let simulator = Simulator::builder().start().await.unwrap();
    let instances = ask(&simulator, "instances").await;
    let [instance] = texts(&instances, "commodity_orders", "resource_id").try_into().unwrap();
    let workspaces = ask(&simulator, &format!("workspaces/{instance}")).await;
    assert_eq!(texts(&workspaces, "data", "id"), [simulator.workspace()]);
    let page = connections(&simulator, simulator.workspace(), "").await;
    assert_eq!(page.body["data_connection_lists"], Value::Array(Vec::new()));
}
