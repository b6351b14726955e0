//! Pacing by hand, and against a simulated gateway.

use std::time::Duration;

use proptest::prelude::*;

use super::simulation::{End, Journey, Scene, run};
use super::{Pacing, Rate, Ticket, Turn};

const WINDOW: Duration = Duration::from_secs(10);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn pacing(count: u32) -> Pacing {
    Pacing::new(Rate::new(count, WINDOW).unwrap())
}

fn ticket(pacing: &mut Pacing, now: Duration) -> Ticket {
    match pacing.reserve(now) {
        Turn::Now(ticket) => ticket,
        other => panic!("no slot at {now:?}: {other:?}"),
    }
}

/// When to ask again; `None` for when a ticket comes back.
fn wait(pacing: &mut Pacing, now: Duration) -> Option<Duration> {
    match pacing.reserve(now) {
        Turn::Now(_) => panic!("a slot is free at {now:?}"),
        Turn::At(at) => Some(at),
        Turn::AfterTicket => None,
    }
}

/// Sends and gets answered at once.
fn request(pacing: &mut Pacing, now: Duration) {
    let ticket = ticket(pacing, now);
    pacing.finished(ticket, now);
}

/// Sends and is refused at once.
fn refused(pacing: &mut Pacing, now: Duration, retry_after: Option<Duration>) {
    let ticket = ticket(pacing, now);
    pacing.throttled(ticket, now, retry_after);
}

/// How many slots are free.
fn free(pacing: &mut Pacing, now: Duration) -> usize {
    let mut tickets = Vec::new();
    while let Turn::Now(ticket) = pacing.reserve(now) {
        tickets.push(ticket);
    }
    let count = tickets.len();
    tickets.into_iter().for_each(|ticket| pacing.returned(ticket));
    count
}

#[test]
fn the_documented_rate_is_the_default_and_a_rate_of_nothing_is_none() {
    assert_eq!(Rate::new(40, WINDOW).unwrap(), Rate::default());
    assert!(Rate::new(0, WINDOW).is_err());
    assert!(Rate::new(40, Duration::ZERO).is_err());
    for (text, expected) in [("40/10s", (40, 10_000)), ("5/250ms", (5, 250)), ("100/1m", (100, 60_000))] {
        let rate: Rate = text.parse().unwrap();
        assert_eq!(rate, Rate::new(expected.0, Duration::from_millis(expected.1)).unwrap());
        assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
    }
    for text in
        ["", "40", "40/", "/10s", "0/10s", "40/0s", "40/10", "40/10h", "-1/10s", "4.5/10s", "40/99999999999999999999m"]
    {
        let error = text.parse::<Rate>().unwrap_err();
        assert!(error.is_invalid_input() && error.to_string().contains("one looks like 40/10s"), "{text}");
    }
}

#[test]
fn a_slot_is_free_one_window_after_its_answer_and_not_after_its_request() {
    let mut pacing = pacing(2);
    let (one, other) = (ticket(&mut pacing, seconds(0)), ticket(&mut pacing, seconds(1)));
    assert_eq!(wait(&mut pacing, seconds(20)), None, "both may still be counted");
    pacing.finished(other, seconds(21));
    assert_eq!(wait(&mut pacing, seconds(22)), Some(seconds(31)));
    pacing.finished(one, seconds(25));
    assert_eq!(wait(&mut pacing, seconds(31) - Duration::from_nanos(1)), Some(seconds(31)));
    request(&mut pacing, seconds(31));
    assert_eq!(wait(&mut pacing, seconds(31)), Some(seconds(35)));
}

#[test]
fn what_was_never_sent_gives_its_slot_back_at_once() {
    let mut pacing = pacing(1);
    let ticket = ticket(&mut pacing, seconds(0));
    assert_eq!(wait(&mut pacing, seconds(1)), None);
    pacing.returned(ticket);
    request(&mut pacing, seconds(1));
}

