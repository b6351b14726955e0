//! The walk against a list that changes between requests, and against servers that do not keep to the rules.

use std::collections::BTreeSet;

use super::super::list_changes::ListChanges;
use super::super::watermark::{Facts, OrderKey};
use super::{OVERLAP, Request, Verdict, Walk, WalkConfig, WalkError};

const LARGEST_OFFSET: u32 = 99_999;

/// A list in a fixed total order, and how its server behaves.
#[derive(Clone)]
struct Server {
    /// Keys in ascending order; an item keeps its key.
    items: Vec<u64>,
    cap: usize,
    total: fn(usize) -> Option<i64>,
    /// Gives the first page again behind the end.
    repeats: bool,
    identities: bool,
}

impl Server {
    fn of(count: u64) -> Self {
        let items = (0..count).map(|position| position * 1_000).collect();
        Self { items, cap: usize::MAX, total: |count| Some(count as i64), repeats: false, identities: true }
    }

    fn page(&self, limit: u32, offset: u32) -> (Vec<u64>, Option<i64>) {
        let offset = offset as usize;
        let offset = if self.repeats && offset >= self.items.len() { 0 } else { offset };
        let page = self.items.iter().skip(offset).take((limit as usize).min(self.cap)).copied().collect();
        (page, (self.total)(self.items.len()))
    }
}

struct Outcome {
    delivered: Vec<u64>,
    requests: usize,
    end: Result<(), WalkError>,
    drift: ListChanges,
}

pub(super) fn plan(limit: u32, concurrency: u32) -> WalkConfig {
    WalkConfig {
        limit,
        largest_offset: LARGEST_OFFSET,
        may_count_pages: false,
        concurrency,
        most_items: u64::MAX,
        resumed: None,
    }
}

/// Walks `server` one page at a time, letting `change` at it after each request.
fn walk(server: &mut Server, limit: u32, change: impl FnMut(usize, &mut Vec<u64>)) -> Outcome {
    walk_as(plan(limit, 1), server, change)
}

fn walk_as(plan: WalkConfig, server: &mut Server, mut change: impl FnMut(usize, &mut Vec<u64>)) -> Outcome {
    let mut walk = Walk::new(plan);
    let mut outcome = Outcome { delivered: Vec::new(), requests: 0, end: Ok(()), drift: ListChanges::default() };
    loop {
        outcome.drift = walk.changes();
        let request = match walk.next() {
            Ok(Some(request)) => request,
            Ok(None) => return outcome,
            Err(stuck) => {
                outcome.end = Err(stuck);
                return outcome;
            }
        };
        outcome.requests += 1;
        assert!(outcome.requests < 100_000, "the walk does not end");
        let (page, total) = server.page(request.limit, request.offset);
        match judge(&mut walk, &page, total, server.identities) {
            Ok(Verdict::Accepted(new)) => {
                outcome.delivered.extend(page.iter().zip(new).filter_map(|(item, new)| new.then_some(*item)));
            }
            Ok(Verdict::Rejected) => {}
            Err(stuck) => {
                outcome.end = Err(stuck);
                return outcome;
            }
        }
        change(outcome.requests, &mut server.items);
    }
}

/// Has `walk` judge a page of items whose key is their identity.
pub(super) fn judge(walk: &mut Walk, page: &[u64], total: Option<i64>, identities: bool) -> Result<Verdict, WalkError> {
    let names: Vec<String> = page.iter().map(u64::to_string).collect();
    let facts = page.iter().zip(&names).map(|(item, name)| Facts {
        identity: identities.then_some(name.as_str()),
        key: Some(OrderKey::Number(*item as i64)),
        content: 0,
    });
    walk.page(&facts.collect::<Vec<_>>(), total)
}

fn quiet(mut server: Server, limit: u32) -> Outcome {
    walk(&mut server, limit, |_, _| ())
}

fn assert_complete(server: Server, limit: u32) -> usize {
    let all = server.items.clone();
    let outcome = quiet(server, limit);
    assert_eq!(outcome.end, Ok(()));
    assert_eq!(outcome.delivered, all);
    outcome.requests
}

