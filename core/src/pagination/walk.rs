//! The anchored walk over a list that is read by offset and limit while it changes; no I/O, no time.
//!
//! Each page overlaps the items before it by a few. While the first item of a page is one that was passed, nothing can
//! lie between the page and what was read before, whatever was inserted or deleted in the meantime. When it is not, the
//! walk goes back, twice as far each time, until it meets ground it knows. This rests on a total order: the accepted items
//! that stay are always the first ones of the list.
//!
//! Pages may be asked for ahead of the one that is judged next. They are judged in the order of their positions, by the
//! same rule, whenever each of them was read; the first that fails it takes those behind it along.

mod fingerprint;
pub(crate) mod interface;
mod offset_unit;
mod repeats;

use std::collections::{HashSet, VecDeque};

use foldhash::fast::RandomState;

use super::list_changes::ListChanges;
use super::watermark::{Facts, Watermark};
use fingerprint::Fingerprint;
use interface::{OffsetUnit, Request, Verdict, WalkConfig, WalkError};

/// Items that two pages share.
const OVERLAP: u64 = 5;
/// Pages that may be judged: to begin with, and for each page that got farther than all before.
const START_BUDGET: u64 = 64;
const PAGE_BUDGET: u64 = 8;
/// How often the end of a list that claims to be longer is taken for a page that was cut short.
const DOUBTS: u32 = 3;
/// Items that two pages share at most, while the end is in doubt.
const LARGEST_OVERLAP: u64 = OVERLAP * (1 + DOUBTS as u64);
/// How often a page of one item is taken for one that was cut short, before it is taken for the service's way.
const SINGLE_PAGES: u32 = 2;
/// How often in a row no page joins an unchanged first one before the offset is taken for another one than of items.
const STALLS: u32 = 6;

/// The state between two pages.
#[derive(Debug)]
pub(super) struct Walk {
    plan: WalkConfig,
    /// Position just behind the last accepted item.
    frontier: u64,
    /// How far before the frontier the next page starts.
    overlap: u64,
    /// The page asked for is there to find known ground.
    going_back: bool,
    /// Positions of the pages asked for and not judged yet, ascending.
    in_flight: VecDeque<u64>,
    /// How many pages may be in flight now: fewer after each that failed the rule.
    window: u32,
    /// Length of the page accepted last.
    page_length: u64,
    /// Longest page seen: a server may give less than was asked for.
    longest_page: u64,
    /// The IDs of all items that were delivered: the one thing here that grows with the list.
    seen: HashSet<Box<str>, RandomState>,
    /// The farthest accepted item, in an order whose keys can be compared.
    top: Option<Watermark>,
    unit: OffsetUnit,
    /// The first page as it was last read; some servers give it again behind the end.
    head: Option<Fingerprint>,
    /// The page accepted last.
    latest: Option<Fingerprint>,
    /// How many pages in a row did not join the first one, before any did.
    stalls: u32,
    /// A page joined the first one.
    beyond_head: bool,
    /// The items before the frontier: the next page begins with one of them, on a quiet list with the one that was there.
    trail: VecDeque<Box<str>>,
    /// Every item so far had an identity.
    anchored: bool,
    /// The keys came in ascending order so far.
    sorted: bool,
    /// The total claimed by the last accepted page, if it agrees with the frontier.
    agrees: bool,
    /// How often in a row the list seemed to end before the total that it claims, so that more of what is known was asked for.
    doubts: u32,
    /// How often a page of one item was asked for again: it leaves no room for an overlap.
    single: u32,
    /// A page had new items where its own total leaves no room for any.
    total_lies: bool,
    /// Pages rejected because they looked like the first one.
    repeats: u64,
    /// The total or the item at some place was another one than before, in this reading of the list.
    changed: bool,
    /// How often the list was read again from its beginning.
    rereads: u64,
    delivered: u64,
    /// Farthest frontier so far: what gets beyond it is progress.
    farthest: u64,
    budget: u64,
    drift: ListChanges,
    ended: bool,
}

