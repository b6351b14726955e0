//! The client.

use std::fmt;

use http::Method;
use huaweicloud_core::operations::Operation;
use huaweicloud_core::{CallOptions, Error, Identity, RawRequest};

/// The header that names the workspace.
pub(crate) const WORKSPACE: &str = "workspace";

/// A client of DataArts Security.
///
/// Cheap to clone: clones share connections and settings. The operations of the document are methods, such as
/// [`list_member_sync_tasks`](Client::list_member_sync_tasks); each returns a builder that holds a clone of the client,
/// so its futures and streams borrow nothing.
///
/// Plain `http` is refused but to this machine, redirects are never followed, and exactly one of `X-Auth-Token` and
/// `Authorization` is sent. [`CallOptions`] says how long calls may take and how often they are sent again; clones share
/// their pace, 40 requests within 10 seconds unless set, and a budget of retries, so that an outage is not multiplied.
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
pub struct Client(huaweicloud_core::Client);

impl Client {
    pub(crate) fn new(client: huaweicloud_core::Client) -> Self {
        Self(client)
    }

    /// What generated code sends its requests with.
    pub(crate) fn core(&self) -> &huaweicloud_core::Client {
        &self.0
    }

    /// The project that operations are about unless they name another.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.project_id().unwrap_or("each call names its own"));
    /// # }
    /// ```
    pub fn project_id(&self) -> Option<&str> {
        self.0.project_id()
    }

    /// The workspace that operations name unless they name another.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.workspace().unwrap_or("each call names its own"));
    /// # }
    /// ```
    pub fn workspace(&self) -> Option<&str> {
        self.0.header_parameter(WORKSPACE)
    }

    /// Scheme, host and port of every request, without a slash at the end.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.base_url());
    /// # }
    /// ```
    pub fn base_url(&self) -> &str {
        self.0.base_url()
    }

    /// The region that the client was made for; `None` where it was made for an endpoint.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.region().unwrap_or("an endpoint of its own"));
    /// # }
    /// ```
    pub fn region(&self) -> Option<&str> {
        self.0.region()
    }

    /// Who is calling: the identity that the next request would carry. It is obtained or renewed first, where it has to be.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let identity = client.identity().await?;
    /// println!("{} from {}", identity.kind(), identity.source());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_credentials`]: none could be had.
    pub async fn identity(&self) -> Result<Identity, Error> {
        self.0.identity().await
    }

    /// The same, with what IAM knows of its account, its project and its end, where its source does not tell. This sends
    /// one or two requests to IAM, and none to the service.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let identity = client.caller_identity().await?;
    /// println!("{:?} until {:?}", identity.domain_id(), identity.expires_at());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_credentials`]: no identity could be had. What IAM does not tell is left out, without an error.
    pub async fn caller_identity(&self) -> Result<Identity, Error> {
        self.0.caller_identity().await
    }

    /// The project that calls are about: the one set, or the identity's own, or the one that IAM knows by the region's name.
    /// Found once, then remembered.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// println!("{}", client.resolve_project_id().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_credentials`]: no identity could be had to ask IAM. [`Error::is_invalid_input`]: there is no region to
    /// go by, or IAM knows no project of its name, or several, whose ids the message lists; set the project id.
    pub async fn resolve_project_id(&self) -> Result<String, Error> {
        self.0.resolve_project_id().await
    }

    /// The same client with other limits for the calls that are made with it; what `options` leaves unset stays.
    ///
    /// ```
    /// use dataarts_security::{CallOptions, Client};
    ///
    /// fn patient(client: &Client) -> Client {
    ///     client.with_options(CallOptions::new().max_retries(10))
    /// }
    /// ```
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self(self.0.with_options(options))
    }

    /// Creates a request for an operation of the table in [`operations`](crate::operations). Like every call it is
    /// authenticated, rate limited, retried and bounded in time and size.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let operation = dataarts_security::operations::find("list_instances").ok_or("no such operation")?;
    /// let response = client.raw(operation).parameter("limit", "5").send().await?;
    /// println!("{} {}", response.status(), String::from_utf8_lossy(response.value()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(&self, operation: &'static Operation) -> RawRequest {
        self.0.raw(operation)
    }

    /// Creates a request for any method and path of the endpoint, for operations that the OpenAPI document does not
    /// describe. Like every call it is authenticated, rate limited, retried and bounded in time and size.
    ///
    /// `{project_id}` in the path stands for the client's project. Write anything else in the path encoded, as it is to be
    /// sent. GET, HEAD, PUT, DELETE and OPTIONS are taken to be idempotent; see [`RawRequest::idempotent`].
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let request = client.request(http::Method::GET, "/v2/{project_id}/factory/jobs");
    /// let response = request.header("workspace", "f7bc8f2a71524d268c4293974e3dc35b").parameter("limit", "5").send().await?;
    /// println!("{}", String::from_utf8_lossy(response.value()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        self.0.request(method, path)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
