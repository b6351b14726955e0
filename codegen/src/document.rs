//! Reading the document and refusing, by place and reason, what no later pass can work with.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::checks;
use crate::diagnostic::Diagnostic;
use crate::operation::Operation;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// A document that was read and checked.
pub(crate) struct Document {
    root: Value,
    operations: Vec<Operation>,
}

impl Document {
    /// Reads and checks the text of a document.
    pub(crate) fn parse(text: &str) -> Result<Self, Diagnostic> {
        if text.trim().is_empty() {
            return Err(Diagnostic::new("file", "is empty; an OpenAPI 3.0 document is expected"));
        }
        // OpenAPI is YAML 1.2, where ON and y are texts.
        let options = serde_saphyr::options! { strict_booleans: true };
        let root: Value = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let place = error.location().map_or_else(|| "file".to_owned(), |at| format!("line {}", at.line()));
            let reason = error.without_snippet().to_string();
            // What follows is advice to users of the YAML library.
            let reason = reason.split([',', ';']).next().unwrap_or_default();
            Diagnostic::new(place, format!("is not YAML: {reason}"))
        })?;
        if !root.is_object() {
            return Err(Diagnostic::new(
                "file",
                "is not an OpenAPI document; a mapping with the key openapi is expected",
            ));
        }
        checks::document(&root)?;
        let operations = operations(&root)?;
        Ok(Self { root, operations })
    }

    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// What the document calls the API.
    pub(crate) fn title(&self) -> &str {
        self.root.get("info").and_then(|info| info.get("title")).and_then(Value::as_str).unwrap_or("an API")
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    pub(crate) fn has_schema(&self, name: &str) -> bool {
        self.schemas().is_some_and(|schemas| schemas.contains_key(name))
    }

    fn schemas(&self) -> Option<&Map<String, Value>> {
        self.root.get("components")?.get("schemas")?.as_object()
    }
}

fn operations(root: &Value) -> Result<Vec<Operation>, Diagnostic> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut operations = Vec::new();
    let paths = root.get("paths").and_then(Value::as_object).ok_or_else(|| Diagnostic::new("paths", "is missing"))?;
    for (path, item) in paths {
        checks::path(path, item)?;
        for method in METHODS {
            let Some(node) = item.get(method) else { continue };
            let place = format!("paths.{path}.{method}");
            let operation = Operation::read(root, item, node, path, method, &place)?;
            if let Some(first) = found.insert(operation.id.clone(), place.clone()) {
                let reason = format!("operationId {} is already used by {first}", operation.id);
                return Err(Diagnostic::new(place, reason));
            }
            operations.push(operation);
        }
    }
    Ok(operations)
}
