//! `SDK-HMAC-SHA256`, the request signature of Huawei Cloud, as a pure function.
//!
//! Source: `reference/platform.md` §1, which the official Python SDK confirms in the forty cases of the tests below.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Header that replaces the hash of a body which is not signed.
pub(crate) const CONTENT_HASH: &str = "x-sdk-content-sha256";

/// What a signature covers. The headers are those that are to be signed, `host` and `x-sdk-date` among them.
pub(crate) struct Signable<'a> {
    pub(crate) method: &'a str,
    /// The path as on the wire.
    pub(crate) path: &'a str,
    /// The query as [`canonical_query`] gives it.
    pub(crate) query: &'a str,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: &'a [u8],
    /// `YYYYMMDDTHHMMSSZ`, the value of `x-sdk-date`.
    pub(crate) date: &'a str,
}

/// A signature and what it was made from.
pub(crate) struct Signature {
    /// The value of the header `Authorization`.
    pub(crate) authorization: String,
    #[cfg_attr(not(test), allow(dead_code, reason = "compared with the vectors, and with what a gateway returns"))]
    pub(crate) canonical_request: String,
    #[cfg_attr(not(test), allow(dead_code, reason = "compared with the vectors"))]
    pub(crate) string_to_sign: String,
}

/// Signs with the access key `access_key` and its secret. HMAC takes keys of any length; the error is for completeness.
pub(crate) fn sign(
    request: Signable<'_>,
    access_key: &str,
    secret: &str,
) -> Result<Signature, hmac::digest::InvalidLength> {
    let mut headers: Vec<(String, String)> = request
        .headers
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        // The gateway drops headers with an underscore, so they cannot be part of what it verifies.
        .filter(|(name, _)| !name.contains('_'))
        .collect();
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let signed_headers = names.join(";");

    let mut canonical_request = String::new();
    canonical_request.push_str(&request.method.to_ascii_uppercase());
    canonical_request.push('\n');
    canonical_request.push_str(&canonical_path(request.path));
    canonical_request.push('\n');
    canonical_request.push_str(request.query);
    canonical_request.push('\n');
    for (name, value) in &headers {
        canonical_request.push_str(name);
        canonical_request.push(':');
        canonical_request.push_str(value.trim());
        canonical_request.push('\n');
    }
    canonical_request.push('\n');
    canonical_request.push_str(&signed_headers);
    canonical_request.push('\n');
    match headers.iter().find(|(name, _)| name == CONTENT_HASH).filter(|_| !request.body.is_empty()) {
        Some((_, hash)) => canonical_request.push_str(hash.trim()),
        None => canonical_request.push_str(&hexadecimal(&Sha256::digest(request.body))),
    }

    let hash = hexadecimal(&Sha256::digest(canonical_request.as_bytes()));
    let string_to_sign = format!("{ALGORITHM}\n{}\n{hash}", request.date);
    let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    code.update(string_to_sign.as_bytes());
    let signature = hexadecimal(&code.finalize().into_bytes());
    let authorization =
        format!("{ALGORITHM} Access={access_key}, SignedHeaders={signed_headers}, Signature={signature}");
    Ok(Signature { authorization, canonical_request, string_to_sign })
}

/// The query in the form that is signed; the same bytes go on the wire.
pub(crate) fn canonical_query<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let mut pairs: Vec<(N, V)> = pairs.into_iter().collect();
    // Sorted before encoding: `tag:` stands between `tag1` and `tagé`.
    pairs.sort_by(|left, right| {
        left.0.as_ref().cmp(right.0.as_ref()).then_with(|| left.1.as_ref().cmp(right.1.as_ref()))
    });
    let encoded: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name.as_ref().as_bytes()), encode(value.as_ref().as_bytes())))
        .collect();
    encoded.join("&")
}

/// What [`CONTENT_HASH`] must say for a body of this type: only JSON and BSON bodies are signed.
pub(crate) fn unsigned_payload(content_type: Option<&str>) -> Option<&'static str> {
    let kind = content_type?;
    let signed = kind.starts_with("application/json") || kind.starts_with("application/bson");
    (!signed).then_some("UNSIGNED-PAYLOAD")
}

/// Decoded once, encoded anew segment by segment, with a slash at the end.
fn canonical_path(path: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let mut canonical = decoded.split(|byte| *byte == b'/').map(encode).collect::<Vec<_>>().join("/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

fn encode(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, RESERVED).to_string()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{CONTENT_HASH, Signable, canonical_query, sign, unsigned_payload};

    #[derive(Deserialize)]
    struct Case {
        name: String,
        ak: String,
        sk: String,
        method: String,
        url: Place,
        query: Vec<(String, String)>,
        headers: std::collections::BTreeMap<String, String>,
        body: String,
        x_sdk_date: String,
        security_token: Option<String>,
        project_id: Option<String>,
        domain_id: Option<String>,
        expected: Expected,
    }

    #[derive(Deserialize)]
    struct Place {
        host: String,
        path: String,
    }

    #[derive(Deserialize)]
    struct Expected {
        canonical_request: String,
        string_to_sign: String,
        authorization: String,
        request_uri: String,
    }

    fn vectors() -> Vec<Case> {
        let text = include_str!("../tests/data/signing-vectors.json");
        serde_json::from_str(text).unwrap()
    }

    /// The headers that the official SDK adds before it signs.
    fn headers(case: &Case) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = case.headers.clone().into_iter().collect();
        let mut set = |name: &str, value: &str| {
            headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
            headers.push((name.to_owned(), value.to_owned()));
        };
        for (name, value) in [
            ("X-Project-Id", &case.project_id),
            ("X-Domain-Id", &case.domain_id),
            ("X-Security-Token", &case.security_token),
        ] {
            if let Some(value) = value {
                set(name, value);
            }
        }
        set("X-Sdk-Date", &case.x_sdk_date);
        let own = |name: &str| {
            case.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
        };
        set("Host", own("host").unwrap_or(&case.url.host));
        if let Some(payload) = unsigned_payload(own("content-type")) {
            set(CONTENT_HASH, payload);
        }
        headers
    }

    #[test]
    fn all_forty_cases_of_the_official_sdk_give_the_same_canonical_request_and_signature() {
        let cases = vectors();
        assert_eq!(cases.len(), 40);
        for case in cases {
            let query = canonical_query(case.query.iter().map(|(name, value)| (name, value)));
            let uri = if query.is_empty() { case.url.path.clone() } else { format!("{}?{query}", case.url.path) };
            assert_eq!(uri, case.expected.request_uri, "{}", case.name);
            let request = Signable {
                method: &case.method,
                path: &case.url.path,
                query: &query,
                headers: headers(&case),
                body: case.body.as_bytes(),
                date: &case.x_sdk_date,
            };
            let signature = sign(request, &case.ak, &case.sk).unwrap();
            assert_eq!(signature.canonical_request, case.expected.canonical_request, "{}", case.name);
            assert_eq!(signature.string_to_sign, case.expected.string_to_sign, "{}", case.name);
            assert_eq!(signature.authorization, case.expected.authorization, "{}", case.name);
        }
    }

    #[test]
    fn the_query_keeps_every_pair_in_a_fixed_order() {
        let pairs = [("b", "2"), ("a", " +/~*"), ("b", "10"), ("a", "")];
        assert_eq!(canonical_query(pairs), "a=&a=%20%2B%2F~%2A&b=10&b=2");
    }
}
