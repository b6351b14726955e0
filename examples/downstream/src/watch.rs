//! What is news, from one listing to the next. It asks nobody and waits for nothing, so it is easily tested.

use std::time::Duration;

use dataarts_security::Timestamp;
use dataarts_security::member_sync::{Change, HealthRules, carry_over_outcomes, changes};
use dataarts_security::types::MemberSyncTask;

use crate::Alert;

/// What was seen so far.
pub struct Watch {
    rules: HealthRules,
    patience: Duration,
    /// How each task was after its last run that had ended.
    seen: Vec<MemberSyncTask>,
    /// Since when listings fail, and whether that was told.
    away: Option<(Timestamp, bool)>,
}

impl Watch {
    /// `patience` is how long the service may be away before that is news.
    pub fn new(rules: HealthRules, patience: Duration) -> Self {
        Self {
            rules,
            patience,
            seen: Vec::new(),
            away: None,
        }
    }

    /// The tasks as they are now.
    pub fn listed(&mut self, tasks: Vec<MemberSyncTask>, now: Timestamp) -> Vec<Alert> {
        let mut alerts = Vec::new();
        if let Some((since, true)) = self.away.take() {
            alerts.push(Alert::ServiceBack { at: now, since });
        }
        alerts.extend(
            changes(&self.seen, &tasks)
                .into_iter()
                .filter_map(|(task, change)| match change {
                    Change::NewlyFailed => {
                        Some(Alert::failing(task, self.rules.assess(task, now), now))
                    }
                    Change::Recovered => Some(Alert::recovered(task, now)),
                    _ => None,
                }),
        );
        self.seen = carry_over_outcomes(&self.seen, tasks);
        alerts
    }

    /// The tasks could not be listed. Nothing is known of them, so nothing is said of them.
    pub fn unreachable(&mut self, error: &str, now: Timestamp) -> Option<Alert> {
        let (since, told) = self.away.get_or_insert((now, false));
        let lasted = now.as_millisecond().saturating_sub(since.as_millisecond());
        if *told || u128::try_from(lasted).unwrap_or(0) < self.patience.as_millis() {
            return None;
        }
        *told = true;
        Some(Alert::ServiceAway {
            at: now,
            since: *since,
            error: error.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use dataarts_security::member_sync::TimeZone;
    use dataarts_security::types::SyncStatus;
    use serde_json::{Value, json};

    use super::*;

    const START: i64 = 1_767_690_000_000;

    fn watch() -> Watch {
        Watch::new(HealthRules::new(TimeZone::UTC), Duration::from_secs(600))
    }

    fn task(status: SyncStatus) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some("t1".to_owned());
        task.cluster_name = Some("dws_1".to_owned());
        task.schedule_status = Some("NOT_SCHEDULE".into());
        task.sync_time = Some(START.into());
        task.sync_msg = Some("[2026-01-06 09:00:00] ===> ERROR: role \"a\" is in use".to_owned());
        task.sync_status = Some(status);
        task
    }

    /// The alerts of each of the listings, by name.
    fn alerts(statuses: impl IntoIterator<Item = SyncStatus>) -> Vec<String> {
        let mut watch = watch();
        let mut listed = |status| watch.listed(vec![task(status)], START.into());
        let found = statuses.into_iter().flat_map(&mut listed);
        found
            .map(|alert| json!(alert)["alert"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_task_is_told_once_when_it_begins_to_fail_and_once_when_it_has_recovered() {
        use SyncStatus::{NotSync, SyncFail, SyncSuccess, Syncing, Unknown};
        assert_eq!(alerts([SyncSuccess, SyncFail, SyncFail]), ["failing"]);
        assert_eq!(
            alerts([NotSync, SyncFail, SyncSuccess, SyncSuccess]),
            ["failing", "recovered"]
        );
        assert_eq!(
            alerts([SyncFail, Syncing, SyncFail, Syncing, SyncSuccess]),
            ["failing", "recovered"]
        );
        assert_eq!(
            alerts([SyncFail, Unknown, Syncing, SyncSuccess, SyncFail]),
            ["failing", "recovered", "failing"]
        );
        assert!(alerts([SyncSuccess, Syncing, SyncSuccess, "NEWER".into()]).is_empty());
    }

    #[test]
    fn an_alert_says_how_the_task_is_and_why() {
        let alerts = watch().listed(vec![task(SyncStatus::SyncFail)], START.into());
        assert_eq!(
            json!(alerts),
            json!([{
                "alert": "failing",
                "at": START,
                "task": "t1",
                "cluster": "dws_1",
                "health": "abandoned",
                "reason": "The run at 2026-01-06T09:00:00Z failed, and no schedule will try again.",
                "cause": "role … is in use",
            }])
        );
    }

    #[test]
    fn an_outage_is_told_once_when_it_has_lasted_and_once_when_it_is_over() {
        let mut watch = watch();
        let at = |seconds: i64| Timestamp::from_millisecond(START + seconds * 1_000);
        watch.listed(vec![task(SyncStatus::SyncFail)], at(0));
        assert_eq!(watch.unreachable("gone", at(60)), None);
        assert_eq!(watch.unreachable("gone", at(659)), None);
        let told = json!(watch.unreachable("gone", at(660)));
        assert_eq!(
            told,
            json!({"alert": "service-away", "at": at(660), "since": at(60), "error": "gone"})
        );
        assert_eq!(watch.unreachable("gone", at(9_999)), None);
        let back = json!(watch.listed(vec![task(SyncStatus::SyncFail)], at(10_000)));
        assert_eq!(
            back,
            json!([{"alert": "service-back", "at": at(10_000), "since": at(60)}])
        );
    }

    #[test]
    fn a_short_outage_is_no_news() {
        let mut watch = watch();
        watch.listed(vec![task(SyncStatus::SyncFail)], START.into());
        assert_eq!(watch.unreachable("gone", START.into()), None);
        let alerts = watch.listed(vec![task(SyncStatus::SyncFail)], START.into());
        assert_eq!(json!(alerts), Value::Array(Vec::new()));
    }
}
