//! What changed between two listings.

use std::collections::BTreeMap;

use serde::Serialize;

use super::schedule::is_enabled;
use crate::Timestamp;
use crate::types::{MemberSyncTask, SyncStatus};

/// One thing that happened to one task between two listings.
///
/// ```
/// use dataarts_security::member_sync::{Change, changes};
/// use dataarts_security::types::{MemberSyncTask, SyncStatus};
///
/// let mut before = MemberSyncTask::default();
/// before.id = Some("a".to_owned());
/// before.sync_status = Some(SyncStatus::SyncSuccess);
/// let mut after = before.clone();
/// after.sync_status = Some(SyncStatus::SyncFail);
/// assert!(changes(&[before], &[after]).iter().any(|(_, change)| *change == Change::NewlyFailed));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// The task was not there before.
    Appeared,
    /// The task is there no more.
    Disappeared,
    /// The last run failed, and the one before had not, or was not seen.
    NewlyFailed,
    /// The last run succeeded after one that failed.
    Recovered,
    /// The schedule was off and is on.
    ScheduleSwitchedOn,
    /// The schedule was on and is off: by hand, or by the service after more than ten failures in a row.
    ScheduleSwitchedOff,
    /// Someone edited the configuration: the time of the last edit, or a field of the schedule, is another.
    Edited {
        /// Who edited last, as the service names them; foreign text.
        by: Option<String>,
        /// When, in milliseconds since the epoch.
        at: Option<Timestamp>,
    },
}

/// What happened between two listings: for each task concerned the task, as it is now or as it was last seen, and one
/// change. One task can have several.
///
/// Tasks are told apart by id. Those whose id is absent or blank are left out, for nothing says which is which; of
/// several with the same id the first counts. The order does not depend on that of the listings: by id, then as the
/// variants of [`Change`] stand. Only two moments are compared: a run that failed, and failed again, is no news, nor is one seen
/// while it goes on. Whoever looks again and again compares with what [`carry_over_outcomes`] gives.
///
/// ```
/// use dataarts_security::{member_sync::{Change, changes}, types::MemberSyncTask};
///
/// let mut before = MemberSyncTask::default();
/// before.id = Some("088c2b59114405ab4fbc0df5bd05202b".into());
/// before.sync_status = Some("SYNC_FAIL".into());
/// let mut after = before.clone();
/// after.sync_status = Some("SYNC_SUCCESS".into());
///
/// let (before, after) = ([before], [after]);
/// let found = changes(&before, &after);
/// assert_eq!(found, [(&after[0], Change::Recovered)]);
/// ```
pub fn changes<'a>(before: &'a [MemberSyncTask], after: &'a [MemberSyncTask]) -> Vec<(&'a MemberSyncTask, Change)> {
    let mut pairs: BTreeMap<&str, (Option<&MemberSyncTask>, Option<&MemberSyncTask>)> = BTreeMap::new();
    for (id, task) in with_ids(before) {
        pairs.entry(id).or_default().0.get_or_insert(task);
    }
    for (id, task) in with_ids(after) {
        pairs.entry(id).or_default().1.get_or_insert(task);
    }
    let mut found = Vec::new();
    for pair in pairs.into_values() {
        match pair {
            (Some(before), Some(after)) => found.extend(between(before, after).map(|change| (after, change))),
            (None, Some(after)) => {
                found.push((after, Change::Appeared));
                found.extend(has_failed(after).then_some((after, Change::NewlyFailed)));
            }
            (Some(before), None) => found.push((before, Change::Disappeared)),
            (None, None) => {}
        }
    }
    found
}

/// What to compare the next listing with: the tasks of `after`, where one that neither succeeded nor failed, since its run
/// goes on or nobody knows, counts with the status that it had in `before`.
///
/// So a task that fails, runs and fails again is no news, and one that fails, runs and succeeds has recovered, however
/// often it was seen while it ran. A task without an id, or one that was not there before, stays as it is.
///
/// ```
/// use dataarts_security::member_sync::{Change, carry_over_outcomes, changes};
/// use dataarts_security::types::{MemberSyncTask, SyncStatus};
///
/// let mut task = MemberSyncTask::default();
/// task.id = Some("088c2b59114405ab4fbc0df5bd05202b".to_owned());
/// let mut seen = Vec::new();
/// let mut news = Vec::new();
/// for status in [SyncStatus::SyncFail, SyncStatus::Syncing, SyncStatus::SyncSuccess] {
///     task.sync_status = Some(status);
///     let listed = vec![task.clone()];
///     news.extend(changes(&seen, &listed).into_iter().map(|(_, change)| change));
///     seen = carry_over_outcomes(&seen, listed);
/// }
/// assert_eq!(news, [Change::Appeared, Change::NewlyFailed, Change::Recovered]);
/// ```
pub fn carry_over_outcomes(before: &[MemberSyncTask], mut after: Vec<MemberSyncTask>) -> Vec<MemberSyncTask> {
    let mut outcomes = BTreeMap::new();
    for (id, task) in with_ids(before) {
        outcomes.entry(id).or_insert(&task.sync_status);
    }
    for task in after.iter_mut().filter(|task| !has_outcome(task)) {
        if let Some(outcome) = task.id.as_deref().and_then(|id| outcomes.get(id)) {
            task.sync_status.clone_from(outcome);
        }
    }
    after
}

