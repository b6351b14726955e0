//! Reading the document and refusing, by place and reason, what no later pass can work with.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::checks;
use crate::diagnostic::Diagnostic;
use crate::x_paging::Paging;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// Keys whose members are names of the author's choice, not words of OpenAPI.
const NAME_MAPS: [&str; 14] = [
    "properties",
    "patternProperties",
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
    "content",
    "paths",
    "variables",
    "mapping",
];

/// Keys whose values are data of the service, not part of the description.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

/// A document that was read and checked.
pub(crate) struct Document {
    root: Value,
    operations: Vec<Operation>,
}

/// One operation and what the passes ask about it.
pub(crate) struct Operation {
    /// The `operationId`, which is also the name of the method.
    pub(crate) id: String,
    /// Huawei's own name of the operation, from `x-huawei-operation`.
    pub(crate) official_name: Option<String>,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) method: String,
    /// Whether to send it twice does the same as to send it once: GET and HEAD, or so marked by `x-idempotent`.
    pub(crate) idempotent: bool,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) has_body: bool,
    pub(crate) paging: Option<Paging>,
    /// Property names of the answer's schema that hold its content, and whether it demands none of them.
    pub(crate) answer: Answer,
}

/// What the schema of a successful answer says about its top level.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) properties: Vec<String>,
    pub(crate) all_optional: bool,
    pub(crate) is_object: bool,
}

/// One parameter, references resolved.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) schema: Value,
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

/// Calls `visit` for every mapping that is part of the description, with its place in the document.
pub(crate) fn walk(node: &mut Value, place: &str, visit: &mut impl FnMut(&mut Map<String, Value>, &str)) {
    match node {
        Value::Object(map) => {
            visit(map, place);
            for (key, child) in map.iter_mut().filter(|(key, _)| !DATA.contains(&key.as_str())) {
                let place = join(place, key);
                match child {
                    Value::Object(names) if NAME_MAPS.contains(&key.as_str()) => {
                        for (name, named) in names.iter_mut() {
                            walk(named, &join(&place, name), visit);
                        }
                    }
                    _ => walk(child, &place, visit),
                }
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter_mut().enumerate() {
                walk(child, &format!("{place}[{index}]"), visit);
            }
        }
        _ => {}
    }
}

/// Follows references, and an `allOf` of one, to the schema, parameter or response that is meant.
pub(crate) fn resolve<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    let mut node = node;
    // A chain longer than this is a circle.
    for _ in 0..32 {
        let next = match node.get("$ref").and_then(Value::as_str) {
            Some(reference) => reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer)),
            None => match node.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
                Some([only]) => Some(only),
                _ => None,
            },
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

fn join(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
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
            let operation = operation(root, item, node, path, method, &place)?;
            if let Some(first) = found.insert(operation.id.clone(), place.clone()) {
                let reason = format!("operationId {} is already used by {first}", operation.id);
                return Err(Diagnostic::new(place, reason));
            }
            operations.push(operation);
        }
    }
    Ok(operations)
}

fn operation(
    root: &Value,
    item: &Value,
    node: &Value,
    path: &str,
    method: &str,
    place: &str,
) -> Result<Operation, Diagnostic> {
    let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let id = text("operationId");
    checks::operation_id(&id, place)?;
    let official_name = match node.get("x-huawei-operation") {
        None => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) => return Err(Diagnostic::new(format!("{place}.x-huawei-operation"), "must be a text")),
    };
    let idempotent = match node.get("x-idempotent") {
        None => matches!(method, "get" | "head"),
        Some(Value::Bool(idempotent)) => *idempotent,
        Some(_) => return Err(Diagnostic::new(format!("{place}.x-idempotent"), "must be true or false")),
    };
    let shared = item.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let own = node.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let parameters: Vec<Parameter> =
        shared.chain(own).map(|parameter| self::parameter(root, parameter, place)).collect::<Result<_, _>>()?;
    checks::parameters(root, path, &parameters, place)?;
    checks::responses(root, node, place)?;
    let schema = success_schema(root, node);
    let paging = match node.get("x-paging") {
        None => None,
        Some(extension) => Some(Paging::read(root, extension, &parameters, schema, &format!("{place}.x-paging"))?),
    };
    Ok(Operation {
        id,
        official_name,
        summary: text("summary"),
        description: text("description"),
        method: method.to_uppercase(),
        idempotent,
        path: path.to_owned(),
        parameters,
        has_body: node.get("requestBody").is_some(),
        paging,
        answer: schema.map(|schema| answer(root, schema)).unwrap_or_default(),
    })
}

fn parameter(root: &Value, node: &Value, place: &str) -> Result<Parameter, Diagnostic> {
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
    Ok(Parameter {
        name,
        location: text("in"),
        required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
        description: text("description"),
        schema,
    })
}

fn success_schema<'a>(root: &'a Value, operation: &'a Value) -> Option<&'a Value> {
    let responses = operation.get("responses")?.as_object()?;
    let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    Some(resolve(root, json_schema(resolve(root, response))?))
}

/// The schema of a response's JSON content, whatever parameters its media type has.
pub(crate) fn json_schema(response: &Value) -> Option<&Value> {
    let content = response.get("content")?.as_object()?;
    content.iter().find(|(kind, _)| kind.starts_with("application/json"))?.1.get("schema")
}

/// The property `name` of an object, in whichever part of an `allOf` it stands.
pub(crate) fn property<'a>(root: &'a Value, schema: &'a Value, name: &str) -> Option<&'a Value> {
    let schema = resolve(root, schema);
    let own = schema.get("properties").and_then(|properties| properties.get(name));
    own.or_else(|| parts(schema).find_map(|part| property(root, part, name))).map(|found| resolve(root, found))
}

fn parts(schema: &Value) -> impl Iterator<Item = &Value> {
    schema.get("allOf").and_then(Value::as_array).into_iter().flatten()
}

fn answer(root: &Value, schema: &Value) -> Answer {
    let own = schema.get("properties").and_then(Value::as_object);
    let mut answer = Answer {
        properties: own.into_iter().flatten().map(|(name, _)| name.clone()).collect(),
        all_optional: schema.get("required").and_then(Value::as_array).is_none_or(Vec::is_empty),
        is_object: own.is_some() || schema.get("type").is_some_and(|kind| kind == "object"),
    };
    for part in parts(schema).map(|part| self::answer(root, resolve(root, part))) {
        answer.properties.extend(part.properties);
        answer.all_optional &= part.all_optional;
        answer.is_object |= part.is_object;
    }
    answer
}
