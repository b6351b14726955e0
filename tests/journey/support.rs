//! A simulator and clients that go by one clock, which turns when someone waits.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dataarts_security::types::MemberSyncTaskList;
use dataarts_security::{CallOptions, Client, ClientBuilder, Clock, Credentials, Error, Timestamp};
use dataarts_simulator::{RecordedRequest, Simulator, SimulatorBuilder};

/// How long a test waits for what does not come.
pub(crate) const SHORT: Duration = Duration::from_millis(50);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);

/// Waiting turns it and takes no time.
#[derive(Clone)]
pub(crate) struct Turned {
    pub(crate) clock: dataarts_simulator::Clock,
    sleeps: Arc<Mutex<Vec<Duration>>>,
}

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.sleeps.lock().unwrap().push(duration);
        self.clock.advance(duration);
        Box::pin(std::future::ready(()))
    }
}

pub(crate) struct Bench {
    pub(crate) simulator: Simulator,
    pub(crate) turned: Turned,
}

impl Bench {
    pub(crate) async fn new(build: impl FnOnce(SimulatorBuilder) -> SimulatorBuilder) -> Self {
        let clock = dataarts_simulator::Clock::fixed(Timestamp::from_millisecond(1_800_000_000_000));
        let builder = Simulator::builder().clock(clock.clone());
        let turned = Turned { clock, sleeps: Arc::default() };
        Self { simulator: build(builder).start().await.unwrap(), turned }
    }

    pub(crate) async fn plain() -> Self {
        Self::new(|builder| builder.generated_tasks(25, 1)).await
    }

    /// A client of the simulator that signs.
    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .endpoint(self.simulator.base_url())
            .iam_endpoint(self.simulator.base_url())
            .project_id(self.simulator.project_id())
            .workspace(self.simulator.workspace())
            .clock(self.turned.clone())
            .credentials(Credentials::access_key(self.simulator.access_key(), self.simulator.secret_key()))
    }

    /// One whose waits are all between attempts.
    pub(crate) fn unpaced(&self) -> Client {
        self.builder().no_rate_limit().build().unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Every wait up to now, in order.
    pub(crate) fn sleeps(&self) -> Vec<Duration> {
        self.turned.sleeps.lock().unwrap().clone()
    }

    /// The statuses of all requests, in order.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        self.simulator.requests().iter().map(|request| request.status).collect()
    }

    pub(crate) fn last_request(&self) -> RecordedRequest {
        self.simulator.requests().pop().unwrap()
    }

    pub(crate) fn rule(&self, rule: &str) {
        self.simulator.add_rule(rule.parse().unwrap());
    }

    /// Since the beginning, by the clock that is turned.
    pub(crate) fn elapsed(&self) -> Duration {
        let elapsed = self.turned.now().as_millisecond() - 1_800_000_000_000;
        Duration::from_millis(elapsed.try_into().unwrap())
    }
}

pub(crate) async fn call(client: &Client) -> Result<MemberSyncTaskList, Error> {
    client.list_member_sync_tasks().limit(10).send().await
}

pub(crate) async fn call_with(client: &Client, options: CallOptions) -> Result<MemberSyncTaskList, Error> {
    client.list_member_sync_tasks().limit(10).with_options(options).send().await
}
