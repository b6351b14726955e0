use std::sync::LazyLock;

use jiff::tz;
use proptest::prelude::*;

use super::model::Clock;
use super::*;

/// 2025-01-01T00:00:00Z.
const START: i64 = 1_735_689_600_000;
const TWO_YEARS: usize = 2 * 365 * 24 * 60;

fn task(hours: (i32, i32), count: i32, unit: &str) -> MemberSyncTask {
    MemberSyncTask {
        schedule_status: Some(ScheduleStatus::Scheduling),
        schedule_start_hour: Some(hours.0),
        schedule_end_hour: Some(hours.1),
        schedule_interval: Some(count),
        schedule_period: Some(unit.into()),
        ..MemberSyncTask::default()
    }
}

fn zone(rule: &str) -> TimeZone {
    TimeZone::posix(rule).unwrap()
}

/// Clocks of Berlin.
fn berlin() -> TimeZone {
    zone("CET-1CEST,M3.5.0,M10.5.0/3")
}

fn instant(text: &str) -> Timestamp {
    Timestamp::from_millisecond(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn due(task: &MemberSyncTask, not_before: &str, zone: &TimeZone) -> Option<String> {
    Schedule::of(task).next_due(instant(not_before), zone).map(|due| due.to_string())
}

#[test]
fn the_interval_counts_from_the_last_run_of_any_kind() {
    // The manual's own examples: from 20:00 every 5 minutes, by hand at 20:03; a window of 0 to 5.
    let mut every_five_minutes = task((20, 23), 5, "MINUTE");
    every_five_minutes.sync_time = Some(instant("2024-03-20T20:03:00Z"));
    assert_eq!(due(&every_five_minutes, "2024-03-20T20:04:00Z", &TimeZone::UTC).unwrap(), "2024-03-20T20:08:00Z");
    let mut hourly = task((0, 5), 1, "HOUR");
    hourly.sync_time = Some(instant("2024-03-20T04:00:00Z"));
    assert_eq!(due(&hourly, "2024-03-20T04:00:00Z", &TimeZone::UTC).unwrap(), "2024-03-21T00:00:00Z");
    hourly.sync_time = Some(instant("2024-03-20T03:59:59.999Z"));
    assert_eq!(due(&hourly, "2024-03-20T00:00:00Z", &TimeZone::UTC).unwrap(), "2024-03-20T04:59:59.999Z");
}

#[test]
fn the_interval_is_the_count_of_its_unit() {
    for (count, unit, expected) in [
        (5, "MINUTE", Some(5 * MINUTE)),
        (4, "HOUR", Some(4 * HOUR)),
        (0, "HOUR", None),
        (-4, "HOUR", None),
        (4, "DECADE", None),
    ] {
        let interval = Schedule::of(&task((0, 24), count, unit)).interval();
        assert_eq!(interval.map(|interval| interval.as_millis() as i64), expected, "{count} {unit}");
    }
}

#[test]
fn every_window_is_open_in_its_own_hours_alone() {
    for start in 0..24 {
        for end in 0..24 {
            let schedule = Schedule::of(&task((start, end), 1, "MINUTE"));
            for hour in 0..24 {
                let noon = START + i64::from(hour) * HOUR + 30 * MINUTE;
                let open = schedule.next_due(Timestamp::from_millisecond(noon), &TimeZone::UTC).unwrap();
                let is_inside = if start < end { (start..end).contains(&hour) } else { hour >= start || hour < end };
                let wait = if is_inside { 0 } else { i64::from((start - hour).rem_euclid(24)) * HOUR - 30 * MINUTE };
                assert_eq!(open.as_millisecond() - noon, wait, "{start} to {end} at {hour}:30");
            }
        }
    }
}

#[test]
fn a_start_that_is_the_end_is_the_whole_day_and_24_is_midnight() {
    for hours in [(0, 0), (7, 7), (0, 24)] {
        assert_eq!(
            due(&task(hours, 1, "HOUR"), "2024-03-20T12:34:56Z", &TimeZone::UTC).unwrap(),
            "2024-03-20T12:34:56Z"
        );
    }
    assert_eq!(
        due(&task((22, 24), 1, "HOUR"), "2024-03-20T00:00:00Z", &TimeZone::UTC).unwrap(),
        "2024-03-20T22:00:00Z"
    );
}

#[test]
fn a_skipped_hour_is_not_there() {
    // On 30 March 2025 the clocks go from 2:00 to 3:00.
    assert_eq!(due(&task((2, 3), 1, "HOUR"), "2025-03-30T00:00:00Z", &berlin()).unwrap(), "2025-03-31T00:00:00Z");
    assert_eq!(due(&task((2, 4), 1, "HOUR"), "2025-03-30T00:00:00Z", &berlin()).unwrap(), "2025-03-30T01:00:00Z");
    // Santiago skips the hour after midnight, on 7 September 2025.
    let santiago = zone("<-04>4<-03>,M9.1.6/24,M4.1.6/24");
    assert_eq!(due(&task((0, 6), 1, "HOUR"), "2025-09-07T03:30:00Z", &santiago).unwrap(), "2025-09-07T04:00:00Z");
    assert_eq!(due(&task((0, 1), 1, "HOUR"), "2025-09-07T03:30:00Z", &santiago).unwrap(), "2025-09-08T03:00:00Z");
}

#[test]
fn an_hour_that_comes_twice_counts_twice() {
    // On 26 October 2025 the clocks go from 3:00 back to 2:00, at 1:00 UTC.
    let mut twice = task((2, 3), 1, "HOUR");
    assert_eq!(due(&twice, "2025-10-25T23:00:00Z", &berlin()).unwrap(), "2025-10-26T00:00:00Z");
    twice.sync_time = Some(instant("2025-10-26T00:00:00Z"));
    assert_eq!(due(&twice, "2025-10-26T00:00:00Z", &berlin()).unwrap(), "2025-10-26T01:00:00Z");
    twice.sync_time = Some(instant("2025-10-26T01:00:00Z"));
    assert_eq!(due(&twice, "2025-10-26T01:00:00Z", &berlin()).unwrap(), "2025-10-27T01:00:00Z");
    // Lord Howe goes back by half an hour, into the middle of the window.
    let lord_howe = zone("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
    assert_eq!(due(&task((1, 2), 1, "HOUR"), "2025-04-05T15:00:00Z", &lord_howe).unwrap(), "2025-04-05T15:00:00Z");
}

#[test]
fn what_cannot_be_read_is_never_due() {
    let whole = task((0, 6), 4, "HOUR");
    let broken: [fn(&mut MemberSyncTask); 12] = [
        |task| task.schedule_start_hour = None,
        |task| task.schedule_end_hour = None,
        |task| task.schedule_start_hour = Some(24),
        |task| task.schedule_start_hour = Some(-1),
        |task| task.schedule_end_hour = Some(25),
        |task| task.schedule_end_hour = Some(i32::MIN),
        |task| task.schedule_interval = None,
        |task| task.schedule_interval = Some(0),
        |task| task.schedule_interval = Some(-4),
        |task| task.schedule_interval = Some(i32::MIN),
        |task| task.schedule_period = None,
        |task| task.schedule_period = Some("DAY".into()),
    ];
    assert!(Schedule::of(&whole).is_readable());
    for (number, change) in broken.into_iter().enumerate() {
        let mut task = whole.clone();
        change(&mut task);
        assert!(!Schedule::of(&task).is_readable(), "{number}");
        assert_eq!(due(&task, "2024-03-20T00:00:00Z", &TimeZone::UTC), None, "{number}");
    }
}

#[test]
fn a_schedule_that_is_not_on_is_never_due() {
    for (status, enabled) in [(Some("NOT_SCHEDULE"), Some(false)), (Some("PAUSED"), None), (None, None)] {
        let mut task = task((0, 6), 4, "HOUR");
        task.schedule_status = status.map(Into::into);
        assert_eq!(Schedule::of(&task).is_enabled(), enabled);
        assert_eq!(due(&task, "2024-03-20T00:00:00Z", &TimeZone::UTC), None);
    }
}

#[test]
fn no_number_is_too_large() {
    for run in [None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)] {
        for (count, unit) in [(1, "MINUTE"), (i32::MAX, "HOUR")] {
            for not_before in [i64::MIN, 0, 4_070_880_010_000, 253_402_207_100_000, i64::MAX] {
                let mut task = task((5, 4), count, unit);
                task.sync_time = run.map(Timestamp::from_millisecond);
                let due = Schedule::of(&task).next_due(Timestamp::from_millisecond(not_before), &berlin());
                assert!(due.is_none_or(|due| due.as_millisecond() >= not_before));
            }
        }
    }
}

/// Zones without changes, with changes at night and at midnight, of half an hour, and off the whole hour.
static CLOCKS: LazyLock<Vec<(TimeZone, Clock)>> = LazyLock::new(|| {
    let zones = [
        TimeZone::fixed(tz::offset(8)),
        berlin(),
        zone("<-04>4<-03>,M9.1.6/24,M4.1.6/24"),
        zone("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
        zone("<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45"),
    ];
    zones.into_iter().map(|zone| (zone.clone(), Clock::new(&zone, START, TWO_YEARS))).collect()
});

/// A case is two years long, so they are few; `PROPTEST_CASES` asks for more.
fn few() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases / 16, failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn two_years_of_runs_are_those_of_a_scheduler_that_looks_every_minute(
        which in 0..5_usize,
        hours in (0..24, 0..24),
        (count, unit) in prop_oneof![(1..3_000, Just("MINUTE")), (1..200, Just("HOUR"))],
        last_run in prop::option::of(-200_000..1_000_000_i64),
    ) {
        let (zone, clock) = &CLOCKS[which];
        let mut task = task(hours, count, unit);
        let last_run = last_run.map(|minutes| START + minutes * MINUTE);
        task.sync_time = last_run.map(Timestamp::from_millisecond);
        let interval = i64::from(count) * if unit == "HOUR" { HOUR } else { MINUTE };
        let mut schedule = Schedule::of(&task);
        let mut now = Timestamp::from_millisecond(START);
        for run in clock.runs(hours, interval, last_run) {
            let due = schedule.next_due(now, zone);
            prop_assert_eq!(due, Some(Timestamp::from_millisecond(run)));
            schedule.last_run = due;
            now = Timestamp::from_millisecond(run);
        }
        let end = START + i64::try_from(TWO_YEARS).unwrap() * MINUTE;
        prop_assert!(schedule.next_due(now, zone).is_none_or(|due| due.as_millisecond() >= end));
    }
}
