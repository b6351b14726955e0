//! Names in Rust of what the document names.

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use quote::format_ident;

/// What a client knows and fills in by itself.
pub(crate) const KNOWN_TO_CLIENT: [&str; 2] = ["project_id", "workspace"];

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
