//! How a client is made.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Client, Defaults};
use crate::auth::Credentials;
use crate::auth::cache::Cache;
use crate::auth::context::Context;
use crate::auth::identity::Identity;
use crate::clock::{Clock, Time};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::iam::IamClient;
use crate::interceptor::Interceptor;
use crate::options::CallOptions;
use crate::pagination::reader;
use crate::pipeline::budget::Budget;
use crate::pipeline::rate::Rate;
use crate::pipeline::shared_limits::SharedLimits;
use crate::pipeline::{Pipeline, Shared};
use crate::service::Service;
use crate::transport::connections::HttpSettings;

/// Settings of a [`Client`] to be.
///
/// Needed are credentials and an endpoint, or a region and a [`Service`] that knows its host. The project ID can be left to
/// each call; it is found by the region where neither names it.
///
/// ```
/// use huaweicloud_core::{Client, Credentials, Service};
///
/// # fn main() -> Result<(), huaweicloud_core::Error> {
/// let service = Service::new("smn-report/1.0").host(|region| format!("smn.{region}.myhuaweicloud.com"));
/// let builder = Client::builder().service(service).credentials(Credentials::token("token"));
/// // One for each region, with the rest in common.
/// let beijing = builder.clone().region("cn-north-4").build()?;
/// let dublin = builder.region("eu-west-101").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing before build()"]
pub struct ClientBuilder {
    service: Service,
    region: Option<String>,
    endpoint: Option<String>,
    iam_endpoint: Option<String>,
    allow_http: bool,
    defaults: Defaults,
    credentials: Option<Credentials>,
    http: HttpSettings,
    options: CallOptions,
    pace: Option<Option<Rate>>,
    concurrency: u32,
    interceptors: Vec<Arc<dyn Interceptor>>,
    shared_limits: Option<SharedLimits>,
    time: Option<Time>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            service: Service::default(),
            region: None,
            endpoint: None,
            iam_endpoint: None,
            allow_http: false,
            defaults: Defaults::default(),
            credentials: None,
            http: HttpSettings::default(),
            options: CallOptions::new(),
            pace: None,
            concurrency: reader::CONCURRENCY,
            interceptors: Vec::new(),
            shared_limits: None,
            time: None,
        }
    }
}

impl Client {
    /// Creates a builder without settings.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().endpoint("https://smn.cn-north-4.myhuaweicloud.com");
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl ClientBuilder {
    /// Sets what is the same for every client of a service.
    ///
    /// ```
    /// use huaweicloud_core::{Client, Service};
    ///
    /// let builder = Client::builder().service(Service::new("smn-report/1.0"));
    /// ```
    pub fn service(mut self, service: Service) -> Self {
        self.service = service;
        self
    }

    /// The region, such as `cn-north-4`, from which the endpoint follows by the [`Service`]. That it does not exist shows when
    /// its host name does not resolve.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().region("eu-west-101");
    /// ```
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The endpoint, for partner clouds and tests: `https://host[:port]`, nothing behind it.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().endpoint("http://127.0.0.1:8080");
    /// ```
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The endpoint of IAM, which logs in users and knows the projects: `https://host[:port]`. Unless it is set, a profile
    /// or the environment may name it; else it is the region's own, or the one for all.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().iam_endpoint("https://iam.eu-west-101.myhuaweicloud.eu");
    /// ```
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.iam_endpoint = Some(endpoint.into());
        self
    }

