//! Everything at once: a list that changes with every request, answers that go wrong, and a gateway that throttles.
//!
//! Client and simulator go by one clock, which waiting turns. What a plain loop makes of such lists, by the official SDK,
//! stands in `docs/exact-listing.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dataarts_security::types::MemberSyncTask;
use dataarts_security::{CallOptions, Client, Credentials, ListChanges, Timestamp};
use dataarts_simulator::{Churn, Fault, Operation, Rule, Simulator, Throttle};

use crate::support::{builder, id};

const SEEDS: u64 = 28;
const TASKS: usize = 800;
const PAGE: i32 = 40;

const MIXES: [Churn; 4] = [
    Churn { inserts: 0.5, deletes: 0.5, moves: 0.0, status_changes: 0.0 },
    Churn { inserts: 0.0, deletes: 2.0, moves: 1.0, status_changes: 1.0 },
    Churn { inserts: 3.0, deletes: 1.0, moves: 3.0, status_changes: 3.0 },
    Churn { inserts: 1.0, deletes: 12.0, moves: 0.0, status_changes: 0.0 },
];
const FAULTS: [&str; 10] = [
    "status=503",
    "status=429,retry-after=1",
    "status=500,body=gateway",
    "reset=before-headers",
    "reset=after-headers",
    "truncated-body",
    "gzip",
    "repeated-first-page",
    "capped-page=7",
    "wrong-total=100",
];

async fn start(seed: u64) -> (Simulator, Client) {
    let clock = dataarts_simulator::Clock::fixed(Timestamp::from_millisecond(1_800_000_000_000));
    let mut random = fastrand::Rng::with_seed(seed);
    let mut simulator = Simulator::builder()
        .clock(clock.clone())
        .generated_tasks(TASKS, seed)
        .churn(MIXES[seed as usize % MIXES.len()], seed)
        .throttle(Throttle::per(15, Duration::from_secs(10)));
    for number in random.choose_multiple(2..28, 8) {
        let fault: Fault = random.choice(FAULTS).unwrap().parse().unwrap();
        simulator = simulator.fault(Rule::new(Operation::List, fault).request(number));
    }
    let simulator = simulator.start().await.unwrap();
    // Half of them know the gateway's rate; the others learn it.
    let pace = if random.bool() { "15/10s" } else { "40/10s" };
    let client = builder(&simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(Credentials::access_key(simulator.access_key(), simulator.secret_key()))
        .clock(clock)
        .rate_limit(pace.parse().unwrap())
        // The turned clock adds up waits that go on at the same time.
        .options(CallOptions::new().call_timeout(Duration::from_secs(86_400)))
        .build()
        .unwrap();
    (simulator, client)
}

fn ids(tasks: &[MemberSyncTask]) -> BTreeSet<String> {
    tasks.iter().map(id).collect()
}

struct Outcome {
    drift: ListChanges,
    statuses: BTreeMap<u16, usize>,
    faults: usize,
    gone: usize,
}

/// Reads the list of this seed and holds what comes to the promise.
async fn hold(seed: u64) -> Outcome {
    let (simulator, client) = start(seed).await;
    let before = simulator.tasks();
    let concurrency = [1, 4, 16][seed as usize % 3];
    let mut items = client.list_member_sync_tasks().limit(PAGE).items().pages_in_flight(concurrency);
    let mut delivered = Vec::new();
    while let Some(task) = items.try_next().await.unwrap_or_else(|error| panic!("seed {seed}: {error}")) {
        delivered.push(task);
    }
    let after = ids(&simulator.tasks());
    let stayed: BTreeSet<String> = ids(&before).intersection(&after).cloned().collect();
    let unique = ids(&delivered);
    assert_eq!(unique.len(), delivered.len(), "seed {seed}: a task came twice");
    let missed: Vec<&String> = stayed.difference(&unique).collect();
    assert!(missed.is_empty(), "seed {seed}: missed {missed:?}");
    let of_the_stayed = delivered.iter().filter(|task| stayed.contains(&id(task)));
    assert!(of_the_stayed.map(|task| task.create_time).is_sorted(), "seed {seed}: out of order");
    let mut statuses = BTreeMap::new();
    for request in simulator.requests() {
        *statuses.entry(request.status).or_default() += 1;
    }
    let faults = simulator.requests().iter().filter(|request| request.fault.is_some()).count();
    Outcome { drift: items.changes(), statuses, faults, gone: before.len() - stayed.len() }
}

#[tokio::test]
async fn each_task_that_is_there_throughout_comes_exactly_once() {
    let (mut rewinds, mut throttled, mut faults) = (0, 0, 0);
    for seed in 0..SEEDS {
        let outcome = hold(seed).await;
        assert!(outcome.gone > 0 && outcome.drift.first_total == Some(TASKS as u64), "seed {seed}");
        rewinds += outcome.drift.rewinds;
        throttled += outcome.statuses.get(&429).copied().unwrap_or_default();
        faults += outcome.faults;
    }
    // Or nothing was tried.
    println!("{SEEDS} seeds: {rewinds} rewinds, {throttled} throttled, {faults} faults");
    assert!(rewinds > SEEDS && throttled > SEEDS as usize && faults > 5 * SEEDS as usize);
}
