//! The metadata service of a cloud server.

use std::time::Duration;

use dataarts_security::{Client, Credentials};
use dataarts_simulator::{Metadata, StatusCode};

use crate::support::{Bench, call, chain, folder, refreshed};

const TOKEN: &str = "/meta-data/latest/api/token";
const KEY: &str = "/openstack/latest/securitykey";

fn credentials(bench: &Bench) -> Credentials {
    bench.chain(&[], &folder(&[])).into()
}

#[tokio::test]
async fn the_keys_of_the_server_sign_and_tell_its_project() {
    let bench = Bench::plain().await;
    let client = bench.builder(credentials(&bench)).build().unwrap();
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!((bench.count(TOKEN), bench.count(KEY), bench.statuses()), (1, 1, vec![200; 2]));
    let identity = client.identity().await.unwrap();
    assert_eq!((identity.region(), identity.project_id()), (Some("cn-north-4"), Some(bench.simulator.project_id())));
    assert_eq!(identity.source(), "the ECS metadata service");
}

#[tokio::test]
async fn a_service_without_tokens_is_used_without() {
    for status in [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED, StatusCode::SERVICE_UNAVAILABLE] {
        let bench = Bench::new(|builder| builder.metadata(Metadata::default().without_token_mode(status))).await;
        let client = bench.client(credentials(&bench));
        call(&client).await.unwrap();
        // A token is asked for again after a day, not at the next refresh.
        bench.turn(23 * 60 + 30);
        let before = client.identity().await.unwrap().expires_at();
        refreshed(&client, before).await;
        assert_eq!((bench.count(TOKEN), bench.count(KEY)), (1, 2), "{status}");
        bench.turn(60);
        bench.turn(23 * 60);
        call(&client).await.unwrap();
        assert_eq!((bench.count(TOKEN), bench.count(KEY)), (2, 3), "{status}");
    }
}

#[tokio::test]
async fn keys_are_refreshed_with_less_than_forty_minutes_left() {
    let bench = Bench::plain().await;
    let client = bench.client(credentials(&bench));
    call(&client).await.unwrap();
    bench.turn(24 * 60 - 41);
    call(&client).await.unwrap();
    assert_eq!(bench.count(KEY), 1);
    bench.turn(6);
    let before = client.identity().await.unwrap().expires_at();
    refreshed(&client, before).await;
    call(&client).await.unwrap();
    assert_eq!((bench.count(KEY), bench.statuses()), (2, vec![200; 3]));
}

#[tokio::test]
async fn a_token_that_the_service_lost_is_fetched_anew_once() {
    let bench = Bench::plain().await;
    let client = bench.client(credentials(&bench));
    bench.simulator.add_rule("metadata,request=2:status=401,body=empty".parse().unwrap());
    call(&client).await.unwrap();
    assert_eq!((bench.count(TOKEN), bench.count(KEY)), (2, 2));
}

#[tokio::test]
async fn a_server_without_an_agency_is_told_so() {
    let bench = Bench::new(|builder| builder.metadata(Metadata::default().without_agency())).await;
    let error = call(&bench.client(credentials(&bench))).await.unwrap_err();
    assert!(error.is_credentials() && error.to_string().contains("this server has no agency"), "{error}");
    assert_eq!(bench.count(KEY), 1);
}

#[tokio::test]
async fn the_region_comes_from_the_server_where_none_is_set() {
    let bench = Bench::new(|builder| builder.metadata(Metadata::default().region("ap-southeast-3"))).await;
    let clock = bench.clock.clone();
    let builder = Client::builder().credentials(credentials(&bench)).clock(clock);
    let client = builder.discover().await.unwrap();
    assert_eq!(client.base_url(), "https://dayu.ap-southeast-3.myhuaweicloud.com");
    assert_eq!(client.resolve_project_id().await.unwrap(), bench.simulator.project_id());
    // What was obtained on the way is used on.
    assert_eq!(bench.count(KEY), 1);
}

