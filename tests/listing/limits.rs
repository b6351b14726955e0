//! What can be set on a listing.

use std::sync::{Arc, Mutex};

use dataarts_security::Progress;

use crate::peer::{Peer, page};
use crate::support::{client, id, names, offsets, read, simulator_of};

#[tokio::test]
async fn a_concurrency_out_of_bounds_is_refused_and_nothing_is_sent() {
    let simulator = simulator_of(3).await;
    for concurrency in [0, 33, u32::MAX] {
        let request = client(&simulator).list_member_sync_tasks();
        let of_items = request.clone().items().concurrency(concurrency).try_next().await.unwrap_err();
        let of_pages = request.clone().pages().concurrency(concurrency).try_next().await.unwrap_err();
        let of_all = request.items().concurrency(concurrency).collect().await.unwrap_err();
        for error in [of_items, of_pages, of_all] {
            assert!(error.is_invalid_input() && error.message().contains(&concurrency.to_string()), "{error}");
            assert!(error.message().contains("between 1 and 32"), "{error}");
        }
    }
    assert_eq!(simulator.requests().len(), 0);
}

#[tokio::test]
async fn an_offset_is_refused_and_so_is_a_page_that_is_too_large() {
    let simulator = simulator_of(3).await;
    let request = || client(&simulator).list_member_sync_tasks();
    for (list, name) in [(request().offset(10), "offset"), (request().limit(101), "limit")] {
        let error = list.collect().await.unwrap_err();
        assert!(error.is_invalid_input() && error.message().contains(name), "{error}");
    }
    assert_eq!(simulator.requests().len(), 0);
}

#[tokio::test]
async fn no_more_items_come_than_are_wanted() {
    let simulator = simulator_of(250).await;
    for (wanted, requests) in [(0, 0), (1, 1), (100, 1), (101, 2), (195, 2), (196, 3), (250, 3), (u64::MAX, 3)] {
        let before = simulator.requests().len();
        let items = client(&simulator).list_member_sync_tasks().items().max_items(wanted).concurrency(32);
        let ids: Vec<String> = items.collect().await.unwrap().iter().map(id).collect();
        assert_eq!(ids, names(0..u32::try_from(wanted.min(250)).unwrap()));
        assert_eq!(simulator.requests().len() - before, requests, "{wanted}");
    }
}

#[tokio::test]
async fn progress_is_told_after_each_page_with_the_total_of_its_moment() {
    let simulator = simulator_of(250).await;
    let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let teller = told.clone();
    let request = client(&simulator).list_member_sync_tasks();
    let mut items = request.items().on_progress(move |progress| teller.lock().unwrap().push(progress));
    assert_eq!(items.total(), None);
    let (ids, end) = read(&mut items).await;
    assert!(end.is_ok() && ids.len() == 250);
    assert_eq!(items.total(), Some(250));
    let told: Vec<_> = told.lock().unwrap().iter().map(|progress| (progress.delivered, progress.total)).collect();
    assert_eq!(told, [(100, Some(250)), (195, Some(250)), (250, Some(250))]);
    assert_eq!(offsets(&simulator), [0, 95, 190]);
}

#[tokio::test]
async fn progress_never_runs_backwards_and_counts_each_item_once() {
    // Each fifth request is answered with the first page, and each seventh is cut.
    let answer = |asked: crate::peer::Asked| {
        let (mut tasks, total) =
            page(0..500, crate::peer::Asked { offset: if asked.before % 5 == 4 { 0 } else { asked.offset }, ..asked });
        tasks.truncate(if asked.before % 7 == 6 { 2 } else { usize::MAX });
        (tasks, total)
    };
    let peer = Peer::open(answer).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = told.clone();
    let request = peer.client().list_member_sync_tasks().limit(20);
    let mut items =
        request.items().concurrency(1).on_progress(move |progress| teller.lock().unwrap().push(progress.delivered));
    let (ids, end) = read(&mut items).await;
    assert!(end.is_ok() && ids == names(0..500), "{end:?}");
    let told = told.lock().unwrap();
    assert!(told.is_sorted() && told.last() == Some(&500), "{told:?}");
}
