//! The rules by which a task's health is found.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::Health;
use super::reason::{at, span};
use crate::Timestamp;
use crate::member_sync::schedule::Schedule;
use crate::types::{MemberSyncTask, SyncStatus};

/// The service stops a run that takes longer.
const LONGEST_RUN: i64 = 30 * 60 * 1000;
/// How far two clocks may be apart, as for signatures.
const CLOCK_SKEW: i64 = 15 * 60 * 1000;

/// What the health of a task depends on, besides the task.
///
/// ```
/// use std::time::Duration;
///
/// use dataarts_security::member_sync::{HealthRules, TimeZone};
///
/// let rules = HealthRules::new(TimeZone::UTC).grace(Duration::from_secs(600));
/// ```
#[derive(Clone, Debug)]
pub struct HealthRules {
    time_zone: TimeZone,
    stale_after: Duration,
    grace: Duration,
}

/// What was found out about a task at an instant.
///
/// ```
/// use dataarts_security::member_sync::{Health, HealthRules, TimeZone};
/// use dataarts_security::types::{MemberSyncTask, SyncStatus};
///
/// let mut task = MemberSyncTask::default();
/// task.sync_status = Some(SyncStatus::SyncFail);
/// let found = HealthRules::new(TimeZone::UTC).assess(&task, 1_710_901_516_000.into());
/// assert_eq!(found.health, Health::Failing);
/// println!("{}: {}", found.health, found.reason);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Assessment {
    /// How it is doing.
    pub health: Health,
    /// Why, in one sentence without any word of the service's.
    pub reason: String,
    /// When the next run is due, in the past for one that is late or has not begun yet; nothing where none is scheduled
    /// or that cannot be told.
    pub due: Option<Timestamp>,
    /// By how many milliseconds the next run is late; only of what is overdue.
    pub overdue_by_ms: Option<i64>,
}

impl HealthRules {
    /// Rules for schedules in `time_zone`, with 7 days until a run is stale and 30 minutes of grace: a run that is
    /// under way, and may hold up another, ends in that time.
    ///
    /// ```
    /// use dataarts_security::member_sync::{HealthRules, assumed_time_zone};
    ///
    /// let rules = HealthRules::new(assumed_time_zone("cn-north-4").unwrap());
    /// ```
    pub fn new(time_zone: TimeZone) -> Self {
        let minutes = |count: u64| Duration::from_secs(count * 60);
        Self { time_zone, stale_after: minutes(7 * 24 * 60), grace: minutes(30) }
    }

    /// The age beyond which the last run of a task without a schedule is stale.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dataarts_security::member_sync::{HealthRules, TimeZone};
    ///
    /// let rules = HealthRules::new(TimeZone::UTC).stale_after(Duration::from_secs(24 * 60 * 60));
    /// ```
    #[must_use]
    pub fn stale_after(mut self, age: Duration) -> Self {
        self.stale_after = age;
        self
    }

    /// How late a run may be before it is overdue.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dataarts_security::member_sync::{HealthRules, TimeZone};
    ///
    /// let rules = HealthRules::new(TimeZone::UTC).grace(Duration::from_secs(5 * 60));
    /// ```
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How `task` is doing at the instant `now`, by the rules that stand at each variant of [`Health`].
    ///
    /// ```
    /// use dataarts_security::member_sync::{Health, HealthRules, TimeZone};
    /// use dataarts_security::{Timestamp, types::MemberSyncTask};
    ///
    /// let mut task = MemberSyncTask::default();
    /// task.sync_status = Some("SYNC_FAIL".into());
    /// task.schedule_status = Some("NOT_SCHEDULE".into());
    /// task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
    ///
    /// let found = HealthRules::new(TimeZone::UTC).assess(&task, Timestamp::from_millisecond(1_710_936_000_000));
    /// assert_eq!(found.health, Health::Abandoned);
    /// assert_eq!(found.reason, "The run at 2024-03-20T02:25:16Z failed, and no schedule will try again.");
    /// ```
    pub fn assess(&self, task: &MemberSyncTask, now: Timestamp) -> Assessment {
        let schedule = Schedule::of(task);
        let run = task.sync_time.filter(|time| !time.is_never());
        let known = |time: &Timestamp| !time.is_never() && milliseconds_until(*time, now) >= 0;
        let edited = [task.create_time, task.update_time].into_iter().flatten().filter(known).max();
        let due = run.max(edited).and_then(|since| schedule.next_due(since, &self.time_zone));
        let state = State { schedule, run, now, age: run.map(|run| milliseconds_until(run, now)) };
        let found = |health, reason| Assessment { health, reason, due, overdue_by_ms: None };
        let overdue =
            due.map(|due| (due, milliseconds_until(due, now))).filter(|(_, late)| *late > milliseconds(self.grace));
        let (health, reason) = match &task.sync_status {
            Some(SyncStatus::SyncFail) => state.failed(),
            Some(SyncStatus::Syncing) => state.running(),
            Some(SyncStatus::SyncSuccess | SyncStatus::NotSync) if overdue.is_some() && state.can_be_late(task) => {
                let (due, late) = overdue.unwrap_or_default();
                let reason = format!("The run that was due at {due} is {} late.", span(late));
                return Assessment { overdue_by_ms: Some(late), ..found(Health::Overdue, reason) };
            }
            Some(SyncStatus::SyncSuccess) => state.succeeded(milliseconds(self.stale_after)),
            Some(SyncStatus::NotSync) => (Health::NeverRan, state.never_ran().to_owned()),
            Some(SyncStatus::Unknown) => {
                (Health::Unknown, "The service does not know how the last run went.".to_owned())
            }
            // Whatever else there is, or will be in the document.
            Some(_) => {
                (Health::Unknown, "The service describes the last run in a word that is not known here.".to_owned())
            }
            None => (Health::Unknown, "The service does not say how the last run went.".to_owned()),
        };
        found(health, reason)
    }
}

