//! Names in Rust of what the document names.

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use quote::format_ident;
use serde_json::Value;

use crate::parameter::Parameter;

/// The parameter for the project, which a client can find by itself.
pub(crate) const PROJECT_ID: &str = "project_id";

/// Whether a client can fill in the parameter: the project, and headers, which are the same for many operations.
pub(crate) fn is_known_to_client(parameter: &Parameter) -> bool {
    let is_text = parameter.schema.get("type").and_then(Value::as_str) == Some("string");
    parameter.name == PROJECT_ID || parameter.location == "header" && is_text
}

/// The builder's field and setter for the parameter `name`, named as progenitor names it.
pub(crate) fn field_name(name: &str) -> String {
    let snake = name.to_snake_case();
    // The word became one with edition 2024.
    if snake == "gen" || syn::parse_str::<syn::Ident>(&snake).is_err() { format!("{snake}_") } else { snake }
}

/// The builder's type for the operation `id`.
pub(crate) fn builder_name(id: &str) -> syn::Ident {
    format_ident!("{}", id.to_upper_camel_case())
}
