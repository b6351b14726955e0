//! The machine that asks: which of its tokens are good, and which temporary key is the present one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dataarts_security::Timestamp;

use super::Metadata;
use crate::authentication::{Authentication, TemporaryKey};
use crate::identifier::identifier;
use crate::timestamps::after;

/// For so long before the old key expires, there is a new one.
const OVERLAP: Duration = Duration::from_secs(6 * 60 * 60);

/// A machine with its metadata.
#[derive(Default)]
pub(crate) struct Instance {
    pub(super) metadata: Metadata,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Tokens that were given, with the time at which each expires.
    tokens: BTreeMap<String, Timestamp>,
    key: Option<TemporaryKey>,
}

impl Instance {
    /// A machine that has asked for nothing yet.
    pub(crate) fn new(metadata: Metadata) -> Self {
        Self { metadata, state: Mutex::default() }
    }

    /// A new token; those that expired are forgotten. `origin` tells it from those of other machines and requests.
    pub(super) fn issue_token(&self, origin: &str, life: Duration, now: Timestamp) -> String {
        let token = identifier(&format!("metadata token {origin}"));
        let tokens = &mut self.state().tokens;
        tokens.retain(|_, expires| *expires > now);
        tokens.insert(token.clone(), after(now, life));
        token
    }

    /// Whether whoever sends this token, or none, is told anything.
    pub(super) fn admits(&self, token: Option<&str>, now: Timestamp) -> bool {
        self.metadata.without_token_mode.is_some()
            || token.and_then(|token| self.state().tokens.get(token).copied()).is_some_and(|expires| expires > now)
    }

    /// The temporary key to use now; a new one where the old is about to expire, which stays valid meanwhile.
    pub(super) fn key(&self, authentication: &Authentication, now: Timestamp) -> TemporaryKey {
        let mut state = self.state();
        match &state.key {
            Some(key) if after(now, OVERLAP) < key.expires => key.clone(),
            _ => {
                let key = authentication.issue_access_key(after(now, self.metadata.key_life), now);
                state.key.insert(key).clone()
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds)
    }

    #[test]
    fn a_token_is_good_for_its_time() {
        let instance = Instance::default();
        let token = instance.issue_token("1", Duration::from_secs(60), at(0));
        assert!(instance.admits(Some(&token), at(59_999)));
        assert!(!instance.admits(Some(&token), at(60_000)));
        assert!(!instance.admits(Some("another"), at(0)) && !instance.admits(None, at(0)));
    }

    #[test]
    fn where_there_are_no_tokens_none_is_asked_for() {
        let instance = Instance::new(Metadata::default().without_token_mode(StatusCode::NOT_FOUND));
        assert!(instance.admits(None, at(0)) && instance.admits(Some("any"), at(0)));
    }

    #[test]
    fn a_key_is_replaced_six_hours_before_it_expires() {
        let (instance, authentication) =
            (Instance::default(), Authentication::new(BTreeMap::new(), BTreeMap::new(), 0));
        let key = |time| instance.key(&authentication, at(time));
        let first = key(0);
        assert_eq!(first.expires, at(24 * HOUR));
        assert_eq!(key(18 * HOUR - 1).access_key, first.access_key);
        let second = key(18 * HOUR);
        assert_ne!(second.access_key, first.access_key);
        assert_eq!(second.expires, at(42 * HOUR));
    }
}
