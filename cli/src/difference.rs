//! What was signed here beside what a gateway signed, line by line.

use dataarts_security::Error;
use similar::{Algorithm, ChangeTag, capture_diff_slices};

/// The lines of both canonical requests: `-` before those that were signed here alone, `+` before the gateway's.
pub(crate) struct Difference {
    pub(crate) lines: Vec<String>,
    /// Whether there is a line that only one side has.
    pub(crate) is_any: bool,
}

impl Difference {
    /// `None` unless the gateway quotes what it signed.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        Some(Self::between(error.canonical_request()?, &error.gateway_canonical_request()?))
    }

    fn between(ours: &str, theirs: &str) -> Self {
        let (ours, theirs): (Vec<_>, Vec<_>) = (ours.lines().collect(), theirs.lines().collect());
        let operations = capture_diff_slices(Algorithm::Myers, &ours, &theirs);
        let changes = operations.iter().flat_map(|operation| operation.iter_changes(&ours, &theirs));
        let mut difference = Self { lines: Vec::new(), is_any: false };
        for change in changes {
            let mark = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            difference.is_any |= mark != ' ';
            difference.lines.push(format!("{mark} {}", change.value()).trim_end().to_owned());
        }
        difference
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_was_changed_on_the_way_stands_out() {
        let ours = "GET\n/v1/\n\nhost:a\nworkspace:w\n\nhost;workspace\ne3b0";
        let theirs = "GET\n/v1/\n\nhost:b\nworkspace:w\n\nhost;workspace\ne3b0";
        let difference = Difference::between(ours, theirs);
        assert!(difference.is_any);
        assert_eq!(
            difference.lines,
            ["  GET", "  /v1/", "", "- host:a", "+ host:b", "  workspace:w", "", "  host;workspace", "  e3b0"]
        );
    }

    #[test]
    fn the_same_on_both_sides_is_no_difference() {
        assert!(!Difference::between("GET\n/\n", "GET\n/\n").is_any);
    }
}
