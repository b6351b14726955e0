//! Why a body does not decode.

/// Why bytes are not the answer that was expected. Never holds any of the bytes.
#[derive(Debug)]
pub struct DecodeError {
    /// Where a value does not fit, such as `tasks[1].sync_time`; empty at the top level, and where the JSON is broken.
    pub path: String,
    /// What does not fit.
    pub reason: String,
}

impl DecodeError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { path: String::new(), reason: reason.into() }
    }
}
