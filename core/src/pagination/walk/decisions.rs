//! What the walk decides about single pages, told one after another.

use super::super::watermark::{Facts, OrderKey};
use super::tests::{judge, plan};
use super::{OVERLAP, Request, Verdict, Walk, WalkConfig, WalkError};

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
    let mut walk = Walk::new(WalkConfig { may_count_pages: true, ..plan(10, 1) });
    let second: Vec<u64> = (10..20).collect();
    let third: Vec<u64> = (20..29).chain([15]).collect();
    for (offset, page) in [(0, (0..10).collect()), (5, (50..60).collect()), (1, second), (2, third)] {
        assert_eq!(walk.next(), Ok(Some(Request { limit: 10, offset })));
        judge(&mut walk, &page, Some(100), true).unwrap();
    }
    assert_eq!(walk.changes().duplicates, 1);
    assert_eq!(walk.delivered(), 29);
    for (offset, page, total) in [(3, 30..35, 100), (4, 40..45, 39)] {
        assert_eq!(walk.next(), Ok(Some(Request { limit: 10, offset })), "a short page alone does not end the list");
        judge(&mut walk, &page.collect::<Vec<_>>(), Some(total), true).unwrap();
    }
    assert_eq!(walk.next(), Ok(None), "a short page that reaches the total does");
}

#[test]
fn without_identities_a_page_that_shares_an_item_with_the_first_is_the_next_one() {
    let mut walk = Walk::new(WalkConfig { may_count_pages: true, ..plan(10, 1) });
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
    assert_eq!(end, Err(WalkError::RepeatsPages));
}

/// The positions that `walk` asks for before it waits for a page.
fn asked(walk: &mut Walk) -> Vec<u32> {
    std::iter::from_fn(|| walk.next().unwrap()).map(|request| request.offset).collect()
}

fn accept(walk: &mut Walk, page: std::ops::Range<u64>, total: i64) {
    let verdict = judge(walk, &page.clone().collect::<Vec<_>>(), Some(total), true);
    assert!(matches!(verdict, Ok(Verdict::Accepted(_))), "{page:?}: {verdict:?}");
}

#[test]
fn pages_are_asked_for_ahead_and_none_behind_the_end_that_the_list_claims() {
    let mut walk = Walk::new(plan(10, 3));
    assert_eq!(asked(&mut walk), [0]);
    accept(&mut walk, 0..10, 31);
    assert_eq!(asked(&mut walk), [5, 10, 15]);
    accept(&mut walk, 5..15, 31);
    assert_eq!(asked(&mut walk), [20]);
    accept(&mut walk, 10..20, 31);
    assert_eq!(asked(&mut walk), [25]);
    accept(&mut walk, 15..25, 31);
    assert_eq!(asked(&mut walk), [] as [u32; 0]);

    let mut walk = Walk::new(plan(10, 3));
    assert_eq!(asked(&mut walk), [0]);
    // The page at 5 ends with the list.
    accept(&mut walk, 0..10, 15);
    assert_eq!(asked(&mut walk), [5]);
}

#[test]
fn pages_of_one_item_are_not_asked_for_ahead_for_they_do_not_overlap() {
    let mut walk = Walk::new(plan(1, 3));
    assert_eq!(asked(&mut walk), [0]);
    accept(&mut walk, 0..1, 10);
    assert_eq!(asked(&mut walk), [1]);
}

#[test]
fn after_a_rejected_page_one_more_is_asked_for_with_each_that_fits() {
    let mut walk = Walk::new(plan(10, 3));
    assert_eq!(asked(&mut walk), [0]);
    accept(&mut walk, 0..10, 100);
    assert_eq!(asked(&mut walk), [5, 10, 15]);
    assert_eq!(judge(&mut walk, &[50, 51], Some(100), true), Ok(Verdict::Rejected));
    assert_eq!(asked(&mut walk), [0]);
    accept(&mut walk, 0..10, 100);
    assert_eq!(asked(&mut walk), [5, 10]);
    accept(&mut walk, 5..15, 100);
    assert_eq!(asked(&mut walk), [15, 20]);
}

#[test]
fn the_last_position_that_can_be_asked_for_is_asked_for() {
    let mut walk = Walk::new(WalkConfig { largest_offset: 5, ..plan(10, 1) });
    assert_eq!(asked(&mut walk), [0]);
    accept(&mut walk, 0..10, 100);
    assert_eq!(asked(&mut walk), [5]);
    accept(&mut walk, 5..15, 100);
    assert_eq!(walk.next(), Err(WalkError::OutOfReach { largest_offset: 5 }));
}

#[test]
fn a_list_of_nothing_and_a_list_of_one_item_take_one_page() {
    for page in [0..0, 0..1] {
        let mut walk = Walk::new(plan(10, 1));
        assert_eq!(asked(&mut walk), [0]);
        accept(&mut walk, page.clone(), page.end as i64);
        assert_eq!(walk.next(), Ok(None), "{page:?}");
    }
}

#[test]
fn known_items_behind_a_total_that_was_exceeded_are_no_page_of_another_position() {
    let mut walk = Walk::new(plan(10, 1));
    for (offset, page) in [(0, 0..10), (5, 5..15), (10, 10..20)] {
        assert_eq!(asked(&mut walk), [offset]);
        // Seen to be too small by the second page.
        accept(&mut walk, page, 12);
    }
    assert_eq!(asked(&mut walk), [15]);
    accept(&mut walk, 3..9, 12);
}

#[test]
fn a_total_that_shrank_is_not_exceeded_by_known_items() {
    let mut walk = Walk::new(plan(10, 1));
    for (offset, page, total) in [(0, 0..10, 100), (5, 5..15, 100), (10, 6..12, 8)] {
        assert_eq!(asked(&mut walk), [offset]);
        accept(&mut walk, page, total);
    }
    assert_eq!(asked(&mut walk), [11]);
    assert_eq!(judge(&mut walk, &[1, 2, 3], Some(8), true), Ok(Verdict::Rejected));
}

#[test]
fn a_page_may_begin_as_far_back_as_the_largest_overlap_reaches() {
    let mut walk = Walk::new(plan(20, 1));
    for (offset, page) in [(0, 0..20), (15, 15..35)] {
        assert_eq!(asked(&mut walk), [offset]);
        accept(&mut walk, page, 100);
    }
    assert_eq!(asked(&mut walk), [30]);
    // The list has become shorter than the position.
    accept(&mut walk, 17..27, 25);
}
