//! The whole client over real HTTP, against the simulator of the service.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::time::Duration;

use dataarts_security::types::{ClusterType, MemberSyncTask, OrderBy, ScheduleStatus, SyncStatus};
use dataarts_security::{Client, Credentials, Error, SharedLimits, Timestamp};
use dataarts_simulator::{Clock, Simulator};

fn client_with(simulator: &Simulator, credentials: Credentials) -> Client {
    Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(credentials)
        .build()
        .unwrap()
}

fn client(simulator: &Simulator) -> Client {
    client_with(simulator, Credentials::token(simulator.token()))
}

fn signing_client(simulator: &Simulator) -> Client {
    client_with(simulator, Credentials::access_key(simulator.access_key(), simulator.secret_key()))
}

fn task(number: u32) -> MemberSyncTask {
    let mut task = MemberSyncTask::default();
    task.id = Some(format!("{number:032x}"));
    task.cluster_name = Some(format!("cluster {number} 集群*~+"));
    task.cluster_type = Some(if number.is_multiple_of(2) { ClusterType::Dws } else { ClusterType::Mrs });
    task.sync_status = Some(if number.is_multiple_of(3) { SyncStatus::SyncFail } else { SyncStatus::SyncSuccess });
    task.schedule_status = Some(ScheduleStatus::Scheduling);
    task.create_time = Some(Timestamp::from_millisecond(1_710_000_000_000 + i64::from(number) * 1_000));
    task
}

async fn simulator_of(count: u32) -> Simulator {
    Simulator::builder().tasks((0..count).map(task).collect()).start().await.unwrap()
}

fn id(task: &MemberSyncTask) -> String {
    task.id.clone().unwrap()
}

async fn ids(request: dataarts_security::builder::ListMemberSyncTasks) -> Result<Vec<String>, Error> {
    let mut items = request.items();
    let mut ids = Vec::new();
    while let Some(task) = items.try_next().await? {
        ids.push(id(&task));
    }
    Ok(ids)
}

#[tokio::test]
async fn a_list_of_many_pages_is_delivered_once_and_in_order_with_either_credential() {
    let simulator = simulator_of(2_537).await;
    let expected: Vec<String> = (0..2_537).map(|number| id(&task(number))).collect();
    for client in [client(&simulator), signing_client(&simulator)] {
        let before = simulator.requests().len();
        assert_eq!(ids(client.list_member_sync_tasks()).await.unwrap(), expected);
        assert!(simulator.requests().len() - before <= 28, "{} requests", simulator.requests().len() - before);
    }
}

#[tokio::test]
async fn tasks_deleted_before_the_read_part_hide_none_of_the_others() {
    let simulator = simulator_of(500).await;
    let mut items = client(&simulator).list_member_sync_tasks().items();
    let mut delivered = BTreeSet::new();
    let mut number = 0;
    while let Some(task) = items.try_next().await.unwrap() {
        assert!(delivered.insert(id(&task)), "{} came twice", id(&task));
        // Every third task goes once it was read, so that the rest moves towards the beginning.
        if number % 3 == 0 {
            simulator.remove(&id(&task));
        }
        number += 1;
    }
    assert_eq!(delivered.len(), 500);
}

#[tokio::test]
async fn tasks_that_stop_matching_the_filter_hide_none_of_the_others() {
    let simulator = simulator_of(600).await;
    let mut items = client(&simulator).list_member_sync_tasks().sync_status(SyncStatus::SyncFail).limit(20).items();
    let mut delivered = 0;
    while let Some(task) = items.try_next().await.unwrap() {
        delivered += 1;
        simulator.update(&id(&task), |task| task.sync_status = Some(SyncStatus::SyncSuccess));
    }
    assert_eq!(delivered, 200);
}

