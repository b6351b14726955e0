//! Pacing below the gateway's throttle, which lets so many requests through within a window that slides.
//!
//! A log and not a leaky bucket, since the bucket would either be refused or waste the burst that the gateway allows.
//! The gateway counts a request at some moment between its sending and its answer. So a request takes a slot from its
//! sending until one window after its answer: whatever the gateway counts is in the log, and at the rate that it keeps
//! to it never refuses. What that costs is one latency for each window: a listing of a hundred pages with 8 in flight
//! stays within 1.1 times the least as long as answers take less than 0.4 s.
//!
//! - A refusal says that the gateway's window is full now. What the log lacks to the limit is then not known of, another
//!   program of the same user perhaps; it is written in as young as it can be. Until one window later a request is only
//!   sent for one that leaves the log.
//! - A refused request takes a slot like any other: some gateways count it.
//! - `Retry-After` holds everybody, for five minutes at most: a mistaken value must not silence a client for ever.
//! - How many slots there are is learned (`limit`).
//! - Callers queue outside, where they can sleep: the first in the queue asks, and asks again when told to and whenever a
//!   ticket comes back.
//!
//! Time is a duration since any fixed moment; one that runs backwards is taken for the latest seen.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::error::Error;

use limit::Limit;

mod limit;

/// Longest wait that `Retry-After` can impose on everybody.
const LONGEST_HOLD: Duration = Duration::from_secs(300);

/// So many requests within any window of so much time.
///
/// Written as `40/10s`, with `ms`, `s` or `m` for the unit of the window.
///
/// ```
/// use std::time::Duration;
///
/// use dataarts_security::Rate;
///
/// # fn main() -> Result<(), dataarts_security::Error> {
/// assert_eq!("40/10s".parse::<Rate>()?, Rate::new(40, Duration::from_secs(10))?);
/// assert_eq!(Rate::default().to_string(), "40/10s");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    count: u32,
    window: Duration,
}

impl Default for Rate {
    /// What the service documents for reads: 40 in 10 s and user.
    fn default() -> Self {
        Self { count: 40, window: Duration::from_secs(10) }
    }
}

impl Rate {
    /// `count` requests within any `window`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// assert!(dataarts_security::Rate::new(20, Duration::from_secs(10)).is_ok());
    /// assert!(dataarts_security::Rate::new(0, Duration::from_secs(10)).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`](crate::Error::is_invalid_input): either is zero, which would let nothing or everything
    /// through.
    pub fn new(count: u32, window: Duration) -> Result<Self, Error> {
        if count == 0 || window.is_zero() {
            return Err(Error::invalid_input("a rate is one request or more within some time, such as 40/10s"));
        }
        Ok(Self { count, window })
    }
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once('/').and_then(|(count, window)| {
            let end = window.find(|character: char| !character.is_ascii_digit())?;
            let (number, unit) = window.split_at(end);
            let milliseconds = match unit {
                "ms" => 1,
                "s" => 1_000,
                "m" => 60_000,
                _ => return None,
            };
            let window = number.parse::<u64>().ok()?.checked_mul(milliseconds)?;
            Some((count.parse().ok()?, Duration::from_millis(window)))
        });
        let unreadable = || Error::invalid_input(format!("{text:?} is no rate; one looks like 40/10s"));
        let (count, window) = parts.ok_or_else(unreadable)?;
        Self::new(count, window).map_err(|_| unreadable())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.window.as_millis();
        if milliseconds.is_multiple_of(1_000) {
            write!(formatter, "{}/{}s", self.count, milliseconds / 1_000)
        } else {
            write!(formatter, "{}/{milliseconds}ms", self.count)
        }
    }
}

/// The right to send one request. It takes a slot until it is handed back, in one of the three ways of `Pacing`.
#[derive(Debug)]
#[must_use = "a ticket that is not handed back takes its slot for ever"]
pub(crate) struct Ticket {
    reserved: Duration,
}

