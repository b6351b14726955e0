//! What goes on while pages are in flight, and what becomes of them.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use dataarts_security::{AttemptResponse, Clock, Interceptor, Timestamp};
use futures_util::poll;
use futures_util::stream::{FusedStream, Stream};
use tokio::sync::Semaphore;

use crate::peer::{Peer, page};
use crate::support::{builder, id, name, names, read};

#[tokio::test]
async fn a_stream_that_is_dropped_stops_what_is_in_flight() {
    let peer = Peer::shut_list(1_000).await;
    let mut items = peer.client().list_member_sync_tasks().limit(20).items().pages_in_flight(8);
    peer.let_through(1);
    for _ in 0..20 {
        items.try_next().await.unwrap();
    }
    assert!(poll!(pin!(items.try_next())).is_pending());
    peer.until(|counts| counts.in_flight == 8).await;
    drop(items);
    peer.until(|counts| counts.in_flight == 0).await;
    assert_eq!(peer.counts().arrived, 9);
}

#[tokio::test]
async fn nothing_is_read_on_behind_the_most_items_wanted() {
    let peer = Peer::shut_list(1_000).await;
    let mut items = peer.client().list_member_sync_tasks().limit(20).items().pages_in_flight(8).max_items(21);
    peer.let_through(1);
    for _ in 0..20 {
        items.try_next().await.unwrap();
    }
    assert!(poll!(pin!(items.try_next())).is_pending());
    peer.until(|counts| counts.arrived == 2).await;
    peer.let_through(1);
    assert_eq!(items.try_next().await.unwrap().map(|task| id(&task)), Some(name(20)));
    assert!(items.try_next().await.unwrap().is_none() && items.is_terminated());
    assert_eq!(peer.counts().arrived, 2);
}

#[tokio::test]
async fn a_wait_for_an_item_that_is_given_up_loses_nothing_and_costs_nothing() {
    for concurrency in [1, 4, 32] {
        let peer = Peer::shut_list(200).await;
        let mut items = peer.client().list_member_sync_tasks().limit(20).items().pages_in_flight(concurrency);
        let (mut ids, mut given_up) = (Vec::new(), 0);
        loop {
            let polled = poll!(pin!(items.try_next()));
            match polled {
                Poll::Ready(Ok(Some(task))) => ids.push(id(&task)),
                Poll::Ready(end) => {
                    assert!(end.unwrap().is_none());
                    break;
                }
                Poll::Pending => {
                    // The future is gone by now; the page comes all the same.
                    given_up += 1;
                    peer.let_through(1);
                    tokio::task::yield_now().await;
                }
            }
        }
        assert_eq!((ids, peer.counts().arrived), (names(0..200), 14), "{concurrency}");
        assert!(given_up >= 14, "{given_up}");
    }
}

#[tokio::test]
async fn a_stream_stays_at_its_end() {
    let peer = Peer::open(|asked| page(0..30, asked)).await;
    let mut items = peer.client().list_member_sync_tasks().limit(20).items();
    assert_eq!(read(&mut items).await.0, names(0..30));
    let mut pages = peer.client().list_member_sync_tasks().limit(20).items().into_pages();
    while pages.try_next().await.unwrap().is_some() {}
    let arrived = peer.counts().arrived;
    for _ in 0..3 {
        assert!(items.try_next().await.unwrap().is_none() && items.is_terminated());
        assert!(pages.try_next().await.unwrap().is_none() && pages.is_terminated());
    }
    assert_eq!(peer.counts().arrived, arrived);
}

#[tokio::test]
async fn a_stream_stays_at_its_end_after_an_error() {
    let peer = Peer::open(|_| (vec![], Some(7))).await;
    let mut items = peer.client().list_member_sync_tasks().items();
    let mut pages = peer.client().list_member_sync_tasks().items().into_pages();
    assert!(items.try_next().await.unwrap_err().is_decode());
    assert!(pages.try_next().await.unwrap_err().is_decode());
    for _ in 0..3 {
        assert!(items.try_next().await.unwrap().is_none() && items.is_terminated());
        assert!(pages.try_next().await.unwrap().is_none() && pages.is_terminated());
    }
    assert_eq!(peer.counts().arrived, 2);
}

