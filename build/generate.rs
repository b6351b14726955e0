//! From the document to two files of Rust: the client and the mocks.
//!
//! The only place that knows progenitor and typify. Each module below is one pass; `generate` is their order.

mod checks;
mod document;
mod extension;
mod json_schema;
mod normalise;
mod null_tolerance;
mod open_enums;
mod operation_table;
mod operations;
mod paging;
mod parameters;
mod problem;
mod shape;
mod syntax;
mod texts;

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};

use document::Document;
use problem::Problem;

/// Who calls the operations of a document.
#[derive(Clone, Copy)]
pub(crate) enum Audience {
    /// Users of the crate: methods of `Client`.
    Users,
    /// The crate itself: functions that take a client.
    Crate,
}

/// The generated source texts.
pub(crate) struct Code {
    /// Types, operations and paging.
    pub(crate) client: String,
    /// Typed httpmock helpers for the same operations.
    pub(crate) mock: String,
}

/// Reads the document at `path` and generates the code, or says in one line what is wrong with the document.
pub(crate) fn generate(path: &Path, audience: Audience) -> Result<Code, Problem> {
    without_panic(|| {
        let document = Document::read(path)?;
        let mut client = run_progenitor(&document)?;
        open_enums::apply(&mut client)?;
        null_tolerance::apply(&mut client)?;
        operations::apply(&mut client, &document, audience)?;
        paging::apply(&mut client, &document)?;
        shape::apply(&mut client)?;
        if let Audience::Users = audience {
            operation_table::apply(&mut client, &document);
            json_schema::apply(&mut client)?;
        }
        let mock = run_progenitor_for_mocks(&document)?;
        Ok(Code { client: prettyplease::unparse(&client), mock: prettyplease::unparse(&mock) })
    })
}

fn run_progenitor(document: &Document) -> Result<syn::File, Problem> {
    let tokens = generator(document).generate_tokens(&normalise::for_generation(document)?).map_err(refused)?;
    syntax::parse_file(tokens)
}

fn run_progenitor_for_mocks(document: &Document) -> Result<syn::File, Problem> {
    let specification = normalise::for_mocks(document)?;
    let tokens = generator(document).httpmock(&specification, "crate::generated").map_err(refused)?;
    syntax::parse_file(tokens)
}

fn generator(document: &Document) -> Generator {
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

fn refused(error: progenitor_impl::Error) -> Problem {
    Problem::new("document", format!("cannot be generated from: {error}"))
}

/// progenitor asserts where it might refuse; whatever it dislikes becomes a line like any other.
fn without_panic<T>(work: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
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
        Err(Problem::new("document", format!("the generator cannot handle it: {text}")))
    })
}
