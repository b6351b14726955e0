//! What can be set on a listing.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use dataarts_security::{Client, Credentials, Progress, SharedLimits};

use crate::peer::{Peer, page};
use crate::support::{client, id, names, offsets, read, simulator_of};

#[tokio::test]
async fn a_concurrency_out_of_bounds_is_refused_and_nothing_is_sent() {
    let simulator = simulator_of(3).await;
    for concurrency in [0, 33, u32::MAX] {
        let request = client(&simulator).list_member_sync_tasks();
        let of_items = request.clone().items().pages_in_flight(concurrency).try_next().await.unwrap_err();
        let of_pages = request.clone().items().pages_in_flight(concurrency).into_pages().try_next().await.unwrap_err();
        let of_all = request.items().pages_in_flight(concurrency).collect().await.unwrap_err();
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
        let items = client(&simulator).list_member_sync_tasks().items().max_items(wanted).pages_in_flight(32);
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
        request.items().pages_in_flight(1).on_progress(move |progress| teller.lock().unwrap().push(progress.delivered));
    let (ids, end) = read(&mut items).await;
    assert!(end.is_ok() && ids == names(0..500), "{end:?}");
    let told = told.lock().unwrap();
    assert!(told.is_sorted() && told.last() == Some(&500), "{told:?}");
}

/// Answers requests for pages of 40 tasks, each with a body of 3 MiB, until the client is gone. Returns its address and
/// counts the requests.
fn large_pages() -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    const SIZE: usize = 3 << 20;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, requests) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = requests.clone();
    let answer = move |mut stream: TcpStream| {
        let mut read = [0; 4_096];
        let length = stream.read(&mut read).unwrap();
        let request = String::from_utf8_lossy(&read[..length]).into_owned();
        counted.fetch_add(1, Ordering::SeqCst);
        let number = |name: &str| -> usize {
            let value = request.split(&format!("{name}=")).nth(1).unwrap_or("0");
            value.split(|character: char| !character.is_ascii_digit()).next().unwrap().parse().unwrap()
        };
        let (offset, limit) = (number("offset"), number("limit"));
        let tasks: Vec<_> = (offset..40.min(offset + limit))
            .map(|number| format!(r#"{{"id":"{number:032x}","create_time":{}}}"#, 1_000 + number))
            .collect();
        let mut body = format!(r#"{{"total":40,"tasks":[{}]}}"#, tasks.join(","));
        body.push_str(&" ".repeat(SIZE - body.len()));
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {SIZE}\r\nconnection: close\r\n\r\n");
        // A client that has had enough hangs up.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    };
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let answer = answer.clone();
            std::thread::spawn(move || answer(stream));
        }
    });
    (address, requests)
}

#[tokio::test]
async fn pages_too_large_to_be_read_ahead_are_read_alone_and_none_is_lost() {
    let (address, requests) = large_pages();
    let client = Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(format!("http://{address}"))
        .project_id("p")
        .workspace("w")
        .credentials(Credentials::token("t"))
        .no_rate_limit()
        .build()
        .unwrap();
    let tasks = client.list_member_sync_tasks().limit(10).items().pages_in_flight(32).collect().await.unwrap();
    let ids: Vec<_> = tasks.into_iter().map(|task| task.id.unwrap()).collect();
    assert_eq!(ids, (0..40).map(|number| format!("{number:032x}")).collect::<Vec<_>>());
    // The first page, those read ahead that were too large, and each of them again.
    let requests = requests.load(Ordering::SeqCst);
    assert!((9..=20).contains(&requests), "{requests}");
}
