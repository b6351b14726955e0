//! SDK-HMAC-SHA256 as the gateway checks it.

use axum::http::request::Parts;
use dataarts_security::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use sha2::Sha256;

use super::canonical::{canonical_request, hexadecimal, sha256};
use super::text;

const ALGORITHM: &str = "SDK-HMAC-SHA256";
const DATE_HEADER: &str = "x-sdk-date";
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";
/// How far the client's clock may be off, either way.
const SKEW_MILLISECONDS: u64 = 15 * 60 * 1_000;

/// The header `Authorization`, taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct Authorization<'a> {
    /// Access key id.
    pub(super) access_key: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// `None` unless it is the algorithm with its three parts, each of them once.
    pub(super) fn parse(value: &'a str) -> Option<Self> {
        let (mut access_key, mut signed_headers, mut signature) = (None, None, None);
        for part in value.strip_prefix(ALGORITHM)?.strip_prefix(' ')?.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            let field = match name {
                "Access" => &mut access_key,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return None,
            };
            if field.replace(value).is_some() {
                return None;
            }
        }
        let signed_headers = signed_headers?.split(';').collect();
        Some(Self { access_key: access_key?, signed_headers, signature: signature? })
    }
}

/// Makes the signature again from the request as it came and compares; an error is what the gateway says of it.
pub(super) fn verify(
    authorization: &Authorization<'_>,
    secret: &str,
    request: &Parts,
    body: &[u8],
    now: Timestamp,
) -> Result<(), String> {
    let signed_headers = &authorization.signed_headers;
    if !signed_headers.contains(&DATE_HEADER) {
        return Err(format!("{DATE_HEADER} is not among the signed headers"));
    }
    let canonical_names = signed_headers.iter().all(|name| !name.bytes().any(|byte| byte.is_ascii_uppercase()))
        && signed_headers.is_sorted_by(|one, next| one < next);
    if !canonical_names {
        let names = signed_headers.join(";");
        return Err(format!(
            "signed headers must be in lower case, sorted and each there once, signed headers:{names}"
        ));
    }
    let date = text(&request.headers, DATE_HEADER).ok_or_else(|| format!("{DATE_HEADER} was not sent"))?;
    check_age(&date, now)?;
    let canonical = canonical_request(request, body, signed_headers)
        .ok_or_else(|| format!("a signed header was not sent, signed headers:{}", signed_headers.join(";")))?;
    if signature(secret, &date, &canonical).is_some_and(|expected| expected == authorization.signature) {
        return Ok(());
    }
    Err(format!("verify aksk signature fail, canonicalRequest:{}", canonical.replace('\n', "|")))
}

/// `None` is out of reach: HMAC takes keys of any length.
fn signature(secret: &str, date: &str, canonical: &str) -> Option<String> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    hmac.update(format!("{ALGORITHM}\n{date}\n{}", sha256(canonical.as_bytes())).as_bytes());
    Some(hexadecimal(&hmac.finalize().into_bytes()))
}

