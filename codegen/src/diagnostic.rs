//! What is wrong with a document, and where.

use std::fmt;

/// The first thing that is wrong with a document; it displays as one line of its place and the reason.
///
/// # Example
///
/// ```
/// let diagnostic = huaweicloud_codegen::generate("", huaweicloud_codegen::Visibility::Public, "my_service").unwrap_err();
/// assert_eq!(diagnostic.to_string(), "file: is empty; an OpenAPI 3.0 document is expected");
/// ```
#[derive(Clone, Debug)]
pub struct Diagnostic {
    place: String,
    reason: String,
}

impl Diagnostic {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Foreign messages may span lines; cargo shows an error line by line.
        let reason: Vec<&str> = self.reason.split_whitespace().collect();
        write!(formatter, "{}: {}", self.place, reason.join(" "))
    }
}

impl std::error::Error for Diagnostic {}
