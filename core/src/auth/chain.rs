//! The sources that are tried where none is named: environment, profile files, metadata service.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::context::Context;
use super::environment::{Environment, OwnNames, REGION_ID};
use super::files::reading_files;
use super::identity::Facts;
use super::identity::Identity;
use super::metadata::Metadata;
use super::profile_source::{self, ProfileFiles};
use super::source::{CredentialSource, Loading};
use crate::error::Error;

/// The sources that are tried in turn, and where they look.
///
/// The first that is configured is used, and no other after it: a source that is configured but does not work is an
/// error. What the error lists where none is configured is what each of them lacked.
///
/// 1. **Environment**: `DATAARTS_TOKEN`; `DATAARTS_TOKEN_FILE`; `HUAWEICLOUD_SDK_IDP_ID` with
///    `HUAWEICLOUD_SDK_ID_TOKEN_FILE`; `HUAWEICLOUD_SDK_AK` with `HUAWEICLOUD_SDK_SK` and, where the key is temporary,
///    `HUAWEICLOUD_SDK_SECURITY_TOKEN`. With any of them `HUAWEICLOUD_SDK_PROJECT_ID`, `HUAWEICLOUD_SDK_DOMAIN_ID` and
///    `HUAWEICLOUD_SDK_IAM_ENDPOINT`. An empty variable counts as unset.
/// 2. **Profile files**: the section `[basic]` of the official SDKs' file, `~/.huaweicloud/credentials` or the one that
///    `HUAWEICLOUD_SDK_CREDENTIALS_FILE` names; then the current profile of KooCLI, `~/.hcloud/config.json`. A file that
///    others can read gives a [warning](Identity::warning).
/// 3. **ECS metadata service**: the temporary keys of the server's agency. Where there is no such service this takes a
///    second at most. `DATAARTS_METADATA_ENDPOINT` names another address than the fixed one.
///
/// With a [`profile`](Self::profile), that profile is the only source, and no variable of the first group is read.
///
/// `HUAWEICLOUD_SDK_REGION_ID` is the region, whichever source gives the credentials: it overrides the region of a profile
/// or of the instance. It counts where the client has neither region nor endpoint
/// ([`discover`](crate::ClientBuilder::discover)), and for an endpoint to find the project and IAM.
///
/// The names are those of the official SDKs; names that begin with `DATAARTS` are this project's. KooCLI reads no
/// variable, only its file.
///
/// ```
/// use dataarts_security::{Credentials, DefaultChain};
///
/// let credentials = Credentials::from(DefaultChain::new().profile("operations"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct DefaultChain {
    environment: Environment,
    home: Option<PathBuf>,
    profile: Option<String>,
    metadata_endpoint: Option<String>,
}

impl DefaultChain {
    /// The chain with the variables of this process and the home folder of its user.
    ///
    /// ```
    /// let chain = dataarts_security::DefaultChain::new();
    /// ```
    pub fn new() -> Self {
        Self {
            environment: Environment(Arc::new(|name| std::env::var_os(name))),
            home: std::env::home_dir(),
            profile: None,
            metadata_endpoint: None,
        }
    }

    /// One profile alone, by its name: `basic` or `global` of the official SDKs' file, or any other of KooCLI's file.
    ///
    /// ```
    /// let chain = dataarts_security::DefaultChain::new().profile("global");
    /// ```
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Where variables are looked up instead of the environment of this process, as tests do.
    ///
    /// ```
    /// use dataarts_security::DefaultChain;
    ///
    /// let chain = DefaultChain::new().variables(|name| (name == "DATAARTS_TOKEN").then(|| "MIIFexample".into()));
    /// ```
    pub fn variables(mut self, lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        self.environment = Environment(Arc::new(lookup));
        self
    }

    /// The folder in which the profile files are looked for instead of the user's home folder.
    ///
    /// ```
    /// let chain = dataarts_security::DefaultChain::new().home("/home/operations");
    /// ```
    pub fn home(mut self, folder: impl Into<PathBuf>) -> Self {
        self.home = Some(folder.into());
        self
    }

    /// Another address of the metadata service than `http://169.254.169.254`, such as a simulator's. Plain `http` goes to
    /// this machine alone.
    ///
    /// ```
    /// let chain = dataarts_security::DefaultChain::new().metadata_endpoint("http://127.0.0.1:8080");
    /// ```
    pub fn metadata_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.metadata_endpoint = Some(endpoint.into());
        self
    }

    fn files(&self) -> ProfileFiles {
        ProfileFiles {
            home: self.home.clone(),
            sdk_file: self.environment.path(super::environment::CREDENTIALS_FILE),
            name: self.profile.clone(),
        }
    }

    fn metadata_address(&self, own: &OwnNames) -> Result<Option<String>, Error> {
        match &self.metadata_endpoint {
            Some(endpoint) => Ok(Some(endpoint.clone())),
            None => self.environment.get(&own.metadata_endpoint),
        }
    }
}

