//! Which statuses someone wants to see: chosen after comparing, since a status is what changes.

use dataarts_security::types::{MemberSyncTask, ScheduleStatus, SyncStatus};

/// The statuses that were asked for; without one, all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) sync_status: Option<SyncStatus>,
    pub(crate) schedule_status: Option<ScheduleStatus>,
}

impl Asked {
    /// Whether this task is one of them.
    pub(super) fn matches(&self, task: &MemberSyncTask) -> bool {
        let sync = self.sync_status.is_none() || task.sync_status == self.sync_status;
        sync && (self.schedule_status.is_none() || task.schedule_status == self.schedule_status)
    }
}
