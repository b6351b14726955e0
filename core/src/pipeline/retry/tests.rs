//! The decision, by table and by property.

use std::cell::Cell;
use std::time::Duration;

use proptest::prelude::*;

use super::{Attempt, Decision, Outcome, Settings, Stop, decide};
use crate::pipeline::budget::Cost;

const HALF: u64 = 1 << 63;

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn first(outcome: Outcome<'_>) -> Attempt<'_> {
    Attempt { number: 1, outcome, idempotent: true, time_left: Duration::MAX }
}

fn answer(status: u16) -> Outcome<'static> {
    Outcome::Answered { status, code: None, retry_after: None }
}

fn coded(status: u16, code: &str) -> Outcome<'_> {
    Outcome::Answered { status, code: Some(code), retry_after: None }
}

fn asked_to_wait(status: u16, seconds: u64) -> Outcome<'static> {
    Outcome::Answered { status, code: None, retry_after: Some(Duration::from_secs(seconds)) }
}

fn decided(attempt: &Attempt<'_>, random: u64) -> Decision {
    decide(&Settings::default(), attempt, random, |_| true)
}

fn delay(attempt: &Attempt<'_>, random: u64) -> Duration {
    match decided(attempt, random) {
        Decision::Retry { after, .. } => after,
        Decision::Stop(stop) => panic!("{attempt:?} stopped: {stop:?}"),
    }
}

