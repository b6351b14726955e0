//! Lists that are read page by page, exactly, while they change.
//!
//! `walk` decides and does no I/O; `reader` asks a `source` for the pages that it wants, several at a time; `pages`, `items`
//! and `blocking` hand on what comes. `mark` and `checkpoint` are how far a listing has come. None of them knows which
//! operation it reads, or how a request is sent.

#[cfg(feature = "blocking")]
pub(crate) mod blocking;
pub(crate) mod checkpoint;
mod consumed;
pub(crate) mod items;
pub(crate) mod list_changes;
pub(crate) mod page;
pub(crate) mod pages;
pub(crate) mod reader;
pub(crate) mod source;
mod span;
pub(crate) mod walk;
mod walk_error;
pub(crate) mod watermark;
