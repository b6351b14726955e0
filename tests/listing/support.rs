//! Tasks, clients and simulators.

use dataarts_security::types::{MemberSyncTask, SyncStatus};
use dataarts_security::{Client, ClientBuilder, Credentials, Error, Items, SharedLimits, Timestamp};
use dataarts_simulator::Simulator;

pub(crate) const PROJECT: &str = "0833a5737480d53b2f25c010dc1a7b88";
pub(crate) const WORKSPACE: &str = "f7bc8f2a71524d268c4293974e3dc35b";

pub(crate) fn task(number: u32) -> MemberSyncTask {
    let mut task = MemberSyncTask::default();
    task.id = Some(name(number));
    task.cluster_name = Some(format!("cluster {number}"));
    task.sync_status = Some(SyncStatus::SyncSuccess);
    // Three of a kind, so that the creation time alone does not tell the place.
    task.create_time = Some(Timestamp::from_millisecond(1_710_000_000_000 + i64::from(number / 3) * 1_000));
    task.sync_time = Some(Timestamp::from_millisecond(1_720_000_000_000 + i64::from(number * 37 % 101) * 1_000));
    task
}

/// The id of a task; in the order of their numbers.
pub(crate) fn name(number: u32) -> String {
    format!("{number:032x}")
}

pub(crate) fn names(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(name).collect()
}

pub(crate) fn id(task: &MemberSyncTask) -> String {
    task.id.clone().unwrap()
}

pub(crate) async fn simulator_of(count: u32) -> Simulator {
    Simulator::builder().tasks((0..count).map(task).collect()).start().await.unwrap()
}

pub(crate) fn builder(endpoint: &str) -> ClientBuilder {
    Client::builder()
        .shared_limits(SharedLimits::new())
        .endpoint(endpoint)
        .project_id(PROJECT)
        .workspace(WORKSPACE)
        .credentials(Credentials::token("t0ken-of-the-test"))
        .no_rate_limit()
}

pub(crate) fn client(simulator: &Simulator) -> Client {
    builder(&simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(Credentials::token(simulator.token()))
        .build()
        .unwrap()
}

/// The ids that come before the end, and how it is.
pub(crate) async fn read(items: &mut Items<MemberSyncTask>) -> (Vec<String>, Result<(), Error>) {
    let mut ids = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(task)) => ids.push(id(&task)),
            Ok(None) => return (ids, Ok(())),
            Err(error) => return (ids, Err(error)),
        }
    }
}

/// Where each page that was asked for begins, in the order of arrival.
pub(crate) fn offsets(simulator: &Simulator) -> Vec<u64> {
    simulator.requests().iter().map(|request| number(&request.query, "offset")).collect()
}

pub(crate) fn number(query: &str, parameter: &str) -> u64 {
    value(query, parameter).unwrap().parse().unwrap()
}

pub(crate) fn value<'a>(query: &'a str, parameter: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(parameter)?.strip_prefix('='))
}
