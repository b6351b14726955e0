//! Where the service is: a region's host by rule, or any endpoint.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::error::Error;

/// Regions with an IAM of their own at `iam.{region}.myhuaweicloud.com`. An identity from
/// there works in that region alone, which is all that a client of one region needs.
const IAM_REGIONS: [&str; 27] = [
    "ae-ad-1",
    "af-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "cn-east-2",
    "cn-east-3",
    "cn-east-4",
    "cn-east-5",
    "cn-north-1",
    "cn-north-12",
    "cn-north-2",
    "cn-north-4",
    "cn-north-9",
    "cn-south-1",
    "cn-south-2",
    "cn-southwest-2",
    "eu-west-0",
    "la-north-2",
    "la-south-2",
    "me-east-1",
    "my-kualalumpur-1",
    "na-mexico-1",
    "ru-moscow-1",
    "sa-brazil-1",
    "tr-west-1",
];
/// Connections take it for loopback addresses, whatever the system resolves it to.
const LOCALHOST: &str = "localhost";
const GLOBAL_IAM: &str = "iam.myhuaweicloud.com";
/// The European site has accounts of its own.
const EUROPEAN_IAM: (&str, &str) = ("eu-west-101", "iam.eu-west-101.myhuaweicloud.eu");

/// The base of every request: scheme, host and port.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// Without a slash at the end.
    base: String,
    host: String,
    region: Option<String>,
    /// Whether plain http is taken for no other reason than the name `localhost`.
    is_trusted_by_name: bool,
}

impl Endpoint {
    /// The host of `region`, as the service has it.
    pub(crate) fn of_region(region: &str, host: Option<fn(&str) -> String>) -> Result<Self, Error> {
        let letters =
            |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
        let fits = !region.is_empty() && region.len() <= 63 && region.chars().all(letters);
        if !fits || region.starts_with('-') || region.ends_with('-') {
            return Err(Error::invalid_input(format!(
                "the region {region:?} is no region id; one looks like cn-north-4"
            )));
        }
        let host = host.ok_or_else(|| {
            Error::invalid_input(format!(
                "the host of the service in the region {region} is not known; give an endpoint"
            ))
        })?;
        let host = host(region);
        Ok(Self { base: format!("https://{host}"), host, region: Some(region.to_owned()), is_trusted_by_name: false })
    }

    /// The host of IAM for `region`: its own where it has one, else the one for all.
    pub(crate) fn of_iam(region: Option<&str>) -> Self {
        let host = match region {
            Some(region) if region == EUROPEAN_IAM.0 => EUROPEAN_IAM.1.to_owned(),
            Some(region) if IAM_REGIONS.contains(&region) => format!("iam.{region}.myhuaweicloud.com"),
            Some(_) | None => GLOBAL_IAM.to_owned(),
        };
        Self { base: format!("https://{host}"), host, region: None, is_trusted_by_name: false }
    }

    /// Any endpoint: `https://host[:port]`, or `http` where the host is this machine or `allow_http` is set.
    pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Self, Error> {
        let refused = |reason: &str| Error::invalid_input(format!("the endpoint {text:?} {reason}"));
        // The URL parser would drop these without a word.
        if text.contains(|character: char| character.is_control() || character.is_whitespace()) {
            return Err(refused("holds a space, a line break or another control character"));
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or_else(|| refused("must begin with https://"))?;
        if rest.is_empty() || rest.starts_with(['/', ':', '?', '#']) {
            return Err(refused("has no host"));
        }
        let url = Url::parse(text).map_err(|error| refused(&format!("is no URL: {error}")))?;
        let Some(host) = url.host_str().map(str::to_owned) else { return Err(refused("has no host")) };
        if !url.username().is_empty() || url.password().is_some() {
            // The text is not shown: it may hold a password.
            return Err(Error::invalid_input(
                "the endpoint holds a user or a password; credentials are given apart from it",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("has a query or a fragment; give scheme, host and port alone"));
        }
        if url.path() != "/" {
            return Err(refused("has a path; give scheme, host and port alone"));
        }
        if url.scheme() == "http" && !allow_http && !is_loopback(&host) {
            return Err(refused(
                "is plain http, in which credentials can be read on the way; use https, or allow http",
            ));
        }
        let base = url.as_str().trim_end_matches('/').to_owned();
        let is_trusted_by_name = url.scheme() == "http" && !allow_http && host == LOCALHOST;
        Ok(Self { base, host, region: None, is_trusted_by_name })
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Whether plain http is taken for no other reason than the name, which must not lead to another machine.
    pub(crate) fn is_trusted_by_name(&self) -> bool {
        self.is_trusted_by_name
    }

    /// Whether requests stay on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl fmt::Display for Endpoint {
    /// The host, with the region it was made from: an unknown region shows itself by a host that does not resolve.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.region {
            Some(region) => write!(formatter, "{} (region {region})", self.host),
            None => formatter.write_str(&self.host),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == LOCALHOST || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn iam_is_the_regions_own_where_it_has_one() {
        for (region, base) in [
            (None, "https://iam.myhuaweicloud.com"),
            (Some("cn-north-4"), "https://iam.cn-north-4.myhuaweicloud.com"),
            (Some("eu-west-101"), "https://iam.eu-west-101.myhuaweicloud.eu"),
            (Some("ru-northwest-2"), "https://iam.myhuaweicloud.com"),
        ] {
            assert_eq!(Endpoint::of_iam(region).base(), base);
        }
    }

    #[test]
    fn what_cannot_be_a_region_is_refused() {
        for region in ["", "cn north", "cn-north-4/", "CN-NORTH-4", "evil.example#", "-a", "a-", "a@b"] {
            assert!(Endpoint::of_region(region, Some(str::to_owned)).unwrap_err().is_invalid_input(), "{region:?}");
        }
    }

    #[test]
    fn endpoints_are_scheme_host_and_port() {
        for (text, base) in [
            ("https://dayu.example.com", "https://dayu.example.com"),
            ("https://dayu.example.com/", "https://dayu.example.com"),
            ("https://dayu.example.com:8443", "https://dayu.example.com:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost", "http://localhost"),
        ] {
            assert_eq!(Endpoint::parse(text, false).unwrap().base(), base);
        }
    }

    #[test]
    fn each_malformed_endpoint_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "must begin with https://"),
            ("dayu.example.com", "must begin with https://"),
            ("ftp://dayu.example.com", "must begin with https://"),
            ("https://", "has no host"),
            ("https:///v1", "has no host"),
            ("https://?a", "has no host"),
            ("https://dayu.example.com/v1", "has a path"),
            ("https://dayu.example.com?a=b", "has a query"),
            ("https://dayu.example.com#a", "has a query or a fragment"),
            ("https://exa mple.com", "a space"),
            ("https://example.com\n", "a line break"),
            ("https://exa\tmple.com", "control character"),
            ("https://[::1", "is no URL"),
            ("http://dayu.example.com", "plain http"),
            ("http://127.0.0.1.example.com", "plain http"),
        ] {
            let error = Endpoint::parse(text, false).err().unwrap_or_else(|| panic!("{text} was accepted"));
            assert!(error.is_invalid_input() && error.to_string().contains(reason), "{text}: {error}");
        }
        assert!(!Endpoint::parse("http://dayu.example.com", true).unwrap().is_loopback());
        assert!(Endpoint::parse("http://[::1]:80", false).unwrap().is_loopback());
    }

    #[test]
    fn a_password_in_an_endpoint_is_not_shown() {
        let error = Endpoint::parse("https://user:hunter2@dayu.example.com", false).err().unwrap();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
