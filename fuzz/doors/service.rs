//! Doors to the parsers of foreign bytes of dataarts-security, for the fuzz targets and for the replay of their seeds.
//!
//! Each takes any bytes and asserts what must hold whatever they are; none does I/O or reads a clock.

use dataarts_security::builder::ListMemberSyncTasks;
use dataarts_security::member_sync::SyncLog;
use dataarts_security::types::MemberSyncTaskList;
use huaweicloud_core::generated_code::{Operation as _, Paged as _, json};

use self::texts::{check_decode_error, check_line};

mod texts;

/// A page of tasks.
pub(crate) fn task_page(bytes: &[u8]) {
    match json::<MemberSyncTaskList>(bytes, true) {
        Err(error) => check_decode_error(&error),
        Ok(page) => {
            let written = serde_json::to_vec(&page).unwrap_or_default();
            assert_eq!(json::<MemberSyncTaskList>(&written, true).ok(), Some(page), "a page changes on the way");
        }
    }
    if let Ok(page) = ListMemberSyncTasks::read(bytes) {
        let (tasks, _) = ListMemberSyncTasks::split(page);
        for task in &tasks {
            let id = ListMemberSyncTasks::identity(task);
            assert!(id.is_none_or(|id| !id.trim().is_empty()), "a blank ID that counts as one");
            if let Some(time) = task.sync_time {
                check_line(&time.to_string());
            }
        }
    }
}

/// The log of a run.
pub(crate) fn sync_log(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let log = SyncLog::parse(&text);
    assert_eq!(log.raw(), text);
    let told: usize = log.entries().iter().map(|entry| entry.text.len()).sum();
    assert!(text.ends_with(log.entries().last().map_or("", |entry| entry.text)) && told <= text.len());
    for entry in log.entries() {
        assert!(entry.text.contains(entry.step) && !entry.step.contains('\n') && entry.step.trim() == entry.step);
    }
    let Some(line) = log.first_error() else {
        return assert!(log.cause().is_none(), "a cause without an error");
    };
    assert!(!line.is_empty() && line.trim() == line);
    let Some(cause) = log.cause() else {
        return assert!(!line.contains(char::is_alphanumeric), "an error without a cause");
    };
    let cause = cause.as_str();
    check_line(cause);
    assert!(!cause.is_empty() && cause.chars().count() <= 200);
}
