//! When a task runs by itself.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::Timestamp;
use crate::types::{MemberSyncTask, SchedulePeriod, ScheduleStatus};

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Changes of a zone's clock within which a window must open. The fullest year on record has fewer than ten.
const CLOCK_CHANGES: usize = 100;

/// When a task runs by itself: whether at all, in which hours of the day, and how often.
///
/// - The window is of whole hours, left-closed and right-open: 0 to 5 opens at 0:00 and nothing starts at 5:00. It is
///   open while a local clock shows one of its hours, so that an hour that the clock skips is not there, and one that
///   it shows twice counts twice.
/// - The interval counts from the last run of any kind, in elapsed time; outside the window the run waits until it
///   opens.
///
/// The rest is assumed, for the manual is silent: a start behind the end is a window over midnight; a
/// start that is the end is the whole day, which could not be written otherwise; 24 as an end is midnight. A schedule
/// is unreadable if an hour is missing or beyond that, if the interval is missing, 0 or negative, or if its unit is
/// unknown.
///
/// ```
/// use dataarts_security::{member_sync::Schedule, types::MemberSyncTask};
///
/// // Nothing is known of it, so nothing can be told.
/// assert_eq!(Schedule::of(&MemberSyncTask::default()).is_enabled(), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Schedule {
    is_enabled: Option<bool>,
    /// The hours at which it opens and closes, each below 24.
    window: Option<(i64, i64)>,
    /// In milliseconds, above zero.
    interval: Option<i64>,
    last_run: Option<Timestamp>,
}

impl Schedule {
    /// The schedule of `task`, counted from the task's last run.
    ///
    /// ```
    /// use dataarts_security::{member_sync::Schedule, types::MemberSyncTask};
    ///
    /// assert_eq!(Schedule::of(&MemberSyncTask::default()).is_enabled(), None);
    /// ```
    pub fn of(task: &MemberSyncTask) -> Self {
        let start = task.schedule_start_hour.filter(|hour| (0..24).contains(hour));
        let end = task.schedule_end_hour.filter(|hour| (0..=24).contains(hour));
        let unit = match task.schedule_period {
            Some(SchedulePeriod::Minute) => Some(MINUTE),
            Some(SchedulePeriod::Hour) => Some(HOUR),
            // And whatever else will be in the document.
            _ => None,
        };
        let count = task.schedule_interval.filter(|count| *count > 0);
        Self {
            is_enabled: is_enabled(task),
            window: start.zip(end).map(|(start, end)| (i64::from(start), i64::from(end))),
            interval: count.zip(unit).map(|(count, unit)| i64::from(count) * unit),
            last_run: task.sync_time.filter(|time| !time.is_never()),
        }
    }

    /// Whether the task runs by itself; nothing where the service does not say so in a word that is known here.
    ///
    /// ```
    /// use dataarts_security::{member_sync::Schedule, types::MemberSyncTask};
    ///
    /// let mut task = MemberSyncTask::default();
    /// task.schedule_status = Some("NOT_SCHEDULE".into());
    /// assert_eq!(Schedule::of(&task).is_enabled(), Some(false));
    /// ```
    pub fn is_enabled(&self) -> Option<bool> {
        self.is_enabled
    }

    /// Whether window and interval say when the task is due, whether or not the schedule is on.
    ///
    /// ```
    /// use dataarts_security::{member_sync::Schedule, types::MemberSyncTask};
    ///
    /// assert!(!Schedule::of(&MemberSyncTask::default()).is_readable());
    /// ```
    pub fn is_readable(&self) -> bool {
        self.window.is_some() && self.interval.is_some()
    }

    /// Time between two runs.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dataarts_security::{member_sync::Schedule, types::MemberSyncTask};
    ///
    /// let mut task = MemberSyncTask::default();
    /// task.schedule_interval = Some(4);
    /// task.schedule_period = Some("HOUR".into());
    /// assert_eq!(Schedule::of(&task).interval(), Some(Duration::from_secs(4 * 60 * 60)));
    /// ```
    pub fn interval(&self) -> Option<Duration> {
        self.interval.map(|interval| Duration::from_millis(interval.unsigned_abs()))
    }

    /// The first instant from `not_before` on at which the window is open and the interval since the last run is over.
    ///
    /// With the present moment this is when the task will run next, if it keeps its schedule; with the last run, when
    /// it should have run next. Nothing if the schedule is not on or unreadable, or where no calendar reaches.
    ///
    /// ```
    /// use dataarts_security::member_sync::{Schedule, assumed_time_zone};
    /// use dataarts_security::{Timestamp, types::MemberSyncTask};
    ///
    /// let mut task = MemberSyncTask::default();
    /// task.schedule_status = Some("SCHEDULING".into());
    /// task.schedule_start_hour = Some(0);
    /// task.schedule_end_hour = Some(6);
    /// task.schedule_interval = Some(4);
    /// task.schedule_period = Some("HOUR".into());
    /// // 10:25 in China, after the window.
    /// let run = Timestamp::from_millisecond(1_710_901_516_000);
    /// task.sync_time = Some(run);
    ///
    /// let due = Schedule::of(&task).next_due(run, &assumed_time_zone("cn-north-4").unwrap());
    /// assert_eq!(due.unwrap().to_string(), "2024-03-20T16:00:00Z");
    /// ```
    pub fn next_due(&self, not_before: Timestamp, time_zone: &TimeZone) -> Option<Timestamp> {
        if self.is_enabled != Some(true) {
            return None;
        }
        let (start, end) = self.window?;
        let interval = self.interval?;
        let rested = self.last_run.map(|run| run.as_millisecond().saturating_add(interval));
        let earliest = not_before.as_millisecond().max(rested.unwrap_or(i64::MIN));
        first_open(start, end, earliest, time_zone).map(Timestamp::from_millisecond)
    }
}

/// Whether the task runs by itself, if that is known.
pub(super) fn is_enabled(task: &MemberSyncTask) -> Option<bool> {
    match task.schedule_status {
        Some(ScheduleStatus::Scheduling) => Some(true),
        Some(ScheduleStatus::NotSchedule) => Some(false),
        // And whatever else will be in the document.
        _ => None,
    }
}

/// The first instant from `earliest` on at which a local clock is in the window, in milliseconds.
///
/// Between two changes of the clock, local time is plain arithmetic; so it goes from change to change.
fn first_open(start: i64, end: i64, earliest: i64, time_zone: &TimeZone) -> Option<i64> {
    let length = match (end - start).rem_euclid(24) {
        0 => DAY,
        hours => hours * HOUR,
    };
    let mut from = jiff::Timestamp::from_millisecond(earliest).ok()?;
    let changes = time_zone.following(from).map(|change| change.timestamp());
    for change in changes.map(Some).chain([None]).take(CLOCK_CHANGES) {
        let local = from.as_millisecond() + i64::from(time_zone.to_offset(from).seconds()) * 1000;
        let since_opening = (local - start * HOUR).rem_euclid(DAY);
        let wait = if since_opening < length { 0 } else { DAY - since_opening };
        let open = from.as_millisecond() + wait;
        match change {
            Some(change) if open >= change.as_millisecond() => from = change,
            _ => return jiff::Timestamp::from_millisecond(open).ok().map(jiff::Timestamp::as_millisecond),
        }
    }
    None
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