/// What the decisions rest on.
struct State {
    schedule: Schedule,
    /// The last run.
    run: Option<Timestamp>,
    /// Milliseconds since the last run.
    age: Option<i64>,
    now: Timestamp,
}

impl State {
    /// A success without a usable time leaves nothing to count from.
    fn can_be_late(&self, task: &MemberSyncTask) -> bool {
        task.sync_status == Some(SyncStatus::NotSync) || self.age.is_some_and(|age| age >= -CLOCK_SKEW)
    }

    fn failed(&self) -> (Health, String) {
        let run = at(self.run);
        match self.schedule.is_enabled() {
            Some(false) => (Health::Abandoned, format!("The run {run} failed, and no schedule will try again.")),
            Some(true) => (Health::Failing, format!("The run {run} failed; the schedule will try again.")),
            None => (Health::Failing, format!("The run {run} failed; whether it is tried again is not known.")),
        }
    }

    fn running(&self) -> (Health, String) {
        let Some((run, age)) = self.run.zip(self.age) else {
            return (Health::Unknown, "A run goes on, and since when is not known.".to_owned());
        };
        match age {
            _ if age < -CLOCK_SKEW => self.ahead(run),
            ..=LONGEST_RUN => (Health::Running, format!("A run goes on since {run}.")),
            _ => (Health::Stuck, format!("A run goes on since {run}, for {}; 30 min are allowed.", span(age))),
        }
    }

    fn succeeded(&self, stale_after: i64) -> (Health, String) {
        let Some((run, age)) = self.run.zip(self.age) else {
            return (Health::Unknown, "The last run succeeded, and when is not known.".to_owned());
        };
        match self.schedule.is_enabled() {
            _ if age < -CLOCK_SKEW => self.ahead(run),
            Some(false) if age > stale_after => {
                (Health::Stale, format!("The run at {run} succeeded {} ago, and no schedule renews it.", span(age)))
            }
            Some(true) if !self.schedule.is_readable() => {
                (Health::Unknown, "The schedule is on, and its hours or its interval cannot be read.".to_owned())
            }
            None => (Health::Unknown, "The last run succeeded; whether there is a schedule is not known.".to_owned()),
            Some(true) => (Health::Healthy, format!("The run at {run} succeeded, and the next is not late.")),
            Some(false) => (Health::Healthy, format!("The run at {run} succeeded; there is no schedule.")),
        }
    }

    fn never_ran(&self) -> &'static str {
        match self.schedule.is_enabled() {
            Some(true) => "No run yet; the schedule is on.",
            Some(false) => "No run yet, and there is no schedule.",
            None => "No run yet; whether there is a schedule is not known.",
        }
    }

    fn ahead(&self, run: Timestamp) -> (Health, String) {
        (Health::Unknown, format!("The last run is at {run}, ahead of now, {}.", self.now))
    }
}

fn milliseconds_until(from: Timestamp, until: Timestamp) -> i64 {
    until.as_millisecond().saturating_sub(from.as_millisecond())
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
