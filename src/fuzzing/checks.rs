//! What must hold of every text that is shown, whatever bytes it comes from.

use std::collections::HashSet;
use std::sync::LazyLock;

use http::Method;
use reqwest::{Request, Url};
use serde_json::Value;

use crate::credentials::profile::Profile;
use crate::error::Error;
use crate::redaction::is_harmful;
use crate::wire::DecodeError;
use crate::{Identity, Timestamp};

/// A moment of 2024, at which requests are signed.
const NOW: Timestamp = Timestamp::from_millisecond(1_710_901_516_000);

/// No line break, no control character.
pub(super) fn check_line(text: &str) {
    assert!(!text.chars().any(is_harmful), "more than one line, or a control character: {text:?}");
}

/// One bounded line, whatever it is asked for.
pub(super) fn check_error(error: &Error) {
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
pub(super) fn check_decode_error(error: &DecodeError) {
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
        let documents =
            [include_str!("../../openapi/dataarts-security.yaml"), include_str!("../../openapi/iam.yaml"), "region_id"];
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

/// What is written into every secret, to be looked for in what is shown. The texts that a fuzzer writes are no good for
/// that: it copies our own words into them.
pub(super) const CANARY: &str = "Canary7f3a9c";

/// The planted text is not shown, unless it was in the file before.
pub(super) fn check_hidden(file: &str, shown: Option<String>) {
    let is_shown = shown.as_ref().is_some_and(|shown| shown.contains(CANARY));
    assert!(!is_shown || file.contains("Canary"), "a secret is shown: {shown:?}");
}

/// Plants it in the secrets of a file of KooCLI.
pub(super) fn plant(value: &mut Value, is_secret: bool) {
    match value {
        Value::String(text) if is_secret => text.push_str(CANARY),
        Value::Array(list) => list.iter_mut().for_each(|child| plant(child, is_secret)),
        Value::Object(object) => {
            for (name, child) in object {
                plant(child, matches!(name.as_str(), "accessKeyId" | "secretAccessKey" | "securityToken"));
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An empty text counts as absent.
pub(super) fn check_profile(profile: Profile) {
    let texts = [profile.project_id, profile.domain_id, profile.region, profile.iam_endpoint];
    assert!(texts.iter().flatten().all(|text| !text.is_empty()));
}

/// An identity of foreign texts is put on a request, or refused in one line.
pub(super) fn check_identity(identity: &Identity) {
    let [refused, unsigned] = [identity.check(), authorize(identity)].map(Result::err);
    assert!(refused.is_some() || unsigned.is_none(), "an identity that passes the check and cannot be used");
    for error in [&refused, &unsigned].into_iter().flatten() {
        check_error(error);
    }
}

fn authorize(identity: &Identity) -> Result<(), Error> {
    let Ok(url) = Url::parse("https://dayu.cn-north-4.myhuaweicloud.com/v1/p/security/member-sync-tasks") else {
        return Ok(());
    };
    identity.authorize(&mut Request::new(Method::GET, url), Some("p"), NOW).map(drop)
}
