//! What changed lately, to be seen for some listings.

use std::collections::HashMap;

use super::Happening;
use super::snapshot::shown_name;

/// For how many listings a change is shown, the one that brought it included.
pub(super) const LISTINGS: u8 = 3;

/// Changes by the id of their task, the oldest first, and tasks that are there no more.
#[derive(Default)]
pub(super) struct Marks {
    marks: HashMap<String, Vec<Mark>>,
    gone: Vec<Gone>,
}

struct Mark {
    word: String,
    listings_left: u8,
}

struct Gone {
    id: Option<String>,
    name: String,
    listings_left: u8,
}

impl Marks {
    /// Forgets what was shown long enough, and adds what is new.
    pub(super) fn add(&mut self, happenings: &[Happening]) {
        for marks in self.marks.values_mut() {
            marks.retain_mut(|mark| is_left(&mut mark.listings_left));
        }
        self.marks.retain(|_, marks| !marks.is_empty());
        self.gone.retain_mut(|gone| is_left(&mut gone.listings_left));
        for happening in happenings {
            // Whatever happens to a task, it is there, unless that is what happens.
            self.gone.retain(|gone| gone.id != happening.id);
            if happening.is_end() {
                let name = shown_name(happening.cluster_name.as_deref());
                self.gone.push(Gone { id: happening.id.clone(), name, listings_left: LISTINGS });
                continue;
            }
            let marks = self.marks.entry(happening.id.clone().unwrap_or_default()).or_default();
            marks.retain(|mark| mark.word != happening.change);
            marks.push(Mark { word: happening.change.clone(), listings_left: LISTINGS });
        }
    }

    /// What changed of this task.
    pub(super) fn of(&self, id: Option<&str>) -> Option<String> {
        let words: Vec<&str> = self.marks.get(id?)?.iter().map(|mark| mark.word.as_str()).collect();
        Some(words.join(", "))
    }

    /// The names of tasks that disappeared.
    pub(super) fn gone(&self) -> Vec<&str> {
        self.gone.iter().map(|gone| gone.name.as_str()).collect()
    }
}

fn is_left(listings: &mut u8) -> bool {
    *listings = listings.saturating_sub(1);
    *listings > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{news, task};

    fn happenings(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<Happening> {
        let tasks =
            |of: &[(&str, &str)]| of.iter().map(|(id, status)| task(id, &format!("dws_{id}"), status)).collect();
        let before = news(None, tasks(before)).snapshot;
        news(Some(&before), tasks(after)).happenings
    }

    #[test]
    fn a_change_is_seen_for_three_listings() {
        let mut marks = Marks::default();
        marks.add(&happenings(&[("a", "SYNC_SUCCESS")], &[("a", "SYNC_FAIL")]));
        for _ in 0..2 {
            assert_eq!(marks.of(Some("a")).as_deref(), Some("newly-failed"));
            marks.add(&[]);
        }
        assert_eq!(marks.of(Some("a")).as_deref(), Some("newly-failed"));
        marks.add(&[]);
        assert_eq!((marks.of(Some("a")), marks.of(None)), (None, None));
    }

    #[test]
    fn each_change_of_a_task_is_seen_for_three_listings_of_its_own() {
        let mut marks = Marks::default();
        let (failed, recovered) = (("a", "SYNC_FAIL"), ("a", "SYNC_SUCCESS"));
        marks.add(&happenings(&[recovered], &[failed]));
        marks.add(&happenings(&[failed], &[recovered]));
        marks.add(&[]);
        assert_eq!(marks.of(Some("a")).as_deref(), Some("newly-failed, recovered"));
        marks.add(&[]);
        assert_eq!(marks.of(Some("a")).as_deref(), Some("recovered"));
        marks.add(&happenings(&[failed], &[recovered]));
        assert_eq!(marks.of(Some("a")).as_deref(), Some("recovered"));
    }

    #[test]
    fn what_disappeared_is_named_for_three_listings_or_until_it_is_back() {
        let mut marks = Marks::default();
        let (one, other) = (("a", "SYNC_FAIL"), ("b", "SYNC_FAIL"));
        marks.add(&happenings(&[one, other], &[]));
        marks.add(&[]);
        assert_eq!(marks.gone(), ["dws_a", "dws_b"]);
        marks.add(&happenings(&[], &[other]));
        assert_eq!(marks.gone(), ["dws_a"]);
        marks.add(&[]);
        assert!(marks.gone().is_empty());
    }
}
