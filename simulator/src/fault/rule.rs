//! Which requests a fault is for.

use super::Fault;

/// Which requests get a fault, and how often.
///
/// In text, as `--fault` takes it, a rule is the operation, what narrows it down, a colon and the fault:
///
/// ```text
#[doc = include_str!("grammar.txt")]
/// ```
///
/// A rule counts every request that its operation and its page match, whichever rule gets it. Of several rules for one
/// request the one that was added first gets it.
///
/// ```
/// use dataarts_simulator::{Fault, Operation, ResetPoint, Rule};
///
/// let rule = Rule::new(Operation::List, Fault::Reset(ResetPoint::BeforeHeaders)).page(3).times(2);
/// assert_eq!(rule.to_string(), "list,page=3,times=2:reset=before-headers");
/// assert_eq!("list,page=3,times=2:reset=before-headers".parse(), Ok(rule));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rule {
    pub(super) operation: Operation,
    pub(super) page: Option<u64>,
    pub(super) request: Option<u64>,
    pub(super) times: Option<u64>,
    pub(super) fault: Fault,
}

/// What a request is for, as far as rules tell it apart. A request need not be let in to be for something.
///
/// ```
/// use dataarts_simulator::Operation;
///
/// assert_eq!("show".parse(), Ok(Operation::Show));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Operation {
    /// Whatever it is: `any`.
    Any,
    /// The list of tasks: `list`.
    List,
    /// One task: `show`.
    Show,
    /// Tokens, temporary keys and projects, all paths under `/v3/` and `/v3.0/`: `iam`.
    Iam,
    /// The metadata of a server in the cloud, all paths under `/openstack/` and `/meta-data/`: `metadata`.
    Metadata,
}

impl Rule {
    /// A rule that gives this fault to every request for this operation.
    ///
    /// ```
    /// use dataarts_simulator::{Fault, Operation, Rule};
    ///
    /// let rule = Rule::new(Operation::Show, Fault::Gzip);
    /// ```
    #[must_use]
    pub fn new(operation: Operation, fault: impl Into<Fault>) -> Self {
        Self { operation, page: None, request: None, times: None, fault: fault.into() }
    }

    /// Narrows the rule down to one page of the list. The first is 1; an offset that is no multiple of the limit counts
    /// for the page that it reaches into, as the next one is read with an overlap.
    ///
    /// ```
    /// use dataarts_simulator::{Fault, Operation, Rule};
    ///
    /// // With limit=100: offset=101 to offset=200.
    /// let rule = Rule::new(Operation::List, Fault::NullArrays).page(3);
    /// ```
    #[must_use]
    pub fn page(mut self, number: u64) -> Self {
        self.page = Some(number);
        self
    }

    /// Narrows the rule down to one of the requests that it counts. The first is 1.
    ///
    /// ```
    /// use dataarts_simulator::{Fault, Operation, Rule};
    ///
    /// let rule = Rule::new(Operation::Any, Fault::Stall).request(10);
    /// ```
    #[must_use]
    pub fn request(mut self, number: u64) -> Self {
        self.request = Some(number);
        self
    }

    /// Ends the rule when it has given its fault so often, with 0 before it begins; without this it never ends.
    ///
    /// ```
    /// use dataarts_simulator::{Fault, Operation, Rule};
    ///
    /// let rule = Rule::new(Operation::Any, Fault::TruncatedBody).times(2);
    /// ```
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }
}

impl Operation {
    /// Every operation with its name.
    pub(super) const NAMES: [(Self, &'static str); 5] = [
        (Self::Any, "any"),
        (Self::List, "list"),
        (Self::Show, "show"),
        (Self::Iam, "iam"),
        (Self::Metadata, "metadata"),
    ];

    /// Whether a request for this path is meant.
    pub(super) fn matches(self, path: &str) -> bool {
        let mut segments = path.split('/').skip(1);
        let first = segments.next();
        match self {
            Self::Any => true,
            Self::Iam => matches!(first, Some("v3" | "v3.0")),
            Self::Metadata => matches!(first, Some("openstack" | "meta-data")),
            Self::List | Self::Show => {
                let rest: Vec<&str> = segments.collect();
                first == Some("v1")
                    && match rest.as_slice() {
                        [_project_id, "security", "member-sync-tasks"] => self == Self::List,
                        [_project_id, "security", "member-sync-tasks", _task_id] => self == Self::Show,
                        _ => false,
                    }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        for (path, expected) in [
            ("/v1/p/security/member-sync-tasks", "any list"),
            ("/v1/p/security/member-sync-tasks/t", "any show"),
            ("/v1/p/security/member-sync-tasks/t/u", "any"),
            ("/v2/p/security/member-sync-tasks", "any"),
            ("/v3/auth/tokens", "any iam"),
            ("/v3.0/OS-CREDENTIAL/securitytokens", "any iam"),
            ("/v3.1/auth/tokens", "any"),
            ("/openstack/latest/securitykey", "any metadata"),
            ("/meta-data/latest/api/token", "any metadata"),
            ("/", "any"),
            ("*", "any"),
        ] {
            let matching = Operation::NAMES.iter().filter(|(operation, _)| operation.matches(path));
            assert_eq!(matching.map(|(_, name)| *name).collect::<Vec<_>>().join(" "), expected, "{path}");
        }
    }
}
