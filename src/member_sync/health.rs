//! How a task is doing.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::Error;

pub(super) mod assessment;
#[cfg(test)]
mod model;
mod reason;

/// How a task is doing at an instant. The worse compares as the greater, so that `health >= Health::Failing` is a gate.
///
/// Each variant says when it holds; the first that fits, from the worst down, is the one. The documentation knows no
/// health: the rules are derived from its facts.
///
/// ```
/// use dataarts_security::member_sync::Health;
///
/// assert!(Health::Abandoned > Health::Overdue);
/// assert!("never-ran".parse().is_ok_and(|health: Health| health == Health::NeverRan));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Health {
    /// The last run succeeded, and the next is not late; or there is no schedule, and the run is not stale.
    Healthy,
    /// A run goes on for at most 30 minutes.
    Running,
    /// The last run succeeded, nothing is scheduled, and the run is older than the given age: users changed since.
    Stale,
    /// What the service says is missing, contradicts itself or is a word that is not known here: an unknown outcome; a
    /// run without a time, or more than 15 minutes ahead; a success where the schedule is unreadable or neither on nor
    /// off.
    Unknown,
    /// No run yet; and none is late, as far as can be told.
    NeverRan,
    /// The schedule is on, no run failed or goes on, and the next was due longer ago than the given grace. It was due
    /// by the interval since the last run, but not before the task was last edited.
    Overdue,
    /// A run goes on for longer than 30 minutes, at which the service should have stopped it.
    Stuck,
    /// The last run failed, and the schedule is not known to be off: it will be tried again.
    Failing,
    /// The last run failed and the schedule is off: nobody will try again. The service switches the schedule off itself
    /// after more than ten failures in a row, so this is where failing ends.
    Abandoned,
}

impl Health {
    /// All of them, the worst first.
    pub const ALL: [Self; 9] = [
        Self::Abandoned,
        Self::Failing,
        Self::Stuck,
        Self::Overdue,
        Self::NeverRan,
        Self::Unknown,
        Self::Stale,
        Self::Running,
        Self::Healthy,
    ];

    /// The word for it, in lower case with hyphens, as [`FromStr`] reads it.
    ///
    /// ```
    /// use dataarts_security::member_sync::Health;
    ///
    /// assert_eq!(Health::NeverRan.as_str(), "never-ran");
    /// assert!(Health::ALL.is_sorted_by(|worse, better| worse > better));
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Failing => "failing",
            Self::Stuck => "stuck",
            Self::Overdue => "overdue",
            Self::NeverRan => "never-ran",
            Self::Unknown => "unknown",
            Self::Stale => "stale",
            Self::Running => "running",
            Self::Healthy => "healthy",
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Health {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|health| health.as_str() == text).ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str).join(", ");
            Error::invalid_input(format!("{text:?} is no health of a task; there are {words}"))
        })
    }
}

impl Serialize for Health {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_what_it_stands_for() {
        for health in Health::ALL {
            assert_eq!(health.to_string().parse::<Health>().unwrap(), health);
            assert_eq!(serde_json::to_value(health).unwrap(), health.as_str());
        }
    }

    #[test]
    fn a_word_that_is_none_is_answered_with_those_that_are() {
        let error = "bad\n".parse::<Health>().unwrap_err().to_string();
        assert!(error.contains(r#""bad\n" is no health of a task; there are abandoned, failing, stuck,"#), "{error}");
    }
}
