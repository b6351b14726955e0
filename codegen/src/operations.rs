//! Pass 3: the generated builders only build the request; sending it and reading the answer is ours.
//!
//! progenitor's `send` is cut where it would hand the request to its own client. What stays is a private function that
//! returns the request; `send` and `send_with_response` then go through `crate::operation`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut as _;
use syn::{File, FnArg, ImplItem, Item, ItemImpl, Type, parse_quote};

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::names::{builder_name, field_name};
use crate::operation::Operation;
use crate::request_fn::into_request_fn;
use crate::visibility::Visibility;
use crate::x_paging::Paging;
use crate::{ast, constraints, names, rustdoc, texts};

/// Rewrites the module `builder` and adds what makes a builder: a method of `crate::Client` for each operation, or a
/// function where the crate alone calls it.
pub(crate) fn apply(
    file: &mut File,
    document: &Document,
    visibility: Visibility,
    crate_name: &str,
) -> Result<(), Diagnostic> {
    // The generated client, its hooks and its prelude give way to the hand-written ones.
    file.items.retain(|item| matches!(item, Item::Mod(module) if module.ident == "types" || module.ident == "builder"));

    let items = ast::module(file, "builder")?;
    items.retain(|item| !matches!(item, Item::Use(_)));
    let mut added: Vec<Item> = vec![
        parse_quote!(
            use super::types;
        ),
        parse_quote!(
            #[allow(unused_imports)]
            use progenitor_client::{RequestBuilderExt, encode_path};
        ),
        parse_quote!(
            use ::huaweicloud_core::generated_code::RequestError as Error;
        ),
    ];
    let mut client_methods = TokenStream::new();
    let mut functions = Vec::new();
    let example = matches!(visibility, Visibility::Public).then_some(crate_name);
    for operation in document.operations() {
        let success = rewrite_builder(items, operation)?;
        let name = builder_name(&operation.id);
        let builder = ast::structure(items, &name.to_string()).ok_or_else(|| no_builder(operation))?;
        added.push(operation_impl(operation, builder, &success)?);
        added.push(send_impl(operation, builder, &success, example)?);
        match visibility {
            Visibility::Public => client_methods.extend(client_method(operation, crate_name)),
            Visibility::Crate => functions.push(function(operation)),
        }
    }
    for (position, item) in added.into_iter().enumerate() {
        items.insert(position, item);
    }
    match visibility {
        Visibility::Public => file.items.push(parse_quote! {
            /// The operations of the document.
            impl crate::Client {
                #client_methods
            }
        }),
        Visibility::Crate => file.items.extend(functions),
    }
    Ok(())
}

fn no_builder(operation: &Operation) -> Diagnostic {
    ast::changed(format!("no builder for {}", operation.id))
}

