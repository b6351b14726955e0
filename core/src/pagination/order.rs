//! The order that a list comes in.

use super::mark::OrderKey;

/// What an item is sorted by.
pub(crate) type KeyOf<T> = fn(&T) -> Option<OrderKey>;

/// The order that a list comes in.
pub enum Order<T> {
    /// The fixed order of the document, ascending by this key, which no item ever changes.
    Fixed(fn(&T) -> Option<OrderKey>),
    /// Another one in which no item moves.
    Steady,
    /// By a field that changes, so that items move while the list is read.
    Moving {
        /// The field.
        key: fn(&T) -> Option<OrderKey>,
        /// Whether the largest comes first.
        descending: bool,
    },
    /// None is documented.
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
