//! A call that its caller does not poll holds up nothing: not its own deadline, and no other call.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use dataarts_security::{
    CallOptions, Checkpoint, Client, CredentialProvider, Credentials, Error, Identity, PasswordLogin, Rate,
};
use dataarts_simulator::{DEMO_DOMAIN, DEMO_PASSWORD, DEMO_USER};
use futures_util::stream::Stream as _;
use tokio::sync::Semaphore;

use crate::support::{Bench, HOUR, SHORT, call, call_with};

/// A future is left alone after so many polls: more than a call has points at which it waits.
const MOST_POLLS: usize = 12;
/// Turns of the runtime between two polls, in which tasks go as far as they can.
const TURNS: usize = 200;

/// Lets the tasks of the runtime, and the network below them, make progress.
async fn turns() {
    for _ in 0..TURNS {
        tokio::task::yield_now().await;
    }
}

/// Polls `future` so many times and leaves it there, alive.
async fn poll_times(future: &mut Pin<Box<dyn Future<Output = ()> + '_>>, times: usize) {
    for _ in 0..times {
        if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return;
        }
        turns().await;
    }
}

/// Clients whose calls wait for different things: a permit of the rate limiter, a lookup of the project, a login.
fn clients(bench: &Bench) -> [(&'static str, Client); 4] {
    let login = || Credentials::password(PasswordLogin::new(DEMO_USER, DEMO_PASSWORD, DEMO_DOMAIN));
    let without_project = || {
        dataarts_security::Client::builder()
            .endpoint(bench.simulator.base_url())
            .iam_endpoint(bench.simulator.base_url())
            .project_name("cn-north-4")
            .workspace(bench.simulator.workspace())
            .clock(bench.turned.clone())
    };
    let key = Credentials::access_key(bench.simulator.access_key(), bench.simulator.secret_key());
    let one_at_a_time = Rate::new(1, Duration::from_secs(1)).unwrap();
    [
        ("rate limiter", bench.builder().rate_limit(one_at_a_time).build().unwrap()),
        ("project", without_project().credentials(key.clone()).build().unwrap()),
        ("login", bench.builder().credentials(login()).build().unwrap()),
        ("all", without_project().credentials(key).rate_limit(one_at_a_time).build().unwrap()),
    ]
}

#[tokio::test]
async fn a_call_left_at_any_of_its_await_points_stops_no_other_call() {
    for polls in 1..=MOST_POLLS {
        let bench = Bench::plain().await;
        for (what, client) in clients(&bench) {
            let mut left_alone: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async {
                let _ = call(&client).await;
            });
            poll_times(&mut left_alone, polls).await;
            call(&client).await.unwrap_or_else(|error| panic!("{what}, after {polls} polls: {error}"));
            drop(left_alone);
        }
    }
}

#[tokio::test]
async fn a_listing_left_at_any_of_its_await_points_stops_no_other_call() {
    for polls in 1..=MOST_POLLS {
        let bench = Bench::plain().await;
        for (what, client) in clients(&bench) {
            let mut items = client.list_member_sync_tasks().limit(10).items();
            for _ in 0..polls {
                let polled = Pin::new(&mut items).poll_next(&mut Context::from_waker(Waker::noop()));
                assert!(!matches!(polled, Poll::Ready(Some(Err(_)))), "{what}: {polled:?}");
                turns().await;
            }
            call(&client).await.unwrap_or_else(|error| panic!("{what}, after {polls} polls: {error}"));
            let _: Result<Checkpoint, Error> = items.checkpoint();
        }
    }
}

/// Gives a token as soon as it may.
struct Gated {
    gate: Arc<Semaphore>,
    token: String,
}

impl CredentialProvider for Gated {
    async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
        self.gate.acquire().await?.forget();
        Ok(Identity::token(self.token.clone()))
    }
}

#[tokio::test]
async fn a_call_that_nobody_polls_ends_at_its_deadline_and_hands_back_its_permit() {
    let bench = Bench::plain().await;
    bench.rule("list,times=1:latency=1h");
    let client = bench.builder().rate_limit(Rate::new(1, Duration::from_secs(10)).unwrap()).build().unwrap();
    let options = CallOptions::new().call_timeout(SHORT);
    let mut left_alone = Box::pin(client.list_member_sync_tasks().with_options(options).send());
    assert!(left_alone.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    turns().await;
    call_with(&client, CallOptions::new().call_timeout(HOUR)).await.unwrap();
    assert_eq!((bench.statuses().len(), bench.elapsed()), (2, Duration::from_secs(10)));
    assert!(left_alone.await.is_err_and(|error| error.is_timeout()));
}

#[tokio::test]
async fn a_login_that_is_still_under_way_serves_the_next_call() {
    let bench = Bench::plain().await;
    let gate = Arc::new(Semaphore::new(0));
    let provider = Gated { gate: gate.clone(), token: bench.simulator.token().to_owned() };
    let client = bench.builder().credentials(Credentials::provider(provider)).build().unwrap();
    let mut left_alone = Box::pin(client.list_member_sync_tasks().send());
    assert!(left_alone.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    turns().await;
    gate.add_permits(1);
    call(&client).await.unwrap();
    drop(left_alone);
}
