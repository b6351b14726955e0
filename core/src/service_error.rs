//! Understanding a refusal in any of the shapes that the services and gateways of the family use.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, header};

use crate::redaction::{Redactor, ServerText};
use crate::timestamp::Timestamp;
use crate::wire::limits::check as check_limits;
use crate::wire::value::{JsonValue, Kind};
use crate::wire::without_byte_order_mark;

/// Longest text taken over from the service, in characters; a gateway's canonical request fits.
const LONGEST_MESSAGE: usize = 4_096;
const LONGEST_CODE: usize = 128;
/// IAM decodes it only whole; one takes a few thousand.
const LONGEST_AUTHORIZATION_MESSAGE: usize = 65_536;
/// How deep a code may be buried.
const DEPTH: usize = 8;

/// The longest body that is tried as base64; a gateway's refusal takes a few hundred bytes.
const LONGEST_BASE64: usize = 262_144;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Names of code and message, in order of preference: of DataArts Studio and the gateway, of DataArts Security for an
/// unknown workspace, of IAM and others, and of CDM.
const SHAPES: [(&str, &str); 4] =
    [("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message"), ("errCode", "externalMessage")];

/// The prefix of the gateway's error codes: `APIGW.` for Huawei Cloud services, `APIG.` for APIs of customers.
pub(crate) const GATEWAY_CODE: &str = "APIG";

/// What an error response says of itself.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct ServiceError {
    pub(crate) code: Option<ServerText>,
    pub(crate) message: ServerText,
    pub(crate) request_id: Option<ServerText>,
    pub(crate) encoded_authorization_message: Option<ServerText>,
}

/// Reads the body of a refusal, in base64 too; `None` if it does not hold JSON, or names neither a code nor a message.
pub(crate) fn parse(body: &[u8], redactor: &Redactor) -> Option<ServiceError> {
    parse_json(body, redactor).or_else(|| parse_base64(body, redactor))
}

/// Reads a body that is a refusal in base64: as it is, as a JSON string, or as the field `body` of an object.
pub(crate) fn parse_base64(body: &[u8], redactor: &Redactor) -> Option<ServiceError> {
    if body.len() > LONGEST_BASE64 {
        return None;
    }
    let body = without_byte_order_mark(body);
    let text = match JsonValue::parse(body) {
        Err(_) => std::str::from_utf8(body).ok()?.into(),
        Ok(value) => value.member("body").unwrap_or(value).text(),
    };
    // It may be broken into lines.
    let text: String = text.split_ascii_whitespace().collect();
    parse_json(&BASE64.decode(text).ok()?, redactor)
}

fn parse_json(body: &[u8], redactor: &Redactor) -> Option<ServiceError> {
    let body = without_byte_order_mark(body);
    check_limits(body).ok()?;
    let value = JsonValue::parse(body).ok()?;
    let reader = Reader { redactor };
    let (code, message) = reader.find(value, DEPTH)?;
    Some(ServiceError {
        code,
        message: message.unwrap_or_else(|| ServerText::own("no message")),
        request_id: reader.text_of(value, "request_id", LONGEST_CODE, DEPTH),
        encoded_authorization_message: reader.text_of(
            value,
            "encoded_authorization_message",
            LONGEST_AUTHORIZATION_MESSAGE,
            DEPTH,
        ),
    })
}

/// What time it was where the answer was made, by its header `Date`.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(Timestamp::from_millisecond(date.as_millisecond()))
}

/// What can be said of a body that names no code: never the body itself.
pub(crate) fn describe(body: &[u8], content_type: Option<&ServerText>) -> ServiceError {
    let message = match (body.len(), content_type) {
        (0, _) => "no body".to_owned(),
        (length, Some(kind)) => format!("a body of {length} bytes ({kind}) without an error code"),
        (length, None) => format!("a body of {length} bytes without an error code"),
    };
    ServiceError {
        code: None,
        message: ServerText::own(message),
        request_id: None,
        encoded_authorization_message: None,
    }
}

type Found = (Option<ServerText>, Option<ServerText>);

/// Reads the texts of an error response without the secrets of the request.
struct Reader<'a> {
    redactor: &'a Redactor,
}

