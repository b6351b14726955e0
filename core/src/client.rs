//! The client.

pub(crate) mod builder;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::auth::identity::Identity;
use crate::auth::project;
use crate::error::Error;
use crate::options::CallOptions;
use crate::pipeline::Pipeline;
use crate::pipeline::limits::Limits;
use crate::task::FoundOnce;

/// A client of one Huawei Cloud service.
///
/// Cheap to clone: clones share connections and settings. [`request`](Self::request) sends any request; a crate for a service
/// wraps the client in a type of its own, whose methods are the operations.
///
/// Plain `http` is refused but to this machine, redirects are never followed, and exactly one of `X-Auth-Token` and
/// `Authorization` is sent. [`CallOptions`] says how long calls may take and how often they are sent again; clones share
/// their rate limit, and a budget of retries, so that an outage is not multiplied.
///
/// ```
/// use huaweicloud_core::{Client, Credentials};
///
/// # fn main() -> Result<(), huaweicloud_core::Error> {
/// let client = Client::builder()
///     .endpoint("https://smn.cn-north-4.myhuaweicloud.com")
///     .project_id("0833a5737480d53b2f25c010dc1a7b88")
///     .credentials(Credentials::token("MIIFexample"))
///     .build()?;
/// assert_eq!(client.base_url(), "https://smn.cn-north-4.myhuaweicloud.com");
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
    pipeline: Pipeline,
    defaults: Defaults,
    /// The ID of the project whose name is known.
    project: FoundOnce<String>,
}

/// What operations are about unless they name another.
#[derive(Clone, Default)]
pub(crate) struct Defaults {
    pub(crate) project_id: Option<String>,
    /// The name of the project whose ID is to be found.
    pub(crate) project_name: Option<String>,
    /// Values of header parameters, by the name of the parameter.
    pub(crate) header_parameters: Vec<(&'static str, String)>,
}

impl Client {
    /// The project that operations are about unless they name another.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_core::Client) {
    /// println!("{}", client.project_id().unwrap_or("each call names its own"));
    /// # }
    /// ```
    pub fn project_id(&self) -> Option<&str> {
        self.inner.defaults.project_id.as_deref()
    }

    /// The value of a header parameter that operations send unless they are given another.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_core::Client) {
    /// println!("{:?}", client.header_parameter("workspace"));
    /// # }
    /// ```
    pub fn header_parameter(&self, name: &str) -> Option<&str> {
        let parameters = self.inner.defaults.header_parameters.iter();
        parameters.rev().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Scheme, host and port of every request, without a slash at the end.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_core::Client) {
    /// println!("{}", client.base_url());
    /// # }
    /// ```
    pub fn base_url(&self) -> &str {
        self.inner.pipeline.endpoint.base()
    }

    /// The region that the client was made for; `None` where it was made for an endpoint.
    ///
    /// ```
    /// # fn example(client: &huaweicloud_core::Client) {
    /// println!("{}", client.region().unwrap_or("an endpoint of its own"));
    /// # }
    /// ```
    pub fn region(&self) -> Option<&str> {
        self.inner.pipeline.context.region.as_deref()
    }

    /// Who is calling: the identity that the next request would carry. It is obtained or renewed first, where it has to be.
    ///
    /// ```no_run
    /// # async fn example(client: huaweicloud_core::Client) -> Result<(), huaweicloud_core::Error> {
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
        let identity = self.inner.pipeline.current_identity().await?;
        identity.map(Arc::unwrap_or_clone).ok_or_else(|| Error::invalid_input("no credentials are set"))
    }

    /// The same, with what IAM knows of its account, its project and its end, where its source does not tell. This sends
    /// one or two requests to IAM, and none to the service.
    ///
    /// ```no_run
    /// # async fn example(client: huaweicloud_core::Client) -> Result<(), huaweicloud_core::Error> {
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
        let identity = self.identity().await?;
        Ok(project::describe(&self.inner.pipeline.context, identity, self.project_name()).await)
    }

    /// The project that calls are about: the one set, or the identity's own, or the one that IAM knows by the region's name.
    /// Found once, then remembered.
    ///
    /// ```no_run
    /// # async fn example(client: huaweicloud_core::Client) -> Result<(), huaweicloud_core::Error> {
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
    /// use huaweicloud_core::{CallOptions, Client};
    ///
    /// fn patient(client: &Client) -> Client {
    ///     client.with_options(CallOptions::new().max_retries(10))
    /// }
    /// ```
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { inner: self.inner.clone(), options: options.over(self.options) }
    }

    pub(crate) fn new(pipeline: Pipeline, options: CallOptions, defaults: Defaults) -> Self {
        Self { inner: Arc::new(Inner { pipeline, defaults, project: FoundOnce::default() }), options }
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.inner.pipeline
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.pipeline.http
    }

    pub(crate) fn limits(&self) -> Limits {
        self.options.limits()
    }

    /// Whether a project id that was not set may be found when a call needs it.
    pub(crate) fn can_find_project_id(&self) -> bool {
        let credentials = self.inner.pipeline.credentials.as_ref();
        credentials.is_some_and(|cache| self.project_name().is_some() || cache.source().may_know_project())
    }

    /// The project id that was not set; `None` where nothing tells it. Boxed, because the way to IAM leads through here
    /// again.
    pub(crate) fn find_project_id(&self) -> Pin<Box<dyn Future<Output = Result<Option<String>, Error>> + Send + '_>> {
        Box::pin(async {
            if !self.can_find_project_id() {
                return Ok(None);
            }
            let Some(identity) = self.inner.pipeline.current_identity().await? else { return Ok(None) };
            if let Some(id) = identity.project_id() {
                return Ok(Some(id.to_owned()));
            }
            let Some(name) = self.project_name().or(identity.region()).map(str::to_owned) else { return Ok(None) };
            let context = self.inner.pipeline.context.clone();
            let find = move || async move { project::find(&context, identity, &name).await.map(|project| project.id) };
            self.inner.project.get(self.limits().call, find).await.map(Some)
        })
    }

    /// The default project of a region is called as the region is.
    fn project_name(&self) -> Option<&str> {
        self.inner.defaults.project_name.as_deref().or(self.region())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("project_id", &self.inner.defaults.project_id)
            .field("credentials", &self.inner.pipeline.credentials.as_ref().map(|cache| cache.source().name()))
            .finish()
    }
}
