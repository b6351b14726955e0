//! Where the pages of a listing come from.

use std::pin::Pin;

use super::walk::interface::Request;
use super::watermark::KeyOf;
use crate::clock::Time;
use crate::error::Error;
use crate::options::CallOptions;

/// A page as it was read.
pub(crate) struct FetchedPage<T> {
    pub(crate) items: Vec<T>,
    /// How many items the service says that there are.
    pub(crate) total: Option<i64>,
    /// The project that was asked for, set or looked up.
    pub(crate) project_id: Option<String>,
}

pub(crate) type Fetched<T> = Result<FetchedPage<T>, Error>;
pub(crate) type Fetch<T> = Pin<Box<dyn Future<Output = Fetched<T>> + Send>>;

/// A paged request whose operation is forgotten.
pub(crate) trait Source<T>: Send {
    /// Whatever is wrong with the caller's own parameters, before they are replaced page by page.
    fn refusal(&self) -> Option<Error>;
    /// Asks for one page.
    fn fetch(&self, page: Request, options: CallOptions) -> Fetch<T>;
    /// The project, unless it is looked up with the first page.
    fn project_id(&self) -> Option<String>;
    /// A digest of the parameters, except the project, by which this list differs from another one.
    fn fingerprint(&self) -> Result<String, Error>;
}

/// A list to be read.
pub(crate) struct List<T> {
    pub(crate) source: Box<dyn Source<T>>,
    pub(crate) operation: &'static str,
    pub(crate) time: Time,
    /// What the list is sorted by; none if its order is not the fixed one.
    pub(crate) key: Option<KeyOf<T>>,
    /// The ID of an item; none if it is absent or blank.
    pub(crate) identity: fn(&T) -> Option<&str>,
    /// A hash of everything that an item says.
    pub(crate) content: fn(&T) -> u64,
    /// Items of a page.
    pub(crate) limit: u32,
    /// Largest position that the service can be asked for.
    pub(crate) largest_offset: u32,
    /// Whether the position may be the number of a page.
    pub(crate) may_count_pages: bool,
    /// Pages that are read at the same time.
    pub(crate) concurrency: u32,
    /// The largest body of a page, in bytes.
    pub(crate) max_response_size: usize,
    /// What is wrong with the request; said when the first page is asked for.
    pub(crate) refusal: Option<Error>,
}
