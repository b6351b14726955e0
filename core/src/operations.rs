//! The operations of the document as data, for programs that choose one by its name.
//!
//! The table is generated with the types: an operation that is added to the document is in it, without a line of Rust.
//! [`Client::raw`](crate::Client::raw) calls what is found here.
//!
//! ```
//! use dataarts_security::operations;
//!
//! let operation = operations::find("ListSecurityMemberSyncTasks").ok_or("no such operation")?;
//! assert_eq!(operation.id, "list_member_sync_tasks");
//! assert!(operation.parameters.iter().any(|parameter| parameter.name == "sync_status"));
//! # Ok::<(), &str>(())
//! ```

use crate::parameter::{self, Pattern};
use crate::request_error::RequestError;

pub use crate::parameter::ParameterLocation;

/// One operation of the document.
///
/// ```
/// use dataarts_security::operations;
///
/// for operation in operations::all() {
///     println!("{} {} {}", operation.id, operation.method, operation.path);
/// }
/// ```
#[derive(Debug)]
pub struct Operation {
    /// Its name in this crate, such as `list_member_sync_tasks`.
    pub id: &'static str,
    /// Its official name, such as `ListSecurityMemberSyncTasks`.
    pub official_name: Option<&'static str>,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path, with the names of parameters in braces.
    pub path: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What there is to know about it, on one line.
    pub description: &'static str,
    /// What it can be told.
    pub parameters: &'static [Parameter],
    /// Whether it takes a body in JSON.
    pub has_body: bool,
    /// Whether sending it twice has the effect of sending it once, so that a failed request may be retried.
    pub idempotent: bool,
}

/// One parameter of an operation.
///
/// ```
/// use dataarts_security::operations;
///
/// let list = operations::find("list_member_sync_tasks").unwrap();
/// let limit = list.parameters.iter().find(|parameter| parameter.name == "limit").unwrap();
/// assert_eq!((limit.kind, limit.required), ("integer", false));
/// ```
#[derive(Debug)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub location: ParameterLocation,
    /// Whether the operation cannot do without. A client fills in what it knows itself: the project and the workspace.
    pub required: bool,
    /// The type of its value, or of each in a list: `string`, `integer`, `number` or `boolean`.
    pub kind: &'static str,
    /// Whether it may be given more than once.
    pub is_list: bool,
    /// The values that the document lists. The service may know more.
    pub values: &'static [&'static str],
    /// Its bounds in words, such as `1 to 100`.
    pub bounds: Option<&'static str>,
    /// What it is for, on one line.
    pub description: &'static str,
    #[doc(hidden)]
    pub limits: Limits,
}

/// What a value is held to before it is sent.
#[doc(hidden)]
#[derive(Debug)]
pub struct Limits {
    pub whole: (Option<i64>, Option<i64>),
    pub real: (Option<f64>, Option<f64>),
    pub length: (Option<i64>, Option<i64>),
    pub pattern: Option<&'static str>,
}

/// The operation of `table` that has this name, which may be the official one. Letter case, `_` and `-` make no
/// difference.
///
/// ```
/// assert!(huaweicloud_core::operations::find(&[], "list_instances").is_none());
/// ```
pub fn find(table: &'static [Operation], name: &str) -> Option<&'static Operation> {
    let name = plain(name);
    table.iter().find(|operation| operation.names().any(|known| plain(known) == name))
}

impl Operation {
    /// Its name in this crate, then its official one.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.id).chain(self.official_name)
    }
}

impl Parameter {
    /// Refuses a value that a builder would refuse too.
    pub(crate) fn check(&self, value: &str) -> Result<(), RequestError> {
        let Limits { whole, real, length, pattern } = &self.limits;
        parameter::matches_type(self.name, value, self.kind)?;
        match self.kind {
            // The bounds of a list's items are not those of the list.
            _ if self.is_list => self.check_place(value),
            "integer" => parameter::range(self.name, value.parse().unwrap_or_default(), whole.0, whole.1),
            "number" => parameter::float_range(self.name, value.parse().unwrap_or_default(), real.0, real.1),
            "string" => {
                let pattern = pattern.map(Pattern::new);
                parameter::text(self.name, value, self.location, length.0, length.1, pattern.as_ref())
            }
            _ => Ok(()),
        }
    }

    /// Refuses only a value that would change the request around it.
    pub(crate) fn check_place(&self, value: &str) -> Result<(), RequestError> {
        parameter::text(self.name, value, self.location, None, None, None)
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|character| !matches!(character, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: Limits = Limits { whole: (None, None), real: (None, None), length: (None, None), pattern: None };

    fn parameter(kind: &'static str, location: ParameterLocation, limits: Limits) -> Parameter {
        let (values, bounds, description) = (&[], None, "");
        Parameter { name: "p", location, required: false, kind, is_list: false, values, bounds, description, limits }
    }

    #[test]
    fn values_are_held_to_what_builders_hold_them_to() {
        let limit = Limits { whole: (Some(1), Some(100)), ..ANY };
        let ratio = Limits { real: (Some(0.5), None), ..ANY };
        for (parameter, good, bad) in [
            (parameter("integer", ParameterLocation::Query, limit), "100", "101"),
            (parameter("integer", ParameterLocation::Query, ANY), "-1", "one"),
            (parameter("number", ParameterLocation::Query, ratio), "0.5", "0.4"),
            (parameter("boolean", ParameterLocation::Query, ANY), "false", "no"),
            (parameter("string", ParameterLocation::Path, ANY), "a", ".."),
            (parameter("string", ParameterLocation::Query, Limits { length: (Some(1), None), ..ANY }), "a", ""),
            (parameter("string", ParameterLocation::Query, Limits { pattern: Some("^[a-z]$"), ..ANY }), "a", "1"),
        ] {
            assert!(parameter.check(good).is_ok() && parameter.check(bad).is_err(), "{} {bad}", parameter.kind);
        }
    }
}
