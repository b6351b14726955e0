//! Which user synchronisation tasks failed today, and why?
//!
//! A line for each cause, with the tasks that failed of it since midnight on the clock of the time zone given.
//!
//! ```sh
//! cargo run --example failing_tasks_today -- --demo
//! cargo run --example failing_tasks_today                                # by the clock and the time zone of this machine
//! cargo run --example failing_tasks_today -- '2026-01-06T12:00[Asia/Shanghai]'
//! cargo test --example failing_tasks_today
//! ```
//!
//! Without `--demo` it asks the service, as the environment says: `DATAARTS_REGION`, `DATAARTS_WORKSPACE`, and an
//! identity as `Credentials::default_chain` finds it, such as `DATAARTS_TOKEN` or `HUAWEICLOUD_SDK_AK` with
//! `HUAWEICLOUD_SDK_SK`.

use std::collections::BTreeMap;
use std::env;
use std::error::Error as StdError;
use std::fmt::Write as _;
use std::process::ExitCode;

use dataarts_security::member_sync::{Cause, SyncLog};
use dataarts_security::types::{MemberSyncTask, SyncStatus};
use dataarts_security::{Client, Credentials, Error, Timestamp};
use dataarts_simulator::Simulator;
use jiff::ZonedDateTime;

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
    let (options, times): (Vec<_>, Vec<_>) = env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let now = match times.first() {
        Some(time) => {
            let refused =
                |error: jiff::Error| format!("{time:?} is no time such as 2026-01-06T12:00[Asia/Shanghai]: {error}");
            time.parse().map_err(refused)?
        }
        None => machine_time(),
    };
    if options.iter().any(|option| option == "--demo") {
        let simulator = Simulator::builder().demo_data().start().await?;
        print!("{}", report(&client_of(&simulator)?, &now).await?);
    } else {
        print!("{}", report(&client_of_environment()?, &now).await?);
    }
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "everything else takes the time as an argument")]
fn machine_time() -> ZonedDateTime {
    ZonedDateTime::now()
}

