use proptest::prelude::*;

use super::super::model;
use super::*;

/// 2024-03-20T12:00:00Z.
const NOON: i64 = 1_710_936_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Runs every hour, all day.
fn task(schedule: &str, outcome: &str, minutes_ago: Option<i64>) -> MemberSyncTask {
    MemberSyncTask {
        schedule_status: Some(schedule.into()),
        schedule_start_hour: Some(0),
        schedule_end_hour: Some(0),
        schedule_interval: Some(1),
        schedule_period: Some("HOUR".into()),
        sync_status: Some(outcome.into()),
        sync_time: minutes_ago.map(|minutes| Timestamp::from_millisecond(NOON - minutes * MINUTE)),
        ..MemberSyncTask::default()
    }
}

fn assess(task: &MemberSyncTask) -> Assessment {
    HealthRules::new(TimeZone::UTC).assess(task, Timestamp::from_millisecond(NOON))
}

#[test]
fn every_state_has_its_health_and_its_reason() {
    const ON: &str = "SCHEDULING";
    const OFF: &str = "NOT_SCHEDULE";
    for (schedule, outcome, minutes_ago, health, reason) in [
        (
            ON,
            "SYNC_SUCCESS",
            Some(30),
            "healthy",
            "The run at 2024-03-20T11:30:00Z succeeded, and the next is not late.",
        ),
        (
            ON,
            "SYNC_SUCCESS",
            Some(90),
            "healthy",
            "The run at 2024-03-20T10:30:00Z succeeded, and the next is not late.",
        ),
        (ON, "SYNC_SUCCESS", Some(91), "overdue", "The run that was due at 2024-03-20T11:29:00Z is 31 min late."),
        (OFF, "SYNC_SUCCESS", Some(91), "healthy", "The run at 2024-03-20T10:29:00Z succeeded; there is no schedule."),
        (
            OFF,
            "SYNC_SUCCESS",
            Some(7 * 24 * 60),
            "healthy",
            "The run at 2024-03-13T12:00:00Z succeeded; there is no schedule.",
        ),
        (
            OFF,
            "SYNC_SUCCESS",
            Some(7 * 24 * 60 + 1),
            "stale",
            "The run at 2024-03-13T11:59:00Z succeeded 7 d ago, and no schedule renews it.",
        ),
        (
            "NEW",
            "SYNC_SUCCESS",
            Some(1),
            "unknown",
            "The last run succeeded; whether there is a schedule is not known.",
        ),
        (ON, "SYNC_SUCCESS", None, "unknown", "The last run succeeded, and when is not known."),
        (
            ON,
            "SYNC_SUCCESS",
            Some(-15),
            "healthy",
            "The run at 2024-03-20T12:15:00Z succeeded, and the next is not late.",
        ),
        (
            ON,
            "SYNC_SUCCESS",
            Some(-16),
            "unknown",
            "The last run is at 2024-03-20T12:16:00Z, ahead of now, 2024-03-20T12:00:00Z.",
        ),
        (ON, "SYNC_FAIL", Some(500), "failing", "The run at 2024-03-20T03:40:00Z failed; the schedule will try again."),
        (
            "NEW",
            "SYNC_FAIL",
            None,
            "failing",
            "The run at an unknown time failed; whether it is tried again is not known.",
        ),
        (
            OFF,
            "SYNC_FAIL",
            Some(1),
            "abandoned",
            "The run at 2024-03-20T11:59:00Z failed, and no schedule will try again.",
        ),
        (ON, "SYNCING", Some(30), "running", "A run goes on since 2024-03-20T11:30:00Z."),
        (
            OFF,
            "SYNCING",
            Some(31),
            "stuck",
            "A run goes on since 2024-03-20T11:29:00Z, for 31 min; 30 min are allowed.",
        ),
        (ON, "SYNCING", None, "unknown", "A run goes on, and since when is not known."),
        (
            ON,
            "SYNCING",
            Some(-16),
            "unknown",
            "The last run is at 2024-03-20T12:16:00Z, ahead of now, 2024-03-20T12:00:00Z.",
        ),
        (ON, "NOT_SYNC", None, "never-ran", "No run yet; the schedule is on."),
        (OFF, "NOT_SYNC", None, "never-ran", "No run yet, and there is no schedule."),
        ("NEW", "NOT_SYNC", None, "never-ran", "No run yet; whether there is a schedule is not known."),
        (ON, "UNKNOWN", Some(1), "unknown", "The service does not know how the last run went."),
        (ON, "PAUSED", Some(1), "unknown", "The service describes the last run in a word that is not known here."),
    ] {
        let found = assess(&task(schedule, outcome, minutes_ago));
        assert_eq!((found.health.as_str(), found.reason.as_str()), (health, reason), "{schedule} {outcome}");
        assert_eq!(found.overdue_by_ms.is_some(), found.health == Health::Overdue);
    }
    assert_eq!(assess(&MemberSyncTask::default()).reason, "The service does not say how the last run went.");
}

#[test]
fn a_time_of_0_is_never() {
    let never = Some(Timestamp::from_millisecond(0));
    for outcome in ["SYNC_SUCCESS", "SYNC_FAIL", "SYNCING", "NOT_SYNC"] {
        let without = task("SCHEDULING", outcome, None);
        let mut with = without.clone();
        (with.sync_time, with.create_time, with.update_time) = (never, never, never);
        assert_eq!(assess(&with), assess(&without), "{outcome}");
    }
}

