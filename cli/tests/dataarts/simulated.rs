//! A simulator on a loopback port in the place of the service: credentials checked for real, many pages.

use std::collections::BTreeSet;

use assert_cmd::Command;
use dataarts_simulator::Simulator;
use serde_json::Value;

use crate::support::program::{dataarts, fail, succeed};

/// Tasks of the list: more than two pages of the largest size.
const COUNT: usize = 230;

async fn simulator() -> Simulator {
    Simulator::builder().generated_tasks(COUNT, 7).start().await.expect("a simulator")
}

/// The program with the place of the simulator, but without credentials.
fn command(simulator: &Simulator, words: &str) -> Command {
    let mut command = dataarts(words);
    command.env("DATAARTS_ENDPOINT", simulator.base_url()).env("DATAARTS_WORKSPACE", simulator.workspace());
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id());
    command
}

fn with_token(simulator: &Simulator, words: &str) -> Command {
    let mut command = command(simulator, words);
    command.env("DATAARTS_TOKEN", simulator.token());
    command
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn every_task_is_listed_once_whatever_the_page_size() {
    let simulator = simulator().await;
    for size in [7, 100] {
        let text = succeed(&mut with_token(&simulator, &format!("sync-tasks list -o jsonl --page-size {size}")));
        let tasks: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let ids: BTreeSet<&str> = tasks.iter().filter_map(|task| task["id"].as_str()).collect();
        assert_eq!((tasks.len(), ids.len()), (COUNT, COUNT), "{size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maximum_spares_the_service_the_other_pages() {
    let simulator = simulator().await;
    let text = succeed(&mut with_token(&simulator, "sync-tasks list -o jsonl --page-size 10 --max 25"));
    assert_eq!(text.lines().count(), 25);
    // Three pages of ten would do; pages overlap by a few tasks, and a fourth never is needed.
    assert!(simulator.requests().len() <= 4, "{}", simulator.requests().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_key_signs_so_that_the_service_agrees() {
    let simulator = simulator().await;
    let mut command = command(&simulator, "sync-tasks list -o jsonl --max 1 --cluster-name");
    command.arg("dws + 集群~*/").env("HUAWEICLOUD_SDK_AK", simulator.access_key());
    assert_eq!(succeed(command.env("HUAWEICLOUD_SDK_SK", simulator.secret_key())), "");
    let message = fail(command.env("HUAWEICLOUD_SDK_SK", "another"), 1);
    assert!(message.contains("HTTP 401") && message.contains("secret key is not the one of this"), "{message}");
    assert!(!message.contains("another"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_with_the_services_own_code() {
    let simulator = simulator().await;
    let token = fail(with_token(&simulator, "sync-tasks list").env("DATAARTS_TOKEN", "stale"), 1);
    assert!(token.contains("HTTP 401") && !token.contains("stale"), "{token}");
    let workspace = fail(with_token(&simulator, "sync-tasks list").args(["--workspace", "nowhere"]), 1);
    assert!(workspace.contains("DLS.6036") && workspace.contains("hint: check --workspace"), "{workspace}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_is_used_for_other_machines() {
    let simulator = simulator().await;
    let words = "--endpoint http://dataarts.invalid --allow-http sync-tasks list -o jsonl --max 1";
    let mut command = with_token(&simulator, words);
    command.env_remove("DATAARTS_ENDPOINT").env("http_proxy", simulator.base_url());
    assert_eq!(succeed(&mut command).lines().count(), 1);
    let host = simulator.requests().pop().and_then(|request| request.header("host").map(str::to_owned));
    assert_eq!(host.as_deref(), Some("dataarts.invalid"));
}
