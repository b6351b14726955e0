//! In order, exact, and for no more requests than it says.

use dataarts_security::types::{MemberSyncTask, SyncStatus};
use dataarts_security::{Items, Pages};

use crate::peer::{Peer, page};
use crate::support::{client, id, name, names, offsets, read, simulator_of};

const CONCURRENCIES: [u32; 3] = [1, 4, 32];

#[tokio::test]
async fn a_long_list_comes_in_order_and_exact_whatever_the_concurrency() {
    let simulator = simulator_of(2_537).await;
    for concurrency in CONCURRENCIES {
        let before = simulator.requests().len();
        let mut items = client(&simulator).list_member_sync_tasks().items().pages_in_flight(concurrency);
        let (ids, end) = read(&mut items).await;
        assert!(end.is_ok() && ids == names(0..2_537), "{concurrency}: {end:?}");
        assert_eq!(simulator.requests().len() - before, 27, "{concurrency}");
    }
}

#[tokio::test]
async fn pages_and_items_are_the_same_list() {
    let simulator = simulator_of(260).await;
    let mut pages = client(&simulator).list_member_sync_tasks().limit(50).items().into_pages();
    let mut ids = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        assert!(!page.items.is_empty() && page.total == Some(260));
        ids.extend(page.items.iter().map(id));
    }
    assert_eq!(ids, names(0..260));
    let all = client(&simulator).list_member_sync_tasks().limit(50).collect().await.unwrap();
    assert_eq!(all.iter().map(id).collect::<Vec<_>>(), ids);
}

/// As it stands at `Pages`, "What it costs".
fn documented_cost(count: u64, page: u64) -> u64 {
    let behind = count.saturating_sub(page);
    let last_is_full = count >= page && behind.is_multiple_of(page - 5);
    1 + behind.div_ceil(page - 5) + u64::from(last_is_full)
}

#[tokio::test]
async fn a_quiet_list_costs_what_is_documented_and_no_page_begins_beyond_the_total() {
    const PAGE: u64 = 20;
    let simulator = simulator_of(0).await;
    let client = client(&simulator);
    for count in 0..=85 {
        for concurrency in CONCURRENCIES {
            let before = simulator.requests().len();
            let request = client.list_member_sync_tasks().limit(PAGE as i32);
            let (ids, end) = read(&mut request.items().pages_in_flight(concurrency)).await;
            assert!(end.is_ok() && ids == names(0..count), "{count} tasks: {end:?}");
            let offsets = &offsets(&simulator)[before..];
            assert_eq!(offsets.len() as u64, documented_cost(count.into(), PAGE), "{count} tasks, {concurrency} pages");
            assert!(offsets.iter().all(|offset| *offset == 0 || *offset < u64::from(count)), "{count}: {offsets:?}");
        }
        simulator.insert(crate::support::task(count));
    }
}

#[tokio::test]
async fn a_short_list_costs_one_request() {
    let simulator = simulator_of(99).await;
    let (ids, _) = read(&mut client(&simulator).list_member_sync_tasks().items()).await;
    assert_eq!((ids.len(), offsets(&simulator)), (99, vec![0]));
}

#[tokio::test]
async fn no_more_pages_than_that_are_ever_in_flight_and_the_first_goes_alone() {
    for concurrency in CONCURRENCIES {
        let peer = Peer::shut_list(1_000).await;
        let mut items = peer.client().list_member_sync_tasks().limit(20).items().pages_in_flight(concurrency);
        let reading = tokio::spawn(async move { read(&mut items).await });
        peer.until(|counts| counts.arrived == 1).await;
        peer.let_through(1);
        let most = concurrency as usize;
        for answered in 1..20 {
            peer.until(|counts| counts.arrived == answered + most && counts.in_flight == most).await;
            peer.let_through(1);
        }
        peer.let_through(1_000);
        let (ids, end) = reading.await.unwrap();
        assert!(end.is_ok() && ids == names(0..1_000), "{end:?}");
        assert_eq!(peer.counts().peak, most);
    }
}

