//! The client.

mod builder;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::clock::Time;
use crate::credentials::cache::Cache;
use crate::credentials::context::Context;
use crate::credentials::{Identity, project};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::redaction::Redactor;
use crate::secret::Secret;
use crate::task::FoundOnce;
use crate::transport::{Budget, Limits, SharedLimits};
use crate::{CallOptions, Interceptor, Rate};

pub use builder::ClientBuilder;

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
pub struct Client {
    inner: Arc<Inner>,
    /// Limits of this clone's calls.
    options: CallOptions,
}

struct Inner {
    http: reqwest::Client,
    endpoint: Endpoint,
    project_id: Option<String>,
    workspace: Option<String>,
    /// Without, requests carry no identity, as those that get one.
    credentials: Option<Cache>,
    context: Arc<Context>,
    /// Absent, requests are not rate limited, as those to IAM.
    rate_limit: Option<Rate>,
    /// Pages that a listing reads at the same time.
    concurrency: u32,
    /// The name of the project whose id is to be found.
    project_name: Option<String>,
    /// The ID of the project of that name.
    project: FoundOnce<String>,
    /// Secrets in the bodies of requests.
    hidden: Arc<[Secret]>,
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

    /// The region that the client was made for; `None` where it was made for an endpoint.
    ///
    /// ```
    /// # fn example(client: &dataarts_security::Client) {
    /// println!("{}", client.region().unwrap_or("an endpoint of its own"));
    /// # }
    /// ```
    pub fn region(&self) -> Option<&str> {
        self.inner.context.region.as_deref()
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
        let identity = self.current_identity().await?;
        identity.map(Arc::unwrap_or_clone).ok_or_else(|| Error::invalid_input("no credentials are set"))
    }

    /// The same, with what IAM knows of its account, its project and its end, where its source does not tell. This sends
    /// one or two requests to IAM, and none to the service.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let identity = client.described_identity().await?;
    /// println!("{:?} until {:?}", identity.domain_id(), identity.expires_at());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_credentials`]: no identity could be had. What IAM does not tell is left out, without an error.
    pub async fn described_identity(&self) -> Result<Identity, Error> {
        let identity = self.identity().await?;
        Ok(project::describe(&self.inner.context, identity, self.project_name()).await)
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
        if let Some(id) = self.project_id() {
            return Ok(id.to_owned());
        }
        let missing =
            || Error::invalid_input("no project id is set, and there is no region to find it by; set one of them");
        self.find_project_id().await?.ok_or_else(missing)
    }

    /// The same client with other limits for the calls that are made with it; what `options` leaves unset stays.
    ///
    /// ```
    /// use dataarts_security::{CallOptions, Client};
    ///
    /// fn patient(client: &Client) -> Client {
    ///     client.with_options(CallOptions::new().retries(10))
    /// }
    /// ```
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { inner: self.inner.clone(), options: options.over(self.options) }
    }

    /// The client for IAM that sources use.
    pub(crate) fn of_iam(
        http: reqwest::Client,
        endpoint: Endpoint,
        context: Arc<Context>,
        identity: Option<Arc<Identity>>,
        hidden: Vec<Secret>,
    ) -> Self {
        let credentials = identity.map(|identity| Cache::fixed(identity, &context));
        let options = context.options;
        Self {
            inner: Arc::new(Inner { hidden: hidden.into(), ..Inner::new(http, endpoint, credentials, context) }),
            options,
        }
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    pub(crate) fn time(&self) -> &Time {
        &self.inner.context.time
    }

    pub(crate) fn limits(&self) -> Limits {
        self.options.limits()
    }

    pub(crate) fn concurrency(&self) -> u32 {
        self.inner.concurrency
    }

    pub(crate) fn rate_limit(&self) -> Option<Rate> {
        self.inner.rate_limit
    }

    pub(crate) fn shared_limits(&self) -> &SharedLimits {
        &self.inner.context.limits
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.inner.context.budget
    }

    pub(crate) fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.inner.context.interceptors
    }

    /// The identity that the next request carries.
    pub(crate) async fn current_identity(&self) -> Result<Option<Arc<Identity>>, Error> {
        match &self.inner.credentials {
            Some(cache) => cache.identity(&self.inner.context).await.map(Some),
            None => Ok(None),
        }
    }

    /// Another identity than the one that the service refused, where there is one.
    pub(crate) async fn identity_after(&self, refused: &Arc<Identity>) -> Result<Option<Arc<Identity>>, Error> {
        match &self.inner.credentials {
            Some(cache) => cache.refresh_after_401(refused, &self.inner.context).await,
            None => Ok(None),
        }
    }

    /// Notes that an attempt with `identity` succeeded.
    pub(crate) fn accepted(&self, identity: &Identity) {
        if let Some(cache) = &self.inner.credentials {
            cache.accepted(identity);
        }
    }

    /// Whether a project id that was not set may be found when a call needs it.
    pub(crate) fn can_find_project_id(&self) -> bool {
        self.inner
            .credentials
            .as_ref()
            .is_some_and(|cache| self.project_name().is_some() || cache.source().may_know_project())
    }

    /// The project id that was not set; `None` where nothing tells it. Boxed, because the way to IAM leads through here
    /// again.
    pub(crate) fn find_project_id(&self) -> Pin<Box<dyn Future<Output = Result<Option<String>, Error>> + Send + '_>> {
        Box::pin(async {
            if !self.can_find_project_id() {
                return Ok(None);
            }
            let Some(identity) = self.current_identity().await? else { return Ok(None) };
            if let Some(id) = identity.project_id() {
                return Ok(Some(id.to_owned()));
            }
            let Some(name) = self.project_name().or(identity.region()).map(str::to_owned) else { return Ok(None) };
            let context = self.inner.context.clone();
            let find = move || async move { project::find(&context, identity, &name).await.map(|project| project.id) };
            self.inner.project.get(self.limits().call, find).await.map(Some)
        })
    }

    /// The default project of a region is called as the region is.
    fn project_name(&self) -> Option<&str> {
        self.inner.project_name.as_deref().or(self.region())
    }

    /// What knows the secrets of a request as `identity`.
    pub(crate) fn redactor(&self, identity: Option<Arc<Identity>>) -> Redactor {
        Redactor::new(identity, self.inner.hidden.clone())
    }
}

impl Inner {
    fn new(http: reqwest::Client, endpoint: Endpoint, credentials: Option<Cache>, context: Arc<Context>) -> Self {
        Self {
            http,
            endpoint,
            project_id: None,
            workspace: None,
            credentials,
            context,
            rate_limit: None,
            concurrency: crate::paging::CONCURRENCY,
            project_name: None,
            project: FoundOnce::default(),
            hidden: Arc::default(),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("project_id", &self.inner.project_id)
            .field("workspace", &self.inner.workspace)
            .field("credentials", &self.inner.credentials.as_ref().map(|cache| cache.source().name()))
            .finish()
    }
}