#[test]
fn a_short_list_costs_one_request() {
    for count in [0, 1, 24, 99] {
        assert_eq!(assert_complete(Server::of(count), 100), 1, "{count} items");
    }
}

#[test]
fn a_quiet_list_costs_little_more_than_its_pages() {
    assert!(assert_complete(Server::of(10_000), 100) <= 107);
    assert_eq!(assert_complete(Server::of(100), 100), 2);
}

#[test]
fn every_length_and_page_size_is_complete() {
    for limit in [1, 2, 3, 5, 6, 7, 10, 100] {
        for count in 0..45 {
            assert_complete(Server::of(count), limit);
        }
    }
}

#[test]
fn a_server_that_caps_the_page_is_read_to_the_end() {
    for cap in [1, 2, 3, 20, 99] {
        assert_complete(Server { cap, ..Server::of(600) }, 100);
    }
}

#[test]
fn a_total_that_is_missing_or_too_small_neither_ends_nor_prolongs_the_list() {
    let totals: [fn(usize) -> Option<i64>; 4] = [|_| None, |_| Some(0), |_| Some(-5), |count| Some(count as i64 / 2)];
    for total in totals {
        for cap in [usize::MAX, 40] {
            assert_complete(Server { total, cap, ..Server::of(250) }, 100);
        }
    }
}

#[test]
fn a_total_that_is_too_small_does_not_make_a_page_that_was_pushed_back_a_repeated_one() {
    let mut server = Server { total: |_| Some(10), ..Server::of(100) };
    let outcome = walk(&mut server, 20, |requests, items| {
        if requests == 2 {
            items.splice(1..1, 1..=20);
        }
    });
    assert_eq!(outcome.end, Ok(()));
    let stayed: Vec<u64> = outcome.delivered.into_iter().filter(|item| item % 1_000 == 0).collect();
    assert_eq!(stayed, Server::of(100).items);
    // None is read twice: what was pushed back is known ground.
    assert_eq!(outcome.drift.rewinds, 0);
}

#[test]
fn a_quiet_list_that_claims_more_items_than_came_ends_in_an_error_that_counts_them() {
    let totals: [fn(usize) -> Option<i64>; 3] =
        [|count| Some(count as i64 + 1), |count| Some(count as i64 + 50), |_| Some(i64::MAX)];
    for total in totals {
        for (cap, identities) in [(usize::MAX, true), (40, true), (usize::MAX, false)] {
            let server = Server { total, cap, identities, ..Server::of(250) };
            let total = total(250).unwrap() as u64;
            let outcome = quiet(server, 100);
            assert_eq!(
                outcome.end,
                Err(WalkError::TooFew { delivered: 250, total, duplicates: 0 }),
                "{cap} {identities}"
            );
            assert_eq!(outcome.delivered.len(), 250);
        }
    }
}

/// Walks 250 items in pages of 100 of which `shorten` says how long they are; returns how many were delivered.
fn shortened(mut shorten: impl FnMut(usize, Request) -> u32) -> Result<usize, WalkError> {
    let mut walk = Walk::new(plan(100, 1));
    let (mut delivered, mut requests) = (0, 0);
    while let Some(request) = walk.next()? {
        requests += 1;
        let length = shorten(requests, request) as usize;
        let page: Vec<u64> = (u64::from(request.offset)..250).take(length).collect();
        if let Verdict::Accepted(new) = judge(&mut walk, &page, Some(250), true)? {
            delivered += new.into_iter().filter(|new| *new).count();
        }
    }
    Ok(delivered)
}

#[test]
fn a_page_cut_down_to_known_items_does_not_end_a_list_that_claims_more() {
    for short in 1..=OVERLAP as u32 {
        for cut in 2..=3 {
            let once = shortened(|number, request| if number == cut { short } else { request.limit });
            assert_eq!(once, Ok(250), "{short} items on page {cut}");
        }
        let always = shortened(|_, request| if request.offset > 100 { short } else { request.limit });
        assert_eq!(always, Err(WalkError::ChangesTooFast), "{short} items");
    }
}