/// Makes the builder own its client, and turns its `send` into `request`. Returns the type of a successful answer.
fn rewrite_builder(items: &mut [Item], operation: &Operation) -> Result<Type, Diagnostic> {
    let name = builder_name(&operation.id);
    let mut success = None;
    for item in items {
        match item {
            Item::Struct(builder) if builder.ident == name => {
                builder.generics = syn::Generics::default();
                builder.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                builder.attrs.insert(0, doc(format!("Request of [`Client::{0}`](crate::Client::{0}).", operation.id)));
                if let Some(official) = operation.official_name.as_ref().filter(|official| name != *official) {
                    builder.attrs.push(parse_quote!(#[doc(alias = #official)]));
                }
                if let Some(field) = builder.fields.iter_mut().next() {
                    field.ty = parse_quote!(::huaweicloud_core::Client);
                }
            }
            Item::Impl(implementation)
                if ast::last_name(&implementation.self_ty).is_some_and(|found| name == found) =>
            {
                success = Some(rewrite_methods(implementation, operation)?);
            }
            _ => {}
        }
    }
    success.ok_or_else(|| no_builder(operation))
}

fn rewrite_methods(implementation: &mut ItemImpl, operation: &Operation) -> Result<Type, Diagnostic> {
    implementation.generics = syn::Generics::default();
    let name = builder_name(&operation.id);
    implementation.self_ty = parse_quote!(#name);
    let mut success = None;
    for item in &mut implementation.items {
        let ImplItem::Fn(method) = item else { continue };
        match method.sig.ident.to_string().as_str() {
            "new" => {
                method.vis = parse_quote!(pub(crate));
                if let Some(FnArg::Typed(argument)) = method.sig.inputs.first_mut() {
                    argument.ty = parse_quote!(::huaweicloud_core::Client);
                }
                texts::Messages { parameter: String::new() }.visit_impl_item_fn_mut(method);
            }
            "send" => success = Some(into_request_fn(method, operation)?),
            setter => {
                let parameter = operation.parameters.iter().find(|found| field_name(&found.name) == setter);
                if let Some(parameter) = parameter {
                    method.attrs.push(doc(texts::of_setter(operation, parameter)));
                }
                let parameter = parameter.map_or(setter, |found| found.name.as_str()).to_owned();
                texts::Messages { parameter }.visit_impl_item_fn_mut(method);
            }
        }
    }
    success.ok_or_else(|| ast::changed(format!("no send for {}", operation.id)))
}

fn operation_impl(operation: &Operation, builder: &syn::ItemStruct, success: &Type) -> Result<Item, Diagnostic> {
    let name = builder_name(&operation.id);
    let id = &operation.id;
    let template = &operation.path;
    let idempotent = operation.idempotent;
    let checks = constraints::checks(operation, builder)?;
    let client =
        builder.fields.iter().next().and_then(|field| field.ident.clone()).ok_or_else(|| no_builder(operation))?;
    let has_project =
        builder.fields.iter().any(|field| field.ident.as_ref().is_some_and(|ident| ident == "project_id"));
    let project = if has_project {
        quote!(self.project_id.as_ref().ok().map(::std::string::ToString::to_string))
    } else {
        quote!(None)
    };
    let lookup = has_project.then(|| {
        quote! {
            fn lacks_project_id(&self) -> bool {
                self.project_id.is_err()
            }

            fn with_project_id(self, project_id: ::std::string::String) -> Self {
                self.project_id(project_id)
            }
        }
    });
    // Where nothing is demanded, a body without any of the fields would decode too.
    let any_of: Vec<&str> = match &operation.paging {
        Some(Paging { items, total: Some(total), .. }) => vec![items, total],
        // A page that leaves out an empty list may hold nothing else that is known to tell so.
        Some(Paging { total: None, .. }) | None => operation.answer.properties.iter().map(String::as_str).collect(),
    };
    let no_content = match &operation.paging {
        Some(_) => quote!(<Self as ::huaweicloud_core::generated_code::Paged>::has_no_content(output)),
        None if operation.answer.is_object && operation.answer.all_optional => {
            quote!(*output == <#success as ::std::default::Default>::default())
        }
        None => quote!(false),
    };
    let items = operation.paging.as_ref().map(|_| {
        quote! {
            fn max_items(&self) -> usize {
                ::huaweicloud_core::generated_code::max_items(<Self as ::huaweicloud_core::generated_code::Paged>::page_size(self))
            }

            fn item_count(output: &Self::Output) -> usize {
                <Self as ::huaweicloud_core::generated_code::Paged>::item_count(output)
            }
        }
    });
    let is_object = operation.answer.is_object;
    let read = if quote!(#success).to_string() == "()" {
        quote!(::huaweicloud_core::generated_code::decode_empty(body))
    } else {
        quote!(::huaweicloud_core::generated_code::json(body, #is_object))
    };
    Ok(parse_quote! {
        #[doc(hidden)]
        impl ::huaweicloud_core::generated_code::Operation for #name {
            type Output = #success;
            const ID: &'static str = #id;
            const TEMPLATE: &'static str = #template;
            const IDEMPOTENT: bool = #idempotent;
            const ANY_OF: &'static [&'static str] = &[#(#any_of),*];

            fn client(&self) -> &::huaweicloud_core::Client {
                &self.#client
            }

            fn with_limits(self, options: crate::CallOptions) -> Self {
                self.with_options(options)
            }

            fn project_id(&self) -> ::std::option::Option<::std::string::String> {
                #project
            }

            fn request(self) -> ::std::result::Result<::reqwest::Request, Error> {
                #checks
                self.build_request()
            }

            fn read(body: &[u8]) -> ::std::result::Result<Self::Output, ::huaweicloud_core::generated_code::DecodeError> {
                #read
            }

            #[allow(unused_variables)]
            fn has_no_content(output: &Self::Output) -> bool {
                #no_content
            }

            #lookup

            #items
        }
    })
}

fn send_impl(
    operation: &Operation,
    builder: &syn::ItemStruct,
    success: &Type,
    crate_name: Option<&str>,
) -> Result<Item, Diagnostic> {
    let name = builder_name(&operation.id);
    let client =
        builder.fields.iter().next().and_then(|field| field.ident.clone()).ok_or_else(|| no_builder(operation))?;
    let blocking = crate_name.map(|crate_name| {
        let example = texts::blocking_example(operation, crate_name);
        quote! {
            /// Sends the request and returns what the service answered, for code that is not asynchronous.
            ///
            /// It waits in this thread and needs no runtime: a thread in the background, shared by all blocking calls of
            /// the process, waits for the network.
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send). In a task of a tokio runtime, where waiting would stop other tasks, nothing is
            /// sent and [`Error::is_invalid_input`](crate::Error::is_invalid_input) holds; use [`send`](Self::send)
            /// or `tokio::task::spawn_blocking` there.
            ///
            #[doc = #example]
            #[cfg(feature = "blocking")]
            pub fn send_blocking(self) -> ::std::result::Result<#success, crate::Error> {
                ::huaweicloud_core::generated_code::wait(self.send())
            }
        }
    });
    Ok(parse_quote! {
        impl #name {
            /// Limits for this call alone; what they leave unset stays as the client has it.
            pub fn with_options(mut self, options: crate::CallOptions) -> Self {
                self.#client = self.#client.with_options(options);
                self
            }

            /// Sends the request and returns what the service answered.
            ///
            /// # Errors
            ///
            /// [`Error`](crate::Error): a parameter out of its bounds (nothing was sent), no identity, no connection, no
            /// answer in time, an answer that refuses the request, or one that cannot be read.
            pub async fn send(self) -> ::std::result::Result<#success, crate::Error> {
                ::std::result::Result::Ok(self.send_with_response().await?.into_value())
            }

            /// Sends the request and returns the answer together with its status, headers and request id.
            ///
            /// # Errors
            ///
            /// As [`send`](Self::send).
            pub async fn send_with_response(self) -> ::std::result::Result<crate::Response<#success>, crate::Error> {
                ::huaweicloud_core::generated_code::send(self).await
            }

            #blocking
        }
    })
}

