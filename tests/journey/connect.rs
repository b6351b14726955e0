//! How long establishing a connection may take. The time is the paused time of the runtime.

use std::net::SocketAddr;
use std::time::Duration;

use dataarts_security::{CallOptions, Client, ClientBuilder, Credentials, SharedLimits};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::support::{Bench, HOUR, call, call_with};

/// A peer with which no connection comes about: its queue is full, and what more arrives is left unanswered.
struct Full {
    listener: TcpListener,
    waiting: JoinSet<Option<TcpStream>>,
}

impl Full {
    async fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(0).unwrap();
        let mut full = Self { waiting: JoinSet::new(), listener };
        let address = full.address();
        for _ in 0..4 {
            full.waiting.spawn(async move {
                let stream = TcpStream::connect(address).await;
                std::future::pending::<()>().await;
                stream.ok()
            });
        }
        tokio::task::yield_now().await;
        full
    }

    fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .shared_limits(SharedLimits::new())
            .endpoint(format!("http://{}", self.address()))
            .project_id("0833a5737480d53b2f25c010dc1a7b88")
            .workspace("f7bc8f2a71524d268c4293974e3dc35b")
            .credentials(Credentials::token("t0ken-of-the-test"))
            .no_rate_limit()
    }
}

/// Makes one attempt, which must end for want of a connection. Gives the seconds that it took.
async fn seconds_to_fail(client: Client) -> u64 {
    let begin = Instant::now();
    let error = call_with(&client, CallOptions::new().max_retries(0)).await.unwrap_err();
    assert!(error.is_connect() && !error.is_timeout() && error.attempts() == 1, "{error}");
    assert!(error.message().contains("no connection in time"), "{error}");
    begin.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_take_five_seconds_or_as_long_as_is_set() {
    let full = Full::new().await;
    assert_eq!(seconds_to_fail(full.builder().build().unwrap()).await, 5);
    let set = full.builder().connect_timeout(Duration::from_secs(2)).build().unwrap();
    assert_eq!(seconds_to_fail(set).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_connect_timeout_does_not_extend_the_attempt() {
    let full = Full::new().await;
    let client = full.builder().connect_timeout(HOUR).build().unwrap();
    let begin = Instant::now();
    let error = call_with(&client, CallOptions::new().max_retries(0)).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_connect(), "{error}");
    assert_eq!(begin.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn a_connect_timeout_beside_a_custom_client_is_rejected() {
    let bench = Bench::plain().await;
    let builder = bench.builder().http_client(reqwest::Client::builder().no_proxy().build().unwrap());
    let error = builder.clone().connect_timeout(HOUR).build().unwrap_err();
    assert!(error.is_invalid_input(), "{error}");
    assert!(error.message().contains("connect timeout") && error.message().contains("`http_client`"), "{error}");
    call(&builder.build().unwrap()).await.unwrap();
}
