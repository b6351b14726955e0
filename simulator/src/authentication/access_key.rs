//! An access key, and the lock that too many failures in a row put on it.

use dataarts_security::Timestamp;

use super::TemporaryKey;

/// This many failures in a row are still free; the next one locks the key.
const FREE_FAILURES: u32 = 5;
const LOCK_MILLISECONDS: i64 = 5 * 60 * 1_000;

/// What belongs to one access key id. Not `Debug`, because nothing may print the secret.
#[derive(Clone)]
pub(crate) struct AccessKey {
    secret: String,
    security_token: Option<String>,
    expires: Option<Timestamp>,
    failures: u32,
    locked_until: Option<i64>,
}

impl AccessKey {
    /// A key that stays valid.
    pub(crate) fn permanent(secret: String) -> Self {
        Self { secret, security_token: None, expires: None, failures: 0, locked_until: None }
    }

    /// A key that is only valid together with its security token.
    pub(crate) fn temporary(secret: String, security_token: String) -> Self {
        Self { security_token: Some(security_token), ..Self::permanent(secret) }
    }

    /// A temporary key that expires.
    pub(super) fn issued(key: &TemporaryKey) -> Self {
        let temporary = Self::temporary(key.secret_key.clone(), key.security_token.clone());
        Self { expires: Some(key.expires), ..temporary }
    }

    /// When it stops to be valid, if ever.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The secret access key.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// Whether the security token that was sent, or not, fits; a permanent key takes any.
    pub(super) fn takes_security_token(&self, sent: Option<&str>) -> bool {
        self.security_token.is_none() || self.security_token.as_deref() == sent
    }

    /// Whether every request of this key is refused now; a lock that has run out is taken off.
    pub(super) fn is_locked(&mut self, now: Timestamp) -> bool {
        match self.locked_until {
            Some(until) if now.as_millisecond() < until => true,
            Some(_) => {
                (self.failures, self.locked_until) = (0, None);
                false
            }
            None => false,
        }
    }

    /// Keeps count of failures in a row, and locks the key when they are too many.
    pub(super) fn remember(&mut self, success: bool, now: Timestamp) {
        self.failures = if success { 0 } else { self.failures.saturating_add(1) };
        if self.failures > FREE_FAILURES {
            self.locked_until = Some(now.as_millisecond().saturating_add(LOCK_MILLISECONDS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds)
    }

    fn after_failures(count: u32) -> AccessKey {
        let mut key = AccessKey::permanent("secret".to_owned());
        for _ in 0..count {
            key.remember(false, at(0));
        }
        key
    }

    #[test]
    fn the_sixth_failure_in_a_row_locks_the_key() {
        assert!(!after_failures(5).is_locked(at(0)));
        assert!(after_failures(6).is_locked(at(0)));
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let mut key = after_failures(5);
        key.remember(true, at(0));
        for _ in 0..5 {
            key.remember(false, at(0));
        }
        assert!(!key.is_locked(at(0)));
    }

    #[test]
    fn the_lock_lasts_five_minutes_and_leaves_nothing_behind() {
        let mut key = after_failures(6);
        assert!(key.is_locked(at(299_999)));
        assert!(!key.is_locked(at(300_000)));
        key.remember(false, at(300_000));
        assert!(!key.is_locked(at(300_000)));
    }

    #[test]
    fn only_a_temporary_key_asks_for_its_token() {
        let temporary = AccessKey::temporary("secret".to_owned(), "token".to_owned());
        assert!(temporary.takes_security_token(Some("token")));
        assert!(!temporary.takes_security_token(Some("other")));
        assert!(!temporary.takes_security_token(None));
        assert!(AccessKey::permanent("secret".to_owned()).takes_security_token(None));
    }
}
