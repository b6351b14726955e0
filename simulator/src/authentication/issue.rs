//! New credentials, made up in the form of the real ones.

use std::iter;

use dataarts_security::Timestamp;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::timestamps::iso_8601;

/// Real tokens have kilobytes, which headers and buffers of clients must take.
const TOKEN_LENGTH: usize = 2_048;

/// An access key that was issued, with all that its owner gets. Not `Debug`, because nothing may print the secret.
#[derive(Clone)]
pub(crate) struct TemporaryKey {
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    pub(crate) security_token: String,
    pub(crate) expires: Timestamp,
}

impl TemporaryKey {
    /// The form in which IAM and the metadata service hand it over.
    pub(crate) fn to_json(&self) -> Value {
        json!({"credential": {
            "access": self.access_key,
            "secret": self.secret_key,
            "securitytoken": self.security_token,
            "expires_at": iso_8601(self.expires),
        }})
    }
}

/// A token; the real ones begin with these letters, too.
pub(super) fn token(random: &mut Rng) -> String {
    text("MII", TOKEN_LENGTH, Rng::alphanumeric, random)
}

/// An access key with its secret and its security token.
pub(super) fn temporary_key(expires: Timestamp, random: &mut Rng) -> TemporaryKey {
    TemporaryKey {
        access_key: text("HST", 20, Rng::uppercase, random),
        secret_key: text("", 40, Rng::alphanumeric, random),
        security_token: text("gQ", TOKEN_LENGTH / 2, Rng::alphanumeric, random),
        expires,
    }
}

fn text(start: &str, length: usize, letter: fn(&mut Rng) -> char, random: &mut Rng) -> String {
    start.chars().chain(iter::repeat_with(|| letter(random))).take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let mut random = Rng::with_seed(1);
        let (one, other) = (token(&mut random), token(&mut random));
        assert!(one.starts_with("MII") && one.len() == 2_048);
        assert_ne!(one, other);
    }

    #[test]
    fn keys_look_like_the_real_ones() {
        let key = temporary_key(Timestamp::from_millisecond(5), &mut Rng::with_seed(1));
        assert_eq!((key.access_key.len(), key.secret_key.len()), (20, 40));
        assert!(key.access_key.bytes().all(|letter| letter.is_ascii_uppercase()));
        assert_eq!(key.expires, Timestamp::from_millisecond(5));
    }
}
