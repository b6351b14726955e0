//! The log by hand, and against a gateway with a sliding window.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use proptest::prelude::*;

use super::{Admission, InFlight, RequestLog};
use crate::Rate;

const WINDOW: Duration = Duration::from_secs(10);
const ATTEMPT: Duration = Duration::from_secs(30);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn rate(count: u32) -> Rate {
    Rate::new(count, WINDOW).unwrap()
}

fn admit(log: &mut RequestLog, count: u32, now: Duration) -> Admission {
    log.admit(rate(count), now, now + ATTEMPT)
}

fn granted(log: &mut RequestLog, count: u32, now: Duration) -> InFlight {
    match admit(log, count, now) {
        Admission::Granted(request) => request,
        other => panic!("rejected at {now:?}: {other:?}"),
    }
}

/// Sends and is answered at once.
fn request(log: &mut RequestLog, count: u32, now: Duration) {
    let request = granted(log, count, now);
    log.finished(request, now);
}

/// Sends and is throttled at once.
fn throttled(log: &mut RequestLog, now: Duration, retry_after: Option<Duration>) -> Duration {
    let request = granted(log, 40, now);
    log.throttled(request, now, retry_after)
}

#[test]
fn a_request_counts_until_one_window_after_its_response() {
    let mut log = RequestLog::default();
    let (one, other) = (granted(&mut log, 2, seconds(0)), granted(&mut log, 2, seconds(1)));
    log.finished(other, seconds(21));
    assert_eq!(admit(&mut log, 2, seconds(22)), Admission::At(seconds(31)));
    log.finished(one, seconds(25));
    assert_eq!(admit(&mut log, 2, seconds(31) - Duration::from_nanos(1)), Admission::At(seconds(31)));
    request(&mut log, 2, seconds(31));
    assert_eq!(admit(&mut log, 2, seconds(31)), Admission::At(seconds(35)));
}

#[test]
fn requests_in_flight_count_until_their_attempts_time_out_and_one_window_longer() {
    let mut log = RequestLog::default();
    let never_handed_back = granted(&mut log, 1, seconds(0));
    assert_eq!(admit(&mut log, 1, seconds(1)), Admission::WhenHandedBack(ATTEMPT));
    assert_eq!(admit(&mut log, 1, ATTEMPT), Admission::At(ATTEMPT + WINDOW));
    request(&mut log, 1, ATTEMPT + WINDOW);
    log.finished(never_handed_back, seconds(41));
    assert_eq!(admit(&mut log, 2, seconds(41)), granted_number(3, seconds(41)), "handed back late, it counts once");
}

fn granted_number(number: u64, now: Duration) -> Admission {
    Admission::Granted(InFlight { end: now + ATTEMPT, number })
}

#[test]
fn what_was_never_sent_does_not_count() {
    let mut log = RequestLog::default();
    let unsent = granted(&mut log, 1, seconds(0));
    assert!(matches!(admit(&mut log, 1, seconds(1)), Admission::WhenHandedBack(_)));
    log.returned(unsent);
    request(&mut log, 1, seconds(1));
}

#[test]
fn each_rate_is_held_to_the_requests_of_all() {
    let mut log = RequestLog::default();
    (0..4).for_each(|second| request(&mut log, 10, seconds(second)));
    assert_eq!(admit(&mut log, 2, seconds(4)), Admission::At(seconds(12)), "the third of four has to leave");
    assert_eq!(admit(&mut log, 4, seconds(4)), Admission::At(seconds(10)));
    request(&mut log, 5, seconds(4));
    let (longer, hour) = (Rate::new(2, seconds(3_600)).unwrap(), seconds(3_600));
    assert_eq!(log.admit(longer, seconds(5), seconds(35)), Admission::At(seconds(3) + hour));
}

#[test]
fn a_shorter_window_than_the_longest_ends_to_the_nanosecond() {
    let mut log = RequestLog::default();
    let long = Rate::new(5, seconds(60)).unwrap();
    let Admission::Granted(request) = log.admit(long, seconds(0), seconds(9)) else { panic!("not granted") };
    log.finished(request, seconds(1));
    let short = Rate::new(1, seconds(10)).unwrap();
    assert_eq!(log.admit(short, seconds(11) - Duration::from_nanos(1), seconds(20)), Admission::At(seconds(11)));
    assert!(matches!(log.admit(short, seconds(11), seconds(20)), Admission::Granted(_)));
}