impl Walk {
    pub(super) fn new(plan: WalkConfig) -> Self {
        let frontier = plan.resumed.as_ref().map_or(0, |(_, position)| (*position).min(plan.largest_offset.into()));
        Self {
            frontier,
            overlap: OVERLAP.min(u64::from(plan.limit).saturating_sub(1)).min(frontier),
            going_back: false,
            in_flight: VecDeque::new(),
            window: plan.concurrency,
            page_length: 0,
            longest_page: 0,
            // Those that share the key of the mark; before it, the key tells.
            seen: plan.resumed.iter().flat_map(|(mark, _)| &mark.ids).map(|id| id.as_str().into()).collect(),
            top: plan.resumed.as_ref().map(|(mark, _)| mark.clone()),
            unit: if plan.may_count_pages { OffsetUnit::Unknown } else { OffsetUnit::Items },
            head: None,
            latest: None,
            stalls: 0,
            beyond_head: false,
            trail: VecDeque::new(),
            anchored: true,
            sorted: true,
            agrees: false,
            doubts: 0,
            single: 0,
            total_lies: false,
            repeats: 0,
            changed: false,
            rereads: 0,
            delivered: 0,
            farthest: 0,
            budget: START_BUDGET,
            drift: ListChanges::default(),
            ended: false,
            plan,
        }
    }

    /// What to ask for now; `None` while there is nothing to ask for before a page is judged, and at the end.
    pub(super) fn next(&mut self) -> Result<Option<Request>, WalkError> {
        let start = match self.in_flight.back() {
            _ if self.ended => return self.outcome().map(|()| None),
            Some(last) => match self.ahead_of(*last) {
                Some(start) => start,
                None => return Ok(None),
            },
            None => match self.following()? {
                Some(start) => start,
                None => return Ok(None),
            },
        };
        self.in_flight.push_back(start);
        Ok(Some(Request { limit: self.plan.limit, offset: u32::try_from(start).unwrap_or(self.plan.largest_offset) }))
    }

    /// The position that follows from what was accepted.
    fn following(&mut self) -> Result<Option<u64>, WalkError> {
        let start = match self.unit {
            OffsetUnit::Probe(number) | OffsetUnit::Pages(number) => number,
            OffsetUnit::Items | OffsetUnit::Unknown => self.start(),
        };
        let largest_offset = self.plan.largest_offset;
        if start > largest_offset.into() {
            // Not one item is missing, but there is no room for the request that would prove it.
            if self.agrees {
                self.end();
                return self.outcome().map(|()| None);
            }
            return Err(WalkError::OutOfReach { largest_offset });
        }
        // No list that can be addressed holds that many; what comes are ever new items in the place of old ones.
        let most = 2 * (u64::from(largest_offset) + u64::from(self.plan.limit));
        if self.budget == 0 || self.delivered > most {
            let repeats = 2 * self.repeats > self.drift.rewinds;
            return Err(if repeats { WalkError::RepeatsPages } else { WalkError::ChangesTooFast });
        }
        Ok(Some(start))
    }

    /// The position of a page worth asking for while the one at `last` is on its way.
    fn ahead_of(&self, last: u64) -> Option<u64> {
        let overlap = OVERLAP.min(self.page_length.saturating_sub(1));
        let settled = self.anchored && overlap > 0 && !self.going_back && self.doubts == 0;
        let settled = settled && self.unit == OffsetUnit::Items;
        if !settled || self.in_flight.len() >= self.window as usize {
            return None;
        }
        let start =
            last + self.page_length.min(self.plan.limit.into()).checked_sub(overlap).filter(|step| *step > 0)?;
        let wanted = self.frontier.saturating_add(self.plan.most_items.saturating_sub(self.delivered));
        let total = self.drift.last_total?.min(wanted);
        (start + overlap < total && start <= self.plan.largest_offset.into()).then_some(start)
    }

