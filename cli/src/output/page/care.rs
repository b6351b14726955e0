//! The tasks that need care, by health and cause, with their logs.

use dataarts_security::member_sync::Health;

use super::words::{self, Badge, Clock};
use crate::describe::{count, time};
use crate::health::{self, Report, Row};
use crate::output::sanitize;

/// Bytes of one log.
const LONGEST_LOG: usize = 64 * 1024;
/// Bytes of all logs together, so that the page of ten thousand tasks still opens.
const ALL_LOGS: usize = 4 * 1024 * 1024;

/// All of them.
pub(super) struct Care {
    pub(super) sections: Vec<Section>,
    /// How many logs are not whole.
    pub(super) cut: usize,
}

/// The tasks of one health.
pub(super) struct Section {
    pub(super) badge: Badge,
    pub(super) count: String,
    pub(super) advice: Option<&'static str>,
    pub(super) groups: Vec<Group>,
}

/// The tasks of one cause.
pub(super) struct Group {
    pub(super) cause: Option<String>,
    pub(super) count: String,
    pub(super) remedy: Option<&'static str>,
    pub(super) tasks: Vec<Task>,
}

/// A task.
pub(super) struct Task {
    pub(super) cluster: String,
    pub(super) kind: String,
    pub(super) target: String,
    pub(super) id: String,
    pub(super) reason: String,
    pub(super) error: Option<String>,
    pub(super) last: String,
    pub(super) due: Option<String>,
    pub(super) log: Option<Log>,
}

/// What there is of a log.
pub(super) struct Log {
    pub(super) size: String,
    pub(super) text: String,
    pub(super) shown: Option<String>,
    /// The command that shows all of it, where the id can be pasted into a shell without harm.
    pub(super) command: Option<String>,
}

impl Care {
    pub(super) fn of(report: &Report, clock: &Clock<'_>) -> Self {
        let groups = || report.groups().iter().filter(|group| group.health > Health::Running);
        let logs = groups().flat_map(|group| &group.tasks).filter_map(|row| row.log.as_ref());
        let limit = limit(logs.map(String::len).collect(), ALL_LOGS).min(LONGEST_LOG);
        let groups: Vec<_> = groups().collect();
        let by_health = groups.chunk_by(|one, other| one.health == other.health);
        let sections: Vec<Section> = by_health.filter_map(|groups| section(groups, limit, clock)).collect();
        let tasks = sections.iter().flat_map(|section| &section.groups).flat_map(|group| &group.tasks);
        let cut = tasks.filter_map(|task| task.log.as_ref()).filter(|log| log.shown.is_some()).count();
        Self { sections, cut }
    }
}

fn section(groups: &[&health::Group], limit: usize, clock: &Clock<'_>) -> Option<Section> {
    let first = groups.first()?;
    Some(Section {
        badge: Badge::of(first.health),
        count: count::of(groups.iter().map(|group| group.tasks.len()).sum::<usize>(), "task"),
        advice: first.advice,
        groups: groups.iter().map(|group| of_cause(group, limit, clock)).collect(),
    })
}

fn of_cause(group: &health::Group, limit: usize, clock: &Clock<'_>) -> Group {
    Group {
        cause: group.cause.as_deref().map(words::line),
        count: count::of(group.tasks.len(), "task"),
        remedy: group.remedy,
        tasks: group.tasks.iter().map(|row| task(row, limit, clock)).collect(),
    }
}

fn task(row: &Row, limit: usize, clock: &Clock<'_>) -> Task {
    Task {
        cluster: words::shown(row.cluster_name.as_deref()),
        kind: words::shown(row.cluster_type.as_deref()),
        target: words::shown(row.target.as_deref()),
        id: words::shown(row.id.as_deref()),
        reason: time::localised(&words::line(&row.reason), clock.zone),
        error: row.first_error.as_deref().map(words::line),
        last: row.sync_time.map_or_else(|| "never ran".to_owned(), |time| format!("ran {}", clock.moment(time))),
        due: row.due_time.map(|time| format!("due {}", clock.moment(time))),
        log: row.log.as_deref().and_then(|log| of_log(log, row, limit)),
    }
}

fn of_log(log: &str, row: &Row, limit: usize) -> Option<Log> {
    let head = sanitize::head(log, limit);
    let text = sanitize::lines(head);
    if text.is_empty() && head.len() == log.len() {
        return None;
    }
    // What a shell would take for more than a word is in no command.
    let word = |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    let word = |text: &str| word(text) && !text.is_empty() && !text.starts_with('-');
    let target =
        row.target.as_deref().map_or(Some(String::new()), |name| word(name).then(|| format!("--target {name} ")));
    let id = row.id.as_deref().filter(|id| word(id));
    Some(Log {
        size: words::size(log.len()),
        text,
        shown: (head.len() < log.len()).then(|| words::size(head.len())),
        command: target.zip(id).map(|(target, id)| format!("dataarts {target}sync-tasks show {id}")),
    })
}

/// The most that each may have so that together they have no more than `all`: the short ones whole, the long ones alike.
fn limit(mut lengths: Vec<usize>, all: usize) -> usize {
    lengths.sort_unstable();
    let mut left = all;
    for (position, length) in lengths.iter().enumerate() {
        let fair = left / (lengths.len() - position);
        if *length > fair {
            return fair;
        }
        left -= length;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;
    use dataarts_security::member_sync::{HealthRules, TimeZone};
    use dataarts_security::types::MemberSyncTask;

    use super::*;

    #[test]
    fn short_logs_are_whole_and_long_ones_share_what_is_left() {
        assert_eq!(limit(vec![100, 2, 100, 3], 100), 47);
        assert_eq!(limit(vec![50, 50], 100), usize::MAX);
        assert_eq!(limit(vec![50; 3], 100), 33);
        assert_eq!(limit(Vec::new(), 100), usize::MAX);
    }

    fn row(target: Option<&str>, id: Option<&str>) -> Row {
        let mut task = MemberSyncTask::default();
        task.id = id.map(str::to_owned);
        let rules = HealthRules::new(TimeZone::UTC);
        Row::assess(&task, target, &rules, Timestamp::from_millisecond(1))
    }

    #[test]
    fn a_log_is_cut_between_two_characters_and_says_so() {
        let log = of_log("ab集群", &row(None, Some("1f")), 4).unwrap();
        assert_eq!((log.text.as_str(), log.shown.as_deref(), log.size.as_str()), ("ab", Some("2 bytes"), "8 bytes"));
        assert_eq!(log.command.as_deref(), Some("dataarts sync-tasks show 1f"));
        assert!(of_log("ab", &row(None, None), 4).unwrap().shown.is_none());
        assert!(of_log(" \u{202e}\n", &row(None, None), 9).is_none());
    }

    #[test]
    fn an_id_or_a_target_that_a_shell_would_run_is_no_command() {
        for word in ["1; reboot", "$(x)", "", "--help", "a b"] {
            assert!(of_log("log", &row(None, Some(word)), 9).unwrap().command.is_none(), "{word}");
            assert!(of_log("log", &row(Some(word), Some("1f")), 9).unwrap().command.is_none(), "{word}");
        }
    }

    #[test]
    fn the_command_for_a_whole_log_goes_to_its_target() {
        let log = of_log("log", &row(Some("prod-eu"), Some("1f")), 2).unwrap();
        assert_eq!(log.command.as_deref(), Some("dataarts --target prod-eu sync-tasks show 1f"));
    }
}
