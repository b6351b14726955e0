//! A parameter of an operation, as the document describes it.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::openapi::resolve;

/// One parameter, references resolved.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) schema: Value,
}

impl Parameter {
    /// Reads the parameter `node` of the operation at `place`.
    pub(crate) fn read(root: &Value, node: &Value, place: &str) -> Result<Self, Diagnostic> {
        let node = resolve(root, node);
        let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = text("name");
        let schema = resolve(root, node.get("schema").unwrap_or(&Value::Null)).clone();
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && let Err(error) = regex_lite::Regex::new(pattern)
        {
            return Err(Diagnostic::new(
                format!("{place}.parameters.{name}"),
                format!("pattern {pattern} cannot be used: {error}"),
            ));
        }
        Ok(Self {
            name,
            location: text("in"),
            required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
            description: text("description"),
            schema,
        })
    }
}
