//! The anchored walk over a list that is read by offset and limit while it changes; no I/O, no time.
//!
//! Each page overlaps the items before it by a few. While the first item of a page is one that was seen, nothing can
//! lie between the page and what was read before, whatever was inserted or deleted in the meantime. When it is not, the
//! walk goes back, twice as far each time, until it meets ground it knows. Source: `reference/offset-paging.md` §5.

use std::collections::HashSet;

/// Items that two pages share.
const OVERLAP: u64 = 5;
/// Requests that may be spent: to begin with, and for each page that got farther than all before.
const START_BUDGET: u64 = 64;
const PAGE_BUDGET: u64 = 8;

/// What to ask for next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Request {
    pub(super) limit: u32,
    pub(super) offset: u32,
}

/// What a page is worth.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// For each item of the page, whether it is new and is to be delivered.
    Accepted(Vec<bool>),
    /// There may be a gap before the page; nothing of it is delivered, and the walk goes back.
    Rejected,
}

/// Why a walk cannot go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stuck {
    /// The first page is empty although it claims a total.
    EmptyPage { total: i64 },
    /// The list goes on behind the last position that can be asked for.
    OutOfReach { largest_offset: u32 },
    /// The list changes faster than it can be read.
    ChangesTooFast,
}

/// The state between two pages.
#[derive(Debug)]
pub(super) struct Walk {
    limit: u32,
    largest_offset: u32,
    /// Position just behind the last accepted item.
    frontier: u64,
    /// How far before the frontier the next page starts.
    overlap: u64,
    /// The page asked for is there to find known ground.
    going_back: bool,
    /// Longest page seen: a server may give less than was asked for.
    longest_page: u64,
    seen: HashSet<Box<str>>,
    /// First item of the list as it was last read; some servers give the first page again behind the end.
    head: Option<Box<str>>,
    /// Every item so far had an identity.
    anchored: bool,
    /// The total claimed by the last accepted page, if it agrees with the frontier.
    agrees: bool,
    /// The list seemed to end before the total that it claims, so that more of what is known is asked for, once.
    doubting: bool,
    delivered: u64,
    /// Farthest frontier so far: what gets beyond it is progress.
    farthest: u64,
    budget: u64,
    ended: bool,
}

impl Walk {
    pub(super) fn new(limit: u32, largest_offset: u32) -> Self {
        Self {
            limit,
            largest_offset,
            frontier: 0,
            overlap: 0,
            going_back: false,
            longest_page: 0,
            seen: HashSet::new(),
            head: None,
            anchored: true,
            agrees: false,
            doubting: false,
            delivered: 0,
            farthest: 0,
            budget: START_BUDGET,
            ended: false,
        }
    }

    /// What to ask for next; `None` when everything was delivered.
    pub(super) fn next(&mut self) -> Result<Option<Request>, Stuck> {
        if self.ended {
            return Ok(None);
        }
        let start = self.start();
        match u32::try_from(start) {
            Ok(offset) if offset <= self.largest_offset => {}
            // Not one item is missing, but there is no room for the request that would prove it.
            _ if self.agrees => {
                self.ended = true;
                return Ok(None);
            }
            _ => return Err(Stuck::OutOfReach { largest_offset: self.largest_offset }),
        }
        // No list that can be addressed holds that many; what comes are ever new items in the place of old ones.
        let most = 2 * (u64::from(self.largest_offset) + u64::from(self.limit));
        self.budget = self.budget.checked_sub(1).filter(|_| self.delivered <= most).ok_or(Stuck::ChangesTooFast)?;
        Ok(Some(Request { limit: self.limit, offset: u32::try_from(start).unwrap_or(self.largest_offset) }))
    }

    /// Judges the page that came for the last request, by the identities of its items and the total it claims.
    pub(super) fn page<'a>(
        &mut self,
        identities: impl Iterator<Item = Option<&'a str>>,
        total: Option<i64>,
    ) -> Result<Verdict, Stuck> {
        let identities: Vec<Option<&str>> = identities.collect();
        let start = self.start();
        let length = identities.len() as u64;
        let first = identities.first().copied().flatten();
        if start == 0 {
            if let Some(total) = total.filter(|total| *total > 0 && length == 0) {
                return Err(Stuck::EmptyPage { total });
            }
            self.head = first.map(Box::from);
        }
        // Without identities, or in pages of one, there is nothing to hold on to: the walk goes straight on.
        let anchored = self.anchored && identities.iter().all(Option::is_some) && (start == 0 || self.overlap > 0);
        self.anchored &= identities.iter().all(Option::is_some);
        if start > 0 && anchored {
            let known = first.is_some_and(|first| self.seen.contains(first));
            if !known || self.is_repeated(&identities, start, total) {
                self.overlap = (self.overlap * 2).min(self.frontier);
                self.going_back = true;
                return Ok(Verdict::Rejected);
            }
        }

        let new: Vec<bool> = identities
            .iter()
            .map(|identity| identity.is_none_or(|identity| self.seen.insert(identity.into())))
            .collect();
        let count = new.iter().filter(|new| **new).count() as u64;
        let shorter = length < u64::from(self.limit) && (self.longest_page == 0 || length < self.longest_page);
        let total = total.and_then(|total| u64::try_from(total).ok());
        self.agrees = total == Some(start + length);
        let claims_more = total.is_some_and(|total| total > start + length);
        // How a list ends; a page of fewer known items was cut short, unless the total agrees.
        let only_overlap = start > 0 && count == 0 && length == self.frontier - start;
        let nothing_more = only_overlap && (!claims_more || self.doubting);
        self.doubting = anchored && only_overlap && claims_more && !self.going_back;
        self.ended = if anchored {
            length == 0 || (!self.going_back && (nothing_more || (shorter && self.agrees)))
        } else {
            length == 0 || self.agrees || (start > 0 && count == 0 && first == self.head.as_deref())
        };
        self.longest_page = self.longest_page.max(length);
        self.frontier = start + length;
        if self.frontier > self.farthest {
            self.farthest = self.frontier;
            self.budget += PAGE_BUDGET;
        }
        let overlap = if self.doubting { 2 * OVERLAP } else { OVERLAP };
        self.overlap = if self.anchored { overlap.min(self.longest_page.saturating_sub(1)) } else { 0 };
        self.going_back = false;
        self.delivered += count;
        Ok(Verdict::Accepted(new))
    }

    /// Whether this looks like the first page, which some servers give again for any position behind the end.
    fn is_repeated(&self, identities: &[Option<&str>], start: u64, total: Option<i64>) -> bool {
        let first = identities.first().copied().flatten();
        let behind_the_end = total.and_then(|total| u64::try_from(total).ok()).is_some_and(|total| start >= total);
        let nothing_new = || identities.iter().flatten().all(|identity| self.seen.contains(*identity));
        // A page of the overlap alone is how a list ends, whatever its total claims.
        let the_end = !self.going_back && identities.len() as u64 <= self.overlap;
        first == self.head.as_deref() || (behind_the_end && !the_end && nothing_new())
    }

    fn start(&self) -> u64 {
        self.frontier.saturating_sub(self.overlap)
    }
}

#[cfg(test)]
mod tests;
