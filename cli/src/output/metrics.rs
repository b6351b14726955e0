//! Gauges in what the text format of Prometheus and OpenMetrics have in common: help, type and samples without times,
//! and a last line that says that it is the last.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use dataarts_security::member_sync::Health;
use dataarts_security::types::ClusterType;

use super::sanitize;
use crate::health::{Report, Row};

/// The cluster type of a task that tells none.
const NO_TYPE: &str = "unknown";

/// Writes all gauges of a report.
pub(super) fn write(report: &Report, writer: &mut dyn Write) -> io::Result<()> {
    let counts = counts(report);
    let counts = counts.iter().map(|((target, cluster_type, Reverse(health)), count)| {
        (
            vec![("health", health.as_str()), ("cluster_type", cluster_type.as_str()), ("target", target.as_str())],
            count.to_string(),
        )
    });
    let help = "User synchronisation tasks by their health and the type of their cluster.";
    family("dataarts_member_sync_tasks", help, counts, writer)?;

    let rows: Vec<_> = report.rows().filter_map(|row| Some((row, cluster_type(row), age(report, row)?))).collect();
    let ages = rows.iter().map(|(row, cluster_type, age)| {
        let labels = vec![
            ("task_id", row.id.as_deref().unwrap_or_default()),
            ("cluster_name", row.cluster_name.as_deref().unwrap_or_default()),
            ("cluster_type", cluster_type.as_str()),
            ("target", row.target.as_deref().unwrap_or_default()),
        ];
        (labels, age.clone())
    });
    let help = "Time since the last run of a task began, of any outcome; a task that never ran has none.";
    family("dataarts_member_sync_last_sync_age_seconds", help, ages, writer)?;

    let up = report.targets.iter().map(|target| {
        let value = if target.error.is_none() { "1" } else { "0" };
        (vec![("target", target.target.as_deref().unwrap_or_default())], value.to_owned())
    });
    let help = "Whether the tasks of a target could be read.";
    family("dataarts_member_sync_target_up", help, up, writer)?;

    let read = report.targets.iter().filter(|target| target.error.is_none());
    let zones = read.map(|target| {
        let assumed = if target.zone.is_assumed { "true" } else { "false" };
        let name = target.target.as_deref().unwrap_or_default();
        (vec![("time_zone", target.zone.name.as_str()), ("assumed", assumed), ("target", name)], "1".to_owned())
    });
    let help = "The time zone in which schedules are read, and whether it is an assumption.";
    family("dataarts_member_sync_time_zone_info", help, zones, writer)?;
    writeln!(writer, "# EOF")
}

/// Each health of each type has a number, so that a series does not end when its last task gets well.
fn counts(report: &Report) -> BTreeMap<(String, String, Reverse<Health>), usize> {
    let mut counts = BTreeMap::new();
    // Of a target that could not be read, nothing is known; 0 would look well.
    let read = report.targets.iter().filter(|target| target.error.is_none());
    let mut named: BTreeSet<String> = read.filter_map(|target| target.target.as_deref()).map(label).collect();
    if named.is_empty() {
        named.insert(String::new());
    }
    let of_target = |target: String| ClusterType::VALUES.iter().map(move |kind| (target.clone(), (*kind).to_owned()));
    // Sanitised before they are counted: what is one label is one number.
    let seen = || report.rows().map(|row| (label(row.target.as_deref().unwrap_or_default()), cluster_type(row)));
    for (target, cluster_type) in named.into_iter().flat_map(of_target).chain(seen()) {
        for health in Health::ALL {
            counts.insert((target.clone(), cluster_type.clone(), Reverse(health)), 0);
        }
    }
    for ((target, cluster_type), row) in seen().zip(report.rows()) {
        *counts.entry((target, cluster_type, Reverse(row.health))).or_insert(0) += 1;
    }
    counts
}

fn cluster_type(row: &Row) -> String {
    let kind = label(row.cluster_type.as_deref().unwrap_or_default());
    if kind.is_empty() { NO_TYPE.to_owned() } else { kind }
}

/// Seconds with three decimals; none where there is no run, or no id to tell the task from others.
fn age(report: &Report, row: &Row) -> Option<String> {
    row.known_id().filter(|id| !label(id).is_empty())?;
    let milliseconds = report.at.as_millisecond().saturating_sub(row.sync_time?.as_millisecond());
    let sign = if milliseconds < 0 { "-" } else { "" };
    let milliseconds = milliseconds.unsigned_abs();
    Some(format!("{sign}{}.{:03}", milliseconds / 1_000, milliseconds % 1_000))
}

