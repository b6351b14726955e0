//! A token: what it is for, and how long.

use dataarts_security::Timestamp;
use serde_json::Value;

/// Which projects a credential is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// Whichever the request names: signatures, and tokens that were set by hand.
    Any,
    /// This project alone.
    Project(String),
    /// The account, and none of its projects.
    Account,
}

/// What belongs to one token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    scope: Scope,
    expires: Option<Timestamp>,
    description: Option<Value>,
}

impl Token {
    /// A token that was set by hand and stays valid.
    pub(crate) fn permanent() -> Self {
        Self { scope: Scope::Any, expires: None, description: None }
    }

    /// A token that someone got by logging in, as IAM describes it.
    pub(super) fn issued(scope: Scope, expires: Timestamp, description: Value) -> Self {
        Self { scope, expires: Some(expires), description: Some(description) }
    }

    /// What IAM says of it; nothing where it was set by hand.
    pub(crate) fn description(&self) -> Option<&Value> {
        self.description.as_ref()
    }

    /// What it is for.
    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// When it stops to be valid, if ever.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.expires
    }
}
