//! The document as the generator is given it: the same wire, without what the generator would do badly.

use openapiv3::{OpenAPI, Parameter, ReferenceOr, Response, Schema};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::openapi::{resolve, walk};
use crate::rustdoc;

/// The named schema that is `crate::Timestamp` in Rust.
pub(crate) const TIMESTAMP: &str = "Timestamp";

/// The named schema that is `::huaweicloud_core::generated_code::Secret` in Rust, for the bodies that carry one.
pub(crate) const SECRET: &str = "Secret";

/// Bounds would become types that refuse a whole page for one value; parameters are checked by a pass of ours.
const BOUNDS: [&str; 12] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

/// The document with bounds removed, texts made safe for rustdoc, and error responses the generator can take.
pub(crate) fn for_generation(document: &Document) -> Result<OpenAPI, Diagnostic> {
    specification(normalised(document))
}

/// The same, without the array parameters that the generator of mocks gives code for that does not compile.
pub(crate) fn for_mocks(document: &Document) -> Result<OpenAPI, Diagnostic> {
    let mut root = normalised(document);
    let is_array = |parameter: &Value| {
        let schema = resolve(document.root(), parameter).get("schema");
        schema.is_some_and(|schema| resolve(document.root(), schema).get("type").is_some_and(|kind| kind == "array"))
    };
    walk(&mut root, "", &mut |map, _| {
        if let Some(Value::Array(parameters)) = map.get_mut("parameters") {
            parameters.retain(|parameter| !is_array(parameter));
        }
    });
    specification(root)
}

fn normalised(document: &Document) -> Value {
    let mut root = document.root().clone();
    walk(&mut root, "", &mut |map, _| {
        inline_plain(document.root(), map);
        if map.contains_key("in") {
            plain_parameter(document.root(), map);
        }
        // Formats of texts would bring other crates' types, which refuse a whole page for one odd value.
        if map.get("type").is_some_and(|kind| kind == "string") {
            map.remove("format");
        }
        // `null` means absent for whatever is optional; among the values it would make another kind of enum.
        if let Some(Value::Array(values)) = map.get_mut("enum") {
            values.retain(|value| !value.is_null());
            map.remove("nullable");
        }
        for bound in BOUNDS {
            map.remove(bound);
        }
        for key in ["description", "summary", "title"] {
            if let Some(Value::String(text)) = map.get_mut(key) {
                *text = rustdoc::escape(text);
            }
        }
        if let Some(Value::Object(responses)) = map.get_mut("responses") {
            split_default(responses);
            one_error_type(document.root(), responses);
        }
    });
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        schemas.retain(|name, schema| !is_plain(name, schema) || is_array(schema));
    }
    root
}

fn specification(root: Value) -> Result<OpenAPI, Diagnostic> {
    OpenAPI::deserialize(&root).map_err(|error| {
        let (place, reason) = innermost(&root).unwrap_or_else(|| ("document".to_owned(), error.to_string()));
        Diagnostic::new(place, format!("is not OpenAPI 3.0: {reason}"))
    })
}

/// The smallest part of the document that does not read by itself: the reader of the whole names no place.
fn innermost(root: &Value) -> Option<(String, String)> {
    fn part<T: DeserializeOwned>(place: String, value: &Value) -> Option<(String, String)> {
        T::deserialize(value).err().map(|error| (place, error.to_string()))
    }
    let mut found = None;
    walk(&mut root.clone(), "", &mut |map, place| {
        let children = map.iter().flat_map(|(key, child)| match child {
            Value::Array(list) => list.iter().enumerate().map(|(at, child)| (format!("{key}[{at}]"), child)).collect(),
            Value::Object(named) => named.iter().map(|(name, child)| (format!("{key}.{name}"), child)).collect(),
            _ => Vec::new(),
        });
        for (key, child) in children {
            let at = format!("{place}{}{key}", if place.is_empty() { "" } else { "." });
            let diagnostic = match key.split(['.', '[']).next() {
                Some("parameters") => part::<ReferenceOr<Parameter>>(at, child),
                Some("responses") => part::<ReferenceOr<Response>>(at, child),
                Some("schemas" | "properties") => part::<ReferenceOr<Schema>>(at, child),
                _ => None,
            };
            // The walk goes from the outside in, so the last is the innermost.
            found = diagnostic.or(found.take());
        }
    });
    found
}

/// A named scalar without a list of values, or a named list, is a `String`, a number or a `Vec` in Rust, not a type of
/// its own that wraps one.
fn inline_plain(root: &Value, map: &mut Map<String, Value>) {
    let Some(reference) = map.get("$ref").and_then(Value::as_str).map(str::to_owned) else { return };
    let name = reference.rsplit('/').next().unwrap_or_default();
    let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
    let Some(Value::Object(schema)) = target.filter(|schema| is_plain(name, schema)) else { return };
    // A list of itself has to keep its name.
    if schema.get("items").and_then(|items| items.get("$ref")).is_none_or(|items| *items != reference) {
        *map = schema.clone();
    }
}

fn is_plain(name: &str, schema: &Value) -> bool {
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    let scalar = matches!(kind, "string" | "integer" | "number" | "boolean") && ![TIMESTAMP, SECRET].contains(&name);
    (scalar && schema.get("enum").is_none()) || is_array(schema)
}

fn is_array(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "array")
}

/// A time is a number wherever it travels outside JSON, and `null` is no value for a parameter.
fn plain_parameter(root: &Value, parameter: &mut Map<String, Value>) {
    let Some(schema) = parameter.get_mut("schema") else { return };
    if resolve(root, schema).get("enum").is_none() {
        *schema = resolve(root, schema).clone();
    }
    if let Value::Object(schema) = schema {
        schema.remove("nullable");
    }
}

/// The generator takes `default` beside a success for a success too; ranges say what is meant.
fn split_default(responses: &mut Map<String, Value>) {
    if responses.keys().any(|status| status.starts_with('2'))
        && let Some(default) = responses.remove("default")
    {
        for range in ["4XX", "5XX"] {
            responses.entry(range).or_insert_with(|| default.clone());
        }
    }
}

/// The generator takes one error type per operation. Errors are understood by code of ours in any shape, so the first
/// one serves for the mocks and the others may go.
fn one_error_type(root: &Value, responses: &mut Map<String, Value>) {
    let is_error = |status: &str| status.starts_with(['4', '5']);
    let schema = |response: &Value| resolve(root, response).pointer("/content/application~1json/schema").cloned();
    let first = responses.iter().find(|(status, _)| is_error(status)).map(|(_, response)| schema(response));
    if let Some(first) = first {
        responses.retain(|status, response| !is_error(status) || schema(response) == first);
    }
}
