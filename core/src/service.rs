//! What is known of a service before a client of it is made.

use std::borrow::Cow;

use crate::pipeline::rate::Rate;

/// Settings that are the same for every client of one service. A crate for a service gives them to
/// [`ClientBuilder::service`](crate::ClientBuilder::service).
///
/// ```
/// use huaweicloud_core::Service;
///
/// let service = Service::new("smn-report/1.0").host(|region| format!("smn.{region}.myhuaweicloud.com"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Service {
    pub(crate) product: Cow<'static, str>,
    pub(crate) host: Option<fn(&str) -> String>,
    pub(crate) rate_limit: Option<Rate>,
    pub(crate) not_found_codes: &'static [&'static str],
    pub(crate) variable_prefix: &'static str,
}

impl Service {
    /// Creates settings without a host, a rate limit and error codes. `product` begins the header `User-Agent`; it is name
    /// and version of the crate for the service, such as `dataarts-security/0.1.0`.
    ///
    /// ```
    /// let service = huaweicloud_core::Service::new("smn-report/1.0");
    /// ```
    pub fn new(product: impl Into<Cow<'static, str>>) -> Self {
        Self {
            product: product.into(),
            host: None,
            rate_limit: None,
            not_found_codes: &[],
            variable_prefix: "HUAWEICLOUD",
        }
    }

    /// Sets the host of a region, for clients that are given a region and no endpoint. The function is called with
    /// lower-case letters, digits and hyphens only.
    ///
    /// ```
    /// # use huaweicloud_core::Service;
    /// let service = Service::new("smn-report/1.0").host(|region| format!("smn.{region}.myhuaweicloud.com"));
    /// ```
    pub fn host(mut self, of_region: fn(&str) -> String) -> Self {
        self.host = Some(of_region);
        self
    }

    /// Sets how many requests are sent within how much time. Default: no limit.
    ///
    /// ```
    /// # use huaweicloud_core::Service;
    /// # fn main() -> Result<(), huaweicloud_core::Error> {
    /// let service = Service::new("smn-report/1.0").rate_limit("100/1m".parse()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_limit(mut self, rate: Rate) -> Self {
        self.rate_limit = Some(rate);
        self
    }

    /// Sets the error codes with which the service says that an object does not exist, beside HTTP 404;
    /// [`Error::is_not_found`](crate::Error::is_not_found) holds for them.
    ///
    /// ```
    /// # use huaweicloud_core::Service;
    /// let service = Service::new("smn-report/1.0").not_found_codes(&["SMN.0037"]);
    /// ```
    pub fn not_found_codes(mut self, codes: &'static [&'static str]) -> Self {
        self.not_found_codes = codes;
        self
    }

    /// Sets the prefix of the environment variables that the default chain reads for this service alone:
    /// `{prefix}_TOKEN`, `{prefix}_TOKEN_FILE` and `{prefix}_METADATA_ENDPOINT`. Default: `HUAWEICLOUD`.
    ///
    /// ```
    /// # use huaweicloud_core::Service;
    /// let service = Service::new("smn-report/1.0").variable_prefix("SMN");
    /// ```
    pub fn variable_prefix(mut self, prefix: &'static str) -> Self {
        self.variable_prefix = prefix;
        self
    }
}

impl Default for Service {
    fn default() -> Self {
        Self::new(concat!("huaweicloud-core/", env!("CARGO_PKG_VERSION")))
    }
}
