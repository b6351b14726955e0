//! A listing as a table for reading.

mod layout;

use std::io::{self, Write};

use dataarts_security::types::MemberSyncTask;

use super::sanitize::LONGEST;
use super::{Of, Renderer, Surroundings, sanitize};
use crate::describe::{failure_line, schedule, time};
use crate::severity::Severity;

/// Tasks held back until all are there, since each has a say in the width of the columns.
pub(super) struct Table {
    surroundings: Surroundings,
    entries: Vec<Entry>,
}

/// What is shown of a task.
struct Entry {
    /// Empty where only one place was asked.
    target: String,
    cluster: String,
    cluster_type: String,
    status: String,
    severity: Severity,
    schedule: String,
    last_sync: String,
    age: String,
    failure: String,
}

impl Table {
    /// A table without tasks.
    pub(super) fn new(surroundings: Surroundings) -> Self {
        Self { surroundings, entries: Vec::new() }
    }
}

impl Renderer<MemberSyncTask> for Table {
    fn record(&mut self, task: MemberSyncTask, _writer: &mut dyn Write) -> io::Result<()> {
        self.entries.push(Entry::new(&task, &self.surroundings));
        Ok(())
    }

    fn finish(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        if self.entries.is_empty() { Ok(()) } else { layout::write(&self.entries, &self.surroundings, writer) }
    }

    fn break_off(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        Renderer::<MemberSyncTask>::finish(self, writer)
    }
}

impl Renderer<Of<MemberSyncTask>> for Table {
    fn record(&mut self, row: Of<MemberSyncTask>, _writer: &mut dyn Write) -> io::Result<()> {
        let target = shown(Some(&row.target));
        self.entries.push(Entry { target, ..Entry::new(&row.record, &self.surroundings) });
        Ok(())
    }

    fn finish(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        Renderer::<MemberSyncTask>::finish(self, writer)
    }
}

impl Entry {
    fn new(task: &MemberSyncTask, surroundings: &Surroundings) -> Self {
        let ran = task.sync_time.filter(|time| !time.is_never());
        Self {
            target: String::new(),
            cluster: shown(task.cluster_name.as_deref()),
            cluster_type: shown(task.cluster_type.as_ref().map(|value| value.as_str())),
            status: shown(task.sync_status.as_ref().map(|value| value.as_str())),
            severity: Severity::from(task.sync_status.as_ref()),
            schedule: sanitize::cut(&schedule::summary(task), LONGEST),
            last_sync: ran.map_or("never".to_owned(), |moment| time::to_the_minute(moment, &surroundings.time_zone)),
            age: ran.map(|moment| time::age(moment, surroundings.now)).unwrap_or_default(),
            failure: failure_line::of(task).map(|line| sanitize::cut(&line, LONGEST)).unwrap_or_default(),
        }
    }
}

fn shown(text: Option<&str>) -> String {
    text.map(|text| sanitize::cut(text, LONGEST)).filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Colours;
    use crate::progress::Bars;
    use dataarts_security::Timestamp;
    use jiff::tz::TimeZone;

    fn surroundings() -> Surroundings {
        let now = jiff::Timestamp::from_millisecond(1_710_908_716_000).unwrap();
        Surroundings { now, time_zone: TimeZone::UTC, width: None, colours: Colours::Off, bars: Bars::Never }
    }

    #[test]
    fn a_task_is_put_into_words() {
        let mut task = MemberSyncTask::default();
        task.cluster_name = Some("a\u{1b}[31m\nb".into());
        task.cluster_type = Some("DWS".into());
        task.sync_status = Some("SYNC_FAIL".into());
        task.schedule_status = Some("NOT_SCHEDULE".into());
        task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
        task.sync_msg = Some("ERROR: \u{202e}no".into());
        let entry = Entry::new(&task, &surroundings());
        assert_eq!(entry.cluster, "a[31m b");
        assert_eq!((entry.cluster_type.as_str(), entry.status.as_str()), ("DWS", "SYNC_FAIL"));
        assert_eq!(entry.schedule, "off");
        assert_eq!((entry.last_sync.as_str(), entry.age.as_str()), ("2024-03-20 02:25", "2 h ago"));
        assert_eq!(entry.failure, "ERROR: no");
    }

    #[test]
    fn a_task_of_which_nothing_is_known_has_dashes() {
        let entry = Entry::new(&MemberSyncTask::default(), &surroundings());
        assert_eq!([entry.cluster, entry.cluster_type, entry.status, entry.schedule], ["-"; 4]);
        assert_eq!((entry.last_sync.as_str(), entry.age.as_str(), entry.failure.as_str()), ("never", "", ""));
        let mut task = MemberSyncTask::default();
        task.sync_time = Some(Timestamp::from_millisecond(0));
        assert_eq!(Entry::new(&task, &surroundings()).last_sync, "never");
    }
}
