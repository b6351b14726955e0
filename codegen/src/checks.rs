//! What no later pass can work with, refused by place and reason.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::names::field_name;
use crate::openapi::{json_schema, resolve, walk};
use crate::parameter::Parameter;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Methods of `Client` that an operation of the same name would hide.
const CLIENT_METHODS: [&str; 28] = [
    "accepted",
    "base_url",
    "budget",
    "builder",
    "can_find_project_id",
    "clone",
    "current_identity",
    "caller_identity",
    "endpoint",
    "find_project_id",
    "http",
    "identity",
    "identity_after",
    "interceptor",
    "limits",
    "new",
    "of_iam",
    "pacer",
    "project_id",
    "project_name",
    "raw",
    "redact",
    "region",
    "request",
    "resolve_project_id",
    "time",
    "with_options",
    "workspace",
];

/// Names of every builder's methods and of what progenitor writes into them.
const BUILDER_NAMES: [&str; 11] = [
    "new",
    "send",
    "send_with_response",
    "with_options",
    "with_limits",
    "request",
    "build_request",
    "items",
    "pages",
    "iter",
    "header_map",
];

/// The version, every reference, type and list of values.
pub(crate) fn document(root: &Value) -> Result<(), Diagnostic> {
    version(root)?;
    let mut diagnostic = None;
    walk(&mut root.clone(), "", &mut |map, place| {
        if diagnostic.is_none() {
            diagnostic = reference(root, map.get("$ref"))
                .or_else(|| schema(map, place))
                .map(|reason| Diagnostic::new(place, reason));
        }
    });
    diagnostic.map_or(Ok(()), Err)
}

fn version(root: &Value) -> Result<(), Diagnostic> {
    match root.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => Ok(()),
        Some(Value::String(version)) => {
            let reason = format!("version {version} is not supported; write the document as OpenAPI 3.0.3");
            Err(Diagnostic::new("openapi", reason))
        }
        Some(_) => Err(Diagnostic::new("openapi", "must be a text such as 3.0.3")),
        None => Err(Diagnostic::new("openapi", "is missing; an OpenAPI 3.0 document says which version it is")),
    }
}

fn reference(root: &Value, reference: Option<&Value>) -> Option<String> {
    let first = reference?;
    let mut next = first;
    // A chain longer than this is a circle.
    for _ in 0..32 {
        let target = next.as_str().and_then(|text| text.strip_prefix('#')).and_then(|pointer| root.pointer(pointer));
        match target {
            None => return Some(format!("$ref {next} leads to nothing in this document")),
            Some(target) => match target.get("$ref") {
                Some(further) => next = further,
                None => return None,
            },
        }
    }
    Some(format!("$ref {first} leads back to itself"))
}

fn schema(map: &serde_json::Map<String, Value>, place: &str) -> Option<String> {
    // Security schemes have a type of another kind.
    let kind = map.get("type").and_then(Value::as_str).filter(|_| !place.starts_with("components.securitySchemes."));
    if let Some(kind) = kind.filter(|kind| !TYPES.contains(kind)) {
        return Some(format!("type \"{kind}\" is none of {}", TYPES.join(", ")));
    }
    let values = map.get("enum").and_then(Value::as_array)?;
    if let Some(twice) =
        values.iter().enumerate().find(|(at, value)| values.iter().take(*at).any(|other| other == *value))
    {
        return Some(format!("the value {} stands twice in the enum", twice.1));
    }
    let default = map.get("default").filter(|default| !default.is_null() && !values.contains(default))?;
    Some(format!("the default {default} is none of the enum's values"))
}

/// One path and the methods on it.
pub(crate) fn path(path: &str, item: &Value) -> Result<(), Diagnostic> {
    let place = format!("paths.{path}");
    if !path.starts_with('/') {
        return Err(Diagnostic::new(place, "must begin with a slash"));
    }
    match item.get("trace") {
        Some(_) => Err(Diagnostic::new(format!("{place}.trace"), "the method TRACE is not supported")),
        None => Ok(()),
    }
}

/// A name that can be a method and, in another case, a type.
pub(crate) fn operation_id(id: &str, place: &str) -> Result<(), Diagnostic> {
    let words = id.split('_').all(|word| {
        !word.is_empty() && word.chars().all(|character| character.is_ascii_lowercase() || character.is_ascii_digit())
    });
    let refused = |reason: &str| Err(Diagnostic::new(place, format!("operationId \"{id}\" {reason}")));
    if !words || id.starts_with(|first: char| first.is_ascii_digit()) {
        refused("must be a name like list_member_sync_tasks")
    } else if field_name(id) != id || CLIENT_METHODS.contains(&id) {
        refused("is taken by Rust or by the client; choose another name")
    } else {
        Ok(())
    }
}

/// The parameters of one operation, references resolved.
pub(crate) fn parameters(path: &str, parameters: &[Parameter], place: &str) -> Result<(), Diagnostic> {
    for parameter in parameters {
        let name = &parameter.name;
        let refused = |reason: &str| Err(Diagnostic::new(format!("{place}.parameters.{name}"), reason));
        let usable = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
        let kind = parameter.schema.get("type").and_then(Value::as_str);
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || !name.chars().all(usable) {
            return refused("must have a name of letters, digits, _ - and . that begins with a letter");
        } else if BUILDER_NAMES.contains(&field_name(name).as_str()) {
            return refused("cannot have this name; every operation has a method of it");
        } else if parameter.location == "cookie" {
            return refused("is a cookie; only path, query and header parameters are supported");
        } else if parameter.schema.is_null() {
            return refused("has no schema; a parameter by content is not supported");
        } else if kind == Some("object") {
            return refused("is an object, which has no place in a path, a query or a header");
        } else if parameter.location == "path" && !path.contains(&format!("{{{name}}}")) {
            return refused("is a path parameter that the path does not name");
        }
    }
    let named = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    for name in named {
        if !parameters.iter().any(|parameter| parameter.location == "path" && parameter.name == name) {
            return Err(Diagnostic::new(place, format!("the path names {name}, which is none of the parameters")));
        }
    }
    Ok(())
}

/// One kind of success, in JSON or without content.
pub(crate) fn responses(root: &Value, operation: &Value, place: &str) -> Result<(), Diagnostic> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let place = format!("{place}.responses");
    let Some(responses) = responses else { return Err(Diagnostic::new(place, "is missing")) };
    let successes: Vec<_> = responses.iter().filter(|(status, _)| status.starts_with('2')).collect();
    if let [(first, _), (second, _), ..] = successes.as_slice() {
        return Err(Diagnostic::new(place, format!("{first} and {second} are both successes; one kind is supported")));
    }
    for (status, response) in successes {
        let response = resolve(root, response);
        let has_content = response.get("content").and_then(Value::as_object).is_some_and(|content| !content.is_empty());
        if has_content && json_schema(response).is_none() {
            return Err(Diagnostic::new(format!("{place}.{status}"), "has content that is not application/json"));
        }
    }
    Ok(())
}
