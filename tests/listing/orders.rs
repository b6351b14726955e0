//! In the order that the caller wants.

use dataarts_security::types::{MemberSyncTask, OrderBy};
use dataarts_simulator::{RecordedRequest, Simulator};

use crate::support::{client, id, name, names, simulator_of, task, value};

fn orders(requests: &[RecordedRequest]) -> Vec<(Option<&str>, Option<&str>)> {
    requests.iter().map(|request| (value(&request.query, "order_by"), value(&request.query, "order_by_asc"))).collect()
}

const FIXED: (Option<&str>, Option<&str>) = (Some("CREATE_TIME"), Some("true"));

#[tokio::test]
async fn without_an_order_it_is_the_fixed_one() {
    let simulator = simulator_of(150).await;
    let items = client(&simulator).list_member_sync_tasks().items();
    assert!(items.is_exact());
    items.collect().await.unwrap();
    assert_eq!(orders(&simulator.requests()), [FIXED; 2]);
}

#[tokio::test]
async fn a_stream_in_an_order_that_moves_asks_for_it_and_is_not_exact() {
    let simulator = simulator_of(150).await;
    for (order, written) in [(OrderBy::SyncTime, "SYNC_TIME"), (OrderBy::UpdateTime, "UPDATE_TIME")] {
        let before = simulator.requests().len();
        let mut items = client(&simulator).list_member_sync_tasks().order_by(order).order_by_asc(false).items();
        assert!(!items.is_exact());
        while items.try_next().await.unwrap().is_some() {}
        assert_eq!(orders(&simulator.requests()[before..]), [(Some(written), Some("false")); 2]);
    }
}

#[tokio::test]
async fn a_stream_in_an_order_that_does_not_move_is_exact() {
    let simulator = simulator_of(150).await;
    let newest = client(&simulator).list_member_sync_tasks().order_by("CREATE_TIME").order_by_asc(false);
    assert!(newest.clone().items().is_exact() && newest.clone().pages().is_exact());
    let ids: Vec<String> = newest.collect().await.unwrap().iter().map(id).collect();
    assert_eq!((ids.len(), &ids[0]), (150, &name(147)));
}

#[tokio::test]
async fn an_order_that_the_document_does_not_know_is_not_taken_for_exact() {
    let simulator = simulator_of(1).await;
    let unknown = client(&simulator).list_member_sync_tasks().order_by("CLUSTER_SIZE");
    assert!(!unknown.clone().items().is_exact() && !unknown.pages().is_exact());
}

/// As `collect` promises it.
fn sorted(simulator: &Simulator, descending: bool) -> Vec<String> {
    let mut tasks = simulator.tasks();
    let key = |task: &MemberSyncTask| task.sync_time.map_or(0, |time| time.as_millisecond());
    tasks.sort_by_key(|task| (if descending { -key(task) } else { key(task) }, id(task)));
    tasks.iter().map(id).collect()
}

#[tokio::test]
async fn all_at_once_in_an_order_that_moves_is_read_in_the_fixed_order_and_sorted_here() {
    let simulator = simulator_of(150).await;
    // One that has never run.
    simulator.update(&name(77), |task| task.sync_time = None);
    for descending in [false, true] {
        let before = simulator.requests().len();
        let list = client(&simulator).list_member_sync_tasks().order_by(OrderBy::SyncTime).order_by_asc(!descending);
        let ids: Vec<String> = list.collect().await.unwrap().iter().map(id).collect();
        assert_eq!(ids, sorted(&simulator, descending));
        assert_eq!(orders(&simulator.requests()[before..]), [FIXED; 2]);
    }
}

#[tokio::test]
async fn the_first_few_of_an_order_that_moves_are_the_first_of_all() {
    let simulator = simulator_of(150).await;
    let list = client(&simulator).list_member_sync_tasks().order_by(OrderBy::SyncTime).order_by_asc(false);
    let ids: Vec<String> = list.items().max_items(5).collect().await.unwrap().iter().map(id).collect();
    assert_eq!(ids, sorted(&simulator, true)[..5]);
}

#[tokio::test]
async fn the_rest_of_a_stream_keeps_the_order_that_it_began_in() {
    let simulator = simulator_of(150).await;
    let mut items = client(&simulator).list_member_sync_tasks().order_by(OrderBy::SyncTime).order_by_asc(true).items();
    let mut ids = vec![id(&items.try_next().await.unwrap().unwrap())];
    ids.extend(items.collect().await.unwrap().iter().map(id));
    assert_eq!(orders(&simulator.requests()), [(Some("SYNC_TIME"), Some("true")); 2]);
    ids.sort_unstable();
    assert_eq!(ids, names(0..150));
}

#[tokio::test]
async fn tasks_that_run_while_the_list_is_read_are_all_in_it() {
    let simulator = simulator_of(300).await;
    // Each page that was read sends all of its tasks to the end of the order.
    let runs = simulator.tasks();
    let mut runs = runs.iter().map(id).collect::<Vec<_>>().into_iter();
    let list = client(&simulator).list_member_sync_tasks().order_by("SYNC_TIME").limit(20);
    let simulator = std::sync::Arc::new(simulator);
    let running = simulator.clone();
    let items = list.items().concurrency(1).on_progress(move |_| {
        for run in runs.by_ref().take(15) {
            running
                .update(&run, |task| task.sync_time = Some(dataarts_security::Timestamp::from_millisecond(i64::MAX)));
        }
    });
    let mut ids: Vec<String> = items.collect().await.unwrap().iter().map(id).collect();
    ids.sort_unstable();
    assert_eq!(ids, names(0..300));
    assert_eq!(simulator.tasks().len(), 300);
    assert_ne!(simulator.tasks()[0].sync_time, task(0).sync_time);
}
