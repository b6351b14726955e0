//! Who is calling: a token, or the owner of an access key who signed the request.

mod access_key;
mod canonical;
mod issue;
mod signature;
mod token;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use axum::http::request::Parts;
use dataarts_security::Timestamp;
use fastrand::Rng;
use serde_json::Value;

use self::signature::Authorization;
use crate::refusal::Refusal;

pub(crate) use self::access_key::AccessKey;
pub(crate) use self::issue::TemporaryKey;
pub(crate) use self::token::{Scope, Token};

/// So long the gateway still knows what has expired; then it is forgotten, so that a simulator that runs for days does
/// not grow.
const REMEMBERED_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;

/// What a caller proved who they are with. `Debug` in tests alone, because nothing may print a token.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
#[cfg_attr(test, derive(Debug))]
pub(crate) enum Credential {
    /// This token.
    Token(String),
    /// A signature made with this access key.
    AccessKey(String),
}

/// Who is calling, and for which projects they may.
#[derive(Clone, Eq, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Caller {
    pub(crate) credential: Credential,
    pub(crate) scope: Scope,
}

impl Caller {
    /// Refuses a caller whose credential is for something else than this project.
    pub(crate) fn check_scope(&self, project_id: &str) -> Result<(), Refusal> {
        match &self.scope {
            Scope::Account => Err(Refusal::forbidden("The token is for the account, not for a project")),
            Scope::Project(own) if own != project_id => Err(Refusal::forbidden("The token is for another project")),
            Scope::Project(_) | Scope::Any => Ok(()),
        }
    }
}

/// Everything that the gateway accepts as proof.
pub(crate) struct Authentication {
    tokens: Mutex<BTreeMap<String, Token>>,
    access_keys: Mutex<BTreeMap<String, AccessKey>>,
    random: Mutex<Rng>,
}

impl Authentication {
    /// Accepts these tokens, and signatures made with these access keys, by access key id. Whatever is issued later
    /// follows from the seed.
    pub(crate) fn new(tokens: BTreeMap<String, Token>, access_keys: BTreeMap<String, AccessKey>, seed: u64) -> Self {
        let random = Mutex::new(Rng::with_seed(seed));
        Self { tokens: Mutex::new(tokens), access_keys: Mutex::new(access_keys), random }
    }

    /// Checks the one proof that the request carries; more than one, or none, is refused.
    pub(crate) fn check(&self, request: &Parts, body: &[u8], now: Timestamp) -> Result<Caller, Refusal> {
        for name in ["X-Auth-Token", "Authorization"] {
            if request.headers.get_all(name).iter().nth(1).is_some() {
                return Err(Refusal::unauthenticated(format!("{name} was sent more than once")));
            }
        }
        match (text(&request.headers, "x-auth-token"), text(&request.headers, "authorization")) {
            (Some(token), None) => self.check_token(token, now),
            (None, Some(authorization)) => self.check_signature(&authorization, request, body, now),
            (Some(_), Some(_)) => Err(Refusal::unauthenticated("both X-Auth-Token and Authorization were sent")),
            (None, None) => Err(Refusal::unauthenticated("neither X-Auth-Token nor Authorization was sent")),
        }
    }

    /// Checks a token wherever it was sent.
    pub(crate) fn check_token(&self, token: String, now: Timestamp) -> Result<Caller, Refusal> {
        let tokens = lock(&self.tokens);
        let known = tokens.get(&token).ok_or_else(|| Refusal::unauthenticated("the token cannot be verified"))?;
        if known.expires().is_some_and(|expires| expires <= now) {
            return Err(Refusal::expired_token());
        }
        let scope = known.scope().clone();
        Ok(Caller { credential: Credential::Token(token), scope })
    }

    /// What is known of a token that is accepted now, for whichever scope.
    pub(crate) fn token(&self, token: &str, now: Timestamp) -> Option<Token> {
        let known = lock(&self.tokens).get(token).cloned()?;
        known.expires().is_none_or(|expires| now < expires).then_some(known)
    }

    /// Makes a token that is accepted until it expires.
    pub(crate) fn issue_token(&self, scope: Scope, expires: Timestamp, description: Value, now: Timestamp) -> String {
        let token = issue::token(&mut lock(&self.random));
        let mut tokens = lock(&self.tokens);
        tokens.retain(|_, token| is_remembered(token.expires(), now));
        tokens.insert(token.clone(), Token::issued(scope, expires, description));
        token
    }

    /// Makes an access key that is accepted, with its security token, until it expires.
    pub(crate) fn issue_access_key(&self, expires: Timestamp, now: Timestamp) -> TemporaryKey {
        let key = issue::temporary_key(expires, &mut lock(&self.random));
        let mut access_keys = lock(&self.access_keys);
        access_keys.retain(|_, key| is_remembered(key.expires(), now));
        access_keys.insert(key.access_key.clone(), AccessKey::issued(&key));
        key
    }