#[test]
fn a_clock_that_runs_backwards_frees_nothing_early() {
    let mut pacing = pacing(1);
    let ticket = ticket(&mut pacing, seconds(5));
    pacing.finished(ticket, seconds(3));
    assert_eq!(wait(&mut pacing, seconds(0)), Some(seconds(15)));
    assert_eq!(free(&mut pacing, seconds(15)), 1);
}

#[test]
fn times_and_rates_without_bounds_overflow_nothing() {
    let mut pacing = Pacing::new(Rate::new(u32::MAX, Duration::MAX).unwrap());
    request(&mut pacing, seconds(1));
    refused(&mut pacing, seconds(1), Some(Duration::MAX));
    assert_eq!(wait(&mut pacing, seconds(1)), Some(seconds(301)));
    assert_eq!(wait(&mut pacing, seconds(301)), Some(Duration::MAX));
    let _ = pacing.reserve(Duration::MAX);
}

#[test]
fn a_refusal_lets_one_go_only_for_one_that_leaves_the_log() {
    let mut pacing = pacing(40);
    for second in 0..5 {
        request(&mut pacing, seconds(second));
    }
    refused(&mut pacing, seconds(6), None);
    for second in 10..15 {
        assert_eq!(free(&mut pacing, seconds(second)), 1, "second {second}");
        request(&mut pacing, seconds(second));
    }
    assert_eq!(wait(&mut pacing, seconds(15)), Some(seconds(16)));
    assert_eq!(free(&mut pacing, seconds(16)), 22 - 5 + 1, "half, and a step up after a window");
}

#[test]
fn more_taken_than_allowed_waits_for_all_that_is_too_much() {
    let mut pacing = pacing(4);
    (0..3).for_each(|second| request(&mut pacing, seconds(second)));
    refused(&mut pacing, seconds(3), None);
    assert_eq!(pacing.limit.slots(), 3);
    assert_eq!(wait(&mut pacing, seconds(3)), Some(seconds(11)), "the second of four to be free");
}

#[test]
fn refusals_of_one_burst_are_one_step_whatever_the_order_of_the_answers() {
    for refused_first in [true, false] {
        let mut pacing = pacing(40);
        let mut tickets: Vec<_> = (0..40).map(|_| ticket(&mut pacing, seconds(0))).collect();
        let late = tickets.pop().unwrap();
        for (number, ticket) in tickets.into_iter().enumerate() {
            let first_half = number < 15;
            match refused_first == first_half {
                true => pacing.throttled(ticket, seconds(1), None),
                false => pacing.finished(ticket, seconds(1)),
            }
        }
        let passed = if refused_first { 24 } else { 15 };
        assert_eq!(pacing.limit.slots(), (passed + 1).max(20), "the one in flight is taken to pass");
        pacing.throttled(late, seconds(15), None);
        assert_eq!(pacing.limit.slots(), 20, "refused long after, it still belongs to the burst");
    }
}

#[test]
fn retry_after_holds_everybody_but_not_for_ever() {
    for (asked, held) in [(0, 0), (3, 3), (30, 30), (300, 300), (301, 300), (u64::MAX, 300)] {
        let mut pacing = pacing(40);
        refused(&mut pacing, seconds(100), Some(seconds(asked)));
        let until = seconds(100 + held);
        if held > 0 {
            assert_eq!(wait(&mut pacing, until - Duration::from_nanos(1)), Some(until), "{asked} s");
        }
        assert!(free(&mut pacing, until.max(seconds(110))) > 0, "{asked} s");
    }
}

#[test]
fn a_shorter_retry_after_does_not_end_a_longer_one() {
    let mut pacing = pacing(40);
    let (one, other) = (ticket(&mut pacing, seconds(0)), ticket(&mut pacing, seconds(0)));
    pacing.throttled(one, seconds(1), Some(seconds(60)));
    pacing.throttled(other, seconds(2), Some(seconds(1)));
    assert_eq!(wait(&mut pacing, seconds(3)), Some(seconds(61)));
}

