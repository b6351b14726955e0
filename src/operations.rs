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

pub use huaweicloud_core::operations::{Operation, Parameter, ParameterLocation};

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
    huaweicloud_core::operations::find(all(), name)
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
            for name in [Some(operation.id), operation.official_name]
                .into_iter()
                .flatten()
                .flat_map(|name| [name.to_owned(), name.to_uppercase(), name.to_lowercase()])
            {
                assert_eq!(find(&name).unwrap().id, operation.id, "{name}");
            }
        }
        assert!(all().len() >= 5 && all().is_sorted_by(|one, other| one.id < other.id));
    }

    #[test]
    fn a_parameter_tells_what_it_takes() {
        let limit = parameter("list_member_sync_tasks", "limit");
        assert_eq!(
            (limit.kind, limit.bounds, limit.required, limit.location),
            ("integer", Some("1 to 100"), false, ParameterLocation::Query)
        );
        let status = parameter("list_member_sync_tasks", "sync_status");
        assert_eq!(status.values, crate::types::SyncStatus::VALUES);
        let workspace = parameter("list_data_connections", "workspace");
        assert_eq!((workspace.location, workspace.required), (ParameterLocation::Header, true));
        assert_eq!(parameter("show_member_sync_task", "task_id").location, ParameterLocation::Path);
    }
}
