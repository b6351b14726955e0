//! What a caller is told when a walk cannot go on.

use super::walk::interface::Stuck;
use crate::error::Error;

impl From<Stuck> for Error {
    fn from(stuck: Stuck) -> Self {
        match stuck {
            Stuck::EmptyPage { total } => Error::empty_first_page(total),
            Stuck::OutOfReach { largest_offset } => Error::incomplete(format!(
                "the list is longer than the service lets one read (offset {largest_offset}); use a filter to read it in parts"
            )),
            Stuck::ChangesTooFast => Error::incomplete("the list changes faster than it can be read"),
            Stuck::RepeatsPages => Error::incomplete(
                "the service gives the same page for other offsets, as if it ignored the offset; use filters so that one page \
                 holds the list",
            ),
            Stuck::NotByItem => Error::incomplete(
                "the pages at other offsets do not continue the first page; the offset does not seem to count items, it may \
                 count pages",
            ),
            Stuck::TooFew { delivered, total, duplicates: 0 } => {
                Error::incomplete(format!("only {delivered} of {total} items came; read the list again"))
            }
            Stuck::TooFew { delivered, total, duplicates } => Error::incomplete(format!(
                "only {delivered} of {total} items came, for {duplicates} had the ID of another item; single pages show all"
            )),
            Stuck::OutOfOrder { delivered, total } => Error::incomplete(format!(
                "the service does not keep the order that was asked for, and {delivered} items came of {}; some may be missing",
                total.map_or_else(|| "an unknown number".to_owned(), |total| total.to_string())
            )),
        }
    }
}
