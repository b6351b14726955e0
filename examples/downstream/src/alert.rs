//! What is posted.

use dataarts_security::Timestamp;
use dataarts_security::member_sync::{Assessment, Health, SyncLog};
use dataarts_security::types::MemberSyncTask;
use serde::Serialize;

/// One piece of news, as it is posted to the webhook.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "alert", rename_all = "kebab-case")]
pub enum Alert {
    /// A task fails that did not fail before.
    Failing {
        at: Timestamp,
        task: String,
        cluster: Option<String>,
        health: Health,
        /// Whether someone will try again.
        reason: String,
        /// What the log says of it, without names.
        cause: Option<String>,
    },
    /// A task that failed has succeeded.
    Recovered {
        at: Timestamp,
        task: String,
        cluster: Option<String>,
    },
    /// The tasks could not be listed for a while.
    ServiceAway {
        at: Timestamp,
        since: Timestamp,
        error: String,
    },
    /// They can be listed again, after `ServiceAway`.
    ServiceBack { at: Timestamp, since: Timestamp },
}

impl Alert {
    pub(crate) fn failing(task: &MemberSyncTask, found: Assessment, at: Timestamp) -> Self {
        let log = task.sync_msg.as_deref().unwrap_or_default();
        Self::Failing {
            at,
            task: task.id.clone().unwrap_or_default(),
            cluster: task.cluster_name.clone(),
            health: found.health,
            reason: found.reason,
            cause: SyncLog::parse(log).cause().map(|cause| cause.to_string()),
        }
    }

    pub(crate) fn recovered(task: &MemberSyncTask, at: Timestamp) -> Self {
        Self::Recovered {
            at,
            task: task.id.clone().unwrap_or_default(),
            cluster: task.cluster_name.clone(),
        }
    }
}
