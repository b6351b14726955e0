//! Finding one's way in a generated syntax tree.

use proc_macro2::TokenStream;
use syn::{Attribute, Field, File, GenericArgument, Item, ItemMod, ItemStruct, PathArguments, Type};

use crate::diagnostic::Diagnostic;

/// Generated tokens as a file.
pub(crate) fn parse_file(tokens: TokenStream) -> Result<File, Diagnostic> {
    syn::parse2(tokens).map_err(|error| Diagnostic::new("generator", format!("gave code that does not parse: {error}")))
}

/// The items of the top-level module `name`.
pub(crate) fn module<'a>(file: &'a mut File, name: &str) -> Result<&'a mut Vec<Item>, Diagnostic> {
    file.items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) if ident == name => Some(items),
            _ => None,
        })
        .ok_or_else(|| changed(format!("no module {name}")))
}

/// The structure `name` among `items`.
pub(crate) fn structure<'a>(items: &'a [Item], name: &str) -> Option<&'a ItemStruct> {
    items.iter().find_map(|item| match item {
        Item::Struct(found) if found.ident == name => Some(found),
        _ => None,
    })
}

/// The field that carries `name` on the wire.
pub(crate) fn wire_field<'a>(structure: &'a ItemStruct, name: &str) -> Option<&'a Field> {
    structure.fields.iter().find(|field| match serde_value(&field.attrs, "rename") {
        Some(renamed) => renamed == name,
        None => field.ident.as_ref().is_some_and(|ident| ident.to_string().trim_start_matches("r#") == name),
    })
}

/// The text that serde's attribute gives `key`: `rename = "…"`, `default = "…"`.
pub(crate) fn serde_value(attributes: &[Attribute], key: &str) -> Option<String> {
    let mut value = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Keys of other shapes end the parse; what was found by then stands.
        let _ = attribute.parse_nested_meta(|meta| {
            let found: Option<syn::LitStr> = match meta.value() {
                Ok(stream) => Some(stream.parse()?),
                Err(_) => None,
            };
            if let Some(literal) = found.filter(|_| meta.path.is_ident(key)) {
                value = Some(literal.value());
            }
            Ok(())
        });
    }
    value
}

/// Whether a trait of this name is derived.
pub(crate) fn derives(attributes: &[Attribute], name: &str) -> bool {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // Keys of other shapes end the parse; what was found by then stands.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|segment| segment.ident == name);
            Ok(())
        });
    }
    found
}

/// Whether serde's attribute has the bare word or key `key`.
pub(crate) fn has_serde_key(attributes: &[Attribute], key: &str) -> bool {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident(key);
            if let Ok(stream) = meta.value() {
                let _: syn::Lit = stream.parse()?;
            }
            Ok(())
        });
    }
    found
}

/// The last name of a path type: `Option` of `::std::option::Option<T>`.
pub(crate) fn last_name(kind: &Type) -> Option<String> {
    match kind {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The first type among the arguments: `T` of `Vec<T>`.
pub(crate) fn first_argument(kind: &Type) -> Option<Type> {
    let Type::Path(path) = kind else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(kind) => Some(kind.clone()),
        _ => None,
    })
}

/// The generator no longer gives what a pass relies on.
pub(crate) fn changed(what: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::new(
        "generator",
        format!(
            "{what} in the generated code; huaweicloud-codegen does not know this kind of document, or not this progenitor"
        ),
    )
}
