//! What a row of the table is, and the tests that every row holds.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dataarts_security::types::MemberSyncTaskList;
use dataarts_security::{CallOptions, Client, Error};
use dataarts_simulator::{Fault, Operation, Rule, Simulator};
use futures_util::future::join_all;
use tokio::net::TcpSocket;

use crate::answers::{PRIVATE, good};
use crate::peer::{Peer, Script};
use crate::support::{Turned, all_texts, builder, call, fixed_clock, options, predicates};
use crate::{peer_rows, simulator_rows};

/// One fault, and what becomes of a call that meets it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) cause: Cause,
    /// How often the request is sent while the fault lasts, with the three retries that are usual.
    pub(crate) attempts: u32,
    pub(crate) end: End,
    pub(crate) held: Held,
    pub(crate) limit: Limit,
}

pub(crate) enum Cause {
    /// A fault as the simulator's rules have it.
    Simulator(&'static str),
    /// What a peer does on a connection.
    Peer(fn() -> Script),
    /// Nothing listens.
    NoListener,
    /// The name does not resolve.
    NoName,
}

#[derive(Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// The caller gets the answer.
    Delivered,
    /// An error with these predicates, in alphabetical order, and no other.
    Fails(&'static [&'static str]),
}

/// The most that is held in memory for an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Held {
    Nothing,
    Headers,
    Answer,
    LargestBody,
}

/// Which limit the row is about, and so is made short.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Limit {
    None,
    Attempt,
    Stall,
}

impl Limit {
    /// Short where every attempt fails; where one is to succeed, long enough for a busy machine.
    pub(crate) fn apply(self, options: CallOptions, lasts: bool) -> CallOptions {
        let limit = Duration::from_millis(if lasts { 100 } else { 1_000 });
        match self {
            Self::None => options,
            Self::Attempt => options.attempt_timeout(limit),
            Self::Stall => options.read_timeout(limit),
        }
    }
}

impl Row {
    pub(crate) fn new(name: &'static str, cause: Cause, attempts: u32, end: End) -> Self {
        Self { name, cause, attempts, end, held: Held::Answer, limit: Limit::None }
    }

    pub(crate) fn held(self, held: Held) -> Self {
        Self { held, ..self }
    }

    pub(crate) fn limit(self, limit: Limit) -> Self {
        Self { limit, ..self }
    }

    /// Whether a fault that goes away is got over.
    pub(crate) fn recovers(&self) -> bool {
        self.attempts > 1
    }
}

/// All of the table.
pub(crate) fn rows() -> Vec<Row> {
    peer_rows::rows().into_iter().chain(simulator_rows::rows()).collect()
}

struct Outcome {
    result: Result<MemberSyncTaskList, Error>,
    /// How many requests, or connections where it does not get to that, the other side saw.
    seen: Option<u64>,
    /// Words of the answer that no error may hold.
    private: Vec<String>,
}

/// Makes the call while the fault lasts, or goes away after one attempt.
async fn meet(row: &Row, lasts: bool) -> Outcome {
    let options = row.limit.apply(options(), lasts);
    match &row.cause {
        Cause::Simulator(fault) => {
            let outcome = meet_simulator(fault, options, lasts).await;
            // A request stands in the simulator's list when its answer is decided, for which these do not wait.
            Outcome { seen: outcome.seen.filter(|_| row.limit != Limit::Attempt), ..outcome }
        }
        Cause::Peer(script) => {
            let peer = if lasts { Peer::start(vec![], script()) } else { Peer::start(vec![script()], good()) };
            let client = builder(&format!("http://{}", peer.address()), options).build().unwrap();
            let result = call(&client).await;
            Outcome { result, seen: Some(peer.connections()), private: vec![PRIVATE.to_owned()] }
        }
        Cause::NoListener => Outcome { result: meet_no_listener(options, lasts).await, seen: None, private: vec![] },
        Cause::NoName => Outcome { result: meet_no_name(options, lasts).await, seen: None, private: vec![] },
    }
}

async fn meet_simulator(fault: &str, options: CallOptions, lasts: bool) -> Outcome {
    let clock = fixed_clock();
    let fault: Fault = fault.parse().unwrap();
    let rule = Rule::new(Operation::List, fault);
    let rule = if lasts { rule } else { rule.times(1) };
    let simulator = Simulator::builder().clock(clock.clone()).generated_tasks(3, 1).fault(rule).start().await.unwrap();
    let client = builder(&simulator.base_url(), options)
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(dataarts_security::Credentials::token(simulator.token()))
        .clock(Turned::new(clock, || ()))
        .build()
        .unwrap();
    let result = call(&client).await;
    let names = simulator.tasks().into_iter().flat_map(|task| [task.id, task.cluster_name]);
    let private = names.flatten().chain(["<html>".to_owned()]).collect();
    Outcome { result, seen: Some(simulator.requests().len() as u64), private }
}