fn client_of_environment() -> Result<Client, Box<dyn StdError>> {
    let variable = |name: &str| env::var(name).map_err(|_| format!("{name} is not set; --demo needs nothing"));
    let client = Client::builder()
        .region(variable("DATAARTS_REGION")?)
        .workspace(variable("DATAARTS_WORKSPACE")?)
        .credentials(Credentials::default_chain());
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

/// The causes of the day, those of most tasks first.
async fn report(client: &Client, now: &ZonedDateTime) -> Result<String, Box<dyn StdError>> {
    let midnight = Timestamp::from_millisecond(now.start_of_day()?.timestamp().as_millisecond());
    let mut tasks_by_cause = BTreeMap::<Option<Cause>, Vec<MemberSyncTask>>::new();
    let mut failing = client.list_member_sync_tasks().sync_status(SyncStatus::SyncFail).items();
    while let Some(task) = failing.try_next().await? {
        // The time of a task is that of its last run, which is the one that failed.
        if task.sync_time.is_some_and(|run| run >= midnight) {
            let cause = SyncLog::parse(task.sync_msg.as_deref().unwrap_or_default()).cause();
            tasks_by_cause.entry(cause).or_default().push(task);
        }
    }
    let mut groups: Vec<_> = tasks_by_cause.into_iter().collect();
    groups.sort_by_key(|(_, tasks)| std::cmp::Reverse(tasks.len()));

    let count: usize = groups.iter().map(|(_, tasks)| tasks.len()).sum();
    // Writing to a string does not fail.
    let mut report = String::new();
    let _ = writeln!(report, "{count} tasks failed since {}", now.start_of_day()?.strftime("%F %H:%M (%:z)"));
    for (cause, tasks) in groups {
        // A cause is made for being shown. Names come from others: as Debug writes them, they cannot steer a terminal.
        let _ = writeln!(report, "\n{}", cause.as_ref().map_or("the log names no cause", Cause::as_str));
        for task in tasks {
            let run = task.sync_time.unwrap_or_default();
            let run =
                jiff::Timestamp::from_millisecond(run.as_millisecond())?.to_zoned_datetime(now.time_zone().clone());
            let _ = writeln!(report, "    {}  {:?}", run.strftime("%H:%M"), task.cluster_name.unwrap_or_default());
        }
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN_USE: &str = r#"[2026-01-06 08:30:00] ===> Submit job failed:[{"message":"ERROR: role \"sales\" in use"}]"#;
    const IN_USE_TOO: &str =
        r#"[2026-01-06 09:00:38] ===> Submit job failed:[{"message":"ERROR: role \"crm\" in use"}]"#;

    async fn simulator() -> Simulator {
        Simulator::builder().start().await.unwrap()
    }

    fn task(cluster: &str, status: SyncStatus, run: &str, log: &str) -> MemberSyncTask {
        let run: jiff::Timestamp = run.parse().unwrap();
        let mut task = MemberSyncTask::default();
        task.id = Some(format!("task-of-{cluster}"));
        task.cluster_name = Some(cluster.to_owned());
        task.sync_status = Some(status);
        task.sync_time = Some(Timestamp::from_millisecond(run.as_millisecond()));
        task.sync_msg = Some(log.to_owned());
        task
    }

    async fn report_at(simulator: &Simulator, now: &str) -> String {
        report(&client_of(simulator).unwrap(), &now.parse().unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn tasks_that_failed_of_one_cause_stand_together_and_the_commonest_cause_first() {
        let simulator = simulator().await;
        simulator.insert(task(
            "mrs_1",
            SyncStatus::SyncFail,
            "2026-01-06T00:00:38Z",
            "[2026-01-06 08:00:38] ===> Away",
        ));
        simulator.insert(task("dws_1", SyncStatus::SyncFail, "2026-01-06T00:30:00Z", IN_USE));
        simulator.insert(task("dws_2", SyncStatus::SyncFail, "2026-01-06T01:00:38Z", IN_USE_TOO));
        simulator.insert(task("mrs_2", SyncStatus::SyncSuccess, "2026-01-06T01:00:38Z", ""));
        assert_eq!(
            report_at(&simulator, "2026-01-06T12:00[Asia/Shanghai]").await,
            "3 tasks failed since 2026-01-06 00:00 (+08:00)\n\
             \nrole … in use\n    08:30  \"dws_1\"\n    09:00  \"dws_2\"\n\
             \nAway\n    08:00  \"mrs_1\"\n"
        );
    }

    #[tokio::test]
    async fn today_begins_at_midnight_of_the_time_zone_given() {
        let simulator = simulator().await;
        simulator.insert(task("early", SyncStatus::SyncFail, "2026-01-05T15:59:59Z", ""));
        simulator.insert(task("dawn", SyncStatus::SyncFail, "2026-01-05T16:00:00Z", ""));
        simulator.insert(task("day", SyncStatus::SyncFail, "2026-01-06T00:00:00Z", ""));
        for (now, expected) in [
            ("2026-01-06T10:00[Asia/Shanghai]", &["dawn", "day"][..]),
            ("2026-01-06T02:00[UTC]", &["day"]),
            ("2026-01-05T21:00[America/New_York]", &["early", "dawn", "day"]),
            ("2026-01-07T00:00[Asia/Shanghai]", &[]),
        ] {
            let report = report_at(&simulator, now).await;
            let told: Vec<_> =
                ["early", "dawn", "day"].into_iter().filter(|name| report.contains(&format!("{name:?}"))).collect();
            assert_eq!(told, expected, "{now}");
            assert!(report.starts_with(&format!("{} tasks failed", expected.len())), "{report}");
        }
    }

    #[tokio::test]
    async fn only_failing_tasks_are_asked_for() {
        let simulator = simulator().await;
        report_at(&simulator, "2026-01-06T12:00[UTC]").await;
        let queries: Vec<_> = simulator.requests().into_iter().map(|request| request.query).collect();
        let all = queries.iter().all(|query| query.contains("sync_status=SYNC_FAIL"));
        assert!(!queries.is_empty() && all, "{queries:?}");
    }

    #[tokio::test]
    async fn foreign_text_cannot_steer_a_terminal() {
        let simulator = simulator().await;
        let run = "2026-01-06T00:00:00Z";
        simulator.insert(task("dws_\u{1b}[2J\u{202e}", SyncStatus::SyncFail, run, "bell \u{7}\u{202e}"));
        let report = report_at(&simulator, "2026-01-06T12:00[UTC]").await;
        assert!(report.contains(r#"  "dws_\u{1b}[2J\u{202e}""#), "{report:?}");
        assert!(report.chars().all(|letter| letter == '\n' || !(letter.is_control() || letter == '\u{202e}')));
    }
}