#[test]
fn a_log_is_idle_once_its_requests_and_its_hold_are_over() {
    let mut log = RequestLog::default();
    let request = granted(&mut log, 1, seconds(0));
    assert!(!log.is_idle(seconds(1)));
    log.throttled(request, seconds(1), Some(seconds(200)));
    assert!(!log.is_idle(seconds(201) - Duration::from_nanos(1)));
    assert!(log.is_idle(seconds(201)));
}

#[test]
fn a_clock_that_runs_backwards_frees_nothing_early() {
    let mut log = RequestLog::default();
    let sent = granted(&mut log, 1, seconds(5));
    log.finished(sent, seconds(3));
    assert_eq!(admit(&mut log, 1, seconds(0)), Admission::At(seconds(15)));
    request(&mut log, 1, seconds(15));
}

#[test]
fn times_and_rates_without_limits_overflow_nothing() {
    let mut log = RequestLog::default();
    let endless = Rate::new(u32::MAX, Duration::MAX).unwrap();
    let Admission::Granted(sent) = log.admit(endless, seconds(1), Duration::MAX) else { panic!("rejected") };
    assert_eq!(log.throttled(sent, seconds(1), Some(Duration::MAX)), seconds(301));
    assert_eq!(log.admit(endless, seconds(1), Duration::MAX), Admission::Held(seconds(301)));
    let one = Rate::new(1, Duration::MAX).unwrap();
    assert_eq!(log.admit(one, seconds(301), Duration::MAX), Admission::At(Duration::MAX));
    assert!(matches!(log.admit(endless, seconds(301), Duration::MAX), Admission::Granted(_)));
    assert_eq!(log.admit(one, seconds(302), Duration::MAX), Admission::WhenHandedBack(Duration::MAX));
    let _ = log.admit(endless, Duration::MAX, Duration::MAX);
}

#[test]
fn retry_after_holds_all_requests_but_for_five_minutes_at_most() {
    for (asked, held) in [(0, 0), (3, 3), (30, 30), (300, 300), (301, 300), (u64::MAX, 300)] {
        let mut log = RequestLog::default();
        let until = throttled(&mut log, seconds(100), Some(seconds(asked)));
        assert_eq!(until, seconds(100 + held));
        if held > 0 {
            assert_eq!(admit(&mut log, 40, until - Duration::from_nanos(1)), Admission::Held(until), "{asked} s");
        }
        assert!(matches!(admit(&mut log, 40, until), Admission::Granted(_)), "{asked} s");
    }
}

#[test]
fn without_retry_after_holds_double_up_to_one_window_until_a_response_comes() {
    let mut log = RequestLog::default();
    let mut now = seconds(0);
    for hold in [2, 4, 8, 10, 10] {
        let until = throttled(&mut log, now, None);
        assert_eq!(until, now + seconds(hold));
        now = until;
    }
    request(&mut log, 40, now);
    assert_eq!(throttled(&mut log, now, None), now + seconds(2));
}

#[test]
fn a_shorter_hold_does_not_end_a_longer_one() {
    let mut log = RequestLog::default();
    let (one, other) = (granted(&mut log, 40, seconds(0)), granted(&mut log, 40, seconds(0)));
    assert_eq!(log.throttled(one, seconds(1), Some(seconds(60))), seconds(61));
    assert_eq!(log.throttled(other, seconds(2), Some(seconds(1))), seconds(61));
    assert_eq!(admit(&mut log, 40, seconds(3)), Admission::Held(seconds(61)));
}

#[test]
fn the_log_keeps_no_more_than_decides() {
    let mut log = RequestLog::default();
    for number in 0..10_000 {
        request(&mut log, 40, seconds(number));
        assert!(log.answered.len() <= 40);
    }
    let all: Vec<_> = (0..1_000).map(|_| granted(&mut log, u32::MAX, seconds(20_000))).collect();
    all.into_iter().for_each(|sent| log.finished(sent, seconds(20_000)));
    let _ = admit(&mut log, 40, seconds(20_010));
    assert_eq!(log.answered.len(), 0);
}

/// What happens to one request.
#[derive(Clone, Copy, Debug)]
struct Fate {
    latency: Duration,
    /// When the gateway counts it, in thousandths of the latency; not at all if nothing was sent.
    counted: Option<u32>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Counted,
    Ended(InFlight, bool),
    Wake,
}

