//! What a simulator is to hold and to accept, before it starts.

mod identity;
mod start_error;
mod trouble;

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use dataarts_security::Timestamp;
use dataarts_security::types::MemberSyncTask;
use tokio::net::TcpListener;

use crate::authentication::{AccessKey, Authentication, Token};
use crate::churn::Churning;
use crate::clock::{self, Clock};
use crate::fault::Rule;
use crate::iam::Iam;
use crate::journal::Journal;
use crate::metadata::Instance;
use crate::service::{Service, Settings};
use crate::simulator::{Accepted, Simulator};
use crate::store::Store;
use crate::throttle::{Throttle, Window};
use crate::{DEMO_ACCESS_KEY, DEMO_PROJECT_ID, DEMO_SECRET_KEY, DEMO_TOKEN, DEMO_WORKSPACE};
use crate::{demo, generated};

pub use self::start_error::StartError;

/// A simulator to be. Made by [`Simulator::builder`].
///
/// Without any data it starts empty; without any credentials it accepts [`DEMO_TOKEN`] and [`DEMO_ACCESS_KEY`].
#[must_use]
pub struct SimulatorBuilder {
    data: Vec<Data>,
    tokens: Vec<String>,
    access_keys: Vec<(String, AccessKey)>,
    project_id: String,
    workspace: String,
    address: SocketAddr,
    allow_non_loopback: bool,
    clock: Clock,
    settings: Settings,
    rules: Vec<Rule>,
    request_log: Option<Box<dyn Write + Send>>,
    throttle: Option<Throttle>,
    churning: Option<Churning>,
    iam: Iam,
    instance: Instance,
}

enum Data {
    Tasks(Vec<MemberSyncTask>),
    Demo,
    Generated { count: usize, seed: u64 },
}

impl Data {
    /// How many tasks are to be made up.
    fn generated(&self) -> usize {
        if let Self::Generated { count, .. } = self { *count } else { 0 }
    }
}

impl SimulatorBuilder {
    /// The most tasks that can be generated, which take 2.5 GiB; the service lets callers see about a tenth of them.
    pub const MAXIMUM_GENERATED_TASKS: usize = 1_000_000;

    pub(crate) fn new() -> Self {
        Self {
            data: Vec::new(),
            tokens: Vec::new(),
            access_keys: Vec::new(),
            project_id: DEMO_PROJECT_ID.to_owned(),
            workspace: DEMO_WORKSPACE.to_owned(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_non_loopback: false,
            clock: Clock::system(),
            settings: Settings::default(),
            rules: Vec::new(),
            request_log: None,
            throttle: None,
            churning: None,
            iam: Iam::default(),
            instance: Instance::default(),
        }
    }

    /// Adds these tasks. Of several with one id the last counts; a task without an id is kept under the empty one.
    ///
    /// ```
    /// use dataarts_security::types::MemberSyncTask;
    ///
    /// let mut task = MemberSyncTask::default();
    /// task.id = Some("7d1b5c0e8f3a4d62a9e07c4f21b8d3aa".to_owned());
    /// let builder = dataarts_simulator::Simulator::builder().tasks(vec![task]);
    /// ```
    pub fn tasks(mut self, tasks: Vec<MemberSyncTask>) -> Self {
        self.data.push(Data::Tasks(tasks));
        self
    }

    /// Adds 28 tasks that look like a real instance: every status, failure logs in English and Chinese, and the example
    /// task of the API page. They are always the same but for their times, which lie before the start by what they always
    /// do; those of the example never move. No seed touches them. With them come five data connections that no task names.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().demo_data();
    /// ```
    pub fn demo_data(mut self) -> Self {
        self.data.push(Data::Demo);
        self
    }

    /// Adds `count` tasks that follow from `seed` alone: the same seed gives the same tasks at any time. With
    /// them come five data connections that no task names. More than
    /// [`MAXIMUM_GENERATED_TASKS`](Self::MAXIMUM_GENERATED_TASKS) in all are an error of [`start`](Self::start).
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().generated_tasks(2_537, 42);
    /// ```
    pub fn generated_tasks(mut self, count: usize, seed: u64) -> Self {
        self.data.push(Data::Generated { count, seed });
        self
    }

    /// Accepts this value of `X-Auth-Token`. May be called more than once.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().token("token-of-the-test");
    /// ```
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.tokens.push(token.into());
        self
    }

    /// Accepts signatures made with this access key. May be called more than once; of several keys with one id the last
    /// counts.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().access_key("AK-OF-THE-TEST", "sk-of-the-test");
    /// ```
    pub fn access_key(mut self, access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        self.access_keys.push((access_key.into(), AccessKey::permanent(secret_key.into())));
        self
    }

    /// Accepts signatures made with this access key where `X-Security-Token` comes with them.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().temporary_access_key("AK", "sk", "security-token");
    /// ```
    pub fn temporary_access_key(
        mut self,
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        self.access_keys.push((access_key.into(), AccessKey::temporary(secret_key.into(), security_token.into())));
        self
    }

