//! Lists whose document does not say whether the offset counts items or pages: the first pages tell.

use super::fingerprint::Fingerprint;
use super::interface::OffsetUnit;
use super::{Facts, PAGE_BUDGET, Verdict, Walk, WalkError};

impl Walk {
    /// Judges a page behind the first while the unit is not known to be items; `None` where it is judged as for items.
    pub(super) fn judge_unit(
        &mut self,
        page: &[Facts<'_>],
        start: u64,
        total: Option<u64>,
    ) -> Option<Result<Verdict, WalkError>> {
        let head = self.head.as_ref().filter(|_| start > 0)?;
        let (is_head, joins) = (head.equals(page), head.shares(page));
        let probe = match self.unit {
            OffsetUnit::Items => return None,
            OffsetUnit::Pages(number) => return Some(Ok(self.accept_numbered(page, number, total))),
            OffsetUnit::Probe(number) => Some(number),
            OffsetUnit::Unknown => Some(1).filter(|number| *number == start),
        };
        let ends_as_the_first = !self.anchored && joins && start + page.len() as u64 == self.frontier;
        if is_head && self.is_whole(page, total)
            || ends_as_the_first && total.is_none_or(|total| total <= self.frontier)
        {
            self.end();
            return Some(Ok(Verdict::Accepted(vec![false; page.len()])));
        }
        if joins && !is_head {
            self.unit = OffsetUnit::Items;
            // Without identities nothing tells which of its items are new; the walk goes straight on.
            return (!self.anchored && start < self.frontier).then_some(Ok(Verdict::Rejected));
        }
        // Pages may be counted from 0 or from 1, so that only the second offset shows that it is ignored.
        self.unit = match probe {
            Some(number) if !is_head => return Some(Ok(self.accept_numbered(page, number, total))),
            None => OffsetUnit::Probe(1),
            Some(1) => OffsetUnit::Probe(2),
            Some(_) => return Some(Err(WalkError::RepeatsPages)),
        };
        Some(Ok(Verdict::Rejected))
    }

    /// Takes the page of this number; one without a new item is the end.
    fn accept_numbered(&mut self, page: &[Facts<'_>], number: u64, total: Option<u64>) -> Verdict {
        let repeats = self.is_read_already(page, self.frontier, total);
        let new: Vec<bool> = page.iter().map(|item| !repeats && self.is_new(item)).collect();
        let (length, count) = (page.len() as u64, new.iter().filter(|new| **new).count() as u64);
        if count == 0 {
            self.end();
            return Verdict::Accepted(new);
        }
        self.drift.duplicates += length - count;
        self.delivered += count;
        self.frontier += length;
        self.budget += PAGE_BUDGET;
        self.latest = Some(Fingerprint::of(page, number));
        self.unit = OffsetUnit::Pages(number + 1);
        if length < self.longest_page && total == Some(self.delivered) {
            self.end();
        }
        self.longest_page = self.longest_page.max(length);
        Verdict::Accepted(new)
    }
}
