//! The requests that may count in the gateway's window, and whether one more may be sent. No I/O and no clock.
//!
//! The gateway counts a request at some moment between its sending and its response. So a request counts here from its
//! sending until one window after its response: a gateway that keeps to the rate never rejects one. The cost is one
//! latency per window. A log and not a leaky bucket: a bucket would either exceed the rate or waste the burst that the
//! gateway allows.
//!
//! - After HTTP 429 nothing is sent for as long as `Retry-After` asks, but for 5 minutes at most. Without `Retry-After`
//!   the hold is 2 s, doubled for each further 429, up to one window.
//! - A rejected request counts like any other, because some gateways count it.
//! - A request in flight has an end at which its attempt times out. It counts as answered then, even if the task that
//!   sent it never runs again.
//!
//! Time is a duration since any fixed moment. If it runs backwards, the latest time seen is used.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::rate::Rate;

/// Longest time for which one 429 can hold all requests.
const LONGEST_HOLD: Duration = Duration::from_secs(300);
/// The hold after the first 429 without `Retry-After`.
const FIRST_HOLD: Duration = Duration::from_secs(2);

/// One request in flight; handed back by one of `finished`, `throttled` and `returned`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[must_use = "a request that is not handed back counts until its attempt times out"]
pub(crate) struct InFlight {
    /// When its attempt times out.
    end: Duration,
    number: u64,
}

/// Whether a request may be sent.
#[derive(Debug, Eq, PartialEq)]
#[must_use]
pub(crate) enum Admission {
    Granted(InFlight),
    /// Not before this moment.
    At(Duration),
    /// Not before a request in flight is handed back; at this moment the attempt of the first one times out.
    WhenHandedBack(Duration),
    /// Not before this moment, which a 429 set.
    Held(Duration),
}

/// Requests to one endpoint with one credential.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    in_flight: BTreeSet<InFlight>,
    /// When each response came, ascending.
    answered: VecDeque<Duration>,
    /// The longest window and the largest count that were asked with; older and more responses decide nothing.
    window: Duration,
    count: usize,
    held_until: Duration,
    /// 429s in a row.
    throttles: u32,
    latest: Duration,
    number: u64,
}

impl RequestLog {
    /// Admits a request whose attempt times out at `end`, if `rate` allows one more at `now`.
    pub(crate) fn admit(&mut self, rate: Rate, now: Duration, end: Duration) -> Admission {
        self.window = self.window.max(rate.window());
        let count = usize::try_from(rate.count()).unwrap_or(usize::MAX);
        self.count = self.count.max(count);
        let now = self.advance(now);
        if now < self.held_until {
            return Admission::Held(self.held_until);
        }
        // So many of the responses may still be in the window.
        let Some(room) = count.checked_sub(self.in_flight.len()).filter(|room| *room > 0) else {
            return Admission::WhenHandedBack(self.in_flight.first().map_or(now, |request| request.end));
        };
        let oldest = self.answered.len().checked_sub(room).and_then(|position| self.answered.get(position));
        match oldest.map(|answered| answered.saturating_add(rate.window())).filter(|free| *free > now) {
            Some(free) => Admission::At(free),
            None => {
                self.number = self.number.wrapping_add(1);
                let request = InFlight { end: end.max(now), number: self.number };
                self.in_flight.insert(request);
                Admission::Granted(request)
            }
        }
    }

    /// The response came, or the request was given up after some of it may have been sent.
    pub(crate) fn finished(&mut self, request: InFlight, now: Duration) {
        self.throttles = 0;
        self.count_answered(request, now);
    }

    /// The response was HTTP 429. Returns until when all requests are held.
    pub(crate) fn throttled(&mut self, request: InFlight, now: Duration, retry_after: Option<Duration>) -> Duration {
        self.count_answered(request, now);
        let doubled = 1_u32.checked_shl(self.throttles).unwrap_or(u32::MAX);
        self.throttles = self.throttles.saturating_add(1);
        let hold = retry_after.unwrap_or_else(|| FIRST_HOLD.saturating_mul(doubled).min(self.window)).min(LONGEST_HOLD);
        self.held_until = self.held_until.max(self.latest.saturating_add(hold));
        self.held_until
    }

    /// Nothing was sent.
    pub(crate) fn returned(&mut self, request: InFlight) {
        self.in_flight.remove(&request);
    }

    /// Whether forgetting it changes nothing.
    pub(crate) fn is_idle(&mut self, now: Duration) -> bool {
        let now = self.advance(now);
        self.in_flight.is_empty() && self.answered.is_empty() && self.held_until <= now
    }

    fn count_answered(&mut self, request: InFlight, now: Duration) {
        let now = self.advance(now);
        if self.in_flight.remove(&request) {
            self.push(now);
        }
    }

    fn advance(&mut self, now: Duration) -> Duration {
        self.latest = self.latest.max(now);
        while let Some(request) = self.in_flight.first().copied().filter(|request| request.end <= self.latest) {
            self.in_flight.remove(&request);
            self.push(request.end.max(self.answered.back().copied().unwrap_or_default()));
        }
        while self.answered.front().is_some_and(|answered| answered.saturating_add(self.window) <= self.latest) {
            self.answered.pop_front();
        }
        self.latest
    }

    fn push(&mut self, answered: Duration) {
        self.answered.push_back(answered);
        if self.answered.len() > self.count {
            self.answered.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
