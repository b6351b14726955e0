//! The document's bounds on parameters, as checks before anything is sent.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::ItemStruct;

use crate::ast;
use crate::diagnostic::Diagnostic;
use crate::names::field_name;
use crate::operation::Operation;
use crate::parameter::Parameter;

/// Statements that check every bounded parameter of `operation`, whose builder is `builder`.
pub(crate) fn checks(operation: &Operation, builder: &ItemStruct) -> Result<TokenStream, Diagnostic> {
    let mut statements = TokenStream::new();
    for parameter in &operation.parameters {
        let field = format_ident!("{}", field_name(&parameter.name));
        if !builder.fields.iter().any(|found| found.ident.as_ref() == Some(&field)) {
            return Err(ast::changed(format!("no field {field} in the builder of {}", operation.id)));
        }
        let Some(check) = check(operation, parameter) else { continue };
        let pattern = if parameter.required { quote!(Ok(value)) } else { quote!(Ok(Some(value))) };
        statements.extend(quote! {
            if let #pattern = &self.#field { #check?; }
        });
    }
    Ok(statements)
}

/// What the bounds of `parameter` say, for its documentation.
pub(crate) fn bounds_text(operation: &Operation, parameter: &Parameter) -> Option<String> {
    match integer_bounds(operation, parameter) {
        (Some(low), Some(high)) => return Some(format!("{low} to {high}")),
        (Some(low), None) => return Some(format!("{low} or more")),
        (None, Some(high)) => return Some(format!("{high} or less")),
        (None, None) => {}
    }
    match (integer(&parameter.schema, "minLength"), integer(&parameter.schema, "maxLength")) {
        (Some(low), Some(high)) => Some(format!("{low} to {high} characters")),
        (None, Some(high)) => Some(format!("{high} characters or less")),
        _ => None,
    }
}

/// Where `parameter` travels.
pub(crate) fn location(parameter: &Parameter) -> TokenStream {
    match parameter.location.as_str() {
        "path" => quote!(::huaweicloud_core::generated_code::ParameterLocation::Path),
        "header" => quote!(::huaweicloud_core::generated_code::ParameterLocation::Header),
        _ => quote!(::huaweicloud_core::generated_code::ParameterLocation::Query),
    }
}

/// The least and the greatest number that the document allows.
pub(crate) fn integer_bounds(operation: &Operation, parameter: &Parameter) -> (Option<i64>, Option<i64>) {
    let schema = &parameter.schema;
    let exclusive = |key: &str| i64::from(schema.get(key).and_then(Value::as_bool).unwrap_or(false));
    let low = integer(schema, "minimum").map(|low| low.saturating_add(exclusive("exclusiveMinimum")));
    let high = integer(schema, "maximum").map(|high| high.saturating_sub(exclusive("exclusiveMaximum")));
    // A page of no items has no use, whatever the service does with it.
    let is_page_size = operation.paging.as_ref().is_some_and(|paging| paging.limit == parameter.name);
    (if is_page_size { Some(low.map_or(1, |low| low.max(1))) } else { low }, high)
}

fn check(operation: &Operation, parameter: &Parameter) -> Option<TokenStream> {
    let name = &parameter.name;
    let schema = &parameter.schema;
    match schema.get("type").and_then(Value::as_str)? {
        "integer" => {
            let (low, high) = integer_bounds(operation, parameter);
            if low.is_none() && high.is_none() {
                return None;
            }
            let (low, high) = (option(low), option(high));
            Some(quote!(::huaweicloud_core::generated_code::range(#name, i128::from(*value), #low, #high)))
        }
        "number" => {
            let bound = |key: &str| match schema.get(key).and_then(Value::as_f64) {
                Some(bound) => quote!(Some(#bound)),
                None => quote!(None),
            };
            let (low, high) = (bound("minimum"), bound("maximum"));
            Some(quote!(::huaweicloud_core::generated_code::float_range(#name, f64::from(*value), #low, #high)))
        }
        // Enums are open, so what travels in a path or a header is checked whatever the document lists.
        "string" => {
            let low = option(integer(schema, "minLength"));
            let high = option(integer(schema, "maxLength"));
            let pattern = match schema.get("pattern").and_then(Value::as_str) {
                Some(pattern) => quote!({
                    static PATTERN: ::huaweicloud_core::generated_code::Pattern = ::huaweicloud_core::generated_code::Pattern::new(#pattern);
                    Some(&PATTERN)
                }),
                None => quote!(None),
            };
            let location = location(parameter);
            Some(
                quote!(::huaweicloud_core::generated_code::text(#name, &value.to_string(), #location, #low, #high, #pattern)),
            )
        }
        _ => None,
    }
}

fn integer(schema: &Value, key: &str) -> Option<i64> {
    schema.get(key).and_then(Value::as_i64)
}

fn option(value: Option<i64>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