impl Reader<'_> {
    /// The first object that names a code or a message, outer ones before those that they hold.
    fn find(&self, value: JsonValue<'_>, depth: usize) -> Option<Found> {
        self.here(value).or_else(|| children(value, depth).find_map(|child| self.find(child, depth - 1)))
    }

    fn here(&self, value: JsonValue<'_>) -> Option<Found> {
        if value.kind() != Kind::Object {
            return None;
        }
        let mut found: [Found; SHAPES.len()] = SHAPES.map(|_| (None, None));
        for (name, value) in value.members() {
            for ((code, message), found) in SHAPES.iter().zip(&mut found) {
                if name == *code {
                    found.0 = self.text(value, LONGEST_CODE);
                } else if name == *message {
                    found.1 = self.text(value, LONGEST_MESSAGE);
                }
            }
        }
        found.into_iter().find(|found| *found != (None, None))
    }

    fn text(&self, value: JsonValue<'_>, longest: usize) -> Option<ServerText> {
        match value.kind() {
            Kind::String => Some(self.redactor.line(&value.text(), longest)).filter(|text| !text.is_empty()),
            Kind::Number => Some(self.redactor.line(value.literal(), longest)),
            _ => None,
        }
    }

    /// The first text of this name, outer ones before those that they hold.
    fn text_of(&self, value: JsonValue<'_>, name: &str, longest: usize, depth: usize) -> Option<ServerText> {
        let here = value.member(name).and_then(|value| self.text(value, longest));
        here.or_else(|| children(value, depth).find_map(|child| self.text_of(child, name, longest, depth - 1)))
    }
}

/// What an object or array holds, unless that is too deep.
fn children(value: JsonValue<'_>, depth: usize) -> impl Iterator<Item = JsonValue<'_>> {
    let (elements, members) = match value.kind() {
        Kind::Array if depth > 0 => (Some(value.elements()), None),
        Kind::Object if depth > 0 => (None, Some(value.members().map(|(_, value)| value))),
        _ => (None, None),
    };
    elements.into_iter().flatten().chain(members.into_iter().flatten())
}

/// What a response that may pass says; `None` for one that a retry would only repeat.
pub(crate) fn transient_response(status: u16, code: Option<&str>) -> Option<&'static str> {
    match status {
        408 => Some("request timeout"),
        500 if code.is_some_and(|code| code.starts_with(GATEWAY_CODE)) => Some("gateway error"),
        502 => Some("bad gateway"),
        503 => Some("unavailable"),
        504 => Some("gateway timeout"),
        _ => None,
    }
}

