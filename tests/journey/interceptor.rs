//! What the caller sees and changes on the way.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dataarts_security::{
    AttemptFailure, AttemptRequest, AttemptResponse, Credentials, FinishedCall, Interceptor, PasswordLogin,
};
use dataarts_simulator::{DEMO_DOMAIN, DEMO_PASSWORD, DEMO_USER};
use http::{HeaderValue, StatusCode};

use crate::support::{Bench, call};

/// Writes down what it sees.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn push(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Interceptor for Seen {
    fn request(&self, request: &mut AttemptRequest<'_>) {
        let (method, path, query) = (request.method(), request.path(), request.query());
        assert!(!request.headers().contains_key("authorization"));
        self.push(format!("{} {} {method} {path}?{query}", request.operation(), request.attempt()));
        request.headers_mut().insert("x-trace", HeaderValue::from_static("4711"));
    }

    fn response(&self, answer: &mut AttemptResponse<'_>) {
        let (status, bytes) = (answer.status().as_u16(), answer.body().len());
        assert!(answer.headers().contains_key("x-request-id") && bytes > 0);
        self.push(format!("{} {} {status}", answer.operation(), answer.attempt()));
    }
}

/// Puts one answer in place of the first of another status.
struct Instead {
    of: u16,
    status: StatusCode,
    body: &'static [u8],
}

impl Interceptor for Instead {
    fn response(&self, answer: &mut AttemptResponse<'_>) {
        if answer.status().as_u16() == self.of {
            *answer.status_mut() = self.status;
            *answer.body_mut() = Bytes::from_static(self.body);
            answer.headers_mut().insert("x-request-id", HeaderValue::from_static("instead"));
        }
    }
}

#[tokio::test]
async fn every_attempt_and_its_answer_is_seen() {
    let bench = Bench::plain().await;
    let seen = Seen::default();
    bench.rule("list,times=1:status=503");
    call(&bench.builder().interceptor(seen.clone()).build().unwrap()).await.unwrap();
    let path = format!("/v1/{}/security/member-sync-tasks?limit=10", bench.simulator.project_id());
    let expected = [
        format!("list_member_sync_tasks 1 GET {path}"),
        "list_member_sync_tasks 1 503".to_owned(),
        format!("list_member_sync_tasks 2 GET {path}"),
        "list_member_sync_tasks 2 200".to_owned(),
    ];
    assert_eq!(seen.lines(), expected);
}

