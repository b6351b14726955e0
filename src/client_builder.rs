//! How a client is made.

use std::path::PathBuf;
use std::time::Duration;

use huaweicloud_core::{CallOptions, Clock, Credentials, Error, Interceptor, Rate, Service, SharedLimits};

use crate::client::{Client, WORKSPACE};
use crate::{endpoint, error_codes};

const PRODUCT: &str = concat!("dataarts-security/", env!("CARGO_PKG_VERSION"));

/// Settings of a [`Client`] to be.
///
/// Needed are credentials and either a region or an endpoint. The workspace can be left to each call, and so can the
/// project id, which is found by the region where neither names it.
///
/// ```
/// use dataarts_security::{Client, Credentials};
///
/// # fn main() -> Result<(), dataarts_security::Error> {
/// let builder = Client::builder().project_id("0833a5737480d53b2f25c010dc1a7b88").credentials(Credentials::token("token"));
/// // One for each region, with the rest in common.
/// let beijing = builder.clone().region("cn-north-4").build()?;
/// let dublin = builder.region("eu-west-101").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct ClientBuilder(huaweicloud_core::ClientBuilder);

impl Client {
    /// A builder without settings.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().region("cn-north-4");
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        let service = Service::new(PRODUCT)
            .host(endpoint::host)
            .rate_limit(Rate::default())
            .not_found_codes(&error_codes::NOT_FOUND)
            .variable_prefix("DATAARTS");
        Self(huaweicloud_core::Client::builder().service(service))
    }
}

impl ClientBuilder {
    /// The region, such as `cn-north-4`, from which the endpoint follows: `dayu.{region}.myhuaweicloud.com`, with the
    /// exceptions that the service's documentation names. A region that is not known is taken by the same rule; that it
    /// does not exist shows when its host name does not resolve.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().region("eu-west-101");
    /// ```
    pub fn region(self, region: impl Into<String>) -> Self {
        Self(self.0.region(region))
    }

    /// The endpoint, for partner clouds and tests: `https://host[:port]`, nothing behind it.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().endpoint("http://127.0.0.1:8080");
    /// ```
    pub fn endpoint(self, endpoint: impl Into<String>) -> Self {
        Self(self.0.endpoint(endpoint))
    }

    /// The endpoint of IAM, which logs in users and knows the projects: `https://host[:port]`. Unless it is set, a profile
    /// or the environment may name it; else it is the region's own, or the one for all.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().iam_endpoint("https://iam.eu-west-101.myhuaweicloud.eu");
    /// ```
    pub fn iam_endpoint(self, endpoint: impl Into<String>) -> Self {
        Self(self.0.iam_endpoint(endpoint))
    }

    /// Whether an endpoint of another machine may be plain `http`, in which anyone on the way can read the credentials.
    /// By default it may not.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().endpoint("http://gateway.internal").allow_http(true);
    /// ```
    pub fn allow_http(self, allow: bool) -> Self {
        Self(self.0.allow_http(allow))
    }

    /// The project that operations are about unless they name another. Unless it is set, it is the identity's own, or the
    /// one that IAM knows by the name of the region; it is looked up when a call first needs it.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().project_id("0833a5737480d53b2f25c010dc1a7b88");
    /// ```
    pub fn project_id(self, project_id: impl Into<String>) -> Self {
        Self(self.0.project_id(project_id))
    }

    /// The name of the project whose id is looked up where none is set; by default the region's. Projects below a region's
    /// default one are called `{region}_{name}`.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().region("cn-north-4").project_name("cn-north-4_research");
    /// ```
    pub fn project_name(self, name: impl Into<String>) -> Self {
        Self(self.0.project_name(name))
    }

    /// The workspace that operations name unless they name another.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().workspace("f7bc8f2a71524d268c4293974e3dc35b");
    /// ```
    pub fn workspace(self, workspace: impl Into<String>) -> Self {
        Self(self.0.header_parameter(WORKSPACE, workspace))
    }

    /// Who is calling.
    ///
    /// ```
    /// use dataarts_security::{Client, Credentials};
    ///
    /// let builder = Client::builder().credentials(Credentials::access_key("id", "secret"));
    /// ```
    pub fn credentials(self, credentials: Credentials) -> Self {
        Self(self.0.credentials(credentials))
    }

    /// Limits of every call: its time, its retries, the size of its answer. They hold for logins too, except the call
    /// timeout: a login may take 60 s, and completes for later calls.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dataarts_security::{CallOptions, Client};
    ///
    /// let builder = Client::builder().options(CallOptions::new().call_timeout(Duration::from_secs(30)).max_retries(1));
    /// ```
    pub fn options(self, options: CallOptions) -> Self {
        Self(self.0.options(options))
    }

