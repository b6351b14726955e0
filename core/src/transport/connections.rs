//! How connections are made.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::endpoint::Endpoint;
use crate::error::Error;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use crate::secret_file;

/// Unless set; a connection that takes longer rarely comes about at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// So many connections to a host are kept for later, for 90 seconds. They are as many as a client with the usual pace
/// begins to use within one window, so that it never makes one that it had; what a burst without pace opens beyond them is
/// closed when its answer is there.
const MOST_IDLE: usize = 40;

/// So many headers of an answer are read; together they may take a few hundred kilobytes, which is hyper's own bound.
const MOST_HEADERS: usize = 100;
/// The same bound for HTTP/2, in bytes.
const LARGEST_HEADERS: u32 = 256 * 1024;

const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));
const WITHOUT_TLS: &str = "needs TLS, which this program was built without; enable the feature `rustls` or `native-tls`, \
                           or bring connections with `http_client`";

/// What holds for every connection of a client and of its credentials.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpSettings {
    /// Longest wait for a connection.
    pub(crate) connect_timeout: Option<Duration>,
    /// The only authorities that are trusted, instead of the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// Instead of those of the environment.
    pub(crate) proxy: Option<String>,
    /// Name and version of the crate for the service.
    pub(crate) product: Cow<'static, str>,
    /// What the caller is called.
    pub(crate) user_agent: Option<String>,
    /// The caller's own connections, with settings of their own.
    pub(crate) own: Option<reqwest::Client>,
}

