//! What changed lately, to be seen for some listings.

use std::collections::HashMap;

use super::Happening;

/// For how many listings a change is shown, the one that brought it included.
const LISTINGS: u8 = 3;

/// Changes by the id of their task.
#[derive(Default)]
pub(super) struct Marks {
    marks: HashMap<String, Mark>,
}

struct Mark {
    words: String,
    listings_left: u8,
}

impl Marks {
    /// Forgets what was shown long enough, and adds what is new.
    pub(super) fn add(&mut self, happenings: &[Happening]) {
        self.marks.retain(|_, mark| {
            mark.listings_left = mark.listings_left.saturating_sub(1);
            mark.listings_left > 0
        });
        let mut fresh: HashMap<&str, Vec<&str>> = HashMap::new();
        for happening in happenings {
            fresh.entry(happening.id.as_deref().unwrap_or_default()).or_default().push(&happening.change);
        }
        for (id, words) in fresh {
            self.marks.insert(id.to_owned(), Mark { words: words.join(", "), listings_left: LISTINGS });
        }
    }

    /// What changed of this task.
    pub(super) fn of(&self, id: Option<&str>) -> Option<&str> {
        self.marks.get(id?).map(|mark| mark.words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::testing::{news, task};

    #[test]
    fn a_change_is_seen_for_three_listings() {
        let before = news(None, vec![task("a", "a", "SYNC_SUCCESS")]).snapshot;
        let happenings = news(Some(&before), vec![task("a", "a", "SYNC_FAIL")]).happenings;
        let mut marks = Marks::default();
        marks.add(&happenings);
        for _ in 0..2 {
            assert_eq!(marks.of(Some("a")), Some("newly-failed"));
            marks.add(&[]);
        }
        assert_eq!(marks.of(Some("a")), Some("newly-failed"));
        marks.add(&[]);
        assert_eq!((marks.of(Some("a")), marks.of(None)), (None, None));
    }
}
