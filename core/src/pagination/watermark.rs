//! How far a walk has come, told by the items themselves and not by positions, which every change to the list moves.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// What a list is sorted by, as one item has it.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum OrderKey {
    /// A number, such as a time in milliseconds.
    Number(i64),
    /// A text.
    Text(String),
}

/// Reads the key of an item; none where the item lacks it.
pub type KeyOf<T> = fn(&T) -> Option<OrderKey>;

impl Default for OrderKey {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl From<Timestamp> for OrderKey {
    fn from(time: Timestamp) -> Self {
        Self::Number(time.as_millisecond())
    }
}

impl From<i64> for OrderKey {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for OrderKey {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for OrderKey {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for OrderKey {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<String> for OrderKey {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// What a walk needs to know of an item.
#[derive(Clone, Debug)]
pub(super) struct Facts<'a> {
    pub(super) identity: Option<&'a str>,
    /// Ascending in the order of the walk; absent where the order is by no field that the client can compare.
    pub(super) key: Option<OrderKey>,
    /// A hash of the whole item where it has no identity, to see that a page is the same again.
    pub(super) content: u64,
}

/// The farthest item: its key, and the ids of all items that share it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Watermark {
    pub(super) key: OrderKey,
    pub(super) ids: Vec<String>,
}

impl Watermark {
    /// Moves on to an item that was not passed yet; `mark` stays where the item lies before it.
    pub(super) fn advance(mark: &mut Option<Self>, key: &OrderKey, id: &str) {
        let Some(mark) = mark else {
            *mark = Some(Self { key: key.clone(), ids: vec![id.to_owned()] });
            return;
        };
        match key.cmp(&mark.key) {
            Ordering::Less => {}
            Ordering::Equal => mark.ids.push(id.to_owned()),
            Ordering::Greater => {
                mark.key.clone_from(key);
                // This happens for every item: the space of the last id is used again.
                mark.ids.truncate(1);
                match mark.ids.first_mut() {
                    Some(first) => id.clone_into(first),
                    None => mark.ids.push(id.to_owned()),
                }
            }
        }
    }

    /// Moves on to the end of a page, of which only those that are new cannot have been passed before.
    pub(super) fn advance_over(mark: &mut Option<Self>, page: &[Facts<'_>], new: &[bool]) {
        let Some(largest) = page.iter().filter_map(|item| item.key.as_ref()).max() else { return };
        for (item, new) in page.iter().zip(new) {
            if let (Some(key), Some(id)) = (&item.key, item.identity)
                && key == largest
                && (*new || !mark.as_ref().is_some_and(|mark| mark.covers(key, id)))
            {
                Self::advance(mark, key, id);
            }
        }
    }

    /// Whether an item lies at or before this mark, and so was passed.
    pub(super) fn covers(&self, key: &OrderKey, id: &str) -> bool {
        match key.cmp(&self.key) {
            Ordering::Less => true,
            Ordering::Equal => self.holds(id),
            Ordering::Greater => false,
        }
    }

    fn holds(&self, id: &str) -> bool {
        // Mostly one of the last: pages overlap by a few. There may be very many, of tasks that were created together.
        self.ids.iter().rev().any(|held| held == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(items: &[(i64, &str)]) -> Option<Watermark> {
        let mut mark = None;
        for (key, id) in items {
            Watermark::advance(&mut mark, &OrderKey::Number(*key), id);
        }
        mark
    }

    #[test]
    fn the_mark_stands_at_the_largest_key_with_all_that_share_it() {
        let mark = mark(&[(1, "a"), (2, "b"), (2, "c"), (1, "d")]).unwrap();
        assert_eq!(mark, Watermark { key: OrderKey::Number(2), ids: vec!["b".to_owned(), "c".to_owned()] });
    }

    #[test]
    fn a_page_that_repeats_items_names_each_once() {
        let facts = |items: &[(i64, &'static str)]| -> Vec<Facts<'static>> {
            items
                .iter()
                .map(|(key, id)| Facts { identity: Some(id), key: Some(OrderKey::Number(*key)), content: 0 })
                .collect()
        };
        let mut mark = None;
        let pages = [[(1, "a"), (2, "b"), (2, "c")], [(2, "b"), (2, "c"), (2, "d")]];
        for (page, new) in pages.iter().zip([[true, true, true], [false, false, true]]) {
            Watermark::advance_over(&mut mark, &facts(page), &new);
        }
        assert_eq!(mark.unwrap().ids, ["b", "c", "d"]);
    }

    #[test]
    fn an_item_of_the_same_key_is_passed_only_if_it_was_named() {
        let mark = mark(&[(1, "a"), (2, "b"), (3, "c"), (3, "d")]).unwrap();
        for (key, id, passed) in [(1, "x", true), (2, "c", true), (3, "c", true), (3, "x", false), (4, "d", false)] {
            assert_eq!(mark.covers(&OrderKey::Number(key), id), passed, "{key} {id}");
        }
    }
}
