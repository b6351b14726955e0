//! A call that is dropped stops where it is, and leaves nothing behind.

use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use dataarts_security::{
    AttemptRequest, CallOptions, Client, Clock, Credentials, Interceptor, Rate, SharedLimits, Timestamp,
};
use futures_util::future::select;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::support::{Bench, HOUR, call};

const WINDOW: Duration = Duration::from_secs(10);

fn rate(count: u32) -> Rate {
    Rate::new(count, WINDOW).unwrap()
}

/// As the bench's clock, but the first wait never ends. Says when it begins.
struct Stuck {
    bench: crate::support::Turned,
    waits: Arc<Notify>,
    first: std::sync::atomic::AtomicBool,
}

impl Clock for Stuck {
    fn now(&self) -> Timestamp {
        self.bench.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        if self.first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            self.waits.notify_one();
            return Box::pin(pending());
        }
        self.bench.sleep(duration)
    }
}

/// Says when a request is about to be sent.
struct Sending(Arc<Notify>);

impl Interceptor for Sending {
    fn request(&self, _: &mut AttemptRequest<'_>) {
        self.0.notify_one();
    }
}

/// Drops `call` when it has come to where `there` tells of it.
async fn drop_at(there: &Notify, call: impl Future) {
    assert!(matches!(select(pin!(there.notified()), pin!(call)).await, futures_util::future::Either::Left(_)));
}

#[tokio::test]
async fn a_call_that_is_dropped_in_the_queue_leaves_its_place_to_the_next() {
    let bench = Bench::plain().await;
    let waits = Arc::new(Notify::new());
    let clock = Stuck { bench: bench.turned.clone(), waits: waits.clone(), first: true.into() };
    let client = bench.builder().clock(clock).rate_limit(rate(1)).build().unwrap();
    call(&client).await.unwrap();
    drop_at(&waits, call(&client)).await;
    call(&client).await.unwrap();
    assert_eq!((bench.statuses(), bench.elapsed()), (vec![200, 200], WINDOW));
}

#[tokio::test]
async fn a_call_that_is_dropped_in_flight_counts_for_one_window_and_no_longer() {
    let bench = Bench::plain().await;
    let sending = Arc::new(Notify::new());
    let client = bench.builder().interceptor(Sending(sending.clone())).rate_limit(rate(1)).build().unwrap();
    bench.rule("list,page=2:latency=1h");
    let options = CallOptions::new().call_timeout(HOUR).attempt_timeout(HOUR);
    let slow = client.list_member_sync_tasks().limit(10).offset(10).with_options(options).send();
    drop_at(&sending, slow).await;
    call(&client).await.unwrap();
    assert_eq!(bench.elapsed(), WINDOW);
}

#[tokio::test]
async fn a_call_that_is_dropped_between_attempts_is_not_sent_again() {
    let bench = Bench::plain().await;
    let waits = Arc::new(Notify::new());
    let clock = Stuck { bench: bench.turned.clone(), waits: waits.clone(), first: true.into() };
    let client = bench.builder().clock(clock).no_rate_limit().build().unwrap();
    bench.rule("list,times=1:status=503");
    drop_at(&waits, call(&client)).await;
    assert_eq!(bench.statuses(), [503]);
    call(&client).await.unwrap();
    assert_eq!(bench.statuses(), [503, 200]);
}

#[tokio::test]
async fn a_call_that_is_dropped_within_the_body_hangs_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(format!("http://{}", listener.local_addr().unwrap()))
        .project_id("p")
        .workspace("w")
        .credentials(Credentials::token("t"))
        .build()
        .unwrap();
    let begun = Notify::new();
    let peer = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut read = [0; 4096];
        assert!(socket.read(&mut read).await.unwrap() > 0);
        socket
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{")
            .await
            .unwrap();
        begun.notify_one();
        // Nothing more comes; the end does.
        socket.read(&mut read).await
    };
    let (end, ()) = tokio::join!(peer, drop_at(&begun, call(&client)));
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}
