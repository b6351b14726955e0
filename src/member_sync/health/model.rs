//! The rules of health once more, slowly: each on its own, the worst that holds wins.

use super::Health;
use crate::types::MemberSyncTask;

const MINUTE: i64 = 60_000;

/// The worst health that fits the task, all of it in whole minutes and UTC.
pub(super) fn health(task: &MemberSyncTask, now: i64, stale_after: i64, grace: i64) -> Health {
    let holds = |health: &Health| holds(*health, task, now, stale_after, grace);
    Health::ALL.into_iter().find(holds).unwrap()
}

fn holds(health: Health, task: &MemberSyncTask, now: i64, stale_after: i64, grace: i64) -> bool {
    let status = task.sync_status.as_ref().map_or("", |status| status.as_str());
    let schedule = task.schedule_status.as_ref().map_or("", |status| status.as_str());
    let run = task.sync_time.map(|time| time.as_millisecond()).filter(|time| *time != 0);
    let is_usable = run.is_some_and(|run| run <= now + 15 * MINUTE);
    match health {
        Health::Abandoned => status == "SYNC_FAIL" && schedule == "NOT_SCHEDULE",
        Health::Failing => status == "SYNC_FAIL",
        Health::Stuck => status == "SYNCING" && run.is_some_and(|run| now - run > 30 * MINUTE),
        Health::Overdue => {
            (status == "NOT_SYNC" || (status == "SYNC_SUCCESS" && is_usable))
                && schedule == "SCHEDULING"
                && due(task, now).is_some_and(|due| now - due > grace)
        }
        Health::NeverRan => status == "NOT_SYNC",
        Health::Unknown => match status {
            "SYNCING" => !is_usable,
            "SYNC_SUCCESS" => match schedule {
                "NOT_SCHEDULE" => !is_usable,
                "SCHEDULING" => !is_usable || interval(task).is_none() || window(task).is_none(),
                _ => true,
            },
            _ => true,
        },
        Health::Stale => schedule == "NOT_SCHEDULE" && now - run.unwrap() > stale_after,
        Health::Running => status == "SYNCING",
        Health::Healthy => true,
    }
}

/// Minute by minute from the last run, or edit, to now.
fn due(task: &MemberSyncTask, now: i64) -> Option<i64> {
    let (interval, (start, end)) = (interval(task)?, window(task)?);
    let run = task.sync_time.map(|time| time.as_millisecond()).filter(|time| *time != 0);
    let edits = [task.create_time, task.update_time].into_iter().flatten().map(|time| time.as_millisecond());
    let edited = edits.filter(|edit| *edit != 0 && *edit <= now).max();
    let mut minute = run.into_iter().chain(edited).max()?;
    while minute <= now {
        let hour = i32::try_from(minute / MINUTE / 60 % 24).unwrap();
        let is_open = if start < end { start <= hour && hour < end } else { start <= hour || hour < end };
        if is_open && run.is_none_or(|run| minute - run >= interval) {
            return Some(minute);
        }
        minute += MINUTE;
    }
    None
}

fn interval(task: &MemberSyncTask) -> Option<i64> {
    let count = i64::from(task.schedule_interval?);
    match task.schedule_period.as_ref()?.as_str() {
        "MINUTE" if count > 0 => Some(count * MINUTE),
        "HOUR" if count > 0 => Some(count * 60 * MINUTE),
        _ => None,
    }
}

fn window(task: &MemberSyncTask) -> Option<(i32, i32)> {
    let (start, end) = (task.schedule_start_hour?, task.schedule_end_hour?);
    [start, end].iter().all(|hour| (0..=23).contains(hour)).then_some((start, end))
}
