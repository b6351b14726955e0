//! Items without an ID, and several with the same one.

use std::fmt::Debug;

use dataarts_security::{Items, Iter};

use crate::peer::{Asked, Peer, page};
use crate::support::{id, name, names, read};

/// The page of a list of JSON objects that was asked for, and the total of the list where it has a name.
fn listed(objects: &[String], list: &str, total: Option<&str>, asked: Asked) -> String {
    let page: Vec<&str> =
        objects.iter().skip(asked.offset as usize).take(asked.limit as usize).map(String::as_str).collect();
    let total = total.map_or_else(String::new, |total| format!(r#""{total}":{},"#, objects.len()));
    format!(r#"{{{total}"{list}":[{}]}}"#, page.join(","))
}

async fn count<T: Debug + Send + 'static>(mut items: Items<T>) -> usize {
    let mut count = 0;
    while items.try_next().await.unwrap().is_some() {
        count += 1;
    }
    count
}

#[tokio::test]
async fn items_with_an_empty_or_blank_id_are_all_delivered() {
    for id in ["", "  "] {
        for numbers in [0..2, 0..20, 0..43] {
            let expected = numbers.len();
            let objects = move |id_field: &str| -> Vec<String> {
                numbers.clone().map(|number| format!(r#"{{"{id_field}":"{id}","create_user":"{number}"}}"#)).collect()
            };
            let tasks = objects("id");
            let peer = Peer::bodies(move |asked| listed(&tasks, "tasks", Some("total"), asked)).await;
            assert_eq!(count(peer.client().list_member_sync_tasks().limit(20).items()).await, expected, "tasks");
            let instances = objects("resource_id");
            let peer = Peer::bodies(move |asked| listed(&instances, "commodity_orders", Some("count"), asked)).await;
            assert_eq!(count(peer.client().list_instances().limit(20).items()).await, expected, "instances");
            let workspaces = objects("id");
            let peer = Peer::bodies(move |asked| listed(&workspaces, "data", None, asked)).await;
            let request = peer.client().list_workspaces().instance_id("any").limit(20);
            assert_eq!(count(request.items()).await, expected, "workspaces");
            let connections = objects("dw_id");
            let peer = Peer::bodies(move |asked| listed(&connections, "data_connection_lists", None, asked)).await;
            assert_eq!(count(peer.client().list_data_connections().limit("20").items()).await, expected, "connections");
        }
    }
}

#[tokio::test]
async fn tasks_that_nothing_tells_apart_are_all_delivered() {
    for count in [20, 40, 43] {
        let tasks = vec![r#"{"id":""}"#.to_owned(); count];
        let peer = Peer::bodies(move |asked| listed(&tasks, "tasks", Some("total"), asked)).await;
        assert_eq!(self::count(peer.client().list_member_sync_tasks().limit(20).items()).await, count);
    }
}

#[tokio::test]
async fn the_two_tasks_of_a_page_with_empty_ids_are_both_listed() {
    const BODY: &str =
        r#"{"tasks":[{"id":"","sync_status":"SYNC_SUCCESS"},{"id":"","sync_status":"SYNC_FAIL"}],"total":2}"#;
    let peer = Peer::bodies(|_| BODY.to_owned()).await;
    let client = peer.client();
    assert_eq!(client.list_member_sync_tasks().collect().await.unwrap().len(), 2);
    let pages = client.list_member_sync_tasks().items().into_pages().try_next().await.unwrap().unwrap();
    assert_eq!(pages.items.len(), 2);
    let blocking = tokio::task::spawn_blocking(move || {
        Iter::from(client.list_member_sync_tasks().items()).map(Result::unwrap).count()
    });
    assert_eq!(blocking.await.unwrap(), 2);
    assert_eq!(peer.counts().arrived, 3);
}

#[tokio::test]
async fn equal_ids_end_in_an_error_that_counts_them() {
    // On one page, side by side over two pages, and far apart.
    for (count, twin, of) in [(2, 1, 0), (30, 19, 3), (30, 20, 19), (200, 150, 3)] {
        let numbers: Vec<u32> = (0..count).map(|number| if number == twin { of } else { number }).collect();
        for concurrency in [1, 4] {
            let numbers = numbers.clone();
            // In the order that was asked for, whatever the IDs are.
            let task = |(place, number)| format!(r#"{{"id":"{}","create_time":{place}}}"#, name(number));
            let tasks: Vec<String> = numbers.into_iter().enumerate().map(task).collect();
            let peer = Peer::bodies(move |asked| listed(&tasks, "tasks", Some("total"), asked)).await;
            let mut items = peer.client().list_member_sync_tasks().limit(20).items().pages_in_flight(concurrency);
            let (ids, end) = read(&mut items).await;
            let error = end.unwrap_err();
            let said = error.is_incomplete() && error.message().contains(&format!("only {} of {count}", count - 1));
            assert!(said && error.message().contains("ID"), "{error}");
            assert_eq!(ids, names((0..count).filter(|number| *number != twin)));
        }
    }
}

#[tokio::test]
async fn a_list_that_is_cut_or_resumed_is_not_measured_by_its_total() {
    let peer = Peer::open(|asked| (page(0..43, asked).0, Some(100))).await;
    let request = peer.client().list_member_sync_tasks().limit(20);
    assert_eq!(request.clone().items().max_items(43).collect().await.unwrap().len(), 43);
    let mut items = request.clone().items();
    for number in 0..30 {
        assert_eq!(items.try_next().await.unwrap().map(|task| id(&task)), Some(name(number)));
    }
    let (rest, end) = read(&mut request.items().resume(items.checkpoint().unwrap())).await;
    assert!(end.is_ok() && rest == names(30..43), "{end:?}");
}