    /// Sets the only project that callers may ask for; [`DEMO_PROJECT_ID`] unless set.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().project_id("0123456789abcdef0123456789abcdef");
    /// ```
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = project_id.into();
        self
    }

    /// Sets the workspace that exists beside those that tasks name; [`DEMO_WORKSPACE`] unless set.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().workspace("fedcba9876543210fedcba9876543210");
    /// ```
    pub fn workspace(mut self, workspace: impl Into<String>) -> Self {
        self.workspace = workspace.into();
        self
    }

    /// Sets the address to listen on; a free port of 127.0.0.1 unless set.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().listen(([127, 0, 0, 1], 8080).into());
    /// ```
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Whether other machines may be let in. Unless allowed, only a loopback address can be listened on.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().listen(([0, 0, 0, 0], 0).into()).allow_non_loopback(true);
    /// ```
    pub fn allow_non_loopback(mut self, allow: bool) -> Self {
        self.allow_non_loopback = allow;
        self
    }

    /// Sets the time to go by; the machine's clock unless set.
    ///
    /// ```
    /// use dataarts_security::Timestamp;
    /// use dataarts_simulator::{Clock, Simulator};
    ///
    /// let clock = Clock::fixed(Timestamp::from_millisecond(1_710_901_516_000));
    /// let builder = Simulator::builder().clock(clock.clone());
    /// ```
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Writes one line of JSON for every request, as soon as its answer is decided, with what
    /// [`RecordedRequest`](crate::RecordedRequest) holds. Each line is flushed.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().request_log(std::io::stderr());
    /// ```
    pub fn request_log(mut self, output: impl Write + Send + 'static) -> Self {
        self.request_log = Some(Box::new(output));
        self
    }

    /// Starts to listen, and to serve on the tokio runtime of the caller, whichever flavour it has.
    ///
    /// Connections are accepted when this returns.
    ///
    /// # Errors
    ///
    /// [`StartError`] when the address is not allowed or cannot be listened on, when too many tasks are to be made, or when
    /// the clock of this machine is before 1970.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), dataarts_simulator::StartError> {
    /// let simulator = dataarts_simulator::Simulator::builder().demo_data().start().await?;
    /// assert!(simulator.base_url().starts_with("http://127.0.0.1:"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start(mut self) -> Result<Simulator, StartError> {
        if !self.allow_non_loopback && !self.address.ip().is_loopback() {
            return Err(StartError::NotLoopback { address: self.address });
        }
        let count = self.data.iter().map(Data::generated).fold(0, usize::saturating_add);
        if count > Self::MAXIMUM_GENERATED_TASKS {
            return Err(StartError::TooManyTasks { count });
        }
        clock::check_machine()?;
        let unusable = |source| StartError::Listen { address: self.address, source };
        let listener = TcpListener::bind(self.address).await.map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        if self.tokens.is_empty() && self.access_keys.is_empty() {
            self = self.token(DEMO_TOKEN).access_key(DEMO_ACCESS_KEY, DEMO_SECRET_KEY);
        }
        let accepted = Accepted::first(&self.tokens, &self.access_keys);
        let has_spare = self.data.iter().any(|data| !matches!(data, Data::Tasks(_)));
        let store = self.store(self.clock.now());
        let tokens: BTreeMap<_, _> = self.tokens.into_iter().map(|token| (token, Token::permanent())).collect();
        let access_keys: BTreeMap<_, _> = self.access_keys.into_iter().collect();
        // Simulators side by side have ports of their own, so that no one takes what another issued.
        let seed = self.clock.now().as_millisecond().cast_unsigned() << 16 | u64::from(address.port());
        let authentication = Authentication::new(tokens, access_keys, seed);
        let users = self.iam.directory.or_demo(&self.project_id);
        let mut service = Service::new(store, authentication, self.clock, self.project_id, self.workspace);
        if has_spare {
            service.add_spare_connections();
        }
        service.window = self.throttle.map(Window::new);
        service.churning = self.churning;
        service.iam = Iam { directory: users, ..self.iam };
        service.instance = self.instance;
        service.settings = self.settings;
        service.journal = self.request_log.map(Journal::logged_to).unwrap_or_default();
        for rule in self.rules {
            service.faults.add(rule);
        }
        Ok(Simulator::serve(listener, address, Arc::new(service), accepted))
    }

    fn store(&mut self, now: Timestamp) -> Store {
        let project_id = &self.project_id;
        let habits = self.settings.habits;
        let stamped = |mut tasks: Vec<MemberSyncTask>| {
            tasks.iter_mut().for_each(|task| habits.stamp(task));
            tasks
        };
        let tasks = std::mem::take(&mut self.data).into_iter().flat_map(|data| match data {
            Data::Tasks(tasks) => tasks,
            Data::Demo => stamped(demo::tasks(now, project_id)),
            Data::Generated { count, seed } => stamped(generated::tasks(count, seed, project_id)),
        });
        tasks.collect()
    }
}

impl fmt::Debug for SimulatorBuilder {
    /// Without tokens and keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SimulatorBuilder")
            .field("address", &self.address)
            .field("project_id", &self.project_id)
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}
