//! A whole listing that meets a fault on its first page, its second or its last.

use std::collections::BTreeSet;

use dataarts_security::{CallOptions, Client, Error};
use dataarts_simulator::{Fault, Operation, Rule, Simulator};
use futures_util::future::join_all;

use crate::simulator_rows;
use crate::support::{Turned, builder, fixed_clock, options};
use crate::table::{Cause, End, Limit, Row};

const TASKS: usize = 250;
/// Pages of 100, of which the third is the last.
const PAGES: u64 = 3;
/// Tasks that come before each page; the third overlaps the second by five.
const GOOD_BEFORE: [usize; 3] = [0, 100, 195];

async fn start(rules: impl IntoIterator<Item = Rule>, row: &Row, lasts: bool) -> (Simulator, Client) {
    let clock = fixed_clock();
    let simulator = Simulator::builder().clock(clock.clone()).generated_tasks(TASKS, 1);
    let simulator =
        rules.into_iter().fold(simulator, dataarts_simulator::SimulatorBuilder::fault).start().await.unwrap();
    let client = client(&simulator, clock, row.limit.apply(options(), lasts));
    (simulator, client)
}

fn client(simulator: &Simulator, clock: dataarts_simulator::Clock, options: CallOptions) -> Client {
    builder(&simulator.base_url(), options)
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(dataarts_security::Credentials::token(simulator.token()))
        .clock(Turned::new(clock, || ()))
        .build()
        .unwrap()
}

/// What is delivered where nothing goes wrong.
async fn whole() -> Vec<String> {
    let simulator = Simulator::builder().generated_tasks(TASKS, 1).start().await.unwrap();
    let client = client(&simulator, fixed_clock(), options());
    let (ids, end) = read(&client).await;
    assert!(end.is_ok() && ids.iter().collect::<BTreeSet<_>>().len() == TASKS, "{end:?}");
    ids
}

/// The ids that were delivered, and how the listing ended.
async fn read(client: &Client) -> (Vec<String>, Result<(), Error>) {
    let mut items = client.list_member_sync_tasks().items();
    let mut ids = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(task)) => ids.push(task.id.unwrap_or_default()),
            Ok(None) => return (ids, Ok(())),
            Err(error) => return (ids, Err(error)),
        }
    }
}

/// What is wrong with a listing that met the fault on this page, if anything.
async fn complaint(all: &[String], row: &Row, page: u64, lasts: bool) -> Option<String> {
    let fault: Fault = row.name.parse().unwrap();
    let rule = Rule::new(Operation::List, fault).page(page);
    let (_simulator, client) = start([if lasts { rule } else { rule.times(1) }], row, lasts).await;
    let (ids, end) = read(&client).await;
    let good_before = GOOD_BEFORE[usize::try_from(page - 1).unwrap()];
    let about = format!("{} on page {page}, lasting: {lasts}", row.name);
    match end {
        Ok(()) if ids != all => Some(format!("{about}: a silent end after {} tasks", ids.len())),
        Ok(()) if row.end != End::Delivered && lasts => Some(format!("{about}: no error")),
        Ok(()) => None,
        // A page without tasks that claims some is a response like others to a single call, and an error of a listing.
        Err(error) if row.name == "null-arrays" && error.is_decode() && all.starts_with(&ids) => {
            (ids.len() < good_before).then(|| format!("{about}: {} tasks before {error}", ids.len()))
        }
        // Pages that are bent for good may be beyond repair, but not those of a service that has come to itself.
        Err(error) if row.end == End::Delivered && lasts && error.is_incomplete() => None,
        Err(error) if row.end == End::Delivered || (row.recovers() && !lasts) => Some(format!("{about}: {error}")),
        Err(error) if !all.starts_with(&ids) => Some(format!("{about}: wrong tasks before {error}")),
        Err(error) if ids.len() < good_before => Some(format!("{about}: {} tasks before {error}", ids.len())),
        Err(_) => None,
    }
}

async fn complaints(lasts: bool) -> Vec<String> {
    let (timed, others): (Vec<Row>, Vec<Row>) =
        simulator_rows::rows().into_iter().chain(bent()).partition(|row| row.limit != Limit::None);
    let all = whole().await;
    let mut complaints = Vec::new();
    for rows in [others, timed] {
        let pages = (1..=PAGES).flat_map(|page| rows.iter().map(move |row| (page, row)));
        complaints.extend(join_all(pages.map(|(page, row)| complaint(&all, row, page, lasts))).await);
    }
    complaints.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_fault_that_lasts_on_any_page_ends_the_listing_with_an_error_after_the_last_good_task() {
    let complaints = complaints(true).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn a_fault_that_goes_away_on_any_page_takes_no_task_from_the_listing() {
    let complaints = complaints(false).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Further ways to bend a page, beside those of the table.
fn bent() -> Vec<Row> {
    let rules = [
        "capped-page=1",
        "capped-page=5",
        "capped-page=6",
        "capped-page=99",
        "oversized-page=200",
        "wrong-total=-1",
        "wrong-total=0",
        "wrong-total=100",
        "wrong-total=200",
        "wrong-total=1000",
    ];
    rules.into_iter().map(|rule| Row::new(rule, Cause::Simulator(rule), 1, End::Delivered)).collect()
}

#[tokio::test]
async fn pages_that_are_all_bent_hide_no_task() {
    let all = whole().await;
    for row in bent() {
        let rule = Rule::new(Operation::List, row.name.parse::<Fault>().unwrap());
        let (_simulator, client) = start([rule], &row, true).await;
        let (ids, end) = read(&client).await;
        assert!(end.is_ok() && ids == all, "{}: {} tasks, {end:?}", row.name, ids.len());
    }
}
