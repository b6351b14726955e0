//! The canonical request: the one text that both sides make of a request before it is signed.
//!
//! Rules: the signing guide of the platform and what its official client does, seen from the server's side. The path is
//! decoded once and encoded again segment by segment; the query is sorted by decoded name, then value.

use std::fmt::Write as _;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest as _, Sha256};

use crate::wire_query;

/// Everything but letters, digits and `-`, `_`, `.`, `~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The canonical request over the headers named, in the order in which they are named.
///
/// `None` when one of them is not in the request.
pub(super) fn canonical_request(request: &Parts, body: &[u8], signed_headers: &[&str]) -> Option<String> {
    let path = canonical_path(request.uri.path());
    let query = canonical_query(request.uri.query().unwrap_or_default());
    let mut headers = String::new();
    for name in signed_headers {
        writeln!(headers, "{name}:{}", header(&request.headers, name)?).ok()?;
    }
    let names = signed_headers.join(";");
    let payload = payload_hash(&request.headers, body);
    Some(format!("{}\n{path}\n{query}\n{headers}\n{names}\n{payload}", request.method))
}

/// Lower-case hexadecimal SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Two lower-case hexadecimal digits for each byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn canonical_path(path: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let mut segments: Vec<String> = decoded.split(|byte| *byte == b'/').map(encode).collect();
    // A path ends with a slash in the canonical form, whether or not it does on the wire.
    if segments.last().is_some_and(|last| !last.is_empty()) {
        segments.push(String::new());
    }
    segments.join("/")
}

fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<_> = wire_query::pairs(query).collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// Value of a header without the white space around it; several of one name are joined by commas.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<String> =
        headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned()).collect();
    if values.is_empty() { None } else { Some(values.join(",")) }
}

/// Hash of the body, or what the client declares in place of it; nothing can be declared of an empty body.
fn payload_hash(headers: &HeaderMap, body: &[u8]) -> String {
    match header(headers, "x-sdk-content-sha256") {
        Some(declared) if !body.is_empty() => declared,
        _ => sha256(body),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn paths_are_decoded_once_and_encoded_again() {
        // Paths and canonical forms as the official Python client makes them.
        for (path, canonical) in [
            ("/", "/"),
            ("/v1//security/x", "/v1//security/x/"),
            ("/v1/p/a%2Fb", "/v1/p/a/b/"),
            ("/v1/p/%e4%b8%80%20x", "/v1/p/%E4%B8%80%20x/"),
            ("/v1/p/A-z_0.9~", "/v1/p/A-z_0.9~/"),
            ("/v1/p/100%25/x%3Fy%23z", "/v1/p/100%25/x%3Fy%23z/"),
            ("/v1/p/a+b*c:d@e,f;g=h!i$j&k'l(m)", "/v1/p/a%2Bb%2Ac%3Ad%40e%2Cf%3Bg%3Dh%21i%24j%26k%27l%28m%29/"),
        ] {
            assert_eq!(canonical_path(path), canonical);
        }
    }

    #[test]
    fn queries_are_sorted_before_they_are_encoded() {
        for (query, canonical) in [
            ("tag1=x&tag%3A=y&tag%C3%A9=z&tag=w", "tag=w&tag1=x&tag%3A=y&tag%C3%A9=z"),
            ("b=2&a=9&b=10&b=1", "a=9&b=1&b=10&b=2"),
            ("b=1&B=2&a=3&_=4", "B=2&_=4&a=3&b=1"),
            ("cluster_name=a%20b+c/d", "cluster_name=a%20b%2Bc%2Fd"),
            ("cluster_name&limit=5", "cluster_name=&limit=5"),
            ("k=%2520+%252B", "k=%2520%2B%252B"),
        ] {
            assert_eq!(canonical_query(query), canonical);
        }
    }

    #[test]
    fn a_signed_header_that_was_not_sent_leaves_nothing_to_compare() {
        let (request, ()) = Request::get("/").body(()).unwrap().into_parts();
        assert_eq!(canonical_request(&request, b"", &["x-sdk-date"]), None);
    }

    #[test]
    fn a_declared_hash_counts_only_for_a_body() {
        let mut headers = HeaderMap::new();
        headers.insert("x-sdk-content-sha256", "UNSIGNED-PAYLOAD".parse().unwrap());
        assert_eq!(payload_hash(&headers, b"body"), "UNSIGNED-PAYLOAD");
        assert_eq!(payload_hash(&headers, b""), sha256(b""));
    }
}
