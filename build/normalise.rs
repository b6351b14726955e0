//! The document as the generator is given it: the same wire, without what the generator would do badly.

use openapiv3::{OpenAPI, Parameter, ReferenceOr, Response, Schema};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::generate::document::{Document, resolve, walk};
use crate::generate::problem::Problem;

/// The named schema that is `crate::Timestamp` in Rust.
pub(crate) const TIMESTAMP: &str = "Timestamp";

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
pub(crate) fn for_generation(document: &Document) -> Result<OpenAPI, Problem> {
    let mut root = document.root().clone();
    walk(&mut root, "", &mut |map, _| {
        inline_plain_scalar(document.root(), map);
        // Formats of texts would bring other crates' types, which refuse a whole page for one odd value.
        if map.get("type").is_some_and(|kind| kind == "string") {
            map.remove("format");
        }
        for bound in BOUNDS {
            map.remove(bound);
        }
        for key in ["description", "summary", "title"] {
            if let Some(Value::String(text)) = map.get_mut(key) {
                *text = for_rustdoc(text);
            }
        }
        if let Some(Value::Object(responses)) = map.get_mut("responses") {
            split_default(responses);
            one_error_type(document.root(), responses);
        }
    });
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        schemas.retain(|name, schema| !is_plain_scalar(name, schema));
    }
    OpenAPI::deserialize(&root).map_err(|error| {
        let (place, reason) = innermost(&root).unwrap_or_else(|| ("document".to_owned(), error.to_string()));
        Problem::new(place, format!("is not OpenAPI 3.0: {reason}"))
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
            let problem = match key.split(['.', '[']).next() {
                Some("parameters") => part::<ReferenceOr<Parameter>>(at, child),
                Some("responses") => part::<ReferenceOr<Response>>(at, child),
                Some("schemas" | "properties") => part::<ReferenceOr<Schema>>(at, child),
                _ => None,
            };
            // The walk goes from the outside in, so the last is the innermost.
            found = problem.or(found.take());
        }
    });
    found
}

/// A named scalar without a list of values is a `String` or a number in Rust, not a type of its own that wraps one.
fn inline_plain_scalar(root: &Value, map: &mut Map<String, Value>) {
    let reference = map.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    let Some((pointer, name)) = reference.and_then(|pointer| Some((pointer, pointer.rsplit('/').next()?))) else {
        return;
    };
    if let Some(Value::Object(schema)) = root.pointer(pointer).filter(|schema| is_plain_scalar(name, schema)) {
        *map = schema.clone();
    }
}

fn is_plain_scalar(name: &str, schema: &Value) -> bool {
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    name != TIMESTAMP && schema.get("enum").is_none() && matches!(kind, "string" | "integer" | "number" | "boolean")
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

/// Markdown that rustdoc shows as the author meant it: no links, tags or code that the author did not write.
pub(crate) fn for_rustdoc(text: &str) -> String {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.trim().lines() {
        let line = line.trim_end();
        // Four spaces would start a code block, which rustdoc would compile.
        let indent = line.len() - line.trim_start().len();
        let line = if fenced { line } else { &line[indent.saturating_sub(3)..] };
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            lines.push(if fenced { "```text".to_owned() } else { "```".to_owned() });
        } else if fenced {
            lines.push(line.to_owned());
        } else {
            lines.push(escape_line(line));
        }
    }
    if fenced {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

fn escape_line(line: &str) -> String {
    let mut escaped = String::new();
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            escaped.push('`');
        }
        // Odd parts stand between backticks.
        if index % 2 == 1 {
            escaped.push_str(part);
            continue;
        }
        for (position, word) in part.split(' ').enumerate() {
            if position > 0 {
                escaped.push(' ');
            }
            if word.starts_with("http://") || word.starts_with("https://") {
                let end = word.trim_end_matches(['.', ',', ';', ':', ')']).len();
                escaped.push_str(&format!("<{}>{}", &word[..end], &word[end..]));
            } else {
                for character in word.chars() {
                    if matches!(character, '<' | '>' | '[' | ']') {
                        escaped.push('\\');
                    }
                    escaped.push(character);
                }
            }
        }
    }
    escaped
}