fn client_method(operation: &Operation, crate_name: &str) -> TokenStream {
    let id = format_ident!("{}", operation.id);
    let name = builder_name(&operation.id);
    let known = operation.parameters.iter().filter(|parameter| names::is_known_to_client(parameter));
    let fills = known.map(|parameter| {
        let field = format_ident!("{}", field_name(&parameter.name));
        let name = &parameter.name;
        let value = match name.as_str() {
            names::PROJECT_ID => quote!(client.project_id()),
            _ => quote!(client.header_parameter(#name)),
        };
        quote! {
            if let Some(value) = #value {
                builder = builder.#field(value.to_owned());
            }
        }
    });
    let docs = texts::of_method(operation, crate_name);
    let alias = operation.official_name.as_ref().map(|official| quote!(#[doc(alias = #official)]));
    quote! {
        #[doc = #docs]
        #alias
        #[allow(unused_mut)]
        pub fn #id(&self) -> builder::#name {
            let client = self.core();
            let mut builder = builder::#name::new(client.clone());
            #(#fills)*
            builder
        }
    }
}

fn function(operation: &Operation) -> Item {
    let id = format_ident!("{}", operation.id);
    let name = builder_name(&operation.id);
    let docs = rustdoc::escape(&operation.summary);
    parse_quote! {
        #[doc = #docs]
        pub(crate) fn #id(client: &::huaweicloud_core::Client) -> builder::#name {
            builder::#name::new(client.clone())
        }
    }
}

fn doc(text: impl AsRef<str>) -> syn::Attribute {
    let text = text.as_ref();
    parse_quote!(#[doc = #text])
}