impl HttpSettings {
    /// A pool of connections; `direct` passes by every proxy of the environment, as is right for this machine.
    pub(crate) fn connections(&self, direct: bool) -> Result<reqwest::Client, Error> {
        if let Some(own) = &self.own {
            self.refuse_what_own_connections_bring()?;
            return Ok(own.clone());
        }
        let mut builder = reqwest::Client::builder()
            // X-Auth-Token would travel with a redirect.
            .redirect(reqwest::redirect::Policy::none())
            // Each attempt is counted, paced and signed here.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
            .pool_max_idle_per_host(MOST_IDLE)
            .http1_max_headers(MOST_HEADERS)
            .http2_max_header_list_size(LARGEST_HEADERS)
            .user_agent(self.user_agent()?);
        if let Some(proxy) = &self.proxy {
            // The address is not shown: it may hold a password.
            let proxy = reqwest::Proxy::all(proxy)
                .map_err(|_| Error::invalid_input("the proxy is no URL; one looks like http://proxy.internal:3128"))?;
            builder = builder.proxy(proxy);
        } else if direct
            || excludes_all(std::env::var("NO_PROXY").or_else(|_| std::env::var("no_proxy")).ok().as_deref())
        {
            builder = builder.no_proxy();
        }
        let builder = pinned(builder);
        self.secure(builder)?.build().map_err(|error| self.unusable(error))
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn secure(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        let builder = builder.tls_version_min(reqwest::tls::Version::TLS_1_2);
        // Where another crate below the program asks for the other one, too.
        #[cfg(feature = "rustls")]
        let builder = builder.tls_backend_rustls();
        match &self.ca_file {
            Some(path) => Ok(builder.tls_certs_only(authorities(path)?)),
            None => Ok(builder),
        }
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    fn secure(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        match &self.ca_file {
            Some(path) => Err(refused(path, WITHOUT_TLS)),
            None => Ok(builder),
        }
    }

    /// Refuses an endpoint to which there is no way: one with TLS, in a program that was built without, and one that is
    /// trusted as this machine by its name, with connections that may take that name for another address.
    pub(crate) fn check_endpoint(&self, endpoint: &Endpoint) -> Result<(), Error> {
        if self.own.is_some() && endpoint.is_trusted_by_name() {
            return Err(Error::invalid_input(format!(
                "the endpoint {} is plain http, and connections given with `http_client` may take its name for another \
                 machine; use http://127.0.0.1, or allow http",
                endpoint.base()
            )));
        }
        if HAS_TLS || self.own.is_some() || !endpoint.base().starts_with("https://") {
            return Ok(());
        }
        Err(Error::invalid_input(format!("the endpoint {} {WITHOUT_TLS}", endpoint.base())))
    }

    /// Of what is set here, only the certificates are looked at as late as this.
    fn unusable(&self, error: reqwest::Error) -> Error {
        match &self.ca_file {
            Some(path) => refused(path, "holds a certificate that cannot be read").with_source(error),
            None => Error::invalid_input("the HTTP client cannot be set up").with_source(error),
        }
    }

    /// To pass over a setting in silence would let the caller believe that it holds.
    fn refuse_what_own_connections_bring(&self) -> Result<(), Error> {
        let set = [
            ("connect timeout", self.connect_timeout.is_some()),
            ("CA file", self.ca_file.is_some()),
            ("proxy", self.proxy.is_some()),
            ("user agent", self.user_agent.is_some()),
        ];
        match set.iter().find(|(_, is_set)| *is_set) {
            Some((name, _)) => Err(own_connections_bring(name)),
            None => Ok(()),
        }
    }

    fn user_agent(&self) -> Result<String, Error> {
        match &self.user_agent {
            None => Ok(self.product.to_string()),
            Some(own) if own.chars().all(|character| matches!(character, ' '..='~')) => {
                Ok(format!("{} {own}", self.product))
            }
            Some(_) => Err(Error::invalid_input("the user agent has a character that cannot stand in a header")),
        }
    }
}

/// Connects to `localhost` at loopback addresses alone, whatever a hosts file says: it is trusted with plain http.
fn pinned(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    // The port of the URL is taken in place of 0.
    builder.resolve_to_addrs("localhost", &[(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()])
}

/// Whether `NO_PROXY` excludes every host. reqwest takes its `*` for names alone, not for addresses.
fn excludes_all(no_proxy: Option<&str>) -> bool {
    no_proxy.is_some_and(|hosts| hosts.split(',').any(|host| host.trim() == "*"))
}

/// A setting that connections of the caller's own cannot take from here.
fn own_connections_bring(setting: &str) -> Error {
    Error::invalid_input(format!(
        "the {setting} is set, but the client has connections of its own, given with `http_client`; set the {setting} there"
    ))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn authorities(path: &Path) -> Result<Vec<reqwest::Certificate>, Error> {
    let (bytes, _) = secret_file::read_bytes(path, "the CA file")?
        .ok_or_else(|| refused(path, "cannot be read: there is no such file"))?;
    // Not the reason, which may quote the file.
    let certificates = reqwest::Certificate::from_pem_bundle(&bytes).map_err(|_| refused(path, "is not PEM"))?;
    if certificates.is_empty() {
        return Err(refused(path, "holds no certificate in PEM form"));
    }
    Ok(certificates)
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::invalid_input(format!("the CA file {} {reason}", path.display()))
}

/// What a program without TLS can do and what it cannot; the other tests are for one that has it.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[cfg(test)]
mod without_tls {
    use crate::{Client, Credentials};

    #[test]
    fn an_endpoint_that_needs_it_is_refused_with_the_way_out() {
        let builder = || Client::builder().project_id("p").credentials(Credentials::token("hunter2"));
        let error = builder()
            .endpoint("https://smn.cn-north-4.myhuaweicloud.com")
            .build()
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.contains("smn.cn-north-4.myhuaweicloud.com needs TLS"), "{error}");
        assert!(error.contains("`rustls` or `native-tls`"), "{error}");
        assert!(builder().endpoint("http://127.0.0.1:1").build().is_ok());
        assert!(
            builder()
                .endpoint("https://smn.cn-north-4.myhuaweicloud.com")
                .http_client(reqwest::Client::new())
                .build()
                .is_ok()
        );
        let with_authorities = builder().endpoint("http://127.0.0.1:1").ca_file("/nowhere/ca.pem").build();
        let error = with_authorities.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("the CA file /nowhere/ca.pem needs TLS"), "{error}");
    }
}

#[cfg(test)]
mod tests {
    use super::HttpSettings;
    use std::time::Duration;

    fn refusal(settings: HttpSettings) -> String {
        settings.connections(false).unwrap_err().to_string()
    }

    #[test]
    fn the_callers_name_follows_the_clients_own() {
        let settings = HttpSettings {
            product: "smn-report/1.0".into(),
            user_agent: Some("nightly/2.1".to_owned()),
            ..HttpSettings::default()
        };
        assert_eq!(settings.user_agent().unwrap(), "smn-report/1.0 nightly/2.1");
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
        for (content, reason) in [
            ("no certificate", "holds no certificate in PEM form"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "holds a certificate that cannot be read",
            ),
            ("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n", "is not PEM"),
        ] {
            std::fs::write(&path, content).unwrap();
            let settings = HttpSettings { ca_file: Some(path.clone()), ..HttpSettings::default() };
            let said = refusal(settings);
            assert!(said.contains(reason), "{said}");
        }
    }

    #[test]
    fn a_star_keeps_everything_from_the_proxy() {
        for (hosts, excludes) in [("*", true), ("a.example, * ", true), ("*.example", false), ("", false)] {
            assert_eq!(super::excludes_all(Some(hosts)), excludes, "{hosts}");
        }
        assert!(!super::excludes_all(None));
    }

    #[test]
    fn own_connections_are_not_trusted_to_take_localhost_for_this_machine() {
        let own = HttpSettings { own: Some(reqwest::Client::new()), ..HttpSettings::default() };
        let check = |settings: &HttpSettings, text: &str, allow_http| {
            settings.check_endpoint(&crate::endpoint::Endpoint::parse(text, allow_http).unwrap())
        };
        let error = check(&own, "http://localhost:80", false).unwrap_err();
        assert!(error.is_invalid_input() && error.to_string().contains("use http://127.0.0.1"), "{error}");
        for (text, allow_http) in
            [("http://localhost", true), ("http://127.0.0.1", false), ("https://localhost", false)]
        {
            assert!(check(&own, text, allow_http).is_ok(), "{text}");
        }
        assert!(check(&HttpSettings::default(), "http://localhost", false).is_ok());
    }

    /// Takes every name for 127.0.0.2, as a hosts file may do.
    struct Elsewhere;

    impl reqwest::dns::Resolve for Elsewhere {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            let addresses: reqwest::dns::Addrs = Box::new([([127, 0, 0, 2], 0).into()].into_iter());
            Box::pin(std::future::ready(Ok(addresses)))
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn localhost_is_this_machine_whatever_its_name_resolves_to() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        let own = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = own.local_addr().unwrap().port();
        let other = tokio::net::TcpListener::bind(("127.0.0.2", port)).await.unwrap();
        let client = super::pinned(reqwest::Client::builder().no_proxy().dns_resolver(Elsewhere)).build().unwrap();
        let asking = client.get(format!("http://localhost:{port}/")).send();
        let answering = async {
            let (mut stream, is_own) = tokio::select! {
                accepted = own.accept() => (accepted.unwrap().0, true),
                accepted = other.accept() => (accepted.unwrap().0, false),
            };
            stream.read_u8().await.unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            is_own
        };
        let (response, is_own) = tokio::join!(asking, answering);
        assert_eq!(response.unwrap().status(), 204);
        assert!(is_own);
    }

    #[test]
    fn no_setting_is_passed_over_for_connections_of_ones_own() {
        let own = || HttpSettings { own: Some(reqwest::Client::new()), ..HttpSettings::default() };
        assert!(own().connections(false).is_ok());
        let settings = [
            ("connect timeout", HttpSettings { connect_timeout: Some(Duration::ZERO), ..own() }),
            ("CA file", HttpSettings { ca_file: Some("/nowhere/ca.pem".into()), ..own() }),
            ("proxy", HttpSettings { proxy: Some("http://user:hunter2@proxy.test".to_owned()), ..own() }),
            ("user agent", HttpSettings { user_agent: Some("report/2.1".to_owned()), ..own() }),
        ];
        for (name, settings) in settings {
            let reason = refusal(settings);
            assert!(reason.starts_with(&format!("the {name} is set")) && reason.contains("`http_client`"), "{reason}");
            assert!(!reason.contains("hunter2"), "{reason}");
        }
    }
}
