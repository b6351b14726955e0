//! Pass 5: what stands around the wire types: growth without a break, and texts that rustdoc takes as they are.

use std::collections::HashSet;

use crate::ast;
use crate::diagnostic::Diagnostic;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, File, Item, Lit, Meta, parse_quote};

/// Marks wire types `#[non_exhaustive]` and cleans the texts that the generator wrote.
pub(crate) fn apply(file: &mut File) -> Result<(), Diagnostic> {
    check_name_collisions(ast::module(file, "types")?)?;
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && module.ident == "types"
            && let Some((_, items)) = &mut module.content
        {
            for item in items {
                match item {
                    Item::Struct(structure) if structure.fields.iter().all(|field| field.ident.is_some()) => {
                        non_exhaustive(&mut structure.attrs);
                    }
                    Item::Enum(choice) => non_exhaustive(&mut choice.attrs),
                    _ => {}
                }
            }
        }
    }
    Texts.visit_file_mut(file);
    Ok(())
}

/// Names that differ on the wire may be one in Rust.
fn check_name_collisions(items: &[Item]) -> Result<(), Diagnostic> {
    let mut names = HashSet::new();
    for item in items {
        let (name, fields) = match item {
            Item::Struct(found) => {
                (&found.ident, found.fields.iter().filter_map(|field| field.ident.as_ref()).collect())
            }
            Item::Enum(found) => {
                (&found.ident, found.variants.iter().map(|variant| &variant.ident).collect::<Vec<_>>())
            }
            _ => continue,
        };
        if !names.insert(name) {
            return Err(Diagnostic::new("components.schemas", format!("two schemas are both {name} in Rust")));
        }
        let mut seen = HashSet::new();
        if let Some(twin) = fields.into_iter().find(|field| !seen.insert(field.to_string())) {
            let place = format!("components.schemas.{name}");
            return Err(Diagnostic::new(place, format!("two properties or values are both {twin} in Rust")));
        }
    }
    Ok(())
}

fn non_exhaustive(attributes: &mut Vec<Attribute>) {
    if !attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive")) {
        attributes.push(parse_quote!(#[non_exhaustive]));
    }
}

/// Code examples of the generator are marked `ignore`: they stand for nothing that was ever compiled.
struct Texts;

impl VisitMut for Texts {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if let Meta::NameValue(pair) = &mut attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &mut pair.value
        {
            let value = text.value();
            let clean = value.split("```ignore").next().unwrap_or_default().trim_end();
            let clean = if clean.starts_with(' ') || clean.is_empty() { clean.to_owned() } else { format!(" {clean}") };
            *text = syn::LitStr::new(&clean, text.span());
        }
    }
}