    /// Judges the page that came for the first request in flight.
    pub(super) fn page(&mut self, page: &[Facts<'_>], total: Option<i64>) -> Result<Verdict, WalkError> {
        let Some(start) = self.in_flight.pop_front() else { return Ok(Verdict::Rejected) };
        self.budget = self.budget.saturating_sub(1);
        let length = page.len() as u64;
        let claimed = total.and_then(|total| u64::try_from(total).ok());
        // The first page once more, after one that did not join it.
        let mut is_whole = false;
        if start == 0 {
            if let Some(total) = total.filter(|total| *total > 0 && length == 0) {
                return Err(WalkError::EmptyPage { total });
            }
            let same = self.head.as_ref().is_some_and(|head| head.equals(page));
            is_whole = same && self.stalls > 0 && self.is_whole(page, claimed);
            self.stalls = if same { self.stalls } else { 0 };
            self.head = Some(Fingerprint::of(page, 0));
        }
        let total = claimed;
        self.changed |= total.is_some_and(|total| self.drift.last_total.is_some_and(|last| last != total));
        self.drift.claim(total);
        if let Some(judged) = self.judge_unit(page, start, total) {
            return judged;
        }
        // Without identities, or in pages of one, there is nothing to hold on to: the walk goes straight on.
        let identified = page.iter().all(|item| item.identity.is_some());
        let anchored = self.anchored && identified && (start == 0 || start < self.frontier || self.overlap > 0);
        self.anchored &= identified;
        let again = !anchored && (!identified || !self.beyond_head) && self.is_read_already(page, start, total);
        if start > 0 && (anchored || again) {
            let repeated = again || self.is_repeated(page, start, total);
            if repeated || !page.first().is_some_and(|first| self.is_passed(first)) {
                return self.reject(page, start, total, repeated);
            }
        }
        let claims_more = total.is_some_and(|total| total > start + length);
        if length == 1 && self.longest_page <= 1 && self.plan.limit > 1 && claims_more && self.single < SINGLE_PAGES {
            self.single += 1;
            self.in_flight.clear();
            return Ok(Verdict::Rejected);
        }
        Ok(Verdict::Accepted(self.accept(page, start, total, anchored, is_whole)))
    }

    /// What to do after the first request in flight failed: true to forget it and go on, false where it would have to be
    /// sent again as it was.
    pub(super) fn failed(&mut self) -> bool {
        let was_ahead = self.in_flight.pop_front().is_some_and(|start| start != self.start());
        self.in_flight.clear();
        self.window = 1;
        was_ahead
    }

    /// Duplicates, rewinds and totals so far.
    pub(super) fn changes(&self) -> ListChanges {
        self.drift
    }

    /// How many pages may be in flight now.
    pub(super) fn window(&self) -> u32 {
        self.window
    }

    /// How many of the pages asked for are still wanted; those asked for last are given up first.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Items delivered so far.
    pub(super) fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Position just behind the last accepted item.
    pub(super) fn frontier(&self) -> u64 {
        self.frontier
    }

    fn start(&self) -> u64 {
        self.frontier.saturating_sub(self.overlap)
    }

    /// Whether `item` was passed, and is still where it was passed: one that has moved to the unread part tells nothing of
    /// what lies before it.
    fn is_passed(&self, item: &Facts<'_>) -> bool {
        let Some(id) = item.identity else { return false };
        let is_before_the_top = match (&item.key, &self.top) {
            (Some(key), Some(top)) => top.covers(key, id),
            _ => true,
        };
        is_before_the_top && self.is_known(item, id)
    }

    /// Whether `item` was delivered, by this walk or by the one that it goes on with.
    fn is_known(&self, item: &Facts<'_>, id: &str) -> bool {
        self.seen.contains(id) || self.lies_before_the_mark(item)
    }

    /// Whether the key of `item` alone tells that the walk that this one goes on with delivered it.
    fn lies_before_the_mark(&self, item: &Facts<'_>) -> bool {
        let resumed = self.plan.resumed.as_ref();
        resumed.is_some_and(|(mark, _)| item.key.as_ref().is_some_and(|key| *key < mark.key))
    }

    fn accept(
        &mut self,
        page: &[Facts<'_>],
        start: u64,
        total: Option<u64>,
        anchored: bool,
        is_whole: bool,
    ) -> Vec<bool> {
        let length = page.len() as u64;
        let new: Vec<bool> = page.iter().map(|item| self.is_new(item)).collect();
        let count = new.iter().filter(|new| **new).count() as u64;
        let expected = if self.rereads > 0 { length } else { self.frontier.saturating_sub(start) };
        self.drift.duplicates += (length - count).saturating_sub(expected);
        self.changed |= start > 0 && self.is_shifted(page, start);
        self.beyond_head |= start > 0;
        self.stalls = if start > 0 { 0 } else { self.stalls };
        self.sorted &= page.iter().filter_map(|item| item.key.as_ref()).is_sorted();
        self.total_lies |= (count > 0 || start == 0) && total.is_some_and(|total| start + length > total);
        Watermark::advance_over(&mut self.top, page, &new);

        let shorter =
            length < self.plan.limit.into() && (start == 0 && self.longest_page == 0 || length < self.longest_page);
        self.agrees = total == Some(start + length);
        let claims_more = total.is_some_and(|total| total > start + length);
        // How a list ends; a page of fewer known items was cut short, unless the total agrees.
        let only_overlap = count == 0 && start + length == self.frontier && length > 0 && length < self.longest_page;
        let nothing_more = only_overlap && (!claims_more || self.doubts == DOUBTS);
        let in_doubt = anchored && only_overlap && claims_more && !self.going_back;
        self.doubts = if in_doubt { self.doubts + 1 } else { 0 };
        let ended = if anchored {
            length == 0 || is_whole || (!self.going_back && (nothing_more || (shorter && self.agrees)))
        } else {
            let is_head = || self.head.as_ref().is_some_and(|head| head.begins(page));
            let begins_anew = || is_head() || self.latest_alike(page, start).is_some();
            length == 0 || self.agrees || (start > 0 && count == 0 && begins_anew())
        };

        self.latest = Some(Fingerprint::of(page, start));
        self.follow(page, start);
        self.page_length = length;
        self.longest_page = self.longest_page.max(length);
        self.frontier = start + length;
        if self.frontier > self.farthest {
            self.farthest = self.frontier;
            self.budget += PAGE_BUDGET;
        }
        let overlap = OVERLAP * u64::from(1 + self.doubts);
        self.overlap = if self.anchored { overlap.min(self.longest_page.saturating_sub(1)) } else { 0 };
        self.going_back = false;
        self.window = (self.window + 1).min(self.plan.concurrency);
        self.delivered += count;
        if in_doubt {
            // Pages asked for behind what seems to be the end would only confuse.
            self.in_flight.clear();
            self.window = 1;
        }
        if ended && self.changed && self.missing().is_some() {
            self.read_again();
        } else if ended {
            self.end();
        }
        new
    }

    /// Reads from the beginning once more: what was inserted in front of what was read may be all that is missing.
    fn read_again(&mut self) {
        self.in_flight.clear();
        self.window = 1;
        self.drift.rewinds += 1;
        self.rereads += 1;
        (self.frontier, self.overlap, self.changed, self.doubts) = (0, 0, false, 0);
        self.trail.clear();
    }

    fn is_new(&mut self, item: &Facts<'_>) -> bool {
        let Some(id) = item.identity else { return true };
        !self.lies_before_the_mark(item) && self.seen.insert(id.into())
    }

    fn end(&mut self) {
        self.ended = true;
        self.in_flight.clear();
    }

    /// Whether the end is one; of items that came in no order, only their number can tell that they are all.
    fn outcome(&self) -> Result<(), WalkError> {
        let counted = self.plan.resumed.is_none() && self.drift.last_total == Some(self.delivered);
        if !self.sorted && !counted {
            return Err(WalkError::OutOfOrder { delivered: self.delivered, total: self.drift.last_total });
        }
        match self.missing() {
            Some(total) => {
                Err(WalkError::TooFew { delivered: self.delivered, total, duplicates: self.drift.duplicates })
            }
            None => Ok(()),
        }
    }

    /// The total, where the first and the last page of an unchanged list that was read whole claim more than came.
    fn missing(&self) -> Option<u64> {
        let ListChanges { rewinds, first_total, last_total, .. } = self.drift;
        let unchanged = self.plan.resumed.is_none() && first_total == last_total && rewinds == self.rereads;
        last_total.filter(|total| unchanged && *total > self.delivered)
    }
}

#[cfg(test)]
mod decisions;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod services;
#[cfg(test)]
mod tests;