#[tokio::test]
async fn a_list_whose_total_is_unknown_is_read_one_page_at_a_time() {
    let peer = Peer::open(|asked| (page(0..300, asked).0, None)).await;
    let (ids, end) = read(&mut peer.client().list_member_sync_tasks().limit(20).items().pages_in_flight(32)).await;
    assert!(end.is_ok() && ids == names(0..300), "{end:?}");
    assert_eq!(peer.counts().peak, 1);
}

#[tokio::test]
async fn pages_of_every_size_are_exact() {
    let simulator = simulator_of(61).await;
    let client = client(&simulator);
    for limit in [1, 2, 3, 5, 6, 7, 60, 61, 62, 100] {
        for concurrency in [1, 4] {
            let request = client.list_member_sync_tasks().limit(limit);
            let (ids, end) = read(&mut request.items().pages_in_flight(concurrency)).await;
            assert!(end.is_ok() && ids == names(0..61), "{limit}: {end:?}");
        }
    }
}

#[tokio::test]
async fn pages_of_no_items_are_refused() {
    let simulator = simulator_of(3).await;
    let client = client(&simulator);
    let tasks = client.list_member_sync_tasks().limit(0).collect().await.unwrap_err();
    // Without a total, nothing else would tell this from a list that is empty.
    let workspaces = client.list_workspaces().instance_id("any").limit(0).collect().await.unwrap_err();
    for error in [tasks, workspaces] {
        assert!(error.is_invalid_input() && error.message().contains("`limit`"), "{error}");
    }
    assert_eq!(simulator.requests().len(), 0);
}

#[tokio::test]
async fn a_list_that_changes_is_exact_for_what_stays() {
    for concurrency in CONCURRENCIES {
        let simulator = simulator_of(600).await;
        let list = client(&simulator).list_member_sync_tasks().sync_status(SyncStatus::SyncSuccess).limit(20);
        let mut items = list.items().pages_in_flight(concurrency);
        let mut ids = Vec::new();
        while let Some(task) = items.try_next().await.unwrap() {
            let number = u32::try_from(ids.len()).unwrap();
            // Each third leaves the list or the filter once it was read, and the rest moves towards the beginning.
            match number % 6 {
                0 => drop(simulator.remove(&id(&task))),
                3 => drop(simulator.update(&id(&task), |task| task.sync_status = Some(SyncStatus::SyncFail))),
                _ => {}
            }
            ids.push(id(&task));
        }
        assert_eq!(ids, names(0..600), "{concurrency}");
        let drift = items.changes();
        assert!(drift.rewinds > 0 && drift.first_total == Some(600) && drift.last_total < Some(600), "{drift:?}");
    }
}

#[tokio::test]
async fn tasks_that_are_inserted_before_what_was_read_are_dropped_as_duplicates_and_counted() {
    let simulator = simulator_of(300).await;
    let mut items = client(&simulator).list_member_sync_tasks().items().pages_in_flight(1);
    let mut ids = vec![id(&items.try_next().await.unwrap().unwrap())];
    for number in 0..7 {
        let mut early = crate::support::task(1_000 + number);
        early.create_time = Some(dataarts_security::Timestamp::from_millisecond(1));
        simulator.insert(early);
    }
    let (rest, end) = read(&mut items).await;
    ids.extend(rest);
    assert!(end.is_ok() && ids == names(0..300), "{end:?}");
    let drift = items.changes();
    assert_eq!((drift.duplicates, drift.rewinds), (7, 0));
    assert_eq!((drift.first_total, drift.last_total), (Some(300), Some(307)));
}

#[test]
fn streams_go_to_other_threads_and_outlive_what_made_them() {
    fn holds<T: Send + Unpin + 'static>() {}
    holds::<Items<MemberSyncTask>>();
    holds::<Pages<MemberSyncTask>>();
    holds::<dataarts_security::Iter<MemberSyncTask>>();
    assert_eq!(name(1).len(), 32);
}
