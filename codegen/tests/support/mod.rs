//! Documents for the tests: the real one, and small ones.

#![allow(dead_code, reason = "each test file uses a part")]

use std::path::Path;

use serde_json::{Value, json};

/// The path of the paginated operation of the real document.
pub(crate) const LIST: &str = "/v1/{project_id}/security/member-sync-tasks";

/// Returns the text of the file `name`, relative to `openapi/`.
pub(crate) fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi").join(name)).unwrap()
}

/// Returns the real document, for edits.
pub(crate) fn document() -> Value {
    serde_saphyr::from_str(&read("dataarts-security.yaml")).unwrap()
}

/// Returns a document of one operation, GET on `/a`.
pub(crate) fn of_operation(operation: Value) -> Value {
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "v1"}, "paths": {"/a": {"get": operation}}})
}
