//! What to do about tasks that are not well.

use dataarts_security::member_sync::Health;

/// Words of a cause, in lower case, and what to do about it. The first that fits counts.
///
/// The remedies are those of the manual where it has one.
const REMEDIES: [(&[&str], &str); 8] = [
    (
        &["depend on it", "cannot be dropped", "依赖"],
        "A group or user is gone from IAM, and rights in the cluster still name it: take it out of the row-level \
         policies and permission sets there.",
    ),
    (
        &["already exists", "已存在"],
        "A user of the same name was made in the cluster by hand, which stops the whole task: remove that user, or \
         rename the one in IAM.",
    ),
    (&["read-only"], "The cluster takes no writes, as it does when its disks are full: free or add space."),
    (
        &["permission denied", "not authorized", "权限不够", "权限不足", "must be superuser"],
        "The account in the data connection may not make users: give it that right, or put another one in.",
    ),
    (
        &["invalid group name", "invalid user name", "invalid role name"],
        "The cluster does not take the name: rename the group or user in IAM.",
    ),
    (
        &["connection refused", "cannot reach", "unreachable", "no route", "unknown host"],
        "The cluster, or the agent of its data connection, does not answer: check that both run, and test the \
         connection in the console.",
    ),
    (&["unavailable"], "A service of the cluster is down: look at its own console."),
    (
        &["timed out", "timeout", "超时"],
        "The run took too long; 30 minutes are allowed. Check the load of the cluster, and synchronise fewer groups.",
    ),
];

/// What to do about tasks of this health, whatever the cause; none where all is well.
pub(super) fn on_health(health: Health) -> Option<&'static str> {
    Some(match health {
        Health::Abandoned => {
            "Nothing tries again by itself: when the cause is gone, run the task in the console, and switch its schedule \
             on where it should have one. The service switches it off after more than ten failures in a row."
        }
        Health::Failing => {
            "The schedule tries again, until the service switches it off after more than ten failures in a row."
        }
        Health::Stuck => {
            "The service should have stopped the run by now: stop it in the console and run the task again; where that \
             does not help, ask the service's support."
        }
        Health::Overdue => {
            "The scheduler missed a run, or reads its hours in another time zone: check --tz, then switch the schedule \
             off and on in the console."
        }
        Health::NeverRan => {
            "The cluster knows none of the users yet: run the task in the console, or switch its schedule on."
        }
        Health::Unknown => "The service does not tell enough to judge: look at the task in the console.",
        Health::Stale => "Users and groups changed since: run the task in the console, or switch its schedule on.",
        _ => return None,
    })
}

/// What to do about failures of this cause; none where it is not known here.
pub(super) fn on_cause(cause: &str) -> Option<&'static str> {
    let cause = cause.to_lowercase();
    let fits = |words: &&[&str]| words.iter().any(|word| cause.contains(word));
    REMEDIES.iter().find(|(words, _)| fits(words)).map(|(_, remedy)| *remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_well_has_advice_and_what_is_has_none() {
        for health in Health::ALL {
            assert_eq!(on_health(health).is_some(), health > Health::Running, "{health}");
        }
    }

    #[test]
    fn a_known_cause_has_its_remedy_in_any_letter_case() {
        for (cause, word) in [
            ("role … cannot be dropped because some objects depend on it", "policies"),
            ("User … ALREADY EXISTS in MRS", "same name"),
            ("用户…已存在", "same name"),
            ("Job … timed out after … minutes", "30 minutes"),
        ] {
            assert!(on_cause(cause).unwrap().contains(word), "{cause}");
        }
        assert_eq!(on_cause("something new"), None);
    }
}
