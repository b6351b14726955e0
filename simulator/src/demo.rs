//! A data set that looks like a real instance: healthy tasks, failing ones, stuck, stale and never run.

mod clusters;
mod failure;

use std::ops::RangeInclusive;

use dataarts_security::Timestamp;
use dataarts_security::types::{ClusterType, MemberSyncTask, SchedulePeriod, ScheduleStatus, SyncStatus};

use self::clusters::{Cluster, Run};
use crate::identifier::{dashed_identifier, identifier};
use crate::{DEMO_PROJECT_ID, DEMO_WORKSPACE};

pub(crate) use self::failure::Failure;

/// Account and instance of the API page's example, which all the tasks share.
pub(crate) const DOMAIN_ID: &str = "0833a5736980d53b0f22c0102ffcbfc0";
pub(crate) const INSTANCE_ID: &str = "dd97167b873d4a79b2aad54d4370a3bc";

/// What the id of the finance department's workspace follows from.
pub(crate) const FINANCE: &str = "workspace finance";

/// Id of the API page's example.
pub(crate) const API_PAGE_EXAMPLE: &str = "088c2b59114405ab4fbc0df5bd05202b";

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// From here on every task of the demo is younger than the epoch; up to there goes what the service's times can be.
const CLOCK: RangeInclusive<i64> = 500 * DAY..=4_070_880_010_000;

/// The tasks as they stand at `now`: a run of two hours ago was two hours ago. Only the API page's example never moves.
pub(crate) fn tasks(now: Timestamp, project_id: &str) -> Vec<MemberSyncTask> {
    // The service's times have seconds, no more.
    let now = now.as_millisecond().clamp(*CLOCK.start(), *CLOCK.end()) / 1_000 * 1_000;
    let mut tasks: Vec<_> = clusters::all().iter().map(|cluster| task(cluster, now, project_id)).collect();
    tasks.push(api_page_example());
    tasks
}

fn task(cluster: &Cluster, now: i64, project_id: &str) -> MemberSyncTask {
    let name = cluster.name;
    let mut task = MemberSyncTask::default();
    task.id = Some(identifier(&format!("task {name}")));
    task.project_id = Some(project_id.to_owned());
    task.domain_id = Some(DOMAIN_ID.to_owned());
    task.instance_id = Some(INSTANCE_ID.to_owned());
    task.data_connection_workspace = Some(workspace(name));
    task.cluster_type = Some(cluster.kind.clone());
    task.data_connection_id = Some(identifier(&format!("connection {name}")));
    task.data_connection_name = Some(format!("conn_{name}"));
    task.cluster_id = Some(dashed_identifier(&format!("cluster {name}")));
    task.cluster_name = Some(name.to_owned());
    task.schedule_start_hour = Some(cluster.schedule.start_hour);
    task.schedule_end_hour = Some(cluster.schedule.end_hour);
    task.schedule_period = Some(cluster.schedule.period.clone());
    task.schedule_interval = Some(cluster.schedule.interval);
    task.schedule_status = Some(cluster.schedule.status.clone());
    task.create_time = Some(days_ago(now, cluster.created_days_ago));
    task.create_user = Some(cluster.user.to_owned());
    task.update_time = Some(days_ago(now, cluster.edited_days_ago));
    task.update_user = Some(cluster.user.to_owned());
    record_run(&mut task, &cluster.run, now);
    task
}

fn record_run(task: &mut MemberSyncTask, run: &Run, now: i64) {
    let started = |minutes: i64| Timestamp::from_millisecond(now - minutes * MINUTE - minutes % 47 * 1_000);
    let origin = task.id.clone().unwrap_or_default();
    let (status, time, log) = match run {
        Run::NeverAbsent => (SyncStatus::NotSync, None, None),
        Run::NeverZero => (SyncStatus::NotSync, Some(Timestamp::from_millisecond(0)), None),
        Run::Unknown(minutes) => (SyncStatus::Unknown, Some(started(*minutes)), None),
        Run::Syncing(minutes) => {
            let time = started(*minutes);
            (SyncStatus::Syncing, Some(time), Some(failure::line(time, "Query users and groups of IAM succeeded")))
        }
        Run::Succeeded(minutes) => {
            let time = started(*minutes);
            (SyncStatus::SyncSuccess, Some(time), Some(failure::line(time, "Sync users and groups succeeded")))
        }
        Run::Failed(minutes, failure) => {
            let time = started(*minutes);
            (SyncStatus::SyncFail, Some(time), Some(failure.log(time, &origin)))
        }
    };
    (task.sync_status, task.sync_time, task.sync_msg) = (Some(status), time, log);
}

