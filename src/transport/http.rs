//! How connections are made.

use std::time::Duration;

use crate::error::Error;

/// What holds for every connection of a client and of its credentials.
#[derive(Clone, Debug)]
pub(crate) struct HttpSettings {
    /// Longest wait for a connection.
    pub(crate) connect_timeout: Duration,
    /// Longest wait for a whole answer.
    pub(crate) attempt_timeout: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(5), attempt_timeout: Duration::from_secs(30) }
    }
}

impl HttpSettings {
    /// A pool of connections; `direct` passes by every proxy of the environment, as is right for this machine.
    pub(crate) fn connections(&self, direct: bool) -> Result<reqwest::Client, Error> {
        let mut builder = reqwest::Client::builder();
        if direct {
            builder = builder.no_proxy();
        }
        builder
            // X-Auth-Token would travel with a redirect.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.connect_timeout)
            .timeout(self.attempt_timeout)
            .user_agent(concat!("dataarts-security/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::invalid_input("the HTTP client cannot be set up").with_source(error))
    }
}
