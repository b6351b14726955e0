//! A request that changes something is retried only if it was certainly not carried out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dataarts_security::{CallOptions, Client, CredentialProvider, Credentials, Error, Identity};
use http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::SHORT;

/// A peer that does with the n-th connection what `script` says, and counts the requests.
async fn peer(script: &'static [&'static str]) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, requests) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = requests.clone();
    tokio::spawn(async move {
        for step in script.iter().chain(std::iter::repeat(&script[script.len() - 1])) {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(respond(socket, step, counted.clone()));
        }
    });
    (address, requests)
}

async fn respond(mut socket: TcpStream, step: &'static str, requests: Arc<AtomicUsize>) {
    let mut read = [0; 4096];
    if socket.read(&mut read).await.is_ok_and(|count| count > 0) {
        requests.fetch_add(1, Ordering::SeqCst);
    }
    match step {
        "hang" => std::future::pending().await,
        "close" => {}
        status => {
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
            let _ = socket.write_all(head.as_bytes()).await;
        }
    }
}

/// Another token each time.
struct Fresh(AtomicUsize);

impl CredentialProvider for Fresh {
    async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Identity::token(format!("token-{}", self.0.fetch_add(1, Ordering::SeqCst))))
    }
}

/// What became of one call by this method, and how many requests were made for it.
async fn call(method: Method, script: &'static [&'static str]) -> (Result<(), Error>, usize) {
    let (address, requests) = peer(script).await;
    let client = Client::builder()
        .endpoint(format!("http://{address}"))
        .project_id("p")
        .credentials(Credentials::provider(Fresh(AtomicUsize::new(0))))
        .clock(dataarts_simulator::Clock::fixed(1_800_000_000_000.into()))
        .options(CallOptions::new().attempt_timeout(SHORT * 4).call_timeout(Duration::from_secs(60)))
        .no_rate_limit()
        .build()
        .unwrap();
    let outcome = client.request(method, "/v1/things").send().await;
    (outcome.map(drop), requests.load(Ordering::SeqCst))
}

#[tokio::test]
async fn it_is_not_retried_after_a_failure_with_an_unknown_outcome() {
    for step in
        [&["close", "200 OK"], &["hang", "200 OK"], &["503 X", "200 OK"], &["408 X", "200 OK"], &["500 X", "200 OK"]]
    {
        let (outcome, requests) = call(Method::POST, step).await;
        let error = outcome.unwrap_err();
        assert!(error.may_have_been_applied() && requests == 1, "{step:?}: {error}, {requests}");
        assert!(error.to_string().contains("check before you repeat it"), "{error}");
    }
}

#[tokio::test]
async fn it_is_retried_after_a_response_that_says_that_nothing_was_done() {
    for step in [&["429 X", "200 OK"], &["401 X", "200 OK"]] {
        let (outcome, requests) = call(Method::POST, step).await;
        assert!(outcome.is_ok() && requests == 2, "{step:?}: {outcome:?}, {requests}");
    }
    for step in [&["429 X"], &["401 X"], &["400 X"], &["403 X"]] {
        let error = call(Method::POST, step).await.0.unwrap_err();
        assert!(!error.may_have_been_applied(), "{step:?}: {error}");
    }
}

#[tokio::test]
async fn an_idempotent_change_is_retried_and_its_outcome_may_still_be_unknown() {
    let (outcome, requests) = call(Method::DELETE, &["close", "200 OK"]).await;
    assert!(outcome.is_ok() && requests == 2);
    // The first attempt may have deleted what the second did not find.
    let (outcome, requests) = call(Method::DELETE, &["close", "404 X"]).await;
    let error = outcome.unwrap_err();
    assert!(error.may_have_been_applied() && error.is_not_found() && requests == 2, "{error}");
}

#[tokio::test]
async fn a_read_has_no_outcome_that_could_be_unknown() {
    for step in [&["close"], &["hang"], &["503 X"]] {
        let error = call(Method::GET, step).await.0.unwrap_err();
        assert!(!error.may_have_been_applied() && error.attempts() == 4, "{step:?}: {error}");
    }
}

#[tokio::test]
async fn a_request_that_never_left_is_retried() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder()
        .endpoint(nobody)
        .project_id("p")
        .credentials(Credentials::token("t"))
        .clock(dataarts_simulator::Clock::fixed(1_800_000_000_000.into()))
        .build()
        .unwrap();
    let error = client.request(Method::POST, "/v1/things").send().await.unwrap_err();
    assert!(error.is_connect() && !error.may_have_been_applied() && error.attempts() == 4, "{error}");
}

/// A frame of HTTP/2: its type, its flags, its stream and its payload (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Speaks HTTP/2: refuses the first stream with this error code and answers the second with 200.
async fn refuse_first_stream(mut socket: TcpStream, code: u32, streams: Arc<AtomicUsize>) {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const RESET: u8 = 3;
    const SETTINGS: u8 = 4;
    const PREFACE: usize = 24;
    const STATUS_200: &[u8] = &[0x88];
    socket.read_exact(&mut [0; PREFACE]).await.unwrap();
    socket.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    let mut head = [0; 9];
    while socket.read_exact(&mut head).await.is_ok() {
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        socket.read_exact(&mut vec![0; length]).await.unwrap();
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        if head[3] != HEADERS {
            continue;
        }
        let response = match streams.fetch_add(1, Ordering::SeqCst) {
            0 => frame(RESET, 0, stream, &code.to_be_bytes()),
            // END_HEADERS, and END_STREAM on the body.
            _ => [frame(HEADERS, 4, stream, STATUS_200), frame(DATA, 1, stream, b"{}")].concat(),
        };
        socket.write_all(&response).await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_stream_of_http2_is_retried_and_another_reset_is_not() {
    const INTERNAL_ERROR: u32 = 2;
    const REFUSED_STREAM: u32 = 7;
    for (code, retried) in [(REFUSED_STREAM, true), (INTERNAL_ERROR, false)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let streams = Arc::new(AtomicUsize::new(0));
        let counted = streams.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(refuse_first_stream(socket, code, counted.clone()));
            }
        });
        let client = Client::builder()
            .endpoint(endpoint)
            .project_id("p")
            .credentials(Credentials::token("t"))
            .clock(dataarts_simulator::Clock::fixed(1_800_000_000_000.into()))
            .http_client(reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap())
            .build()
            .unwrap();
        let outcome = client.request(Method::POST, "/v1/things").body("{}").send().await;
        assert_eq!(outcome.is_ok(), retried, "{code}: {outcome:?}");
        assert_eq!(streams.load(Ordering::SeqCst), if retried { 2 } else { 1 }, "{code}");
        assert!(retried || outcome.is_err_and(|error| error.may_have_been_applied()));
    }
}
