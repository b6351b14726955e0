//! The log of a task that someone reads.

use dataarts_security::member_sync::SyncLog;
use dataarts_security::types::MemberSyncTask;
use jiff::tz::TimeZone;

use super::snapshot::name;
use super::{Snapshot, moments, text};
use crate::describe::time;
use crate::health::Row;
use crate::output::sanitize::{self, LONGEST};

/// Bytes of a log that are shown: it is broken into lines again with each key.
const LONGEST_LOG: usize = 64 * 1024;
/// What stands before the results of a step.
const INDENT: &str = "  ";
/// Columns of the words before the id, the state and so on.
const LABEL: usize = 8;

/// A task whose log is open, as it was seen last.
pub(super) struct OpenLog {
    row: Row,
    time_zone: TimeZone,
    /// Lines of any length, each with the columns by which its continuation is set in.
    paragraphs: Vec<(String, usize)>,
    is_gone: bool,
    /// Lines above the first that is seen.
    pub(super) scroll: usize,
}

impl OpenLog {
    /// Opens the log of the task in this place; times that are ours are told in `time_zone`.
    pub(super) fn of(snapshot: &Snapshot, place: usize, time_zone: &TimeZone) -> Option<Self> {
        let (task, row) = (snapshot.tasks().get(place)?, snapshot.rows().get(place)?);
        let time_zone = time_zone.clone();
        Some(Self { row: row.clone(), time_zone, paragraphs: paragraphs(task), is_gone: false, scroll: 0 })
    }

    /// Follows the task into another listing; the place where one reads is kept.
    pub(super) fn follow(&mut self, snapshot: &Snapshot) {
        let id = self.row.known_id();
        let place = id.and_then(|id| snapshot.rows().iter().position(|row| row.known_id() == Some(id)));
        match place.and_then(|place| Self::of(snapshot, place, &self.time_zone)) {
            Some(fresh) => *self = Self { scroll: self.scroll, ..fresh },
            None => self.is_gone = true,
        }
    }

    /// Of the task.
    pub(super) fn id(&self) -> Option<&str> {
        self.row.id.as_deref()
    }

    /// What stands above it.
    pub(super) fn title(&self) -> String {
        name(&self.row)
    }

    /// The task and its log, broken to fit: always in as many lines, whatever the time is.
    pub(super) fn lines(&self, columns: u16, now: jiff::Timestamp, changes: Option<&str>) -> Vec<String> {
        let columns = usize::from(columns);
        let gone = self.is_gone.then(|| "The task is there no more; this is what was seen last.".to_owned());
        let line = |text: &str| sanitize::cut(text, LONGEST);
        let state = line(self.row.sync_status.as_deref().unwrap_or("-"));
        let head = [
            format!("id      {}", line(self.row.id.as_deref().unwrap_or("-"))),
            format!("state   {state}"),
            format!("health  {}: {}", self.row.health, time::localised(&line(&self.row.reason), &self.time_zone)),
            self.row.cause.as_ref().map_or_else(String::new, |cause| format!("cause   {}", line(cause))),
            text::fit(&self.last_run(now), columns),
            text::fit(&self.next_due(now), columns),
            changes.map_or_else(String::new, |changes| format!("changed {changes}")),
            format!("clock   local time, {}, here; in the log, as the service wrote it", self.offset(now)),
        ];
        let head = gone.into_iter().chain(head.into_iter().filter(|line| !line.is_empty())).chain([String::new()]);
        let all = head.map(|line| (line, LABEL)).chain(self.paragraphs.iter().cloned());
        all.flat_map(|(line, hang)| text::wrap(&line, columns, hang)).collect()
    }

    fn last_run(&self, now: jiff::Timestamp) -> String {
        let time = self.row.sync_time;
        format!("ran     {}", moments::both(time, &moments::last_run(time, now), &self.time_zone))
    }

    fn next_due(&self, now: jiff::Timestamp) -> String {
        let time = self.row.due_time;
        format!("due     {}", moments::both(time, &moments::next_due(time, now), &self.time_zone))
    }

    /// The service does not say on which clock its log is.
    fn offset(&self, now: jiff::Timestamp) -> String {
        now.to_zoned_datetime(self.time_zone.clone()).strftime("%:z").to_string()
    }
}

