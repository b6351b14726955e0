//! Who is calling: one file per source, the chain that tries them, and the cache of the identity in use.

pub(crate) mod access_key;
pub(crate) mod cache;
pub(crate) mod chain;
pub(crate) mod context;
pub(crate) mod environment;
pub(crate) mod files;
pub(crate) mod iam;
pub(crate) mod identity;
pub(crate) mod identity_provider;
pub(crate) mod metadata;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod profile_source;
pub(crate) mod project;
pub(crate) mod provider;
pub(crate) mod refresh;
pub(crate) mod source;
pub(crate) mod text;
pub(crate) mod token_file;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use self::chain::DefaultChain;
use self::identity::Identity;
use self::password::PasswordLogin;
use self::provider::CredentialProvider;
use self::source::{CredentialSource, Fixed};

/// The source of the identity that each request carries.
///
/// A [`Client`](crate::Client) asks the source when a call first needs an identity, and refreshes the identity before it
/// expires. One refresh serves all calls. It runs in its own task for up to 60 s, and completes even if the call that
/// started it has ended, so a login may take longer than a call. Calls use the current identity while it is valid.
///
/// - **HTTP 401**: the call is retried once with a new identity. Until the new one has come, later calls use the old one.
///   An identity that was rejected twice in a row, without a success in between, is not used again.
/// - **Failed refresh**: the source is asked again after 10 s. Each further failure doubles the pause, up to 5 minutes.
///   Meanwhile calls use the current identity. If there is none, they fail at once with the error of the source.
/// - **Transient failures** (no connection, timeout, HTTP 429 or 5xx) do not make calls fail at once: a call that has no
///   identity asks the source again.
///
/// Errors of a source, panics included, have [`Error::is_credentials`](crate::Error::is_credentials).
///
/// A token or a key must be visible ASCII without quotes around it; anything else is an error before a request is sent,
/// because repeated bad signatures lock an access key. `Debug` prints only the kind.
///
/// ```
/// use dataarts_security::Credentials;
///
/// let credentials = Credentials::token("MIIFexample");
/// assert_eq!(format!("{credentials:?}"), "Credentials(token)");
/// ```
#[derive(Clone)]
pub struct Credentials {
    source: Arc<dyn CredentialSource>,
}

impl Credentials {
    /// An IAM token of project scope, sent as `X-Auth-Token`. It is valid for 24 hours and is not refreshed.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::token("MIIFexample");
    /// ```
    pub fn token(token: impl Into<String>) -> Self {
        Self::fixed(Identity::token(token))
    }

    /// An IAM token in a file, such as a secret that is mounted into a container. The file is read for each request, so a
    /// new token counts as soon as it is there. White space around the token in the file is ignored.
    ///
    /// # Errors
    ///
    /// Calls fail with [`Error::is_credentials`](crate::Error::is_credentials) while the file is missing, is empty, is
    /// larger than 1 MiB, or holds anything but one token.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::token_file("/run/secrets/dataarts-token");
    /// ```
    pub fn token_file(path: impl Into<PathBuf>) -> Self {
        Self::of(token_file::TokenFile { path: path.into(), facts: identity::Facts::default() })
    }

    /// An IAM token from a function of one's own, which is called when a token is needed and when the service refuses the
    /// last one. One that knows until when its token is valid is better a [`CredentialProvider`].
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::token_from(|| async { std::env::var("MY_TOKEN") });
    /// ```
    pub fn token_from<F, R, T, E>(function: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<String> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        Self::provider(provider::TokenFunction(function))
    }