#[tokio::test]
async fn the_region_of_the_environment_overrides_that_of_the_source_but_not_the_client() {
    let bench = Bench::new(|builder| builder.metadata(Metadata::default().region("ap-southeast-3"))).await;
    let profile = r#"{"current": "a", "profiles": [{"name": "a", "accessKeyId": "x", "secretAccessKey": "y",
        "region": "cn-south-1"}]}"#;
    let (home, none) = (folder(&[(".hcloud/config.json", profile)]), folder(&[]));
    let region = ("HUAWEICLOUD_SDK_REGION_ID", "eu-west-101".to_owned());
    let token = ("DATAARTS_TOKEN", "t".to_owned());
    let key = [("HUAWEICLOUD_SDK_AK", "ak".to_owned()), ("HUAWEICLOUD_SDK_SK", "sk".to_owned())];
    let (of_variable, of_profile) =
        ("https://dayu.eu-west-101.myhuaweicloud.eu", "https://dayu.cn-south-1.myhuaweicloud.com");
    let client = |chain: dataarts_security::DefaultChain| {
        let clock = bench.clock.clone();
        Client::builder().credentials(chain.into()).clock(clock)
    };
    for (variables, home, expected) in [
        (vec![region.clone(), token.clone()], &none, of_variable),
        (vec![region.clone(), key[0].clone(), key[1].clone()], &none, of_variable),
        (vec![region.clone()], &home, of_variable),
        (vec![region.clone()], &none, of_variable),
        (vec![], &home, of_profile),
        (vec![("HUAWEICLOUD_SDK_REGION_ID", String::new())], &home, of_profile),
    ] {
        let client = client(bench.chain(&variables, home)).discover().await.unwrap();
        assert_eq!(client.base_url(), expected, "{variables:?}");
    }
    let chain = || bench.chain(std::slice::from_ref(&region), &home);
    assert_eq!(client(chain().profile("a")).discover().await.unwrap().base_url(), of_profile);
    let set = client(chain()).region("cn-north-1").discover().await.unwrap();
    assert_eq!(set.base_url(), "https://dayu.cn-north-1.myhuaweicloud.com");
    let set = client(chain()).endpoint("https://dayu.example.com").discover().await.unwrap();
    assert_eq!(set.base_url(), "https://dayu.example.com");
    let error = client(bench.chain(&[token], &none)).discover().await.unwrap_err();
    assert!(error.is_invalid_input() && error.to_string().contains("tells no region"), "{error}");
}

#[tokio::test]
async fn keys_without_a_region_are_enough_where_it_is_set() {
    let bench = Bench::plain().await;
    bench.simulator.add_rule("metadata,request=3:status=500,body=empty".parse().unwrap());
    let client = bench.client(credentials(&bench));
    call(&client).await.unwrap();
    assert_eq!(client.identity().await.unwrap().region(), None);
}

#[tokio::test]
async fn garbage_is_an_error_and_not_a_key() {
    let bench = Bench::plain().await;
    for rule in [
        "metadata,request=1:status=200,body=empty",
        "metadata,request=2:status=200,body=html",
        "metadata,request=2:truncated-body",
    ] {
        bench.simulator.clear_rules();
        bench.simulator.add_rule(rule.parse().unwrap());
        let error = call(&bench.client(credentials(&bench))).await.unwrap_err();
        assert!(error.is_credentials() && !error.to_string().contains("html>"), "{rule}: {error}");
    }
}

#[tokio::test]
async fn off_a_server_the_error_lists_what_each_source_lacked() {
    let home = folder(&[]);
    // One that refuses connections, and one that takes them and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [silent.local_addr().unwrap(), closed] {
        let chain = chain(&[], home.path().to_owned()).metadata_endpoint(format!("http://{address}"));
        let builder = Client::builder().region("cn-north-4").project_id("p").workspace("w").credentials(chain.into());
        let error = call(&builder.build().unwrap()).await.unwrap_err();
        assert!(error.is_credentials() && error.is_invalid_input());
        let text = error.to_string();
        for lack in ["DATAARTS_TOKEN", ".huaweicloud", ".hcloud", "the ECS metadata service is not there"] {
            assert!(text.contains(lack), "{text}");
        }
    }
}

#[tokio::test]
async fn a_service_that_hangs_later_ends_with_an_error() {
    let bench = Bench::plain().await;
    let client = bench.client(credentials(&bench));
    call(&client).await.unwrap();
    bench.turn(25 * 60);
    bench.simulator.add_rule("metadata:latency=1h".parse().unwrap());
    let error = tokio::time::timeout(Duration::from_secs(60), call(&client)).await.unwrap().unwrap_err();
    assert!(error.is_credentials() && error.is_timeout(), "{error}");
}
