//! Pass 1: every string enum keeps a value that it does not know, so that a new status never breaks a page.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Fields, File, Item, ItemEnum, ItemImpl};

use crate::ast;
use crate::diagnostic::Diagnostic;

/// Implementations that the generator writes for a closed enum and that are written anew below.
const REPLACED: [&str; 3] = ["Display", "FromStr", "TryFrom"];

/// Rewrites the string enums of the module `types`.
pub(crate) fn apply(file: &mut File) -> Result<(), Diagnostic> {
    let items = ast::module(file, "types")?;
    let names: Vec<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Enum(closed) if is_string_enum(closed) => Some(closed.ident.to_string()),
            _ => None,
        })
        .collect();
    items.retain(|item| !matches!(item, Item::Impl(implementation) if is_replaced(implementation, &names)));
    let mut output = Vec::new();
    for item in items.drain(..) {
        match item {
            Item::Enum(closed) if is_string_enum(&closed) => {
                let open: File = syn::parse2(open_enum(&closed)).map_err(ast::changed)?;
                output.extend(open.items);
            }
            other => output.push(other),
        }
    }
    *items = output;
    Ok(())
}

fn is_string_enum(item: &ItemEnum) -> bool {
    !item.variants.is_empty()
        && item.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit))
        && !ast::has_serde_key(&item.attrs, "untagged")
}

fn is_replaced(implementation: &ItemImpl, enums: &[String]) -> bool {
    let of_enum = ast::last_name(&implementation.self_ty).is_some_and(|name| enums.contains(&name));
    let of_trait = implementation.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    of_enum && of_trait.is_some_and(|segment| REPLACED.iter().any(|name| segment.ident == name))
}

fn open_enum(closed: &ItemEnum) -> TokenStream {
    let name = &closed.ident;
    let docs = closed.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let variants: Vec<_> = closed.variants.iter().map(|variant| &variant.ident).collect();
    let values: Vec<String> = closed
        .variants
        .iter()
        .map(|variant| ast::serde_value(&variant.attrs, "rename").unwrap_or_else(|| variant.ident.to_string()))
        .collect();
    let variant_docs: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    // The document may hold a value of the very same name.
    let mut unrecognized = format_ident!("Unrecognized");
    while variants.iter().any(|variant| **variant == unrecognized) {
        unrecognized = format_ident!("{unrecognized}Value");
    }
    quote! {
        #(#docs)*
        ///
        /// An open set: a value that this version of the crate does not know is kept as it came.
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #variant_docs] #variants,)*
            /// A value that the document of this version does not list.
            #unrecognized(::std::string::String),
        }

        impl #name {
            /// The values that the document lists, as they are on the wire.
            pub const VALUES: &'static [&'static str] = &[#(#values),*];

            /// The value as it is on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::#unrecognized(value) => value,
                }
            }

            fn known(value: &str) -> ::std::option::Option<Self> {
                match value {
                    #(#values => ::std::option::Option::Some(Self::#variants),)*
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl ::std::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                Self::known(value).unwrap_or_else(|| Self::#unrecognized(value.to_owned()))
            }
        }

        impl ::std::convert::From<::std::string::String> for #name {
            fn from(value: ::std::string::String) -> Self {
                Self::known(&value).unwrap_or_else(|| Self::#unrecognized(value))
            }
        }

        impl ::std::str::FromStr for #name {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(Self::from(value))
            }
        }

        impl ::std::convert::AsRef<str> for #name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for #name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for #name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!(#name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "anyOf": [{ "enum": Self::VALUES }, {}] })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                ::huaweicloud_core::generated_code::open_enum(deserializer)
            }
        }
    }
}
