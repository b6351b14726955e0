//! The configuration file of KooCLI, `~/.hcloud/config.json`.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::{Profile, Proof, quoted, set};
use crate::wire;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    current: Option<String>,
    auth_encrypt: Option<Value>,
    profiles: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    name: Option<String>,
    mode: Option<String>,
    access_key_id: Option<SecretString>,
    secret_access_key: Option<SecretString>,
    security_token: Option<SecretString>,
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    agency_name: Option<String>,
    sso_auth: Option<SsoAuth>,
}

impl Entry {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SsoAuth {
    sts_token: Option<StsToken>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StsToken {
    access_key_id: Option<SecretString>,
    secret_access_key: Option<SecretString>,
    security_token: Option<SecretString>,
}

/// The profile `name`, or the current one; or a reason that goes behind the name of the file.
pub(crate) fn parse(text: &str, name: Option<&str>) -> Result<Profile, String> {
    let file: File = wire::json(text.as_bytes(), true).map_err(|error| {
        let place = if error.path.is_empty() { String::new() } else { format!("at {}, ", error.path) };
        // The reasons speak of the body of an answer.
        format!("cannot be understood: {place}{}", error.reason.replacen("the body", "it", 1))
    })?;
    let encrypted = is_encrypted(file.auth_encrypt.as_ref())?;
    // Of the file nothing is repeated: a name in it may be a secret in the wrong place.
    let shown = name.map_or_else(|| "current profile".to_owned(), |name| format!("profile {}", quoted(name)));
    let entry = choose(file.profiles.unwrap_or_default(), name.or(file.current.as_deref()), &shown)?;
    let mode = Mode::of(entry.mode.as_deref().unwrap_or_default(), &shown)?;
    if set(entry.agency_name).is_some() {
        return Err(format!("has the {shown} take on an agency (`agencyName`), which is not done here; {OTHER_WAYS}"));
    }
    let proof = match mode {
        // Holds no secret, so the file may be encrypted.
        Mode::EcsAgency => Proof::EcsMetadata,
        Mode::AccessKey => {
            let remedy = "run `hcloud configure init`";
            let id = required(entry.access_key_id, "accessKeyId", &shown, remedy)?;
            let secret = required(entry.secret_access_key, "secretAccessKey", &shown, remedy)?;
            access_key(id, secret, some(entry.security_token), encrypted, &shown)?
        }
        Mode::Sso => {
            let remedy = "log in with `hcloud configure sso`";
            let (id, secret, token) = entry
                .sso_auth
                .and_then(|sso| sso.sts_token)
                .map(|keys| (keys.access_key_id, keys.secret_access_key, keys.security_token))
                .unwrap_or_default();
            let id = required(id, "ssoAuth.stsToken.accessKeyId", &shown, remedy)?;
            let secret = required(secret, "ssoAuth.stsToken.secretAccessKey", &shown, remedy)?;
            let token = required(token, "ssoAuth.stsToken.securityToken", &shown, remedy)?;
            access_key(id, secret, Some(token), encrypted, &shown)?
        }
    };
    Ok(Profile {
        proof,
        project_id: set(entry.project_id),
        domain_id: set(entry.domain_id),
        region: set(entry.region),
        iam_endpoint: None,
    })
}

const OTHER_WAYS: &str =
    "take a profile of mode AKSK, SSO or ecsAgency that has no `agencyName`, or credentials from another source";

/// How a profile signs in, of those that are supported.
enum Mode {
    AccessKey,
    EcsAgency,
    Sso,
}

impl Mode {
    fn of(mode: &str, profile: &str) -> Result<Self, String> {
        match mode.to_ascii_lowercase().as_str() {
            "" | "aksk" => Ok(Self::AccessKey),
            "ecsagency" => Ok(Self::EcsAgency),
            "sso" => Ok(Self::Sso),
            // Not the mode itself, which may be a secret in the wrong place.
            _ => Err(format!("has the {profile} in a mode that is not supported here; {OTHER_WAYS}")),
        }
    }
}

fn choose(profiles: Vec<Entry>, wanted: Option<&str>, shown: &str) -> Result<Entry, String> {
    let count = profiles.len();
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else {
        return Err(format!("has no {shown}; profiles in it: {count}; name one of them"));
    };
    let mut matching = profiles.into_iter().filter(|entry| entry.name() == wanted);
    match (matching.next(), matching.next()) {
        (Some(entry), None) => Ok(entry),
        (Some(_), Some(_)) => Err(format!("has more than one {shown}; rename one")),
        (None, _) => Err(format!("has no {shown}; profiles in it: {count}")),
    }
}

/// KooCLI writes the mark as text.
fn is_encrypted(mark: Option<&Value>) -> Result<bool, String> {
    match mark {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(encrypted)) => Ok(*encrypted),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(Value::String(text)) if text.is_empty() || text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err("cannot be understood: `authEncrypt` is neither true nor false".to_owned()),
    }
}

fn access_key(
    id: SecretString,
    secret: SecretString,
    security_token: Option<SecretString>,
    encrypted: bool,
    profile: &str,
) -> Result<Proof, String> {
    if encrypted || ![&id, &secret].into_iter().all(looks_like_a_key) {
        return Err(format!(
            "has the access key of the {profile} encrypted, as KooCLI does by default; let KooCLI store it readable \
             with `hcloud configure set --cli-auth-encrypt=false`, or take credentials from another source"
        ));
    }
    Ok(Proof::AccessKey { id: id.expose_secret().to_owned(), secret, security_token })
}

/// Without a mark KooCLI encrypts too; what comes of it is longer, or has characters that no key has. White space and
/// quotes around a key are another mistake, which the check of every secret names.
fn looks_like_a_key(text: &SecretString) -> bool {
    let text = text.expose_secret().trim().trim_matches(['"', '\'']);
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn required(value: Option<SecretString>, field: &str, profile: &str, remedy: &str) -> Result<SecretString, String> {
    some(value).ok_or_else(|| format!("has no `{field}` in the {profile}; {remedy}"))
}

/// An empty secret counts as none.
fn some(secret: Option<SecretString>) -> Option<SecretString> {
    secret.filter(|secret| !secret.expose_secret().is_empty())
}

#[cfg(test)]
mod tests;