    /// Sets how long establishing a connection may take, with name lookup, proxy and TLS; for IAM too. Default: 5 s.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().connect_timeout(std::time::Duration::from_secs(2));
    /// ```
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self(self.0.connect_timeout(timeout))
    }

    /// How many requests are sent within how much time; 40 within 10 seconds unless set, which the service's gateway is
    /// documented to let through for one user. What the gateway refuses as too much (HTTP 429) makes it slower for a while.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dataarts_security::{Client, Rate};
    ///
    /// # fn main() -> Result<(), dataarts_security::Error> {
    /// let builder = Client::builder().rate_limit(Rate::new(20, Duration::from_secs(10))?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_limit(self, rate: Rate) -> Self {
        Self(self.0.rate_limit(rate))
    }

    /// How many pages a listing reads at the same time at most, where it does not say so itself: 1 to 32, by default 4.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().pages_in_flight(12);
    /// ```
    pub fn pages_in_flight(self, pages: u32) -> Self {
        Self(self.0.pages_in_flight(pages))
    }

    /// Sends requests as they come.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().no_rate_limit();
    /// ```
    pub fn no_rate_limit(self) -> Self {
        Self(self.0.no_rate_limit())
    }

    /// A file with the certificates, in PEM form, of the only authorities that are trusted; those of the system unless set.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().ca_file("/etc/pki/company.pem");
    /// ```
    pub fn ca_file(self, path: impl Into<PathBuf>) -> Self {
        Self(self.0.ca_file(path))
    }

    /// The proxy for every connection, instead of those that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`,
    /// `NO_PROXY`, of which `*` covers every host): `http://[user:password@]host:port`. What is meant for this machine uses no proxy but this one.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().proxy("http://proxy.internal:3128");
    /// ```
    pub fn proxy(self, url: impl Into<String>) -> Self {
        Self(self.0.proxy(url))
    }

    /// What the caller is called in the header `User-Agent`, after `dataarts-security/x.y.z`.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().user_agent("nightly-report/2.1");
    /// ```
    pub fn user_agent(self, name: impl Into<String>) -> Self {
        Self(self.0.user_agent(name))
    }

    /// Connections of one's own, for what cannot be set here. They bring a connect timeout, authorities, a proxy and a user
    /// agent of their own; to set one of these here as well is refused. They must not follow redirects, for the credentials
    /// would travel with them. The endpoint `http://localhost` needs [`allow_http`](Self::allow_http) with them, since they
    /// may take that name for another machine; `http://127.0.0.1` does not.
    ///
    /// ```
    /// # fn main() -> Result<(), reqwest::Error> {
    /// let own = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    /// let builder = dataarts_security::Client::builder().http_client(own);
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(self, client: reqwest::Client) -> Self {
        Self(self.0.http_client(client))
    }

    /// Sets the limits that this client shares with others. Default: those of the process, which all clients share; those of
    /// a client with a [`clock`](Self::clock) of its own are its own.
    ///
    /// ```
    /// use dataarts_security::{Client, SharedLimits};
    ///
    /// let builder = Client::builder().shared_limits(SharedLimits::with_max_in_flight(100));
    /// ```
    pub fn shared_limits(self, limits: SharedLimits) -> Self {
        Self(self.0.shared_limits(limits))
    }

    /// Adds an interceptor, which observes every attempt and the end of every call. Several are called in the order in which
    /// they were added.
    ///
    /// ```
    /// use dataarts_security::{AttemptResponse, Client, Interceptor};
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
    pub fn interceptor(self, interceptor: impl Interceptor) -> Self {
        Self(self.0.interceptor(interceptor))
    }

    /// Sets the clock. Default: the clock of this machine. A test brings one with which credentials expire when it says so
    /// and pauses take no time; see [`Clock`] for an example of one.
    ///
    /// ```
    /// use dataarts_security::{Client, Clock};
    ///
    /// fn builder(clock: impl Clock) -> dataarts_security::ClientBuilder {
    ///     Client::builder().clock(clock)
    /// }
    /// ```
    pub fn clock(self, clock: impl Clock) -> Self {
        Self(self.0.clock(clock))
    }

    /// The client. Nothing is sent yet; of all files, only that of the authorities is read.
    ///
    /// ```
    /// use dataarts_security::{Client, Credentials};
    ///
    /// let error = Client::builder().credentials(Credentials::token("t")).build().unwrap_err();
    /// assert_eq!(error.to_string(), "neither a region nor an endpoint is set; give one of them");
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`]: credentials are missing or hold a character that cannot stand in a header; region and
    /// endpoint are both missing, both set, or malformed; a CA file, a proxy or a user agent cannot be used, or
    /// is set beside [`http_client`](Self::http_client), as a connect timeout may not be either; or TLS cannot be set up.
    /// Project ID and workspace are checked with each call, by the constraints of the OpenAPI document.
    pub fn build(self) -> Result<Client, Error> {
        self.0.build().map(Client::new)
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
    /// use dataarts_security::{Client, Credentials};
    ///
    /// # async fn example() -> Result<(), dataarts_security::Error> {
    /// let client = Client::builder().workspace("WORKSPACE_ID").credentials(Credentials::default_chain()).discover().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build); [`Error::is_credentials`]: no identity could be had;
    /// [`Error::is_invalid_input`]: it tells no region.
    pub async fn discover(self) -> Result<Client, Error> {
        self.0.discover().await.map(Client::new)
    }
}
