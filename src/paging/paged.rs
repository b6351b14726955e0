//! What the pagination needs to know of an operation.

use super::mark::OrderKey;
use crate::operation::Operation;

/// A paged operation; implemented by the generated builder of each operation that carries `x-paging`.
pub(crate) trait Paged: Operation + Clone + Send + 'static {
    type Item: std::fmt::Debug + Send + 'static;
    /// Largest page that the service gives.
    const LARGEST_PAGE: u32;
    /// Largest position that the service can be asked for.
    const LARGEST_OFFSET: u32;
    /// Whether the position may be the number of a page, because the document does not say what it counts.
    const MAY_COUNT_PAGES: bool;
    /// Names of the parameters that are headers.
    const HEADERS: &'static [&'static str];
    /// Name of the parameter for the page size.
    const LIMIT: &'static str;
    /// Name of the position parameter.
    const OFFSET: &'static str;

    /// The page size that the caller set.
    fn page_size(&self) -> Option<u32>;
    /// Whether the caller set a position.
    fn has_offset(&self) -> bool;
    /// The same request, in the fixed order unless the caller chose one.
    fn ordered(self) -> Self;
    /// The same request in the fixed order, whatever the caller chose.
    fn in_fixed_order(self) -> Self;
    /// The order that the request asks for.
    fn order(&self) -> Order<Self::Item>;
    /// The same request for the page of `limit` items from position `offset`.
    fn at(&self, limit: u32, offset: u32) -> Self;
    /// The items of a page and the total it claims.
    fn split(output: Self::Output) -> (Vec<Self::Item>, Option<i64>);
    /// Whether a page has neither items nor a total.
    fn has_no_content(output: &Self::Output) -> bool;
    /// How many items a page has.
    fn item_count(output: &Self::Output) -> usize;
    /// What tells an item from all others; an empty or blank ID counts as absent.
    fn identity(item: &Self::Item) -> Option<&str>;
}

/// What an item is sorted by.
pub(crate) type KeyOf<T> = fn(&T) -> Option<OrderKey>;

/// The order that a list comes in.
pub(crate) enum Order<T> {
    /// The fixed order of the document, ascending by this key, which no item ever changes.
    Fixed(KeyOf<T>),
    /// Another one in which no item moves.
    #[allow(dead_code, reason = "not every document has an operation with such an order")]
    Steady,
    /// By a field that changes, so that items move while the list is read.
    #[allow(dead_code, reason = "not every document has an operation with such an order")]
    Moving { key: KeyOf<T>, descending: bool },
    /// None is documented.
    #[allow(dead_code, reason = "not every document has an operation with such an order")]
    Unknown,
}

impl<T> Clone for Order<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Order<T> {}

impl<T> Order<T> {
    /// The key of `item`, ascending in this order; none where the client cannot compare.
    pub(super) fn key(self, item: &T) -> Option<OrderKey> {
        match self {
            Self::Fixed(key) | Self::Moving { key, descending: false } => key(item),
            Self::Moving { key, descending: true } => match key(item)? {
                OrderKey::Number(number) => Some(OrderKey::Number(!number)),
                OrderKey::Text(_) => None,
            },
            Self::Steady | Self::Unknown => None,
        }
    }
}
