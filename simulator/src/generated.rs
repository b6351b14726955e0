//! Any number of tasks out of a seed.

use dataarts_security::Timestamp;
use dataarts_security::types::{ClusterType, MemberSyncTask, SchedulePeriod, ScheduleStatus, SyncStatus};
use fastrand::Rng;

use crate::DEMO_WORKSPACE;
use crate::demo::{DOMAIN_ID, Failure, INSTANCE_ID};
use crate::identifier::{dashed_identifier, identifier};

/// 2026-01-01T00:00:00Z. Nothing is later, so that the same seed gives the same tasks on any day.
pub(crate) const END: Timestamp = Timestamp::from_millisecond(1_767_225_600_000);
const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

const PURPOSES: [&str; 10] = ["sales", "crm", "finance", "risk", "iot", "ads", "hr", "财务", "生产", "测试"];
const USERS: [&str; 4] = ["ei_dayu_admin", "li.na", "svc_dataarts", "陈静"];
const FAILURES: [Failure; 5] =
    [Failure::Policies, Failure::PoliciesChinese, Failure::ReadOnly, Failure::SameName, Failure::Timeout];

/// `count` tasks that follow from `seed` alone; more of them begin with the same ones.
pub(crate) fn tasks(count: usize, seed: u64, project_id: &str) -> Vec<MemberSyncTask> {
    let mut random = Rng::with_seed(seed);
    (0..count).map(|index| task(&mut random, &format!("{seed} {index}"), index, project_id)).collect()
}

/// A task that someone created at this time and that has never run.
pub(crate) fn created_at(time: Timestamp, project_id: &str, random: &mut Rng) -> MemberSyncTask {
    let (origin, index) = (format!("created {:032x}", random.u128(..)), random.usize(..100_000));
    let mut task = task(random, &origin, index, project_id);
    (task.create_time, task.update_time) = (Some(time), Some(time));
    (task.sync_status, task.sync_time, task.sync_msg) = (Some(SyncStatus::NotSync), None, None);
    task
}

fn task(random: &mut Rng, origin: &str, index: usize, project_id: &str) -> MemberSyncTask {
    let kind = if random.bool() { ClusterType::Dws } else { ClusterType::Mrs };
    let name = format!("{}_{}_{index:05}", kind.as_str().to_lowercase(), random.choice(PURPOSES).unwrap_or_default());
    // Whole hours, so that among many tasks some were created in the same moment.
    let end = END.as_millisecond();
    let created = end - random.i64(1..=YEAR / HOUR) * HOUR;
    let updated = random.i64(created / 1_000..=end / 1_000) * 1_000;
    let user = random.choice(USERS).map(str::to_owned);
    let mut task = MemberSyncTask::default();
    task.id = Some(identifier(&format!("generated task {origin}")));
    task.project_id = Some(project_id.to_owned());
    task.domain_id = Some(DOMAIN_ID.to_owned());
    task.instance_id = Some(INSTANCE_ID.to_owned());
    task.data_connection_workspace = Some(DEMO_WORKSPACE.to_owned());
    task.data_connection_id = Some(identifier(&format!("generated connection {origin}")));
    task.data_connection_name = Some(format!("conn_{name}"));
    task.cluster_id = Some(dashed_identifier(&format!("generated cluster {origin}")));
    task.cluster_type = Some(kind);
    task.cluster_name = Some(name);
    task.create_time = Some(Timestamp::from_millisecond(created));
    task.create_user = user.clone();
    task.update_time = Some(Timestamp::from_millisecond(updated));
    task.update_user = user;
    add_schedule(&mut task, random);
    add_run(&mut task, random, created, origin);
    task
}

fn add_schedule(task: &mut MemberSyncTask, random: &mut Rng) {
    let start = random.i32(0..=22);
    task.schedule_start_hour = Some(start);
    task.schedule_end_hour = Some(random.i32(start + 1..=23));
    let (period, longest) = if random.bool() { (SchedulePeriod::Hour, 12) } else { (SchedulePeriod::Minute, 59) };
    task.schedule_period = Some(period);
    task.schedule_interval = Some(random.i32(1..=longest));
    task.schedule_status =
        Some(if random.u8(0..4) == 0 { ScheduleStatus::NotSchedule } else { ScheduleStatus::Scheduling });
}

fn add_run(task: &mut MemberSyncTask, random: &mut Rng, created: i64, origin: &str) {
    let time = Timestamp::from_millisecond(random.i64(created / 1_000..=END.as_millisecond() / 1_000) * 1_000);
    let failure = random.choice(FAILURES);
    // Of 20 tasks, most succeed and a few show each of the other states.
    let status = match random.u8(0..20) {
        0..14 => SyncStatus::SyncSuccess,
        14..17 => SyncStatus::SyncFail,
        17 => SyncStatus::Syncing,
        18 => SyncStatus::NotSync,
        _ => SyncStatus::Unknown,
    };
    task.sync_time = (status != SyncStatus::NotSync).then_some(time);
    task.sync_msg = failure.filter(|_| status == SyncStatus::SyncFail).map(|failure| failure.log(time, origin));
    task.sync_status = Some(status);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_tasks() {
        assert_eq!(tasks(50, 7, "p"), tasks(50, 7, "p"));
        assert_ne!(tasks(50, 7, "p"), tasks(50, 8, "p"));
        assert_eq!(tasks(50, 7, "p")[..10], tasks(10, 7, "p")[..]);
    }

    #[test]
    fn many_tasks_have_ids_of_their_own_and_show_every_status() {
        let tasks = tasks(2_537, 1, "p");
        let ids: BTreeSet<_> = tasks.iter().filter_map(|task| task.id.clone()).collect();
        assert_eq!(ids.len(), 2_537);
        let statuses: BTreeSet<_> =
            tasks.iter().filter_map(|task| Some(task.sync_status.as_ref()?.to_string())).collect();
        assert_eq!(statuses, SyncStatus::VALUES.iter().map(|value| (*value).to_owned()).collect());
    }

    #[test]
    fn some_of_many_were_created_in_the_same_moment() {
        let tasks = tasks(500, 1, "p");
        assert!(tasks.iter().filter_map(|task| task.create_time).collect::<BTreeSet<_>>().len() < 500);
    }

    #[test]
    fn no_run_or_edit_comes_before_its_task() {
        for task in tasks(500, 3, "p") {
            assert!(task.create_time <= task.update_time);
            assert!(task.sync_time.is_none() || task.create_time <= task.sync_time);
            assert!(task.schedule_start_hour < task.schedule_end_hour);
        }
    }
}
