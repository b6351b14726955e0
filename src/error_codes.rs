//! Error codes of the service, from the error code reference of the DataArts Studio API.

use huaweicloud_core::Error;

/// For an absent object or workspace.
pub(crate) const NOT_FOUND: [&str; 9] =
    ["DLM.4001", "DLS.1000", "DLS.2040", "DLS.2052", "DLS.3027", "DLS.3080", "DLS.3100", "DLS.4106", "DLS.6036"];

/// Returns `true` if the workspace does not exist, or not in the project that the request was for: code DLS.6036 or
/// DLM.4001. [`Error::is_not_found`] holds too.
///
/// Check the workspace ID, the project ID and the region.
///
/// ```
/// # fn example(error: &dataarts_security::Error) {
/// if dataarts_security::is_workspace_not_found(error) {
///     eprintln!("check the workspace ID: {error}");
/// }
/// # }
/// ```
pub fn is_workspace_not_found(error: &Error) -> bool {
    matches!(error.code(), Some("DLS.6036" | "DLM.4001"))
}
