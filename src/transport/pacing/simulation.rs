//! Callers, the network and a gateway with a sliding window, moved from event to event: no clock, no sleeping.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use super::{Pacing, Rate, Ticket, Turn};

/// How one request fares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Journey {
    pub(super) latency: Duration,
    /// When the gateway counts it, in thousandths of the latency.
    pub(super) counted: u32,
    pub(super) end: End,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Answered,
    /// The caller gives up after the latency; whether the gateway still counted it, no one knows.
    Dropped,
    /// No connection came about; the gateway counts nothing.
    NeverSent,
}

impl Journey {
    pub(super) fn of(latency: Duration) -> Self {
        Self { latency, counted: 500, end: End::Answered }
    }
}

/// What is simulated.
pub(super) struct Scene<'a> {
    pub(super) rate: Rate,
    /// From when on the gateway lets how many through within the window of `rate`, in order of time.
    pub(super) gateway: &'a [(Duration, u32)],
    /// Requests of other programs that the gateway counts, in order of time.
    pub(super) neighbours: &'a [Duration],
    pub(super) callers: usize,
    /// Requests to get through; a refused one is sent again.
    pub(super) requests: usize,
    pub(super) journey: &'a dyn Fn(usize) -> Journey,
    /// What a refusal says.
    pub(super) retry_after: Option<Duration>,
    /// How long a caller stays away after a refusal.
    pub(super) delay: Duration,
}

/// How it went.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) end: Duration,
    /// When each request was sent.
    pub(super) sent: Vec<Duration>,
    /// When each refusal was read.
    pub(super) refused: Vec<Duration>,
}

impl Report {
    /// Refusals read from `from` on and before `until`.
    pub(super) fn refused_within(&self, from: Duration, until: Duration) -> usize {
        self.refused.iter().filter(|at| (from..until).contains(at)).count()
    }

    /// Requests sent from `from` on and before `until`.
    pub(super) fn sent_within(&self, from: Duration, until: Duration) -> usize {
        self.sent.iter().filter(|at| (from..until).contains(at)).count()
    }
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Neighbour,
    Counted(usize),
    Ended(usize),
    Asks(usize),
    Wake,
}

struct Flight {
    ticket: Option<Ticket>,
    journey: Journey,
    caller: usize,
    refused: bool,
}

struct Simulation<'a> {
    scene: &'a Scene<'a>,
    pacing: Pacing,
    events: BinaryHeap<Reverse<(Duration, usize, Event)>>,
    scheduled: usize,
    queue: VecDeque<usize>,
    /// When the first in the queue asks again.
    wakes: Duration,
    flights: Vec<Flight>,
    /// What the gateway let through and still counts, in its milliseconds.
    window: VecDeque<u128>,
    passed: usize,
    report: Report,
}

/// Runs until every request got through.
pub(super) fn run(scene: &Scene<'_>) -> Report {
    let mut simulation = Simulation {
        scene,
        pacing: Pacing::new(scene.rate),
        events: BinaryHeap::new(),
        scheduled: 0,
        queue: VecDeque::new(),
        wakes: Duration::ZERO,
        flights: Vec::new(),
        window: VecDeque::new(),
        passed: 0,
        report: Report::default(),
    };
    scene.neighbours.iter().for_each(|at| simulation.schedule(*at, Event::Neighbour));
    (0..scene.callers).for_each(|caller| simulation.schedule(Duration::ZERO, Event::Asks(caller)));
    while simulation.passed < scene.requests {
        let Reverse((now, _, event)) = simulation.events.pop().expect("somebody waits and nobody wakes them");
        simulation.happen(now, event);
        simulation.report.end = now;
    }
    simulation.report
}

impl Simulation<'_> {
    fn schedule(&mut self, at: Duration, event: Event) {
        self.scheduled += 1;
        self.events.push(Reverse((at, self.scheduled, event)));
    }

    fn happen(&mut self, now: Duration, event: Event) {
        match event {
            Event::Neighbour => {
                self.gateway_passes(now);
            }
            Event::Counted(flight) => self.flights[flight].refused = !self.gateway_passes(now),
            Event::Ended(flight) => self.ended(now, flight),
            Event::Asks(caller) => self.queue.push_back(caller),
            Event::Wake => {}
        }
        while let Some(caller) = self.queue.front().copied() {
            match self.pacing.reserve(now) {
                Turn::Now(ticket) => {
                    self.queue.pop_front();
                    self.send(now, caller, ticket);
                }
                Turn::At(at) => {
                    assert!(at > now, "told at {now:?} to ask again at {at:?}");
                    if self.wakes != at {
                        self.wakes = at;
                        self.schedule(at, Event::Wake);
                    }
                    break;
                }
                Turn::AfterTicket => break,
            }
        }
    }

    fn send(&mut self, now: Duration, caller: usize, ticket: Ticket) {
        let number = self.flights.len();
        let journey = (self.scene.journey)(number);
        self.flights.push(Flight { ticket: Some(ticket), journey, caller, refused: false });
        self.report.sent.push(now);
        if journey.end != End::NeverSent {
            self.schedule(now + journey.latency * journey.counted / 1_000, Event::Counted(number));
        }
        self.schedule(now + journey.latency, Event::Ended(number));
    }

    fn ended(&mut self, now: Duration, number: usize) {
        let flight = &mut self.flights[number];
        let (ticket, caller) = (flight.ticket.take().unwrap(), flight.caller);
        let mut again = now;
        match flight.journey.end {
            End::Answered if flight.refused => {
                self.report.refused.push(now);
                self.pacing.throttled(ticket, now, self.scene.retry_after);
                again += self.scene.delay.max(self.scene.retry_after.unwrap_or_default());
            }
            End::Answered => {
                self.passed += 1;
                self.pacing.finished(ticket, now);
            }
            End::Dropped => self.pacing.finished(ticket, now),
            End::NeverSent => self.pacing.returned(ticket),
        }
        self.schedule(again, Event::Asks(caller));
    }

    /// Counts and lets through, or refuses and does not count; in whole milliseconds, like the simulator of the service.
    fn gateway_passes(&mut self, now: Duration) -> bool {
        let limit = self.scene.gateway.iter().rev().find(|(from, _)| *from <= now).map_or(0, |(_, limit)| *limit);
        let millisecond = now.as_millis();
        let period = self.scene.rate.window.as_millis();
        self.window.retain(|at| millisecond < at + period);
        let passes = self.window.len() < limit as usize;
        if passes {
            self.window.push_back(millisecond);
        }
        passes
    }
}
