//! The walk under random schedules: pages read in any order and at any time, of a list that changes in between, by a server
//! that does not keep to the rules.
//!
//! The schedules follow from a seed, so that each run makes the same ones. `WALK_SCHEDULES` sets their number and
//! `WALK_SEED` another seed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::super::list_changes::ListChanges;
use super::super::watermark::{Facts, OrderKey, Watermark};
use super::{OVERLAP, PAGE_BUDGET, Request, START_BUDGET, Verdict, Walk, WalkConfig, WalkError};

const SCHEDULES: u32 = 2_000;
const SEED: u64 = 20_261_124;

/// Which order the list is walked in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    /// By a key that never changes.
    Fixed,
    /// By a key that changes: items move.
    Moving,
    /// By something that the client cannot compare, and that never changes.
    Stable,
}

#[derive(Clone, Debug)]
enum Change {
    Insert(u64),
    Delete(Index),
    DeleteMany(Index, usize),
    /// Stops matching the filter.
    Hide(Index),
    /// Matches it again.
    Show(Index),
    /// Gets another key; in an order by a key that never changes, it stays where it is.
    Move(Index, u64),
}

/// What happens to one page on its way.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// It is read once more, later.
    Retried,
    /// It ends early.
    Cut(usize),
    /// It is the first page.
    Repeated,
    /// It is lost for good.
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Total {
    Honest,
    Absent,
    Zero,
    Negative,
    Half,
    Huge,
}

#[derive(Clone, Debug)]
struct Step {
    /// Which of the pages in flight is read now.
    read: Index,
    fault: Option<Fault>,
    changes: Vec<Change>,
}

