//! What must hold of every text that is shown, whatever bytes it comes from.

#![allow(dead_code, reason = "each package uses a part")]

use std::collections::HashSet;
use std::sync::LazyLock;

use huaweicloud_core::generated_code::DecodeError;
use huaweicloud_core::{Error, is_harmful};

/// No line break, no control character.
pub(crate) fn check_line(text: &str) {
    assert!(!text.chars().any(is_harmful), "more than one line, or a control character: {text:?}");
}

/// One bounded line, whatever it is asked for.
pub(crate) fn check_error(error: &Error) {
    let line = error.to_string();
    check_line(&line);
    assert!(line.chars().count() < 5_000, "an error of {} characters", line.chars().count());
    let texts = [error.code(), error.request_id(), error.json_path(), error.encoded_authorization_message()];
    texts.into_iter().flatten().for_each(check_line);
    assert!(error.code().is_none_or(|code| !code.is_empty() && code.chars().count() <= 129));
    if let Some(time) = error.server_time() {
        check_line(&time.to_string());
    }
    if let Some(quoted) = error.gateway_canonical_request() {
        quoted.lines().for_each(check_line);
    }
}

/// Every word of it is ours, so none is of the body.
pub(crate) fn check_decode_error(error: &DecodeError) {
    const FOUND: [&str; 10] = [
        "a boolean",
        "a number that is out of range",
        "a number with a fraction",
        "a number",
        "a whole number",
        "a string",
        "another string",
        "an array",
        "an object",
        "null",
    ];
    const EXPECTED: [&str; 6] = [
        "a string",
        "an array",
        "an object",
        "a whole number (i32)",
        "a whole number (i64)",
        "a time in milliseconds or in ISO 8601 with a zone",
    ];
    const LISTS: &str = "the body has more than  items in one list; ask for fewer items at a time, such as by a limit";
    const LEVELS: &str = "the body has more than  levels; ask for fewer items at a time, such as by a limit";
    const VALUES: &str = "the body has more than  values; ask for fewer items at a time, such as by a limit";
    const REASONS: [&str; 6] = [
        "the body is empty",
        "the body is a JSON array, not an object",
        "the body is not a JSON object",
        "the JSON ends too early",
        "the body is not JSON",
        "the body is not UTF-8",
    ];
    let DecodeError { path, reason } = error;
    let (what, place) = reason.split_once(" (line ").unwrap_or((reason, ""));
    let field = what.strip_prefix("the field `").and_then(|rest| rest.strip_suffix("` is missing"));
    let mismatch = what.strip_prefix("expected ").and_then(|rest| rest.split_once(", found "));
    let known = REASONS.contains(&what)
        || matches!(without_digits(what).as_str(), LISTS | LEVELS | VALUES)
        || field.is_some_and(is_ours)
        || mismatch.is_some_and(|(expected, found)| EXPECTED.contains(&expected) && FOUND.contains(&found));
    assert!(known, "a reason that may quote the body: {reason:?}");
    assert!(matches!(without_digits(place).as_str(), "" | ", column )"), "{reason:?}");
    let names = path.split(['.', '[', ']']).filter(|name| !name.is_empty());
    for name in names {
        assert!(name.bytes().all(|byte| byte.is_ascii_digit()) || is_ours(name), "a foreign name in {path:?}");
    }
}

/// Whether a document of ours, or the metadata service's, has a field of that name.
fn is_ours(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let documents = [
            include_str!("../../openapi/dataarts-security.yaml"),
            include_str!("../../core/openapi/iam.yaml"),
            "region_id",
        ];
        documents
            .iter()
            .flat_map(|text| text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'))
            .collect()
    });
    NAMES.contains(name)
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|character| !character.is_ascii_digit()).collect()
}
