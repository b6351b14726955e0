//! The id of the project, found by the region's name.

use dataarts_security::{CallOptions, Credentials};

use crate::support::{Bench, call, chain, folder};

const PROJECTS: &str = "/v3/projects";

fn access_key(bench: &Bench) -> Credentials {
    Credentials::access_key(bench.simulator.access_key(), bench.simulator.secret_key())
}

#[tokio::test]
async fn the_one_project_of_the_name_is_found_once_for_all_calls() {
    let bench = Bench::plain().await;
    let client = bench.builder(access_key(&bench)).project_name("cn-north-4").build().unwrap();
    for _ in 0..3 {
        assert_eq!(call(&client).await.unwrap().tasks.len(), 3);
    }
    let mut items = client.list_member_sync_tasks().items();
    assert!(items.try_next().await.unwrap().is_some());
    assert_eq!(bench.count(PROJECTS), 1);
    let lookup = &bench.simulator.requests()[0];
    assert_eq!((lookup.method.as_str(), lookup.query.as_str()), ("GET", "name=cn-north-4"));
    assert!(bench.simulator.requests().iter().all(|request| request.method == "GET"));
}

#[tokio::test]
async fn the_region_of_a_profile_names_the_project() {
    let bench = Bench::plain().await;
    let profile = format!(
        r#"{{"current": "default", "profiles": [{{"name": "default", "mode": "AKSK", "accessKeyId": "{}", "secretAccessKey": "{}", "region": "cn-north-4"}}]}}"#,
        bench.simulator.access_key(),
        bench.simulator.secret_key()
    );
    let home = folder(&[(".hcloud/config.json", &profile)]);
    let client = bench.builder(chain(&[], home.path().to_owned()).into()).build().unwrap();
    call(&client).await.unwrap();
    assert_eq!(bench.count(PROJECTS), 1);
}

#[tokio::test]
async fn none_and_several_are_errors_that_say_what_to_do() {
    let bench = Bench::new(|builder| builder.project("p-one", "twice").project("p-two", "twice")).await;
    let client = |name: &str| bench.builder(access_key(&bench)).project_name(name).build().unwrap();
    let error = call(&client("twice")).await.unwrap_err();
    assert!(error.is_invalid_input() && error.request_id().is_some());
    let text = error.to_string();
    assert!(text.contains("2 projects twice; set the id of one: p-one, p-two"), "{text}");
    let error = client("nowhere").resolve_project_id().await.unwrap_err();
    assert!(error.to_string().contains("IAM knows no project nowhere"), "{error}");
}

#[tokio::test]
async fn a_failed_look_up_is_not_remembered() {
    let bench = Bench::plain().await;
    let client = bench.builder(access_key(&bench)).project_name("cn-north-4").build().unwrap();
    bench.simulator.add_rule("iam,times=1:status=503,body=iam".parse().unwrap());
    assert_eq!(call(&client).await.unwrap_err().status().map(|status| status.as_u16()), Some(503));
    call(&client).await.unwrap();
}

#[tokio::test]
async fn without_a_name_to_go_by_the_parameter_is_missing() {
    let bench = Bench::plain().await;
    let client = bench.builder(access_key(&bench)).build().unwrap();
    let error = call(&client).await.unwrap_err();
    assert!(error.to_string().contains("`project_id` is missing"), "{error}");
    assert!(client.resolve_project_id().await.unwrap_err().is_invalid_input());
    assert_eq!(bench.simulator.requests().len(), 0);
}

#[tokio::test]
async fn a_project_named_by_the_call_needs_no_look_up() {
    let bench = Bench::plain().await;
    let client = bench.builder(access_key(&bench)).project_name("cn-north-4").build().unwrap();
    client.list_member_sync_tasks().project_id(bench.simulator.project_id()).send().await.unwrap();
    assert_eq!(bench.count(PROJECTS), 0);
}

#[tokio::test]
async fn a_lookup_that_outlasts_one_call_serves_the_next() {
    let bench = Bench::new(|builder| builder.project("1", "eu-west-101")).await;
    let client = bench.builder(access_key(&bench)).project_name("eu-west-101").build().unwrap();
    bench.simulator.add_rule("iam,times=1:latency=300ms".parse().unwrap());
    let hasty = CallOptions::new().call_timeout(std::time::Duration::from_millis(50));
    let error = call(&client.with_options(hasty)).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0, "{error}");
    assert_eq!(client.resolve_project_id().await.unwrap(), "1");
    assert_eq!(bench.count("/v3/projects"), 1);
}
