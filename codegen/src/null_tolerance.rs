//! Pass 2: `null` means absent for every optional field.
//!
//! `Option` fields do so by themselves; lists, maps and values with a default need telling.

use quote::{format_ident, quote};
use syn::{File, Item, parse_quote};

use crate::ast;
use crate::diagnostic::Diagnostic;

/// Gives every defaulted field of the module `types` a reader that takes `null` for the default.
pub(crate) fn apply(file: &mut File) -> Result<(), Diagnostic> {
    let items = ast::module(file, "types")?;
    let mut readers = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(structure) = item else { continue };
        for field in &mut structure.fields {
            if !ast::has_serde_key(&field.attrs, "default") || ast::last_name(&field.ty).as_deref() == Some("Option") {
                continue;
            }
            match ast::serde_value(&field.attrs, "default") {
                None => field.attrs.push(
                    parse_quote!(#[serde(deserialize_with = "::huaweicloud_core::generated_code::null_as_default")]),
                ),
                // A default of the document's own: a reader that knows which.
                Some(default) => {
                    let path: syn::Path = syn::parse_str(&default).map_err(ast::changed)?;
                    let name = format_ident!("default_{}", readers.len());
                    let reader = format!("null_readers::{name}");
                    let kind = &field.ty;
                    readers.push(quote! {
                        pub(super) fn #name<'de, D: ::serde::Deserializer<'de>>(
                            deserializer: D,
                        ) -> ::std::result::Result<#kind, D::Error> {
                            ::huaweicloud_core::generated_code::null_as(deserializer, #path)
                        }
                    });
                    field.attrs.push(parse_quote!(#[serde(deserialize_with = #reader)]));
                }
            }
        }
    }
    if !readers.is_empty() {
        items.push(parse_quote! {
            mod null_readers {
                use super::*;
                #(#readers)*
            }
        });
    }
    Ok(())
}