#[tokio::test]
async fn a_header_that_is_added_is_signed_and_sent() {
    let bench = Bench::plain().await;
    let builder = bench.builder().interceptor(Seen::default());
    call(&builder.clone().build().unwrap()).await.unwrap();
    assert_eq!(bench.last_request().header("x-trace"), Some("4711"));
    // Only of a refused signature is shown what was signed.
    let wrong = Credentials::access_key(bench.simulator.access_key(), "wrong");
    let error = call(&builder.credentials(wrong).build().unwrap()).await.unwrap_err();
    assert!(error.canonical_request().is_some_and(|signed| signed.contains("\nx-trace:4711\n")), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_changed_is_the_one_that_counts() {
    let bench = Bench::plain().await;
    let status = StatusCode::OK;
    let empty = Instead { of: 200, status, body: br#"{"tasks": [], "total": 0}"# };
    let page = call(&bench.builder().interceptor(empty).build().unwrap()).await.unwrap();
    assert_eq!(page.total, Some(0));
    let forbidden = Instead { of: 200, status: StatusCode::FORBIDDEN, body: b"{}" };
    let error = call(&bench.builder().interceptor(forbidden).build().unwrap()).await.unwrap_err();
    assert!(error.is_forbidden() && error.request_id() == Some("instead"), "{error}");
    assert_eq!(bench.statuses(), [200, 200]);
}

#[tokio::test]
async fn a_status_that_is_changed_decides_whether_the_call_is_sent_again() {
    let bench = Bench::plain().await;
    bench.rule("list,times=1:status=400");
    let passing = Instead { of: 400, status: StatusCode::SERVICE_UNAVAILABLE, body: b"" };
    call(&bench.builder().interceptor(passing).build().unwrap()).await.unwrap();
    assert_eq!(bench.statuses(), [400, 200]);
}

#[tokio::test]
async fn logins_are_seen_too() {
    let bench = Bench::plain().await;
    let seen = Seen::default();
    let login = Credentials::password(PasswordLogin::new(DEMO_USER, DEMO_PASSWORD, DEMO_DOMAIN));
    call(&bench.builder().interceptor(seen.clone()).credentials(login).build().unwrap()).await.unwrap();
    let lines = seen.lines();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[0].starts_with("create_token_by_password 1 POST /v3/auth/tokens?"), "{lines:?}");
    assert_eq!(lines[1], "create_token_by_password 1 201");
    assert!(lines[2].starts_with("list_member_sync_tasks 1 GET "), "{lines:?}");
}

/// Writes down the failures of attempts and the ends of calls.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<Vec<String>>>);

impl Interceptor for Ends {
    fn failure(&self, failure: &AttemptFailure<'_>) {
        let line = format!("{} {} {}", failure.operation(), failure.attempt(), failure.error().kind());
        self.0.lock().unwrap().push(line);
    }

    fn call_finished(&self, call: &FinishedCall<'_>) {
        let end = match call.error() {
            Some(error) => error.kind().to_string(),
            None if call.is_cancelled() => "cancelled".to_owned(),
            None => "success".to_owned(),
        };
        self.0.lock().unwrap().push(format!("{} ended after {}: {end}", call.operation(), call.attempts()));
    }
}

impl Ends {
    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[tokio::test]
async fn an_attempt_without_a_response_is_told_and_the_end_of_each_call_once() {
    let bench = Bench::plain().await;
    let ends = Ends::default();
    let client = bench.builder().interceptor(ends.clone()).build().unwrap();
    bench.rule("list,times=1:reset=before-headers");
    call(&client).await.unwrap();
    assert_eq!(ends.lines(), ["list_member_sync_tasks 1 transport", "list_member_sync_tasks ended after 2: success"]);
    bench.rule("list:status=403");
    call(&client).await.unwrap_err();
    assert_eq!(ends.lines(), ["list_member_sync_tasks ended after 1: service"]);
    let late = client.with_options(dataarts_security::CallOptions::new().call_timeout(std::time::Duration::ZERO));
    call(&late).await.unwrap_err();
    assert_eq!(ends.lines(), ["list_member_sync_tasks ended after 0: timeout"]);
}

#[tokio::test]
async fn a_call_that_is_dropped_is_told_as_cancelled() {
    let bench = Bench::plain().await;
    bench.rule("list:latency=1h");
    let (seen, ends) = (Seen::default(), Ends::default());
    let client = bench.builder().interceptor(seen.clone()).interceptor(ends.clone()).build().unwrap();
    let mut running = Box::pin(call(&client));
    while seen.lines().is_empty() {
        assert!(futures_util::poll!(running.as_mut()).is_pending());
        tokio::task::yield_now().await;
    }
    drop(running);
    while ends.0.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(ends.lines(), ["list_member_sync_tasks ended after 1: cancelled"]);
}

#[tokio::test]
async fn several_interceptors_are_called_in_the_order_in_which_they_were_added() {
    let bench = Bench::plain().await;
    let seen = Seen::default();
    let broken = Instead { of: 200, status: StatusCode::FORBIDDEN, body: b"{}" };
    let repaired = Instead { of: 403, status: StatusCode::OK, body: br#"{"tasks": [], "total": 0}"# };
    let builder = bench.builder().interceptor(broken).interceptor(seen.clone()).interceptor(repaired);
    let page = call(&builder.build().unwrap()).await.unwrap();
    assert_eq!(page.total, Some(0));
    assert_eq!(seen.lines()[1], "list_member_sync_tasks 1 403");
}
