//! In the order that the caller wants.

use dataarts_simulator::RecordedRequest;

use crate::support::{client, id, name, names, simulator_of, value};

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
async fn in_any_other_order_the_service_is_asked_for_it_and_the_list_is_not_exact() {
    let simulator = simulator_of(150).await;
    for (order, ascending) in
        [("SYNC_TIME", "false"), ("UPDATE_TIME", "true"), ("CREATE_TIME", "false"), ("SIZE", "true")]
    {
        let before = simulator.requests().len();
        let list = client(&simulator).list_member_sync_tasks().order_by(order).order_by_asc(ascending == "true");
        let items = list.items();
        assert!(!items.is_exact(), "{order}");
        if order == "SIZE" {
            // No value of the document; the service refuses it.
            continue;
        }
        let mut ids: Vec<String> = items.collect().await.unwrap().iter().map(id).collect();
        assert_eq!(orders(&simulator.requests()[before..]), [(Some(order), Some(ascending)); 2]);
        ids.sort_unstable();
        assert_eq!(ids, names(0..150), "{order}");
    }
}

#[tokio::test]
async fn the_newest_come_first_where_that_is_asked_for() {
    let simulator = simulator_of(150).await;
    let newest = client(&simulator).list_member_sync_tasks().order_by("CREATE_TIME").order_by_asc(false);
    let ids: Vec<String> = newest.collect().await.unwrap().iter().map(id).collect();
    assert_eq!((ids.len(), &ids[0]), (150, &name(147)));
}
