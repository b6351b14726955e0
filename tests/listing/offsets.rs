//! Services whose offset counts pages, or has no effect.

use dataarts_security::{Client, Error};

use crate::peer::{Asked, Peer};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Offset {
    Items,
    Pages,
    Ignored,
}

/// A list of so many objects with an ID each; its total only where it has a name.
fn list(count: u64, offset: Offset, (items, id, total): (&str, &str, Option<&str>), asked: Asked) -> String {
    let start = match offset {
        Offset::Items => asked.offset,
        Offset::Pages => asked.offset * asked.limit,
        Offset::Ignored => 0,
    };
    let objects: Vec<String> = (start..count.min(start + asked.limit))
        .map(|number| format!(r#"{{"{id}":"{number:05}","create_time":{number}}}"#))
        .collect();
    let total = total.map_or_else(String::new, |total| format!(r#""{total}":{count},"#));
    format!(r#"{{{total}"{items}":[{}]}}"#, objects.join(","))
}

const TASKS: (&str, &str, Option<&str>) = ("tasks", "id", Some("total"));
const INSTANCES: (&str, &str, Option<&str>) = ("commodity_orders", "resource_id", Some("count"));
const WORKSPACES: (&str, &str, Option<&str>) = ("data", "id", None);
const CONNECTIONS: (&str, &str, Option<&str>) = ("data_connection_lists", "dw_id", None);

async fn ids(client: &Client, list: &str) -> Result<Vec<String>, Error> {
    let ids: Vec<Option<String>> = match list {
        "tasks" => client.list_member_sync_tasks().collect().await?.into_iter().map(|task| task.id).collect(),
        "commodity_orders" => client.list_instances().collect().await?.into_iter().map(|it| it.resource_id).collect(),
        "data" => client.list_workspaces().instance_id("any").collect().await?.into_iter().map(|it| it.id).collect(),
        _ => client.list_data_connections().collect().await?.into_iter().map(|it| it.dw_id).collect(),
    };
    Ok(ids.into_iter().flatten().collect())
}

/// The IDs that the listing delivers, and its requests.
async fn read(
    count: u64,
    offset: Offset,
    shape: (&'static str, &'static str, Option<&'static str>),
) -> (Result<Vec<String>, Error>, usize) {
    let peer = Peer::bodies(move |asked| list(count, offset, shape, asked)).await;
    let ids = ids(&peer.client(), shape.0).await;
    (ids, peer.counts().arrived)
}

fn all(count: u64) -> Vec<String> {
    (0..count).map(|number| format!("{number:05}")).collect()
}

#[tokio::test]
async fn a_list_of_one_page_takes_three_requests_at_most_whatever_the_offset_counts() {
    for offset in [Offset::Items, Offset::Pages, Offset::Ignored] {
        for shape in [TASKS, INSTANCES, WORKSPACES, CONNECTIONS, ("tasks", "id", None)] {
            for count in [1, 2, 7, 50, 99, 100] {
                if count == 100 && shape.2.is_none() && offset == Offset::Ignored {
                    continue;
                }
                if count == 100 && shape == ("tasks", "id", None) && offset == Offset::Pages {
                    continue;
                }
                let (ids, requests) = read(count, offset, shape).await;
                assert_eq!(ids.unwrap(), all(count), "{offset:?} {shape:?}");
                assert!(requests <= 3, "{requests} requests for {count}: {offset:?} {shape:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_directory_list_is_read_to_its_end_by_items_and_by_pages() {
    for offset in [Offset::Items, Offset::Pages] {
        for shape in [INSTANCES, WORKSPACES, CONNECTIONS] {
            for count in [101, 200, 250, 1_234] {
                let (ids, requests) = read(count, offset, shape).await;
                assert_eq!(ids.unwrap(), all(count), "{offset:?} {shape:?}");
                assert!(requests as u64 <= 4 + count.div_ceil(95), "{requests} requests for {count}");
            }
        }
    }
}

#[tokio::test]
async fn a_longer_list_whose_offset_is_ignored_ends_in_an_error_that_says_so() {
    for shape in [TASKS, INSTANCES, WORKSPACES, CONNECTIONS, ("tasks", "id", None)] {
        for count in [101, 250] {
            let (end, requests) = read(count, Offset::Ignored, shape).await;
            let error = end.unwrap_err();
            assert!(error.is_incomplete() && error.message().contains("ignored the offset"), "{error}");
            assert!(requests <= 20, "{requests} requests: {shape:?}");
        }
    }
}

#[tokio::test]
async fn a_longer_list_of_tasks_whose_offset_counts_pages_ends_in_an_error_that_says_so() {
    for shape in [TASKS, ("tasks", "id", None)] {
        for count in [101, 250, 1_234] {
            let (end, requests) = read(count, Offset::Pages, shape).await;
            let error = end.unwrap_err();
            assert!(error.is_incomplete() && error.message().contains("count pages"), "{error}");
            assert!(requests <= 40, "{requests} requests: {shape:?}");
        }
    }
}