fn scene<'a>(gateway: &'a [(Duration, u32)], journey: &'a dyn Fn(usize) -> Journey) -> Scene<'a> {
    let (rate, delay) = (Rate::default(), seconds(2));
    Scene { rate, gateway, neighbours: &[], callers: 1, requests: 0, journey, retry_after: None, delay }
}

fn at_once(_: usize) -> Journey {
    Journey { latency: Duration::ZERO, counted: 0, end: End::Answered }
}

/// From `latency` milliseconds to twice as many, counted anywhere between.
fn scattered(latency: u64) -> impl Fn(usize) -> Journey {
    move |number| {
        let number = number as u64;
        let latency = milliseconds(latency + number * 7_919 % (latency + 1));
        Journey { latency, counted: (number * 31 % 1_001) as u32, end: End::Answered }
    }
}

/// The least time in which the rate lets so many requests be sent.
fn least(requests: usize, rate: u32) -> Duration {
    WINDOW * (requests.div_ceil(rate as usize) as u32 - 1)
}

#[test]
fn requests_one_after_another_take_the_least_time_to_the_nanosecond() {
    for (requests, count) in [(1, 40), (40, 40), (41, 40), (80, 40), (106, 40), (121, 40), (7, 1), (1_000, 3)] {
        let rate = Rate::new(count, WINDOW).unwrap();
        let report = run(&Scene { rate, requests, ..scene(&[(Duration::ZERO, count)], &at_once) });
        assert_eq!(report.end, least(requests, count), "{requests} requests at {count}");
        assert_eq!(report.refused, []);
    }
}

#[test]
fn ten_thousand_tasks_take_hardly_longer_than_they_must_and_are_never_refused() {
    // A hundred pages of a hundred, and those of the walk, which overlap by five.
    for requests in [100, 106] {
        for (callers, latency) in [(1, 10), (2, 50), (4, 100), (8, 150), (8, 200), (32, 350)] {
            let journey = scattered(latency);
            let report = run(&Scene { callers, requests, ..scene(&[(Duration::ZERO, 40)], &journey) });
            assert_eq!(report.refused, [], "{callers} in flight, {latency} ms");
            let ratio = report.end.as_secs_f64() / least(requests, 40).as_secs_f64();
            println!("{requests} pages, {callers} in flight, {latency} to {} ms: {ratio:.3}", 2 * latency);
            assert!(ratio <= 1.1, "{requests} pages, {callers} in flight, {latency} ms: {:?}", report.end);
        }
    }
}

#[test]
fn a_gateway_that_is_stricter_is_learned_at_the_cost_of_few_refusals() {
    for callers in [1, 4, 8, 40] {
        for latency in [0, 50, 200] {
            let journey = scattered(latency);
            // A bit more than an hour at 20 in 10 s.
            let scene = Scene { callers, requests: 7_500, ..scene(&[(Duration::ZERO, 20)], &journey) };
            let report = run(&scene);
            let (first, all) = (report.refused_within(seconds(0), seconds(60)), report.refused.len());
            let used = 20.0 * report.end.as_secs_f64() / 10.0;
            let share = 7_500.0 / used;
            println!(
                "{callers} in flight, {latency} ms: {first} refused in the first minute, {all} of 7500, used {share:.2}"
            );
            assert!(first <= callers.min(20) + 6, "{callers} in flight, {latency} ms: {first}");
            // A step up is tried each eighth window and costs three slots at most.
            assert!(all - first <= 3 * 60, "{callers} in flight, {latency} ms: {all}");
            assert!(share >= 0.9, "{callers} in flight, {latency} ms: {share}");
        }
    }
}