impl Default for DefaultChain {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for DefaultChain {
    /// Without the variables, some of which are secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DefaultChain")
            .field("home", &self.home)
            .field("profile", &self.profile)
            .field("metadata_endpoint", &self.metadata_endpoint)
            .finish_non_exhaustive()
    }
}

/// The chain as a source: it stays with what it found.
pub(super) struct Chain {
    settings: DefaultChain,
    found: Mutex<Option<Arc<dyn CredentialSource>>>,
}

impl Chain {
    pub(super) fn new(settings: DefaultChain) -> Self {
        Self { settings, found: Mutex::default() }
    }

    async fn identity(&self, context: Arc<Context>) -> Result<Identity, Error> {
        let region = match &self.settings.profile {
            Some(_) => None,
            None => self.settings.environment.get(REGION_ID)?,
        };
        let identity = self.find(context).await?;
        Ok(identity.with_facts(Facts { region, ..Facts::default() }))
    }

    async fn find(&self, context: Arc<Context>) -> Result<Identity, Error> {
        if let Some(source) = self.found() {
            return of(source, context).await;
        }
        let own = OwnNames::new(context.variable_prefix);
        let mut missing = Vec::new();
        if self.settings.profile.is_none() {
            match self.settings.environment.source(&own)? {
                Some(source) => return of(self.store(source), context).await,
                None => missing.push(Environment::missing(&own)),
            }
        }
        let (files, metadata) = (self.settings.files(), self.settings.metadata_address(&own)?);
        match reading_files({
            let metadata = metadata.clone();
            move || profile_source::find(files, metadata)
        })
        .await?
        {
            Ok(source) => return of(self.store(source), context).await,
            Err(found) => missing.extend(found),
        }
        if self.settings.profile.is_some() {
            return Err(Error::invalid_input(missing.join("; ")));
        }
        let service: Arc<dyn CredentialSource> = Arc::new(Metadata::as_fallback(metadata));
        match of(service.clone(), context).await {
            Ok(identity) => {
                self.store(service);
                Ok(identity)
            }
            // There is such a service, so that it is the one to mend.
            Err(error) if is_of_a_server(&error) => Err(error),
            Err(error) => {
                missing.push(format!("the ECS metadata service is not there ({})", why(&error)));
                Err(Error::invalid_input(format!("none is configured: {}", missing.join("; "))).with_source(error))
            }
        }
    }

    fn found(&self) -> Option<Arc<dyn CredentialSource>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn store(&self, source: Arc<dyn CredentialSource>) -> Arc<dyn CredentialSource> {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(source.clone());
        source
    }
}

/// Whether the metadata service of a cloud server failed, and not whatever else may be at its address: a server without an
/// agency is told so, and one whose service is out of order says that itself.
fn is_of_a_server(error: &Error) -> bool {
    error.is_invalid_input() || error.status().is_some_and(|status| status.is_server_error())
}

fn why(error: &Error) -> String {
    if error.is_connect() {
        "no connection".to_owned()
    } else if error.is_timeout() {
        "no answer".to_owned()
    } else if let Some(status) = error.status() {
        format!("HTTP {}", status.as_u16())
    } else {
        "the connection broke".to_owned()
    }
}

/// The identity of one source, or an error that names it.
async fn of(source: Arc<dyn CredentialSource>, context: Arc<Context>) -> Result<Identity, Error> {
    let name = source.name();
    let loaded = match source.check() {
        Ok(()) => source.load(context).await,
        Err(error) => Err(error),
    };
    loaded.map_err(|error| error.in_credentials(name))
}

impl CredentialSource for Chain {
    fn name(&self) -> String {
        match &self.settings.profile {
            Some(profile) => format!("the profile {profile}"),
            None => "the default chain".to_owned(),
        }
    }

    fn load(self: Arc<Self>, context: Arc<Context>) -> Loading {
        Box::pin(async move { self.identity(context).await })
    }

    fn refresh_before_expiry(&self) -> Duration {
        self.found().map_or(super::source::REFRESH_BEFORE_EXPIRY, |source| source.refresh_before_expiry())
    }

    fn is_renewable(&self) -> bool {
        self.found().is_none_or(|source| source.is_renewable())
    }

    fn is_uncached(&self) -> bool {
        self.found().is_some_and(|source| source.is_uncached())
    }
}
