//! What a program on an ECS machine finds out about itself.

use std::time::Duration;

use dataarts_simulator::{Clock, DEMO_PROJECT_ID, Metadata, Simulator, StatusCode};
use reqwest::Method;

use crate::support::{Answer, DATE, NOW, get, list_with_key, send};

const TOKEN: &str = "/meta-data/latest/api/token";
const KEY: &str = "/openstack/latest/securitykey";
const DATA: &str = "/openstack/latest/meta_data.json";
const TTL: &str = "X-Metadata-Token-Ttl-Seconds";

async fn simulator(clock: &Clock, metadata: Metadata) -> Simulator {
    Simulator::builder().demo_data().clock(clock.clone()).metadata(metadata).start().await.unwrap()
}

async fn token(simulator: &Simulator, seconds: &str) -> String {
    let answer = send(simulator, Method::PUT, TOKEN, &[(TTL, seconds)]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text
}

async fn get_with(simulator: &Simulator, target: &str, token: &str) -> Answer {
    get(simulator, target, &[("X-Metadata-Token", token)]).await
}

#[tokio::test]
async fn a_token_opens_the_metadata_for_as_long_as_it_was_asked_for() {
    let clock = Clock::fixed(NOW);
    let simulator = simulator(&clock, Metadata::default()).await;
    let token = token(&simulator, "60").await;
    for target in [KEY, DATA] {
        assert_eq!(get_with(&simulator, target, &token).await.status, 200);
        for answer in [get(&simulator, target, &[]).await, get_with(&simulator, target, "another").await] {
            assert_eq!(answer.status, 401);
            assert!(!answer.text.contains("Agency"), "{}", answer.text);
        }
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(get_with(&simulator, KEY, &token).await.status, 401);
}

#[tokio::test]
async fn a_token_is_asked_for_with_a_time_within_bounds() {
    let simulator = simulator(&Clock::fixed(NOW), Metadata::default()).await;
    for seconds in ["0", "21601", "-1", "long", ""] {
        assert_eq!(send(&simulator, Method::PUT, TOKEN, &[(TTL, seconds)]).await.status, 400, "{seconds}");
    }
    assert_eq!(send(&simulator, Method::PUT, TOKEN, &[]).await.status, 400);
    assert_eq!(get(&simulator, TOKEN, &[(TTL, "60")]).await.status, 404);
    assert_ne!(token(&simulator, "1").await, token(&simulator, "21600").await);
}

#[tokio::test]
async fn without_token_mode_no_token_is_given_and_none_is_needed() {
    for status in [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED, StatusCode::SERVICE_UNAVAILABLE] {
        let simulator = simulator(&Clock::fixed(NOW), Metadata::default().without_token_mode(status)).await;
        let answer = send(&simulator, Method::PUT, TOKEN, &[(TTL, "21600")]).await;
        assert_eq!(answer.status, status.as_u16());
        assert_eq!(get(&simulator, KEY, &[]).await.status, 200);
        assert_eq!(get(&simulator, DATA, &[]).await.status, 200);
    }
}

#[tokio::test]
async fn keys_are_renewed_six_hours_before_they_expire_and_both_work_meanwhile() {
    let clock = Clock::fixed(NOW);
    let simulator = simulator(&clock, Metadata::default().without_token_mode(StatusCode::NOT_FOUND)).await;
    let hour = |hours: u64| Duration::from_secs(hours * 3_600);
    let first = get(&simulator, KEY, &[]).await.body;
    assert_eq!(first["credential"]["expires_at"], "2026-01-02T00:00:00.000000Z");
    assert_eq!(list_with_key(&simulator, &first, DATE).await.0, 200);
    clock.advance(hour(18) - Duration::from_secs(1));
    assert_eq!(get(&simulator, KEY, &[]).await.body, first);
    clock.advance(Duration::from_secs(1));
    let second = get(&simulator, KEY, &[]).await.body;
    assert_eq!(second["credential"]["expires_at"], "2026-01-02T18:00:00.000000Z");
    for key in [&first, &second] {
        assert_eq!(list_with_key(&simulator, key, "20260101T180000Z").await.0, 200);
    }
    clock.advance(hour(6));
    for (key, status) in [(&first, 401), (&second, 200)] {
        assert_eq!(list_with_key(&simulator, key, "20260102T000000Z").await.0, status);
    }
}

#[tokio::test]
async fn a_machine_without_an_agency_is_told_so() {
    let simulator = simulator(&Clock::fixed(NOW), Metadata::default().without_agency()).await;
    let token = token(&simulator, "21600").await;
    let answer = get_with(&simulator, KEY, &token).await;
    assert_eq!(answer.status, 401);
    assert!(answer.text.contains("Please configure Cloud Service Agency first"), "{}", answer.text);
    assert_eq!(get_with(&simulator, DATA, &token).await.status, 200);
}

#[tokio::test]
async fn a_machine_knows_its_region_and_project() {
    let simulator = simulator(&Clock::fixed(NOW), Metadata::default().region("eu-west-101")).await;
    let answer = get_with(&simulator, DATA, &token(&simulator, "21600").await).await;
    assert_eq!(
        (&answer.body["region_id"], &answer.body["project_id"]),
        (&"eu-west-101".into(), &DEMO_PROJECT_ID.into())
    );
}

#[tokio::test]
async fn its_tokens_are_not_recorded() {
    let simulator = simulator(&Clock::fixed(NOW), Metadata::default()).await;
    let token = token(&simulator, "21600").await;
    get_with(&simulator, KEY, &token).await;
    assert!(!format!("{:?}", simulator.requests()).contains(&token));
}
