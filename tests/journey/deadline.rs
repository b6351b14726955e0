//! Whatever a call waits for, it is over when its time is over.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dataarts_security::{CallOptions, Client, CredentialProvider, Credentials, Error, ErrorKind, Identity};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::support::{Bench, HOUR, SHORT, call, call_with};

/// Never gives an identity.
struct Hangs;

impl CredentialProvider for Hangs {
    async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
        pending().await
    }
}

/// Accepts connections and never answers.
async fn silent_peer() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut read = [0; 1024];
            let _ = socket.read(&mut read).await;
            open.push(socket);
        }
    });
    address
}

/// Clients with a region and without a project id: of one the credentials hang, of the other IAM.
async fn without_project(bench: &Bench) -> [Client; 2] {
    let builder =
        || Client::builder().region("cn-north-4").workspace(bench.simulator.workspace()).clock(bench.turned.clone());
    let silent = format!("http://{}", silent_peer().await);
    let key = Credentials::access_key("AK", "secret-key-of-the-test");
    [
        builder().credentials(Credentials::provider(Hangs)).build().unwrap(),
        builder().iam_endpoint(silent).credentials(key).build().unwrap(),
    ]
}

#[tokio::test]
async fn the_lookup_of_the_project_is_within_the_time_of_a_call_and_of_a_listing() {
    let bench = Bench::plain().await;
    for client in without_project(&bench).await {
        let options = CallOptions::new().call_timeout(SHORT);
        let error = client.list_member_sync_tasks().with_options(options).send().await.unwrap_err();
        assert!(error.is_timeout() && error.attempts() == 0 && !error.is_credentials(), "{error}");
        let operation = dataarts_security::operations::find("list_member_sync_tasks").unwrap();
        let error = client.raw(operation).with_options(options).send().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        let error = client.list_member_sync_tasks().items().time_limit(SHORT).try_next().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
    }
}

#[tokio::test]
async fn a_hold_that_outlasts_the_call_fails_at_once_and_tells_when_to_come_back() {
    let bench = Bench::plain().await;
    bench.rule("list,times=1:status=429,retry-after=200");
    let client = bench.client();
    let begin = bench.elapsed();
    let first = call_with(&client, CallOptions::new()).await.unwrap_err();
    let next = call_with(&client, CallOptions::new()).await.unwrap_err();
    for (error, attempts) in [(first, 1), (next, 0)] {
        assert!(error.is_throttled() && !error.is_timeout() && error.kind() == ErrorKind::Throttled, "{error}");
        assert_eq!(error.attempts(), attempts, "{error}");
        let wait = error.retry_at().unwrap().as_millisecond() - 1_800_000_000_000;
        assert_eq!(Duration::from_millis(wait.try_into().unwrap()), begin + Duration::from_secs(200), "{error}");
    }
    assert_eq!((bench.statuses(), bench.sleeps()), (vec![429], vec![]));
    // One that may take longer waits.
    call_with(&client, CallOptions::new().call_timeout(HOUR)).await.unwrap();
    assert_eq!(bench.elapsed(), Duration::from_secs(200));
}

#[tokio::test]
async fn a_limit_of_the_callers_own_http_client_ends_the_attempt_and_not_the_call() {
    let bench = Bench::plain().await;
    bench.rule("list,times=1:latency=1h");
    let http = reqwest::Client::builder().no_proxy().timeout(SHORT).build().unwrap();
    let client = bench.builder().http_client(http).no_rate_limit().build().unwrap();
    // Shorter than that of the attempt.
    let options = CallOptions::new().call_timeout(Duration::from_secs(20)).attempt_timeout(HOUR).max_retries(40);
    call_with(&client, options).await.unwrap();
    assert!(bench.statuses().len() >= 2);
    bench.rule("list:latency=1h");
    let error = call_with(&client, options.max_retries(1)).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 2, "{error}");
    assert!(error.message().contains("limit of the HTTP client"), "{error}");
}

#[tokio::test]
async fn an_error_is_of_the_last_attempt_and_those_before_are_kept_apart() {
    let bench = Bench::plain().await;
    bench.rule("list,times=1:status=429,retry-after=1");
    bench.rule("list,times=1:status=503");
    bench.rule("list:latency=1h");
    let options = CallOptions::new().attempt_timeout(SHORT).max_retries(2);
    let error = call_with(&bench.unpaced(), options).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_throttled() && error.status().is_none(), "{error}");
    let earlier = error.earlier_attempts();
    assert_eq!(earlier.iter().map(Error::kind).collect::<Vec<_>>(), [ErrorKind::Throttled, ErrorKind::Service]);
    let requests = bench.simulator.requests();
    for (error, request) in earlier.iter().zip(&requests) {
        assert_eq!(error.request_id(), Some(request.request_id.as_str()));
        assert_eq!(error.status().unwrap().as_u16(), request.status);
    }
    assert!(earlier[0].retry_at().is_some() && error.retry_at().is_none());
}

#[tokio::test]
async fn an_error_response_is_returned_with_its_headers_and_body() {
    let bench = Bench::plain().await;
    bench.rule("list:status=403,body=service");
    let error = call(&bench.client()).await.unwrap_err();
    let body: serde_json::Value = serde_json::from_slice(error.body().unwrap()).unwrap();
    assert_eq!(body["error_code"].as_str(), error.code());
    assert!(error.headers().unwrap().contains_key("x-request-id"));
}

/// Counts how often it is asked.
struct Counted(Arc<AtomicUsize>);

impl CredentialProvider for Counted {
    async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(Identity::token("t"))
    }
}

#[test]
fn a_call_outside_a_runtime_is_an_error_and_no_panic() {
    let asked = Arc::new(AtomicUsize::new(0));
    let builder = Client::builder().endpoint("http://127.0.0.1:9").project_id("p").workspace("w");
    let client = builder.credentials(Credentials::provider(Counted(asked.clone()))).build().unwrap();
    let error = futures_util::FutureExt::now_or_never(client.list_member_sync_tasks().send()).unwrap().unwrap_err();
    assert!(error.is_invalid_input() && error.message().contains("tokio runtime"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}
