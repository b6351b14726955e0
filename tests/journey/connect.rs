//! How long a connection may take, for a client and for one call. The time is the runtime's, and turned.

use std::net::SocketAddr;
use std::time::Duration;

use dataarts_security::{CallOptions, Client, ClientBuilder, Credentials, Error};
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
            .endpoint(format!("http://{}", self.address()))
            .project_id("0833a5737480d53b2f25c010dc1a7b88")
            .workspace("f7bc8f2a71524d268c4293974e3dc35b")
            .credentials(Credentials::token("t0ken-of-the-test"))
            .no_pace()
    }
}

fn of_a_connection(timeout: Duration) -> CallOptions {
    CallOptions::new().connect_timeout(timeout).retries(0)
}

/// Makes one attempt, which must end for want of a connection. Gives the seconds that it took.
async fn seconds_to_fail(client: Client, options: CallOptions) -> u64 {
    let begin = Instant::now();
    let error = call_with(&client, options.retries(0)).await.unwrap_err();
    assert!(error.is_connect() && !error.is_timeout() && error.attempts() == 1, "{error}");
    assert!(error.message().contains("no connection in time"), "{error}");
    begin.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_take_five_seconds_or_as_long_as_is_set() {
    let full = Full::new().await;
    let unset = CallOptions::new();
    let two = Duration::from_secs(2);
    assert_eq!(seconds_to_fail(full.builder().build().unwrap(), unset).await, 5);
    let of_the_client = full.builder().connect_timeout(two).build().unwrap();
    assert_eq!(seconds_to_fail(of_the_client, unset).await, 2);
    let by_options = full.builder().connect_timeout(HOUR).options(of_a_connection(two)).build().unwrap();
    assert_eq!(seconds_to_fail(by_options, unset).await, 2);
    let of_a_clone = full.builder().build().unwrap().with_options(of_a_connection(two));
    assert_eq!(seconds_to_fail(of_a_clone, unset).await, 2);
}

#[tokio::test(start_paused = true)]
async fn the_timeout_of_a_call_wins_whether_shorter_or_longer() {
    let full = Full::new().await;
    let client = full.builder().connect_timeout(Duration::from_secs(3)).build().unwrap();
    for seconds in [1, 9] {
        let options = of_a_connection(Duration::from_secs(seconds));
        assert_eq!(seconds_to_fail(client.clone(), options).await, seconds);
    }
    assert_eq!(seconds_to_fail(client, CallOptions::new()).await, 3);
}

#[tokio::test(start_paused = true)]
async fn no_connect_timeout_goes_past_the_end_of_the_attempt() {
    let full = Full::new().await;
    let begin = Instant::now();
    let error = call_with(&full.builder().build().unwrap(), of_a_connection(HOUR)).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_connect(), "{error}");
    assert_eq!(begin.elapsed().as_secs(), 30);
}

fn is_refused(error: &Error) -> bool {
    error.is_invalid_input() && error.message().contains("connect timeout") && error.message().contains("`http_client`")
}

#[tokio::test]
async fn connections_of_ones_own_keep_their_timeout_and_the_call_is_refused() {
    let bench = Bench::plain().await;
    let builder = bench.builder().http_client(reqwest::Client::builder().no_proxy().build().unwrap());
    let client = builder.clone().build().unwrap();
    let error = call_with(&client, of_a_connection(HOUR)).await.unwrap_err();
    assert!(is_refused(&error) && error.attempts() == 0, "{error}");
    assert!(is_refused(&call(&client.with_options(of_a_connection(HOUR))).await.unwrap_err()));
    assert!(is_refused(&builder.clone().options(of_a_connection(HOUR)).build().unwrap_err()));
    assert!(is_refused(&builder.connect_timeout(HOUR).build().unwrap_err()));
    assert_eq!(bench.statuses(), [0_u16; 0]);
    call(&client).await.unwrap();
}
