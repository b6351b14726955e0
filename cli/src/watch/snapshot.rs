//! A whole listing with the health of each task, and what is news in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use dataarts_security::Timestamp;
use dataarts_security::member_sync::{Health, HealthRules, carry_over_outcomes, changes};
use dataarts_security::types::MemberSyncTask;

use super::marks::LISTINGS;
use super::{Asked, Happening, text};
use crate::health::{Row, known_id};
use crate::output::sanitize::{self, LONGEST};

/// Tasks as they were at one time.
pub(crate) struct Snapshot {
    /// When the listing was complete.
    pub(crate) at: jiff::Timestamp,
    /// Those that are looked at come first.
    tasks: Vec<MemberSyncTask>,
    /// The same with the outcomes of runs that had ended: what the next listing is compared with.
    settled: Vec<MemberSyncTask>,
    /// How each of them is doing, in the same order.
    rows: Vec<Row>,
    /// How many are looked at: those of a status that was asked for, and those that had one lately.
    looked_at: usize,
    /// The latter by id, with the number of listings for which they are still there.
    leaving: HashMap<String, u8>,
    /// What a filter looks into, of each that is looked at.
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
    fn judge(
        before: Option<&Self>,
        tasks: Vec<MemberSyncTask>,
        rules: &HealthRules,
        asked: &Asked,
        at: jiff::Timestamp,
    ) -> Self {
        let settled = carry_over_outcomes(before.map_or(&[], |before| &before.settled), tasks.clone());
        let had = before.map(Self::matching).unwrap_or_default();
        let mut leaving = HashMap::new();
        let is_looked_at = |(task, settled): &(MemberSyncTask, MemberSyncTask)| {
            // A task that failed and runs again is watched until that run has ended, too.
            if asked.matches(task) || asked.matches(settled) {
                return true;
            }
            let Some(id) = known_id(task.id.as_deref()) else { return false };
            let left = before.and_then(|before| before.leaving.get(id)).map_or(0, |left| left.saturating_sub(1));
            let left = if had.contains(id) { LISTINGS } else { left };
            if left > 0 {
                leaving.insert(id.to_owned(), left);
            }
            left > 0
        };
        let (first, others): (Vec<_>, Vec<_>) = tasks.into_iter().zip(settled).partition(is_looked_at);
        let looked_at = first.len();
        let (tasks, settled): (Vec<_>, Vec<_>) = first.into_iter().chain(others).unzip();
        let moment = Timestamp::from_millisecond(at.as_millisecond());
        let rows: Vec<Row> = tasks.iter().map(|task| Row::assess(task, None, rules, moment)).collect();
        let shown = rows.iter().take(looked_at);
        let words = shown.clone().map(words).collect();
        let widest_name = shown.map(|row| text::width(&name(row))).max().unwrap_or(0);
        Self { at, tasks, settled, rows, looked_at, leaving, words, widest_name }
    }

    /// The tasks that are looked at.
    pub(super) fn tasks(&self) -> &[MemberSyncTask] {
        self.tasks.get(..self.looked_at).unwrap_or(&self.tasks)
    }

    /// How each of those is doing, in the same order.
    pub(super) fn rows(&self) -> &[Row] {
        self.rows.get(..self.looked_at).unwrap_or(&self.rows)
    }

    /// Every task that was listed, and how it is doing.
    pub(super) fn listed(&self) -> impl Iterator<Item = (&MemberSyncTask, &Row)> {
        self.tasks.iter().zip(&self.rows)
    }

    /// Ids of the tasks of a status that was asked for.
    fn matching(&self) -> HashSet<&str> {
        let ids = self.rows().iter().filter_map(Row::known_id);
        ids.filter(|id| !self.leaving.contains_key(*id)).collect()
    }

    /// How many tasks there are of each health, the worst first.
    pub(crate) fn counts(&self) -> [(Health, usize); 9] {
        Health::ALL.map(|health| (health, self.rows().iter().filter(|row| row.health == health).count()))
    }

    /// Whether the task in this place has `part`, in small letters, in its name, id, status or health.
    pub(super) fn matches(&self, index: usize, part: &str) -> bool {
        self.words.get(index).is_some_and(|words| words.contains(part))
    }
}

