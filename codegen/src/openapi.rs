//! Finding one's way in an OpenAPI document that is not typed.

use serde_json::{Map, Value};

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

/// The parts of an `allOf`.
pub(crate) fn parts(schema: &Value) -> impl Iterator<Item = &Value> {
    schema.get("allOf").and_then(Value::as_array).into_iter().flatten()
}

fn join(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}