#[test]
fn the_outcome_decides_whether_a_request_is_retried() {
    // The outcome, the reason for a retry, and the same for an operation that is not idempotent.
    let table = [
        (Outcome::NotConnected, Some("no connection"), Some("no connection")),
        (Outcome::Permanent, None, None),
        (Outcome::RefusedStream, Some("stream refused"), Some("stream refused")),
        (Outcome::Broken, Some("connection broke"), None),
        (Outcome::TimedOut, Some("attempt timed out"), None),
        (Outcome::Stalled, Some("body stalled"), None),
        (answer(408), Some("request timeout"), None),
        (answer(429), Some("throttled"), Some("throttled")),
        (coded(429, "APIGW.0308"), Some("throttled"), Some("throttled")),
        (coded(500, "APIGW.0601"), Some("gateway error"), None),
        (coded(500, "APIG.0705"), Some("gateway error"), None),
        (answer(502), Some("bad gateway"), None),
        (answer(503), Some("unavailable"), None),
        (coded(503, "APIGW.0613"), Some("unavailable"), None),
        (answer(504), Some("gateway timeout"), None),
        (asked_to_wait(503, 1), Some("unavailable"), None),
        (answer(500), None, None),
        (coded(500, "DLS.1000"), None, None),
        (coded(500, "X.APIG.0601"), None, None),
        (coded(500, ""), None, None),
        (answer(200), None, None),
        (answer(302), None, None),
        (answer(400), None, None),
        (coded(400, "APIGW.0201"), None, None),
        (answer(401), None, None),
        (coded(401, "APIGW.0301"), None, None),
        (answer(403), None, None),
        (answer(404), None, None),
        (answer(409), None, None),
        (answer(494), None, None),
        (asked_to_wait(403, 1), None, None),
        (answer(501), None, None),
        (answer(505), None, None),
        (answer(0), None, None),
    ];
    for (outcome, retried, once) in table {
        for (allowed, expected) in [(true, retried), (false, once)] {
            let attempt = Attempt { idempotent: allowed, ..first(outcome) };
            match (decided(&attempt, 0), expected) {
                (Decision::Retry { reason, .. }, Some(expected)) => assert_eq!(reason, expected, "{attempt:?}"),
                (Decision::Stop(Stop::NotRetryable), None) => {}
                (other, _) => panic!("{attempt:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn an_outcome_is_unknown_if_the_service_may_have_worked_on_the_request() {
    for outcome in [Outcome::NotConnected, Outcome::Permanent, Outcome::RefusedStream] {
        assert!(!outcome.may_have_been_applied(), "{outcome:?}");
    }
    for outcome in [Outcome::Broken, Outcome::TimedOut, Outcome::Stalled] {
        assert!(outcome.may_have_been_applied(), "{outcome:?}");
    }
    for (status, unknown) in
        [(200, true), (204, true), (302, false), (400, false), (401, false), (404, false), (408, true), (429, false)]
    {
        assert_eq!(answer(status).may_have_been_applied(), unknown, "{status}");
    }
    assert!([500, 502, 503, 504, 599].into_iter().all(|status| answer(status).may_have_been_applied()));
}

#[test]
fn the_jitter_is_uniform_below_a_ceiling_that_doubles_up_to_the_longest() {
    let settings = Settings { max_retries: u32::MAX, ..Settings::default() };
    for (number, ceiling) in
        [(1, 100), (2, 200), (3, 400), (7, 6_400), (8, 10_000), (32, 10_000), (33, 10_000), (4_000_000_000, 10_000)]
    {
        let attempt = Attempt { number, ..first(Outcome::Broken) };
        let at = |random| decide(&settings, &attempt, random, |_| true);
        let again = |after| Decision::Retry { after, reason: "connection broke" };
        assert_eq!(at(0), again(Duration::ZERO), "attempt {number}");
        assert_eq!(at(HALF), again(milliseconds(ceiling) / 2), "attempt {number}");
        assert_eq!(at(u64::MAX), again(milliseconds(ceiling) - Duration::from_nanos(1)), "attempt {number}");
    }
}

#[test]
fn what_the_server_asks_for_is_a_floor_on_every_retryable_status() {
    for outcome in [408, 429, 502, 503, 504].map(|status| asked_to_wait(status, 30)) {
        assert_eq!(delay(&first(outcome), 0), milliseconds(30_000), "{outcome:?}");
        assert_eq!(delay(&first(outcome), HALF), milliseconds(30_050), "{outcome:?}");
    }
    assert_eq!(delay(&first(asked_to_wait(429, 0)), HALF), milliseconds(50), "the server's word, not the own floor");
}

#[test]
fn a_throttle_that_names_no_time_is_left_alone_for_seconds() {
    let expected = [(1, 2_000, 2_050), (2, 4_000, 4_100), (3, 8_000, 8_200)];
    for (number, least, half) in expected {
        let attempt = Attempt { number, ..first(answer(429)) };
        assert_eq!(delay(&attempt, 0), milliseconds(least));
        assert_eq!(delay(&attempt, HALF), milliseconds(half));
    }
    let window = milliseconds(10_000);
    assert!(expected.iter().map(|(_, least, _)| milliseconds(*least)).sum::<Duration>() > window);
    let quick = Settings { max_backoff: milliseconds(500), ..Settings::default() };
    let decision = decide(&quick, &first(answer(429)), u64::MAX, |_| true);
    assert_eq!(decision, Decision::Retry { after: milliseconds(500), reason: "throttled" });
}

#[test]
fn attempts_end_after_the_first_and_three_more() {
    for (number, stop) in [(1, false), (3, false), (4, true), (u32::MAX, true)] {
        let decision = decided(&Attempt { number, ..first(answer(503)) }, 0);
        assert_eq!(decision == Decision::Stop(Stop::RetriesExhausted), stop, "attempt {number}");
    }
    let never = Settings { max_retries: 0, ..Settings::default() };
    let decision = decide(&never, &first(Outcome::NotConnected), 0, |_| true);
    assert_eq!(decision, Decision::Stop(Stop::RetriesExhausted));
}

#[test]
fn a_wait_that_goes_past_the_end_is_not_begun() {
    // The outcome, the time left in milliseconds, and whether it is sent again, with a jitter of 50 ms.
    let table = [
        (Outcome::Broken, 51, true),
        (Outcome::Broken, 50, false),
        (Outcome::Broken, 0, false),
        (answer(429), 2_051, true),
        (answer(429), 2_050, false),
        (asked_to_wait(503, 30), 30_051, true),
        (asked_to_wait(503, 30), 30_000, false),
        (asked_to_wait(503, u64::MAX), u64::MAX, false),
    ];
    for (outcome, left, again) in table {
        let attempt = Attempt { time_left: milliseconds(left), ..first(outcome) };
        let decision = decided(&attempt, HALF);
        let expected = if again { decision } else { Decision::Stop(Stop::DeadlineExceeded) };
        assert_eq!(decision, expected, "{attempt:?}");
        assert_eq!(matches!(decision, Decision::Retry { .. }), again, "{attempt:?}");
    }
}

#[test]
fn the_budget_is_asked_last_and_pays_more_after_a_timeout() {
    let table = [
        (Outcome::NotConnected, Cost::Ordinary),
        (Outcome::Broken, Cost::Ordinary),
        (Outcome::TimedOut, Cost::Timeout),
        (Outcome::Stalled, Cost::Timeout),
        (answer(408), Cost::Ordinary),
        (answer(429), Cost::Ordinary),
        (answer(503), Cost::Ordinary),
        (answer(504), Cost::Timeout),
    ];
    for (outcome, cost) in table {
        let asked = Cell::new(None);
        let decision = decide(&Settings::default(), &first(outcome), 0, |cost| {
            asked.set(Some(cost));
            false
        });
        assert_eq!(decision, Decision::Stop(Stop::BudgetExhausted), "{outcome:?}");
        assert_eq!(asked.get(), Some(cost), "{outcome:?}");
    }
    let stopped = [
        first(answer(404)),
        Attempt { number: 4, ..first(answer(503)) },
        Attempt { time_left: Duration::ZERO, ..first(answer(503)) },
    ];
    for attempt in stopped {
        decide(&Settings::default(), &attempt, 0, |_| panic!("{attempt:?} takes from the budget"));
    }
}

fn outcome() -> impl Strategy<Value = Outcome<'static>> {
    let retry_after = prop::option::of((any::<u64>(), 0..1_000_000_000_u32));
    prop_oneof![
        Just(Outcome::NotConnected),
        Just(Outcome::Permanent),
        Just(Outcome::RefusedStream),
        Just(Outcome::Broken),
        Just(Outcome::TimedOut),
        Just(Outcome::Stalled),
        (prop_oneof![any::<u16>(), 400..=599_u16], any::<bool>(), retry_after).prop_map(|(status, gateway, wait)| {
            let retry_after = wait.map(|(seconds, nanoseconds)| Duration::new(seconds, nanoseconds));
            Outcome::Answered { status, code: gateway.then_some("APIGW.0601"), retry_after }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_delay_breaks_a_bound_and_nothing_overflows(
        outcome in outcome(),
        number in any::<u32>(),
        max_retries in any::<u32>(),
        (base, longest, left) in (any::<u64>(), any::<u64>(), prop::option::of(any::<u64>())),
        (random, idempotent) in any::<(u64, bool)>(),
    ) {
        let settings = Settings {
            max_retries,
            base_backoff: Duration::from_secs(base),
            max_backoff: Duration::from_secs(longest),
        };
        let attempt = Attempt { number, outcome, idempotent, time_left: left.map_or(Duration::MAX, Duration::from_secs) };
        if let Decision::Retry { after, .. } = decide(&settings, &attempt, random, |_| true) {
            prop_assert!(number <= max_retries);
            prop_assert!(idempotent || !outcome.may_have_been_applied());
            prop_assert!(after < attempt.time_left);
            match outcome {
                Outcome::Answered { retry_after: Some(floor), .. } => prop_assert!(after >= floor),
                _ => prop_assert!(after <= settings.max_backoff),
            }
        }
    }
}