#[test]
fn a_gateway_that_relaxes_is_used_in_full_again_within_minutes() {
    for callers in [1, 4, 8, 40] {
        let relaxed = seconds(600);
        let journey = scattered(20);
        let gateway = [(Duration::ZERO, 20), (relaxed, 40)];
        let report = run(&Scene { callers, requests: 6_000, ..scene(&gateway, &journey) });
        let full = relaxed + seconds(300);
        assert_eq!(report.refused_within(relaxed + seconds(30), report.end), 0, "{callers} in flight");
        let sent = report.sent_within(full, full + seconds(600));
        assert!(sent >= 60 * 40 * 95 / 100, "{callers} in flight: {sent} in ten minutes");
    }
}

#[test]
fn a_neighbour_that_uses_everything_costs_one_refusal_and_a_window() {
    let neighbours = vec![seconds(0); 40];
    let journey = |_| Journey::of(milliseconds(100));
    let report = run(&Scene { neighbours: &neighbours, requests: 1, ..scene(&[(Duration::ZERO, 40)], &journey) });
    assert_eq!((report.refused.len(), report.end), (1, milliseconds(10_200)));
}

#[test]
fn retry_after_is_kept_by_every_caller() {
    let journey = |_| Journey::of(milliseconds(100));
    let gateway = [(Duration::ZERO, 0), (seconds(25), 40)];
    let scene = Scene { callers: 5, requests: 5, retry_after: Some(seconds(30)), ..scene(&gateway, &journey) };
    let report = run(&scene);
    assert_eq!(report.refused.len(), 5);
    assert_eq!(report.sent_within(milliseconds(1), milliseconds(30_100)), 0);
    assert_eq!(report.end, milliseconds(30_200));
}

fn journey() -> impl Strategy<Value = Journey> {
    let end = prop_oneof![8 => Just(End::Answered), 1 => Just(End::Dropped), 1 => Just(End::NeverSent)];
    // Microseconds, so that the gateway's milliseconds cut something off.
    let latency = prop_oneof![Just(0), 0..2_000_u64, 0..500_000_u64, 0..15_000_000_u64];
    (latency, 0..=1_000_u32, end)
        .prop_map(|(latency, counted, end)| Journey { latency: Duration::from_micros(latency), counted, end })
        // What ends at once and never gets anywhere would be tried for ever in no time.
        .prop_map(|journey| Journey { latency: journey.latency.max(Duration::from_micros(1)), ..journey })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_gateway_that_keeps_to_the_rate_never_refuses(
        count in 1..60_u32,
        window in 1..20_000_u64,
        callers in 1..80_usize,
        requests in 1..200_usize,
        journeys in prop::collection::vec(journey(), 1..40),
    ) {
        prop_assume!(journeys.iter().any(|journey| journey.end == End::Answered));
        let rate = Rate::new(count, milliseconds(window)).unwrap();
        let journey = |number| journeys[number % journeys.len()];
        let report = run(&Scene { rate, callers, requests, ..scene(&[(Duration::ZERO, count)], &journey) });
        prop_assert_eq!(report.refused, vec![]);
    }

    #[test]
    fn every_request_gets_through_whatever_the_gateway_and_its_other_callers_do(
        (ours, theirs, later) in (1..60_u32, 1..60_u32, 1..60_u32),
        callers in 1..40_usize,
        journeys in prop::collection::vec(journey(), 1..40),
        neighbours in prop::collection::vec(0..100_000_u64, 0..200),
        retry_after in prop::option::of((0..40_u64).prop_map(seconds)),
    ) {
        prop_assume!(journeys.iter().any(|journey| journey.end == End::Answered));
        let rate = Rate::new(ours, WINDOW).unwrap();
        let gateway = [(Duration::ZERO, theirs), (seconds(60), later)];
        let neighbours: Vec<_> = neighbours.into_iter().map(milliseconds).collect();
        let journey = |number| journeys[number % journeys.len()];
        let scene = Scene { rate, callers, requests: 100, neighbours: &neighbours, retry_after, ..scene(&gateway, &journey) };
        // That it comes back is what is shown: nobody waits for what never comes.
        run(&scene);
    }
}