    /// Forgets every token that was issued.
    pub(crate) fn revoke_tokens(&self) {
        lock(&self.tokens).retain(|_, token| token.expires().is_none());
    }

    fn check_signature(
        &self,
        authorization: &str,
        request: &Parts,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Caller, Refusal> {
        let authorization = Authorization::parse(authorization)
            .ok_or_else(|| Refusal::unauthenticated("Authorization is not in the form of SDK-HMAC-SHA256"))?;
        let mut access_keys = lock(&self.access_keys);
        let access_key = access_keys
            .get_mut(authorization.access_key)
            .ok_or_else(|| Refusal::unauthenticated("the access key is unknown"))?;
        // Right or wrong, it says nothing about who is calling any more, so that it does not count as a failure either.
        if access_key.expires().is_some_and(|expires| expires <= now) {
            return Err(Refusal::unauthenticated("the temporary access key has expired"));
        }
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
        verdict.map_err(Refusal::unauthenticated)?;
        let credential = Credential::AccessKey(authorization.access_key.to_owned());
        Ok(Caller { credential, scope: Scope::Any })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_remembered(expires: Option<Timestamp>, now: Timestamp) -> bool {
    expires
        .is_none_or(|expires| now.as_millisecond() < expires.as_millisecond().saturating_add(REMEMBERED_MILLISECONDS))
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
        let tokens = [("good".to_owned(), Token::permanent())].into();
        Authentication::new(tokens, [("AK".to_owned(), access_key)].into(), 0)
    }

    fn caller(token: &str, scope: Scope) -> Caller {
        Caller { credential: Credential::Token(token.to_owned()), scope }
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(NOW.as_millisecond() + milliseconds)
    }

    fn check(headers: &[(&str, &str)]) -> Result<Caller, Refusal> {
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
        assert_eq!(check(&[("X-Auth-Token", "good")]), Ok(caller("good", Scope::Any)));
        assert!(reason(&[("X-Auth-Token", "bad")]).contains("token"));
        assert!(reason(&[("X-Auth-Token", "")]).contains("token"));
    }

    #[test]
    fn exactly_one_proof_is_taken() {
        assert!(reason(&[]).contains("neither"));
        assert!(reason(&[("X-Auth-Token", "good"), ("Authorization", "SDK-HMAC-SHA256 Access=AK")]).contains("both"));
    }

    #[test]
    fn no_proof_is_taken_twice() {
        assert!(reason(&[("X-Auth-Token", "good"), ("X-Auth-Token", "good")]).contains("X-Auth-Token was sent more"));
        assert!(reason(&[("Authorization", "a"), ("Authorization", "b")]).contains("Authorization was sent more"));
    }

    #[test]
    fn another_scheme_and_an_unknown_key_are_told_apart() {
        assert!(reason(&[("Authorization", "Bearer good")]).contains("SDK-HMAC-SHA256"));
        let unknown = "SDK-HMAC-SHA256 Access=OTHER, SignedHeaders=x-sdk-date, Signature=00";
        assert!(reason(&[("Authorization", unknown)]).contains("unknown"));
    }

    #[test]
    fn an_issued_token_is_taken_until_it_expires() {
        let authentication = authentication();
        let token = authentication.issue_token(Scope::Project("p".to_owned()), at(1_000), "described".into(), NOW);
        let scope = Scope::Project("p".to_owned());
        assert_eq!(authentication.check_token(token.clone(), at(999)), Ok(caller(&token, scope)));
        let described = |time| authentication.token(&token, time).and_then(|token| token.description().cloned());
        assert_eq!((described(at(999)), described(at(1_000))), (Some("described".into()), None));
        assert_eq!(authentication.check_token(token, at(1_000)), Err(Refusal::expired_token()));
    }

    #[test]
    fn revoking_forgets_what_was_issued_and_nothing_else() {
        let authentication = authentication();
        let token = authentication.issue_token(Scope::Account, at(1_000), Value::Null, NOW);
        authentication.revoke_tokens();
        assert!(matches!(authentication.check_token(token, NOW), Err(Refusal::Gateway { code: "APIGW.0301", .. })));
        assert!(authentication.check_token("good".to_owned(), NOW).is_ok());
    }

    #[test]
    fn what_expired_a_day_ago_is_forgotten_when_the_next_is_issued() {
        let authentication = authentication();
        for day in [0, 1, 2, 3] {
            let now = at(day * REMEMBERED_MILLISECONDS);
            authentication.issue_token(Scope::Any, now, Value::Null, now);
            authentication.issue_access_key(now, now);
        }
        assert_eq!(lock(&authentication.tokens).len(), 2);
        assert_eq!(lock(&authentication.access_keys).len(), 2);
    }

    #[test]
    fn every_seed_issues_tokens_of_its_own() {
        let issued = |seed| {
            let authentication = Authentication::new(BTreeMap::new(), BTreeMap::new(), seed);
            authentication.issue_token(Scope::Any, NOW, Value::Null, NOW)
        };
        assert_ne!(issued(1), issued(2));
    }
}