#[test]
fn a_first_page_given_again_behind_the_end_ends_nothing_too_early_and_repeats_nothing() {
    for count in [1, 5, 95, 100, 195, 250] {
        for limit in [1, 10, 100] {
            assert_complete(Server { repeats: true, ..Server::of(count) }, limit);
        }
    }
    // The list shrinks below the position that is asked for next.
    let mut server = Server { repeats: true, ..Server::of(300) };
    let outcome = walk(&mut server, 100, |request, items| {
        if request == 2 {
            items.drain(..250);
        }
    });
    assert_eq!(outcome.end, Ok(()));
    assert_eq!(unique(&outcome.delivered).len(), outcome.delivered.len());
    assert!((250..300).all(|position| outcome.delivered.contains(&(position * 1_000))));
}

#[test]
fn items_without_identity_are_all_delivered_from_a_quiet_list() {
    for count in [0, 1, 100, 195, 250] {
        assert_complete(Server { identities: false, ..Server::of(count) }, 100);
    }
}

#[test]
fn a_deletion_before_the_frontier_hides_nothing() {
    let mut server = Server::of(300);
    let outcome = walk(&mut server, 100, |request, items| {
        if request == 1 {
            items.drain(10..40);
        }
    });
    assert_eq!(outcome.end, Ok(()));
    assert_eq!(outcome.delivered, (0..300).map(|position| position * 1_000).collect::<Vec<_>>());
}

#[test]
fn an_insertion_before_the_frontier_repeats_nothing() {
    let mut server = Server::of(300);
    let outcome = walk(&mut server, 100, |request, items| {
        if request == 1 {
            items.splice(0..0, (0..50).map(|key| key + 1)).for_each(drop);
            items.sort_unstable();
        }
    });
    assert_eq!(outcome.end, Ok(()));
    assert_eq!(unique(&outcome.delivered).len(), outcome.delivered.len());
    assert!((0..300).all(|position| outcome.delivered.contains(&(position * 1_000))));
}

#[test]
fn an_insertion_that_hides_a_deletion_in_the_total_is_read_in_the_end() {
    let mut server = Server::of(300);
    let outcome = walk(&mut server, 100, |request, items| {
        if request == 1 {
            items.remove(250);
            items.insert(1, 1);
        }
    });
    assert_eq!(outcome.end, Ok(()));
    assert_eq!(unique(&outcome.delivered), server.items.iter().copied().collect());
    assert_eq!((outcome.delivered.len(), outcome.requests, outcome.drift.rewinds), (300, 8, 1));
}

#[test]
fn a_list_that_changed_and_lacks_items_for_good_is_an_error() {
    let mut server = Server { total: |_| Some(301), ..Server::of(300) };
    let outcome = walk(&mut server, 100, |request, items| {
        if request == 1 {
            items.insert(1, 1);
            items.remove(250);
        }
    });
    assert_eq!(outcome.end, Err(WalkError::TooFew { delivered: 300, total: 301, duplicates: 1 }));
}

#[test]
fn a_list_that_empties_under_the_walk_ends() {
    let mut server = Server::of(300);
    let outcome = walk(&mut server, 100, |_, items| items.clear());
    assert_eq!(outcome.end, Ok(()));
    assert_eq!(outcome.delivered.len(), 100);
}

#[test]
fn an_empty_first_page_that_claims_a_total_is_no_empty_list() {
    let server = Server { total: |_| Some(7), ..Server::of(0) };
    assert_eq!(quiet(server, 100).end, Err(WalkError::EmptyPage { total: 7 }));
}

#[test]
fn a_list_beyond_the_last_position_ends_in_an_error_that_says_so() {
    let outcome = quiet(Server::of(100_500), 100);
    assert_eq!(outcome.end, Err(WalkError::OutOfReach { largest_offset: LARGEST_OFFSET }));
    assert!(outcome.delivered.len() >= 100_000);
}

#[test]
fn a_list_that_just_fits_is_complete() {
    assert_complete(Server::of(100_000), 100);
}

