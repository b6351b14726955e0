//! How connections are made.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::Error;
use crate::service_error::one_line;

const USER_AGENT: &str = concat!("dataarts-security/", env!("CARGO_PKG_VERSION"));

/// So many headers of an answer are read; together they may take a few hundred kilobytes, which is hyper's own bound.
const MOST_HEADERS: usize = 100;
/// The same bound for HTTP/2, in bytes.
const LARGEST_HEADERS: u32 = 256 * 1024;

/// What holds for every connection of a client and of its credentials.
#[derive(Clone, Debug)]
pub(crate) struct HttpSettings {
    /// Longest wait for a connection.
    pub(crate) connect_timeout: Duration,
    /// The only authorities that are trusted, instead of the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// Instead of those of the environment.
    pub(crate) proxy: Option<String>,
    /// What the caller is called.
    pub(crate) user_agent: Option<String>,
    /// The caller's own connections, with settings of their own.
    pub(crate) own: Option<reqwest::Client>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(5), ca_file: None, proxy: None, user_agent: None, own: None }
    }
}

impl HttpSettings {
    /// A pool of connections; `direct` passes by every proxy of the environment, as is right for this machine.
    pub(crate) fn connections(&self, direct: bool) -> Result<reqwest::Client, Error> {
        if let Some(own) = &self.own {
            return Ok(own.clone());
        }
        let mut builder = reqwest::Client::builder()
            // X-Auth-Token would travel with a redirect.
            .redirect(reqwest::redirect::Policy::none())
            // Each attempt is counted, paced and signed here.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .http1_max_headers(MOST_HEADERS)
            .http2_max_header_list_size(LARGEST_HEADERS)
            .user_agent(self.user_agent()?);
        if let Some(proxy) = &self.proxy {
            // The address is not shown: it may hold a password.
            let proxy = reqwest::Proxy::all(proxy)
                .map_err(|_| Error::invalid_input("the proxy is no URL; one looks like http://proxy.internal:3128"))?;
            builder = builder.proxy(proxy);
        } else if direct {
            builder = builder.no_proxy();
        }
        if let Some(path) = &self.ca_file {
            builder = builder.tls_certs_only(authorities(path)?);
        }
        builder.build().map_err(|error| Error::invalid_input("the HTTP client cannot be set up").with_source(error))
    }

    fn user_agent(&self) -> Result<String, Error> {
        match &self.user_agent {
            None => Ok(USER_AGENT.to_owned()),
            Some(own) if own.chars().all(|character| matches!(character, ' '..='~')) => {
                Ok(format!("{USER_AGENT} {own}"))
            }
            Some(_) => Err(Error::invalid_input("the user agent has a character that cannot stand in a header")),
        }
    }
}

fn authorities(path: &std::path::Path) -> Result<Vec<reqwest::Certificate>, Error> {
    let refused = |reason: &str| Error::invalid_input(format!("the CA file {} {reason}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| refused(&format!("cannot be read: {error}")).with_source(error))?;
    let certificates = reqwest::Certificate::from_pem_bundle(&bytes)
        .map_err(|error| refused(&format!("is not PEM: {}", one_line(&error.to_string(), 200))))?;
    if certificates.is_empty() {
        return Err(refused("holds no certificate in PEM form"));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::HttpSettings;

    fn refusal(settings: HttpSettings) -> String {
        settings.connections(false).unwrap_err().to_string()
    }

    #[test]
    fn the_callers_name_follows_the_clients_own() {
        let settings = HttpSettings { user_agent: Some("report/2.1".to_owned()), ..HttpSettings::default() };
        let expected = concat!("dataarts-security/", env!("CARGO_PKG_VERSION"), " report/2.1");
        assert_eq!(settings.user_agent().unwrap(), expected);
        let broken = HttpSettings { user_agent: Some("a\r\nX-Evil: 1".to_owned()), ..HttpSettings::default() };
        assert!(refusal(broken).contains("user agent"));
    }

    #[test]
    fn what_cannot_be_used_is_named_and_no_password_is_shown() {
        let proxy = HttpSettings { proxy: Some("://user:hunter2@".to_owned()), ..HttpSettings::default() };
        let reason = refusal(proxy);
        assert!(reason.contains("the proxy is no URL") && !reason.contains("hunter2"), "{reason}");
        let missing = HttpSettings { ca_file: Some("/nowhere/ca.pem".into()), ..HttpSettings::default() };
        assert!(refusal(missing).contains("the CA file /nowhere/ca.pem cannot be read"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "no certificate").unwrap();
        let empty = HttpSettings { ca_file: Some(path), ..HttpSettings::default() };
        assert!(refusal(empty).contains("holds no certificate in PEM form"));
    }
}
