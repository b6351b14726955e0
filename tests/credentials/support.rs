//! A simulator with a clock that is turned, and clients that go by the same clock.

use std::path::PathBuf;
use std::time::Duration;

use dataarts_security::types::MemberSyncTaskList;
use dataarts_security::{
    CallOptions, Client, ClientBuilder, Credentials, DefaultChain, Error, PasswordLogin, Timestamp,
};
use dataarts_simulator::{Clock, Simulator, SimulatorBuilder};

pub(crate) const USER: &str = "li.na";
/// Nothing that could be taken for hexadecimal, so that it is found wherever it is printed.
pub(crate) const PASSWORD: &str = "Swordfish-over-the-moon!";
pub(crate) const ACCOUNT: &str = "example-account";
pub(crate) const IDENTITY_PROVIDER: &str = "idp-of-the-test";

const LOGIN: &str = "/v3/auth/tokens";

pub(crate) struct Bench {
    pub(crate) simulator: Simulator,
    pub(crate) clock: Clock,
}

impl Bench {
    pub(crate) async fn new(build: impl FnOnce(SimulatorBuilder) -> SimulatorBuilder) -> Self {
        let clock = Clock::fixed(Timestamp::from_millisecond(1_800_000_000_000));
        let builder = Simulator::builder().generated_tasks(3, 1).user(USER, PASSWORD, ACCOUNT).clock(clock.clone());
        Self { simulator: build(builder).start().await.unwrap(), clock }
    }

    pub(crate) async fn plain() -> Self {
        Self::new(|builder| builder).await
    }

    /// A client of the simulator in both of its parts, but for the project. Every request counts: none is sent again, and
    /// none waits for its turn.
    pub(crate) fn builder(&self, credentials: Credentials) -> ClientBuilder {
        let clock = self.clock.clone();
        Client::builder()
            .endpoint(self.simulator.base_url())
            .iam_endpoint(self.simulator.base_url())
            .workspace(self.simulator.workspace())
            .clock(clock)
            .options(CallOptions::new().max_retries(0))
            .no_rate_limit()
            .credentials(credentials)
    }

    pub(crate) fn client(&self, credentials: Credentials) -> Client {
        self.builder(credentials).project_id(self.simulator.project_id()).build().unwrap()
    }

    pub(crate) fn turn(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }

    /// How many requests came to this path.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.simulator.requests().iter().filter(|request| request.path == path).count()
    }

    pub(crate) fn logins(&self) -> usize {
        self.count(LOGIN)
    }

    /// The statuses of the requests for tasks, in order.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        let of_tasks = |path: &str| path.ends_with("/security/member-sync-tasks");
        self.simulator
            .requests()
            .iter()
            .filter(|request| of_tasks(&request.path))
            .map(|request| request.status)
            .collect()
    }

    /// A chain that looks at these variables and this folder, and for metadata at the simulator.
    pub(crate) fn chain(&self, variables: &[(&'static str, String)], home: &tempfile::TempDir) -> DefaultChain {
        chain(variables, home.path().to_owned()).metadata_endpoint(self.simulator.base_url())
    }
}

pub(crate) fn chain(variables: &[(&'static str, String)], home: PathBuf) -> DefaultChain {
    let variables = variables.to_vec();
    let lookup =
        move |name: &str| variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into());
    DefaultChain::new().variables(lookup).home(home)
}

pub(crate) fn login() -> PasswordLogin {
    PasswordLogin::new(USER, PASSWORD, ACCOUNT)
}

pub(crate) async fn call(client: &Client) -> Result<MemberSyncTaskList, Error> {
    client.list_member_sync_tasks().limit(10).send().await
}

/// Waits until a refresh that is in progress has replaced an identity that expires as `before` does.
pub(crate) async fn refreshed(client: &Client, before: Option<Timestamp>) {
    while client.identity().await.unwrap().expires_at() == before {
        tokio::task::yield_now().await;
    }
}

/// So many calls at the same time, each in a task of its own; all succeed.
pub(crate) async fn call_at_once(client: &Client, count: usize) {
    let call = |client: Client| async move { call(&client).await };
    let calls: Vec<_> = (0..count).map(|_| tokio::spawn(call(client.clone()))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        close_to_others(&path);
    }
    folder
}

fn close_to_others(path: &std::path::Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let _ = path;
}
