//! `SDK-HMAC-SHA256`, the request signature of Huawei Cloud, as a pure function.
//!
//! The algorithm is that of the official SDKs: the official Python SDK confirms it in the forty cases of the tests below.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A slash only parts the segments of a path, also where it was written `%2F`.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Header that replaces the hash of a body which is not signed.
pub(crate) const CONTENT_HASH: &str = "x-sdk-content-sha256";

/// The hash of no bytes.
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Bytes for a query or a canonical request, so that those of a listing are written without growing.
const ROOM: usize = 1024;

/// What a signature covers. The headers are those that are to be signed, `host` and `x-sdk-date` among them.
pub(crate) struct Signable<'a> {
    pub(crate) method: &'a str,
    /// The path as on the wire.
    pub(crate) path: &'a str,
    /// The query as [`canonical_query`] gives it.
    pub(crate) query: &'a str,
    /// Names in lower case, as in [`http::HeaderName`], and values as on the wire.
    pub(crate) headers: Vec<(&'a str, &'a [u8])>,
    pub(crate) body: &'a [u8],
    /// `YYYYMMDDTHHMMSSZ`, the value of `x-sdk-date`.
    pub(crate) date: &'a str,
}

/// A signature and what it was made from.
pub(crate) struct Signature {
    /// The value of the header `Authorization`.
    pub(crate) authorization: String,
    pub(crate) canonical_request: String,
    #[cfg_attr(not(test), allow(dead_code, reason = "compared with the vectors"))]
    pub(crate) string_to_sign: String,
}

/// Signs with the access key `access_key` and its secret. HMAC takes keys of any length; the error is for completeness.
pub(crate) fn sign(
    mut request: Signable<'_>,
    access_key: &str,
    secret: &str,
) -> Result<Signature, hmac::digest::InvalidLength> {
    // The gateway drops headers with an underscore, so they cannot be part of what it verifies.
    request.headers.retain(|(name, _)| !name.contains('_'));
    request.headers.sort_unstable();
    let signed_headers = joined_names(&request.headers);
    let canonical_request = canonical_request(&request, &signed_headers);

    let hash = hexadecimal(&Sha256::digest(canonical_request.as_bytes()));
    let string_to_sign = [ALGORITHM, request.date, &hash].join("\n");
    let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    code.update(string_to_sign.as_bytes());
    let signature = hexadecimal(&code.finalize().into_bytes());
    let authorization =
        [ALGORITHM, " Access=", access_key, ", SignedHeaders=", &signed_headers, ", Signature=", &signature].concat();
    Ok(Signature { authorization, canonical_request, string_to_sign })
}

/// The time of a signature, `YYYYMMDDTHHMMSSZ`, so many milliseconds after the epoch. No calendar holds the rest.
pub(crate) fn date(milliseconds: i64) -> Result<String, jiff::Error> {
    let time = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_millisecond(milliseconds)?);
    let (year, month, day) = (time.year(), time.month(), time.day());
    Ok(format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", time.hour(), time.minute(), time.second()))
}

/// The query in the form that is signed; the same bytes go on the wire.
pub(crate) fn canonical_query<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let mut pairs: Vec<(N, V)> = pairs.into_iter().collect();
    // Sorted before encoding: `tag:` stands between `tag1` and `tagé`.
    pairs.sort_unstable_by(|left, right| {
        left.0.as_ref().cmp(right.0.as_ref()).then_with(|| left.1.as_ref().cmp(right.1.as_ref()))
    });
    let mut query = String::with_capacity(ROOM);
    for (name, value) in &pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(percent_encode(name.as_ref().as_bytes(), RESERVED));
        query.push('=');
        query.extend(percent_encode(value.as_ref().as_bytes(), RESERVED));
    }
    query
}

