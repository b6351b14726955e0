//! Who is calling: what is put on a request so that the service knows.

mod access_key;

use std::fmt;
use std::time::SystemTime;

use http::HeaderValue;
use reqwest::Request;
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use access_key::AccessKey;

/// Who is calling: an IAM token, or an access key that signs each request.
///
/// Nothing secret is ever shown: `Debug` prints the kind alone. The characters are checked when the client is built.
///
/// ```
/// use dataarts_security::Credentials;
///
/// let credentials = Credentials::token("MIIFexample");
/// assert_eq!(format!("{credentials:?}"), "Credentials(token)");
/// ```
#[derive(Clone)]
pub struct Credentials {
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Token(SecretString),
    AccessKey(AccessKey),
}

impl Credentials {
    /// An IAM token of project scope, sent as `X-Auth-Token`. It is valid for 24 hours and is not renewed here.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::token("MIIFexample");
    /// ```
    pub fn token(token: impl Into<String>) -> Self {
        Self { kind: Kind::Token(SecretString::from(token.into())) }
    }

    /// A permanent access key: its id (AK) and its secret (SK). Each request is signed with `SDK-HMAC-SHA256`; the secret
    /// itself never travels.
    ///
    /// ```
    /// let credentials = dataarts_security::Credentials::access_key("access key id", "secret access key");
    /// ```
    pub fn access_key(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { kind: Kind::AccessKey(AccessKey::new(id.into(), secret.into(), None)) }
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
        Self { kind: Kind::AccessKey(AccessKey::new(id.into(), secret.into(), Some(security_token.into()))) }
    }

    /// Refuses what cannot stand in a header, without showing it.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.kind {
            Kind::Token(token) => check_text("the token", token.expose_secret()),
            Kind::AccessKey(key) => key.check(),
        }
    }

    /// Puts exactly one of `X-Auth-Token` and `Authorization` on `request`.
    pub(crate) fn authorize(
        &self,
        request: &mut Request,
        project_id: Option<&str>,
        now: SystemTime,
    ) -> Result<(), Error> {
        match &self.kind {
            Kind::Token(token) => {
                request.headers_mut().insert("x-auth-token", sensitive("the token", token.expose_secret())?);
                Ok(())
            }
            Kind::AccessKey(key) => key.sign(request, project_id, now),
        }
    }

    /// What must not be shown although a server may echo it.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        match &self.kind {
            Kind::Token(token) => [Some(token.expose_secret()), None],
            Kind::AccessKey(key) => key.secrets(),
        }
        .into_iter()
        .flatten()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match &self.kind {
            Kind::Token(_) => "Credentials(token)",
            Kind::AccessKey(key) if key.is_temporary() => "Credentials(temporary access key)",
            Kind::AccessKey(_) => "Credentials(access key)",
        })
    }
}

/// A header value that is marked as secret, so that no layer below shows it.
fn sensitive(name: &str, value: &str) -> Result<HeaderValue, Error> {
    check_text(name, value)?;
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| Error::invalid_input(format!("{name} has a character that cannot stand in a header")))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Visible ASCII only. The message tells the position and never the value.
fn check_text(name: &str, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return Err(Error::invalid_input(format!("{name} is empty")));
    }
    match value.chars().position(|character| !matches!(character, '!'..='~')) {
        None => Ok(()),
        Some(position) => Err(Error::invalid_input(format!(
            "{name} has a space, a line break or another character that cannot stand there, at position {}",
            position + 1
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::Credentials;

    #[test]
    fn debug_shows_the_kind_alone() {
        for (credentials, shown) in [
            (Credentials::token("t0p-secret"), "Credentials(token)"),
            (Credentials::access_key("ak-secret", "sk-secret"), "Credentials(access key)"),
            (
                Credentials::temporary_access_key("ak-secret", "sk-secret", "st-secret"),
                "Credentials(temporary access key)",
            ),
        ] {
            assert_eq!(format!("{credentials:?}"), shown);
        }
    }

    #[test]
    fn characters_that_break_a_header_are_refused_and_not_shown() {
        for bad in ["", "hunter2\n", "hun ter", "hunter2\r\nX-Evil: 1", "huntér", "hunter2\0"] {
            for credentials in [
                Credentials::token(bad),
                Credentials::access_key(bad, "secret"),
                Credentials::temporary_access_key("id", "secret", bad),
            ] {
                let error = credentials.check().unwrap_err();
                assert!(error.is_invalid_input(), "{bad:?}");
                assert!(!error.to_string().contains("hun"), "{error}");
            }
        }
        assert!(Credentials::access_key("id", "").check().is_err());
    }
}
