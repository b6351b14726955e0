//! Pass 4: an operation that carries `x-paging` gets `pages()`, `items()`, `collect()` and, for blocking code, `iter()`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Expr, Field, File, Ident, ImplItem, Item, ItemStruct, Type, parse_quote};

use crate::ast;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::names::{builder_name, field_name};
use crate::operation::Operation;
use crate::x_paging::Paging;

/// Gives every paged operation its streams.
pub(crate) fn apply(file: &mut File, document: &Document) -> Result<(), Diagnostic> {
    let types = std::mem::take(ast::module(file, "types")?);
    let mut added = Vec::new();
    for operation in document.operations() {
        if let Some(paging) = &operation.paging {
            let builders = ast::module(file, "builder")?;
            added.extend(streams(operation, paging, builders, &types)?);
        }
    }
    ast::module(file, "builder")?.extend(added);
    *ast::module(file, "types")? = types;
    Ok(())
}

/// The builder's implementation of `Paged` and its two streams.
fn streams(operation: &Operation, paging: &Paging, builders: &[Item], types: &[Item]) -> Result<[Item; 2], Diagnostic> {
    let name = builder_name(&operation.id);
    let lost = |what: &str| ast::changed(format!("no {what} of {}", operation.id));
    let builder = ast::structure(builders, &name.to_string()).ok_or_else(|| lost("builder"))?;
    let page = output_of(builders, &name).and_then(|output| ast::structure(types, &output));
    let page = page.ok_or_else(|| lost("answer"))?;
    let list = ast::wire_field(page, &paging.items).ok_or_else(|| lost("items field"))?;
    let item = element(&list.ty).ok_or_else(|| lost("element type"))?;

    let (items, items_blank) = match (&list.ident, is_option(list)) {
        (field, true) => {
            (quote!(output.#field.unwrap_or_default()), quote!(output.#field.as_ref().is_none_or(Vec::is_empty)))
        }
        (field, false) => (quote!(output.#field), quote!(output.#field.is_empty())),
    };
    let item_count = match (&list.ident, is_option(list)) {
        (field, true) => quote!(output.#field.as_ref().map_or(0, Vec::len)),
        (field, false) => quote!(output.#field.len()),
    };
    let (total, total_blank) = match &paging.total {
        None => (quote!(None), quote!(true)),
        Some(total) => {
            let field = ast::wire_field(page, total).ok_or_else(|| lost("total field"))?;
            match (&field.ident, is_option(field)) {
                (field, true) => {
                    (quote!(output.#field.and_then(|total| i64::try_from(total).ok())), quote!(output.#field.is_none()))
                }
                (field, false) => (quote!(i64::try_from(output.#field).ok()), quote!(false)),
            }
        }
    };
    let structure = ast::last_name(&item).and_then(|name| ast::structure(types, &name));
    let item_field = |name: &str| structure.and_then(|structure| ast::wire_field(structure, name));
    let identity = match &paging.id {
        None => quote!(None),
        Some(id) => {
            let field = item_field(id).ok_or_else(|| lost("id field"))?;
            match (&field.ident, is_option(field)) {
                (field, true) => quote!(item.#field.as_deref()),
                (field, false) => quote!(Some(item.#field.as_str())),
            }
        }
    };
    let order: Vec<(Ident, Expr, String)> = paging
        .order
        .iter()
        .map(|(parameter, value)| {
            let literal: Expr = match value {
                Value::Bool(value) => parse_quote!(#value),
                other => {
                    let text = other.as_str().unwrap_or_default();
                    parse_quote!(#text)
                }
            };
            (format_ident!("{}", field_name(parameter)), literal, plain(value))
        })
        .collect();
    let ordered = order.iter().map(|(field, value, _)| {
        quote! {
            if matches!(self.#field, Ok(None)) {
                self = self.#field(#value);
            }
        }
    });
    let key_of = |name: &str| {
        let field = item_field(name).ok_or_else(|| lost("field to sort by"))?;
        let ident = &field.ident;
        Ok(match is_option(field) {
            true => {
                quote!(|item| item.#ident.as_ref().map(|key| ::huaweicloud_core::generated_code::OrderKey::from(key.clone())))
            }
            false => quote!(|item| Some(::huaweicloud_core::generated_code::OrderKey::from(item.#ident.clone()))),
        })
    };
    let order_key = order_key(paging, &order, key_of)?;
    let limit = format_ident!("{}", field_name(&paging.limit));
    let offset = format_ident!("{}", field_name(&paging.offset));
    let limit_value = number(builder, &limit, quote!(limit)).ok_or_else(|| lost("optional limit parameter"))?;
    let offset_value = number(builder, &offset, quote!(offset)).ok_or_else(|| lost("optional offset parameter"))?;
    let largest_page = u32::try_from(paging.largest_page).unwrap_or(u32::MAX);
    let largest_offset = u32::try_from(paging.largest_offset).unwrap_or(u32::MAX);
    let (limit_name, offset_name) = (&paging.limit, &paging.offset);
    let may_count_pages = paging.may_count_pages;
    let headers = operation.parameters.iter().filter(|parameter| parameter.location == "header");
    let headers: Vec<&str> = headers.map(|parameter| parameter.name.as_str()).collect();
    let docs = stream_docs(paging);
    // As seen from the module of the builders.
    let item: Type = if ast::last_name(&item).is_some_and(|name| ast::structure(types, &name).is_some()) {
        parse_quote!(types::#item)
    } else {
        item
    };

    let paged = parse_quote! {
        #[doc(hidden)]
        impl ::huaweicloud_core::generated_code::Paged for #name {
            type Item = #item;
            const LARGEST_PAGE: u32 = #largest_page;
            const LARGEST_OFFSET: u32 = #largest_offset;
            const HEADERS: &'static [&'static str] = &[#(#headers),*];
            const MAY_COUNT_PAGES: bool = #may_count_pages;
            const LIMIT: &'static str = #limit_name;
            const OFFSET: &'static str = #offset_name;

            fn page_size(&self) -> ::std::option::Option<u32> {
                self.#limit.as_ref().ok()?.as_ref()?.to_string().parse().ok()
            }

            fn has_offset(&self) -> bool {
                !matches!(self.#offset, Ok(None))
            }

            #[allow(unused_mut)]
            fn ordered(mut self) -> Self {
                #(#ordered)*
                self
            }

            fn order_key(&self) -> ::std::option::Option<::huaweicloud_core::generated_code::KeyOf<Self::Item>> {
                #order_key
            }

            fn at(&self, limit: u32, offset: u32) -> Self {
                let mut request = self.clone();
                request.#limit = #limit_value;
                request.#offset = #offset_value;
                request
            }

            fn split(output: Self::Output) -> (::std::vec::Vec<Self::Item>, ::std::option::Option<i64>) {
                let total = #total;
                (#items, total)
            }

            fn has_no_content(output: &Self::Output) -> bool {
                #items_blank && #total_blank
            }

            fn item_count(output: &Self::Output) -> usize {
                #item_count
            }

            #[allow(unused_variables)]
            fn identity(item: &Self::Item) -> ::std::option::Option<&str> {
                let id: ::std::option::Option<&str> = #identity;
                // One of blanks tells nothing apart.
                id.filter(|id| !id.trim().is_empty())
            }
        }
    };
    let methods = parse_quote! {
        impl #name {
            /// The whole list, item by item.
            ///
            #[doc = #docs]
            pub fn items(self) -> crate::Items<#item> {
                ::huaweicloud_core::generated_code::items(self)
            }

            /// The whole list at once.
            ///
            #[doc = #docs]
            ///
            /// # Errors
            ///
            /// As [`Items::collect`](crate::Items::collect).
            pub async fn collect(self) -> ::std::result::Result<::std::vec::Vec<#item>, crate::Error> {
                self.items().collect().await
            }

            /// The whole list, item by item, for code that is not asynchronous.
            ///
            #[doc = #docs]
            #[cfg(feature = "blocking")]
            pub fn iter(self) -> crate::Iter<#item> {
                ::huaweicloud_core::generated_code::iter(self)
            }
        }
    };
    Ok([paged, methods])
}

/// The key of the fixed order if the builder asks for that, as an expression over `self`.
fn order_key(
    paging: &Paging,
    order: &[(Ident, Expr, String)],
    key_of: impl Fn(&str) -> Result<TokenStream, Diagnostic>,
) -> Result<TokenStream, Diagnostic> {
    let Some(key) = &paging.key else { return Ok(quote!(None)) };
    let key = key_of(key)?;
    let asked = order.iter().map(|(field, _, value)| {
        quote!(self.#field.as_ref().ok().and_then(Option::as_ref).is_some_and(|asked| asked.to_string() == #value))
    });
    Ok(quote! {
        if #(#asked)&&* { Some(#key) } else { None }
    })
}

/// What the streams of this operation promise, for their documentation.
fn stream_docs(paging: &Paging) -> String {
    let order = if paging.order.is_empty() {
        "The service documents no order that stays fixed while the list changes: what is delivered is best effort."
            .to_owned()
    } else {
        let words: Vec<String> =
            paging.order.iter().map(|(name, value)| format!("`{name}` = `{}`", plain(value))).collect();
        format!("Unless the caller sets another order, it is {}, in which a walk is exact.", words.join(", "))
    };
    format!(
        "{order}\n\n`{limit}`, where given, is the page size (1 to {largest}, by default {largest}); `{offset}` is \
         refused. Nothing is sent before the first item is asked for. What a walk promises stands at \
         [`Items`](crate::Items).",
        limit = paging.limit,
        offset = paging.offset,
        largest = paging.largest_page,
    )
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn is_option(field: &Field) -> bool {
    ast::last_name(&field.ty).as_deref() == Some("Option")
}

/// `Vec<T>` or `Option<Vec<T>>` to `T`.
fn element(list: &Type) -> Option<Type> {
    let inner = ast::first_argument(list)?;
    if ast::last_name(list)? == "Option" { ast::first_argument(&inner) } else { Some(inner) }
}

/// The structure that `Operation::Output` names in the implementation for `builder`.
fn output_of(builders: &[Item], builder: &Ident) -> Option<String> {
    builders.iter().find_map(|item| match item {
        Item::Impl(found) if ast::last_name(&found.self_ty).is_some_and(|name| builder == &name) => {
            found.items.iter().find_map(|item| match item {
                ImplItem::Type(output) if output.ident == "Output" => ast::last_name(&output.ty),
                _ => None,
            })
        }
        _ => None,
    })
}

/// The `u32` in `value` as what the optional parameter `field` holds: an integer, or a text in some services.
fn number(builder: &ItemStruct, field: &Ident, value: TokenStream) -> Option<TokenStream> {
    let kind = &builder.fields.iter().find(|found| found.ident.as_ref() == Some(field))?.ty;
    let option = ast::first_argument(kind).filter(|kind| ast::last_name(kind).as_deref() == Some("Option"))?;
    let inner = ast::first_argument(&option)?;
    Some(if ast::last_name(&inner)? == "String" {
        quote!(Ok(Some(#value.to_string())))
    } else {
        quote!(#value.try_into().map(Some).map_err(|_| ::std::format!("{} is too large", #value)))
    })
}
