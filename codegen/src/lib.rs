//! Generates the client code of `dataarts-security` from OpenAPI 3.0 documents.
//!
//! The only place that knows progenitor and typify. Each private module is one pass; [`generate`] is their order.
//!
//! A build script calls [`run_build_script`]:
//!
//! ```no_run
//! use huaweicloud_codegen::{Document, Visibility, run_build_script};
//!
//! run_build_script(&[
//!     Document::new("openapi/dataarts-security.yaml", Visibility::Public),
//!     Document::new("openapi/iam.yaml", Visibility::Crate),
//! ]);
//! ```
//!
//! # What the generated code uses
//!
//! The code is included by a crate that provides the other half by hand: `crate::Client`, `CallOptions`, `Error`,
//! `Response`, `Items`, `Pages`, `Iter` and `Timestamp`, and the modules `operation`, `operations`, `paging`, `parameter`,
//! `secret`, `wire` and `blocking`.

mod ast;
mod attributes;
mod build_script;
mod checks;
mod diagnostic;
mod document;
mod json_schema;
mod normalise;
mod null_tolerance;
mod open_enums;
mod operation_table;
mod operations;
mod paging;
mod parameters;
mod texts;
mod x_paging;

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};

pub use build_script::{Document, run_build_script};
pub use diagnostic::Diagnostic;

/// The code that calls the operations of a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Visibility {
    /// Users of the crate: each operation is a method of `crate::Client`.
    Public,
    /// The crate itself: each operation is a `pub(crate)` function that takes a client.
    Crate,
}

/// The generated source texts of one document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Code {
    /// Types, operations and paging.
    pub client: String,
    /// Typed httpmock helpers for the same operations; `None` for [`Visibility::Crate`].
    pub mock: Option<String>,
}

/// Generates the code of the document `text`, in YAML or JSON.
///
/// # Errors
///
/// Returns a [`Diagnostic`] if the document is not OpenAPI 3.0, or uses a part of it that is not supported.
///
/// # Example
///
/// ```
/// use huaweicloud_codegen::{Visibility, generate};
///
/// let document = r#"
/// openapi: 3.0.3
/// info: { title: Clusters, version: v1 }
/// paths:
///   /v1/clusters/{cluster_id}:
///     get:
///       operationId: show_cluster
///       parameters:
///         - { name: cluster_id, in: path, required: true, schema: { type: string } }
///       responses:
///         "204": { description: It exists. }
/// "#;
/// let code = generate(document, Visibility::Public).unwrap();
/// assert!(code.client.contains("pub fn show_cluster(&self) -> builder::ShowCluster"));
///
/// let diagnostic = generate("openapi: 3.1.0", Visibility::Public).unwrap_err();
/// assert!(diagnostic.to_string().starts_with("openapi: version 3.1.0 is not supported"));
/// ```
pub fn generate(text: &str, visibility: Visibility) -> Result<Code, Diagnostic> {
    without_panic(|| {
        let document = document::Document::parse(text)?;
        let mut client = run_progenitor(&document)?;
        open_enums::apply(&mut client)?;
        null_tolerance::apply(&mut client)?;
        operations::apply(&mut client, &document, visibility)?;
        paging::apply(&mut client, &document)?;
        attributes::apply(&mut client)?;
        let mock = match visibility {
            Visibility::Public => {
                operation_table::apply(&mut client, &document);
                json_schema::apply(&mut client)?;
                Some(prettyplease::unparse(&run_progenitor_for_mocks(&document)?))
            }
            // Nobody mocks what is not public.
            Visibility::Crate => None,
        };
        Ok(Code { client: prettyplease::unparse(&client), mock })
    })
}

fn run_progenitor(document: &document::Document) -> Result<syn::File, Diagnostic> {
    let tokens = generator(document).generate_tokens(&normalise::for_generation(document)?).map_err(refused)?;
    ast::parse_file(tokens)
}

fn run_progenitor_for_mocks(document: &document::Document) -> Result<syn::File, Diagnostic> {
    let specification = normalise::for_mocks(document)?;
    let tokens = generator(document).httpmock(&specification, "crate::generated").map_err(refused)?;
    ast::parse_file(tokens)
}

fn generator(document: &document::Document) -> Generator {
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    if document.has_schema(normalise::TIMESTAMP) {
        settings.with_replacement(normalise::TIMESTAMP, "crate::Timestamp", [TypeImpl::Display].into_iter());
    }
    if document.has_schema(normalise::SECRET) {
        settings.with_replacement(normalise::SECRET, "crate::secret::Secret", std::iter::empty());
    }
    Generator::new(&settings)
}

fn refused(error: progenitor_impl::Error) -> Diagnostic {
    Diagnostic::new("document", format!("cannot be generated from: {error}"))
}

/// progenitor asserts where it might refuse; whatever it dislikes becomes a line like any other.
fn without_panic<T>(work: impl FnOnce() -> Result<T, Diagnostic>) -> Result<T, Diagnostic> {
    let hook = take_hook();
    set_hook(Box::new(|_| ()));
    let result = catch_unwind(AssertUnwindSafe(work));
    set_hook(hook);
    result.unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Err(Diagnostic::new("document", format!("the generator cannot handle it: {text}")))
    })
}