/// Whether it is the caller's turn.
#[derive(Debug)]
#[must_use]
pub(crate) enum Turn {
    /// Send now.
    Now(Ticket),
    /// Ask again at that moment, or when a ticket comes back before.
    At(Duration),
    /// Ask again when a ticket comes back; time alone frees nothing.
    AfterTicket,
}

/// Slots that become free together.
#[derive(Debug)]
struct Entry {
    free: Duration,
    slots: u32,
    /// A request that the gateway let through.
    passed: bool,
}

/// The requests that may count in the gateway's window.
#[derive(Debug)]
pub(crate) struct Pacing {
    window: Duration,
    limit: Limit,
    in_flight: u32,
    /// By the time at which they become free.
    log: VecDeque<Entry>,
    /// Slots in the log.
    logged: u32,
    held_until: Duration,
    latest: Duration,
}

impl Pacing {
    /// Nothing was sent yet. To pace not at all is to have none of these.
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            window: rate.window,
            limit: Limit::new(rate.count, rate.window),
            in_flight: 0,
            log: VecDeque::new(),
            logged: 0,
            held_until: Duration::ZERO,
            latest: Duration::ZERO,
        }
    }

    /// Takes a slot if there is one.
    pub(crate) fn reserve(&mut self, now: Duration) -> Turn {
        let now = self.advance(now);
        if now < self.held_until {
            return Turn::At(self.held_until);
        }
        let taken = self.in_flight.saturating_add(self.logged);
        let Some(excess) = taken.checked_sub(self.limit.slots()) else {
            self.in_flight = self.in_flight.saturating_add(1);
            return Turn::Now(Ticket { reserved: now });
        };
        match [self.when_free(excess.saturating_add(1)), self.limit.next_raise()].into_iter().flatten().min() {
            Some(at) => Turn::At(at),
            None => Turn::AfterTicket,
        }
    }

    /// The answer came, or the request was given up after some of it may have been sent: it may have been counted.
    pub(crate) fn finished(&mut self, ticket: Ticket, now: Duration) {
        let now = self.advance(now);
        self.land(ticket);
        self.record(now, 1, true);
    }

    /// The answer was 429.
    pub(crate) fn throttled(&mut self, ticket: Ticket, now: Duration, retry_after: Option<Duration>) {
        let now = self.advance(now);
        let reserved = self.land(ticket);
        self.record(now, 1, false);
        let passed =
            self.log.iter().filter(|entry| entry.passed).fold(0_u32, |sum, entry| sum.saturating_add(entry.slots));
        self.limit.lower(now, reserved, passed.saturating_add(self.in_flight));
        let taken = self.in_flight.saturating_add(self.logged);
        self.record(now, self.limit.slots().saturating_sub(taken), false);
        let wait = retry_after.unwrap_or_default().min(LONGEST_HOLD);
        self.held_until = self.held_until.max(now.saturating_add(wait));
    }

    /// Nothing was sent; the slot is free again.
    pub(crate) fn returned(&mut self, ticket: Ticket) {
        self.land(ticket);
    }

    fn advance(&mut self, now: Duration) -> Duration {
        self.latest = self.latest.max(now);
        while let Some(entry) = self.log.front().filter(|entry| entry.free <= self.latest) {
            self.logged = self.logged.saturating_sub(entry.slots);
            self.log.pop_front();
        }
        self.limit.raise(self.latest);
        self.latest
    }

    fn land(&mut self, ticket: Ticket) -> Duration {
        self.in_flight = self.in_flight.saturating_sub(1);
        ticket.reserved
    }

    fn record(&mut self, now: Duration, slots: u32, passed: bool) {
        if slots > 0 {
            self.log.push_back(Entry { free: now.saturating_add(self.window), slots, passed });
            self.logged = self.logged.saturating_add(slots);
        }
    }

    /// When so many slots of the log are free.
    fn when_free(&self, slots: u32) -> Option<Duration> {
        let mut freed = 0_u32;
        let entry = self.log.iter().find(|entry| {
            freed = freed.saturating_add(entry.slots);
            freed >= slots
        });
        entry.map(|entry| entry.free)
    }
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
