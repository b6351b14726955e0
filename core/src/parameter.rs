//! The document's bounds on a parameter, checked before anything is sent.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex_lite::Regex;

use crate::request_error::RequestError;

/// Where a parameter travels, which decides what it may hold whatever the document says.
///
/// ```
/// use dataarts_security::operations::{self, ParameterLocation};
///
/// let show = operations::find("show_member_sync_task").unwrap();
/// assert!(show.parameters.iter().any(|parameter| parameter.name == "task_id" && parameter.location == ParameterLocation::Path));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// A part of the path.
    Path,
    /// A header.
    Header,
    /// A part of the query.
    Query,
}

/// A pattern of the document, compiled at its first use.
pub struct Pattern {
    text: &'static str,
    expression: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is compiled when it is first needed.
    pub const fn new(text: &'static str) -> Self {
        Self { text, expression: OnceLock::new() }
    }

    fn matches(&self, value: &str) -> bool {
        // The build has refused patterns that do not parse.
        self.expression.get_or_init(|| Regex::new(self.text).ok()).as_ref().is_none_or(|found| found.is_match(value))
    }
}

/// Refuses a whole number outside `low..=high`.
pub fn range(name: &str, value: i128, low: Option<i64>, high: Option<i64>) -> Result<(), RequestError> {
    let fits = low.is_none_or(|low| value >= i128::from(low)) && high.is_none_or(|high| value <= i128::from(high));
    if fits {
        return Ok(());
    }
    let allowed = match (low, high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) => format!("{high} or less"),
        (None, None) => return Ok(()),
    };
    Err(refused(name, format!("is {value}; allowed is {allowed}")))
}

/// Refuses a number outside `low..=high`.
pub fn float_range(name: &str, value: f64, low: Option<f64>, high: Option<f64>) -> Result<(), RequestError> {
    match (low.filter(|low| value < *low), high.filter(|high| value > *high)) {
        (Some(low), _) => Err(refused(name, format!("is {value}; allowed is {low} or more"))),
        (_, Some(high)) => Err(refused(name, format!("is {value}; allowed is {high} or less"))),
        (None, None) => Ok(()),
    }
}

/// Refuses a text that is no value of this type of OpenAPI.
pub(crate) fn matches_type(name: &str, value: &str, kind: &str) -> Result<(), RequestError> {
    let wanted = match kind {
        "integer" if value.parse::<i128>().is_err() => "a whole number",
        "number" if !value.parse::<f64>().is_ok_and(f64::is_finite) => "a number",
        "boolean" if !matches!(value, "true" | "false") => "true or false",
        _ => return Ok(()),
    };
    Err(refused(name, format!("is {}; allowed is {wanted}", shown(value))))
}

/// Refuses a text that is too short, too long, outside its pattern, or that would change the request around it.
pub fn text(
    name: &str,
    value: &str,
    location: ParameterLocation,
    shortest: Option<i64>,
    longest: Option<i64>,
    pattern: Option<&Pattern>,
) -> Result<(), RequestError> {
    if value.is_empty() && (location != ParameterLocation::Query || shortest.is_some_and(|shortest| shortest > 0)) {
        return Err(refused(name, "is empty"));
    }
    let length = i128::try_from(value.chars().count()).unwrap_or(i128::MAX);
    if longest.is_some_and(|longest| length > i128::from(longest)) {
        return Err(refused(name, format!("has {length} characters; allowed are {}", longest.unwrap_or_default())));
    }
    if shortest.is_some_and(|shortest| length < i128::from(shortest)) {
        return Err(refused(name, format!("has {length} characters; needed are {}", shortest.unwrap_or_default())));
    }
    let misleading = match location {
        // A URL parser would take these for steps up and down the path.
        ParameterLocation::Path => {
            value == "." || value == ".." || value.contains(['/', '\\']) || value.contains(char::is_control)
        }
        ParameterLocation::Header => {
            value.contains(|character: char| !matches!(character, ' '..='~')) || value != value.trim()
        }
        ParameterLocation::Query => false,
    };
    if misleading {
        return Err(refused(name, format!("is {}, which cannot stand there", shown(value))));
    }
    match pattern {
        Some(pattern) if !pattern.matches(value) => {
            Err(refused(name, format!("is {}; it must match {}", shown(value), pattern.text)))
        }
        _ => Ok(()),
    }
}

