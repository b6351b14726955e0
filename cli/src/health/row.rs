//! A task with its health.

use dataarts_security::Timestamp;
use dataarts_security::member_sync::{Health, HealthRules, SyncLog};
use dataarts_security::types::MemberSyncTask;
use serde::Serialize;

use crate::describe::failure_line;

/// What is told of a task. The names are part of the program's contract; they are the service's own where it has one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The target that listed it.
    pub(crate) target: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) cluster_name: Option<String>,
    pub(crate) cluster_type: Option<String>,
    pub(crate) cluster_id: Option<String>,
    pub(crate) instance_id: Option<String>,
    pub(crate) health: Health,
    /// Why, in a sentence of ours.
    pub(crate) reason: String,
    /// The error without what belongs to one case of it.
    pub(crate) cause: Option<String>,
    /// The line of the log that says most about a failure; foreign text.
    pub(crate) first_error: Option<String>,
    pub(crate) sync_status: Option<String>,
    pub(crate) schedule_status: Option<String>,
    /// The last run.
    pub(crate) sync_time: Option<Timestamp>,
    /// The next run, in the past for one that is late.
    pub(crate) due_time: Option<Timestamp>,
    pub(crate) overdue_by_ms: Option<i64>,
    /// The log of the last run, where somebody asked to keep it.
    #[serde(skip)]
    pub(crate) log: Option<String>,
}

/// The fields in their order.
pub(crate) const FIELDS: [&str; 15] = [
    "target",
    "id",
    "cluster_name",
    "cluster_type",
    "cluster_id",
    "instance_id",
    "health",
    "reason",
    "cause",
    "first_error",
    "sync_status",
    "schedule_status",
    "sync_time",
    "due_time",
    "overdue_by_ms",
];

impl Row {
    /// How `task` is doing at the instant `at`.
    pub(crate) fn assess(task: &MemberSyncTask, target: Option<&str>, rules: &HealthRules, at: Timestamp) -> Self {
        let found = rules.assess(task, at);
        let has_failed = matches!(found.health, Health::Failing | Health::Abandoned);
        let log = task.sync_msg.as_deref().filter(|_| has_failed).map(SyncLog::parse);
        Self {
            target: target.map(str::to_owned),
            id: task.id.clone(),
            cluster_name: task.cluster_name.clone(),
            cluster_type: task.cluster_type.as_ref().map(ToString::to_string),
            cluster_id: task.cluster_id.clone(),
            instance_id: task.instance_id.clone(),
            health: found.health,
            reason: found.reason,
            cause: log.and_then(|log| log.cause()).map(|cause| cause.to_string()),
            first_error: failure_line::of(task).filter(|_| has_failed),
            sync_status: task.sync_status.as_ref().map(ToString::to_string),
            schedule_status: task.schedule_status.as_ref().map(ToString::to_string),
            sync_time: task.sync_time.filter(|time| !time.is_never()),
            due_time: found.due,
            overdue_by_ms: found.overdue_by_ms,
            log: None,
        }
    }

    /// The ID that tells this task from others.
    pub(crate) fn known_id(&self) -> Option<&str> {
        known_id(self.id.as_deref())
    }

    /// Where it stands among others of its group.
    pub(super) fn place(&self) -> impl Ord + '_ {
        (&self.cluster_name, &self.id, &self.target)
    }
}

/// An empty or blank ID tells nothing apart, so it counts as absent.
pub(crate) fn known_id(id: Option<&str>) -> Option<&str> {
    id.filter(|id| !id.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use dataarts_security::member_sync::TimeZone;

    use super::*;

    #[test]
    fn the_fields_are_those_of_the_json() {
        let rules = HealthRules::new(TimeZone::UTC);
        let row = Row::assess(&MemberSyncTask::default(), None, &rules, Timestamp::from_millisecond(1));
        let text = serde_json::to_string(&row).unwrap();
        let places: Vec<_> = FIELDS.iter().map(|name| text.find(&format!("\"{name}\":"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
        assert_eq!(serde_json::to_value(&row).unwrap().as_object().unwrap().len(), FIELDS.len());
    }
}
