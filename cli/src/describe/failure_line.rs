//! The one line of a failed run's log that says most.

use dataarts_security::member_sync::SyncLog;
use dataarts_security::types::{MemberSyncTask, SyncStatus};

/// The first line of the failure, if the last run did not go well.
pub(crate) fn of(task: &MemberSyncTask) -> Option<String> {
    match task.sync_status {
        Some(SyncStatus::SyncSuccess | SyncStatus::NotSync | SyncStatus::Syncing) => None,
        _ => SyncLog::parse(task.sync_msg.as_deref()?).first_error().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_that_went_wrong_has_a_failure() {
        let mut task = MemberSyncTask::default();
        task.sync_msg = Some("log".into());
        for (status, shown) in [("SYNC_SUCCESS", false), ("SYNCING", false), ("SYNC_FAIL", true), ("NEW", true)] {
            task.sync_status = Some(status.into());
            assert_eq!(of(&task).is_some(), shown, "{status}");
        }
    }

    #[test]
    fn the_failure_is_the_first_error_of_the_log() {
        let mut task = MemberSyncTask::default();
        task.sync_status = Some(SyncStatus::SyncFail);
        task.sync_msg = Some(r#"step failed:[{"message":"ERROR: no\n Detail","status":"FAILED"}]"#.into());
        assert_eq!(of(&task).as_deref(), Some("ERROR: no"));
        task.sync_msg = None;
        assert_eq!(of(&task), None);
    }
}