fn refused(name: &str, reason: impl AsRef<str>) -> RequestError {
    RequestError::InvalidRequest(format!("`{name}` {}", reason.as_ref()))
}

/// The value in quotes and escapes, cut where it is long.
fn shown(value: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}…", value.get(..end).unwrap_or_default()).into(),
        None => format!("{value:?}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{ParameterLocation, Pattern, float_range, matches_type, range, text};
    use crate::request_error::RequestError;

    static PATTERN: Pattern = Pattern::new("^[A-Za-z0-9_-]+$");
    const IDENTIFIER: Option<&Pattern> = Some(&PATTERN);

    fn reason(result: Result<(), RequestError>) -> String {
        match result.unwrap_err() {
            RequestError::InvalidRequest(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_at_the_bounds_pass_and_beyond_are_refused() {
        assert!(range("limit", 1, Some(1), Some(100)).is_ok());
        assert!(range("limit", 100, Some(1), Some(100)).is_ok());
        assert_eq!(reason(range("limit", 0, Some(1), Some(100))), "`limit` is 0; allowed is 1 to 100");
        assert_eq!(reason(range("limit", 101, Some(1), Some(100))), "`limit` is 101; allowed is 1 to 100");
        assert_eq!(reason(range("offset", -1, Some(0), None)), "`offset` is -1; allowed is 0 or more");
    }

    #[test]
    fn a_text_is_a_value_of_its_type_or_refused() {
        for (kind, value) in [("integer", "-7"), ("number", "1e3"), ("boolean", "true"), ("string", "x")] {
            assert!(matches_type("p", value, kind).is_ok(), "{kind} {value}");
        }
        for (kind, value) in [("integer", "1.0"), ("integer", ""), ("number", "NaN"), ("boolean", "True")] {
            assert!(matches_type("p", value, kind).is_err(), "{kind} {value}");
        }
        assert_eq!(reason(matches_type("limit", "ten", "integer")), "`limit` is \"ten\"; allowed is a whole number");
    }

    #[test]
    fn fractions_are_held_to_their_bounds() {
        assert!(float_range("ratio", 0.5, Some(0.5), Some(1.0)).is_ok());
        assert_eq!(reason(float_range("ratio", 0.1, Some(0.5), None)), "`ratio` is 0.1; allowed is 0.5 or more");
        assert_eq!(reason(float_range("ratio", 1.5, None, Some(1.0))), "`ratio` is 1.5; allowed is 1 or less");
    }

    #[test]
    fn ids_that_would_change_the_path_are_refused_with_or_without_a_pattern() {
        for pattern in [None, IDENTIFIER] {
            for value in ["", ".", "..", "a/b", "../x", "a\\b", "a\nb", "\0"] {
                assert!(text("task_id", value, ParameterLocation::Path, None, None, pattern).is_err(), "{value:?}");
            }
            assert!(
                text(
                    "task_id",
                    "088c2b59114405ab4fbc0df5bd05202b",
                    ParameterLocation::Path,
                    Some(1),
                    Some(128),
                    pattern
                )
                .is_ok()
            );
        }
        assert_eq!(
            reason(text("task_id", "a b", ParameterLocation::Path, None, None, IDENTIFIER)),
            "`task_id` is \"a b\"; it must match ^[A-Za-z0-9_-]+$"
        );
    }

    #[test]
    fn header_values_cannot_break_out_of_their_line() {
        for value in ["", "a\r\nX-Evil: 1", "a\0", "é", " a", "a "] {
            assert!(text("workspace", value, ParameterLocation::Header, None, None, None).is_err(), "{value:?}");
        }
    }

    #[test]
    fn query_values_are_free_unless_bounded() {
        for value in ["", "..", "a/b", "集群", "a\nb"] {
            assert!(text("cluster_name", value, ParameterLocation::Query, None, None, None).is_ok(), "{value:?}");
        }
        assert_eq!(reason(text("name", "", ParameterLocation::Query, Some(1), None, None)), "`name` is empty");
        assert_eq!(
            reason(text("name", "集群", ParameterLocation::Query, None, Some(1), None)),
            "`name` has 2 characters; allowed are 1"
        );
    }

    #[test]
    fn long_values_are_shown_cut() {
        let message = reason(text("task_id", &"!".repeat(100), ParameterLocation::Path, None, None, IDENTIFIER));
        assert!(message.len() < 150, "{message}");
    }
}
