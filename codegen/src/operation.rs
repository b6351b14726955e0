//! An operation, as the document describes it, with what the passes ask about it.

use serde_json::Value;

use crate::checks;
use crate::diagnostic::Diagnostic;
use crate::openapi::{json_schema, parts, resolve};
use crate::parameter::Parameter;
use crate::x_paging::Paging;

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

impl Operation {
    /// Reads the operation `node`, `method` of the path `path`, whose description is `item`.
    pub(crate) fn read(
        root: &Value,
        item: &Value,
        node: &Value,
        path: &str,
        method: &str,
        place: &str,
    ) -> Result<Self, Diagnostic> {
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
            shared.chain(own).map(|parameter| Parameter::read(root, parameter, place)).collect::<Result<_, _>>()?;
        checks::parameters(path, &parameters, place)?;
        checks::responses(root, node, place)?;
        let schema = success_schema(root, node);
        let paging = match node.get("x-paging") {
            None => None,
            Some(extension) => Some(Paging::read(root, extension, &parameters, schema, &format!("{place}.x-paging"))?),
        };
        Ok(Self {
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
}

fn success_schema<'a>(root: &'a Value, operation: &'a Value) -> Option<&'a Value> {
    let responses = operation.get("responses")?.as_object()?;
    let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    Some(resolve(root, json_schema(resolve(root, response))?))
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
