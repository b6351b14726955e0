//! When a task runs by itself, in a few words.

use dataarts_security::types::{MemberSyncTask, SchedulePeriod, ScheduleStatus};

/// Such as `00-06 every 4 h`, or `off`.
pub(crate) fn summary(task: &MemberSyncTask) -> String {
    match &task.schedule_status {
        Some(ScheduleStatus::NotSchedule) => "off".to_owned(),
        Some(ScheduleStatus::Scheduling) => plan(task),
        Some(other) => other.to_string(),
        None => "-".to_owned(),
    }
}

fn plan(task: &MemberSyncTask) -> String {
    let window = match (task.schedule_start_hour, task.schedule_end_hour) {
        (Some(start), Some(end)) => Some(format!("{start:02}-{end:02}")),
        _ => None,
    };
    let interval = match (task.schedule_interval, &task.schedule_period) {
        (Some(count), Some(period)) => Some(format!("every {count} {}", unit(period))),
        _ => None,
    };
    match (window, interval) {
        (Some(window), Some(interval)) => format!("{window} {interval}"),
        (Some(part), None) | (None, Some(part)) => part,
        (None, None) => "on".to_owned(),
    }
}

fn unit(period: &SchedulePeriod) -> &str {
    match period {
        SchedulePeriod::Minute => "min",
        SchedulePeriod::Hour => "h",
        other => other.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.schedule_status = Some(status.into());
        task
    }

    #[test]
    fn a_schedule_is_a_window_and_an_interval() {
        let mut task = task("SCHEDULING");
        assert_eq!(summary(&task), "on");
        task.schedule_start_hour = Some(0);
        task.schedule_end_hour = Some(6);
        assert_eq!(summary(&task), "00-06");
        task.schedule_interval = Some(4);
        task.schedule_period = Some(SchedulePeriod::Hour);
        assert_eq!(summary(&task), "00-06 every 4 h");
        task.schedule_period = Some("DAY".into());
        assert_eq!(summary(&task), "00-06 every 4 DAY");
    }

    #[test]
    fn a_schedule_that_is_off_unknown_or_absent_says_so() {
        assert_eq!(summary(&task("NOT_SCHEDULE")), "off");
        assert_eq!(summary(&task("PAUSED")), "PAUSED");
        assert_eq!(summary(&MemberSyncTask::default()), "-");
    }
}
