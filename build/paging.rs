//! Pass 4: an operation that carries `x-paging` gets `pages()`, `items()`, `collect()` and, for blocking code, `iter()`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};
use syn::{Expr, Field, File, Ident, ImplItem, Item, ItemStruct, Type, parse_quote};

use crate::generate::document::{self, Document, Operation, Parameter, resolve};
use crate::generate::operations::{builder_name, field_name};
use crate::generate::problem::Problem;
use crate::generate::syntax;

const KEYS: [&str; 8] = ["limit", "offset", "items", "total", "id", "key", "order", "moving"];

/// The paging facts of one operation, checked against its parameters and its answer.
pub(crate) struct Paging {
    pub(crate) limit: String,
    pub(crate) offset: String,
    pub(crate) items: String,
    pub(crate) total: Option<String>,
    id: Option<String>,
    key: Option<String>,
    order: BTreeMap<String, Value>,
    moving: Option<Moving>,
    largest_page: i64,
    largest_offset: i64,
}

/// Orders by fields that change, so that items move while the list is read.
struct Moving {
    /// The parameter that names the order.
    parameter: String,
    /// The parameter that is false for a descending order.
    ascending: String,
    /// From a value of `parameter` to the field that it sorts by.
    fields: BTreeMap<String, String>,
    /// The other values that the document has: orders in which nothing moves.
    steady: Vec<String>,
}

/// Gives every paged operation its streams.
pub(crate) fn apply(file: &mut File, document: &Document) -> Result<(), Problem> {
    let types = std::mem::take(syntax::module(file, "types")?);
    let mut added = Vec::new();
    for operation in document.operations() {
        if let Some(paging) = &operation.paging {
            let builders = syntax::module(file, "builder")?;
            added.extend(streams(operation, paging, builders, &types)?);
        }
    }
    syntax::module(file, "builder")?.extend(added);
    *syntax::module(file, "types")? = types;
    Ok(())
}

impl Paging {
    /// Reads the extension at `place`, and refuses a name that nothing else in the document has.
    pub(crate) fn read(
        root: &Value,
        extension: &Value,
        parameters: &[Parameter],
        answer: Option<&Value>,
        place: &str,
    ) -> Result<Self, Problem> {
        let map = extension.as_object().ok_or_else(|| Problem::new(place, "must be a mapping"))?;
        let reader = Reader { root, map, parameters, place };
        if let Some(unknown) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(reader.problem(unknown, format!("is not one of {}", KEYS.join(", "))));
        }
        let answer = answer.ok_or_else(|| Problem::new(place, "needs a JSON answer with a 2xx status"))?;
        let (limit, offset, items) = (reader.required("limit")?, reader.required("offset")?, reader.required("items")?);
        let list = reader.property("items", answer, &items)?;
        let item = list.get("items").filter(|_| list.get("type").is_some_and(|kind| kind == "array"));
        let item = item.ok_or_else(|| reader.problem("items", format!("names {items}, which is no array")))?;
        let item = resolve(root, item);
        let (total, id) = (reader.optional("total")?, reader.optional("id")?);
        if let Some(total) = &total {
            reader.typed_property("total", answer, total, "integer")?;
        }
        if let Some(id) = &id {
            reader.typed_property("id", item, id, "string")?;
        }
        let key = reader.optional("key")?;
        if let Some(key) = &key {
            reader.key("key", item, key)?;
        }
        for (key, name) in [("limit", &limit), ("offset", &offset)] {
            if reader.query(key, name)?.required {
                return Err(reader.problem(key, format!("names {name}, which must not be required")));
            }
        }
        let largest = |parameter: &Parameter| parameter.schema.get("maximum").and_then(Value::as_i64);
        let largest_page = largest(reader.query("limit", &limit)?).unwrap_or(100);
        let largest_offset = largest(reader.query("offset", &offset)?).unwrap_or(i64::from(i32::MAX));
        let order = reader.order()?;
        if order.is_empty() && key.is_some() {
            return Err(reader.problem("key", "needs an order that is by this field"));
        }
        let moving = reader.moving(item, &order)?;
        Ok(Self { limit, offset, items, total, id, key, order, moving, largest_page, largest_offset })
    }
}

/// The extension, with what its words must agree with.
struct Reader<'a> {
    root: &'a Value,
    map: &'a Map<String, Value>,
    parameters: &'a [Parameter],
    place: &'a str,
}

