//! A paged operation as a list that the pagination reads.

use std::fmt::Debug;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use crate::error::Error;
use crate::operation::{self, Operation};
use crate::options::CallOptions;
#[cfg(feature = "blocking")]
use crate::pagination::blocking::Iter;
use crate::pagination::checkpoint::digest;
use crate::pagination::items::Items;
use crate::pagination::source::{Fetch, FetchedPage, List, Source};
use crate::pagination::walk::interface::Request;
use crate::pagination::watermark::KeyOf;
use crate::request_error::RequestError;

/// A paged operation; implemented by the generated builder of each operation that carries `x-paging`.
pub trait Paged: Operation + Clone + Send + 'static {
    /// One entry of the list.
    type Item: Debug + Send + 'static;
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
    /// What the list is sorted by, if the request asks for the fixed order: a key that no item ever changes.
    fn order_key(&self) -> Option<KeyOf<Self::Item>>;
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

/// A listing of `request` as a stream of items.
pub fn items<O: Paged>(request: O) -> Items<O::Item> {
    Items::new(list(request))
}

/// A listing of `request` as an iterator.
#[cfg(feature = "blocking")]
pub fn iter<O: Paged>(request: O) -> Iter<O::Item> {
    Iter::from(items(request))
}

fn list<O: Paged>(request: O) -> List<O::Item> {
    let pipeline = request.client().pipeline();
    let (time, concurrency) = (pipeline.time().clone(), pipeline.pages_in_flight);
    let (max_response_size, limit) = (request.client().limits().body, request.page_size().unwrap_or(O::LARGEST_PAGE));
    let refusal = Listing(request.clone()).refusal();
    let request = request.ordered();
    List {
        key: request.order_key(),
        source: Box::new(Listing(request)),
        operation: O::ID,
        time,
        identity: O::identity,
        content,
        limit,
        largest_offset: O::LARGEST_OFFSET,
        may_count_pages: O::MAY_COUNT_PAGES,
        concurrency,
        max_response_size,
        refusal,
    }
}

/// The builder of a paged operation.
struct Listing<O>(O);

impl<O: Paged> Listing<O> {
    /// The request where no project was named: found when the first page is asked for; what stands here is not sent.
    fn with_project(&self) -> O {
        let request = self.0.clone();
        if request.lacks_project_id() && request.client().can_find_project_id() {
            return request.with_project_id("0".to_owned());
        }
        request
    }
}

impl<O: Paged> Source<O::Item> for Listing<O> {
    fn refusal(&self) -> Option<Error> {
        if self.0.has_offset() {
            let reason = format!("`{}` is set; a whole listing starts at the beginning, so leave it out", O::OFFSET);
            return Some(Error::invalid_input(reason));
        }
        if self.0.page_size() == Some(0) {
            let reason = format!("`{}` is 0; a whole listing needs pages of at least one item", O::LIMIT);
            return Some(Error::invalid_input(reason));
        }
        Operation::request(self.with_project()).err().map(RequestError::into_error)
    }

    fn fetch(&self, page: Request, options: CallOptions) -> Fetch<O::Item> {
        let request = self.0.at(page.limit, page.offset).with_limits(options);
        Box::pin(async move {
            let response = operation::send_here(request).await?;
            let project_id = response.project_id().map(str::to_owned);
            let (items, total) = O::split(response.into_value());
            Ok(FetchedPage { items, total, project_id })
        })
    }

    fn project_id(&self) -> Option<String> {
        Operation::project_id(&self.0)
    }

    fn fingerprint(&self) -> Result<String, Error> {
        let request = self.0.clone().with_project_id("0".to_owned());
        let request = Operation::request(request).map_err(RequestError::into_error)?;
        let url = request.url();
        let is_place = |name: &str| name == O::LIMIT || name == O::OFFSET;
        let filters = url.query_pairs().filter(|(name, _)| !is_place(name));
        let mut lines: Vec<String> = filters.map(|(name, value)| format!("{name}={value}")).collect();
        // Headers that are no parameters belong to the request, not to the list.
        for name in O::HEADERS {
            let values = request.headers().get_all(*name).iter();
            lines.extend(values.map(|value| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))));
        }
        lines.sort_unstable();
        let origin = url.origin().ascii_serialization();
        Ok(digest(&format!("{} {origin}{}\n{}", request.method(), url.path(), lines.join("\n"))))
    }
}

/// A hash of everything that an item says.
fn content<T: Debug>(item: &T) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(format!("{item:?}"))
}