fn with_ids(tasks: &[MemberSyncTask]) -> impl Iterator<Item = (&str, &MemberSyncTask)> {
    tasks.iter().filter_map(|task| Some((task.id.as_deref().filter(|id| !id.trim().is_empty())?, task)))
}

fn between(before: &MemberSyncTask, after: &MemberSyncTask) -> impl Iterator<Item = Change> {
    let outcome = match (has_failed(before), &after.sync_status) {
        (false, Some(SyncStatus::SyncFail)) => Some(Change::NewlyFailed),
        (true, Some(SyncStatus::SyncSuccess)) => Some(Change::Recovered),
        _ => None,
    };
    let switched = match (is_enabled(before), is_enabled(after)) {
        (Some(false), Some(true)) => Some(Change::ScheduleSwitchedOn),
        (Some(true), Some(false)) => Some(Change::ScheduleSwitchedOff),
        _ => None,
    };
    let edited = (configuration(before) != configuration(after))
        .then(|| Change::Edited { by: after.update_user.clone(), at: edit_time(after) });
    [outcome, switched, edited].into_iter().flatten()
}

fn has_failed(task: &MemberSyncTask) -> bool {
    task.sync_status == Some(SyncStatus::SyncFail)
}

fn has_outcome(task: &MemberSyncTask) -> bool {
    matches!(task.sync_status, Some(SyncStatus::SyncSuccess | SyncStatus::SyncFail))
}

fn edit_time(task: &MemberSyncTask) -> Option<Timestamp> {
    task.update_time.filter(|time| !time.is_never())
}

