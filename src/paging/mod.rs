//! Lists that are read page by page, exactly, while they change.
//!
//! `walk` decides and does no I/O; `reader` asks the service for what it wants, several pages at a time; `pages`, `items`
//! and `blocking` hand on what comes. `mark` and `checkpoint` are how far a listing has come. None of them knows which
//! operation it reads: what differs stands in `x-paging` of the document and comes in through [`Paged`].

#[cfg(feature = "blocking")]
mod blocking;
mod checkpoint;
mod drift;
mod items;
mod mark;
mod page;
mod paged;
mod pages;
mod reader;
mod source;
mod span;
mod taken;
mod walk;
mod walk_error;

#[cfg(feature = "blocking")]
pub use blocking::Iter;
pub use checkpoint::Checkpoint;
pub use drift::Drift;
pub use items::Items;
pub(crate) use mark::OrderKey;
pub use page::Page;
pub(crate) use paged::{Order, Paged};
pub use pages::Pages;
pub use reader::Progress;
pub(crate) use reader::{CONCURRENCY, check_concurrency};