#[tokio::test]
async fn filters_and_orders_mean_the_same_on_both_sides() {
    let simulator = simulator_of(60).await;
    let client = signing_client(&simulator);
    let list = || client.list_member_sync_tasks();
    assert_eq!(ids(list().cluster_type(ClusterType::Dws)).await.unwrap().len(), 30);
    assert_eq!(ids(list().cluster_name("cluster 7 集群*~+")).await.unwrap(), [id(&task(7))]);
    assert_eq!(ids(list().sync_status(SyncStatus::SyncFail).cluster_type("MRS")).await.unwrap().len(), 10);
    assert!(ids(list().schedule_status(ScheduleStatus::NotSchedule)).await.unwrap().is_empty());
    let newest = ids(list().order_by(OrderBy::CreateTime).order_by_asc(false).limit(7)).await.unwrap();
    assert_eq!(newest, (0..60).rev().map(|number| id(&task(number))).collect::<Vec<_>>());
}

#[tokio::test]
async fn pages_hold_each_task_once_and_the_total_of_their_moment() {
    let simulator = simulator_of(25).await;
    let mut pages = client(&simulator).list_member_sync_tasks().limit(10).items().into_pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        assert_eq!(page.total, Some(25));
        sizes.push(page.items.len());
    }
    assert_eq!(sizes.iter().sum::<usize>(), 25);
    assert_eq!(sizes[0], 10);
}

#[tokio::test]
async fn one_page_and_one_task_come_as_the_service_has_them() {
    let simulator = simulator_of(25).await;
    let client = signing_client(&simulator);
    let page = client
        .list_member_sync_tasks()
        .limit(10)
        .offset(20)
        .order_by("CREATE_TIME")
        .order_by_asc(true)
        .send()
        .await
        .unwrap();
    assert_eq!((page.total, page.tasks.len()), (Some(25), 5));
    let response = client.show_member_sync_task().task_id(id(&task(7))).send_with_response().await.unwrap();
    assert!(response.request_id().is_some());
    assert_eq!(response.into_value(), task(7));
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let simulator = simulator_of(3).await;
    let list = client(&simulator).list_member_sync_tasks();
    let error = client(&simulator).show_member_sync_task().task_id("unknown").send().await.unwrap_err();
    assert!(error.status().unwrap() == 400 && error.code().unwrap().starts_with("DLS."), "{error}");
    let error = list.clone().workspace("unknown").send().await.unwrap_err();
    assert!(dataarts_security::is_workspace_not_found(&error) && error.status().unwrap() == 400, "{error}");
    let error = list.clone().project_id("unknown").send().await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");
    let error = client_with(&simulator, Credentials::token("wrong")).list_member_sync_tasks().send().await.unwrap_err();
    assert!(error.is_unauthorized() && error.request_id().is_some(), "{error}");
    let wrong = Credentials::access_key(simulator.access_key(), "wrong-secret");
    let error = client_with(&simulator, wrong).list_member_sync_tasks().send().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.to_string().contains("wrong-secret"), "{error}");
    assert!(error.message().contains("GET|/v1/"), "the gateway's canonical request is kept: {error}");
    let error = ids(list.workspace("unknown")).await.unwrap_err();
    assert!(dataarts_security::is_workspace_not_found(&error), "{error}");
}

#[tokio::test]
async fn a_signature_made_by_a_clock_that_is_wrong_is_refused() {
    let clock = Clock::system();
    clock.advance(Duration::from_secs(16 * 60));
    let simulator = Simulator::builder().demo_data().clock(clock).start().await.unwrap();
    let error = signing_client(&simulator).list_member_sync_tasks().send().await.unwrap_err();
    assert!(error.is_unauthorized() && error.message().contains("expired"), "{error}");
    assert!(client(&simulator).list_member_sync_tasks().send().await.is_ok());
}

#[tokio::test]
async fn a_temporary_key_travels_with_its_security_token() {
    let simulator = Simulator::builder().demo_data().temporary_access_key("AK", "SK", "ST").start().await.unwrap();
    let right = client_with(&simulator, Credentials::temporary_access_key("AK", "SK", "ST"));
    assert!(right.list_member_sync_tasks().send().await.is_ok());
    let without = client_with(&simulator, Credentials::access_key("AK", "SK"));
    assert!(without.list_member_sync_tasks().send().await.unwrap_err().is_unauthorized());
}

#[tokio::test]
async fn an_empty_list_is_an_empty_listing_and_costs_one_request() {
    let simulator = simulator_of(0).await;
    assert!(ids(client(&simulator).list_member_sync_tasks()).await.unwrap().is_empty());
    assert_eq!(simulator.requests().len(), 1);
}
