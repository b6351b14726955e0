//! An access key and what it puts on a request.

use http::{HeaderValue, header};
use reqwest::Request;

use super::text::{check_text, sensitive};
use crate::error::Error;
use crate::secret::Secret;
use crate::signing::{self, Signable};
use crate::timestamp::Timestamp;

/// Headers that are not signed: proxies add or change them, or they are secret and an error may quote what was signed. The
/// gateway requires only `x-sdk-date` among the signed headers.
const UNSIGNED: [&str; 3] = ["accept", "user-agent", "x-security-token"];

/// An access key: id, secret, and a security token where it is temporary.
#[derive(Clone)]
pub(super) struct AccessKey {
    id: String,
    secret: Secret,
    security_token: Option<Secret>,
}

impl AccessKey {
    pub(super) fn new(id: String, secret: Secret, security_token: Option<Secret>) -> Self {
        Self { id, secret, security_token }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn is_temporary(&self) -> bool {
        self.security_token.is_some()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        check_text("the access key id", &self.id)?;
        // A line break that was copied with it makes a wrong signature, and a few of those lock the key.
        check_text("the secret access key", self.secret.expose())?;
        self.security_token.as_ref().map_or(Ok(()), |token| check_text("the security token", token.expose()))
    }

    pub(super) fn secrets(&self) -> [Option<&str>; 2] {
        [Some(self.secret.expose()), self.security_token.as_ref().map(Secret::expose)]
    }

    /// Signs `request` as it stands, at the time `now`. Returns the canonical request.
    pub(super) fn sign(
        &self,
        request: &mut Request,
        project_id: Option<&str>,
        now: Timestamp,
    ) -> Result<String, Error> {
        let date = signing::date(now.as_millisecond()).map_err(|error| {
            Error::invalid_input("the clock shows a time that no calendar holds").with_source(error)
        })?;
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let payload = signing::unsigned_payload(content_type);
        let headers = request.headers_mut();
        headers.insert("x-sdk-date", plain("the date", &date)?);
        if let Some(project_id) = project_id {
            headers.insert("x-project-id", plain("the project id", project_id)?);
        }
        if let Some(token) = &self.security_token {
            headers.insert("x-security-token", sensitive("the security token", token.expose())?);
        }
        if let Some(payload) = payload {
            headers.insert(signing::CONTENT_HASH, HeaderValue::from_static(payload));
        }

        let host = host(request);
        let signable = Signable {
            method: request.method().as_str(),
            path: request.url().path(),
            query: request.url().query().unwrap_or_default(),
            headers: signed_headers(request, &host),
            body: request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default(),
            date: &date,
        };
        let signature = signing::sign(signable, &self.id, self.secret.expose())
            .map_err(|error| Error::invalid_input("the secret access key cannot sign").with_source(error))?;
        let authorization = sensitive_line(&signature.authorization)?;
        request.headers_mut().insert(header::AUTHORIZATION, authorization);
        Ok(signature.canonical_request)
    }
}

fn signed_headers<'a>(request: &'a Request, host: &'a str) -> Vec<(&'a str, &'a [u8])> {
    request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .filter(|(name, _)| !UNSIGNED.contains(name))
        // reqwest writes this header itself, from the same URL.
        .chain(std::iter::once(("host", host.as_bytes())))
        .collect()
}

fn host(request: &Request) -> String {
    let url = request.url();
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

fn plain(name: &str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|_| Error::invalid_input(format!("{name} cannot stand in a header")))
}

fn sensitive_line(value: &str) -> Result<HeaderValue, Error> {
    let mut value = plain("the signature", value)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::AccessKey;
    use crate::secret::Secret;
    use crate::timestamp::Timestamp;

    fn key(secret: &str, security_token: Option<&str>) -> AccessKey {
        AccessKey::new("id".to_owned(), Secret::new(secret), security_token.map(Secret::new))
    }

    fn signed(key: &AccessKey, url: &str) -> reqwest::Request {
        let mut request = reqwest::Request::new(http::Method::GET, url.parse().unwrap());
        request.headers_mut().insert("workspace", "w".parse().unwrap());
        request.headers_mut().insert("accept", "application/json".parse().unwrap());
        key.sign(&mut request, Some("p"), Timestamp::from_millisecond(1_700_000_000_000)).unwrap();
        request
    }

    #[test]
    fn signs_what_the_service_reads_and_what_the_way_does_not_change() {
        let key = self::key("secret", Some("temporary"));
        let request = signed(&key, "https://dayu.example.com:8443/v1/p/x?limit=1");
        let authorization = request.headers().get("authorization").unwrap();
        assert!(authorization.is_sensitive());
        let text = authorization.to_str().unwrap();
        assert!(text.starts_with(
            "SDK-HMAC-SHA256 Access=id, SignedHeaders=host;workspace;x-project-id;x-sdk-date, Signature="
        ));
        assert_eq!(request.headers().get("x-sdk-date").unwrap(), "20231114T221320Z");
        assert_eq!(request.headers().get("x-project-id").unwrap(), "p");
        assert_eq!(request.headers().get("x-security-token").unwrap(), "temporary");
        assert!(request.headers().get("x-auth-token").is_none());
    }

    #[test]
    fn the_signature_depends_on_host_port_query_and_secret() {
        let key = self::key("secret", None);
        let other = self::key("other", None);
        let of = |key: &AccessKey, url: &str| signed(key, url).headers().get("authorization").unwrap().clone();
        let base = of(&key, "https://a.example.com/v1?limit=1");
        assert_ne!(base, of(&key, "https://b.example.com/v1?limit=1"));
        assert_ne!(base, of(&key, "https://a.example.com:8443/v1?limit=1"));
        assert_ne!(base, of(&key, "https://a.example.com/v1?limit=2"));
        assert_ne!(base, of(&other, "https://a.example.com/v1?limit=1"));
        assert_eq!(base, of(&key, "https://a.example.com/v1?limit=1"));
    }
}