/// The steps with their times, below each the results of its jobs, or what else stands there.
fn paragraphs(task: &MemberSyncTask) -> Vec<(String, usize)> {
    let whole = task.sync_msg.as_deref().unwrap_or_default();
    let shown = sanitize::head(whole, LONGEST_LOG);
    let log = SyncLog::parse(shown);
    if log.entries().is_empty() {
        return vec![("There is no log.".to_owned(), 0)];
    }
    let mut paragraphs = Vec::new();
    if shown.len() < whole.len() {
        paragraphs.push((
            format!(
                "Cut: the first {} KiB of {}; `dataarts sync-tasks show` has all of it.",
                LONGEST_LOG / 1024,
                whole.len() / 1024
            ),
            0,
        ));
    }
    for entry in log.entries() {
        let time = entry.time.map(|time| format!("{}  ", time.strftime("%Y-%m-%d %H:%M:%S")));
        let step = format!("{}{}", time.unwrap_or_default(), sanitize::line(entry.step));
        paragraphs.push((step, INDENT.len()));
        for job in &entry.jobs {
            let status = job.status.as_deref().unwrap_or("-");
            let message = sanitize::lines(job.message.as_deref().unwrap_or_default());
            let said = format!("{}: {message}", sanitize::line(status));
            paragraphs.extend(said.lines().map(below));
        }
        if entry.jobs.is_empty() {
            let rest = sanitize::lines(entry.text);
            paragraphs.extend(rest.lines().skip(1).map(below));
        }
    }
    paragraphs
}

/// A line below a step, whose continuation is set in further.
fn below(line: &str) -> (String, usize) {
    let own = line.len() - line.trim_start_matches(' ').len();
    (format!("{INDENT}{}", line.trim_end()), own + 2 * INDENT.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{at, news, scheduled, task};

    fn open(log: &str) -> OpenLog {
        let mut task = task("a1", "dws_a", "SYNC_FAIL");
        task.sync_msg = Some(log.to_owned());
        OpenLog::of(&news(None, vec![task]).snapshot, 0, &TimeZone::UTC).unwrap()
    }

    #[test]
    fn a_log_has_its_steps_and_results_without_what_harms() {
        let log = open(concat!(
            "[2024-03-20 10:25:16] ===> Start\u{1b}[31m\n",
            "more of it\n",
            r#"[2024-03-20 10:25:54] ===> Submit failed:[{"message":"ERROR: no\n Detail","status":"FAILED"}]"#,
        ));
        let lines = log.lines(100, at(0), None);
        let end = lines.iter().position(String::is_empty).unwrap();
        assert_eq!(lines[..2], ["id      a1", "state   SYNC_FAIL"]);
        assert!(lines[2].starts_with("health  abandoned: ") && lines[3] == "cause   no", "{lines:?}");
        assert_eq!(
            lines[end + 1..],
            [
                "2024-03-20 10:25:16  Start[31m",
                "  more of it",
                "2024-03-20 10:25:54  Submit failed",
                "  FAILED: ERROR: no",
                "   Detail",
            ]
        );
    }

    #[test]
    fn runs_have_local_times_and_ages_and_both_clocks_are_named() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let task = scheduled("a1", "dws_a", "SYNC_SUCCESS");
        let log = OpenLog::of(&news(None, vec![task]).snapshot, 0, &zone).unwrap();
        let lines = log.lines(200, at(60), Some("newly-failed, edited"));
        assert_eq!(
            lines[3..7],
            [
                "ran     2024-03-20 10:20, 6 min ago",
                "due     2024-03-20 11:20, in 54 min",
                "changed newly-failed, edited",
                "clock   local time, +08:00, here; in the log, as the service wrote it",
            ]
        );
        // However much longer an age becomes, no line comes to be.
        for columns in 1..60 {
            assert_eq!(log.lines(columns, at(0), None).len(), log.lines(columns, at(90_000), None).len(), "{columns}");
        }
    }

    #[test]
    fn times_of_ours_are_those_of_the_zone() {
        let task = task("a1", "dws_a", "SYNC_FAIL");
        let told = |zone: &TimeZone| {
            let log = OpenLog::of(&news(None, vec![task.clone()]).snapshot, 0, zone).unwrap();
            log.lines(200, at(0), None)[2].clone()
        };
        let there = told(&TimeZone::fixed(jiff::tz::offset(8)));
        assert!(there.contains("The run at 20") && there != told(&TimeZone::UTC) && !there.contains('Z'), "{there}");
    }

    #[test]
    fn a_log_follows_its_task_until_that_is_gone() {
        let mut log = open("one");
        log.scroll = 3;
        let mut later = task("a1", "dws_a", "SYNC_SUCCESS");
        later.sync_msg = Some("two".to_owned());
        log.follow(&news(None, vec![later]).snapshot);
        assert!(
            log.scroll == 3 && log.lines(80, at(0), None).ends_with(&["two".to_owned()]),
            "{:?}",
            log.lines(80, at(0), None)
        );
        log.follow(&news(None, Vec::new()).snapshot);
        assert!(
            log.lines(80, at(0), None)[0].starts_with("The task is there no more"),
            "{:?}",
            log.lines(80, at(0), None)
        );
    }

    #[test]
    fn where_there_is_no_log_that_is_said() {
        assert!(open(" ").lines(80, at(0), None).ends_with(&["There is no log.".to_owned()]));
    }
}
