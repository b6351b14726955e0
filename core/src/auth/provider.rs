//! The door for sources of one's own.

use std::error::Error as StdError;
use std::future::Future;
use std::sync::Arc;

use super::context::Context;
use super::identity::Identity;
use super::source::{CredentialSource, Loading};
use crate::error::Error;
use crate::redaction::one_line;

/// A source of credentials of one's own: a vault, a sidecar, a test.
///
/// The identity is used until it expires or the service rejects it. The provider is asked for the next one 10 minutes
/// before the expiry, or after four fifths of a shorter lifetime, by one task at a time. It has 60 s. After an error or a
/// panic it is asked again after a pause of 10 s, which doubles with each further failure up to 5 minutes.
///
/// ```
/// use dataarts_security::{CredentialProvider, Credentials, Identity};
///
/// struct Vault;
///
/// impl CredentialProvider for Vault {
///     async fn provide(&self) -> Result<Identity, Box<dyn std::error::Error + Send + Sync>> {
///         let token = std::env::var("TOKEN_OF_THE_VAULT")?;
///         Ok(Identity::token(token))
///     }
/// }
///
/// let credentials = Credentials::provider(Vault);
/// ```
pub trait CredentialProvider: Send + Sync + 'static {
    /// An identity that is valid now.
    ///
    /// # Errors
    ///
    /// Anything. Its text is shown as one line of an [`Error`](crate::Error) whose
    /// [`is_credentials`](crate::Error::is_credentials) holds, so it must not hold a secret.
    fn provide(&self) -> impl Future<Output = Result<Identity, Box<dyn StdError + Send + Sync>>> + Send;
}

/// A provider as a source.
pub(super) struct Provided<P>(pub(super) P);

impl<P: CredentialProvider> CredentialSource for Provided<P> {
    fn name(&self) -> String {
        "the credential provider".to_owned()
    }

    fn load(self: Arc<Self>, _: Arc<Context>) -> Loading {
        Box::pin(async move {
            match self.0.provide().await {
                Ok(identity) => Ok(identity.named(self.name())),
                Err(error) => Err(Error::credentials(one_line(&error.to_string(), 500)).with_shown_source(error)),
            }
        })
    }
}

/// A function that returns a token, as a provider.
pub(super) struct TokenFunction<F>(pub(super) F);

impl<F, T, E, R> CredentialProvider for TokenFunction<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<T, E>> + Send,
    T: Into<String>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn provide(&self) -> Result<Identity, Box<dyn StdError + Send + Sync>> {
        // The awaited result must not live across anything, since neither part of it need be Send.
        let token = (self.0)().await.map(T::into).map_err(E::into)?;
        Ok(Identity::token(token))
    }
}
