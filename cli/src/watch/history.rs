//! How each task was doing in the last listings.

use std::collections::{HashMap, VecDeque};

use dataarts_security::member_sync::Health;

use super::Snapshot;

/// How many listings are remembered.
pub(super) const LENGTH: usize = 10;

/// The last healths of each task, by id; what is gone is forgotten.
#[derive(Default)]
pub(super) struct History {
    strips: HashMap<String, VecDeque<Health>>,
}

impl History {
    /// Remembers a listing.
    pub(super) fn add(&mut self, snapshot: &Snapshot) {
        let mut former = std::mem::take(&mut self.strips);
        for row in snapshot.rows() {
            let Some(id) = row.known_id().map(str::to_owned) else { continue };
            let mut strip = former.remove(&id).unwrap_or_default();
            if strip.len() == LENGTH {
                strip.pop_front();
            }
            strip.push_back(row.health);
            self.strips.insert(id, strip);
        }
    }

    /// How this task was doing, the latest last.
    pub(super) fn of(&self, id: Option<&str>) -> impl Iterator<Item = Health> {
        id.and_then(|id| self.strips.get(id)).into_iter().flatten().copied()
    }
}

/// A bar that is the higher the worse.
pub(super) fn bar(health: Health) -> &'static str {
    match health {
        Health::Healthy => "▁",
        Health::Running => "▂",
        Health::Stale => "▃",
        Health::NeverRan => "▄",
        Health::Overdue => "▅",
        Health::Stuck => "▆",
        Health::Failing => "▇",
        Health::Abandoned => "█",
        // Whatever cannot be told stands in the middle.
        _ => "▄",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{news, task};

    fn strip(history: &History, id: &str) -> String {
        history.of(Some(id)).map(bar).collect()
    }

    #[test]
    fn a_strip_shows_the_last_listings_and_no_more() {
        let mut history = History::default();
        for number in 0..LENGTH + 3 {
            let status = if number == LENGTH { "SYNC_FAIL" } else { "SYNC_SUCCESS" };
            history.add(&news(None, vec![task("a", "a", status)]).snapshot);
        }
        assert_eq!(strip(&history, "a"), "▁▁▁▁▁▁▁█▁▁");
        history.add(&news(None, vec![task("b", "b", "SYNC_SUCCESS")]).snapshot);
        assert_eq!((strip(&history, "a"), strip(&history, "b")), (String::new(), "▁".to_owned()));
    }

    #[test]
    fn tasks_with_a_blank_id_have_no_strip() {
        let mut history = History::default();
        let blank = |id| ["SYNC_SUCCESS", "SYNC_FAIL"].map(|status| task(id, status, status)).to_vec();
        for id in ["", " "] {
            history.add(&news(None, blank(id)).snapshot);
            assert_eq!(strip(&history, id), "");
        }
    }
}
