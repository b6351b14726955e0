//! HTTP 401: when another identity is asked for, and how long the old one is used.

use super::*;

#[tokio::test]
async fn a_rejected_identity_is_replaced_once_for_all_calls_that_it_failed() {
    let bench = Bench::new();
    let rejected = bench.identity().await.unwrap();
    let (one, other) = tokio::join!(bench.after_401(&rejected), bench.after_401(&rejected));
    let (one, other) = (one.unwrap().unwrap(), other.unwrap().unwrap());
    assert!(Arc::ptr_eq(&one, &other) && !Arc::ptr_eq(&one, &rejected));
    let late = bench.after_401(&rejected).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&one, &late));
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn the_same_credential_again_is_not_another_identity() {
    let bench = Bench::new();
    bench.answer(Answer::SameToken);
    let rejected = bench.identity().await.unwrap();
    for _ in 0..3 {
        assert!(bench.after_401(&rejected).await.unwrap().is_none());
    }
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn a_rejected_credential_that_the_source_gives_again_keeps_its_rejections() {
    let bench = Bench::new();
    bench.answer(Answer::SameToken);
    // The source is asked after each of the first two rejections, and then after a pause.
    for (is_known, loads) in [(true, 2), (true, 3), (false, 3)] {
        let identity = bench.identity().await.unwrap();
        assert_eq!(matches!(bench.after_401(&identity).await, Ok(None)), is_known);
        assert_eq!(bench.loads(), loads);
    }
}

#[tokio::test]
async fn an_identity_that_was_rejected_once_is_used_until_another_one_has_come() {
    let bench = Bench::new();
    let token = bench.identity().await.unwrap();
    bench.cache.accepted(&token);
    bench.answer(Answer::Outage);
    assert!(bench.after_401(&token).await.is_err());
    // Calls that were sent before do not make it a second rejection.
    for _ in 0..3 {
        assert!(bench.after_401(&token).await.unwrap().is_none());
    }
    assert_eq!(bench.loads(), 2);
    let kept = bench.identity().await.unwrap();
    assert!(kept.same_credential(&token));
    // After a success the next rejection is the first again.
    bench.cache.accepted(&kept);
    let again = bench.identity().await.unwrap();
    assert!(bench.after_401(&again).await.is_err());
    let again = bench.identity().await.unwrap();
    assert!(again.same_credential(&token));
    // And the next identity is like any other.
    bench.cache.accepted(&again);
    bench.turn(HOUR);
    bench.answer(Answer::Token);
    let next = bench.identity().await.unwrap();
    assert!(bench.after_401(&next).await.unwrap().is_some());
}

#[tokio::test]
async fn a_success_of_an_earlier_identity_says_nothing_of_the_current_one() {
    let bench = Bench::new();
    let first = bench.identity().await.unwrap();
    let second = bench.after_401(&first).await.unwrap().unwrap();
    bench.cache.accepted(&first);
    assert!(bench.after_401(&second).await.is_err(), "neither was accepted");
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn an_identity_that_was_rejected_twice_without_a_success_between_is_not_used_again() {
    let bench = Bench::new();
    let token = bench.identity().await.unwrap();
    bench.answer(Answer::Outage);
    assert!(bench.after_401(&token).await.is_err());
    let kept = bench.identity().await.unwrap();
    assert!(bench.after_401(&kept).await.is_err());
    assert!(bench.identity().await.is_err());
    bench.answer(Answer::Token);
    assert!(!bench.identity().await.unwrap().same_credential(&token));
}

#[tokio::test]
async fn a_refusal_of_the_source_is_remembered_after_a_rejection_too() {
    let bench = Bench::new();
    let token = bench.identity().await.unwrap();
    bench.answer(Answer::Failure);
    for _ in 0..10 {
        let identity = bench.identity().await;
        let rejected = identity.as_ref().unwrap_or(&token);
        assert!(bench.after_401(rejected).await.is_err());
    }
    assert_eq!(bench.loads(), 2);
}

#[tokio::test]
async fn a_source_whose_every_identity_is_rejected_is_asked_again_after_a_growing_pause() {
    let bench = Bench::new();
    /// A call as the client makes it: one more attempt with another identity.
    async fn call(bench: &Bench) -> Option<Error> {
        let identity = match bench.identity().await {
            Ok(identity) => identity,
            Err(error) => return Some(error),
        };
        let _ = bench.after_401(&identity).await;
        None
    }
    for (turn, loads) in [(0, 2), (9_999, 2), (1, 3), (19_999, 3), (1, 4)] {
        bench.turn(turn);
        for _ in 0..10 {
            call(&bench).await;
        }
        assert_eq!(bench.loads(), loads);
    }
    let error = call(&bench).await.unwrap();
    let text = "no identity from the script: the service keeps rejecting its credentials with HTTP 401";
    assert_eq!(error.to_string(), text);
    bench.turn(40_000);
    let identity = bench.identity().await.unwrap();
    bench.cache.accepted(&identity);
    assert!(bench.after_401(&identity).await.unwrap().is_some(), "a success ends the pause");
}

#[tokio::test]
async fn what_was_given_by_hand_is_not_asked_for_again() {
    let bench = Bench::new();
    let given = Arc::new(Identity::token("token"));
    let cache = Cache::fixed(given.clone(), &bench.context);
    for _ in 0..3 {
        assert!(Arc::ptr_eq(&given, &cache.identity(&bench.context).await.unwrap()));
        assert!(cache.refresh_after_401(&given, &bench.context).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_token_file_is_read_by_every_call_and_after_a_rejection() {
    let bench = Bench::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let write = |token: &str| std::fs::write(&path, token).unwrap();
    let file = crate::Credentials::token_file(&path);
    let cache = Cache::new(file.source().clone());
    write("first");
    let first = cache.identity(&bench.context).await.unwrap();
    write("second");
    let second = cache.identity(&bench.context).await.unwrap();
    assert!(!second.same_credential(&first));
    assert!(cache.refresh_after_401(&second, &bench.context).await.unwrap().is_none());
    write("third");
    assert!(cache.refresh_after_401(&second, &bench.context).await.unwrap().is_some());
}
