//! How much a state asks for somebody's care: what colours stand for, on every screen.

use dataarts_security::member_sync::Health;
use dataarts_security::types::SyncStatus;

/// How much care a state asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Severity {
    /// A run failed.
    Critical,
    /// Something is late, or cannot be told.
    Warning,
    /// A run goes on.
    Active,
    /// All is well.
    Good,
    /// Nothing to say yet.
    Neutral,
}

impl From<Health> for Severity {
    fn from(health: Health) -> Self {
        match health {
            Health::Abandoned | Health::Failing => Self::Critical,
            Health::Running => Self::Active,
            Health::Healthy => Self::Good,
            // What the library may come to tell apart is looked at before it is trusted.
            _ => Self::Warning,
        }
    }
}

/// What is not told at all asks for nothing; whether the task needs care is for its health to tell.
impl From<Option<&SyncStatus>> for Severity {
    fn from(status: Option<&SyncStatus>) -> Self {
        status.map_or(Self::Neutral, Self::from)
    }
}

impl From<&SyncStatus> for Severity {
    fn from(status: &SyncStatus) -> Self {
        match status {
            SyncStatus::SyncFail => Self::Critical,
            SyncStatus::Syncing => Self::Active,
            SyncStatus::SyncSuccess => Self::Good,
            SyncStatus::NotSync => Self::Neutral,
            _ => Self::Warning,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_here_asks_for_a_look() {
        assert_eq!(Severity::from(&SyncStatus::from("PAUSED")), Severity::Warning);
        assert_eq!(Severity::from(Health::Unknown), Severity::Warning);
    }

    #[test]
    fn a_missing_status_is_nothing_to_say_and_an_empty_one_is_not_known() {
        assert_eq!(Severity::from(None::<&SyncStatus>), Severity::Neutral);
        assert_eq!(Severity::from(Some(&SyncStatus::SyncFail)), Severity::Critical);
        assert_eq!(Severity::from(Some(&SyncStatus::from(""))), Severity::Warning);
    }

    #[test]
    fn a_state_and_its_health_have_one_severity() {
        assert_eq!(Severity::from(&SyncStatus::SyncFail), Severity::from(Health::Failing));
        assert_eq!(Severity::from(&SyncStatus::Syncing), Severity::from(Health::Running));
        assert_eq!(Severity::from(&SyncStatus::SyncSuccess), Severity::from(Health::Healthy));
    }
}
