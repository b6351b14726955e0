//! Pass 6: the operations as data, so that one can be chosen by its name when the program runs.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{File, parse_quote};

use crate::constraints;
use crate::document::Document;
use crate::operation::Operation;
use crate::parameter::Parameter;

/// Adds the table `OPERATIONS`, in the order of the document's names.
pub(crate) fn apply(file: &mut File, document: &Document) {
    let mut operations: Vec<&Operation> = document.operations().iter().collect();
    operations.sort_by(|one, other| one.id.cmp(&other.id));
    let entries = operations.into_iter().map(entry);
    file.items.push(parse_quote! {
        /// Every operation of the document.
        pub static OPERATIONS: &[::huaweicloud_core::operations::Operation] = &[#(#entries),*];
    });
}

fn entry(operation: &Operation) -> TokenStream {
    let Operation { id, method, path, idempotent, has_body, .. } = operation;
    let official_name = option(operation.official_name.as_ref());
    let (summary, description) = (plain(&operation.summary), plain(&operation.description));
    let parameters = operation.parameters.iter().map(|parameter| parameter_entry(operation, parameter));
    quote! {
        ::huaweicloud_core::operations::Operation {
            id: #id,
            official_name: #official_name,
            method: #method,
            path: #path,
            summary: #summary,
            description: #description,
            parameters: &[#(#parameters),*],
            has_body: #has_body,
            idempotent: #idempotent,
        }
    }
}

fn parameter_entry(operation: &Operation, parameter: &Parameter) -> TokenStream {
    let Parameter { name, required, schema, .. } = parameter;
    let location = constraints::location(parameter);
    let is_list = kind(schema) == "array";
    let value = if is_list { schema.get("items").unwrap_or(&Value::Null) } else { schema };
    let kind = kind(value);
    let values = value.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let bounds = option(constraints::bounds_text(operation, parameter).as_ref());
    let description = plain(&parameter.description);
    let (low, high) = constraints::integer_bounds(operation, parameter);
    let (low, high) = (option(low), option(high));
    let real = |key: &str| option(schema.get(key).and_then(Value::as_f64));
    let (least, most) = (real("minimum"), real("maximum"));
    let length = |key: &str| option(schema.get(key).and_then(Value::as_i64));
    let (shortest, longest) = (length("minLength"), length("maxLength"));
    let pattern = option(schema.get("pattern").and_then(Value::as_str));
    quote! {
        ::huaweicloud_core::operations::Parameter {
            name: #name,
            location: #location,
            required: #required,
            kind: #kind,
            is_list: #is_list,
            values: &[#(#values),*],
            bounds: #bounds,
            description: #description,
            limits: ::huaweicloud_core::generated_code::Limits {
                whole: (#low, #high),
                real: (#least, #most),
                length: (#shortest, #longest),
                pattern: #pattern,
            },
        }
    }
}

fn kind(schema: &Value) -> &str {
    schema.get("type").and_then(Value::as_str).unwrap_or("string")
}

/// One line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