/// Tasks of one day were created in one go, so that some creation times are equal.
fn days_ago(now: i64, days: i64) -> Timestamp {
    Timestamp::from_millisecond(now - days * DAY - days * 37 % 600 * MINUTE)
}

/// The workspace that owns the connection: finance keeps its own.
fn workspace(cluster_name: &str) -> String {
    if cluster_name.contains("finance") || cluster_name.contains("财务") {
        identifier(FINANCE)
    } else {
        DEMO_WORKSPACE.to_owned()
    }
}

/// The task of the API page's example response, to the letter.
pub(crate) fn api_page_example() -> MemberSyncTask {
    let mut task = MemberSyncTask::default();
    task.id = Some(API_PAGE_EXAMPLE.to_owned());
    task.project_id = Some(DEMO_PROJECT_ID.to_owned());
    task.domain_id = Some(DOMAIN_ID.to_owned());
    task.instance_id = Some(INSTANCE_ID.to_owned());
    task.data_connection_workspace = Some(DEMO_WORKSPACE.to_owned());
    task.cluster_type = Some(ClusterType::Dws);
    task.data_connection_id = Some("3190d3fa8bad4de19c20572b181eb00c".to_owned());
    task.data_connection_name = Some("dws_0319".to_owned());
    task.cluster_id = Some("c94a9133-ef65-47ad-9483-bfa8c5eaa101".to_owned());
    task.cluster_name = Some("dws_ssl_4autotest_nomodify".to_owned());
    task.schedule_start_hour = Some(0);
    task.schedule_end_hour = Some(6);
    task.schedule_period = Some(SchedulePeriod::Hour);
    task.schedule_interval = Some(4);
    task.schedule_status = Some(ScheduleStatus::NotSchedule);
    task.sync_status = Some(SyncStatus::SyncFail);
    task.sync_msg = Some(
        concat!(
            r#"[2024-03-20 10:25:54] ===> Submit job to datamanager failed:[{"duration":0.0,"#,
            r#""jobId":"9324a84d-e151-44ee-aafc-c6a6c2084b0c","jobType":"","message":"#,
            r#""ERROR: role \"iam_group_xxxx\" cannot be dropped because some objects depend on it\n"#,
            r#" Detail: target of row level security policy dls_xxxx_userANDgroups on table all_data_type_0805_03\n"#,
            r#"target of row level security policy dls_xxxx_ALLgroups on table all_data_type_0805_03\n"#,
            r#"target of row level security policy dls_xxxx_asdasdsd on table absx","rowCount":0,"rows":[],"#,
            r#""schema":[],"status":"FAILED","totalRowCount":0}]"#,
        )
        .to_owned(),
    );
    task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
    task.create_time = Some(Timestamp::from_millisecond(1_710_856_132_000));
    task.create_user = Some("ei_dayu_xxxx_01".to_owned());
    task.update_time = Some(Timestamp::from_millisecond(1_710_856_132_000));
    task.update_user = Some("ei_dayu_xxxx_01".to_owned());
    task
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millisecond(1_767_225_600_123);

    fn demo() -> Vec<MemberSyncTask> {
        tasks(NOW, DEMO_PROJECT_ID)
    }

    #[test]
    fn the_example_of_the_document_is_among_them_unchanged() {
        let document = include_str!("../../openapi/dataarts-security.yaml");
        let document: Value = serde_saphyr::from_str(document).unwrap();
        let example = document
            .pointer(
                "/paths/~1v1~1{project_id}~1security~1member-sync-tasks/get/responses/200/content/application~1json\
                    /example/tasks/0",
            )
            .unwrap();
        let served: Vec<MemberSyncTask> =
            demo().into_iter().filter(|task| task.id.as_deref() == Some(API_PAGE_EXAMPLE)).collect();
        assert_eq!(served.len(), 1);
        assert_eq!(&serde_json::to_value(&served[0]).unwrap(), example);
    }

    #[test]
    fn ids_are_unique_and_of_the_usual_form() {
        let tasks = demo();
        assert!(tasks.len() >= 24);
        let ids: BTreeSet<_> = tasks.iter().filter_map(|task| task.id.clone()).collect();
        let clusters: BTreeSet<_> = tasks.iter().filter_map(|task| task.cluster_id.clone()).collect();
        assert_eq!((ids.len(), clusters.len()), (tasks.len(), tasks.len()));
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
        assert!(clusters.iter().all(|id| id.len() == 36 && id.split('-').count() == 5));
    }

    #[test]
    fn every_value_of_the_document_occurs_and_no_other() {
        let tasks = demo();
        let seen =
            |value: fn(&MemberSyncTask) -> Option<String>| tasks.iter().filter_map(value).collect::<BTreeSet<_>>();
        let all = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(seen(|task| task.sync_status.as_ref().map(ToString::to_string)), all(SyncStatus::VALUES));
        assert_eq!(seen(|task| task.schedule_status.as_ref().map(ToString::to_string)), all(ScheduleStatus::VALUES));
        assert_eq!(seen(|task| task.schedule_period.as_ref().map(ToString::to_string)), all(SchedulePeriod::VALUES));
        assert_eq!(seen(|task| task.cluster_type.as_ref().map(ToString::to_string)), all(ClusterType::VALUES));
    }

    #[test]
    fn times_lie_in_the_past_in_their_order_and_within_the_bounds() {
        for task in demo() {
            let (created, updated) = (task.create_time.unwrap(), task.update_time.unwrap());
            assert!(created <= updated && updated < NOW, "{:?}", task.cluster_name);
            if let Some(run) = task.sync_time.filter(|time| time.as_millisecond() != 0) {
                assert!(created < run && run < NOW, "{:?}", task.cluster_name);
            }
            assert!((0..=23).contains(&task.schedule_start_hour.unwrap()));
            assert!((0..=23).contains(&task.schedule_end_hour.unwrap()));
        }
    }

    #[test]
    fn what_never_ran_has_no_log_and_either_no_time_or_zero() {
        let tasks = demo();
        let never: Vec<_> = tasks.iter().filter(|task| task.sync_status == Some(SyncStatus::NotSync)).collect();
        assert!(never.iter().all(|task| task.sync_msg.is_none()));
        assert!(never.iter().any(|task| task.sync_time.is_none()));
        assert!(never.iter().any(|task| task.sync_time.is_some_and(|time| time.as_millisecond() == 0)));
    }

    #[test]
    fn some_were_created_in_the_same_moment_and_some_are_stuck() {
        let tasks = demo();
        let created: BTreeSet<_> = tasks.iter().filter_map(|task| task.create_time).collect();
        assert!(created.len() < tasks.len());
        let half_an_hour_ago = NOW.as_millisecond() - 30 * MINUTE;
        assert!(tasks.iter().any(|task| task.sync_status == Some(SyncStatus::Syncing)
            && task.sync_time.is_some_and(|time| time.as_millisecond() < half_an_hour_ago)));
    }

    #[test]
    fn a_clock_that_is_far_off_gives_times_that_the_service_can_have() {
        for clock in [i64::MIN, -1, 0, i64::MAX] {
            let tasks = tasks(Timestamp::from_millisecond(clock), DEMO_PROJECT_ID);
            let times = tasks.iter().flat_map(|task| [task.create_time, task.update_time, task.sync_time]).flatten();
            assert!(times.map(Timestamp::as_millisecond).all(|time| (0..=*CLOCK.end()).contains(&time)), "{clock}");
        }
    }

    #[test]
    fn the_same_moment_gives_the_same_tasks_and_a_later_one_moves_their_times() {
        assert_eq!(demo(), demo());
        let later = tasks(Timestamp::from_millisecond(NOW.as_millisecond() + DAY), DEMO_PROJECT_ID);
        let first = |tasks: &[MemberSyncTask]| tasks[0].create_time.unwrap().as_millisecond();
        assert_eq!(first(&later) - first(&demo()), DAY);
    }
}
