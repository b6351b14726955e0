//! Who may call the generated operations.

/// The code that calls the operations of a document.
///
/// # Example
///
/// ```
/// use huaweicloud_codegen::{Visibility, generate};
///
/// let document = "{openapi: 3.0.3, info: {title: Nothing, version: v1}, paths: {}}";
/// assert!(generate(document, Visibility::Public, "my_service")?.client.contains("impl crate::Client"));
/// assert!(!generate(document, Visibility::Crate, "my_service")?.client.contains("impl crate::Client"));
/// # Ok::<(), huaweicloud_codegen::Diagnostic>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Visibility {
    /// Users of the crate: each operation is a method of `crate::Client`.
    Public,
    /// The crate itself: each operation is a `pub(crate)` function that takes a client.
    Crate,
}