/// Shows what the test sets; no one waits by it.
#[derive(Clone)]
struct ByHand(dataarts_simulator::Clock);

impl Clock for ByHand {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn the_time_of_a_listing_ends_pages_that_are_read_ahead() {
    let peer = Peer::shut_list(1_000).await;
    let clock = dataarts_simulator::Clock::fixed(Timestamp::from_millisecond(1_800_000_000_000));
    let client = peer.builder().clock(ByHand(clock.clone())).build().unwrap();
    let hour = Duration::from_secs(3_600);
    let mut items = client.list_member_sync_tasks().limit(20).items().pages_in_flight(8).time_limit(hour);
    peer.let_through(1);
    for _ in 0..20 {
        items.try_next().await.unwrap();
    }
    clock.advance(hour - Duration::from_millis(50));
    let error = items.try_next().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    peer.until(|counts| counts.in_flight == 0).await;
    assert!(items.try_next().await.unwrap().is_none());
    assert_eq!(peer.counts().arrived, 9);
}

#[tokio::test]
async fn a_listing_whose_time_is_over_asks_for_nothing_more() {
    let peer = Peer::open(|asked| page(0..1_000, asked)).await;
    let clock = dataarts_simulator::Clock::fixed(Timestamp::from_millisecond(1_800_000_000_000));
    let client = peer.builder().clock(ByHand(clock.clone())).build().unwrap();
    let hour = Duration::from_secs(3_600);
    let mut pages = client.list_member_sync_tasks().limit(20).items().time_limit(hour).into_pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().items.len(), 20);
    clock.advance(hour);
    let error = pages.try_next().await.unwrap_err();
    assert!(error.is_timeout() && error.message().contains("incomplete"), "{error}");
    assert_eq!(peer.counts().arrived, 1);
}

/// Counts whole answers.
struct Answers(Arc<Semaphore>);

impl Interceptor for Answers {
    fn response(&self, _: &mut AttemptResponse<'_>) {
        self.0.add_permits(1);
    }
}

#[tokio::test]
async fn a_slow_caller_lets_no_page_run_out_of_time() {
    let peer = Peer::open(|asked| page(0..200, asked)).await;
    let answers = Arc::new(Semaphore::new(0));
    let client = peer.builder().interceptor(Answers(answers.clone())).build().unwrap();
    let mut items = client.list_member_sync_tasks().limit(20).items().pages_in_flight(4);
    let mut ids = Vec::new();
    for _ in 0..21 {
        ids.push(id(&items.try_next().await.unwrap().unwrap()));
    }
    // All four came while no one asked for more.
    answers.acquire_many(5).await.unwrap().forget();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    // A day passes for every timer of the runtime.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(86_400)).await;
    tokio::time::resume();
    let (rest, end) = read(&mut items).await;
    ids.extend(rest);
    assert!(end.is_ok() && ids == names(0..200), "{end:?}");
    assert_eq!(peer.counts().arrived, 14);
}

#[test]
fn a_stream_that_is_polled_without_a_runtime_ends_in_an_error_that_says_so() {
    let client = builder("http://127.0.0.1:9").build().unwrap();
    let mut items = pin!(client.list_member_sync_tasks().items());
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Some(Err(error))) = items.as_mut().poll_next(&mut context) else { panic!("no error") };
    assert!(error.is_invalid_input() && error.message().contains("tokio runtime"), "{error}");
    assert!(matches!(items.as_mut().poll_next(&mut context), Poll::Ready(None)));
}

/// Panics instead of looking.
struct Panics;

impl Interceptor for Panics {
    fn response(&self, _: &mut AttemptResponse<'_>) {
        panic!("of the caller's own making");
    }
}

#[tokio::test]
async fn a_panic_of_the_callers_interceptor_reaches_the_caller() {
    let peer = Peer::open(|asked| page(0..3, asked)).await;
    let client = peer.builder().interceptor(Panics).build().unwrap();
    let outcome = tokio::spawn(async move { client.list_member_sync_tasks().collect().await }).await;
    assert!(outcome.unwrap_err().is_panic());
}
