//! Settings become a client that knows who is calling; with `--demo`, a simulator inside this process stands in for the
//! service and for IAM.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dataarts_security::{
    AttemptRequest, CallOptions, Client, ClientBuilder, Credentials, DefaultChain, Identity, Interceptor,
    PasswordLogin, operations,
};
use dataarts_simulator::{DEMO_DOMAIN, DEMO_PASSWORD, DEMO_USER, Simulator};

use crate::arguments::{CallArguments, ConnectionArguments, Pace};
use crate::configuration::{Address, Settings};
use crate::environment::{self, Environment};
use crate::failure::Failure;
use crate::output;

/// A client, who is calling with it, and whatever has to live as long as it is used.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) identity: Identity,
    requests: Requests,
    _simulator: Option<Simulator>,
}

/// Counts what is sent to the service, each attempt by itself; logins do not count.
#[derive(Clone, Default)]
struct Requests(Arc<AtomicU32>);

impl Interceptor for Requests {
    fn request(&self, request: &mut AttemptRequest<'_>) {
        if operations::all().iter().any(|operation| operation.id == request.operation()) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Connection {
    /// Makes the client and finds out who is calling, for without that nothing else helps. The service is sent nothing.
    pub(crate) async fn open(flags: &ConnectionArguments, environment: &Environment<'_>) -> Result<Self, Failure> {
        if flags.demo {
            return Self::demo(flags).await;
        }
        let settings = Settings::gather(flags, environment)?;
        let chain = match &settings.profile {
            Some(name) => DefaultChain::new().profile(name),
            None => DefaultChain::new(),
        };
        Self::with(settings, chain.into(), None).await
    }

    async fn demo(flags: &ConnectionArguments) -> Result<Self, Failure> {
        let simulator =
            Simulator::builder().demo_data().start().await.map_err(|error| Failure::Demo(error.to_string()))?;
        let login = PasswordLogin::new(DEMO_USER, DEMO_PASSWORD, DEMO_DOMAIN).project_id(simulator.project_id());
        let settings = Settings {
            profile: None,
            address: Some(Address::Endpoint(simulator.base_url())),
            iam_endpoint: Some(simulator.base_url()),
            project_id: Some(flags.project_id.clone().unwrap_or_else(|| simulator.project_id().to_owned())),
            workspace: Some(flags.workspace.clone().unwrap_or_else(|| simulator.workspace().to_owned())),
            allow_http: flags.allow_http,
            call: flags.call.clone(),
        };
        Self::with(settings, Credentials::password(login), Some(simulator)).await
    }

    async fn with(settings: Settings, credentials: Credentials, simulator: Option<Simulator>) -> Result<Self, Failure> {
        let requests = Requests::default();
        let client = client(settings, credentials, requests.clone()).await?;
        let identity = client.identity().await?;
        if let Some(warning) = identity.warning() {
            output::warn(warning);
        }
        Ok(Self { client, identity, requests, _simulator: simulator })
    }

    /// How many requests the service was sent so far.
    pub(crate) fn requests(&self) -> u32 {
        self.requests.0.load(Ordering::Relaxed)
    }

    /// Whether the project is known, or can be found by the name of the region.
    pub(crate) fn can_tell_project(&self) -> bool {
        self.client.project_id().or(self.identity.project_id()).or(self.region()).is_some()
    }

    /// The region, as it was given or as the credentials tell it.
    pub(crate) fn region(&self) -> Option<&str> {
        self.client.region().or(self.identity.region())
    }

    /// Refuses to go on without a project, which every call is about.
    pub(crate) fn require_project(&self) -> Result<(), Failure> {
        if !self.can_tell_project() {
            return Err(Failure::usage(format!(
                "no project: give its id with --project-id or {}; only a region tells it by itself, not an endpoint",
                environment::PROJECT_ID
            )));
        }
        Ok(())
    }

    /// Refuses to go on without a project and a workspace.
    pub(crate) fn require_place(&self) -> Result<(), Failure> {
        self.require_project()?;
        match self.client.workspace() {
            Some(_) => Ok(()),
            None => {
                Err(Failure::usage(format!("no workspace: give its id with --workspace or {}", environment::WORKSPACE)))
            }
        }
    }
}

async fn client(settings: Settings, credentials: Credentials, requests: Requests) -> Result<Client, Failure> {
    let mut builder = with_limits(Client::builder(), settings.call);
    builder = builder.allow_http(settings.allow_http).credentials(credentials).interceptor(requests);
    if let Some(endpoint) = settings.iam_endpoint {
        builder = builder.iam_endpoint(endpoint);
    }
    if let Some(project_id) = settings.project_id {
        builder = builder.project_id(project_id);
    }
    if let Some(workspace) = settings.workspace {
        builder = builder.workspace(workspace);
    }
    Ok(match settings.address {
        Some(Address::Endpoint(endpoint)) => builder.endpoint(endpoint).build()?,
        Some(Address::Region(region)) => builder.region(region).build()?,
        None => builder.discover().await?,
    })
}

/// What was said about calls holds for logins as well.
fn with_limits(mut builder: ClientBuilder, call: CallArguments) -> ClientBuilder {
    let mut options = CallOptions::new();
    if let Some(timeout) = call.timeout {
        options = options.call_timeout(timeout);
    }
    if let Some(retries) = call.retries {
        options = options.max_retries(retries);
    }
    match call.pace {
        Some(Pace::Off) => builder = builder.no_rate_limit(),
        Some(Pace::Rate(rate)) => builder = builder.rate_limit(rate),
        None => {}
    }
    if let Some(pages) = call.concurrency {
        builder = builder.pages_in_flight(pages);
    }
    if let Some(path) = call.ca_file {
        builder = builder.ca_file(path);
    }
    builder.options(options)
}
