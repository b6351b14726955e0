//! Who is let in.

use std::time::Duration;

use dataarts_security::Timestamp;
use dataarts_simulator::{Clock, DEMO_ACCESS_KEY, DEMO_SECRET_KEY, DEMO_TOKEN, Simulator};

use crate::support::{Answer, DATE, NOW, get, path, sign};

const DEMO_KEY: (&str, &str) = (DEMO_ACCESS_KEY, DEMO_SECRET_KEY);
const DATE_HEADER: (&str, &str) = ("X-Sdk-Date", DATE);

async fn simulator() -> Simulator {
    Simulator::builder().demo_data().clock(Clock::fixed(NOW)).start().await.unwrap()
}

/// Sends these headers, a signature of the date alone, and the workspace.
async fn get_signed(simulator: &Simulator, key: (&str, &str), headers: &[(&str, &str)]) -> Answer {
    let path = path(simulator);
    let authorization = sign(key, &path, "", &[DATE_HEADER]);
    let mut sent = vec![("workspace", simulator.workspace()), DATE_HEADER, ("Authorization", authorization.as_str())];
    sent.extend(headers);
    get(simulator, &path, &sent).await
}

#[tokio::test]
async fn the_demo_token_is_let_in_and_another_is_not() {
    let simulator = simulator().await;
    for (token, status) in [(DEMO_TOKEN, 200), ("another", 401), ("", 401)] {
        let headers = [("X-Auth-Token", token), ("workspace", simulator.workspace())];
        assert_eq!(get(&simulator, &path(&simulator), &headers).await.status, status, "{token}");
    }
}

#[tokio::test]
async fn both_proofs_or_neither_are_refused() {
    let simulator = simulator().await;
    let answer = get(&simulator, &path(&simulator), &[("workspace", simulator.workspace())]).await;
    assert_eq!(answer.refusal(), (401, "APIGW.0301"));
    let answer = get_signed(&simulator, DEMO_KEY, &[("X-Auth-Token", DEMO_TOKEN)]).await;
    assert_eq!(answer.refusal(), (401, "APIGW.0301"));
}

#[tokio::test]
async fn demo_credentials_go_when_others_are_set() {
    let simulator = Simulator::builder().token("mine").clock(Clock::fixed(NOW)).start().await.unwrap();
    assert_eq!((simulator.token(), simulator.access_key(), simulator.secret_key()), ("mine", "", ""));
    let headers = [("X-Auth-Token", DEMO_TOKEN), ("workspace", simulator.workspace())];
    assert_eq!(get(&simulator, &path(&simulator), &headers).await.status, 401);
    assert_eq!(get_signed(&simulator, DEMO_KEY, &[]).await.status, 401);
}

#[tokio::test]
async fn the_last_of_several_keys_with_one_id_is_shown_and_accepted() {
    let builder = Simulator::builder().clock(Clock::fixed(NOW)).access_key("AK", "old").access_key("OTHER", "sk");
    let simulator = builder.access_key("AK", "new").start().await.unwrap();
    assert_eq!((simulator.access_key(), simulator.secret_key()), ("AK", "new"));
    assert_eq!(get_signed(&simulator, ("AK", "new"), &[]).await.status, 200);
    assert_eq!(get_signed(&simulator, ("AK", "old"), &[]).await.status, 401);
}

#[tokio::test]
async fn what_the_official_client_signs_is_let_in() {
    // One request of the official Python client, byte for byte, with the access key that it was signed with.
    let now = Clock::fixed(Timestamp::from_millisecond(1_577_836_800_000));
    let simulator = Simulator::builder()
        .access_key("FAKE7XN8G9VGVDNYKX55", "fake-sk-not-a-secret-onz7fve5puo7ptbw110")
        .project_id("0123456789abcdef0123456789abcdef")
        .workspace("fedcba9876543210fedcba9876543210")
        .clock(now)
        .start()
        .await
        .unwrap();
    let headers = [
        ("workspace", "fedcba9876543210fedcba9876543210"),
        ("Content-Type", "application/json"),
        ("User-Agent", "example-client/0.1"),
        ("X-Project-Id", "0123456789abcdef0123456789abcdef"),
        ("X-Sdk-Date", "20200101T000000Z"),
        ("Host", "dayu.cn-north-4.myhuaweicloud.com"),
        (
            "Authorization",
            "SDK-HMAC-SHA256 Access=FAKE7XN8G9VGVDNYKX55, \
                SignedHeaders=content-type;host;user-agent;workspace;x-project-id;x-sdk-date, \
                Signature=91cc2ec51310ca44654801b370df4da8d2ad71e0c5649a5706d917e784f1ac2e",
        ),
    ];
    let target = format!("{}?limit=10&offset=0", path(&simulator));
    let answer = get(&simulator, &target, &headers).await;
    assert_eq!(answer.status, 200, "{answer:?}");

    let other_query = format!("{}?limit=10&offset=1", path(&simulator));
    let answer = get(&simulator, &other_query, &headers).await;
    assert_eq!(answer.refusal(), (401, "APIGW.0301"));
    let canonical = "canonicalRequest:GET|/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks/|\
        limit=10&offset=1|content-type:application/json|host:dayu.cn-north-4.myhuaweicloud.com|\
        user-agent:example-client/0.1|workspace:fedcba9876543210fedcba9876543210|\
        x-project-id:0123456789abcdef0123456789abcdef|x-sdk-date:20200101T000000Z||\
        content-type;host;user-agent;workspace;x-project-id;x-sdk-date|\
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert!(answer.message().ends_with(canonical), "{}", answer.message());
}