    /// A permanent access key: its id (AK) and its secret (SK). Each request is signed with `SDK-HMAC-SHA256`; the secret
    /// itself never travels.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::access_key("access key id", "secret access key");
    /// ```
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::fixed(Identity::access_key(id, secret))
    }

    /// A temporary access key, which comes with a security token and ends with it.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::temporary_access_key("id", "secret", "security token");
    /// ```
    pub fn temporary_access_key(
        id: impl Into<String>,
        secret: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        Self::fixed(Identity::temporary_access_key(id, secret, security_token))
    }

    /// An IAM user with a password, who logs in for a token:
    /// [Obtaining a token](https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html).
    ///
    /// ```
    /// use dataarts_security::{Credentials, PasswordLogin};
    ///
    /// let credentials = Credentials::password(PasswordLogin::new("user", "password", "account name"));
    /// ```
    pub fn password(login: PasswordLogin) -> Self {
        Self::of(password::Password { login })
    }

    /// A workload of an identity provider. Its identity token is exchanged for an IAM token, and that one for a temporary
    /// access key. The file with the identity token is read at each refresh.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::identity_provider("my-idp", "/var/run/secrets/id-token");
    /// ```
    pub fn identity_provider(id: impl Into<String>, token_file: impl Into<PathBuf>) -> Self {
        Self::of(identity_provider::IdentityProvider::new(id.into(), token_file.into()))
    }

    /// The temporary access key of the agency (IAM delegation) of the ECS instance that the program runs on, from the
    /// instance metadata service.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::ecs_metadata();
    /// ```
    pub fn ecs_metadata() -> Self {
        Self::of(metadata::Metadata::default())
    }

    /// The environment, the profile files and the metadata service, the first of them that is configured; what they are
    /// stands at [`DefaultChain`].
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::default_chain();
    /// ```
    pub fn default_chain() -> Self {
        DefaultChain::new().into()
    }

    /// A profile by its name: `basic` or `global` of the official SDKs' file, or any other of KooCLI's file. Both are
    /// described at [`DefaultChain`].
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::profile("operations");
    /// ```
    pub fn profile(name: impl Into<String>) -> Self {
        DefaultChain::new().profile(name).into()
    }

    /// A source of one's own.
    ///
    /// ```
    /// use dataarts_security::{CredentialProvider, Credentials};
    ///
    /// fn credentials(vault: impl CredentialProvider) -> Credentials {
    ///     Credentials::provider(vault)
    /// }
    /// ```
    pub fn provider(provider: impl CredentialProvider) -> Self {
        Self::of(provider::Provided(provider))
    }

    fn of(source: impl CredentialSource) -> Self {
        Self { source: Arc::new(source) }
    }

    fn fixed(identity: Identity) -> Self {
        let kind = identity.kind();
        Self::of(Fixed(identity.named(format!("the {kind} given"))))
    }

    pub(crate) fn source(&self) -> &Arc<dyn CredentialSource> {
        &self.source
    }
}

impl From<DefaultChain> for Credentials {
    fn from(chain: DefaultChain) -> Self {
        Self { source: Arc::new(chain::Chain::new(chain)) }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.source.name();
        let name = name.strip_prefix("the ").unwrap_or(&name);
        write!(formatter, "Credentials({})", name.strip_suffix(" given").unwrap_or(name))
    }
}

#[cfg(test)]
mod tests {
    use super::{Credentials, DefaultChain, PasswordLogin};

    #[test]
    fn debug_shows_the_kind_alone() {
        for (credentials, shown) in [
            (Credentials::token("t0p-secret"), "Credentials(token)"),
            (Credentials::access_key("ak-secret", "sk-secret"), "Credentials(access key)"),
            (
                Credentials::temporary_access_key("ak-secret", "sk-secret", "st-secret"),
                "Credentials(temporary access key)",
            ),
            (Credentials::password(PasswordLogin::new("user", "p-secret", "d")), "Credentials(login of user user)"),
            (Credentials::ecs_metadata(), "Credentials(ECS metadata service)"),
            (DefaultChain::new().into(), "Credentials(default chain)"),
        ] {
            assert_eq!(format!("{credentials:?}"), shown);
        }
    }

    #[test]
    fn a_secret_with_white_space_quotes_or_other_characters_is_rejected_and_not_shown() {
        let (space, quotes, other) = ("begins or ends with", "is in quotes", "at position");
        for (bad, reason) in [
            ("", "is empty"),
            ("hunter2\n", space),
            ("hunter2\r\n", space),
            ("hunter2 ", space),
            (" hunter2", space),
            ("\thunter2", space),
            ("hunter2\u{a0}", space),
            ("\n", space),
            ("\"hunter2\"", quotes),
            ("'hunter2'", quotes),
            ("\"\"", quotes),
            ("hun ter", other),
            ("hunter2\r\nX-Evil: 1", other),
            ("huntér", other),
            ("hunter2\u{200b}", other),
            ("hunter2\0", other),
        ] {
            for (name, credentials) in [
                ("the token", Credentials::token(bad)),
                ("the access key id", Credentials::access_key(bad, "secret")),
                ("the secret access key", Credentials::access_key("id", bad)),
                ("the access key id", Credentials::temporary_access_key(bad, "secret", "token")),
                ("the secret access key", Credentials::temporary_access_key("id", bad, "token")),
                ("the security token", Credentials::temporary_access_key("id", "secret", bad)),
                ("the id of the identity provider", Credentials::identity_provider(bad, "/token")),
            ] {
                let error = credentials.source().check().unwrap_err();
                assert!(error.is_invalid_input(), "{bad:?}");
                let text = error.to_string();
                assert!(text.starts_with(name) && text.contains(reason) && !text.contains("hun"), "{bad:?}: {text}");
            }
        }
        for good in ["\"", "'", "a\"b", "\"a'", "half%of;the#secret"] {
            assert!(Credentials::access_key("id", good).source().check().is_ok(), "{good}");
        }
    }
}