    /// Whether an endpoint of another machine may be plain `http`, in which anyone on the way can read the credentials.
    /// By default it may not.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().endpoint("http://gateway.internal").allow_http(true);
    /// ```
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The project that operations are about unless they name another. Unless it is set, it is the identity's own, or the
    /// one that IAM knows by the name of the region; it is looked up when a call first needs it.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().project_id("0833a5737480d53b2f25c010dc1a7b88");
    /// ```
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.defaults.project_id = Some(project_id.into());
        self
    }

    /// The name of the project whose id is looked up where none is set; by default the region's. Projects below a region's
    /// default one are called `{region}_{name}`.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().region("cn-north-4").project_name("cn-north-4_research");
    /// ```
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.defaults.project_name = Some(name.into());
        self
    }

    /// Sets a header parameter that every operation with a parameter of this name sends unless it is given another, such as
    /// an instance or a workspace.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().header_parameter("workspace", "f7bc8f2a71524d268c4293974e3dc35b");
    /// ```
    pub fn header_parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.defaults.header_parameters.push((name, value.into()));
        self
    }

    /// Who is calling.
    ///
    /// ```
    /// use huaweicloud_core::{Client, Credentials};
    ///
    /// let builder = Client::builder().credentials(Credentials::access_key("id", "secret"));
    /// ```
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Limits of every call: its time, its retries, the size of its answer. They hold for logins too, except the call
    /// timeout: a login may take 60 s, and completes for later calls.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use huaweicloud_core::{CallOptions, Client};
    ///
    /// let builder = Client::builder().options(CallOptions::new().call_timeout(Duration::from_secs(30)).max_retries(1));
    /// ```
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets how long establishing a connection may take, with name lookup, proxy and TLS; for IAM too. Default: 5 s.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().connect_timeout(std::time::Duration::from_secs(2));
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = Some(timeout);
        self
    }

    /// How many requests are sent within how much time; what the [`Service`] says unless set. After HTTP 429 nothing is sent
    /// for a while.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use huaweicloud_core::{Client, Rate};
    ///
    /// # fn main() -> Result<(), huaweicloud_core::Error> {
    /// let builder = Client::builder().rate_limit(Rate::new(20, Duration::from_secs(10))?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_limit(mut self, rate: Rate) -> Self {
        self.pace = Some(Some(rate));
        self
    }

    /// How many pages a listing reads at the same time at most, where it does not say so itself: 1 to 32, by default 4.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().pages_in_flight(12);
    /// ```
    pub fn pages_in_flight(mut self, pages: u32) -> Self {
        self.concurrency = pages;
        self
    }

    /// Sends requests as they come.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().no_rate_limit();
    /// ```
    pub fn no_rate_limit(mut self) -> Self {
        self.pace = Some(None);
        self
    }

    /// A file with the certificates, in PEM form, of the only authorities that are trusted; those of the system unless set.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().ca_file("/etc/pki/company.pem");
    /// ```
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.http.ca_file = Some(path.into());
        self
    }

    /// The proxy for every connection, instead of those that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`,
    /// `NO_PROXY`, of which `*` covers every host): `http://[user:password@]host:port`. What is meant for this machine uses no proxy but this one.
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().proxy("http://proxy.internal:3128");
    /// ```
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// What the caller is called in the header `User-Agent`, after the product of the [`Service`].
    ///
    /// ```
    /// let builder = huaweicloud_core::Client::builder().user_agent("nightly-report/2.1");
    /// ```
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.http.user_agent = Some(name.into());
        self
    }

    /// Connections of one's own, for what cannot be set here. They bring a connect timeout, authorities, a proxy and a user
    /// agent of their own; to set one of these here as well is refused. They must not follow redirects, for the credentials
    /// would travel with them. The endpoint `http://localhost` needs [`allow_http`](Self::allow_http) with them, since they
    /// may take that name for another machine; `http://127.0.0.1` does not.
    ///
    /// ```
    /// # fn main() -> Result<(), reqwest::Error> {
    /// let own = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    /// let builder = huaweicloud_core::Client::builder().http_client(own);
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http.own = Some(client);
        self
    }

    /// Sets the limits that this client shares with others. Default: those of the process, which all clients share; those of
    /// a client with a [`clock`](Self::clock) of its own are its own.
    ///
    /// ```
    /// use huaweicloud_core::{Client, SharedLimits};
    ///
    /// let builder = Client::builder().shared_limits(SharedLimits::with_max_in_flight(100));
    /// ```
    pub fn shared_limits(mut self, limits: SharedLimits) -> Self {
        self.shared_limits = Some(limits);
        self
    }

    /// Adds an interceptor, which observes every attempt and the end of every call. Several are called in the order in which
    /// they were added.
    ///
    /// ```
    /// use huaweicloud_core::{AttemptResponse, Client, Interceptor};
    ///
    /// struct Count;
    ///
    /// impl Interceptor for Count {
    ///     fn response(&self, response: &mut AttemptResponse<'_>) {
    ///         println!("{} {}", response.operation(), response.status());
    ///     }
    /// }
    ///
    /// let builder = Client::builder().interceptor(Count);
    /// ```
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Sets the clock. Default: the clock of this machine. A test brings one with which credentials expire when it says so
    /// and pauses take no time; see [`Clock`] for an example of one.
    ///
    /// ```
    /// use huaweicloud_core::{Client, Clock};
    ///
    /// fn builder(clock: impl Clock) -> huaweicloud_core::ClientBuilder {
    ///     Client::builder().clock(clock)
    /// }
    /// ```
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time = Some(Time::of(clock));
        self
    }

    /// The client. Nothing is sent yet; of all files, only that of the authorities is read.
    ///
    /// ```
    /// use huaweicloud_core::{Client, Credentials};
    ///
    /// let error = Client::builder().credentials(Credentials::token("t")).build().unwrap_err();
    /// assert_eq!(error.to_string(), "neither a region nor an endpoint is set; give one of them");
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`]: credentials are missing or hold a character that cannot stand in a header; region and
    /// endpoint are both missing, both set, or malformed, or the service knows no host of a region; a CA file, a proxy or a user agent cannot be used, or
    /// is set beside [`http_client`](Self::http_client), as a connect timeout may not be either; or TLS cannot be set up.
    /// Project ID and header parameters are checked with each call, by the constraints of the OpenAPI document.
    pub fn build(self) -> Result<Client, Error> {
        self.build_with(None)
    }

    /// Builds the client, and finds its region if neither region nor endpoint is set. To find it, the identity is obtained at
    /// once: files are read and requests may be sent.
    ///
    /// The region is the first of these that is set:
    ///
    /// 1. `HUAWEICLOUD_SDK_REGION_ID`, with a [`DefaultChain`](crate::DefaultChain) that names no profile
    /// 2. the region of the KooCLI profile, of the ECS instance, or of the custom provider, whichever gives the identity
    ///
    /// ```no_run
    /// use huaweicloud_core::{Client, Credentials};
    ///
    /// # async fn example() -> Result<(), huaweicloud_core::Error> {
    /// let client = Client::builder().credentials(Credentials::default_chain()).discover().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build); [`Error::is_credentials`]: no identity could be had;
    /// [`Error::is_invalid_input`]: it tells no region.
    pub async fn discover(mut self) -> Result<Client, Error> {
        if self.region.is_some() || self.endpoint.is_some() {
            return self.build();
        }
        let source = self.checked_credentials()?.source().clone();
        let (context, _) = self.parts()?;
        let identity = Cache::new(source).identity(&context).await?;
        let region = identity.region().ok_or_else(|| {
            let told_by = identity.source();
            Error::invalid_input(format!(
                "neither a region nor an endpoint is set, and {told_by} tells no region; give one of them"
            ))
        })?;
        self.region = Some(region.to_owned());
        self.build_with(Some(identity))
    }

    fn build_with(self, identity: Option<Arc<Identity>>) -> Result<Client, Error> {
        let endpoint = match (&self.region, &self.endpoint) {
            (Some(region), None) => Endpoint::of_region(region, self.service.host)?,
            (None, Some(endpoint)) => Endpoint::parse(endpoint, self.allow_http)?,
            (Some(_), Some(_)) => {
                return Err(Error::invalid_input("a region and an endpoint are both set; give one of them"));
            }
            (None, None) => {
                return Err(Error::invalid_input("neither a region nor an endpoint is set; give one of them"));
            }
        };
        let source = self.checked_credentials()?.source().clone();
        let (context, shared) = self.parts()?;
        let credentials = match identity {
            Some(identity) => Cache::holding(source, identity, &context),
            None => Cache::new(source),
        };
        let http = self.http();
        http.check_endpoint(&endpoint)?;
        // What is meant for this machine must not leave it by a proxy of the environment.
        let http = http.connections(endpoint.is_loopback())?;
        reader::check_concurrency(self.concurrency)?;
        let pipeline = Pipeline {
            http,
            endpoint,
            credentials: Some(credentials),
            context,
            shared,
            rate_limit: self.pace.unwrap_or(self.service.rate_limit),
            pages_in_flight: self.concurrency,
            redacted: Arc::default(),
        };
        Ok(Client::new(pipeline, self.options, self.defaults))
    }

    fn checked_credentials(&self) -> Result<&Credentials, Error> {
        let credentials = self.credentials.as_ref().ok_or_else(|| Error::invalid_input("no credentials are set"))?;
        credentials.source().check()?;
        Ok(credentials)
    }

    /// What credentials work with, and what they share with calls.
    fn parts(&self) -> Result<(Arc<Context>, Arc<Shared>), Error> {
        let endpoint = self.iam_endpoint.as_deref();
        let endpoint = endpoint.map(|endpoint| Endpoint::parse(endpoint, self.allow_http)).transpose()?;
        let limits = match (&self.shared_limits, &self.time) {
            (Some(limits), _) => limits.clone(),
            (None, Some(_)) => SharedLimits::new(),
            (None, None) => SharedLimits::of_process(),
        };
        let time = self.time.clone().unwrap_or_default();
        let shared = Arc::new(Shared {
            time: time.clone(),
            interceptors: self.interceptors.clone(),
            budget: Budget::default(),
            limits,
            not_found_codes: self.service.not_found_codes,
        });
        let iam = IamClient {
            http: self.http(),
            shared: shared.clone(),
            options: self.options,
            region: self.region.clone(),
            endpoint,
            allow_http: self.allow_http,
            connections: Default::default(),
        };
        let context = Context {
            region: self.region.clone(),
            project_id: self.defaults.project_id.clone(),
            allow_http: self.allow_http,
            variable_prefix: self.service.variable_prefix,
            iam: Some(Arc::new(iam)),
            ..Context::new(time)
        };
        Ok((Arc::new(context), shared))
    }

    fn http(&self) -> HttpSettings {
        HttpSettings { product: self.service.product.clone(), ..self.http.clone() }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The endpoints are shown when they are checked: until then they may hold a password.
        formatter
            .debug_struct("ClientBuilder")
            .field("region", &self.region)
            .field("project_id", &self.defaults.project_id)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
