//! What the walk decides about single pages, told one after another.

use super::super::mark::{Facts, OrderKey};
use super::tests::{judge, plan};
use super::{OVERLAP, Plan, Request, Stuck, Verdict, Walk};

#[test]
fn a_page_that_is_larger_than_asked_for_is_not_asked_for_twice() {
    let mut walk = Walk::new(plan(OVERLAP as u32, 4));
    walk.next().unwrap();
    judge(&mut walk, &(0..20).collect::<Vec<_>>(), Some(100), true).unwrap();
    assert_eq!(walk.next(), Ok(Some(Request { limit: 5, offset: 15 })));
    assert_eq!(walk.next(), Ok(None));
}

#[test]
fn a_list_that_ends_at_its_total_is_not_read_on_whatever_the_length_of_its_pages() {
    let mut walk = Walk::new(plan(OVERLAP as u32, 1));
    walk.next().unwrap();
    judge(&mut walk, &(0..20).collect::<Vec<_>>(), Some(20), true).unwrap();
    walk.next().unwrap();
    judge(&mut walk, &(15..20).collect::<Vec<_>>(), Some(20), true).unwrap();
    assert_eq!(walk.next(), Ok(None));
}

#[test]
fn after_a_failure_one_page_is_in_flight() {
    let mut walk = Walk::new(plan(10, 4));
    assert_eq!(walk.window(), 4);
    walk.next().unwrap();
    walk.failed();
    assert_eq!(walk.window(), 1);
}

#[test]
fn known_items_behind_the_end_are_a_page_of_another_position() {
    let mut walk = Walk::new(plan(10, 1));
    for page in [0..10, 5..15] {
        walk.next().unwrap();
        judge(&mut walk, &page.collect::<Vec<_>>(), Some(100), true).unwrap();
    }
    assert_eq!(walk.next(), Ok(Some(Request { limit: 10, offset: 10 })));
    assert_eq!(judge(&mut walk, &[3, 4, 5, 6, 7], Some(8), true), Ok(Verdict::Rejected));
}

#[test]
fn pages_by_number_count_the_items_that_came_before_as_duplicates() {
    let mut walk = Walk::new(Plan { may_count_pages: true, ..plan(10, 1) });
    let second: Vec<u64> = (10..20).collect();
    let third: Vec<u64> = (20..29).chain([15]).collect();
    for (offset, page) in [(0, (0..10).collect()), (5, (50..60).collect()), (1, second), (2, third)] {
        assert_eq!(walk.next(), Ok(Some(Request { limit: 10, offset })));
        judge(&mut walk, &page, Some(100), true).unwrap();
    }
    assert_eq!(walk.drift().duplicates, 1);
    assert_eq!(walk.delivered(), 29);
    for (offset, page, total) in [(3, 30..35, 100), (4, 40..45, 39)] {
        assert_eq!(walk.next(), Ok(Some(Request { limit: 10, offset })), "a short page alone does not end the list");
        judge(&mut walk, &page.collect::<Vec<_>>(), Some(total), true).unwrap();
    }
    assert_eq!(walk.next(), Ok(None), "a short page that reaches the total does");
}

#[test]
fn without_identities_a_page_that_shares_an_item_with_the_first_is_the_next_one() {
    let mut walk = Walk::new(Plan { may_count_pages: true, ..plan(10, 1) });
    let mut page = |content: Vec<u64>| {
        walk.next().unwrap();
        let facts = content.into_iter().map(|content| Facts { identity: None, key: None, content });
        walk.page(&facts.collect::<Vec<_>>(), Some(100)).unwrap()
    };
    page((0..10).collect());
    assert_eq!(page([9].into_iter().chain(20..29).collect()), Verdict::Accepted(vec![true; 10]));
}

#[test]
fn an_item_that_moved_to_the_unread_part_tells_nothing_of_what_lies_before_it() {
    let judge = |walk: &mut Walk, items: &[(u64, u64)]| {
        let names: Vec<String> = items.iter().map(|(id, _)| id.to_string()).collect();
        let facts = items.iter().zip(&names).map(|((_, key), name)| Facts {
            identity: Some(name.as_str()),
            key: Some(OrderKey::Number(*key as i64)),
            content: 0,
        });
        walk.page(&facts.collect::<Vec<_>>(), Some(100)).unwrap()
    };
    let mut walk = Walk::new(plan(10, 1));
    walk.next().unwrap();
    judge(&mut walk, &(0..10).map(|id| (id, id * 10)).collect::<Vec<_>>());
    assert_eq!(walk.next(), Ok(Some(Request { limit: 10, offset: 5 })));
    // Six of the ten were deleted and 1 moved behind 11, so that 10 and 11 lie before the page.
    let page: Vec<(u64, u64)> = [(1, 115)].into_iter().chain((12..21).map(|id| (id, id * 10))).collect();
    assert_eq!(judge(&mut walk, &page), Verdict::Rejected);
}

#[test]
fn a_service_that_gives_the_same_page_for_every_position_ends_in_an_error_that_says_so() {
    let mut walk = Walk::new(plan(100, 4));
    let page: Vec<u64> = (0..100).collect();
    let end = loop {
        match walk.next() {
            Ok(Some(_)) => drop(judge(&mut walk, &page, Some(250), true)),
            Ok(None) => break Ok(()),
            Err(stuck) => break Err(stuck),
        }
    };
    assert_eq!(end, Err(Stuck::RepeatsPages));
}