/// What [`CONTENT_HASH`] must say for a body of this type: only JSON and BSON bodies are signed.
pub(crate) fn unsigned_payload(content_type: Option<&str>) -> Option<&'static str> {
    let kind = content_type?;
    let signed = kind.starts_with("application/json") || kind.starts_with("application/bson");
    (!signed).then_some("UNSIGNED-PAYLOAD")
}

fn joined_names(headers: &[(&str, &[u8])]) -> String {
    headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

/// Six parts on lines of their own; the fourth, the headers, ends its own last line as well.
fn canonical_request(request: &Signable<'_>, signed_headers: &str) -> String {
    let mut text = String::with_capacity(ROOM);
    text.push_str(request.method);
    text.make_ascii_uppercase();
    text.push('\n');
    push_canonical_path(&mut text, request.path);
    text.push('\n');
    text.push_str(request.query);
    text.push('\n');
    for (name, value) in &request.headers {
        text.push_str(name);
        text.push(':');
        text.push_str(String::from_utf8_lossy(value).trim());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(signed_headers);
    text.push('\n');
    text.push_str(&payload_hash(request));
    text
}

/// Decoded once and encoded anew, with a slash at the end.
fn push_canonical_path(text: &mut String, path: &str) {
    text.extend(percent_encode(&Cow::from(percent_decode_str(path)), RESERVED_IN_PATH));
    if !text.ends_with('/') {
        text.push('/');
    }
}

fn payload_hash<'a>(request: &Signable<'a>) -> Cow<'a, str> {
    if request.body.is_empty() {
        return Cow::Borrowed(EMPTY_HASH);
    }
    match request.headers.iter().find(|(name, _)| *name == CONTENT_HASH) {
        Some((_, hash)) => String::from_utf8_lossy(hash.trim_ascii()),
        None => Cow::Owned(hexadecimal(&Sha256::digest(request.body))),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' - 10 + half };
    let digits: Vec<u8> = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect();
    // Digits are UTF-8, so there is no other case; a String takes three times as long, character by character.
    String::from_utf8(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use sha2::{Digest as _, Sha256};

    use super::{CONTENT_HASH, EMPTY_HASH, Signable, canonical_query, hexadecimal, sign, unsigned_payload};

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
        let text = include_str!("../../tests/data/signing-vectors.json");
        serde_json::from_str(text).unwrap()
    }

    /// The headers that the official SDK signs, some of which it adds itself; names in lower case.
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
        headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
    }

    #[test]
    fn all_forty_cases_of_the_official_sdk_give_the_same_canonical_request_and_signature() {
        let cases = vectors();
        assert_eq!(cases.len(), 40);
        for case in cases {
            let query = canonical_query(case.query.iter().map(|(name, value)| (name, value)));
            let uri = if query.is_empty() { case.url.path.clone() } else { format!("{}?{query}", case.url.path) };
            assert_eq!(uri, case.expected.request_uri, "{}", case.name);
            let headers = headers(&case);
            let request = Signable {
                method: &case.method,
                path: &case.url.path,
                query: &query,
                headers: headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect(),
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
    fn the_hash_of_no_bytes_is_what_the_hash_function_gives() {
        assert_eq!(EMPTY_HASH, hexadecimal(&Sha256::digest(b"")));
    }

    #[test]
    fn the_date_is_in_the_basic_format_of_iso_8601() {
        for (milliseconds, expected) in
            [(0, "19700101T000000Z"), (1_710_901_516_999, "20240320T022516Z"), (-1, "19691231T235959Z")]
        {
            assert_eq!(super::date(milliseconds).unwrap(), expected);
        }
        assert!(super::date(i64::MAX).is_err());
    }

    #[test]
    fn the_query_keeps_every_pair_in_a_fixed_order() {
        let pairs = [("b", "2"), ("a", " +/~*"), ("b", "10"), ("a", "")];
        assert_eq!(canonical_query(pairs), "a=&a=%20%2B%2F~%2A&b=10&b=2");
    }
}
