//! What a look at a task tells to whoever waits: whether its run has ended, and what is new. No I/O, no clock.

use dataarts_security::types::{MemberSyncTask, SyncStatus};
use dataarts_security::{Error, Timestamp};
use jiff::tz::TimeZone;

use crate::describe::time;
use crate::failure::{in_words_of_options, may_pass};

/// How the last run went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Succeeded,
    Failed,
}

/// What was seen so far.
pub(super) struct Watch {
    begin: jiff::Timestamp,
    time_zone: TimeZone,
    /// In words, as told last.
    state: Option<String>,
    /// Why nothing is seen at present.
    outage: Option<String>,
}

impl Watch {
    /// Nothing was seen yet; ages are counted up to `begin`.
    pub(super) fn new(begin: jiff::Timestamp, time_zone: TimeZone) -> Self {
        Self { begin, time_zone, state: None, outage: None }
    }

    /// The outcome if no run goes on, and what is news.
    pub(super) fn see(&mut self, task: &MemberSyncTask) -> (Option<Outcome>, Option<String>) {
        let was_away = self.outage.take().is_some();
        let state = match &task.sync_status {
            Some(SyncStatus::SyncSuccess) => return (Some(Outcome::Succeeded), None),
            Some(SyncStatus::SyncFail) => return (Some(Outcome::Failed), None),
            Some(SyncStatus::Syncing) => self.running(task),
            Some(SyncStatus::NotSync) => "the task never ran; its first run has not begun".to_owned(),
            Some(other) => format!("the status {other} does not tell whether a run goes on"),
            None => "the service does not tell whether a run goes on".to_owned(),
        };
        let is_new = self.state.as_deref() != Some(&state);
        self.state = Some(state.clone());
        let news = match (was_away, is_new) {
            (true, _) => Some(format!("the service answers again: {state}")),
            (false, true) => Some(state),
            (false, false) => None,
        };
        (None, news)
    }

    /// Whether to go on after this failure: the task was seen before, and what failed may work again.
    pub(super) fn survives(&self, error: &Error) -> bool {
        self.state.is_some() && may_pass(error)
    }

    /// What is news of a failure: that of an outage is told once.
    pub(super) fn miss(&mut self, error: &Error) -> Option<String> {
        let is_new = self.outage.is_none();
        let outage = in_words_of_options(error);
        self.outage = Some(outage.clone());
        is_new.then(|| format!("{outage}; looking again"))
    }

    /// What to say where the time is over.
    pub(super) fn last_words(&self) -> String {
        match (&self.outage, &self.state) {
            (Some(outage), _) => outage.clone(),
            (None, Some(state)) => state.clone(),
            (None, None) => "the service did not answer".to_owned(),
        }
    }

    fn running(&self, task: &MemberSyncTask) -> String {
        let Some(begin) = task.sync_time.filter(|time: &Timestamp| !time.is_never()) else {
            return "a run goes on".to_owned();
        };
        let clock = time::to_the_minute(begin, &self.time_zone);
        format!("a run goes on since {clock}, {}", time::age(begin, self.begin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> Watch {
        Watch::new(jiff::Timestamp::from_millisecond(1_710_901_816_000).unwrap(), TimeZone::UTC)
    }

    fn task(status: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.sync_status = Some(status.into());
        task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
        task
    }

    #[test]
    fn a_run_that_ended_has_its_outcome() {
        assert_eq!(watch().see(&task("SYNC_SUCCESS")), (Some(Outcome::Succeeded), None));
        assert_eq!(watch().see(&task("SYNC_FAIL")), (Some(Outcome::Failed), None));
        for status in ["SYNCING", "NOT_SYNC", "UNKNOWN", "QUEUED"] {
            assert_eq!(watch().see(&task(status)).0, None, "{status}");
        }
        assert_eq!(watch().see(&MemberSyncTask::default()).0, None);
    }

    #[test]
    fn each_state_is_told_once() {
        let mut watch = watch();
        let told = |watch: &mut Watch, status| watch.see(&task(status)).1;
        assert_eq!(told(&mut watch, "NOT_SYNC").as_deref(), Some("the task never ran; its first run has not begun"));
        assert_eq!(told(&mut watch, "NOT_SYNC"), None);
        let running = "a run goes on since 2024-03-20 02:25, 5 min ago";
        assert_eq!(told(&mut watch, "SYNCING").as_deref(), Some(running));
        assert_eq!(told(&mut watch, "SYNCING"), None);
        assert_eq!(watch.last_words(), running);
    }
}
