//! Tasks as clients read them, and as tests change them meanwhile.

use std::collections::BTreeSet;

use dataarts_security::types::{MemberSyncTask, SyncStatus};
use dataarts_simulator::Simulator;

use crate::support::{get, list, path};

async fn simulator() -> Simulator {
    Simulator::builder().demo_data().start().await.unwrap()
}

/// Ids of all pages in turn.
async fn walk(simulator: &Simulator, query: &str, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let page = list(simulator, &format!("{query}&limit={limit}&offset={}", ids.len())).await;
        assert_eq!(page.status, 200, "{page:?}");
        let page = page.ids();
        if page.is_empty() {
            return ids;
        }
        ids.extend(page);
    }
}

#[tokio::test]
async fn pages_of_any_size_give_every_task_once_in_every_order() {
    let simulator = simulator().await;
    let all: BTreeSet<String> = simulator.tasks().into_iter().filter_map(|task| task.id).collect();
    for order in ["CLUSTER_NAME", "CREATE_TIME", "UPDATE_TIME", "SYNC_TIME"] {
        for ascending in [true, false] {
            let query = format!("order_by={order}&order_by_asc={ascending}");
            let whole = walk(&simulator, &query, 100).await;
            assert_eq!(whole.len(), all.len());
            assert_eq!(whole.iter().cloned().collect::<BTreeSet<_>>(), all);
            for limit in [1, 7] {
                assert_eq!(walk(&simulator, &query, limit).await, whole, "{query} {limit}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_holds_ten_unless_told_otherwise_and_the_total_counts_all() {
    let simulator = simulator().await;
    let page = list(&simulator, "").await;
    assert_eq!(page.ids().len(), 10);
    assert_eq!(page.body["total"], simulator.tasks().len());
    let empty = list(&simulator, "limit=0").await;
    assert_eq!((empty.ids().len(), &empty.body["total"]), (0, &page.body["total"]));
}

#[tokio::test]
async fn the_total_is_the_one_under_the_filter() {
    let simulator = simulator().await;
    for (query, matches) in [
        (
            "sync_status=SYNC_FAIL",
            (|task| task.sync_status == Some(SyncStatus::SyncFail)) as fn(&MemberSyncTask) -> bool,
        ),
        ("cluster_name=%E7%94%9F%E4%BA%A7", |task| {
            task.cluster_name.as_ref().is_some_and(|name| name.contains("生产"))
        }),
        ("cluster_name=nowhere", |_| false),
    ] {
        let expected = simulator.tasks().iter().filter(|task| matches(task)).count();
        let page = list(&simulator, &format!("{query}&limit=2")).await;
        assert_eq!(page.body["total"], expected, "{query}");
        assert_eq!(page.ids().len(), expected.min(2));
    }
}

#[tokio::test]
async fn showing_a_task_gives_what_listing_does() {
    let simulator = simulator().await;
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    let page = list(&simulator, "limit=100").await;
    for task in page.body["tasks"].as_array().unwrap() {
        let target = format!("{}/{}", path(&simulator), task["id"].as_str().unwrap());
        let shown = get(&simulator, &target, &headers).await;
        assert_eq!((shown.status, &shown.body), (200, task));
    }
}

#[tokio::test]
async fn changes_are_seen_by_the_next_request() {
    let simulator = Simulator::builder().start().await.unwrap();
    let mut task = MemberSyncTask::default();
    task.id = Some("a".to_owned());
    assert_eq!(simulator.insert(task.clone()), None);
    assert_eq!(list(&simulator, "").await.ids(), ["a"]);
    assert!(simulator.update("a", |task| task.sync_status = Some("SYNC_PARTIAL_FAIL".into())));
    assert_eq!(list(&simulator, "").await.body["tasks"][0]["sync_status"], "SYNC_PARTIAL_FAIL");
    assert!(simulator.remove("a").is_some());
    let empty = list(&simulator, "").await;
    assert_eq!((empty.ids().len(), &empty.body["total"]), (0, &0.into()));
    assert!(!simulator.update("a", |_| ()));
}

#[tokio::test]
async fn generated_tasks_follow_from_the_seed() {
    let one = Simulator::builder().generated_tasks(250, 5).start().await.unwrap();
    let same = Simulator::builder().generated_tasks(250, 5).start().await.unwrap();
    let other = Simulator::builder().generated_tasks(250, 6).start().await.unwrap();
    assert_eq!(list(&one, "limit=100").await.body, list(&same, "limit=100").await.body);
    assert_ne!(one.tasks(), other.tasks());
    assert_eq!(walk(&one, "", 100).await.len(), 250);
}

#[tokio::test]
async fn requests_are_recorded_as_they_came_without_secrets() {
    let simulator = simulator().await;
    list(&simulator, "cluster_name=a+b%2fc&limit=101").await;
    let requests = simulator.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", path(&simulator).as_str()));
    assert_eq!(request.query, "cluster_name=a+b%2fc&limit=101");
    assert_eq!((request.status, request.header("X-Auth-Token")), (400, Some("[redacted]")));
    assert_eq!(request.header("Workspace"), Some(simulator.workspace()));
}
