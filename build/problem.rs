//! What is wrong with a document, and where.

use std::fmt;

/// One line: the place in the document and the reason.
#[derive(Debug)]
pub(crate) struct Problem {
    place: String,
    reason: String,
}

impl Problem {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Foreign messages may span lines; cargo shows an error line by line.
        let reason: Vec<&str> = self.reason.split_whitespace().collect();
        write!(formatter, "{}: {}", self.place, reason.join(" "))
    }
}

impl std::error::Error for Problem {}
