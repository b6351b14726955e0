//! The bodies that IAM takes.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::bad_request;
use crate::refusal::Refusal;

/// Reads the part of a body below `auth`, which all of them have. Members that are not known are passed over.
///
/// What is wrong is told by its place alone, because the text around it may be a password.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    #[derive(Deserialize)]
    struct Envelope<T> {
        auth: T,
    }
    let envelope: Envelope<T> = serde_json::from_slice(body).map_err(|error| {
        bad_request(format!("The request body is invalid at line {} column {}", error.line(), error.column()))
    })?;
    Ok(envelope.auth)
}

/// A login with a password.
#[derive(Deserialize)]
pub(super) struct PasswordLogin {
    pub(super) identity: PasswordIdentity,
    pub(super) scope: Option<RequestedScope>,
}

#[derive(Deserialize)]
pub(super) struct PasswordIdentity {
    pub(super) methods: Vec<String>,
    pub(super) password: Password,
}

#[derive(Deserialize)]
pub(super) struct Password {
    pub(super) user: LoginUser,
}

#[derive(Deserialize)]
pub(super) struct LoginUser {
    pub(super) name: String,
    pub(super) password: String,
    pub(super) domain: Named,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

/// A login with an identity token.
#[derive(Deserialize)]
pub(super) struct IdTokenLogin {
    pub(super) id_token: IdToken,
    pub(super) scope: Option<RequestedScope>,
}

#[derive(Deserialize)]
pub(super) struct IdToken {
    pub(super) id: String,
}

/// What a token is to be for; of both the project counts.
#[derive(Deserialize)]
pub(super) struct RequestedScope {
    pub(super) project: Option<Reference>,
    pub(super) domain: Option<Reference>,
}

/// By id or by name; of both the id counts.
#[derive(Deserialize)]
pub(super) struct Reference {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

impl Reference {
    /// Whether something with this id and name is meant; an error where neither was given.
    pub(super) fn means(&self, id: &str, name: &str) -> Result<bool, Refusal> {
        match (&self.id, &self.name) {
            (Some(wanted), _) => Ok(wanted == id),
            (None, Some(wanted)) => Ok(wanted == name),
            (None, None) => Err(bad_request("The scope has neither an id nor a name")),
        }
    }
}

/// A request for temporary keys.
#[derive(Deserialize)]
pub(super) struct KeyRequest {
    pub(super) identity: KeyIdentity,
}

#[derive(Deserialize)]
pub(super) struct KeyIdentity {
    pub(super) methods: Vec<String>,
    pub(super) token: Option<KeyToken>,
}

#[derive(Deserialize)]
pub(super) struct KeyToken {
    pub(super) id: Option<String>,
    pub(super) duration_seconds: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> String {
        match read::<PasswordLogin>(body.as_bytes()) {
            Err(Refusal::Iam { message, .. }) => message,
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("{body} was taken"),
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_repeating_it() {
        for body in
            ["", "[]", "topsecret", r#"{"auth": "topsecret"}"#, r#"{"auth": {"identity": {"methods": "topsecret"}}}"#]
        {
            let message = message(body);
            assert!(message.contains("line") && !message.contains("topsecret"), "{message}");
        }
    }

    #[test]
    fn a_reference_goes_by_its_id_first() {
        let reference = |id: Option<&str>, name: Option<&str>| Reference {
            id: id.map(str::to_owned),
            name: name.map(str::to_owned),
        };
        assert_eq!(reference(Some("i"), Some("other")).means("i", "n"), Ok(true));
        assert_eq!(reference(Some("other"), Some("n")).means("i", "n"), Ok(false));
        assert_eq!(reference(None, Some("n")).means("i", "n"), Ok(true));
        assert!(reference(None, None).means("i", "n").is_err());
    }
}
