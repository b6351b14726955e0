//! A whole listing with the health of each task, and what is news in it.

use std::sync::Arc;

use dataarts_security::Timestamp;
use dataarts_security::member_sync::{Health, HealthRules, changes, settled};
use dataarts_security::types::MemberSyncTask;

use super::Happening;
use super::text;
use crate::health::Row;
use crate::output::sanitize;

/// Tasks as they were at one time.
pub(crate) struct Snapshot {
    /// When the listing was complete.
    pub(crate) at: jiff::Timestamp,
    pub(crate) tasks: Vec<MemberSyncTask>,
    /// The same with the outcomes of runs that had ended: what the next listing is compared with.
    settled: Vec<MemberSyncTask>,
    /// How each of them is doing, in the same order.
    pub(crate) rows: Vec<Row>,
    /// What a filter looks into, of each of them.
    words: Vec<String>,
    /// Columns of the longest name.
    pub(super) widest_name: usize,
}

/// A listing, and what happened since the one before.
pub(crate) struct News {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) happenings: Vec<Happening>,
}

impl Snapshot {
    fn judge(before: Option<&Self>, tasks: Vec<MemberSyncTask>, rules: &HealthRules, at: jiff::Timestamp) -> Self {
        let moment = Timestamp::from_millisecond(at.as_millisecond());
        let rows: Vec<Row> = tasks.iter().map(|task| Row::assess(task, None, rules, moment)).collect();
        let words = rows.iter().map(words).collect();
        let widest_name = rows.iter().map(|row| text::width(&name(row))).max().unwrap_or(0);
        let settled = settled(before.map_or(&[], |before| &before.settled), tasks.clone());
        Self { at, tasks, settled, rows, words, widest_name }
    }

    /// How many tasks there are of each health, the worst first.
    pub(crate) fn counts(&self) -> [(Health, usize); 9] {
        Health::ALL.map(|health| (health, self.rows.iter().filter(|row| row.health == health).count()))
    }

    /// Whether the task in this place has `part`, in small letters, in its name, id, status or health.
    pub(super) fn matches(&self, index: usize, part: &str) -> bool {
        self.words.get(index).is_some_and(|words| words.contains(part))
    }
}

impl News {
    /// Judges `tasks`; without a listing before, nothing has happened yet. Takes its time where there are many.
    pub(crate) fn of(
        before: Option<&Snapshot>,
        tasks: Vec<MemberSyncTask>,
        rules: &HealthRules,
        at: jiff::Timestamp,
    ) -> Self {
        let snapshot = Snapshot::judge(before, tasks, rules, at);
        let happenings = before.map(|before| {
            let found = changes(&before.settled, &snapshot.tasks);
            Happening::all(found, before, &snapshot)
        });
        Self { happenings: happenings.unwrap_or_default(), snapshot: Arc::new(snapshot) }
    }
}

/// Such as `28 tasks: 3 abandoned, 25 healthy`.
pub(crate) fn summary(snapshot: &Snapshot) -> String {
    let counts = snapshot.counts().into_iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(health, count)| format!("{count} {health}")).collect();
    let total = total(snapshot.rows.len());
    if counts.is_empty() { total } else { format!("{total}: {}", counts.join(", ")) }
}

/// Such as `1 task`.
pub(super) fn total(count: usize) -> String {
    if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") }
}

/// The name of a task's cluster as a terminal may see it.
pub(super) fn name(row: &Row) -> String {
    sanitize::line(row.cluster_name.as_deref().unwrap_or("-"))
}

fn words(row: &Row) -> String {
    let parts = [&row.cluster_name, &row.id, &row.sync_status].map(|part| part.as_deref().unwrap_or_default());
    // Words of one field do not run into those of the next.
    let words = format!("{}\n{}", parts.join("\n"), row.health);
    words.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{news, task};

    #[test]
    fn a_filter_looks_into_name_id_status_and_health() {
        let snapshot = news(None, vec![task("a1", "DWS_销售", "SYNC_FAIL")]).snapshot;
        for part in ["a1", "dws_销", "sync_fail", "abandoned"] {
            assert!(snapshot.matches(0, part), "{part}");
        }
        for part in ["a1\nx", "healthy", "mrs"] {
            assert!(!snapshot.matches(0, part), "{part}");
        }
        assert!(!snapshot.matches(1, ""));
    }

    #[test]
    fn a_recovery_is_news_though_the_run_was_seen_on_its_way() {
        let told = |statuses: [&str; 3]| {
            let listing = |status: &str| vec![task("a1", "dws_a", status)];
            let first = news(None, listing(statuses[0]));
            let second = news(Some(&first.snapshot), listing(statuses[1]));
            let third = news(Some(&second.snapshot), listing(statuses[2]));
            second.happenings.len() + third.happenings.len()
        };
        assert_eq!(told(["SYNC_FAIL", "SYNCING", "SYNC_SUCCESS"]), 1);
        assert_eq!(told(["SYNC_FAIL", "SYNCING", "SYNC_FAIL"]), 0);
    }

    #[test]
    fn a_summary_counts_what_there_is_the_worst_first() {
        let tasks = vec![task("a", "a", "SYNC_SUCCESS"), task("b", "b", "SYNC_FAIL"), task("c", "c", "SYNC_FAIL")];
        assert_eq!(summary(&news(None, tasks).snapshot), "3 tasks: 2 abandoned, 1 healthy");
        assert_eq!(summary(&news(None, Vec::new()).snapshot), "0 tasks");
    }
}
