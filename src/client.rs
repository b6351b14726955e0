//! The client and how one is made.

use std::fmt;
use std::sync::Arc;

use crate::credentials::Credentials;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::transport;

/// A client of DataArts Security.
///
/// Cheap to clone: clones share connections and settings. The operations of the document are methods, such as
/// [`list_member_sync_tasks`](Client::list_member_sync_tasks); each returns a builder that holds a clone of the client,
/// so its futures and streams borrow nothing.
///
/// Plain `http` is refused but to this machine, redirects are never followed, and exactly one of `X-Auth-Token` and
/// `Authorization` is sent. An attempt may take 5 seconds to connect and 30 in all.
///
/// ```
/// use dataarts_security::{Client, Credentials};
///
/// # fn main() -> Result<(), dataarts_security::Error> {
/// let client = Client::builder()
///     .endpoint("https://dayu.cn-north-4.myhuaweicloud.com")
///     .project_id("0833a5737480d53b2f25c010dc1a7b88")
///     .workspace("f7bc8f2a71524d268c4293974e3dc35b")
///     .credentials(Credentials::token("MIIFexample"))
///     .build()?;
/// assert_eq!(client.base_url(), "https://dayu.cn-north-4.myhuaweicloud.com");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    endpoint: Endpoint,
    project_id: Option<String>,
    workspace: Option<String>,
    credentials: Credentials,
}

impl Client {
    /// A builder without settings.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().region("cn-north-4");
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The project that operations are about unless they name another.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.project_id().unwrap_or("each call names its own"));
    /// # }
    /// ```
    pub fn project_id(&self) -> Option<&str> {
        self.inner.project_id.as_deref()
    }

    /// The workspace that operations name unless they name another.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.workspace().unwrap_or("each call names its own"));
    /// # }
    /// ```
    pub fn workspace(&self) -> Option<&str> {
        self.inner.workspace.as_deref()
    }

    /// Scheme, host and port of every request, without a slash at the end.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.base_url());
    /// # }
    /// ```
    pub fn base_url(&self) -> &str {
        self.inner.endpoint.base()
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.inner.credentials
    }

    /// Takes this client's secrets out of texts that a server sent.
    pub(crate) fn redact(&self, error: Error) -> Error {
        error.without(self.inner.credentials.secrets())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("project_id", &self.inner.project_id)
            .field("workspace", &self.inner.workspace)
            .field("credentials", &self.inner.credentials)
            .finish()
    }
}

/// Settings of a [`Client`] to be.
///
/// Needed are credentials and either a region or an endpoint. Project id and workspace can be left to each call.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing before build()"]
pub struct ClientBuilder {
    region: Option<String>,
    endpoint: Option<String>,
    allow_http: bool,
    project_id: Option<String>,
    workspace: Option<String>,
    credentials: Option<Credentials>,
}

impl ClientBuilder {
    /// The region, such as `cn-north-4`, from which the endpoint follows: `dayu.{region}.myhuaweicloud.com`, with the
    /// exceptions that the service's documentation names. A region that is not known is taken by the same rule; that it
    /// does not exist shows when its host name does not resolve.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().region("eu-west-101");
    /// ```
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The endpoint, for partner clouds and tests: `https://host[:port]`, nothing behind it.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().endpoint("http://127.0.0.1:8080");
    /// ```
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Whether an endpoint of another machine may be plain `http`, in which anyone on the way can read the credentials.
    /// By default it may not.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().endpoint("http://gateway.internal").allow_http(true);
    /// ```
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The project that operations are about unless they name another.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().project_id("0833a5737480d53b2f25c010dc1a7b88");
    /// ```
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// The workspace that operations name unless they name another.
    ///
    /// ```
    /// let builder = dataarts_security::Client::builder().workspace("f7bc8f2a71524d268c4293974e3dc35b");
    /// ```
    pub fn workspace(mut self, workspace: impl Into<String>) -> Self {
        self.workspace = Some(workspace.into());
        self
    }

    /// Who is calling.
    ///
    /// ```
    /// use dataarts_security::{Client, Credentials};
    ///
    /// let builder = Client::builder().credentials(Credentials::access_key("id", "secret"));
    /// ```
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The client. Nothing is sent yet.
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
    /// endpoint are both missing, both set, or malformed; or TLS cannot be set up. Project id and workspace are checked
    /// with each call, by the bounds of the document.
    pub fn build(self) -> Result<Client, Error> {
        let endpoint = match (&self.region, &self.endpoint) {
            (Some(region), None) => Endpoint::of_region(region)?,
            (None, Some(endpoint)) => Endpoint::parse(endpoint, self.allow_http)?,
            (Some(_), Some(_)) => {
                return Err(Error::invalid_input("a region and an endpoint are both set; give one of them"));
            }
            (None, None) => {
                return Err(Error::invalid_input("neither a region nor an endpoint is set; give one of them"));
            }
        };
        let credentials = self.credentials.ok_or_else(|| Error::invalid_input("no credentials are set"))?;
        credentials.check()?;
        let mut http = reqwest::Client::builder();
        if endpoint.is_loopback() {
            // What is meant for this machine must not leave it by a proxy of the environment.
            http = http.no_proxy();
        }
        let http = http
            // X-Auth-Token would travel with a redirect.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(transport::CONNECT_TIMEOUT)
            .timeout(transport::ATTEMPT_TIMEOUT)
            .user_agent(concat!("dataarts-security/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::invalid_input("the HTTP client cannot be set up").with_source(error))?;
        let (project_id, workspace) = (self.project_id, self.workspace);
        Ok(Client { inner: Arc::new(Inner { http, endpoint, project_id, workspace, credentials }) })
    }
}
