//! What the log of a run tells: steps, results of jobs, the first error and its cause.
//!
//! The log has no documented form; one example is public. So everything here is best
//! effort, in one pass over the text, and the text itself is kept beside what was understood of it.

use jiff::civil::DateTime;

mod cause;
mod jobs;
mod repair;
mod stamp;

pub use cause::Cause;
pub use jobs::JobResult;

/// The log of a run (`sync_msg`), understood as far as it goes.
///
/// Any text is a log: what is not understood stands in [`raw`](Self::raw) alone. Logs hold names of users, groups and
/// tables, and are foreign text: whoever prints parts of them takes control characters out first. [`Cause`] alone is
/// made for being shown.
///
/// ```
/// use dataarts_security::member_sync::SyncLog;
///
/// let log = SyncLog::parse("[2026-01-05 10:25:54] ===> Get members\n[2026-01-05 10:25:58] ===> Connect timed out");
/// assert_eq!(log.entries().len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SyncLog<'a> {
    raw: &'a str,
    entries: Vec<LogEntry<'a>>,
    first_error: Option<String>,
}

/// One step of a log: from a line that begins with a time to the next such line.
///
/// Text before the first time is an entry too.
///
/// ```
/// use dataarts_security::member_sync::SyncLog;
///
/// let log = SyncLog::parse("[2026-01-05 10:25:54] ===> Get members");
/// assert_eq!(log.entries()[0].step, "Get members");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogEntry<'a> {
    /// The time as it is written, which names no time zone; the region's own, by the one example there is.
    pub time: Option<DateTime>,
    /// What the first line says, without time, arrow and results; foreign text.
    pub step: &'a str,
    /// The results that stand in the entry as a JSON array, also in one that is cut off.
    pub jobs: Vec<JobResult>,
    /// All of the entry as it came.
    pub text: &'a str,
}

impl<'a> SyncLog<'a> {
    /// Understands `raw` as far as it goes, in time that grows with its length.
    ///
    /// ```
    /// use dataarts_security::member_sync::SyncLog;
    ///
    /// let log = SyncLog::parse(r#"[2024-03-20 10:25:54] ===> Submit job failed:[{"status":"FAILED"}]"#);
    /// assert_eq!(log.entries()[0].step, "Submit job failed");
    /// assert_eq!(log.entries()[0].jobs[0].status.as_deref(), Some("FAILED"));
    /// ```
    pub fn parse(raw: &'a str) -> Self {
        let entries = entries(raw);
        let first_error = first_error(&entries);
        Self { raw, entries, first_error }
    }

    /// The log as it came.
    ///
    /// ```
    /// assert_eq!(dataarts_security::member_sync::SyncLog::parse("anything").raw(), "anything");
    /// ```
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// The steps in the order of the log; none for a blank one.
    ///
    /// ```
    /// use dataarts_security::member_sync::SyncLog;
    ///
    /// let log = SyncLog::parse("[2024-03-20 10:25:16] ===> Start\n[2024-03-20 10:25:54] ===> Submit job failed");
    /// assert_eq!(log.entries().len(), 2);
    /// ```
    pub fn entries(&self) -> &[LogEntry<'a>] {
        &self.entries
    }

    /// The line that says most about a failure, without white space around it; foreign text of any length.
    ///
    /// The messages of jobs that did not succeed come first: their first line that begins with `ERROR` or `FATAL`, else
    /// their first line. Then the lines of the log: the first that begins so, else the first that speaks of a failure,
    /// else the first. A log of a run that went well has such a line too; the task's status says whether it did.
    ///
    /// ```
    /// use dataarts_security::member_sync::SyncLog;
    ///
    /// let log = SyncLog::parse("[2024-03-20 10:25:16] ===> Start\n[2024-03-20 10:25:54] ===> Submit job failed");
    /// assert_eq!(log.first_error(), Some("Submit job failed"));
    /// ```
    pub fn first_error(&self) -> Option<&str> {
        self.first_error.as_deref()
    }

    /// The first error without what belongs to one case of it, so that failures of one cause group.
    ///
    /// ```
    /// use dataarts_security::member_sync::SyncLog;
    ///
    /// let one = SyncLog::parse("ERROR: role \"iam_group_1\" cannot be dropped");
    /// let other = SyncLog::parse("ERROR: role \"iam_group_2\" cannot be dropped");
    /// assert_eq!(one.cause(), other.cause());
    /// assert_eq!(one.cause().unwrap().as_str(), "role … cannot be dropped");
    /// ```
    pub fn cause(&self) -> Option<Cause> {
        self.first_error().and_then(Cause::of)
    }
}

fn entries(raw: &str) -> Vec<LogEntry<'_>> {
    // Where each entry begins, its time, and where its words begin.
    let mut heads: Vec<(usize, Option<DateTime>, usize)> = Vec::new();
    let mut position = 0;
    for line in raw.split_inclusive('\n') {
        if let Some((time, length)) = stamp::read(line) {
            heads.push((position, Some(time), position + length));
        } else if heads.is_empty() && !line.trim().is_empty() {
            heads.push((position, None, position));
        }
        position += line.len();
    }
    let ends = heads.iter().skip(1).map(|(start, ..)| *start).chain([raw.len()]);
    let pieces = heads.iter().zip(ends);
    let pieces =
        pieces.filter_map(|((start, time, words), end)| Some((*time, raw.get(*start..end)?, raw.get(*words..end)?)));
    pieces.map(|(time, text, words)| entry(time, text, words)).collect()
}

fn entry<'a>(time: Option<DateTime>, text: &'a str, words: &'a str) -> LogEntry<'a> {
    let (array, jobs) = jobs::read(words);
    let step = words.get(..array.unwrap_or(words.len())).unwrap_or(words);
    let step = step.trim_start().lines().next().unwrap_or_default();
    let step = step.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '=' | '-' | '>'));
    let step = if array.is_some() { step.trim_end().trim_end_matches(':') } else { step };
    LogEntry { time, step: step.trim(), jobs, text }
}

fn first_error(entries: &[LogEntry<'_>]) -> Option<String> {
    let failed = entries.iter().flat_map(|entry| &entry.jobs).filter(|job| job.has_failed());
    let messages = failed.filter_map(|job| job.message.as_deref());
    let results = messages.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
    let said = results.clone().find(|line| is_error(line)).or_else(|| results.clone().next());
    let lines = entries.iter().flat_map(|entry| [entry.step].into_iter().chain(entry.text.lines().skip(1)));
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    let said = said.or_else(|| lines.clone().find(|line| is_error(line)));
    let said = said.or_else(|| lines.clone().find(|line| speaks_of_failure(line)));
    said.or_else(|| lines.clone().next()).map(str::to_owned)
}

fn is_error(line: &str) -> bool {
    cause::without_severity(line).is_some()
}

fn speaks_of_failure(line: &str) -> bool {
    const WORDS: [&str; 7] = ["fail", "error", "exception", "timeout", "timed out", "失败", "错误"];
    let line = line.to_ascii_lowercase();
    WORDS.iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests;