#[test]
fn an_edit_puts_off_when_a_run_is_due() {
    let mut task = task("SCHEDULING", "SYNC_SUCCESS", Some(40 * 24 * 60));
    assert_eq!(assess(&task).overdue_by_ms, Some(40 * DAY - HOUR));
    task.update_time = Some(Timestamp::from_millisecond(NOON - 20 * MINUTE));
    let found = assess(&task);
    assert_eq!((found.health, found.due), (Health::Healthy, task.update_time));
    // An edit that is still to come says nothing.
    task.update_time = Some(Timestamp::from_millisecond(NOON + 1));
    assert_eq!(assess(&task).health, Health::Overdue);
}

#[test]
fn a_first_run_that_never_came_is_overdue() {
    let mut task = task("SCHEDULING", "NOT_SYNC", None);
    task.create_time = Some(Timestamp::from_millisecond(NOON - 2 * HOUR));
    assert_eq!(assess(&task).overdue_by_ms, Some(2 * HOUR));
    task.schedule_interval = None;
    assert_eq!(assess(&task).health, Health::NeverRan);
}

#[test]
fn a_schedule_that_cannot_be_read_is_unknown_only_where_it_matters() {
    for (outcome, health) in
        [("SYNC_SUCCESS", Health::Unknown), ("SYNC_FAIL", Health::Failing), ("SYNCING", Health::Running)]
    {
        let mut task = task("SCHEDULING", outcome, Some(5));
        task.schedule_end_hour = None;
        assert_eq!(assess(&task).health, health, "{outcome}");
    }
    let mut off = task("NOT_SCHEDULE", "SYNC_SUCCESS", Some(5));
    off.schedule_end_hour = None;
    assert_eq!(assess(&off).health, Health::Healthy);
}

#[test]
fn ages_are_the_callers() {
    let rules = HealthRules::new(TimeZone::UTC).grace(Duration::ZERO).stale_after(Duration::MAX);
    let now = Timestamp::from_millisecond(NOON);
    assert_eq!(rules.assess(&task("SCHEDULING", "SYNC_SUCCESS", Some(60)), now).health, Health::Healthy);
    assert_eq!(rules.assess(&task("SCHEDULING", "SYNC_SUCCESS", Some(61)), now).health, Health::Overdue);
    assert_eq!(rules.assess(&task("NOT_SCHEDULE", "SYNC_SUCCESS", Some(1_000_000)), now).health, Health::Healthy);
}

#[test]
fn no_time_is_too_early_or_too_late() {
    for time in [i64::MIN, -1, 1, i64::MAX] {
        for now in [i64::MIN, 0, i64::MAX] {
            for outcome in ["SYNC_SUCCESS", "SYNC_FAIL", "SYNCING", "NOT_SYNC"] {
                for schedule in ["SCHEDULING", "NOT_SCHEDULE"] {
                    let mut task = task(schedule, outcome, None);
                    task.sync_time = Some(Timestamp::from_millisecond(time));
                    task.update_time = task.sync_time;
                    let found = HealthRules::new(TimeZone::UTC).assess(&task, Timestamp::from_millisecond(now));
                    assert!(found.reason.ends_with('.'));
                }
            }
        }
    }
}

/// Some minutes before or after noon, or never, or absent.
fn moment() -> impl Strategy<Value = Option<Timestamp>> {
    let near = (-40..20_000_i64).prop_map(|minutes| Some(Timestamp::from_millisecond(NOON - minutes * MINUTE)));
    let close = (-40..100_i64).prop_map(|minutes| Some(Timestamp::from_millisecond(NOON - minutes * MINUTE)));
    prop_oneof![4 => near, 4 => close, 1 => Just(None), 1 => Just(Some(Timestamp::from_millisecond(0)))]
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![8 => prop::sample::select(words).prop_map(Some), 1 => Just(Some("NEW")), 1 => Just(None)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn health_is_the_worst_rule_that_holds(
        outcome in word(SyncStatus::VALUES),
        schedule in word(&["SCHEDULING", "NOT_SCHEDULE"]),
        unit in word(&["MINUTE", "HOUR"]),
        hours in (prop::option::weighted(0.95, -1..24), prop::option::weighted(0.95, -1..24)),
        interval in prop::option::weighted(0.95, -1..100),
        [run, created, updated] in [moment(), moment(), moment()],
        (stale_after, grace) in (0..20_000_i64, 0..100_i64),
    ) {
        let mut task = MemberSyncTask {
            sync_status: outcome.map(Into::into),
            schedule_status: schedule.map(Into::into),
            schedule_period: unit.map(Into::into),
            ..MemberSyncTask::default()
        };
        (task.schedule_start_hour, task.schedule_end_hour) = hours;
        task.schedule_interval = interval;
        (task.sync_time, task.create_time, task.update_time) = (run, created, updated);
        let minutes = |count: i64| Duration::from_secs(count.unsigned_abs() * 60);
        let rules = HealthRules::new(TimeZone::UTC).stale_after(minutes(stale_after)).grace(minutes(grace));
        let found = rules.assess(&task, Timestamp::from_millisecond(NOON));
        let expected = model::health(&task, NOON, stale_after * MINUTE, grace * MINUTE);
        prop_assert_eq!(found.health, expected, "{}", found.reason);
    }
}
