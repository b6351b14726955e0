//! Sources of one's own: a provider and a function.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dataarts_security::{CallOptions, CredentialProvider, Credentials, Identity, Timestamp};

use crate::support::{Bench, call, refreshed};

/// Gives a token that ends after ten minutes of the simulator's clock.
struct Vault {
    token: String,
    now: dataarts_simulator::Clock,
    asked: Arc<AtomicUsize>,
}

impl CredentialProvider for Vault {
    async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let end = Timestamp::from_millisecond(self.now.now().as_millisecond() + 600_000);
        Ok(Identity::token(self.token.clone()).with_expiry(end).with_project_id(dataarts_simulator::DEMO_PROJECT_ID))
    }
}

#[tokio::test]
async fn a_provider_is_asked_when_its_identity_is_due_and_tells_the_project() {
    let bench = Bench::plain().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let vault = Vault { token: bench.simulator.token().to_owned(), now: bench.clock.clone(), asked: asked.clone() };
    let client = bench.builder(Credentials::provider(vault)).build().unwrap();
    for (turn, expected) in [(0, 1), (5, 1), (4, 2), (60, 3)] {
        bench.turn(turn);
        let before = client.identity().await.unwrap().expires_at();
        call(&client).await.unwrap();
        if turn == 4 {
            refreshed(&client, before).await;
        }
        assert_eq!(asked.load(Ordering::SeqCst), expected);
    }
}

/// Gives a token once the test lets it, and panics when it is told to.
struct Gated {
    token: String,
    gate: Arc<tokio::sync::Semaphore>,
    asked: Arc<AtomicUsize>,
    panics: bool,
}

impl CredentialProvider for Gated {
    async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.gate.acquire().await?.forget();
        assert!(!self.panics, "out of order");
        Ok(Identity::token(self.token.clone()))
    }
}

#[tokio::test]
async fn a_provider_slower_than_a_call_completes_for_the_next_call() {
    let bench = Bench::plain().await;
    let (asked, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(tokio::sync::Semaphore::new(0)));
    let token = bench.simulator.token().to_owned();
    let provider = Gated { token, gate: gate.clone(), asked: asked.clone(), panics: false };
    let client = bench.client(Credentials::provider(provider));
    let hasty = client.with_options(CallOptions::new().call_timeout(Duration::from_millis(20)));
    for _ in 0..3 {
        assert!(call(&hasty).await.unwrap_err().is_timeout());
    }
    gate.add_permits(1);
    call(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_panic_of_a_provider_is_an_error_of_the_calls_that_wait() {
    let bench = Bench::plain().await;
    let (asked, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(tokio::sync::Semaphore::new(1)));
    let provider = Gated { token: String::new(), gate, asked: asked.clone(), panics: true };
    let client = bench.client(Credentials::provider(provider));
    let (one, other) = tokio::join!(call(&client), call(&client));
    for error in [one.unwrap_err(), other.unwrap_err()] {
        assert!(error.is_credentials() && error.to_string().contains("it panicked"), "{error}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_function_is_asked_again_when_its_token_is_refused() {
    let bench = Bench::plain().await;
    let tokens = ["stale".to_owned(), bench.simulator.token().to_owned()];
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let client = bench.client(Credentials::token_from(move || {
        let token = tokens[count.fetch_add(1, Ordering::SeqCst).min(1)].clone();
        async move { Ok::<_, std::io::Error>(token) }
    }));
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!((asked.load(Ordering::SeqCst), bench.statuses()), (2, vec![401, 200, 200]));
}

#[tokio::test]
async fn the_reason_of_a_provider_is_the_reason_of_the_call() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::token_from(|| async { Err::<String, _>("the vault is sealed\nfor now") }));
    let error = call(&client).await.unwrap_err();
    assert!(error.is_credentials() && !error.is_invalid_input());
    assert_eq!(
        error.to_string(),
        "list_member_sync_tasks: no identity from the credential provider: the vault is sealed for now"
    );
    // Its text is in the line already.
    assert!(error.get_ref().is_some() && std::error::Error::source(&error).is_none());
}

#[tokio::test]
async fn an_identity_that_cannot_stand_in_a_header_is_refused() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::token_from(|| async { Ok::<_, std::io::Error>("two words") }));
    let error = call(&client).await.unwrap_err();
    assert!(error.is_credentials() && !error.to_string().contains("two words"), "{error}");
    assert_eq!(bench.simulator.requests().len(), 0);
}

#[tokio::test]
async fn a_fixed_access_key_is_never_sent_again_after_a_refusal() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::access_key(bench.simulator.access_key(), "a-wrong-secret-key"));
    let error = call(&client).await.unwrap_err();
    assert!(error.is_unauthorized() && error.is_signature_mismatch(), "{error}");
    assert_eq!(bench.statuses(), [401]);
    assert_eq!(error.canonical_request().map(str::to_owned), error.gateway_canonical_request());
}
