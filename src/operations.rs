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

pub use crate::parameter::Place;

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
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub place: Place,
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
    pub(crate) limits: Limits,
}

/// What a value is held to before it is sent.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) whole: (Option<i64>, Option<i64>),
    pub(crate) real: (Option<f64>, Option<f64>),
    pub(crate) length: (Option<i64>, Option<i64>),
    pub(crate) pattern: Option<&'static str>,
}

/// Every operation of the document, by the alphabet.
///
/// ```
/// for operation in dataarts_security::operations::all() {
///     println!("{} {}", operation.id, operation.summary);
/// }
/// ```
pub fn all() -> &'static [Operation] {
    crate::generated::OPERATIONS
}

/// The operation of this name, which may be the official one. Letter case, `_` and `-` make no difference.
///
/// ```
/// use dataarts_security::operations::find;
///
/// assert!(find("LIST-instances").is_some() && find("listdataartsstudioinstances").is_some());
/// assert!(find("list").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Operation> {
    let name = plain(name);
    all().iter().find(|operation| operation.names().any(|known| plain(known) == name))
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
        parameter::of_kind(self.name, value, self.kind)?;
        match self.kind {
            // The bounds of a list's items are not those of the list.
            _ if self.is_list => self.check_place(value),
            "integer" => parameter::range(self.name, value.parse().unwrap_or_default(), whole.0, whole.1),
            "number" => parameter::real(self.name, value.parse().unwrap_or_default(), real.0, real.1),
            "string" => {
                let pattern = pattern.map(Pattern::new);
                parameter::text(self.name, value, self.place, length.0, length.1, pattern.as_ref())
            }
            _ => Ok(()),
        }
    }

    /// Refuses only a value that would change the request around it.
    pub(crate) fn check_place(&self, value: &str) -> Result<(), RequestError> {
        parameter::text(self.name, value, self.place, None, None, None)
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|character| !matches!(character, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(operation: &str, name: &str) -> &'static Parameter {
        find(operation).unwrap().parameters.iter().find(|parameter| parameter.name == name).unwrap()
    }

    #[test]
    fn every_operation_is_found_by_each_of_its_names_in_any_case() {
        for operation in all() {
            for name in operation.names().flat_map(|name| [name.to_owned(), name.to_uppercase(), name.to_lowercase()]) {
                assert_eq!(find(&name).unwrap().id, operation.id, "{name}");
            }
        }
        assert!(all().len() >= 5 && all().is_sorted_by(|one, other| one.id < other.id));
    }

    #[test]
    fn a_parameter_tells_what_it_takes() {
        let limit = parameter("list_member_sync_tasks", "limit");
        assert_eq!(
            (limit.kind, limit.bounds, limit.required, limit.place),
            ("integer", Some("1 to 100"), false, Place::Query)
        );
        let status = parameter("list_member_sync_tasks", "sync_status");
        assert_eq!(status.values, crate::types::SyncStatus::VALUES);
        let workspace = parameter("list_data_connections", "workspace");
        assert_eq!((workspace.place, workspace.required), (Place::Header, true));
        assert_eq!(parameter("show_member_sync_task", "task_id").place, Place::Path);
    }

    #[test]
    fn values_are_held_to_what_builders_hold_them_to() {
        for (operation, name, good, bad) in [
            ("list_member_sync_tasks", "limit", "100", "101"),
            ("list_member_sync_tasks", "offset", "0", "-1"),
            ("list_member_sync_tasks", "order_by_asc", "false", "no"),
            ("show_member_sync_task", "task_id", "a", ".."),
            ("list_data_connections", "limit", "100", "0"),
        ] {
            let parameter = parameter(operation, name);
            assert!(parameter.check(good).is_ok() && parameter.check(bad).is_err(), "{operation} {name}");
        }
    }
}
