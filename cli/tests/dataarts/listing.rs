//! What a listing asks for: seen in what reaches a peer.

use crate::support::peer::{Answer, Peer, page, tasks};
use crate::support::program::{dataarts_at, succeed};

/// The queries of all requests that a listing of a single page makes.
fn query(words: &str) -> String {
    let peer = Peer::start(vec![Answer::Json(200, page(2, tasks(0..2)))]);
    succeed(&mut dataarts_at(&peer.endpoint, &format!("sync-tasks list -o json {words}")));
    let heads = peer.requests();
    assert_eq!(heads.len(), 1, "{words}: {heads:?}");
    let (_, query) = heads[0].split_once('?').expect("a query");
    query.split_once(' ').expect("a version").0.to_owned()
}

#[test]
fn tasks_are_read_in_the_fixed_order_whatever_they_are_sorted_by() {
    for words in ["--order-by sync_time --desc", "--order-by update_time", "--order-by cluster_name --desc", "--desc"] {
        let query = query(words);
        assert!(query.contains("order_by=CREATE_TIME&order_by_asc=true"), "{words}: {query}");
    }
}

#[test]
fn filters_travel_as_the_service_names_them() {
    let query = query("--sync-status sync_fail --schedule-status scheduling --cluster-type dws --cluster-name a=b&c");
    for part in ["sync_status=SYNC_FAIL", "schedule_status=SCHEDULING", "cluster_type=DWS", "cluster_name=a%3Db%26c"] {
        assert!(query.contains(part), "{query}");
    }
}

#[test]
fn the_page_size_is_the_limit() {
    assert!(query("--page-size 17").contains("limit=17"));
}

#[test]
fn a_maximum_asks_for_no_page_in_vain() {
    for max in [1, 2] {
        // A second request would find the connection closed, and fail.
        let peer = Peer::start(vec![Answer::Json(200, page(9, tasks(0..2)))]);
        let words = format!("sync-tasks list -o jsonl --page-size 2 --max {max}");
        assert_eq!(succeed(&mut dataarts_at(&peer.endpoint, &words)).lines().count(), max);
        assert_eq!(peer.requests().len(), 1);
    }
}
