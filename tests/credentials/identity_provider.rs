//! The identity token of an identity provider, exchanged in two steps.

use dataarts_security::Credentials;

use crate::support::{Bench, IDENTITY_PROVIDER, call, folder};

const TOKENS: &str = "/v3.0/OS-AUTH/id-token/tokens";
const KEYS: &str = "/v3.0/OS-CREDENTIAL/securitytokens";

async fn bench() -> Bench {
    Bench::new(|builder| {
        builder
            .identity_provider(IDENTITY_PROVIDER, "first.identity.token")
            .identity_provider(IDENTITY_PROVIDER, "second.identity.token")
    })
    .await
}

#[tokio::test]
async fn the_identity_token_becomes_a_temporary_key_that_signs() {
    let bench = bench().await;
    let folder = folder(&[("id-token", "first.identity.token\n")]);
    let client = bench.client(Credentials::identity_provider(IDENTITY_PROVIDER, folder.path().join("id-token")));
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!((bench.count(TOKENS), bench.count(KEYS), bench.statuses()), (1, 1, vec![200; 2]));
    let identity = client.identity().await.unwrap();
    assert_eq!(identity.kind(), "temporary access key");
    assert_eq!(identity.source(), "the identity provider idp-of-the-test");
    let left = identity.expires_at().unwrap().as_millisecond() - bench.clock.now().as_millisecond();
    assert_eq!(left, 21_600_000);
    let list = bench.simulator.requests().pop().unwrap();
    assert!(list.header("x-security-token").is_some() && list.header("authorization").is_some());
}

#[tokio::test]
async fn the_file_is_read_at_each_refresh() {
    let bench = bench().await;
    let folder = folder(&[("id-token", "first.identity.token")]);
    let path = folder.path().join("id-token");
    let client = bench.client(Credentials::identity_provider(IDENTITY_PROVIDER, &path));
    call(&client).await.unwrap();
    std::fs::write(&path, "an.identity.token.of.someone.else").unwrap();
    bench.turn(7 * 60);
    let error = call(&client).await.unwrap_err();
    assert!(error.is_credentials() && error.is_unauthorized(), "{error}");
    std::fs::write(&path, "second.identity.token").unwrap();
    bench.turn(1);
    call(&client).await.unwrap();
    assert_eq!((bench.count(TOKENS), bench.count(KEYS)), (3, 2));
}

#[tokio::test]
async fn either_step_may_fail_and_is_an_error_of_the_source() {
    let bench = bench().await;
    let folder = folder(&[("id-token", "first.identity.token")]);
    let client = bench.client(Credentials::identity_provider(IDENTITY_PROVIDER, folder.path().join("id-token")));
    for request in 1..=2 {
        bench.simulator.clear_rules();
        bench.simulator.add_rule(format!("any,request={request}:status=500,body=iam").parse().unwrap());
        let error = call(&client).await.unwrap_err();
        assert!(error.is_credentials() && error.status().is_some_and(|status| status == 500), "{error}");
    }
    bench.simulator.clear_rules();
    call(&client).await.unwrap();
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let bench = bench().await;
    let client = bench.client(Credentials::identity_provider(IDENTITY_PROVIDER, "/nowhere/id-token"));
    let error = call(&client).await.unwrap_err();
    assert!(error.is_credentials() && error.is_invalid_input());
    assert!(error.to_string().contains("the identity token file /nowhere/id-token does not exist"), "{error}");
    assert_eq!(bench.simulator.requests().len(), 0);
}
