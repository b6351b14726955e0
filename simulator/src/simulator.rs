//! A simulator that runs: where it is, what it accepts, and its tasks while clients read them.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use dataarts_security::types::MemberSyncTask;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::authentication::AccessKey;
use crate::builder::SimulatorBuilder;
use crate::fault::{Fault, Rule};
use crate::journal::RecordedRequest;
use crate::server;
use crate::service::Service;

/// A running stand-in for the service. It stops, with all its connections, when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), dataarts_simulator::StartError> {
/// use dataarts_simulator::Simulator;
///
/// let simulator = Simulator::builder().demo_data().token("token-of-the-test").start().await?;
/// // Point a client at simulator.base_url(), with simulator.project_id() and simulator.workspace(), then:
/// assert_eq!(simulator.requests().len(), 0);
/// # Ok(())
/// # }
/// ```
pub struct Simulator {
    address: SocketAddr,
    service: Arc<Service>,
    accepted: Accepted,
    server: AbortHandle,
}

/// Credentials to show to whoever wants to try the simulator; empty where there are none of the kind.
pub(crate) struct Accepted {
    token: String,
    access_key: String,
    secret_key: String,
}

impl Accepted {
    /// The first of each kind; of several access keys with one id the last is accepted.
    pub(crate) fn first(tokens: &[String], access_keys: &[(String, AccessKey)]) -> Self {
        let first = access_keys.first().map(|(id, _)| id);
        let (access_key, secret_key) = match access_keys.iter().rfind(|(id, _)| Some(id) == first) {
            Some((access_key, key)) => (access_key.clone(), key.secret().to_owned()),
            None => Default::default(),
        };
        Self { token: tokens.first().cloned().unwrap_or_default(), access_key, secret_key }
    }
}

impl Simulator {
    /// Begins to describe a simulator.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().demo_data();
    /// ```
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::new()
    }

    pub(crate) fn serve(listener: TcpListener, address: SocketAddr, service: Arc<Service>, accepted: Accepted) -> Self {
        let server = tokio::spawn(server::serve(listener, service.clone())).abort_handle();
        Self { address, service, accepted, server }
    }

    /// Endpoint for clients, such as `http://127.0.0.1:41233`, without a slash at the end.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// let endpoint = simulator.base_url();
    /// # }
    /// ```
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Address it listens on, with the port that the operating system gave.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// assert_ne!(simulator.address().port(), 0);
    /// # }
    /// ```
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The project that callers may ask for.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// assert_eq!(simulator.project_id(), dataarts_simulator::DEMO_PROJECT_ID);
    /// # }
    /// ```
    pub fn project_id(&self) -> &str {
        &self.service.project_id
    }

    /// The workspace that exists.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// assert_eq!(simulator.workspace(), dataarts_simulator::DEMO_WORKSPACE);
    /// # }
    /// ```
    pub fn workspace(&self) -> &str {
        &self.service.workspace
    }

    /// The first token that is accepted; empty when only access keys are.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// assert_eq!(simulator.token(), dataarts_simulator::DEMO_TOKEN);
    /// # }
    /// ```
    pub fn token(&self) -> &str {
        &self.accepted.token
    }

    /// The first access key id that is accepted; empty when only tokens are.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// assert_eq!(simulator.access_key(), dataarts_simulator::DEMO_ACCESS_KEY);
    /// # }
    /// ```
    pub fn access_key(&self) -> &str {
        &self.accepted.access_key
    }

    /// The secret key that belongs to [`access_key`](Self::access_key); empty when only tokens are accepted.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// assert_eq!(simulator.secret_key(), dataarts_simulator::DEMO_SECRET_KEY);
    /// # }
    /// ```
    pub fn secret_key(&self) -> &str {
        &self.accepted.secret_key
    }

    /// All tasks as they are now, in the order of their ids.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// let names: Vec<_> = simulator.tasks().into_iter().filter_map(|task| task.cluster_name).collect();
    /// # }
    /// ```
    pub fn tasks(&self) -> Vec<MemberSyncTask> {
        self.service.tasks().by_id().iter().map(|entry| entry.task.clone()).collect()
    }

    /// Puts a task in. Returns the one that had its id, if any.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// use dataarts_security::types::MemberSyncTask;
    ///
    /// let mut task = MemberSyncTask::default();
    /// task.id = Some("7d1b5c0e8f3a4d62a9e07c4f21b8d3aa".to_owned());
    /// assert_eq!(simulator.insert(task), None);
    /// # }
    /// ```
    pub fn insert(&self, task: MemberSyncTask) -> Option<MemberSyncTask> {
        self.service.tasks_mut().insert(task)
    }

    /// Changes the task with this id. Returns whether there is one.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// use dataarts_security::types::SyncStatus;
    ///
    /// let found = simulator.update("088c2b59114405ab4fbc0df5bd05202b", |task| {
    ///     task.sync_status = Some(SyncStatus::SyncSuccess);
    /// });
    /// # }
    /// ```
    pub fn update(&self, id: &str, change: impl FnOnce(&mut MemberSyncTask)) -> bool {
        self.service.tasks_mut().update(id, change)
    }

    /// Takes the task with this id out and returns it; `None` when there is none. Its data connection stays.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// let removed = simulator.remove("088c2b59114405ab4fbc0df5bd05202b");
    /// # }
    /// ```
    pub fn remove(&self, id: &str) -> Option<MemberSyncTask> {
        self.service.remove(id)
    }

    /// Gives the next `count` requests this fault, whatever they are for, before any rule is looked at. Called more than
    /// once, each fault waits for its turn.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// use dataarts_simulator::{CannedAnswer, Fault, ResetPoint, StatusCode};
    ///
    /// simulator.fail_next(2, CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE));
    /// simulator.fail_next(1, Fault::Reset(ResetPoint::WithinHeaders));
    /// # }
    /// ```
    pub fn fail_next(&self, count: u64, fault: impl Into<Fault>) {
        self.service.faults.fail_next(count, fault.into());
    }

    /// Puts a rule behind those in force.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// use dataarts_simulator::{Fault, Operation, Rule};
    ///
    /// simulator.add_rule(Rule::new(Operation::List, Fault::TruncatedBody).page(2).times(1));
    /// # }
    /// ```
    pub fn add_rule(&self, rule: Rule) {
        self.service.faults.add(rule);
    }

    /// Forgets every rule, and every fault that the next requests were to have.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// simulator.clear_rules();
    /// # }
    /// ```
    pub fn clear_rules(&self) {
        self.service.faults.clear();
    }

    /// Makes every token that someone got by logging in invalid, as a change of the password does. Those set with
    /// [`SimulatorBuilder::token`] stay.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// simulator.revoke_tokens();
    /// # }
    /// ```
    pub fn revoke_tokens(&self) {
        self.service.authentication.revoke_tokens();
    }

    /// What came in, in the order of the answers, without secrets; at most the last 10,000 requests.
    ///
    /// ```no_run
    /// # fn example(simulator: dataarts_simulator::Simulator) {
    /// for request in simulator.requests() {
    ///     println!("{} {}?{} {}", request.method, request.path, request.query, request.status);
    /// }
    /// # }
    /// ```
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.service.journal.requests()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Simulator {
    /// Without tokens, keys and tasks.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}
