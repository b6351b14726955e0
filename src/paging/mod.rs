//! Lists that are read page by page, exactly, while they change.
//!
//! `walk` decides and does no I/O; `stream` asks the service and hands the items on. Neither knows which operation it
//! reads: what differs stands in `x-paging` of the document and comes in through [`Paged`].

mod stream;
mod walk;

use crate::operation::Operation;

pub use stream::{Items, Page, Pages};

/// A paged operation; implemented by the generated builder of each operation that carries `x-paging`.
pub(crate) trait Paged: Operation + Clone + Send + 'static {
    type Item: Send + 'static;
    /// Largest page that the service gives.
    const LARGEST_PAGE: u32;
    /// Largest position that the service can be asked for.
    const LARGEST_OFFSET: u32;
    /// Name of the position parameter.
    const OFFSET: &'static str;

    /// The page size that the caller set.
    fn page_size(&self) -> Option<u32>;
    /// Whether the caller set a position.
    fn has_offset(&self) -> bool;
    /// The same request, in the fixed order unless the caller chose one.
    fn ordered(self) -> Self;
    /// The same request for the page of `limit` items from position `offset`.
    fn at(&self, limit: u32, offset: u32) -> Self;
    /// The items of a page and the total it claims.
    fn split(output: Self::Output) -> (Vec<Self::Item>, Option<i64>);
    /// Whether a page has neither items nor a total.
    fn is_blank(output: &Self::Output) -> bool;
    /// The total that a page without items claims, if it is one of some.
    fn claim_without_items(output: &Self::Output) -> Option<i64>;
    /// What tells an item from all others.
    fn identity(item: &Self::Item) -> Option<&str>;
}
