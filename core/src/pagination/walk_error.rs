//! What a caller is told when a walk cannot go on.

use super::walk::interface::WalkError;
use crate::error::Error;

impl From<WalkError> for Error {
    fn from(stuck: WalkError) -> Self {
        match stuck {
            WalkError::EmptyPage { total } => Error::empty_first_page(total),
            WalkError::OutOfReach { largest_offset } => Error::incomplete(format!(
                "the list is longer than the service lets one read (offset {largest_offset}); use a filter to read it in parts"
            )),
            WalkError::ChangesTooFast => Error::incomplete("the list changes faster than it can be read"),
            WalkError::RepeatsPages => Error::incomplete(
                "the service gives the same page for other offsets, as if it ignored the offset; use filters so that one page \
                 holds the list",
            ),
            WalkError::NotByItem => Error::incomplete(
                "the pages at other offsets do not continue the first page; the offset does not seem to count items, it may \
                 count pages",
            ),
            WalkError::TooFew { delivered, total, duplicates: 0 } => {
                Error::incomplete(format!("only {delivered} of {total} items came; read the list again"))
            }
            WalkError::TooFew { delivered, total, duplicates } => Error::incomplete(format!(
                "only {delivered} of {total} items came, for {duplicates} had the ID of another item; single pages show all"
            )),
            WalkError::OutOfOrder { delivered, total } => Error::incomplete(format!(
                "the service does not keep the order that was asked for, and {delivered} items came of {}; some may be missing",
                total.map_or_else(|| "an unknown number".to_owned(), |total| total.to_string())
            )),
        }
    }
}
