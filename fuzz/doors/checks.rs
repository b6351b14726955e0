//! What must hold of credentials, whatever bytes they come from.

use http::Method;
use reqwest::{Request, Url};
use serde_json::Value;

use super::texts::check_error;
use crate::auth::identity::Identity;
use crate::auth::profile::Profile;
use crate::error::Error;
use crate::timestamp::Timestamp;

/// A moment of 2024, at which requests are signed.
const NOW: Timestamp = Timestamp::from_millisecond(1_710_901_516_000);

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