#[test]
fn a_list_that_just_fits_is_complete_even_if_it_takes_many_pages() {
    let mut server = Server::of(14);
    let outcome = walk_as(WalkConfig { largest_offset: 10, ..plan(5, 1) }, &mut server, |_, _| ());
    assert_eq!((outcome.delivered, outcome.end), (server.items, Ok(())));
}

#[test]
fn a_page_of_one_item_is_asked_for_twice_more_before_it_is_taken_for_the_services_way() {
    assert_eq!(assert_complete(Server { cap: 1, ..Server::of(3) }, 100), 5);
}

#[test]
fn equal_pages_of_items_that_nothing_tells_apart_are_all_delivered() {
    let outcome = quiet(Server { items: vec![7; 20], identities: false, ..Server::of(0) }, 10);
    assert_eq!((outcome.delivered.len(), outcome.end), (20, Ok(())));
}

#[test]
fn a_list_renewed_with_every_request_ends_in_an_error_that_says_so() {
    let mut server = Server::of(1_000);
    let outcome = walk(&mut server, 10, |_, items| items.iter_mut().for_each(|item| *item += 10_000_000));
    assert_eq!(outcome.end, Err(WalkError::ChangesTooFast));
    assert!(outcome.requests < 200, "{} requests", outcome.requests);
}

#[test]
fn a_list_that_grows_as_fast_as_it_is_read_ends_all_the_same() {
    let mut server = Server::of(1_000);
    let outcome = walk(&mut server, 100, |_, items| {
        let last = items.last().copied().unwrap_or_default();
        items.extend((1..=100).map(|step| last + step));
        items.drain(..100);
    });
    assert!(matches!(outcome.end, Err(WalkError::ChangesTooFast | WalkError::OutOfReach { .. })));
}

#[test]
fn a_quiet_list_shows_no_drift_and_a_changed_one_shows_what_happened() {
    let drift = quiet(Server::of(1_000), 100).drift;
    assert_eq!(drift, ListChanges { first_total: Some(1_000), last_total: Some(1_000), ..ListChanges::default() });

    let drift = walk(&mut Server::of(300), 100, |request, items| {
        if request == 1 {
            items.drain(10..40);
        }
    });
    assert_eq!((drift.drift.rewinds > 0, drift.drift.last_total), (true, Some(270)));

    let drift = walk(&mut Server::of(300), 100, |request, items| {
        if request == 2 {
            items.splice(0..0, 1..=7);
        }
    });
    assert_eq!((drift.drift.duplicates, drift.drift.rewinds, drift.drift.last_total), (7, 0, Some(307)));
}

#[test]
fn items_in_no_order_are_complete_where_their_number_is_the_total_and_else_end_in_an_error() {
    let mut server = Server::of(250);
    server.items.reverse();
    assert_complete(server.clone(), 100);
    for total in [|_| None, |count| Some(count as i64 + 1)] as [fn(usize) -> Option<i64>; 2] {
        let outcome = quiet(Server { total, ..server.clone() }, 100);
        assert_eq!(outcome.delivered.len(), 250);
        let total = total(250).map(|total| total as u64);
        assert_eq!(outcome.end, Err(WalkError::OutOfOrder { delivered: 250, total }));
    }
}

#[test]
fn a_long_list_of_one_key_is_read_as_fast_as_any_other() {
    // A look through all ids for each of them would take minutes.
    let (count, mut delivered) = (60_000_u32, 0);
    let names: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    let facts = |name| Facts { identity: Some(name), key: Some(OrderKey::Number(7)), content: 0 };
    let mut walk = Walk::new(plan(100, 1));
    while let Some(request) = walk.next().unwrap() {
        let page: Vec<Facts<'_>> =
            names.iter().skip(request.offset as usize).take(100).map(|name| facts(name.as_str())).collect();
        if let Verdict::Accepted(new) = walk.page(&page, Some(count.into())).unwrap() {
            delivered += new.into_iter().filter(|new| *new).count();
        }
    }
    assert_eq!(delivered, 60_000);
}

fn unique(items: &[u64]) -> BTreeSet<u64> {
    items.iter().copied().collect()
}
