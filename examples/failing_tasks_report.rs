//! A small program that uses `dataarts-security`, and tests of it that need no account: it prints which user
//! synchronisation tasks fail, grouped by the first line of their failure.
//!
//! ```sh
//! cargo run --example failing_tasks_report -- --demo
//! cargo test --example failing_tasks_report
//! ```
//!
//! Without `--demo` it asks the service, as the environment says: `DATAARTS_REGION`, `HUAWEICLOUD_SDK_PROJECT_ID`,
//! `DATAARTS_WORKSPACE`, and `DATAARTS_TOKEN`.

use std::collections::BTreeMap;
use std::env;
use std::error::Error as StdError;
use std::fmt::Write as _;
use std::process::ExitCode;

use dataarts_security::types::SyncStatus;
use dataarts_security::{Client, Credentials, Error};
use dataarts_simulator::Simulator;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn StdError>> {
    if env::args().nth(1).as_deref() == Some("--demo") {
        let simulator = Simulator::builder().demo_data().start().await?;
        print!("{}", report(&client_of(&simulator)?).await?);
    } else {
        print!("{}", report(&client_of_environment()?).await?);
    }
    Ok(())
}

fn client_of_environment() -> Result<Client, Box<dyn StdError>> {
    let variable = |name: &str| env::var(name).map_err(|_| format!("{name} is not set; --demo needs nothing"));
    let client = Client::builder()
        .region(variable("DATAARTS_REGION")?)
        .project_id(variable("HUAWEICLOUD_SDK_PROJECT_ID")?)
        .workspace(variable("DATAARTS_WORKSPACE")?)
        .credentials(Credentials::token(variable("DATAARTS_TOKEN")?));
    Ok(client.build()?)
}

/// The client that `report` is given in the demo and in the tests; it does not know that this is no cloud.
fn client_of(simulator: &Simulator) -> Result<Client, Error> {
    Client::builder()
        .endpoint(simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(Credentials::token(simulator.token()))
        .build()
}

/// A line for each failure with the clusters that have it, most of them first.
async fn report(client: &Client) -> Result<String, Error> {
    let mut clusters_by_failure = BTreeMap::<String, Vec<String>>::new();
    let mut failing = client.list_member_sync_tasks().sync_status(SyncStatus::SyncFail).items();
    while let Some(task) = failing.try_next().await? {
        let failure = first_line(&task.sync_msg.unwrap_or_default());
        clusters_by_failure.entry(failure).or_default().push(task.cluster_name.unwrap_or_default());
    }
    let mut groups: Vec<_> = clusters_by_failure.into_iter().collect();
    groups.sort_by_key(|(_, clusters)| std::cmp::Reverse(clusters.len()));
    let mut report = String::new();
    for (failure, clusters) in groups {
        // In the form of Debug, so that foreign text cannot steer a terminal. Writing to a string does not fail.
        let _ = writeln!(report, "{failure:?}: {clusters:?}");
    }
    Ok(report)
}

/// What tasks that fail for one reason have in common: the log's first message, or else its first line without the time.
fn first_line(log: &str) -> String {
    if let Some(message) = first_message(log) {
        return message;
    }
    let line = log.lines().next().unwrap_or_default();
    line.split_once("===> ").map_or(line, |(_time, step)| step).to_owned()
}

/// A failed step ends in a colon and a JSON array of job results; the form is not documented, so anything else is `None`.
fn first_message(log: &str) -> Option<String> {
    let results = log.get(log.find(":[")? + 1..)?;
    let results: Vec<Value> = serde_json::Deserializer::from_str(results).into_iter().next()?.ok()?;
    Some(results.first()?.get("message")?.as_str()?.lines().next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use dataarts_security::types::MemberSyncTask;

    use super::*;

    const ROLE_IN_USE: &str =
        r#"[2026-01-05 10:25:54] ===> Submit job failed:[{"message":"ERROR: role in use\n Detail: policy"}]"#;
    const ROLE_IN_USE_LATER: &str =
        r#"[2026-01-06 07:00:38] ===> Submit job failed:[{"message":"ERROR: role in use\n Detail: other"}]"#;

    async fn simulator() -> Simulator {
        Simulator::builder().start().await.unwrap()
    }

    fn task(cluster: &str, status: SyncStatus, log: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(format!("task-of-{cluster}"));
        task.cluster_name = Some(cluster.to_owned());
        task.sync_status = Some(status);
        task.sync_msg = Some(log.to_owned());
        task
    }

    #[tokio::test]
    async fn tasks_that_fail_for_one_reason_stand_on_one_line() {
        let simulator = simulator().await;
        simulator.insert(task("dws_1", SyncStatus::SyncFail, ROLE_IN_USE));
        simulator.insert(task("dws_2", SyncStatus::SyncFail, ROLE_IN_USE_LATER));
        simulator.insert(task("mrs_1", SyncStatus::SyncFail, "[2026-01-06 07:00:38] ===> Connect timed out\nmore"));
        simulator.insert(task("mrs_2", SyncStatus::SyncSuccess, ""));
        assert_eq!(
            report(&client_of(&simulator).unwrap()).await.unwrap(),
            "\"ERROR: role in use\": [\"dws_1\", \"dws_2\"]\n\"Connect timed out\": [\"mrs_1\"]\n"
        );
    }

    #[tokio::test]
    async fn a_task_that_has_recovered_leaves_the_report() {
        let simulator = simulator().await;
        let client = client_of(&simulator).unwrap();
        simulator.insert(task("dws_1", SyncStatus::SyncFail, ROLE_IN_USE));
        assert!(report(&client).await.unwrap().contains("dws_1"));
        simulator.update("task-of-dws_1", |task| task.sync_status = Some(SyncStatus::SyncSuccess));
        assert_eq!(report(&client).await.unwrap(), "");
    }

    #[tokio::test]
    async fn only_failing_tasks_are_asked_for() {
        let simulator = simulator().await;
        report(&client_of(&simulator).unwrap()).await.unwrap();
        let queries: Vec<_> = simulator.requests().into_iter().map(|request| request.query).collect();
        assert!(
            !queries.is_empty() && queries.iter().all(|query| query.contains("sync_status=SYNC_FAIL")),
            "{queries:?}"
        );
    }

    #[tokio::test]
    async fn an_unknown_workspace_is_told_by_its_code() {
        let simulator = Simulator::builder().workspace("another").start().await.unwrap();
        let client = Client::builder()
            .endpoint(simulator.base_url())
            .project_id(simulator.project_id())
            .workspace("mistyped")
            .credentials(Credentials::token(simulator.token()))
            .build();
        let error = report(&client.unwrap()).await.unwrap_err();
        assert!(error.is_workspace_not_found(), "{error}");
    }

    #[tokio::test]
    async fn foreign_text_cannot_steer_a_terminal() {
        let simulator = simulator().await;
        simulator.insert(task("dws_\u{1b}[2J\u{202e}", SyncStatus::SyncFail, "bell \u{7}"));
        let report = report(&client_of(&simulator).unwrap()).await.unwrap();
        assert_eq!(report, "\"bell \\u{7}\": [\"dws_\\u{1b}[2J\\u{202e}\"]\n");
    }

    #[test]
    fn a_log_of_another_form_gives_its_first_line() {
        for log in ["", "plain", "plain\nmore", "cut off:[{\"mess", "numbers:[1]", "none:[]"] {
            assert_eq!(first_line(log), log.lines().next().unwrap_or_default());
        }
    }
}