#[derive(Clone, Debug)]
struct Schedule {
    order: Order,
    count: u64,
    /// Neighbours that share a key.
    ties: u64,
    limit: u32,
    cap: usize,
    total: Total,
    /// Gives the first page again behind the end.
    repeats: bool,
    concurrency: u32,
    steps: Vec<Step>,
    /// After so many items the walk is given up, and resumed after these changes.
    stop: Option<(usize, Vec<Change>)>,
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        4 => (0..50_000_u64).prop_map(Change::Insert),
        4 => index().prop_map(Change::Delete),
        1 => (index(), 1..40_usize).prop_map(|(index, count)| Change::DeleteMany(index, count)),
        2 => index().prop_map(Change::Hide),
        2 => index().prop_map(Change::Show),
        3 => (index(), 0..50_000_u64).prop_map(|(index, key)| Change::Move(index, key)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let fault = prop_oneof![
        20 => Just(None),
        2 => Just(Some(Fault::Retried)),
        1 => (0..12_usize).prop_map(|length| Some(Fault::Cut(length))),
        1 => Just(Some(Fault::Repeated)),
        1 => Just(Some(Fault::Lost)),
    ];
    (any::<Index>(), fault, prop::collection::vec(change(), 0..3)).prop_map(|(read, fault, changes)| Step {
        read,
        fault,
        changes,
    })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let order = prop_oneof![3 => Just(Order::Fixed), 2 => Just(Order::Moving), 1 => Just(Order::Stable)];
    let total = prop_oneof![
        8 => Just(Total::Honest),
        1 => Just(Total::Absent),
        1 => Just(Total::Zero),
        1 => Just(Total::Negative),
        1 => Just(Total::Half),
        1 => Just(Total::Huge),
    ];
    let server = (prop_oneof![3 => Just(usize::MAX), 1 => 2..60_usize], total, any::<bool>());
    let list = (order, 0..400_u64, prop_oneof![2 => Just(1_u64), 1 => 2..12_u64]);
    let walk = (2..120_u32, prop_oneof![Just(1_u32), 2..=32_u32]);
    let stop = prop::option::of((0..400_usize, prop::collection::vec(change(), 0..12)));
    (list, server, walk, prop::collection::vec(step(), 0..30), stop).prop_map(
        |((order, count, ties), (cap, total, repeats), (limit, concurrency), steps, stop)| {
            // A total that is false by just as much as the first page was cut makes it look like a whole list.
            let cap = if matches!(total, Total::Half) { usize::MAX } else { cap };
            Schedule { order, count, ties, limit, cap, total, repeats, concurrency, steps, stop }
        },
    )
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Item {
    key: u64,
    id: u64,
}

/// A list in a total order, and what a walk of it must deliver.
struct Server {
    schedule: Schedule,
    items: Vec<Item>,
    hidden: Vec<Item>,
    next_id: u64,
    /// Items that were there throughout and did not move, with their keys.
    stayed: BTreeMap<u64, u64>,
}

impl Server {
    fn new(schedule: &Schedule) -> Self {
        // Ids in an order of their own, so that ties are not told apart by their age.
        let items: Vec<Item> = (0..schedule.count)
            .map(|number| Item { key: number / schedule.ties * 100, id: number * 7_919 % 400 })
            .collect();
        let mut server = Self {
            schedule: schedule.clone(),
            stayed: items.iter().map(|item| (item.id, item.key)).collect(),
            items,
            hidden: Vec::new(),
            next_id: 1_000,
        };
        server.items.sort_unstable();
        server
    }

    fn change(&mut self, changes: &[Change]) {
        for change in changes {
            let length = self.items.len();
            let at = |index: &Index| index.index(length);
            match change {
                Change::Insert(key) => {
                    self.insert(Item { key: *key, id: self.next_id });
                    self.next_id += 1;
                }
                Change::Show(index) if !self.hidden.is_empty() => {
                    let item = self.hidden.remove(index.index(self.hidden.len()));
                    self.insert(item);
                }
                Change::Hide(index) if length > 0 => {
                    let item = self.items.remove(at(index));
                    self.stayed.remove(&item.id);
                    self.hidden.push(item);
                }
                Change::Delete(index) if length > 0 => {
                    self.stayed.remove(&self.items.remove(at(index)).id);
                }
                Change::DeleteMany(index, count) if length > 0 => {
                    for item in self.items.drain(at(index)..(at(index) + count).min(length)) {
                        self.stayed.remove(&item.id);
                    }
                }
                Change::Move(index, key) if length > 0 && self.schedule.order == Order::Moving => {
                    let item = self.items.remove(at(index));
                    self.stayed.remove(&item.id);
                    self.insert(Item { key: *key, ..item });
                }
                _ => {}
            }
        }
    }

    fn insert(&mut self, item: Item) {
        let place = self.items.partition_point(|other| *other < item);
        self.items.insert(place, item);
    }

    fn read(&self, request: Request, fault: Option<Fault>) -> Answer {
        let mut offset = request.offset as usize;
        if matches!(fault, Some(Fault::Repeated)) || (self.schedule.repeats && offset >= self.items.len()) {
            offset = 0;
        }
        let mut length = (request.limit as usize).min(self.schedule.cap);
        if let Some(Fault::Cut(short)) = fault {
            length = length.min(short);
        }
        let page = self.items.iter().skip(offset).take(length).copied().collect();
        let count = self.items.len() as i64;
        let total = match self.schedule.total {
            Total::Honest => Some(count),
            Total::Absent => None,
            Total::Zero => Some(0),
            Total::Negative => Some(-5),
            Total::Half => Some(count / 2),
            Total::Huge => Some(i64::MAX),
        };
        (page, total)
    }
}

#[derive(Debug, PartialEq)]
enum End {
    Complete,
    WalkError(WalkError),
    Lost,
    Stopped(Option<Watermark>, u64),
}

/// A page on its way; what came, once it was read, is nothing where it was lost.
struct Flight {
    request: Request,
    answer: Option<Option<Answer>>,
}

type Answer = (Vec<Item>, Option<i64>);

/// One walk, until its end or until `stop` more items were delivered.
fn walk(
    server: &mut Server,
    steps: &mut impl Iterator<Item = Step>,
    resumed: Option<(Watermark, u64)>,
    stop: Option<usize>,
    delivered: &mut Vec<Item>,
) -> Result<End, TestCaseError> {
    let Schedule { order, limit, concurrency, .. } = server.schedule;
    let mut walk = Walk::new(WalkConfig {
        limit,
        largest_offset: 99_999,
        may_count_pages: false,
        concurrency,
        most_items: u64::MAX,
        resumed: resumed.clone(),
    });
    let mut taken = resumed.map(|(mark, _)| mark);
    let (mut flights, mut requests, mut progress, mut left) = (Vec::<Flight>::new(), 0, 0, stop);
    let end = 'walk: loop {
        loop {
            match walk.next() {
                Ok(Some(request)) => {
                    requests += 1;
                    let beyond = request.offset > 0 && flights.len() as u64 > 0;
                    let total = walk.changes().last_total;
                    prop_assert!(
                        !beyond || total.is_some_and(|total| u64::from(request.offset) < total),
                        "beyond the end"
                    );
                    flights.push(Flight { request, answer: None });
                }
                Ok(None) => break,
                Err(stuck) => break 'walk End::WalkError(stuck),
            }
        }
        prop_assert!(flights.len() <= concurrency as usize, "{} pages in flight", flights.len());
        let Some(front) = flights.first_mut() else { break End::Complete };
        let Some(answer) = front.answer.take() else {
            let step = steps.next();
            let unread: Vec<usize> = (0..flights.len()).filter(|at| flights[*at].answer.is_none()).collect();
            let at = step.as_ref().map_or(0, |step| unread[step.read.index(unread.len())]);
            let fault = step.as_ref().and_then(|step| step.fault).filter(|fault| match fault {
                // Nothing tells a page that is cut, or of another place, where the total lies as well.
                Fault::Cut(_) | Fault::Repeated => matches!(server.schedule.total, Total::Honest),
                _ => true,
            });
            let flight = &mut flights[at];
            flight.answer = match fault {
                Some(Fault::Retried) => None,
                Some(Fault::Lost) => Some(None),
                fault => Some(Some(server.read(flight.request, fault))),
            };
            server.change(&step.map_or_else(Vec::new, |step| step.changes));
            continue;
        };
        flights.remove(0);
        let Some((page, total)) = answer else {
            if !walk.failed() {
                break End::Lost;
            }
            flights.clear();
            continue;
        };
        let names: Vec<String> = page.iter().map(|item| item.id.to_string()).collect();
        let facts: Vec<Facts<'_>> = page
            .iter()
            .zip(&names)
            .map(|(item, name)| Facts {
                identity: Some(name),
                key: (order != Order::Stable).then_some(OrderKey::Number(item.key as i64)),
                content: 0,
            })
            .collect();
        let before = walk.farthest;
        match walk.page(&facts, total) {
            Ok(Verdict::Rejected) => {}
            Ok(Verdict::Accepted(new)) => {
                progress += u64::from(walk.farthest > before);
                let new: Vec<&Item> = page.iter().zip(new).filter_map(|(item, new)| new.then_some(item)).collect();
                for (at, item) in new.iter().enumerate() {
                    if left == Some(0) {
                        let waiting = (new.len() - at) as u64;
                        return Ok(End::Stopped(taken, walk.frontier().saturating_sub(waiting)));
                    }
                    left = left.map(|left| left - 1);
                    delivered.push(**item);
                    Watermark::advance(&mut taken, &OrderKey::Number(item.key as i64), &item.id.to_string());
                }
            }
            Err(stuck) => break End::WalkError(stuck),
        }
        flights.truncate(walk.in_flight());
    };
    let bound = 2 * (START_BUDGET + PAGE_BUDGET * progress) + 2 * u64::from(concurrency);
    prop_assert!(requests <= bound, "{requests} requests, where {bound} are the most");
    let ListChanges { rewinds, first_total, last_total, .. } = walk.changes();
    if end == End::Complete && walk.plan.resumed.is_none() && rewinds == 0 && first_total == last_total {
        prop_assert!(
            last_total.is_none_or(|total| total <= walk.delivered()),
            "fewer than the total, without an error"
        );
    }
    Ok(end)
}

/// Walks the list of `schedule` and holds the outcome to the promise; returns how it ended.
fn hold(schedule: &Schedule) -> Result<&'static str, TestCaseError> {
    let mut server = Server::new(schedule);
    let mut steps = schedule.steps.clone().into_iter();
    let mut delivered = Vec::new();
    let stop = schedule.stop.as_ref().filter(|_| schedule.order == Order::Fixed);
    let mut end = walk(&mut server, &mut steps, None, stop.map(|(items, _)| *items), &mut delivered)?;
    let mut outcome = "complete";
    if let (End::Stopped(mark, position), Some((_, changes))) = (&end, stop) {
        server.change(changes);
        let resumed = mark.clone().map(|mark| (mark, *position));
        end = walk(&mut server, &mut steps, resumed, None, &mut delivered)?;
        outcome = "resumed";
    }

