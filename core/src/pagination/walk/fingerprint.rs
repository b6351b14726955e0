//! What tells the pages of a list apart.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::super::watermark::{Facts, OrderKey};

/// One page as it was read.
#[derive(Debug)]
pub(super) struct Fingerprint {
    pub(super) start: u64,
    /// The first item, with its key, because an item that moved can become the first of another page.
    first: Option<(Box<str>, Option<OrderKey>)>,
    items: Vec<u64>,
}

impl Fingerprint {
    pub(super) fn of(page: &[Facts<'_>], start: u64) -> Self {
        let first = page.first().and_then(|first| Some((first.identity?.into(), first.key.clone())));
        Self { start, first, items: page.iter().map(hash).collect() }
    }

    /// Whether `page` begins with the same item.
    pub(super) fn begins(&self, page: &[Facts<'_>]) -> bool {
        let first = self.first.as_ref().zip(page.first());
        first.is_some_and(|((id, key), first)| first.identity == Some(&**id) && first.key == *key)
    }

    /// Whether `page` holds the same items in the same order, at least one.
    pub(super) fn equals(&self, page: &[Facts<'_>]) -> bool {
        !page.is_empty() && page.iter().map(hash).eq(self.items.iter().copied())
    }

    /// Whether nothing tells its items apart, so that another page can be equal by right.
    pub(super) fn is_uniform(&self) -> bool {
        self.items.len() > 1 && self.items.iter().all(|item| Some(item) == self.items.first())
    }

    /// Whether `page` holds one of the items.
    pub(super) fn shares(&self, page: &[Facts<'_>]) -> bool {
        page.iter().any(|item| self.items.contains(&hash(item)))
    }
}

fn hash(item: &Facts<'_>) -> u64 {
    FixedState::default().hash_one((item.identity, &item.key, item.content))
}
