//! Calls of progenitor, and what it is asked for.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::{ast, normalise};

static SILENCE: Once = Once::new();

thread_local! {
    static IS_SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Generates the types, builders and client of `document`, as progenitor writes them.
pub(crate) fn client(document: &Document) -> Result<syn::File, Diagnostic> {
    let tokens = generator(document).generate_tokens(&normalise::for_generation(document)?).map_err(refused)?;
    ast::parse_file(tokens)
}

/// Generates the mocks of `document`, as progenitor writes them.
pub(crate) fn mock(document: &Document) -> Result<syn::File, Diagnostic> {
    let specification = normalise::for_mocks(document)?;
    let tokens = generator(document).httpmock(&specification, "crate::generated").map_err(refused)?;
    ast::parse_file(tokens)
}

/// Runs `work`, and returns a panic as a diagnostic: progenitor asserts where it might return an error.
pub(crate) fn without_panic<T>(work: impl FnOnce() -> Result<T, Diagnostic>) -> Result<T, Diagnostic> {
    SILENCE.call_once(|| {
        let hook = take_hook();
        // The hook is the process's: other threads keep theirs.
        set_hook(Box::new(move |panic| {
            if !IS_SILENT.get() {
                hook(panic);
            }
        }));
    });
    IS_SILENT.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_SILENT.set(false);
    result.unwrap_or_else(|payload| {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Err(Diagnostic::new("document", format!("the generator cannot handle it: {text}")))
    })
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
        settings.with_replacement(normalise::SECRET, "::huaweicloud_core::generated_code::Secret", std::iter::empty());
    }
    Generator::new(&settings)
}

fn refused(error: progenitor_impl::Error) -> Diagnostic {
    Diagnostic::new("document", format!("cannot be generated from: {error}"))
}