fn check_age(date: &str, now: Timestamp) -> Result<(), String> {
    let signed = DateTime::strptime(DATE_FORMAT, date)
        .and_then(|date| Offset::UTC.to_timestamp(date))
        .map_err(|_| format!("{DATE_HEADER} is not in the form YYYYMMDDTHHMMSSZ"))?;
    if signed.as_millisecond().abs_diff(now.as_millisecond()) <= SKEW_MILLISECONDS {
        return Ok(());
    }
    let server = jiff::Timestamp::from_millisecond(now.as_millisecond())
        .map(|now| now.strftime(DATE_FORMAT).to_string())
        .unwrap_or_default();
    Err(format!("signature expired, signature time:{date},server time:{server}"))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    /// One case as the official Python client signs it: what goes over the wire, and the canonical request.
    struct Vector {
        secret: &'static str,
        date: &'static str,
        target: &'static str,
        headers: &'static [(&'static str, &'static str)],
        authorization: &'static str,
        canonical: &'static str,
    }

    const VECTORS: [Vector; 4] = [
        Vector {
            secret: "fake-sk-not-a-secret-onz7fve5puo7ptbw110",
            date: "20200101T000000Z",
            target: "/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks?limit=10&offset=0",
            headers: &[
                ("workspace", "fedcba9876543210fedcba9876543210"),
                ("Content-Type", "application/json"),
                ("User-Agent", "example-client/0.1"),
                ("X-Project-Id", "0123456789abcdef0123456789abcdef"),
                ("Host", "dayu.cn-north-4.myhuaweicloud.com"),
            ],
            authorization: "SDK-HMAC-SHA256 Access=FAKE7XN8G9VGVDNYKX55, \
                SignedHeaders=content-type;host;user-agent;workspace;x-project-id;x-sdk-date, \
                Signature=91cc2ec51310ca44654801b370df4da8d2ad71e0c5649a5706d917e784f1ac2e",
            canonical: "GET\n/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks/\nlimit=10&offset=0\n\
                content-type:application/json\nhost:dayu.cn-north-4.myhuaweicloud.com\nuser-agent:example-client/0.1\n\
                workspace:fedcba9876543210fedcba9876543210\nx-project-id:0123456789abcdef0123456789abcdef\n\
                x-sdk-date:20200101T000000Z\n\n\
                content-type;host;user-agent;workspace;x-project-id;x-sdk-date\n\
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
        Vector {
            secret: "fake-sk-not-a-secret-8f8ikiewvu2urmi4fs7",
            date: "20240630T180000Z",
            target: "/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks\
                ?cluster_name=%E9%9B%86%E7%BE%A4-%E4%B8%80%20caf%C3%A9",
            headers: &[
                ("Content-Type", "application/json"),
                ("workspace", "ac0759fb00b9946f99783af23a7d95e5"),
                ("Host", "dayu.cn-north-4.myhuaweicloud.com"),
            ],
            authorization: "SDK-HMAC-SHA256 Access=FAKEEUSYZN3V9KQVUCAC, \
                SignedHeaders=content-type;host;workspace;x-sdk-date, \
                Signature=b5cc6fa7644a6f6b86a7bf4d845f13f5962303d351ba339306aa4f4ba126bbcf",
            canonical: "GET\n/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks/\n\
                cluster_name=%E9%9B%86%E7%BE%A4-%E4%B8%80%20caf%C3%A9\n\
                content-type:application/json\nhost:dayu.cn-north-4.myhuaweicloud.com\n\
                workspace:ac0759fb00b9946f99783af23a7d95e5\nx-sdk-date:20240630T180000Z\n\n\
                content-type;host;workspace;x-sdk-date\n\
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
        Vector {
            secret: "fake-sk-not-a-secret-ub6wbuwgxfn6e1t0csr",
            date: "20260315T120000Z",
            target: "/v1/p/a%2Fb",
            headers: &[
                ("Content-Type", "application/json"),
                ("workspace", "b59314e44ad1f5b5386ad058a960bc93"),
                ("Host", "dayu.cn-north-4.myhuaweicloud.com"),
            ],
            authorization: "SDK-HMAC-SHA256 Access=FAKE7HNHRFT2QZ9A3PZT, \
                SignedHeaders=content-type;host;workspace;x-sdk-date, \
                Signature=5f2894306609c04389429a992fa982c2f88809da8910cc2749d824627fe1c444",
            canonical: "GET\n/v1/p/a/b/\n\ncontent-type:application/json\nhost:dayu.cn-north-4.myhuaweicloud.com\n\
                workspace:b59314e44ad1f5b5386ad058a960bc93\nx-sdk-date:20260315T120000Z\n\n\
                content-type;host;workspace;x-sdk-date\n\
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
        Vector {
            secret: "fake-sk-not-a-secret-vq09uj1d9b40h20wh7f",
            date: "19991231T235959Z",
            target: "/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks",
            headers: &[
                ("Content-Type", "application/json"),
                ("workspace", "  padded  value \t"),
                ("Host", "dayu.cn-north-4.myhuaweicloud.com"),
            ],
            authorization: "SDK-HMAC-SHA256 Access=FAKEEZPK7FL9TUJEH6N4, \
                SignedHeaders=content-type;host;workspace;x-sdk-date, \
                Signature=e38095453b0ab55035b7af023548df13ce643c265017db8004935f3a753895b1",
            canonical: "GET\n/v1/0123456789abcdef0123456789abcdef/security/member-sync-tasks/\n\n\
                content-type:application/json\nhost:dayu.cn-north-4.myhuaweicloud.com\nworkspace:padded  value\n\
                x-sdk-date:19991231T235959Z\n\ncontent-type;host;workspace;x-sdk-date\n\
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
    ];

    fn parts(vector: &Vector) -> Parts {
        let mut request = Request::get(vector.target).header("X-Sdk-Date", vector.date);
        for (name, value) in vector.headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn at(date: &str, seconds: i64) -> Timestamp {
        let time = Offset::UTC.to_timestamp(DateTime::strptime(DATE_FORMAT, date).unwrap()).unwrap();
        Timestamp::from_millisecond(time.as_millisecond() + seconds * 1_000)
    }

    fn verified(vector: &Vector, secret: &str, seconds_late: i64) -> Result<(), String> {
        let authorization = Authorization::parse(vector.authorization).unwrap();
        verify(&authorization, secret, &parts(vector), b"", at(vector.date, seconds_late))
    }

    #[test]
    fn what_the_official_client_signs_is_accepted() {
        for vector in &VECTORS {
            let authorization = Authorization::parse(vector.authorization).unwrap();
            let canonical = canonical_request(&parts(vector), b"", &authorization.signed_headers);
            assert_eq!(canonical.as_deref(), Some(vector.canonical));
            assert_eq!(verified(vector, vector.secret, 0), Ok(()));
        }
    }

    #[test]
    fn another_secret_is_refused_with_the_canonical_request_on_one_line() {
        for vector in &VECTORS {
            let reason = verified(vector, "another", 0).unwrap_err();
            assert!(reason.ends_with(&format!("canonicalRequest:{}", vector.canonical.replace('\n', "|"))), "{reason}");
        }
    }

    #[test]
    fn a_quarter_of_an_hour_is_allowed_either_way_and_no_more() {
        let vector = &VECTORS[0];
        for seconds in [-900, 900] {
            assert_eq!(verified(vector, vector.secret, seconds), Ok(()));
        }
        for (seconds, server) in [(-901, "20191231T234459Z"), (901, "20200101T001501Z")] {
            let expected = format!("signature expired, signature time:20200101T000000Z,server time:{server}");
            assert_eq!(verified(vector, vector.secret, seconds), Err(expected));
        }
    }

    #[test]
    fn the_date_must_be_signed_and_be_a_date() {
        let unsigned = Authorization::parse("SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=0").unwrap();
        let now = at("20200101T000000Z", 0);
        assert!(verify(&unsigned, "s", &parts(&VECTORS[0]), b"", now).unwrap_err().contains("not among"));
        let signed = Authorization::parse("SDK-HMAC-SHA256 Access=A, SignedHeaders=x-sdk-date, Signature=0").unwrap();
        for date in ["", "yesterday", "2020-01-01T00:00:00Z", "20201301T000000Z"] {
            let request = parts(&Vector { date, ..VECTORS[0] });
            assert!(verify(&signed, "s", &request, b"", now).unwrap_err().contains("YYYYMMDD"), "{date}");
        }
    }

    #[test]
    fn signed_headers_are_in_canonical_form_even_where_the_signature_fits() {
        let vector = &VECTORS[0];
        for names in ["workspace;host;x-sdk-date", "host;host;x-sdk-date", "Host;x-sdk-date", "x-sdk-date;host"] {
            let signed: Vec<_> = names.split(';').collect();
            let canonical = canonical_request(&parts(vector), b"", &signed).unwrap();
            let signature = signature(vector.secret, vector.date, &canonical).unwrap();
            let value = format!("{ALGORITHM} Access=A, SignedHeaders={names}, Signature={signature}");
            let authorization = Authorization::parse(&value).unwrap();
            let reason = verify(&authorization, vector.secret, &parts(vector), b"", at(vector.date, 0)).unwrap_err();
            assert!(reason.ends_with(&format!("each there once, signed headers:{names}")), "{reason}");
        }
    }

    #[test]
    fn an_authorization_in_another_form_is_not_read() {
        for value in [
            "",
            "SDK-HMAC-SHA256",
            "SDK-HMAC-SHA256 Access=A",
            "SDK-HMAC-SHA256 Access=A, SignedHeaders=b, Signature=c, More=d",
            "SDK-HMAC-SHA256, Access=A, SignedHeaders=b, Signature=c",
            "V11-HMAC-SHA256 Access=A, SignedHeaders=b, Signature=c",
            "SDK-HMAC-SHA256 Access=A, SignedHeaders=b, Signature=00, Signature=c",
            "SDK-HMAC-SHA256 Access=A, Access=A, SignedHeaders=b, Signature=c",
            "SDK-HMAC-SHA256 Access=A, SignedHeaders=b, SignedHeaders=b, Signature=c",
        ] {
            assert_eq!(Authorization::parse(value), None, "{value}");
        }
    }
}
