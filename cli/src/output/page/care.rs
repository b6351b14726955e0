//! The tasks that need care, by health and cause, with their logs.

use dataarts_security::member_sync::Health;

use super::words::{self, Badge, Clock};
use crate::describe::time;
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
        count: words::tasks(groups.iter().map(|group| group.tasks.len()).sum()),
        advice: first.advice,
        groups: groups.iter().map(|group| of_cause(group, limit, clock)).collect(),
    })
}

fn of_cause(group: &health::Group, limit: usize, clock: &Clock<'_>) -> Group {
    Group {
        cause: group.cause.as_deref().map(words::line),
        count: words::tasks(group.tasks.len()),
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
        reason: words::line(&time::localised(&row.reason, clock.zone)),
        error: row.first_error.as_deref().map(words::line),
        last: row.sync_time.map_or_else(|| "never ran".to_owned(), |time| format!("ran {}", clock.moment(time))),
        due: row.due_time.map(|time| format!("due {}", clock.moment(time))),
        log: row.log.as_deref().and_then(|log| of_log(log, row.id.as_deref(), limit)),
    }
}

fn of_log(log: &str, id: Option<&str>, limit: usize) -> Option<Log> {
    let end = (0..=limit.min(log.len())).rev().find(|end| log.is_char_boundary(*end)).unwrap_or(0);
    let text = sanitize::lines(log.get(..end).unwrap_or_default());
    if text.is_empty() && end == log.len() {
        return None;
    }
    let is_word = |id: &&str| id.chars().all(|letter| letter.is_ascii_alphanumeric()) && !id.is_empty();
    Some(Log {
        size: words::size(log.len()),
        text,
        shown: (end < log.len()).then(|| words::size(end)),
        command: id.filter(is_word).map(|id| format!("dataarts sync-tasks show {id}")),
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
    use super::*;

    #[test]
    fn short_logs_are_whole_and_long_ones_share_what_is_left() {
        assert_eq!(limit(vec![100, 2, 100, 3], 100), 47);
        assert_eq!(limit(vec![50, 50], 100), usize::MAX);
        assert_eq!(limit(vec![50; 3], 100), 33);
        assert_eq!(limit(Vec::new(), 100), usize::MAX);
    }

    #[test]
    fn a_log_is_cut_between_two_characters_and_says_so() {
        let log = of_log("ab集群", Some("1f"), 4).unwrap();
        assert_eq!((log.text.as_str(), log.shown.as_deref(), log.size.as_str()), ("ab", Some("2 bytes"), "8 bytes"));
        assert_eq!(log.command.as_deref(), Some("dataarts sync-tasks show 1f"));
        assert!(of_log("ab", None, 4).unwrap().shown.is_none());
        assert!(of_log(" \u{202e}\n", None, 9).is_none());
    }

    #[test]
    fn an_id_that_a_shell_would_run_is_no_command() {
        for id in ["1; reboot", "$(x)", "", "--help"] {
            assert!(of_log("log", Some(id), 9).unwrap().command.is_none(), "{id}");
        }
    }
}
