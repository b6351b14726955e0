use dataarts_security::member_sync::{HealthRules, TimeZone};
use dataarts_security::types::MemberSyncTask;

use super::*;

const NOW: Timestamp = Timestamp::from_millisecond(1_710_936_000_000);

fn row(cluster: &str, outcome: &str, schedule: &str, log: &str) -> Row {
    let mut task = MemberSyncTask::default();
    task.id = Some(format!("id of {cluster}"));
    task.cluster_name = Some(cluster.to_owned());
    task.sync_status = Some(outcome.into());
    task.schedule_status = Some(schedule.into());
    task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
    task.sync_msg = Some(log.to_owned());
    Row::assess(&task, None, &HealthRules::new(TimeZone::UTC), NOW)
}

fn report(fail_on: Option<Health>, rows: Vec<Row>) -> Report {
    Report::new(NOW, fail_on, Vec::new(), rows)
}

#[test]
fn groups_are_by_severity_then_by_cause_the_most_frequent_first() {
    let rows = vec![
        row("f", "SYNC_SUCCESS", "NOT_SCHEDULE", "well"),
        row("e", "SYNC_FAIL", "SCHEDULING", "ERROR: b is wrong"),
        row("d", "SYNC_FAIL", "SCHEDULING", "ERROR: role \"x\" is gone"),
        row("c", "SYNC_FAIL", "SCHEDULING", "ERROR: role \"y\" is gone"),
        row("b", "SYNC_FAIL", "NOT_SCHEDULE", ""),
        row("a", "SYNC_FAIL", "SCHEDULING", "ERROR: a is wrong"),
    ];
    let report = report(None, rows);
    let told: Vec<String> = report
        .groups()
        .iter()
        .map(|group| {
            let names: Vec<_> = group.tasks.iter().filter_map(|row| row.cluster_name.as_deref()).collect();
            format!("{} {}: {}", group.health, group.cause.as_deref().unwrap_or("-"), names.join(" "))
        })
        .collect();
    let expected = [
        "abandoned -: b",
        "failing role … is gone: c d",
        "failing a is wrong: a",
        "failing b is wrong: e",
        "healthy -: f",
    ];
    assert_eq!(told, expected);
    assert!(report.groups().iter().all(|group| group.advice.is_some() == (group.health > Health::Running)));
}

#[test]
fn the_check_fails_from_its_level_on() {
    let failing = || vec![row("a", "SYNC_FAIL", "SCHEDULING", "x")];
    for (fail_on, fails) in
        [(Some(Health::Abandoned), false), (Some(Health::Failing), true), (Some(Health::Healthy), true), (None, false)]
    {
        assert_eq!(report(fail_on, failing()).has_failed(), fails, "{fail_on:?}");
        assert!(!report(fail_on, Vec::new()).has_failed());
    }
}

#[test]
fn only_a_failure_has_a_cause() {
    let row = row("a", "SYNC_SUCCESS", "NOT_SCHEDULE", "ERROR: of a step that went well later");
    assert_eq!((row.cause, row.first_error), (None, None));
}

#[test]
fn counts_are_written_worst_first_with_those_that_are_zero() {
    let text = serde_json::to_string(&report(None, vec![row("a", "SYNC_FAIL", "NOT_SCHEDULE", "")])).unwrap();
    let counts = r#""counts":{"abandoned":1,"failing":0,"stuck":0,"overdue":0,"never-ran":0,"unknown":0,"stale":0,"running":0,"healthy":0}"#;
    assert!(text.contains(counts), "{text}");
}
