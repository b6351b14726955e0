//! What a walk is told, what it asks for, and how it can fail.

use super::super::watermark::Watermark;

/// What to ask for next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Request {
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

/// What a page is worth.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// For each item of the page, whether it is new and is to be delivered.
    Accepted(Vec<bool>),
    /// There may be a gap before the page; nothing of it is delivered, whatever was asked for behind it is void, and the
    /// walk goes back.
    Rejected,
}

/// Why a walk cannot go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum WalkError {
    /// The first page is empty although it claims a total.
    EmptyPage { total: i64 },
    /// The list goes on behind the last position that can be asked for.
    OutOfReach { largest_offset: u32 },
    /// The list changes faster than it can be read.
    ChangesTooFast,
    /// The service gives the same page for other offsets.
    RepeatsPages,
    /// The pages at later offsets do not continue the first one, although that stays the same.
    NotByItem,
    /// The items do not come in the order asked for, and their number is not the total claimed.
    OutOfOrder { delivered: u64, total: Option<u64> },
    /// Fewer items came than the first and the last page of an unchanged list claim.
    TooFew { delivered: u64, total: u64, duplicates: u64 },
}

/// Where a walk begins and how it goes.
#[derive(Clone, Debug)]
pub(crate) struct WalkConfig {
    pub(crate) limit: u32,
    pub(crate) largest_offset: u32,
    /// The document does not say whether the offset counts items or pages.
    pub(crate) may_count_pages: bool,
    /// Most pages asked for at a time.
    pub(crate) concurrency: u32,
    /// Most items wanted: none is asked for ahead beyond these.
    pub(crate) most_items: u64,
    /// Where an earlier walk stopped, and about at which position.
    pub(crate) resumed: Option<(Watermark, u64)>,
}

/// What the offset counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum OffsetUnit {
    Items,
    /// No page but the first was judged.
    Unknown,
    /// The page at this small offset tells: by items, it holds all of the first page but its beginning.
    Probe(u64),
    /// The page at this offset is the next.
    Pages(u64),
}