/// What an edit leaves a mark on. Whether the schedule is on is told apart, for the service switches it too.
fn configuration(task: &MemberSyncTask) -> impl PartialEq {
    let hours = [task.schedule_start_hour, task.schedule_end_hour];
    (edit_time(task), hours, task.schedule_interval, task.schedule_period.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str, outcome: &str, schedule: &str) -> MemberSyncTask {
        MemberSyncTask {
            id: Some(id.into()),
            sync_status: Some(outcome.into()),
            schedule_status: Some(schedule.into()),
            ..MemberSyncTask::default()
        }
    }

    fn told(before: &[MemberSyncTask], after: &[MemberSyncTask]) -> Vec<String> {
        let line = |(task, change): &(&MemberSyncTask, Change)| {
            format!("{} {}", task.id.as_deref().unwrap(), serde_json::to_string(change).unwrap())
        };
        changes(before, after).iter().map(line).collect()
    }

    #[test]
    fn changes_come_by_id_whatever_the_order_of_the_listings() {
        let before = [
            task("d", "SYNC_FAIL", "SCHEDULING"),
            task("c", "SYNC_SUCCESS", "SCHEDULING"),
            task("b", "SYNC_SUCCESS", "SCHEDULING"),
        ];
        let mut edited = task("c", "SYNC_FAIL", "NOT_SCHEDULE");
        edited.update_user = Some("someone".into());
        edited.update_time = Some(Timestamp::from_millisecond(1_710_856_132_000));
        let after = [task("d", "SYNC_SUCCESS", "SCHEDULING"), edited, task("a", "SYNC_FAIL", "NOT_SCHEDULE")];
        let expected = [
            r#"a {"change":"appeared"}"#,
            r#"a {"change":"newly-failed"}"#,
            r#"b {"change":"disappeared"}"#,
            r#"c {"change":"newly-failed"}"#,
            r#"c {"change":"schedule-switched-off"}"#,
            r#"c {"change":"edited","by":"someone","at":1710856132000}"#,
            r#"d {"change":"recovered"}"#,
        ];
        assert_eq!(told(&before, &after), expected);
        let (mut before, mut after) = (before, after);
        before.reverse();
        after.reverse();
        assert_eq!(told(&before, &after), expected);
    }

    #[test]
    fn what_stays_is_no_change() {
        let same = [task("a", "SYNC_FAIL", "SCHEDULING"), task("b", "NEW", "NEW")];
        assert!(changes(&same, &same).is_empty());
        let mut ran = same.clone();
        ran[0].sync_time = Some(Timestamp::from_millisecond(1));
        ran[0].sync_msg = Some("another".into());
        ran[0].update_time = Some(Timestamp::from_millisecond(0));
        assert!(changes(&same, &ran).is_empty());
    }

    #[test]
    fn outcomes_and_switches_are_told_where_both_ends_are_known() {
        for (before, after, change) in [
            (("SYNC_FAIL", "NEW"), ("SYNCING", "SCHEDULING"), None),
            (("SYNCING", "SCHEDULING"), ("SYNC_FAIL", "NEW"), Some("newly-failed")),
            (("NEW", "NOT_SCHEDULE"), ("SYNC_SUCCESS", "SCHEDULING"), Some("schedule-switched-on")),
        ] {
            let lines = told(&[task("a", before.0, before.1)], &[task("a", after.0, after.1)]);
            let expected: Vec<_> = change.iter().map(|change| format!(r#"a {{"change":"{change}"}}"#)).collect();
            assert_eq!(lines, expected);
        }
    }

    #[test]
    fn a_run_that_is_seen_while_it_goes_on_hides_no_recovery_and_repeats_no_failure() {
        for (outcomes, expected) in [
            (["SYNC_FAIL", "SYNCING", "SYNC_SUCCESS"], vec!["recovered"]),
            (["SYNC_FAIL", "SYNCING", "SYNC_FAIL"], vec![]),
            (["SYNC_SUCCESS", "SYNCING", "SYNC_FAIL"], vec!["newly-failed"]),
            (["SYNCING", "SYNCING", "SYNC_FAIL"], vec!["newly-failed"]),
            (["SYNC_FAIL", "UNKNOWN", "SYNC_SUCCESS"], vec!["recovered"]),
            (["SYNC_SUCCESS", "NEW", "SYNC_SUCCESS"], vec![]),
        ] {
            let [first, rest @ ..] = outcomes.map(|outcome| vec![task("a", outcome, "SCHEDULING")]);
            let (mut seen, mut news) = (first, Vec::new());
            for listed in rest {
                news.extend(told(&seen, &listed));
                seen = carry_over_outcomes(&seen, listed);
            }
            let expected: Vec<_> = expected.iter().map(|change| format!(r#"a {{"change":"{change}"}}"#)).collect();
            assert_eq!(news, expected, "{outcomes:?}");
        }
    }

    #[test]
    fn what_else_happens_to_a_task_that_runs_is_told_once() {
        let before = vec![task("a", "SYNC_FAIL", "SCHEDULING")];
        let running = vec![task("a", "SYNCING", "NOT_SCHEDULE")];
        assert_eq!(told(&before, &running), [r#"a {"change":"schedule-switched-off"}"#]);
        let seen = carry_over_outcomes(&before, running);
        assert_eq!(told(&seen, &[task("a", "SYNC_FAIL", "NOT_SCHEDULE")]), [""; 0]);
    }

    #[test]
    fn a_schedule_that_changed_was_edited_even_without_a_new_time() {
        let before = task("a", "NOT_SYNC", "SCHEDULING");
        let mut after = before.clone();
        after.schedule_interval = Some(5);
        assert_eq!(told(&[before], &[after]), [r#"a {"change":"edited","by":null,"at":null}"#]);
    }

    #[test]
    fn tasks_without_an_id_are_left_out_and_of_twins_the_first_counts() {
        for id in [None, Some(""), Some(" ")] {
            let mut nameless = task("", "SYNC_FAIL", "SCHEDULING");
            nameless.id = id.map(str::to_owned);
            let listed = [nameless];
            assert!(changes(&[], &listed).is_empty() && changes(&listed, &[]).is_empty(), "{id:?}");
            let mut running = listed.clone();
            running[0].sync_status = Some(SyncStatus::Syncing);
            assert_eq!(carry_over_outcomes(&listed, running.to_vec()), running, "{id:?}");
        }
        let twins = [task("a", "SYNC_SUCCESS", "SCHEDULING"), task("a", "SYNC_FAIL", "SCHEDULING")];
        assert!(changes(&twins[..1], &twins).is_empty());
    }
}