    let ids: BTreeSet<u64> = delivered.iter().map(|item| item.id).collect();
    prop_assert_eq!(ids.len(), delivered.len(), "an item came twice");
    let in_order: Vec<&Item> = delivered.iter().filter(|item| server.stayed.get(&item.id) == Some(&item.key)).collect();
    prop_assert!(in_order.is_sorted(), "out of order");
    let missing: Vec<u64> = server.stayed.keys().filter(|id| !ids.contains(id)).copied().collect();
    match end {
        End::Complete => prop_assert!(missing.is_empty(), "missed {:?}", missing),
        // The total is too large, or an item that moved was missed.
        End::WalkError(WalkError::TooFew { .. })
            if schedule.total == Total::Huge || schedule.order == Order::Moving =>
        {
            prop_assert!(missing.is_empty(), "missed {:?}", missing);
            outcome = "too few";
        }
        // Before the error, everything up to the item delivered last.
        End::Lost | End::WalkError(WalkError::EmptyPage { .. }) => {
            let last = in_order.last().copied();
            let gap: Vec<u64> = missing
                .iter()
                .filter(|id| last.is_some_and(|last| Item { key: server.stayed[*id], id: **id } < *last))
                .copied()
                .collect();
            prop_assert!(gap.is_empty(), "missed {:?} before the error", gap);
            outcome = "lost";
        }
        // Pages of a few items, all of which change all the time, may be beyond reading.
        End::WalkError(WalkError::ChangesTooFast | WalkError::RepeatsPages) => {
            let page = schedule.cap.min(schedule.limit as usize);
            let claims_more = schedule.total == Total::Huge && schedule.repeats;
            prop_assert!(page <= 2 * OVERLAP as usize || claims_more, "gave up with pages of {}", page);
            outcome = "gave up";
        }
        other => prop_assert!(false, "{:?}", other),
    }
    Ok(outcome)
}

#[test]
fn whatever_stays_and_does_not_move_is_delivered_exactly_once_and_in_order() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let cases = number("WALK_SCHEDULES").map_or(SCHEDULES, |cases| cases as u32);
    let seed = number("WALK_SEED").unwrap_or(SEED);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config =
        ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let outcomes = std::cell::RefCell::new(BTreeMap::<&str, u32>::new());
    let result = runner.run(&schedule(), |schedule| {
        *outcomes.borrow_mut().entry(hold(&schedule)?).or_default() += 1;
        Ok(())
    });
    let outcomes = outcomes.into_inner();
    println!("seed {seed}, {cases} schedules: {outcomes:?}");
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, schedule)) => panic!("{reason}\n{schedule:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    for outcome in ["complete", "resumed", "lost"] {
        assert!(outcomes.get(outcome).is_some_and(|count| count * 20 > cases), "hardly any schedule was {outcome}");
    }
}
