//! Complete, or an error that names what is wrong; never a silent end, and never without one.

use dataarts_security::Error;

use crate::peer::{Answer, Asked, Peer, page};
use crate::support::{names, read};

async fn outcome(answer: impl FnMut(Asked) -> Answer + Send + 'static) -> (Vec<String>, Result<(), Error>, usize) {
    let peer = Peer::open(answer).await;
    let (ids, end) = read(&mut peer.client().list_member_sync_tasks().limit(20).items().pages_in_flight(4)).await;
    (ids, end, peer.counts().arrived)
}

async fn assert_complete(about: &str, count: u32, answer: impl FnMut(Asked) -> Answer + Send + 'static) {
    let (ids, end, _) = outcome(answer).await;
    assert!(end.is_ok() && ids == names(0..count), "{about}: {} came, {end:?}", ids.len());
}

async fn assert_ends(said: &str, answer: impl FnMut(Asked) -> Answer + Send + 'static) {
    let (ids, end, requests) = outcome(answer).await;
    let error = end.unwrap_err();
    assert!(error.is_incomplete() && error.message().contains(said), "{error}");
    assert!(requests <= 192 + 16 * (ids.len().div_ceil(15) + 1), "{requests} requests for {} tasks", ids.len());
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "a task came twice");
}

#[tokio::test]
async fn a_list_that_changes_faster_than_it_can_be_read_says_so() {
    assert_ends("changes faster than it can be read", |asked| {
        // None of the tasks of one page is there for the next.
        let first = u32::try_from(asked.before * 1_000).unwrap();
        page(first..first + 200, asked)
    })
    .await;
}

#[tokio::test]
async fn a_list_beyond_the_last_offset_says_so() {
    let peer = Peer::open(|asked| page(0..100_600, asked)).await;
    let mut items = peer.client().list_member_sync_tasks().items().pages_in_flight(32);
    let (mut count, mut last) = (0, None);
    let error = loop {
        match items.try_next().await {
            Ok(Some(task)) => {
                count += 1;
                assert!(last < task.id);
                last = task.id;
            }
            Ok(None) => panic!("a silent end after {count}"),
            Err(error) => break error,
        }
    };
    assert!(error.is_incomplete() && error.message().contains("99999") && count >= 99_999, "{count}: {error}");
}

#[tokio::test]
async fn a_server_that_gives_one_page_for_every_offset_says_so() {
    assert_ends("the same page", |asked| page(0..200, Asked { offset: 0, ..asked })).await;
    assert_ends("the same page", |asked| page(0..200, Asked { offset: asked.offset.min(45), ..asked })).await;
}

#[tokio::test]
async fn a_page_that_is_repeated_now_and_then_takes_nothing_away() {
    for every in [2, 3, 5] {
        let answer = move |asked: Asked| {
            let repeats = asked.before % every == every - 1;
            page(0..200, Asked { offset: if repeats { 0 } else { asked.offset }, ..asked })
        };
        let (ids, end, _) = outcome(answer).await;
        // Where half of the pages are false, it may give up.
        assert!(ids == names(0..200) || end.as_ref().is_err_and(Error::is_incomplete), "{every}: {end:?}");
        assert!(every == 2 || end.is_ok(), "{every}: {end:?}");
    }
}

#[tokio::test]
async fn a_server_that_gives_the_first_page_behind_the_end_is_complete() {
    for count in [19, 20, 35, 200] {
        let answer = move |asked: Asked| {
            let offset = if asked.offset >= u64::from(count) { 0 } else { asked.offset };
            page(0..count, Asked { offset, ..asked })
        };
        assert_complete("repeats", count, answer).await;
    }
}

#[tokio::test]
async fn a_server_that_caps_the_page_is_complete() {
    for cap in [1, 2, 3, 5, 6, 7, 19] {
        assert_complete(&format!("capped at {cap}"), 200, move |asked| {
            page(0..200, Asked { limit: asked.limit.min(cap), ..asked })
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_that_gives_larger_pages_is_complete() {
    assert_complete("oversized", 200, |asked| page(0..200, Asked { limit: 50, ..asked })).await;
}

#[tokio::test]
async fn a_total_that_is_missing_or_too_small_is_passed_over() {
    for total in [None, Some(0), Some(-1), Some(20), Some(100), Some(199)] {
        assert_complete(&format!("{total:?}"), 200, move |asked| (page(0..200, asked).0, total)).await;
    }
}

#[tokio::test]
async fn fewer_items_than_an_unchanged_total_promises_says_so() {
    for total in [201, 1_000, i64::MAX] {
        assert_ends(&format!("only 200 of {total} items"), move |asked| (page(0..200, asked).0, Some(total))).await;
    }
    // A total that changed tells nothing.
    let changed = |asked: Asked| (page(0..200, asked).0, Some(if asked.before == 0 { 202 } else { 201 }));
    assert_complete("changed", 200, changed).await;
}

#[tokio::test]
async fn an_order_that_is_not_kept_says_so_unless_the_number_proves_that_all_came() {
    // Backwards, which is in no way what was asked for.
    let backwards = |asked| page((0..200).rev(), asked);
    let (mut ids, end, _) = outcome(backwards).await;
    ids.sort_unstable();
    assert!(end.is_ok() && ids == names(0..200), "{end:?}");
    assert_ends("does not keep the order", move |asked| (backwards(asked).0, Some(201))).await;
}

#[tokio::test]
async fn an_empty_first_page_of_a_list_that_has_some_says_so() {
    let (ids, end, requests) = outcome(|_| (vec![], Some(7))).await;
    assert!(ids.is_empty() && requests == 1 && end.unwrap_err().is_decode());
}