impl News {
    /// Judges `tasks`; without a listing before, nothing has happened yet. What is told is of tasks that have a status that
    /// was asked for, or had one. Takes its time where there are many.
    pub(crate) fn of(
        before: Option<&Snapshot>,
        tasks: Vec<MemberSyncTask>,
        rules: &HealthRules,
        asked: &Asked,
        at: jiff::Timestamp,
    ) -> Self {
        let snapshot = Snapshot::judge(before, tasks, rules, asked, at);
        let happenings = before.map(|before| {
            let mut found = changes(&before.settled, &snapshot.tasks);
            let (had, has) = (before.matching(), snapshot.matching());
            found.retain(|(task, _)| task.id.as_deref().is_some_and(|id| had.contains(id) || has.contains(id)));
            Happening::all(found, before, &snapshot)
        });
        Self { happenings: happenings.unwrap_or_default(), snapshot: Arc::new(snapshot) }
    }
}

/// Such as `28 tasks: 3 abandoned, 25 healthy`.
pub(crate) fn summary(snapshot: &Snapshot) -> String {
    let counts = snapshot.counts().into_iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(health, count)| format!("{count} {health}")).collect();
    let total = total(snapshot.rows().len());
    if counts.is_empty() { total } else { format!("{total}: {}", counts.join(", ")) }
}

/// Such as `1 task`.
pub(super) fn total(count: usize) -> String {
    if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") }
}

/// The name of a task's cluster as a terminal may see it.
pub(super) fn name(row: &Row) -> String {
    shown_name(row.cluster_name.as_deref())
}

/// The same of a name by itself.
pub(super) fn shown_name(name: Option<&str>) -> String {
    sanitize::cut(name.unwrap_or("-"), LONGEST)
}

fn words(row: &Row) -> String {
    let parts = [&row.cluster_name, &row.id, &row.sync_status];
    let parts = parts.map(|part| sanitize::cut(part.as_deref().unwrap_or_default(), LONGEST));
    // Words of one field do not run into those of the next.
    let words = format!("{}\n{}", parts.join("\n"), row.health);
    words.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{news, news_of, scheduled, task};

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
    fn a_task_that_leaves_the_status_that_was_asked_for_is_told_of_and_stays_for_three_listings() {
        let asked = Asked { sync_status: Some("SYNC_FAIL".into()), ..Asked::default() };
        let mut before: Option<Arc<Snapshot>> = None;
        let mut seen = Vec::new();
        for (one, other) in [
            ("SYNC_FAIL", "SYNC_SUCCESS"),
            // Its run is not over yet, so it is watched on.
            ("SYNCING", "SYNC_FAIL"),
            ("SYNC_SUCCESS", "SYNC_SUCCESS"),
            ("SYNC_SUCCESS", "SYNC_SUCCESS"),
            ("SYNC_SUCCESS", "SYNC_FAIL"),
            ("SYNC_SUCCESS", "SYNC_FAIL"),
        ] {
            let news = news_of(&asked, before.as_deref(), vec![task("b", "b", other), task("a", "a", one)]);
            let rows = news.snapshot.rows().iter().filter_map(|row| row.cluster_name.as_deref());
            let told =
                news.happenings.iter().map(|told| format!("{} {}", told.cluster_name.as_deref().unwrap(), told.change));
            seen.push(format!("{}: {}", rows.collect::<String>(), told.collect::<Vec<_>>().join(", ")));
            before = Some(news.snapshot);
        }
        let expected =
            ["a: ", "ba: b newly-failed", "ba: a recovered, b recovered", "ba: ", "ba: b newly-failed", "b: "];
        assert_eq!(seen, expected);
        let gone = news_of(&asked, before.as_deref(), Vec::new()).happenings;
        assert_eq!(gone.iter().map(|told| told.change.as_str()).collect::<Vec<_>>(), ["disappeared"]);
    }

    #[test]
    fn a_schedule_that_is_switched_off_is_told_where_only_those_that_run_are_asked_for() {
        let asked = Asked { schedule_status: Some("SCHEDULING".into()), ..Asked::default() };
        let before = news_of(&asked, None, vec![scheduled("a", "a", "SYNC_SUCCESS"), task("b", "b", "SYNC_FAIL")]);
        assert_eq!(before.snapshot.rows().len(), 1);
        let after = vec![task("a", "a", "SYNC_SUCCESS"), task("b", "b", "SYNC_SUCCESS")];
        let told = news_of(&asked, Some(&before.snapshot), after).happenings;
        let told: Vec<&str> = told.iter().map(|told| told.change.as_str()).collect();
        assert_eq!(told, ["schedule-switched-off", "edited"]);
    }

    #[test]
    fn a_summary_counts_what_there_is_the_worst_first() {
        let tasks = vec![task("a", "a", "SYNC_SUCCESS"), task("b", "b", "SYNC_FAIL"), task("c", "c", "SYNC_FAIL")];
        assert_eq!(summary(&news(None, tasks).snapshot), "3 tasks: 2 abandoned, 1 healthy");
        assert_eq!(summary(&news(None, Vec::new()).snapshot), "0 tasks");
    }
}
