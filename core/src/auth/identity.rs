//! What a caller proves who they are with, and what is known of them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use reqwest::Request;
use sha2::{Digest as _, Sha256};

use super::access_key::AccessKey;
use super::text::{check_text, sensitive};
use crate::error::Error;
use crate::redaction::HasSecrets;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// Who is calling: a token or an access key, until when it is valid, and what its source tells of the account.
///
/// A [`CredentialProvider`](crate::CredentialProvider) makes one; [`Client::identity`](crate::Client::identity) shows
/// the one in use. Nothing secret can be read out of it again, and `Debug` shows nothing secret.
///
/// ```
/// use dataarts_security::{Identity, Timestamp};
///
/// let identity = Identity::token("MIIFexample").with_expiry(Timestamp::from_millisecond(1_710_901_516_000));
/// assert_eq!(identity.kind(), "token");
/// assert!(!format!("{identity:?}").contains("MIIF"));
/// ```
#[derive(Clone)]
pub struct Identity {
    proof: Proof,
    id: OnceLock<CredentialId>,
    source: String,
    facts: Facts,
    /// What the login was made with.
    login: Arc<[Secret]>,
}

/// Tells credentials apart without showing them: a digest.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct CredentialId([u8; 32]);

#[derive(Clone)]
enum Proof {
    Token(Secret),
    AccessKey(AccessKey),
}

/// What a source may know beside the proof.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) expires: Option<Timestamp>,
    pub(crate) user_name: Option<String>,
    pub(crate) domain_id: Option<String>,
    pub(crate) domain_name: Option<String>,
    pub(crate) project_id: Option<String>,
    pub(crate) project_name: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) iam_endpoint: Option<String>,
    pub(crate) warning: Option<String>,
}

impl Facts {
    fn or(self, other: Self) -> Self {
        Self {
            expires: self.expires.or(other.expires),
            user_name: self.user_name.or(other.user_name),
            domain_id: self.domain_id.or(other.domain_id),
            domain_name: self.domain_name.or(other.domain_name),
            project_id: self.project_id.or(other.project_id),
            project_name: self.project_name.or(other.project_name),
            region: self.region.or(other.region),
            iam_endpoint: self.iam_endpoint.or(other.iam_endpoint),
            warning: self.warning.or(other.warning),
        }
    }
}

impl Identity {
    /// An IAM token, sent as `X-Auth-Token`.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::token("MIIFexample");
    /// ```
    pub fn token(token: impl Into<String>) -> Self {
        Self::new(Proof::Token(Secret::new(token)))
    }