/// Whether an error response may pass without a change of the request.
pub(crate) fn is_transient_response(status: u16, code: Option<&str>) -> bool {
    transient_response(status, code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[u8]) -> Option<ServiceError> {
        super::parse(body, &Redactor::default())
    }

    fn parse_base64(body: &[u8]) -> Option<ServiceError> {
        super::parse_base64(body, &Redactor::default())
    }

    fn code_and_message(body: &str) -> (Option<String>, String) {
        let error = parse(body.as_bytes()).unwrap();
        (error.code.map(ServerText::into_string), error.message.into_string())
    }

    #[test]
    fn every_documented_shape_gives_code_and_message() {
        let cases = [
            (r#"{"error_code":"DLS.3027","error_msg":"m","request_id":"r","data":{}}"#, Some("DLS.3027"), "m"),
            (r#"{"errorCode":"DLS.6036","errorMsg":"m"}"#, Some("DLS.6036"), "m"),
            (r#"{"code":"CDM.1","message":"m"}"#, Some("CDM.1"), "m"),
            (r#"{"errCode":"Cdm.0010","externalMessage":"m"}"#, Some("Cdm.0010"), "m"),
            (r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#, Some("401"), "m"),
            (r#"{"error":{"code":"IAM.0002","message":"m"}}"#, Some("IAM.0002"), "m"),
            (r#"{"error":{"error_code":"DBSS.1","error_msg":"m"}}"#, Some("DBSS.1"), "m"),
            (r#"{"a":{"b":{"c":{"error_code":"X.1","error_msg":"m"}}}}"#, Some("X.1"), "m"),
            (r#"{"details":[{"error_code":"X.2","error_msg":"m"}]}"#, Some("X.2"), "m"),
            (r#"{"errors":[{"error_code":"DLG.1","error_msg":"m"}]}"#, Some("DLG.1"), "m"),
            (r#"[{"error_code":"X.3","error_msg":"m"}]"#, Some("X.3"), "m"),
            (r#"{"error_code":"X.4"}"#, Some("X.4"), "no message"),
            (r#"{"error_msg":"m"}"#, None, "m"),
        ];
        for (body, code, message) in cases {
            assert_eq!(code_and_message(body), (code.map(str::to_owned), message.to_owned()), "{body}");
        }
    }

    #[test]
    fn the_request_id_and_the_encoded_reason_are_kept_from_any_level() {
        let error = parse(
            br#"{"error":{"code":"IAM.0002","message":"m","encoded_authorization_message":"AQIC","request_id":"r"}}"#,
        );
        let error = error.unwrap();
        assert_eq!(error.request_id.as_deref(), Some("r"));
        assert_eq!(error.encoded_authorization_message.as_deref(), Some("AQIC"));
    }

    #[test]
    fn what_names_no_code_is_described_and_never_quoted() {
        for body in
            ["", "<html>private</html>", "{}", "[]", "null", "{\"data\": \"private\"}", "{\"error_code\": null}"]
        {
            assert_eq!(parse(body.as_bytes()), None, "{body}");
        }
        let error = describe(b"<html>private</html>", Some(&ServerText::own("text/html")));
        assert_eq!(&*error.message, "a body of 20 bytes (text/html) without an error code");
        assert_eq!(&*describe(b"", None).message, "no body");
        assert_eq!(&*describe(b"abc", None).message, "a body of 3 bytes without an error code");
    }

    #[test]
    fn the_encoded_reason_stays_on_its_line_too() {
        let error = parse(br#"{"error_code": "X", "encoded_authorization_message": "AQ\n\u001b[31mIC"}"#).unwrap();
        assert_eq!(error.encoded_authorization_message.as_deref(), Some("AQ  [31mIC"));
    }

    #[test]
    fn a_blank_text_says_nothing() {
        assert_eq!(code_and_message(r#"{"error_code": " \n", "error_msg": "m"}"#), (None, "m".to_owned()));
        assert_eq!(parse(br#"{"code": "\t", "message": " "}"#), None);
    }

    const REFUSAL: &str = r#"{"error_code":"APIG.0301","error_msg":"Incorrect IAM é","request_id":"r"}"#;
    const ENCODED: &str =
        "eyJlcnJvcl9jb2RlIjoiQVBJRy4wMzAxIiwiZXJyb3JfbXNnIjoiSW5jb3JyZWN0IElBTSDDqSIsInJlcXVlc3RfaWQiOiJyIn0=";

    #[test]
    fn a_refusal_in_base64_is_read_as_the_refusal_that_it_holds() {
        let expected = parse(REFUSAL.as_bytes());
        assert_eq!(expected.as_ref().unwrap().code.as_deref(), Some("APIG.0301"));
        let (one, other) = ENCODED.split_at(76);
        for body in [
            ENCODED.to_owned(),
            format!("{ENCODED}\n"),
            format!("{one}\r\n{other}"),
            ENCODED.trim_end_matches('=').to_owned(),
            format!("\u{feff}{ENCODED}"),
            format!("\"{ENCODED}\""),
            format!(r#"{{"isBase64Encoded":true,"statusCode":401,"body":"{ENCODED}"}}"#),
        ] {
            assert_eq!(parse(body.as_bytes()), expected, "{body}");
            assert_eq!(parse_base64(body.as_bytes()), expected, "{body}");
        }
        assert_eq!(parse_base64(REFUSAL.as_bytes()), None);
    }

    #[test]
    fn base64_that_holds_no_refusal_is_none() {
        let nested = BASE64.encode(ENCODED);
        let spaces = format!("{ENCODED}{}", " ".repeat(LONGEST_BASE64 - ENCODED.len()));
        assert!(parse(spaces.as_bytes()).is_some());
        for body in
            ["eyJhIjoxfQ==", "PGh0bWw+", "e30=", "true", "1234", "[\"eyJhIjoxfQ==\"]", &nested, &format!("{spaces} ")]
        {
            assert_eq!(parse(body.as_bytes()), None, "{body:.80}");
        }
    }

    #[test]
    fn an_odd_value_does_not_hide_the_refusal() {
        let expected = (Some("X.1".to_owned()), "cut \u{fffd}".to_owned());
        for body in [
            r#"{"error_code":"X.1","error_msg":"cut \ud83d"}"#,
            r#"{"error_code":"X.0","error_code":"X.1","error_msg":"no","error_msg":"cut \ud83d"}"#,
            "\u{feff}{\"error_code\":\"X.1\",\"error_msg\":\"cut \\ude00\"}",
        ] {
            assert_eq!(code_and_message(body), expected, "{body}");
        }
        let cut = parse(b"{\"error_code\":\"X.1\",\"error_msg\":\"cut \xf0\x9f\"}").unwrap();
        assert_eq!((cut.code.map(ServerText::into_string), cut.message.into_string()), expected);
    }

    #[test]
    fn the_outer_of_two_refusals_counts_and_shapes_are_in_order() {
        let body = r#"{"a":{"code":"inner"},"message":"outer","request_id":"1","b":{"request_id":"2"}}"#;
        let error = parse(body.as_bytes()).unwrap();
        assert_eq!((error.code.as_deref(), &*error.message, error.request_id.as_deref()), (None, "outer", Some("1")));
        assert_eq!(code_and_message(r#"{"code":"second","error_code":"first"}"#).0.as_deref(), Some("first"));
        assert_eq!(code_and_message(r#"{"errCode":"fourth","message":"third"}"#), (None, "third".to_owned()));
        let last = parse(br#"{"code":"X","request_id":"1","request_id":"2"}"#).unwrap();
        assert_eq!(last.request_id.as_deref(), Some("2"));
    }

    #[test]
    fn every_text_of_a_refusal_is_bounded() {
        let long = "x".repeat(LONGEST_AUTHORIZATION_MESSAGE + 1);
        let body = format!(
            r#"{{"error_code":"{long}","error_msg":"{long}","request_id":"{long}","encoded_authorization_message":"{long}"}}"#
        );
        let error = parse(body.as_bytes()).unwrap();
        let length = |text: &str| text.chars().count();
        assert_eq!(length(&error.code.unwrap()), LONGEST_CODE + 1);
        assert_eq!(length(&error.message), LONGEST_MESSAGE + 1);
        assert_eq!(length(&error.request_id.unwrap()), LONGEST_CODE + 1);
        let encoded = error.encoded_authorization_message.unwrap();
        assert_eq!(length(&encoded), LONGEST_AUTHORIZATION_MESSAGE + 1);
        let digits = "1".repeat(200);
        assert_eq!(length(&code_and_message(&format!("{{\"code\":{digits}}}")).0.unwrap()), LONGEST_CODE + 1);
    }

    #[test]
    fn the_time_of_the_answer_is_that_of_its_header() {
        let headers =
            |value: &'static str| [(header::DATE, http::HeaderValue::from_static(value))].into_iter().collect();
        let time = date(&headers("Wed, 20 Mar 2024 02:25:16 GMT")).unwrap();
        assert_eq!(time.as_millisecond(), 1_710_901_516_000);
        assert_eq!(date(&headers("yesterday")), None);
        assert_eq!(date(&HeaderMap::new()), None);
    }

    #[test]
    fn a_code_is_found_down_to_eight_levels_and_no_further() {
        for (levels, found) in [(DEPTH, true), (DEPTH + 1, false)] {
            for (open, close) in [("{\"a\":", "}"), ("[", "]")] {
                let body =
                    format!("{}{}{}", open.repeat(levels), r#"{"code":"X","request_id":"r"}"#, close.repeat(levels));
                let error = parse(body.as_bytes());
                assert_eq!(error.is_some(), found, "{body}");
                assert!(error.is_none_or(|error| error.request_id.as_deref() == Some("r")), "{body}");
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        let body = format!("{}{}{}", "{\"a\":".repeat(100), r#"{"code":"X"}"#, "}".repeat(100));
        assert_eq!(parse(body.as_bytes()), None);
    }
}