impl<'a> Reader<'a> {
    fn problem(&self, key: &str, reason: impl Into<String>) -> Problem {
        Problem::new(format!("{}.{key}", self.place), reason)
    }

    fn optional(&self, key: &str) -> Result<Option<String>, Problem> {
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::String(name)) => Ok(Some(name.clone())),
            Some(_) => Err(self.problem(key, "must be a text")),
        }
    }

    fn required(&self, key: &str) -> Result<String, Problem> {
        self.optional(key)?.ok_or_else(|| self.problem(key, "is missing"))
    }

    fn query(&self, key: &str, name: &str) -> Result<&'a Parameter, Problem> {
        let found = self.parameters.iter().find(|parameter| parameter.name == name && parameter.location == "query");
        found.ok_or_else(|| self.problem(key, format!("names {name}, which is no query parameter of the operation")))
    }

    fn property(&self, key: &str, schema: &'a Value, name: &str) -> Result<&'a Value, Problem> {
        let found = document::property(self.root, schema, name);
        let of = if matches!(key, "items" | "total") { "answer" } else { "items" };
        let found =
            found.ok_or_else(|| self.problem(key, format!("names {name}, which is no property of the {of}")))?;
        Ok(resolve(self.root, found))
    }

    fn typed_property(&self, key: &str, schema: &'a Value, name: &str, kind: &str) -> Result<(), Problem> {
        let found = self.property(key, schema, name)?;
        if found.get("type").is_none_or(|found| found != kind) || found.get("enum").is_some() {
            return Err(self.problem(key, format!("names {name}, which is no plain {kind}")));
        }
        Ok(())
    }

    /// A property of the items by which they are sorted: whole numbers and times, or plain texts.
    fn key(&self, key: &str, item: &'a Value, name: &str) -> Result<(), Problem> {
        let property = self.property(key, item, name)?;
        let is_plain = property.get("enum").is_none() && property.get("format").is_none();
        match property.get("type").and_then(Value::as_str) {
            Some("integer") => Ok(()),
            Some("string") if is_plain => Ok(()),
            _ => Err(self.problem(key, format!("names {name}, which is no whole number and no plain text"))),
        }
    }

    fn moving(&self, item: &'a Value, order: &BTreeMap<String, Value>) -> Result<Option<Moving>, Problem> {
        let Some(value) = self.map.get("moving") else { return Ok(None) };
        let map = value.as_object().ok_or_else(|| self.problem("moving", "must be a mapping"))?;
        const KEYS: [&str; 3] = ["parameter", "ascending", "fields"];
        if let Some(unknown) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(self.problem(&format!("moving.{unknown}"), format!("is not one of {}", KEYS.join(", "))));
        }
        let name = |key: &str| {
            let place = format!("moving.{key}");
            let name = map.get(key).and_then(Value::as_str).ok_or_else(|| self.problem(&place, "must be a text"))?;
            if !order.contains_key(name) {
                return Err(self.problem(&place, format!("names {name}, which is no parameter of the order")));
            }
            Ok(name.to_owned())
        };
        let (parameter, ascending) = (name("parameter")?, name("ascending")?);
        if order.get(&ascending) != Some(&Value::Bool(true)) {
            return Err(self.problem("moving.ascending", "must name a parameter that is true in the order"));
        }
        let fields = map.get("fields").and_then(Value::as_object);
        let fields =
            fields.ok_or_else(|| self.problem("moving.fields", "must be a mapping of values to properties"))?;
        let mut read = BTreeMap::new();
        for (value, field) in fields {
            let place = format!("moving.fields.{value}");
            let field = field.as_str().ok_or_else(|| self.problem(&place, "must be a text"))?;
            if self.property(&place, item, field)?.get("type").is_none_or(|kind| kind != "integer") {
                return Err(self.problem(&place, format!("names {field}, which is no whole number")));
            }
            read.insert(value.clone(), field.to_owned());
        }
        let values = self.query("moving.parameter", &parameter)?.schema.get("enum").and_then(Value::as_array);
        let values = values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let steady = values.filter(|value| !read.contains_key(value)).collect();
        Ok(Some(Moving { parameter, ascending, fields: read, steady }))
    }

    fn order(&self) -> Result<BTreeMap<String, Value>, Problem> {
        let entries = match self.map.get("order") {
            None => return Ok(BTreeMap::new()),
            Some(Value::Object(entries)) => entries,
            Some(_) => return Err(self.problem("order", "must be a mapping of query parameters to values")),
        };
        for (name, value) in entries {
            let key = format!("order.{name}");
            let parameter = self.query(&key, name)?;
            let allowed = parameter.schema.get("enum").and_then(Value::as_array);
            let fits = match value {
                Value::String(_) => {
                    parameter.schema.get("type").is_some_and(|kind| kind == "string")
                        && allowed.is_none_or(|allowed| allowed.contains(value))
                }
                Value::Bool(_) => parameter.schema.get("type").is_some_and(|kind| kind == "boolean"),
                _ => false,
            };
            if !fits {
                return Err(self.problem(&key, format!("is {value}, which the parameter {name} does not allow")));
            }
        }
        Ok(entries.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}

/// The builder's implementation of `Paged` and its two streams.
fn streams(operation: &Operation, paging: &Paging, builders: &[Item], types: &[Item]) -> Result<[Item; 2], Problem> {
    let name = builder_name(&operation.id);
    let lost = |what: &str| syntax::changed(format!("no {what} of {}", operation.id));
    let builder = syntax::structure(builders, &name.to_string()).ok_or_else(|| lost("builder"))?;
    let page = output_of(builders, &name).and_then(|output| syntax::structure(types, &output));
    let page = page.ok_or_else(|| lost("answer"))?;
    let list = syntax::wire_field(page, &paging.items).ok_or_else(|| lost("items field"))?;
    let item = element(&list.ty).ok_or_else(|| lost("element type"))?;

    let (items, items_blank) = match (&list.ident, is_option(list)) {
        (field, true) => {
            (quote!(output.#field.unwrap_or_default()), quote!(output.#field.as_ref().is_none_or(Vec::is_empty)))
        }
        (field, false) => (quote!(output.#field), quote!(output.#field.is_empty())),
    };
    let (total, total_blank) = match &paging.total {
        None => (quote!(None), quote!(true)),
        Some(total) => {
            let field = syntax::wire_field(page, total).ok_or_else(|| lost("total field"))?;
            match (&field.ident, is_option(field)) {
                (field, true) => {
                    (quote!(output.#field.and_then(|total| i64::try_from(total).ok())), quote!(output.#field.is_none()))
                }
                (field, false) => (quote!(i64::try_from(output.#field).ok()), quote!(false)),
            }
        }
    };
    let structure = syntax::last_name(&item).and_then(|name| syntax::structure(types, &name));
    let item_field = |name: &str| structure.and_then(|structure| syntax::wire_field(structure, name));
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
    let in_fixed_order = order.iter().map(|(field, value, _)| quote!(self = self.#field(#value);));
    let key_of = |name: &str| {
        let field = item_field(name).ok_or_else(|| lost("field to sort by"))?;
        let ident = &field.ident;
        Ok(match is_option(field) {
            true => quote!(|item| item.#ident.as_ref().map(|key| crate::paging::OrderKey::from(key.clone()))),
            false => quote!(|item| Some(crate::paging::OrderKey::from(item.#ident.clone()))),
        })
    };
    let order_of = order_of(paging, &order, key_of)?;
    let limit = format_ident!("{}", field_name(&paging.limit));
    let offset = format_ident!("{}", field_name(&paging.offset));
    let limit_value = number(builder, &limit, quote!(limit)).ok_or_else(|| lost("optional limit parameter"))?;
    let offset_value = number(builder, &offset, quote!(offset)).ok_or_else(|| lost("optional offset parameter"))?;
    let largest_page = u32::try_from(paging.largest_page).unwrap_or(u32::MAX);
    let largest_offset = u32::try_from(paging.largest_offset).unwrap_or(u32::MAX);
    let (limit_name, offset_name) = (&paging.limit, &paging.offset);
    let docs = promise(paging);
    // As seen from the module of the builders.
    let item: Type = if syntax::last_name(&item).is_some_and(|name| syntax::structure(types, &name).is_some()) {
        parse_quote!(types::#item)
    } else {
        item
    };

    let paged = parse_quote! {
        impl crate::paging::Paged for #name {
            type Item = #item;
            const LARGEST_PAGE: u32 = #largest_page;
            const LARGEST_OFFSET: u32 = #largest_offset;
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

            #[allow(unused_mut)]
            fn in_fixed_order(mut self) -> Self {
                #(#in_fixed_order)*
                self
            }

            fn order(&self) -> crate::paging::Order<Self::Item> {
                #order_of
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

            fn is_blank(output: &Self::Output) -> bool {
                #items_blank && #total_blank
            }

            #[allow(unused_variables)]
            fn claim_without_items(output: &Self::Output) -> ::std::option::Option<i64> {
                let total: ::std::option::Option<i64> = #total;
                total.filter(|total| *total > 0 && #items_blank)
            }

            #[allow(unused_variables)]
            fn identity(item: &Self::Item) -> ::std::option::Option<&str> {
                #identity
            }
        }
    };
    let methods = parse_quote! {
        impl #name {
            /// The whole list, item by item.
            ///
            #[doc = #docs]
            pub fn items(self) -> crate::Items<#item> {
                crate::Items::new(self)
            }

            /// The whole list, page by page, each item once.
            ///
            #[doc = #docs]
            pub fn pages(self) -> crate::Pages<#item> {
                crate::Pages::new(self)
            }

            /// The whole list at once; in an order over a field that changes, it is read in the fixed order and sorted here.
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
                crate::Iter::new(self)
            }
        }
    };
    Ok([paged, methods])
}

/// Which order the builder asks for, as an expression over `self`.
fn order_of(
    paging: &Paging,
    order: &[(Ident, Expr, String)],
    key_of: impl Fn(&str) -> Result<TokenStream, Problem>,
) -> Result<TokenStream, Problem> {
    let asked = |field: &Ident, value: &str| quote!(self.#field.as_ref().ok().and_then(Option::as_ref).is_some_and(|asked| asked.to_string() == #value));
    let mut arms = Vec::new();
    if let Some(key) = &paging.key {
        let conditions = order.iter().map(|(field, _, value)| asked(field, value));
        let key = key_of(key)?;
        arms.push(quote!(if #(#conditions)&&* { return crate::paging::Order::Fixed(#key); }));
    }
    if let Some(moving) = &paging.moving {
        let parameter = format_ident!("{}", field_name(&moving.parameter));
        let descending = asked(&format_ident!("{}", field_name(&moving.ascending)), "false");
        for (value, field) in &moving.fields {
            let (condition, key) = (asked(&parameter, value), key_of(field)?);
            arms.push(quote! {
                if #condition {
                    return crate::paging::Order::Moving { key: #key, descending: #descending };
                }
            });
        }
    }
    let steady = match &paging.moving {
        _ if paging.order.is_empty() => quote!(false),
        None => quote!(true),
        Some(moving) => {
            let parameter = format_ident!("{}", field_name(&moving.parameter));
            let values = moving.steady.iter().map(|value| asked(&parameter, value));
            quote!(false #(|| #values)*)
        }
    };
    Ok(quote! {
        #(#arms)*
        if #steady { crate::paging::Order::Steady } else { crate::paging::Order::Unknown }
    })
}

/// What the streams of this operation promise, for their documentation.
fn promise(paging: &Paging) -> String {
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
         [`Pages`](crate::Pages).",
        limit = paging.limit,
        offset = paging.offset,
        largest = paging.largest_page,
    )
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn is_option(field: &Field) -> bool {
    syntax::last_name(&field.ty).as_deref() == Some("Option")
}

/// `Vec<T>` or `Option<Vec<T>>` to `T`.
fn element(list: &Type) -> Option<Type> {
    let inner = syntax::first_argument(list)?;
    if syntax::last_name(list)? == "Option" { syntax::first_argument(&inner) } else { Some(inner) }
}

/// The structure that `Operation::Output` names in the implementation for `builder`.
fn output_of(builders: &[Item], builder: &Ident) -> Option<String> {
    builders.iter().find_map(|item| match item {
        Item::Impl(found) if syntax::last_name(&found.self_ty).is_some_and(|name| builder == &name) => {
            found.items.iter().find_map(|item| match item {
                ImplItem::Type(output) if output.ident == "Output" => syntax::last_name(&output.ty),
                _ => None,
            })
        }
        _ => None,
    })
}

/// The `u32` in `value` as what the optional parameter `field` holds: an integer, or a text in some services.
fn number(builder: &ItemStruct, field: &Ident, value: TokenStream) -> Option<TokenStream> {
    let kind = &builder.fields.iter().find(|found| found.ident.as_ref() == Some(field))?.ty;
    let option = syntax::first_argument(kind).filter(|kind| syntax::last_name(kind).as_deref() == Some("Option"))?;
    let inner = syntax::first_argument(&option)?;
    Some(if syntax::last_name(&inner)? == "String" {
        quote!(Ok(Some(#value.to_string())))
    } else {
        quote!(#value.try_into().map(Some).map_err(|_| ::std::format!("{} is too large", #value)))
    })
}
