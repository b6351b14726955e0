//! Pages that do not join what was read: the list changed, or the service gave a page of another position.

use super::{DOUBTS, Facts, LARGEST_OVERLAP, STALLS, Verdict, Walk, WalkError};

impl Walk {
    /// What becomes of a page that does not join what was accepted.
    pub(super) fn reject(
        &mut self,
        page: &[Facts<'_>],
        start: u64,
        total: Option<u64>,
        repeated: bool,
    ) -> Result<Verdict, WalkError> {
        let is_head = self.head.as_ref().is_some_and(|head| head.equals(page));
        let is_end = match self.beyond_head {
            // With nothing to hold on to, the first page shows that the one before was the last.
            true => !self.anchored && total.is_none_or(|total| total <= start),
            false => self.is_whole(page, total),
        };
        if is_head && is_end {
            self.end();
            return Ok(Verdict::Accepted(vec![false; page.len()]));
        }
        self.repeats += u64::from(repeated);
        self.stalls += u32::from(!self.beyond_head && self.head.is_some());
        if self.stalls == STALLS {
            return Err(if is_head { WalkError::RepeatsPages } else { WalkError::NotByItem });
        }
        self.go_back(start, self.latest_alike(page, start), repeated);
        Ok(Verdict::Rejected)
    }

    /// Whether the first page, which came for another offset or a second time, is the whole list.
    pub(super) fn is_whole(&self, page: &[Facts<'_>], total: Option<u64>) -> bool {
        let length = page.len() as u64;
        total == Some(length) || (length < self.plan.limit.into() && total.is_none_or(|total| total < length))
    }

    /// Voids what is in flight, after the page at `start` did not join what was accepted.
    fn go_back(&mut self, start: u64, same_as_latest: Option<u64>, repeated: bool) {
        self.in_flight.clear();
        self.window = 1;
        self.drift.rewinds += 1;
        if let Some(position) = same_as_latest {
            // Then that one was given for another position as well, and counts for nothing.
            self.frontier = self.frontier.min(position);
        }
        // A page asked for ahead may start elsewhere than where the walk would go on now: that comes first.
        if start == self.start() || same_as_latest.is_some() {
            // One page holds all that was read: the way back is one request.
            let all = !repeated && self.frontier <= self.longest_page;
            self.overlap = if all { self.frontier } else { (self.overlap * 2).min(self.frontier) };
            self.going_back = true;
        }
    }

    /// Whether this looks like a page of another position: some servers give the first one for any position behind the end.
    pub(super) fn is_repeated(&self, page: &[Facts<'_>], start: u64, total: Option<u64>) -> bool {
        let first = page.first().and_then(|first| first.identity);
        if self.latest_alike(page, start).is_some() {
            return true;
        }
        let last = self.page_length.min(LARGEST_OVERLAP) as usize;
        if self.trail.iter().rev().take(last).any(|id| first == Some(id)) {
            // It goes on where the page before ended.
            return false;
        }
        if self.head.as_ref().is_some_and(|head| head.begins(page)) {
            return true;
        }
        let behind_the_end = !self.total_lies && total.is_some_and(|total| start >= total);
        let nothing_new = || page.iter().all(|item| item.identity.is_some_and(|id| self.is_known(item, id)));
        behind_the_end && nothing_new()
    }

    /// Whether the page begins with another item than the one that was read at its place, or where none was read.
    pub(super) fn is_shifted(&self, page: &[Facts<'_>], start: u64) -> bool {
        let back = self.frontier.checked_sub(start).and_then(|back| usize::try_from(back).ok());
        let Some(back) = back else { return true };
        let was_there = self.trail.len().checked_sub(back).and_then(|place| self.trail.get(place));
        was_there.is_some_and(|id| page.first().and_then(|first| first.identity) != Some(id))
    }

    /// Notes which items are before the frontier once this page is accepted.
    pub(super) fn follow(&mut self, page: &[Facts<'_>], start: u64) {
        let back = usize::try_from(self.frontier.saturating_sub(start)).unwrap_or(usize::MAX);
        self.trail.truncate(self.trail.len().saturating_sub(back));
        self.trail.extend(page.iter().filter_map(|item| item.identity).map(Box::from));
        // As far as a page may reach back before the walk counts as one that went back.
        let most = page.len() + (1 + DOUBTS as usize) * LARGEST_OVERLAP as usize;
        self.trail.drain(..self.trail.len().saturating_sub(most));
    }

    /// Whether this is the first page or the one accepted last, item by item.
    pub(super) fn is_read_already(&self, page: &[Facts<'_>], start: u64, total: Option<u64>) -> bool {
        let can_be_equal = total.is_some_and(|total| total > start);
        let mut known = [&self.head, &self.latest].into_iter().flatten();
        known.any(|known| known.equals(page) && !(can_be_equal && known.is_uniform()))
    }

    /// The position of the page accepted last, if it lies before `start` and yet began with the same item.
    pub(super) fn latest_alike(&self, page: &[Facts<'_>], start: u64) -> Option<u64> {
        let latest = self.latest.as_ref().filter(|latest| latest.start < start && latest.begins(page));
        latest.map(|latest| latest.start)
    }
}
