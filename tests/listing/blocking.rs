//! For code that is not asynchronous.

use dataarts_security::{Client, Iter};
use tokio::runtime::{Builder, Runtime};

use crate::peer::{Peer, page};
use crate::support::{client, id, name, names, simulator_of};

/// A simulator that runs on a runtime of its own, in other threads.
fn simulated(count: u32) -> (Runtime, dataarts_simulator::Simulator, Client) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let simulator = runtime.block_on(simulator_of(count));
    let client = client(&simulator);
    (runtime, simulator, client)
}

fn ids(iter: Iter<dataarts_security::types::MemberSyncTask>) -> Vec<String> {
    iter.map(|task| id(&task.unwrap())).collect()
}

#[test]
fn it_needs_no_runtime() {
    let (_runtime, simulator, client) = simulated(250);
    assert_eq!(ids(client.list_member_sync_tasks().iter()), names(0..250));
    assert_eq!(simulator.requests().len(), 3);
}

#[test]
fn it_is_used_by_many_threads_at_once() {
    let (_runtime, _simulator, client) = simulated(250);
    std::thread::scope(|scope| {
        for concurrency in 1..=8 {
            let request = client.list_member_sync_tasks().limit(20);
            scope.spawn(move || {
                assert_eq!(ids(Iter::from(request.items().pages_in_flight(concurrency))), names(0..250));
            });
        }
    });
}

#[test]
fn it_is_used_beside_an_asynchronous_caller_of_the_same_client() {
    let (runtime, _simulator, client) = simulated(250);
    let asynchronous = client.clone();
    let other = runtime.spawn(async move {
        let mut counts = Vec::new();
        for _ in 0..10 {
            counts.push(asynchronous.list_member_sync_tasks().limit(20).collect().await.unwrap().len());
        }
        counts
    });
    for _ in 0..10 {
        assert_eq!(ids(client.list_member_sync_tasks().limit(20).iter()), names(0..250));
    }
    assert_eq!(runtime.block_on(other).unwrap(), [250; 10]);
    // Nor do connections of one runtime outlive it for the other.
    assert_eq!(ids(client.list_member_sync_tasks().iter()), names(0..250));
}

#[test]
fn connections_of_a_runtime_that_ended_are_no_hindrance() {
    let (_runtime, _simulator, client) = simulated(250);
    for _ in 0..3 {
        let short = Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(short.block_on(client.list_member_sync_tasks().limit(20).collect()).unwrap().len(), 250);
        drop(short);
        assert_eq!(ids(client.list_member_sync_tasks().limit(20).iter()), names(0..250));
    }
}

#[tokio::test]
async fn in_spawn_blocking_it_is_read_to_its_end() {
    let simulator = simulator_of(250).await;
    let client = client(&simulator);
    let read = tokio::task::spawn_blocking(move || ids(client.list_member_sync_tasks().iter()));
    assert_eq!(read.await.unwrap(), names(0..250));
}

#[test]
fn one_call_needs_no_runtime() {
    let (runtime, simulator, client) = simulated(3);
    let request = || client.list_member_sync_tasks().limit(2);
    assert_eq!(request().send_blocking().unwrap().tasks.len(), 2);
    let shown = client.show_member_sync_task().task_id(name(1)).send_blocking().unwrap();
    assert_eq!(shown.id, Some(name(1)));
    let error = client.show_member_sync_task().task_id("unknown").send_blocking().unwrap_err();
    assert!(error.is_service(), "{error}");
    let in_blocking_task = request();
    let page = runtime.block_on(runtime.spawn_blocking(move || in_blocking_task.send_blocking().unwrap()));
    assert_eq!((page.unwrap().tasks.len(), simulator.requests().len()), (2, 4));
}

#[tokio::test]
async fn one_call_in_a_task_is_an_error_and_nothing_is_sent() {
    let simulator = simulator_of(3).await;
    let error = client(&simulator).list_member_sync_tasks().send_blocking().unwrap_err();
    assert!(error.is_invalid_input() && error.message().contains("use send() or items() there"), "{error}");
    assert_eq!(simulator.requests().len(), 0);
}

#[tokio::test]
async fn in_a_task_it_gives_one_error_and_then_ends() {
    let simulator = simulator_of(3).await;
    let mut iter = client(&simulator).list_member_sync_tasks().iter();
    let error = iter.next().unwrap().unwrap_err();
    assert!(error.is_invalid_input() && error.message().contains("use send() or items() there"), "{error}");
    assert!(iter.next().is_none() && iter.next().is_none());
    drop(iter);
    assert_eq!(simulator.requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_under_way_is_dropped_inside_a_runtime() {
    let peer = Peer::shut_list(1_000).await;
    peer.let_through(1);
    let client = peer.client();
    let iter = std::thread::spawn(move || {
        let mut iter = Iter::from(client.list_member_sync_tasks().limit(20).items().pages_in_flight(8));
        for number in 0..21 {
            assert_eq!(iter.next().unwrap().unwrap().id, Some(name(number)));
        }
        iter
    });
    peer.until(|counts| counts.arrived == 9).await;
    peer.let_through(1);
    while !iter.is_finished() {
        tokio::task::yield_now().await;
    }
    let mut iter = iter.join().unwrap();
    // What was read already needs no waiting.
    assert_eq!(iter.next().unwrap().unwrap().id, Some(name(21)));
    drop(iter);
    peer.until(|counts| counts.in_flight == 0).await;
}

#[test]
fn it_is_left_and_gone_on_with() {
    let (_runtime, _simulator, client) = simulated(50);
    let mut iter = client.list_member_sync_tasks().limit(10).iter();
    let first: Vec<String> = iter.by_ref().take(13).map(|task| id(&task.unwrap())).collect();
    assert_eq!(iter.items().total(), Some(50));
    let checkpoint = iter.items().checkpoint().unwrap();
    let rest = ids(Iter::from(client.list_member_sync_tasks().limit(10).items().resume(checkpoint)));
    assert_eq!(first.into_iter().chain(rest).collect::<Vec<_>>(), names(0..50));
}

#[test]
fn at_its_end_it_stays_wherever_it_is_asked() {
    let (runtime, _simulator, client) = simulated(5);
    let mut whole = client.list_member_sync_tasks().iter();
    assert_eq!(whole.by_ref().count(), 5);
    let mut part = Iter::from(client.list_member_sync_tasks().items().max_items(2));
    assert_eq!(part.by_ref().count(), 2);
    runtime.block_on(async {
        assert!(whole.next().is_none() && part.next().is_none());
    });
}

#[test]
fn an_error_comes_once() {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let peer = runtime.block_on(Peer::open(|asked| page(0..200, crate::peer::Asked { offset: 0, ..asked })));
    let outcomes: Vec<_> = peer.client().list_member_sync_tasks().limit(20).iter().collect();
    assert!(outcomes.last().unwrap().is_err() && outcomes.iter().filter(|outcome| outcome.is_err()).count() == 1);
}
