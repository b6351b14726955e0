//! The walk over quiet lists of services whose offset counts items, counts pages, or has no effect.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::watermark::{Facts, OrderKey};
use super::{Request, STALLS, Verdict, Walk, WalkConfig, WalkError};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Offset {
    Items,
    /// The first page has this number, and those below give it as well.
    Pages(usize),
    Ignored,
}

#[derive(Clone, Debug)]
struct Service {
    count: usize,
    offset: Offset,
    /// Gives the first page again behind the end.
    repeats: bool,
    total: bool,
    identities: bool,
    may_count_pages: bool,
}

fn service() -> impl Strategy<Value = Service> {
    let offset =
        prop_oneof![Just(Offset::Items), Just(Offset::Pages(0)), Just(Offset::Pages(1)), Just(Offset::Ignored)];
    (0..120_usize, offset, any::<[bool; 4]>()).prop_map(|(count, offset, flags)| {
        let [repeats, total, identities, may_count_pages] = flags;
        Service { count, offset, repeats, total, identities, may_count_pages }
    })
}

impl Service {
    fn page(&self, request: Request) -> Vec<usize> {
        let (limit, asked) = (request.limit as usize, request.offset as usize);
        let start = match self.offset {
            Offset::Items => asked,
            Offset::Pages(first) => asked.saturating_sub(first) * limit,
            Offset::Ignored => 0,
        };
        let start = if self.repeats && start >= self.count { 0 } else { start };
        (start..self.count).take(limit).collect()
    }

    /// Whether the first page given twice proves that it is the whole list.
    fn is_one_page(&self, limit: usize) -> bool {
        self.count < limit || (self.total && self.count == limit)
    }

    /// Reads the list; the items in the order of delivery, the number of requests and the end.
    fn read(&self, limit: u32, concurrency: u32) -> (Vec<usize>, u64, Result<(), WalkError>) {
        let mut walk = Walk::new(WalkConfig {
            limit,
            largest_offset: 99_999,
            may_count_pages: self.may_count_pages,
            concurrency,
            most_items: u64::MAX,
            resumed: None,
        });
        let (mut delivered, mut requests) = (Vec::new(), 0);
        let mut in_flight = std::collections::VecDeque::new();
        loop {
            loop {
                match walk.next() {
                    Ok(Some(request)) => in_flight.push_back(request),
                    Ok(None) => break,
                    Err(stuck) => return (delivered, requests, Err(stuck)),
                }
                requests += 1;
            }
            let Some(request) = in_flight.pop_front() else { return (delivered, requests, Ok(())) };
            let page = self.page(request);
            let names: Vec<String> = page.iter().map(usize::to_string).collect();
            let facts: Vec<Facts<'_>> = page
                .iter()
                .zip(&names)
                .map(|(item, name)| Facts {
                    identity: self.identities.then_some(name.as_str()),
                    key: (!self.may_count_pages).then_some(OrderKey::Number(*item as i64)),
                    content: if self.identities { 0 } else { *item as u64 },
                })
                .collect();
            match walk.page(&facts, self.total.then_some(self.count as i64)) {
                Ok(Verdict::Accepted(new)) => {
                    delivered.extend(page.iter().zip(new).filter_map(|(item, new)| new.then_some(*item)));
                }
                Ok(Verdict::Rejected) => {}
                Err(stuck) => return (delivered, requests, Err(stuck)),
            }
            in_flight.truncate(walk.in_flight());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_is_complete_or_ends_in_an_error_whatever_the_offset_counts(
        service in service(),
        limit in 1..40_u32,
        concurrency in 1..8_u32,
    ) {
        let (delivered, requests, end) = service.read(limit, concurrency);
        let unique: BTreeSet<usize> = delivered.iter().copied().collect();
        prop_assert_eq!(unique.len(), delivered.len(), "an item came twice");
        prop_assert!(delivered.is_sorted());
        let is_complete = delivered.len() == service.count;
        // One page without an ID and without a total, of a service that counts pages, is like one that is full by chance.
        let unknowable = !service.identities && !service.total && !service.may_count_pages
            && matches!(service.offset, Offset::Pages(_));
        prop_assert!(end.is_err() || is_complete || unknowable, "{} of {}", delivered.len(), service.count);
        if service.is_one_page(limit as usize) {
            prop_assert!(end.is_ok() && requests <= 3, "{requests} requests, {end:?}");
        }
        let reads_pages = service.may_count_pages && !(service.repeats && service.count <= limit as usize);
        match service.offset {
            Offset::Items => prop_assert!(end.is_ok() || service.count <= limit as usize, "{end:?}"),
            Offset::Pages(_) if reads_pages => prop_assert_eq!(end, Ok(())),
            _ => {}
        }
        if let Err(stuck) = end {
            let says_why = matches!(stuck, WalkError::RepeatsPages | WalkError::NotByItem);
            let counted = matches!(stuck, WalkError::TooFew { .. }) && (!service.identities || limit == 1);
            prop_assert!(says_why || counted, "{stuck:?}");
            prop_assert!(!service.identities || requests <= 4 * u64::from(STALLS), "{requests} requests, {stuck:?}");
        }
    }
}