/// Sends `requests` by `callers` as early as the log allows. Returns when each was sent and how many the gateway rejected.
fn simulate(rate: Rate, callers: usize, requests: usize, fate: impl Fn(usize) -> Fate) -> (Vec<Duration>, usize) {
    let (mut log, mut events) = (RequestLog::default(), BinaryHeap::from([Reverse((Duration::ZERO, 0, Event::Wake))]));
    let (mut sent, mut rejected, mut idle, mut scheduled) = (Vec::new(), 0, callers, 0);
    let mut gateway: VecDeque<Duration> = VecDeque::new();
    while let Some(Reverse((now, _, event))) = events.pop() {
        match event {
            Event::Wake => {}
            Event::Counted => {
                gateway.retain(|counted| now < *counted + rate.window());
                rejected += usize::from(gateway.len() >= rate.count() as usize);
                gateway.push_back(now);
            }
            Event::Ended(request, was_sent) => {
                if was_sent {
                    log.finished(request, now)
                } else {
                    log.returned(request)
                }
                idle += 1;
            }
        }
        while idle > 0 && sent.len() < requests {
            let fate = fate(sent.len());
            let mut schedule = |at, event| {
                scheduled += 1;
                events.push(Reverse((at, scheduled, event)));
            };
            match log.admit(rate, now, now + fate.latency) {
                Admission::Granted(request) => {
                    sent.push(now);
                    idle -= 1;
                    fate.counted
                        .into_iter()
                        .for_each(|part| schedule(now + fate.latency * part / 1_000, Event::Counted));
                    schedule(now + fate.latency, Event::Ended(request, fate.counted.is_some()));
                }
                Admission::At(at) | Admission::Held(at) => {
                    assert!(at > now, "at {now:?} told to ask again at {at:?}");
                    schedule(at, Event::Wake);
                    break;
                }
                Admission::WhenHandedBack(_) => break,
            }
        }
    }
    assert_eq!(sent.len(), requests, "a request waits for nothing");
    (sent, rejected)
}

/// The least time in which the rate allows so many requests.
fn least(requests: usize, count: u32) -> Duration {
    WINDOW * (requests.div_ceil(count as usize) as u32 - 1)
}

#[test]
fn requests_one_after_another_take_the_least_time_to_the_nanosecond() {
    for (requests, count) in [(1, 40), (40, 40), (41, 40), (106, 40), (7, 1), (1_000, 3)] {
        let (sent, rejected) =
            simulate(rate(count), 1, requests, |_| Fate { latency: Duration::ZERO, counted: Some(0) });
        assert_eq!((sent.last().copied(), rejected), (Some(least(requests, count)), 0), "{requests} at {count}");
    }
}

#[test]
fn the_pages_of_ten_thousand_tasks_take_hardly_longer_than_they_must() {
    for (callers, latency) in [(1, 10), (2, 50), (4, 100), (8, 200), (32, 350)] {
        // Up to twice the latency, counted anywhere between.
        let fate = |number: usize| {
            let latency = Duration::from_millis(latency + number as u64 * 7_919 % (latency + 1));
            Fate { latency, counted: Some((number * 31 % 1_001) as u32) }
        };
        let (sent, rejected) = simulate(rate(40), callers, 106, fate);
        let ratio = sent.last().unwrap().as_secs_f64() / least(106, 40).as_secs_f64();
        assert!(rejected == 0 && ratio <= 1.1, "{callers} in flight, {latency} ms: {rejected}, {ratio}");
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    let latency = prop_oneof![0..2_000_u64, 0..500_000_u64, 0..15_000_000_u64];
    let counted = prop_oneof![9 => (0..=1_000_u32).prop_map(Some), 1 => Just(None)];
    (latency, counted).prop_map(|(latency, counted)| Fate { latency: Duration::from_micros(latency), counted })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_gateway_that_keeps_to_the_rate_never_rejects(
        (count, window) in (1..60_u32, 1..20_000_u64),
        (callers, requests) in (1..80_usize, 1..200_usize),
        fates in prop::collection::vec(fate(), 1..40),
    ) {
        let rate = Rate::new(count, Duration::from_millis(window)).unwrap();
        let (_, rejected) = simulate(rate, callers, requests, |number| fates[number % fates.len()]);
        prop_assert_eq!(rejected, 0);
    }
}
