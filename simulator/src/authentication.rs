//! Who is calling: a token, or the owner of an access key who signed the request.

mod access_key;
mod canonical;
mod signature;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::request::Parts;
use dataarts_security::Timestamp;

use self::signature::Authorization;
use crate::refusal::Refusal;

pub(crate) use self::access_key::AccessKey;

/// How the caller proved who they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Proof {
    /// With a token, which is bound to its project.
    Token,
    /// With a signature; the project is whatever the request says.
    Signature,
}

/// Everything that the gateway accepts as proof.
pub(crate) struct Authentication {
    tokens: BTreeSet<String>,
    access_keys: Mutex<BTreeMap<String, AccessKey>>,
}

impl Authentication {
    /// Accepts these tokens, and signatures made with these access keys, by access key id.
    pub(crate) fn new(tokens: BTreeSet<String>, access_keys: BTreeMap<String, AccessKey>) -> Self {
        Self { tokens, access_keys: Mutex::new(access_keys) }
    }

    /// Checks the one proof that the request carries; more than one, or none, is refused.
    pub(crate) fn check(&self, request: &Parts, body: &[u8], now: Timestamp) -> Result<Proof, Refusal> {
        match (text(&request.headers, "x-auth-token"), text(&request.headers, "authorization")) {
            (Some(token), None) => self.check_token(&token),
            (None, Some(authorization)) => self.check_signature(&authorization, request, body, now),
            (Some(_), Some(_)) => Err(Refusal::unauthenticated("both X-Auth-Token and Authorization were sent")),
            (None, None) => Err(Refusal::unauthenticated("neither X-Auth-Token nor Authorization was sent")),
        }
    }

    fn check_token(&self, token: &str) -> Result<Proof, Refusal> {
        if self.tokens.contains(token) {
            Ok(Proof::Token)
        } else {
            Err(Refusal::unauthenticated("the token cannot be verified"))
        }
    }

    fn check_signature(
        &self,
        authorization: &str,
        request: &Parts,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Proof, Refusal> {
        let authorization = Authorization::parse(authorization)
            .ok_or_else(|| Refusal::unauthenticated("Authorization is not in the form of SDK-HMAC-SHA256"))?;
        let mut access_keys = self.access_keys.lock().unwrap_or_else(PoisonError::into_inner);
        let access_key = access_keys
            .get_mut(authorization.access_key)
            .ok_or_else(|| Refusal::unauthenticated("the access key is unknown"))?;
        if access_key.is_locked(now) {
            return Err(Refusal::unauthenticated("AK access failed to reach the limit, forbidden"));
        }
        let security_token = text(&request.headers, "x-security-token");
        let verdict = if access_key.takes_security_token(security_token.as_deref()) {
            signature::verify(&authorization, access_key.secret(), request, body, now)
        } else {
            Err("the temporary access key needs its own X-Security-Token".to_owned())
        };
        access_key.remember(verdict.is_ok(), now);
        verdict.map(|()| Proof::Signature).map_err(Refusal::unauthenticated)
    }
}

/// Value of a header, without the spaces around it.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millisecond(1_577_836_800_000);

    fn authentication() -> Authentication {
        let access_key = AccessKey::permanent("secret".to_owned());
        Authentication::new(["good".to_owned()].into(), [("AK".to_owned(), access_key)].into())
    }

    fn check(headers: &[(&str, &str)]) -> Result<Proof, Refusal> {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        authentication().check(&request.body(()).unwrap().into_parts().0, b"", NOW)
    }

    fn reason(headers: &[(&str, &str)]) -> String {
        match check(headers) {
            Err(Refusal::Gateway { status, code: "APIGW.0301", message }) if status == 401 => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_known_token_passes_and_another_does_not() {
        assert_eq!(check(&[("X-Auth-Token", "good")]), Ok(Proof::Token));
        assert!(reason(&[("X-Auth-Token", "bad")]).contains("token"));
        assert!(reason(&[("X-Auth-Token", "")]).contains("token"));
    }

    #[test]
    fn exactly_one_proof_is_taken() {
        assert!(reason(&[]).contains("neither"));
        assert!(reason(&[("X-Auth-Token", "good"), ("Authorization", "SDK-HMAC-SHA256 Access=AK")]).contains("both"));
    }

    #[test]
    fn another_scheme_and_an_unknown_key_are_told_apart() {
        assert!(reason(&[("Authorization", "Bearer good")]).contains("SDK-HMAC-SHA256"));
        let unknown = "SDK-HMAC-SHA256 Access=OTHER, SignedHeaders=x-sdk-date, Signature=00";
        assert!(reason(&[("Authorization", unknown)]).contains("unknown"));
    }
}