    /// A permanent access key: its id (AK) and its secret (SK), which signs and never travels.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::access_key("access key id", "secret access key");
    /// assert_eq!(identity.access_key_id(), Some("access key id"));
    /// ```
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self::new(Proof::AccessKey(AccessKey::new(id.into(), Secret::new(secret), None)))
    }

    /// A temporary access key with its security token.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::temporary_access_key("id", "secret", "security token");
    /// ```
    pub fn temporary_access_key(
        id: impl Into<String>,
        secret: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        Self::new(Proof::AccessKey(AccessKey::new(id.into(), Secret::new(secret), Some(Secret::new(security_token)))))
    }

    fn new(proof: Proof) -> Self {
        Self { proof, id: OnceLock::new(), source: String::new(), facts: Facts::default(), login: Arc::default() }
    }

    /// Sets the expiry. The identity is refreshed before, and never used after it. Default: it is used until the service
    /// rejects it.
    ///
    /// ```
    /// use dataarts_security::{Identity, Timestamp};
    ///
    /// let identity = Identity::token("MIIFexample").with_expiry(Timestamp::from_millisecond(1_710_901_516_000));
    /// assert_eq!(identity.expires_at().map(Timestamp::as_millisecond), Some(1_710_901_516_000));
    /// ```
    #[must_use]
    pub fn with_expiry(mut self, expires: Timestamp) -> Self {
        self.facts.expires = Some(expires);
        self
    }

    /// The project that it is for, which is used where neither the client nor the call names one.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::token("t").with_project_id("0833a5737480d53b2f25c010dc1a7b88");
    /// ```
    #[must_use]
    pub fn with_project_id(mut self, project_id: impl Into<String>) -> Self {
        self.facts.project_id = Some(project_id.into());
        self
    }

    /// The region that it belongs to, which [`ClientBuilder::discover`](crate::ClientBuilder::discover) takes where none is
    /// set.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::token("t").with_region("cn-north-4");
    /// ```
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.facts.region = Some(region.into());
        self
    }

    /// The id of the account, which IAM calls domain.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::token("t").with_domain_id("0833a5736980d53b0f22c0102ffcbfc0");
    /// ```
    #[must_use]
    pub fn with_domain_id(mut self, domain_id: impl Into<String>) -> Self {
        self.facts.domain_id = Some(domain_id.into());
        self
    }

    /// The same with the secrets that its login was made with, which no server may make us print.
    pub(crate) fn made_with(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.login = secrets.into_iter().collect();
        self
    }

    pub(crate) fn named(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// Adds what the source knows; where both sides know, `facts` wins.
    pub(crate) fn with_facts(mut self, facts: Facts) -> Self {
        self.facts = facts.or(self.facts);
        self
    }

    /// Adds what others know; where both sides know, the identity's own wins.
    pub(crate) fn with_further_facts(mut self, facts: Facts) -> Self {
        self.facts = self.facts.or(facts);
        self
    }

    /// `token`, `access key` or `temporary access key`.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Identity::access_key("id", "secret").kind(), "access key");
    /// ```
    pub fn kind(&self) -> &'static str {
        match &self.proof {
            Proof::Token(_) => "token",
            Proof::AccessKey(key) if key.is_temporary() => "temporary access key",
            Proof::AccessKey(_) => "access key",
        }
    }

    /// Which source gave it, in words for people, such as `the environment (HUAWEICLOUD_SDK_AK)`.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// println!("{}", client.identity().await?.source());
    /// # Ok(())
    /// # }
    /// ```
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The id of the access key, which is no secret; `None` for a token.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Identity::token("MIIFexample").access_key_id(), None);
    /// ```
    pub fn access_key_id(&self) -> Option<&str> {
        match &self.proof {
            Proof::Token(_) => None,
            Proof::AccessKey(key) => Some(key.id()),
        }
    }

    /// Until when it is valid, where the source tells; a permanent access key has no end.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Identity::access_key("id", "secret").expires_at(), None);
    /// ```
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.facts.expires
    }

    /// The IAM user, where the source tells.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Identity::token("MIIFexample").user_name(), None);
    /// ```
    pub fn user_name(&self) -> Option<&str> {
        self.facts.user_name.as_deref()
    }

    /// The id of the account, where the source tells.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::token("t").with_domain_id("0833a5736980d53b0f22c0102ffcbfc0");
    /// assert_eq!(identity.domain_id(), Some("0833a5736980d53b0f22c0102ffcbfc0"));
    /// ```
    pub fn domain_id(&self) -> Option<&str> {
        self.facts.domain_id.as_deref()
    }

    /// The name of the account, where the source tells.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Identity::token("MIIFexample").domain_name(), None);
    /// ```
    pub fn domain_name(&self) -> Option<&str> {
        self.facts.domain_name.as_deref()
    }

    /// The project that it is for, where the source tells.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::token("t").with_project_id("0833a5737480d53b2f25c010dc1a7b88");
    /// assert_eq!(identity.project_id(), Some("0833a5737480d53b2f25c010dc1a7b88"));
    /// ```
    pub fn project_id(&self) -> Option<&str> {
        self.facts.project_id.as_deref()
    }

    /// The name of that project, where the source tells.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Identity::token("MIIFexample").project_name(), None);
    /// ```
    pub fn project_name(&self) -> Option<&str> {
        self.facts.project_name.as_deref()
    }

    /// The region that it belongs to, where the source tells.
    ///
    /// ```
    /// let identity = dataarts_security::Identity::token("t").with_region("cn-north-4");
    /// assert_eq!(identity.region(), Some("cn-north-4"));
    /// ```
    pub fn region(&self) -> Option<&str> {
        self.facts.region.as_deref()
    }

    /// What its owner should know, such as that others can read the file that it came from.
    ///
    /// ```
    /// assert_eq!(dataarts_security::Identity::token("MIIFexample").warning(), None);
    /// ```
    pub fn warning(&self) -> Option<&str> {
        self.facts.warning.as_deref()
    }

    /// The endpoint of IAM that goes with it, where its source names one.
    pub(crate) fn iam_endpoint(&self) -> Option<&str> {
        self.facts.iam_endpoint.as_deref()
    }

    /// Refuses what cannot stand in a header, without showing it.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.proof {
            Proof::Token(token) => check_text("the token", token.expose()),
            Proof::AccessKey(key) => key.check(),
        }
    }

    /// Puts exactly one of `X-Auth-Token` and `Authorization` on `request`. Returns what was signed.
    pub(crate) fn authorize(
        &self,
        request: &mut Request,
        project_id: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        match &self.proof {
            Proof::Token(token) => {
                request.headers_mut().insert("x-auth-token", sensitive("the token", token.expose())?);
                Ok(None)
            }
            Proof::AccessKey(key) => key.sign(request, project_id, now).map(Some),
        }
    }

    pub(crate) fn is_access_key(&self) -> bool {
        matches!(self.proof, Proof::AccessKey(_))
    }

    /// The same for the same credentials, and another one for an access key whose secret was corrected.
    pub(crate) fn credential_id(&self) -> CredentialId {
        *self.id.get_or_init(|| {
            let mut digest = Sha256::new();
            match &self.proof {
                Proof::Token(token) => digest.update(token.expose()),
                Proof::AccessKey(key) => {
                    for part in [Some(key.id())].into_iter().chain(key.secrets()) {
                        // A byte that no part holds, so that no two keys are one text.
                        digest.update(b"\0");
                        digest.update(part.unwrap_or_default());
                    }
                }
            }
            CredentialId(digest.finalize().into())
        })
    }

    /// Whether both would send the same proof, so that a service which refused one refuses the other.
    pub(crate) fn same_credential(&self, other: &Self) -> bool {
        match (&self.proof, &other.proof) {
            (Proof::Token(one), Proof::Token(other)) => one == other,
            (Proof::AccessKey(one), Proof::AccessKey(other)) => one.id() == other.id(),
            (Proof::Token(_), Proof::AccessKey(_)) | (Proof::AccessKey(_), Proof::Token(_)) => false,
        }
    }

    /// The token, to ask IAM about itself.
    pub(crate) fn as_token(&self) -> Option<&Secret> {
        match &self.proof {
            Proof::Token(token) => Some(token),
            Proof::AccessKey(_) => None,
        }
    }
}

impl HasSecrets for Identity {
    fn secrets(&self) -> Vec<&str> {
        let credential = match &self.proof {
            Proof::Token(token) => [Some(token.expose()), None],
            Proof::AccessKey(key) => key.secrets(),
        };
        credential.into_iter().flatten().chain(self.login.iter().map(Secret::expose)).collect()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("kind", &self.kind())
            .field("source", &self.source)
            .field("access_key_id", &self.access_key_id())
            .field("facts", &self.facts)
            .finish()
    }
}
