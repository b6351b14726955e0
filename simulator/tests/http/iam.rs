//! Logging in, and what one gets by it.

use std::time::Duration;

use dataarts_simulator::{Clock, DEMO_DOMAIN, DEMO_PASSWORD, DEMO_PROJECT_ID, DEMO_REGION, DEMO_USER};
use dataarts_simulator::{Simulator, SimulatorBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, DATE, NOW, get, list_with_key, list_with_token, post, send, sign};

const LOGIN: &str = "/v3/auth/tokens?nocatalog=true";
const ID_TOKEN_LOGIN: &str = "/v3.0/OS-AUTH/id-token/tokens";
const KEYS: &str = "/v3.0/OS-CREDENTIAL/securitytokens";

async fn simulator(clock: &Clock) -> Simulator {
    start(Simulator::builder().clock(clock.clone())).await
}

async fn start(builder: SimulatorBuilder) -> Simulator {
    builder.demo_data().start().await.unwrap()
}

/// A login of the demo user, for this scope.
fn login(scope: Value) -> Value {
    let user = json!({"name": DEMO_USER, "password": DEMO_PASSWORD, "domain": {"name": DEMO_DOMAIN}});
    json!({"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}})
}

fn project_scope() -> Value {
    json!({"project": {"name": DEMO_REGION}})
}

fn token(answer: &Answer) -> &str {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.headers["x-subject-token"].to_str().unwrap()
}

/// Status and code of IAM, which is a number here.
fn refusal(answer: &Answer) -> (u16, i64) {
    assert!(answer.body["error"]["message"].is_string() && answer.body["error"]["title"].is_string(), "{answer:?}");
    (answer.status, answer.body["error"]["code"].as_i64().unwrap_or_default())
}

#[tokio::test]
async fn a_password_gives_a_token_that_the_service_accepts() {
    let simulator = simulator(&Clock::fixed(NOW)).await;
    let answer = post(&simulator, LOGIN, &[], &login(project_scope())).await;
    let token_of_answer = token(&answer);
    assert!(token_of_answer.starts_with("MII") && token_of_answer.len() > 1_024);
    let body = &answer.body["token"];
    assert_eq!(body["expires_at"], "2026-01-02T00:00:00.000000Z");
    assert_eq!(body["issued_at"], "2026-01-01T00:00:00.000000Z");
    assert_eq!((&body["methods"], &body["catalog"]), (&json!(["password"]), &json!([])));
    assert_eq!((&body["project"]["id"], &body["project"]["name"]), (&json!(DEMO_PROJECT_ID), &json!(DEMO_REGION)));
    assert_eq!((&body["user"]["name"], &body["user"]["domain"]["name"]), (&json!(DEMO_USER), &json!(DEMO_DOMAIN)));
    assert_eq!(list_with_token(&simulator, token_of_answer).await.0, 200);
    let whole = post(&simulator, "/v3/auth/tokens", &[], &login(project_scope())).await;
    assert_ne!(whole.body["token"]["catalog"], json!([]));
    assert_ne!(token(&whole), token_of_answer);
}

#[tokio::test]
async fn a_token_is_accepted_until_it_expires() {
    let clock = Clock::fixed(NOW);
    let simulator = start(Simulator::builder().clock(clock.clone()).token_life(Duration::from_secs(60))).await;
    let answer = post(&simulator, LOGIN, &[], &login(project_scope())).await;
    assert_eq!(answer.body["token"]["expires_at"], "2026-01-01T00:01:00.000000Z");
    clock.advance(Duration::from_secs(59));
    assert_eq!(list_with_token(&simulator, token(&answer)).await.0, 200);
    let second = post(&simulator, LOGIN, &[], &login(project_scope())).await;
    clock.advance(Duration::from_secs(1));
    assert_eq!(list_with_token(&simulator, token(&answer)).await, (401, "APIGW.0307".to_owned()));
    assert_eq!(list_with_token(&simulator, token(&second)).await.0, 200);
}

#[tokio::test]
async fn revoking_ends_tokens_that_were_issued_and_no_other() {
    let simulator = simulator(&Clock::fixed(NOW)).await;
    let answer = post(&simulator, LOGIN, &[], &login(project_scope())).await;
    simulator.revoke_tokens();
    assert_eq!(list_with_token(&simulator, token(&answer)).await, (401, "APIGW.0301".to_owned()));
    assert_eq!(list_with_token(&simulator, simulator.token()).await.0, 200);
    let again = post(&simulator, LOGIN, &[], &login(project_scope())).await;
    assert_eq!(list_with_token(&simulator, token(&again)).await.0, 200);
}

#[tokio::test]
async fn a_token_is_for_the_project_of_its_scope_alone() {
    let builder = Simulator::builder().clock(Clock::fixed(NOW));
    let builder = builder.project(DEMO_PROJECT_ID, DEMO_REGION).project("other", "cn-north-4_research");
    let simulator = start(builder).await;
    for (scope, kind, status) in [
        (json!({"project": {"id": DEMO_PROJECT_ID}}), "project", 200),
        (json!({"project": {"name": DEMO_REGION}, "domain": {"name": "any"}}), "project", 200),
        (json!({"project": {"name": "cn-north-4_research"}}), "project", 403),
        (json!({"domain": {"name": DEMO_DOMAIN}}), "domain", 403),
        (Value::Null, "domain", 403),
    ] {
        let answer = post(&simulator, LOGIN, &[], &login(scope.clone())).await;
        assert_eq!(list_with_token(&simulator, token(&answer)).await.0, status, "{scope}");
        assert!(answer.body["token"][kind]["id"].is_string(), "{scope}");
    }
}

#[tokio::test]
async fn whoever_is_unknown_is_refused_with_a_number_as_code() {
    let simulator = simulator(&Clock::fixed(NOW)).await;
    for (place, value) in [
        ("/auth/identity/password/user/password", json!("wrong")),
        ("/auth/identity/password/user/name", json!("wrong")),
        ("/auth/identity/password/user/domain/name", json!("wrong")),
        ("/auth/scope", json!({"project": {"name": "wrong"}})),
        ("/auth/scope", json!({"domain": {"name": "wrong"}})),
    ] {
        let mut body = login(project_scope());
        *body.pointer_mut(place).unwrap() = value;
        let answer = post(&simulator, LOGIN, &[], &body).await;
        assert_eq!(refusal(&answer), (401, 401), "{place}");
        assert_eq!(answer.body["error"]["title"], "Unauthorized");
        assert!(!answer.headers.contains_key("x-subject-token"));
    }
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_a_bad_request() {
    let simulator = simulator(&Clock::fixed(NOW)).await;
    for (place, value) in [
        ("", json!([])),
        ("/auth", Value::Null),
        ("/auth/identity/methods", json!(["token"])),
        ("/auth/identity/methods", json!("password")),
        ("/auth/identity/password", json!({})),
        ("/auth/identity/password/user/password", json!(12_345_678)),
        ("/auth/scope", json!({})),
        ("/auth/scope", json!({"project": {}})),
    ] {
        let mut body = login(project_scope());
        *body.pointer_mut(place).unwrap() = value;
        let answer = post(&simulator, LOGIN, &[], &body).await;
        assert_eq!(refusal(&answer), (400, 400), "{place}");
        assert!(!answer.text.contains("12345678"), "{}", answer.text);
    }
    assert_eq!(refusal(&send(&simulator, reqwest::Method::POST, LOGIN, &[]).await), (400, 400));
    assert_eq!(send(&simulator, reqwest::Method::PUT, LOGIN, &[]).await.refusal(), (404, "APIG.0101"));
}

#[tokio::test]
async fn a_token_is_shown_as_it_was_when_it_was_given() {
    let clock = Clock::fixed(NOW);
    let simulator = start(Simulator::builder().clock(clock.clone()).token_life(Duration::from_secs(60))).await;
    let given = post(&simulator, LOGIN, &[], &login(project_scope())).await;
    let account = post(&simulator, "/v3/auth/tokens", &[], &login(Value::Null)).await;
    clock.advance(Duration::from_secs(59));
    let caller = ("X-Auth-Token", simulator.token());
    for (target, given) in [(LOGIN, &given), ("/v3/auth/tokens", &account)] {
        let headers = [caller, ("X-Subject-Token", token(given))];
        let shown = get(&simulator, target, &headers).await;
        assert_eq!((shown.status, &shown.body), (200, &given.body));
        assert_eq!(shown.headers["x-subject-token"], token(given));
        assert!(!shown.text.contains(token(given)));
    }
    let itself = [("X-Auth-Token", token(&given)), ("X-Subject-Token", token(&given))];
    assert_eq!(get(&simulator, LOGIN, &itself).await.status, 200);
    clock.advance(Duration::from_secs(1));
    let headers = [caller, ("X-Subject-Token", token(&given))];
    assert_eq!(refusal(&get(&simulator, LOGIN, &headers).await), (404, 404));
}

#[tokio::test]
async fn a_token_that_was_set_by_hand_is_shown_as_if_it_had_just_been_given() {
    let simulator = start(Simulator::builder().clock(Clock::fixed(NOW)).token("mine").project_id("p")).await;
    let headers = [("X-Auth-Token", "mine"), ("X-Subject-Token", "mine")];
    let body = &get(&simulator, LOGIN, &headers).await.body["token"];
    assert_eq!(body["expires_at"], "2026-01-02T00:00:00.000000Z");
    assert_eq!((&body["project"]["id"], &body["user"]["name"]), (&json!("p"), &json!(DEMO_USER)));
}

#[tokio::test]
async fn a_token_is_shown_to_callers_alone_and_only_where_it_is_one() {
    let simulator = simulator(&Clock::fixed(NOW)).await;
    let (caller, subject) = (("X-Auth-Token", simulator.token()), ("X-Subject-Token", simulator.token()));
    for (headers, status) in [
        (vec![subject], 401),
        (vec![("X-Auth-Token", "wrong"), subject], 401),
        (vec![caller], 400),
        (vec![caller, ("X-Subject-Token", "wrong")], 404),
    ] {
        let answer = get(&simulator, LOGIN, &headers).await;
        assert_eq!(refusal(&answer), (status, i64::from(status)), "{headers:?}");
    }
    simulator.revoke_tokens();
    assert_eq!(get(&simulator, LOGIN, &[caller, subject]).await.status, 200);
}

#[tokio::test]
async fn the_demo_user_goes_when_another_is_set() {
    let simulator = start(Simulator::builder().user("li.na", "secret", "example")).await;
    assert_eq!(refusal(&post(&simulator, LOGIN, &[], &login(project_scope())).await), (401, 401));
    let mut body = login(project_scope());
    *body.pointer_mut("/auth/identity/password/user").unwrap() =
        json!({"name": "li.na", "password": "secret", "domain": {"name": "example"}});
    let answer = post(&simulator, LOGIN, &[], &body).await;
    assert_eq!(list_with_token(&simulator, token(&answer)).await.0, 200);
}

#[tokio::test]
async fn projects_are_found_by_their_exact_name() {
    let builder = Simulator::builder().clock(Clock::fixed(NOW)).project("1", "cn-north-4").project("2", "cn-north-4_x");
    let simulator = start(builder.project("3", "eu-west-101").project("4", "eu-west-101")).await;
    let token = [("X-Auth-Token", simulator.token())];
    for (query, ids) in [
        ("?name=cn-north-4", vec!["1"]),
        ("?name=cn-north-4_x", vec!["2"]),
        ("?name=eu-west-101", vec!["3", "4"]),
        ("?name=cn-north", vec![]),
        ("?name=CN-NORTH-4", vec![]),
        ("", vec!["1", "2", "3", "4"]),
    ] {
        let answer = get(&simulator, &format!("/v3/projects{query}"), &token).await;
        assert_eq!(answer.status, 200);
        let found = answer.body["projects"].as_array().unwrap();
        assert_eq!(found.iter().map(|project| project["id"].as_str().unwrap()).collect::<Vec<_>>(), ids, "{query}");
        assert!(found.iter().all(|project| project["enabled"] == true && project["domain_id"].is_string()));
    }
}

#[tokio::test]
async fn projects_are_listed_for_a_token_or_a_signature() {
    let simulator = simulator(&Clock::fixed(NOW)).await;
    let target = format!("/v3/projects?name={DEMO_REGION}");
    let date = ("X-Sdk-Date", DATE);
    let key = (simulator.access_key(), simulator.secret_key());
    let authorization = sign(key, "/v3/projects", &format!("name={DEMO_REGION}"), &[date]);
    let answer = get(&simulator, &target, &[date, ("Authorization", &authorization)]).await;
    assert_eq!(answer.body["projects"][0]["id"], DEMO_PROJECT_ID, "{answer:?}");
    let login = post(&simulator, LOGIN, &[], &login(Value::Null)).await;
    assert_eq!(get(&simulator, &target, &[("X-Auth-Token", token(&login))]).await.status, 200);
    for headers in [vec![], vec![("X-Auth-Token", "wrong")], vec![date, ("Authorization", "wrong")]] {
        assert_eq!(refusal(&get(&simulator, &target, &headers).await), (401, 401));
    }
}

#[tokio::test]
async fn an_identity_token_is_exchanged_for_a_token_and_that_for_keys_that_expire() {
    let clock = Clock::fixed(NOW);
    let simulator = start(Simulator::builder().clock(clock.clone()).identity_provider("idp", "jwt")).await;
    let body = json!({"auth": {"id_token": {"id": "jwt"}, "scope": project_scope()}});
    let answer = post(&simulator, ID_TOKEN_LOGIN, &[("X-Idp-Id", "idp")], &body).await;
    assert_eq!(list_with_token(&simulator, token(&answer)).await.0, 200);

    let with_body = json!({"auth": {"identity": {"methods": ["token"],
        "token": {"id": token(&answer), "duration_seconds": 900}}}});
    let with_header = json!({"auth": {"identity": {"methods": ["token"]}}});
    let in_header = [("X-Auth-Token", token(&answer))];
    let mut keys = Vec::new();
    for (headers, body) in [(&[][..], with_body), (&in_header[..], with_header)] {
        let answer = post(&simulator, KEYS, headers, &body).await;
        assert_eq!(
            (answer.status, &answer.body["credential"]["expires_at"]),
            (201, &json!("2026-01-01T00:15:00.000000Z"))
        );
        keys.push(answer.body);
    }
    clock.advance(Duration::from_secs(899));
    for key in &keys {
        assert_eq!(list_with_key(&simulator, key, DATE).await.0, 200);
    }
    clock.advance(Duration::from_secs(1));
    for key in &keys {
        let (status, message) = list_with_key(&simulator, key, DATE).await;
        assert!(status == 401 && message.ends_with("the temporary access key has expired"), "{status} {message}");
    }
}

#[tokio::test]
async fn only_what_the_identity_provider_vouches_for_is_exchanged() {
    let simulator = start(Simulator::builder().clock(Clock::fixed(NOW)).identity_provider("idp", "jwt")).await;
    let body = |id_token: &str| json!({"auth": {"id_token": {"id": id_token}}});
    for (provider, id_token) in [("idp", "another"), ("another", "jwt")] {
        let answer = post(&simulator, ID_TOKEN_LOGIN, &[("X-Idp-Id", provider)], &body(id_token)).await;
        assert_eq!(refusal(&answer), (401, 401));
    }
    assert_eq!(refusal(&post(&simulator, ID_TOKEN_LOGIN, &[], &body("jwt")).await), (400, 400));
    assert_eq!(refusal(&post(&simulator, ID_TOKEN_LOGIN, &[("X-Idp-Id", "idp")], &json!({})).await), (400, 400));
}

#[tokio::test]
async fn keys_are_given_for_a_valid_token_and_a_documented_duration() {
    let simulator = simulator(&Clock::fixed(NOW)).await;
    let body = |token: Value| json!({"auth": {"identity": {"methods": ["token"], "token": token}}});
    for seconds in [899, 86_401, -1] {
        let token = json!({"id": simulator.token(), "duration_seconds": seconds});
        assert_eq!(refusal(&post(&simulator, KEYS, &[], &body(token)).await), (400, 400), "{seconds}");
    }
    let longest = json!({"id": simulator.token(), "duration_seconds": 86_400});
    assert_eq!(post(&simulator, KEYS, &[], &body(longest)).await.status, 201);
    for token in [json!({"id": "wrong"}), json!({})] {
        let answer = post(&simulator, KEYS, &[], &body(token)).await;
        assert_eq!((answer.status, &answer.body["error"]["code"]), (401, &json!("IAM.0067")));
    }
}

#[tokio::test]
async fn nothing_secret_is_recorded() {
    let simulator =
        start(Simulator::builder().clock(Clock::fixed(NOW)).identity_provider("idp", "jwt-of-the-test")).await;
    let answer = post(&simulator, LOGIN, &[], &login(project_scope())).await;
    list_with_token(&simulator, token(&answer)).await;
    let body = json!({"auth": {"id_token": {"id": "jwt-of-the-test"}}});
    post(&simulator, ID_TOKEN_LOGIN, &[("X-Idp-Id", "idp")], &body).await;
    let recorded = format!("{:?} {simulator:?}", simulator.requests());
    assert_eq!(simulator.requests().len(), 3);
    for secret in [DEMO_PASSWORD, token(&answer), "jwt-of-the-test"] {
        assert!(!recorded.contains(secret), "{secret}");
    }
}
