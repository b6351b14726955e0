//! Understanding a refusal in any of the shapes that the services and gateways of the family use.

use http::{HeaderMap, header};
use serde_json::{Map, Value};

use crate::Timestamp;

/// Longest text taken over from the service, in characters; a gateway's canonical request fits.
const LONGEST_MESSAGE: usize = 4_096;
const LONGEST_CODE: usize = 128;
/// IAM decodes it only whole; one takes a few thousand.
const LONGEST_AUTHORIZATION_MESSAGE: usize = 65_536;
/// How deep a code may be buried.
const DEPTH: usize = 8;

/// Names under which code and message stand, in order of preference (`reference/platform.md` §5.1).
const SHAPES: [(&str, &str); 4] =
    [("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message"), ("errCode", "externalMessage")];

/// What a refusal says of itself. All texts are foreign: one line, no control characters, bounded.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct ServiceError {
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
    pub(crate) encoded_authorization_message: Option<String>,
}

/// Reads the body of a refusal; `None` where it is JSON that names neither a code nor a message, or no JSON at all.
pub(crate) fn parse(body: &[u8]) -> Option<ServiceError> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let (code, message) = find(&value, DEPTH)?;
    Some(ServiceError {
        code,
        message: message.unwrap_or_else(|| "no message".to_owned()),
        request_id: text_of(&value, "request_id", DEPTH).map(|id| one_line(id, LONGEST_CODE)),
        encoded_authorization_message: text_of(&value, "encoded_authorization_message", DEPTH)
            .map(|text| one_line(text, LONGEST_AUTHORIZATION_MESSAGE)),
    })
}

/// What time it was where the answer was made, by its header `Date`.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(Timestamp::from_millisecond(date.as_millisecond()))
}

/// What can be said of a body that names no code: never the body itself.
pub(crate) fn describe(body: &[u8], content_type: Option<&str>) -> ServiceError {
    let message = match (body.len(), content_type) {
        (0, _) => "no body".to_owned(),
        (length, Some(kind)) => format!("a body of {length} bytes ({}) without an error code", one_line(kind, 60)),
        (length, None) => format!("a body of {length} bytes without an error code"),
    };
    ServiceError { code: None, message, request_id: None, encoded_authorization_message: None }
}

/// Foreign text as part of one line.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == longest {
            line.push('…');
            break;
        }
        line.push(if is_harmful(character) { ' ' } else { character });
    }
    line
}

/// Control characters, and those that reorder what is read on a screen.
pub(crate) fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

type Found = (Option<String>, Option<String>);

/// The nearest object that names a code or a message, breadth first within each object.
fn find(value: &Value, depth: usize) -> Option<Found> {
    if depth == 0 {
        return None;
    }
    match value {
        Value::Object(object) => here(object).or_else(|| object.values().find_map(|child| find(child, depth - 1))),
        Value::Array(list) => list.iter().find_map(|child| find(child, depth - 1)),
        _ => None,
    }
}

fn here(object: &Map<String, Value>) -> Option<Found> {
    let text = |key: &str, longest: usize| match object.get(key)? {
        Value::String(text) if !text.trim().is_empty() => Some(one_line(text, longest)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    SHAPES.iter().find_map(|(code, message)| {
        let found = (text(code, LONGEST_CODE), text(message, LONGEST_MESSAGE));
        (found != (None, None)).then_some(found)
    })
}

fn text_of<'a>(value: &'a Value, key: &str, depth: usize) -> Option<&'a str> {
    if depth == 0 {
        return None;
    }
    match value {
        Value::Object(object) => match object.get(key) {
            Some(Value::String(text)) => Some(text),
            _ => object.values().find_map(|child| text_of(child, key, depth - 1)),
        },
        Value::Array(list) => list.iter().find_map(|child| text_of(child, key, depth - 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{describe, one_line, parse};

    fn code_and_message(body: &str) -> (Option<String>, String) {
        let error = parse(body.as_bytes()).unwrap();
        (error.code, error.message)
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
        let error = describe(b"<html>private</html>", Some("text/html"));
        assert_eq!(error.message, "a body of 20 bytes (text/html) without an error code");
        assert_eq!(describe(b"", None).message, "no body");
    }

    #[test]
    fn foreign_text_stays_on_its_line() {
        assert_eq!(one_line(" a\n\u{1b}[31mb\u{202e}c ", 60), "a  [31mb c");
        assert_eq!(one_line("abcdef", 3), "abc…");
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

    #[test]
    fn depth_is_bounded() {
        let body = format!("{}{}{}", "{\"a\":".repeat(100), r#"{"code":"X"}"#, "}".repeat(100));
        assert_eq!(parse(body.as_bytes()), None);
    }
}