#[tokio::test]
async fn any_set_of_signed_headers_with_the_date_will_do() {
    let simulator = simulator().await;
    let path = path(&simulator);
    let query = "cluster_name=%E6%95%B0%E6%8D%AE%20a&limit=5";
    for names in [vec!["X-Sdk-Date"], vec!["workspace", "X-Sdk-Date"], vec!["Host", "X-Extra", "X-Sdk-Date"]] {
        let host = simulator.address().to_string();
        let value = |name: &str| match name {
            "X-Sdk-Date" => DATE.to_owned(),
            "workspace" => simulator.workspace().to_owned(),
            "Host" => host.clone(),
            _ => "inner   spaces".to_owned(),
        };
        let values: Vec<String> = names.iter().map(|name| value(name)).collect();
        let signed: Vec<(&str, &str)> = names.iter().copied().zip(values.iter().map(String::as_str)).collect();
        let authorization = sign(DEMO_KEY, &path, query, &signed);
        let headers = [
            DATE_HEADER,
            ("workspace", simulator.workspace()),
            ("X-Extra", " inner   spaces "),
            ("Authorization", authorization.as_str()),
        ];
        let answer = get(&simulator, &format!("{path}?{query}"), &headers).await;
        assert_eq!(answer.status, 200, "{names:?} {}", answer.message());
    }
}

#[tokio::test]
async fn a_signature_older_than_a_quarter_of_an_hour_is_refused() {
    let clock = Clock::fixed(NOW);
    let simulator = Simulator::builder().clock(clock.clone()).start().await.unwrap();
    clock.advance(Duration::from_secs(900));
    assert_eq!(get_signed(&simulator, DEMO_KEY, &[]).await.status, 200);
    clock.advance(Duration::from_secs(1));
    let answer = get_signed(&simulator, DEMO_KEY, &[]).await;
    assert_eq!(answer.refusal(), (401, "APIGW.0301"));
    let reason = "signature expired, signature time:20260101T000000Z,server time:20260101T001501Z";
    assert!(answer.message().ends_with(reason), "{}", answer.message());
}

#[tokio::test]
async fn more_than_five_failures_in_a_row_lock_the_key_for_five_minutes() {
    let clock = Clock::fixed(NOW);
    let builder = Simulator::builder().clock(clock.clone()).access_key("AK", "sk").access_key("OTHER", "sk");
    let simulator = builder.start().await.unwrap();
    for _ in 0..6 {
        assert!(get_signed(&simulator, ("AK", "wrong"), &[]).await.message().contains("canonicalRequest:"));
    }
    let answer = get_signed(&simulator, ("AK", "sk"), &[]).await;
    assert_eq!(answer.refusal(), (401, "APIGW.0301"));
    assert!(answer.message().ends_with("AK access failed to reach the limit, forbidden"), "{}", answer.message());
    assert_eq!(get_signed(&simulator, ("OTHER", "sk"), &[]).await.status, 200);
    clock.advance(Duration::from_secs(299));
    assert_eq!(get_signed(&simulator, ("AK", "sk"), &[]).await.status, 401);
    clock.advance(Duration::from_secs(1));
    assert_eq!(get_signed(&simulator, ("AK", "sk"), &[]).await.status, 200);
}

#[tokio::test]
async fn a_temporary_key_needs_its_own_security_token() {
    let builder = Simulator::builder().clock(Clock::fixed(NOW)).temporary_access_key("AK", "sk", "token");
    let simulator = builder.start().await.unwrap();
    for (headers, status) in
        [(vec![("X-Security-Token", "token")], 200), (vec![("X-Security-Token", "another")], 401), (vec![], 401)]
    {
        assert_eq!(get_signed(&simulator, ("AK", "sk"), &headers).await.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_project_id_header_must_agree_with_the_path_where_a_signature_needs_it() {
    let simulator = simulator().await;
    assert_eq!(get_signed(&simulator, DEMO_KEY, &[("X-Project-Id", simulator.project_id())]).await.status, 200);
    let answer = get_signed(&simulator, DEMO_KEY, &[("X-Project-Id", "another")]).await;
    assert_eq!(answer.refusal(), (403, "APIGW.0302"));
    let token = [("X-Auth-Token", DEMO_TOKEN), ("workspace", simulator.workspace()), ("X-Project-Id", "another")];
    assert_eq!(get(&simulator, &path(&simulator), &token).await.status, 200);
}