async fn meet_no_listener(options: CallOptions, lasts: bool) -> Result<MemberSyncTaskList, Error> {
    // Bound, so that no one else takes the port, but not listening.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let endpoint = format!("http://{}", socket.local_addr().unwrap());
    let socket = Mutex::new(Some(socket));
    let peer = Arc::new(Mutex::new(None));
    let started = peer.clone();
    let clock = Turned::new(fixed_clock(), move || {
        if let Some(socket) = socket.lock().unwrap().take_if(|_| !lasts) {
            *started.lock().unwrap() = Some(Peer::serve(socket.listen(8).unwrap(), None, vec![], good()));
        }
    });
    call(&builder(&endpoint, options).clock(clock).build().unwrap()).await
}

async fn meet_no_name(options: CallOptions, lasts: bool) -> Result<MemberSyncTaskList, Error> {
    let peer = Peer::start(vec![], good());
    let names = Arc::new(Names { failures: Mutex::new(if lasts { u32::MAX } else { 1 }) });
    let own = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(names)
        .build()
        .unwrap();
    let endpoint = format!("http://dayu.invalid:{}", peer.address().port());
    let client: Client = builder(&endpoint, options).allow_http(true).http_client(own).build().unwrap();
    call(&client).await
}

/// A resolver that knows no name at first, and then gives this machine for each; that of the system may take its time.
struct Names {
    failures: Mutex<u32>,
}

impl reqwest::dns::Resolve for Names {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let mut failures = self.failures.lock().unwrap();
        let fails = *failures > 0;
        *failures = failures.saturating_sub(1);
        Box::pin(async move {
            if fails {
                return Err("no such name".into());
            }
            let addresses: reqwest::dns::Addrs = Box::new(std::iter::once(([127, 0, 0, 1], 0).into()));
            Ok(addresses)
        })
    }
}

/// What is wrong with the outcome of a fault, if anything.
fn complaint(row: &Row, lasts: bool, outcome: &Outcome) -> Option<String> {
    let attempts = if lasts { row.attempts } else { row.attempts.min(2) };
    let end = if !lasts && row.recovers() { &End::Delivered } else { &row.end };
    if outcome.seen.is_some_and(|seen| seen != u64::from(attempts)) {
        return Some(format!("{:?} arrived instead of {attempts}: {:?}", outcome.seen, outcome.result));
    }
    match (&outcome.result, end) {
        (Ok(_), End::Delivered) => None,
        (Ok(list), End::Fails(_)) => Some(format!("a result: {list:?}")),
        (Err(error), End::Delivered) => Some(format!("an error: {error}")),
        (Err(error), End::Fails(expected)) => {
            let texts = all_texts(error);
            let found = predicates(error);
            if found != *expected {
                Some(format!("{found:?} instead of {expected:?}: {error}"))
            } else if error.attempts() != attempts {
                Some(format!("{} attempts instead of {attempts}: {error}", error.attempts()))
            } else if error.to_string().lines().count() != 1 {
                Some(format!("not one line: {error}"))
            } else {
                outcome.private.iter().find(|word| texts.contains(*word)).map(|word| format!("shows '{word}'"))
            }
        }
    }
}

async fn complaints(lasts: bool) -> Vec<String> {
    let judge = async |row: &Row| {
        let complaint = complaint(row, lasts, &meet(row, lasts).await);
        complaint.map(|complaint| format!("{}: {complaint}", row.name))
    };
    // Those that a busy thread could delay come after the others.
    let (timed, others): (Vec<Row>, Vec<Row>) = rows().into_iter().partition(|row| row.limit != Limit::None);
    let mut complaints = join_all(others.iter().map(judge)).await;
    complaints.extend(join_all(timed.iter().map(judge)).await);
    complaints.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_fault_that_lasts_ends_as_its_row_says_after_as_many_attempts() {
    let complaints = complaints(true).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn a_fault_that_goes_away_is_got_over_where_its_row_has_retries() {
    let complaints = complaints(false).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_two_rows_have_the_same_name() {
    let rows = rows();
    let names: std::collections::BTreeSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len());
}