/// Writes the samples of one gauge. Of several with the same labels the first counts, since a second makes all invalid.
fn family<'a>(
    name: &str,
    help: &str,
    samples: impl Iterator<Item = (Vec<(&'static str, &'a str)>, String)>,
    writer: &mut dyn Write,
) -> io::Result<()> {
    writeln!(writer, "# HELP {name} {help}\n# TYPE {name} gauge")?;
    let mut written = BTreeSet::new();
    for (labels, value) in samples {
        // A label without a value is the same as none.
        let labels = labels.into_iter().map(|(name, value)| (name, escaped(&label(value))));
        let labels: Vec<_> = labels.filter(|(_, value)| !value.is_empty()).collect();
        let labels = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect::<Vec<_>>().join(",");
        if written.insert(labels.clone()) {
            let braces = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
            writeln!(writer, "{name}{braces} {value}")?;
        }
    }
    Ok(())
}

/// The value of a label, sanitised.
fn label(text: &str) -> String {
    sanitize::cut(text, sanitize::LONGEST)
}

/// The value of a label within its quotes.
fn escaped(label: &str) -> String {
    // Line breaks are spaces by now.
    label.replace('\\', r"\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;
    use dataarts_security::member_sync::{HealthRules, TimeZone};
    use dataarts_security::types::MemberSyncTask;

    use super::*;
    use crate::health::{Place, Target, Zone};

    const NOW: Timestamp = Timestamp::from_millisecond(1_710_936_000_000);

    fn task(id: Option<&str>, name: &str, ran: Option<i64>) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = id.map(str::to_owned);
        task.cluster_name = Some(name.to_owned());
        task.cluster_type = Some("DWS".into());
        task.sync_status = Some("SYNC_FAIL".into());
        task.sync_time = ran.map(Timestamp::from_millisecond);
        task
    }

    fn written(tasks: &[MemberSyncTask]) -> String {
        let rules = HealthRules::new(TimeZone::UTC);
        let rows = tasks.iter().map(|task| Row::assess(task, None, &rules, NOW)).collect();
        let zone = Zone::choose(None, None, jiff::Timestamp::UNIX_EPOCH);
        let report =
            Report::new(NOW, None, vec![Target { target: None, zone, place: Place::default(), error: None }], rows);
        let mut bytes = Vec::new();
        write(&report, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn ages(text: &str) -> Vec<&str> {
        text.lines().filter(|line| line.starts_with("dataarts_member_sync_last_sync_age_seconds{")).collect()
    }

    #[test]
    fn without_tasks_every_count_is_zero() {
        let text = written(&[]);
        let counts = text.lines().filter(|line| line.starts_with("dataarts_member_sync_tasks{"));
        let zero = counts.clone().filter(|line| line.ends_with(" 0")).count();
        assert_eq!((counts.count(), zero), (18, 18));
        assert!(text.ends_with("{time_zone=\"+08:00\",assumed=\"true\"} 1\n# EOF\n"), "{text}");
    }

    #[test]
    fn types_that_are_one_label_are_counted_together_and_the_sum_is_the_number_of_tasks() {
        let kinds = ["DWS", "DWS ", "D\u{202e}WS", "", " ", "unknown", "MRS\n"];
        let tasks = kinds.map(|kind| {
            let mut task = task(Some("same"), "name", None);
            task.cluster_type = Some(kind.into());
            task
        });
        let text = written(&tasks);
        let failing = |kind: &str| format!("dataarts_member_sync_tasks{{health=\"failing\",cluster_type=\"{kind}\"}}");
        for (kind, count) in [("DWS", 3), ("unknown", 3), ("MRS", 1)] {
            assert!(text.contains(&format!("{} {count}\n", failing(kind))), "{kind}: {text}");
        }
        let samples = text.lines().filter_map(|line| line.strip_prefix("dataarts_member_sync_tasks{"));
        let sum: usize = samples.map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()).sum();
        assert_eq!(sum, kinds.len(), "{text}");
    }

    #[test]
    fn names_are_escaped_and_made_harmless() {
        let text = written(&[task(Some("a"), "quote \" back\\slash \u{1b}[31m\nbreak 集群", Some(1_710_935_998_766))]);
        assert_eq!(
            ages(&text),
            [
                r#"dataarts_member_sync_last_sync_age_seconds{task_id="a",cluster_name="quote \" back\\slash [31m break 集群",cluster_type="DWS"} 1.234"#
            ]
        );
        assert!(text.contains("dataarts_member_sync_tasks{health=\"failing\",cluster_type=\"DWS\"} 1\n"), "{text}");
    }

    #[test]
    fn a_task_has_an_age_where_it_has_an_id_and_a_run_and_only_one() {
        let tasks = [
            task(None, "a", Some(1)),
            task(Some("never"), "b", Some(0)),
            task(Some("twin"), "c", Some(1_710_936_000_500)),
            task(Some("twin"), "c", Some(1)),
        ];
        let text = written(&tasks);
        assert_eq!(ages(&text).len(), 1, "{text}");
        assert!(ages(&text)[0].ends_with("} -0.500"), "{text}");
    }
}
