//! Pass 7: a JSON Schema of every wire type, behind the feature `schemars`. Open enums have theirs from pass 1.

use quote::ToTokens as _;
use syn::{Attribute, Field, File, Item, parse_quote};

use crate::ast;
use crate::diagnostic::Diagnostic;

/// Derives `JsonSchema` for what serde reads in the module `types`.
pub(crate) fn apply(file: &mut File) -> Result<(), Diagnostic> {
    for item in ast::module(file, "types")? {
        match item {
            Item::Struct(structure) => {
                describe(&mut structure.attrs);
                structure.fields.iter_mut().for_each(allow_null);
            }
            Item::Enum(choice) => describe(&mut choice.attrs),
            _ => {}
        }
    }
    Ok(())
}

fn describe(attributes: &mut Vec<Attribute>) {
    if ast::derives(attributes, "Deserialize") {
        attributes.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
    }
}

/// What pass 2 reads `null` as, the schema allows to be `null`.
fn allow_null(field: &mut Field) {
    if ast::serde_value(&field.attrs, "deserialize_with").is_some() {
        let optional = format!("::std::option::Option<{}>", field.ty.to_token_stream());
        field.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", schemars(with = #optional))]));
    }
}
