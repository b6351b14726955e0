//! The one line of a failed run's log that says most.

use dataarts_security::types::{MemberSyncTask, SyncStatus};
use serde_json::Value;

/// The first line of the failure, if the last run did not go well.
pub(crate) fn of(task: &MemberSyncTask) -> Option<String> {
    match task.sync_status {
        Some(SyncStatus::SyncSuccess | SyncStatus::NotSync | SyncStatus::Syncing) => None,
        _ => first_error(task.sync_msg.as_deref()?),
    }
}

/// Best effort, for the log has no documented form: the results of jobs in it are looked through first, for they hold
/// the words of the database; then its lines.
fn first_error(log: &str) -> Option<String> {
    let messages = job_messages(log);
    let results = messages.iter().flat_map(|message| message.lines());
    let error = results.clone().find(|line| is_error(line));
    let error = error.or_else(|| results.clone().find(|line| !line.trim().is_empty()));
    let mut lines = log.lines();
    let error = error.or_else(|| lines.clone().find(|line| is_error(line)));
    error.or_else(|| lines.find(|line| !line.trim().is_empty())).map(|line| line.trim().to_owned())
}

fn is_error(line: &str) -> bool {
    line.trim_start().starts_with("ERROR")
}

/// The messages of failed jobs: each step of the log may end in a colon and a JSON array of results.
fn job_messages(log: &str) -> Vec<String> {
    let arrays = log.match_indices(":[").filter_map(|(position, _)| {
        let rest = log.get(position + 1..)?;
        serde_json::Deserializer::from_str(rest).into_iter::<Vec<Value>>().next()?.ok()
    });
    let failed = |job: &Value| job.get("status").and_then(Value::as_str) != Some("SUCCESS");
    let message = |job: &Value| job.get("message").and_then(Value::as_str).map(str::to_owned);
    arrays.flatten().filter(failed).filter_map(|job| message(&job)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = r#"[2024-03-20 10:25:54] ===> Submit job to datamanager failed:[{"duration":0.0,"message":"ERROR: role \"iam_group_xxxx\" cannot be dropped because some objects depend on it\n Detail: target of row level security policy","status":"FAILED"}]"#;

    #[test]
    fn the_first_error_of_a_job_is_found_inside_the_log() {
        assert_eq!(
            first_error(DOCUMENTED).as_deref(),
            Some("ERROR: role \"iam_group_xxxx\" cannot be dropped because some objects depend on it")
        );
    }

    #[test]
    fn a_log_of_another_form_gives_its_most_telling_line() {
        for (log, line) in [
            ("plain text", Some("plain text")),
            ("\n  step one\nERROR: no\n", Some("ERROR: no")),
            ("step failed:[{\"message\":\"first\\nERROR: second\"}]", Some("ERROR: second")),
            ("step failed:[{\"message\":\"同步失败\\nmore\"}]", Some("同步失败")),
            (r#"a:[{"status":"SUCCESS","message":"fine"},{"status":"FAILED","message":"bad"}]"#, Some("bad")),
            ("a:[1,2] b:[{\"message\":\"ERROR: deep\"}]", Some("ERROR: deep")),
            ("cut off:[{\"message\":\"ERR", Some("cut off:[{\"message\":\"ERR")),
            ("列:[", Some("列:[")),
            ("", None),
            (" \n ", None),
        ] {
            assert_eq!(first_error(log).as_deref(), line, "{log:?}");
        }
    }

    #[test]
    fn only_a_run_that_went_wrong_has_a_failure() {
        let mut task = MemberSyncTask::default();
        task.sync_msg = Some("log".into());
        for (status, shown) in [("SYNC_SUCCESS", false), ("SYNCING", false), ("SYNC_FAIL", true), ("NEW", true)] {
            task.sync_status = Some(status.into());
            assert_eq!(of(&task).is_some(), shown, "{status}");
        }
    }
}
