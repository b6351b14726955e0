//! A change as it is told: one line, one object, one row.

use std::collections::HashMap;

use dataarts_security::Timestamp;
use dataarts_security::member_sync::{Change, Health};
use dataarts_security::types::MemberSyncTask;
use serde::Serialize;

use super::Snapshot;
use crate::describe::schedule;
use crate::health::{Row, known_id};

/// What happened to a task between two listings. The names are part of the program's contract.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Happening {
    /// When the listing was complete that shows it.
    pub(crate) time: Timestamp,
    /// In the library's word.
    pub(crate) change: String,
    pub(crate) id: Option<String>,
    pub(crate) cluster_name: Option<String>,
    pub(crate) cluster_type: Option<String>,
    /// What changed, as it was and as it is; foreign text.
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// How the task is doing now, or was when it was seen last.
    pub(crate) health: Option<Health>,
    /// Of an edit: whose it was.
    pub(crate) update_user: Option<String>,
    pub(crate) update_time: Option<Timestamp>,
    /// Of a failure: the line of the log that says most; foreign text.
    pub(crate) first_error: Option<String>,
}

/// The fields in their order.
pub(crate) const FIELDS: [&str; 11] = [
    "time",
    "change",
    "id",
    "cluster_name",
    "cluster_type",
    "before",
    "after",
    "health",
    "update_user",
    "update_time",
    "first_error",
];

impl Happening {
    /// The library's changes between two listings.
    pub(super) fn all(found: Vec<(&MemberSyncTask, Change)>, before: &Snapshot, now: &Snapshot) -> Vec<Self> {
        if found.is_empty() {
            return Vec::new();
        }
        let (old, new) = (Index::of(before), Index::of(now));
        let time = Timestamp::from_millisecond(now.at.as_millisecond());
        found.into_iter().map(|(task, change)| Self::of(task, change, &old, &new, time)).collect()
    }

    /// Whether the task is there no more.
    pub(super) fn is_end(&self) -> bool {
        self.change == "disappeared"
    }

    fn of(task: &MemberSyncTask, change: Change, old: &Index<'_>, new: &Index<'_>, time: Timestamp) -> Self {
        let id = task.id.as_deref().unwrap_or_default();
        let (was, is) = (old.task(id), new.task(id));
        let row = new.row(id).or(old.row(id));
        let field: fn(&MemberSyncTask) -> Option<String> = match change {
            Change::ScheduleSwitchedOn | Change::ScheduleSwitchedOff => {
                |task| task.schedule_status.as_ref().map(ToString::to_string)
            }
            Change::Edited { .. } => |task| Some(schedule::summary(task)),
            _ => |task| task.sync_status.as_ref().map(ToString::to_string),
        };
        let (update_user, update_time) = match &change {
            Change::Edited { by, at } => (by.clone(), *at),
            _ => (None, None),
        };
        let is_failure = change == Change::NewlyFailed;
        Self {
            time,
            change: word(&change),
            id: task.id.clone(),
            cluster_name: task.cluster_name.clone(),
            cluster_type: task.cluster_type.as_ref().map(ToString::to_string),
            before: was.and_then(field),
            after: is.and_then(field),
            health: row.map(|row| row.health),
            update_user,
            update_time,
            first_error: row.filter(|_| is_failure).and_then(|row| row.first_error.clone()),
        }
    }
}

/// The word that the library writes for a change.
fn word(change: &Change) -> String {
    let value = serde_json::to_value(change).unwrap_or_default();
    value.get("change").and_then(|word| word.as_str()).unwrap_or("changed").to_owned()
}

/// The tasks of a listing by id; of several with the same the first counts, as for the library.
struct Index<'a> {
    places: HashMap<&'a str, (&'a MemberSyncTask, &'a Row)>,
}

impl<'a> Index<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let mut places = HashMap::new();
        for (task, row) in snapshot.listed() {
            if let Some(id) = known_id(task.id.as_deref()) {
                places.entry(id).or_insert((task, row));
            }
        }
        Self { places }
    }

    fn task(&self, id: &str) -> Option<&'a MemberSyncTask> {
        Some(self.places.get(id)?.0)
    }

    fn row(&self, id: &str) -> Option<&'a Row> {
        Some(self.places.get(id)?.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{news, scheduled, task};

    fn told(before: Vec<MemberSyncTask>, after: Vec<MemberSyncTask>) -> Vec<serde_json::Value> {
        let before = news(None, before).snapshot;
        let found = news(Some(&before), after).happenings;
        found.iter().map(|happening| serde_json::to_value(happening).unwrap()).collect()
    }

    #[test]
    fn a_change_says_from_what_to_what() {
        let before = vec![
            task("a", "dws_a", "SYNC_SUCCESS"),
            scheduled("b", "dws_b", "SYNC_SUCCESS"),
            task("c", "dws_c", "SYNC_FAIL"),
            scheduled("d", "dws_d", "SYNC_SUCCESS"),
        ];
        let mut failed = task("a", "dws_a", "SYNC_FAIL");
        failed.sync_msg = Some("[2024-03-20 10:25:54] ===> Submit job failed".into());
        let mut edited = scheduled("d", "dws_d", "SYNC_SUCCESS");
        edited.schedule_interval = Some(4);
        edited.update_user = Some("li.na".into());
        let after = vec![failed, task("b", "dws_b", "SYNC_SUCCESS"), edited, task("e", "dws_e", "NOT_SYNC")];
        let told = told(before, after);
        let lines: Vec<String> = told
            .iter()
            .map(|told| ["id", "change", "before", "after", "health"].map(|name| told[name].to_string()).join(" "))
            .collect();
        assert_eq!(
            lines,
            [
                r#""a" "newly-failed" "SYNC_SUCCESS" "SYNC_FAIL" "abandoned""#,
                r#""b" "schedule-switched-off" "SCHEDULING" "NOT_SCHEDULE" "healthy""#,
                r#""b" "edited" "00-23 every 1 h" "off" "healthy""#,
                r#""c" "disappeared" "SYNC_FAIL" null "abandoned""#,
                r#""d" "edited" "00-23 every 1 h" "00-23 every 4 h" "healthy""#,
                r#""e" "appeared" null "NOT_SYNC" "never-ran""#,
            ]
        );
        assert_eq!(told[0]["first_error"], "Submit job failed");
        assert_eq!(told[4]["update_user"], "li.na");
    }

    #[test]
    fn the_fields_are_those_of_the_json() {
        let told = told(vec![], vec![task("a", "a", "NOT_SYNC")]);
        let object = told[0].as_object().unwrap();
        assert!(object.len() == FIELDS.len() && FIELDS.iter().all(|name| object.contains_key(*name)), "{object:?}");
    }

    #[test]
    fn nothing_has_happened_before_the_first_listing() {
        assert!(news(None, vec![task("a", "a", "SYNC_FAIL")]).happenings.is_empty());
    }
}
