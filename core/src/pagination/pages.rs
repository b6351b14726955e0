//! A listing as a stream of pages.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::{FusedStream, Stream};

use super::checkpoint::Checkpoint;
use super::drift::Drift;
use super::page::Page;
use super::reader::{Progress, Reader};
use super::source::List;
use super::taken::Taken;
use crate::error::Error;

/// A whole list, page by page, exactly, while it changes.
///
/// # What a walk promises
///
/// In an order that does not change for an item (the default order of `list_member_sync_tasks`: creation time), every
/// item that is in the list during the whole walk is delivered exactly once and in order, whatever is inserted or deleted
/// meanwhile. An item that comes or goes during the walk may or may not be delivered, behind its place where a page was
/// read before those in front of it, and no item is delivered twice.
///
/// In an order over a field that changes (update time, synchronisation time), this holds for the items that do not change
/// there; one that moves from the unread part to the read part can be missed. [`is_exact`](Self::is_exact) tells such an
/// order; [`Items::collect`](crate::Items::collect) reads in the fixed order and sorts here instead, and so misses nothing.
///
/// Pages of one item leave no room for the overlap that this rests on, nor do items without an id; there, deletions during
/// the walk can hide items. The service documents no order among items of equal creation time; the walk takes it for fixed.
///
/// A list that cannot be read to its end without a gap ends with an error ([`Error::is_incomplete`]), never in silence.
/// So does a list that did not change, was read from its beginning to its end, and of which fewer items came than its
/// total promises, for example because two items have the same ID. More items than the total are no error: the service
/// may cap the total. After an error, or after its end, the stream stays at its end.
///
/// The documents do not say whether the offset of the directory lists (instances, workspaces, data connections) counts
/// items or pages. The first pages show it, and the list is read accordingly. A list that is longer than one page ends
/// with an error if the service ignores the offset, and a list of tasks also if the offset counts pages.
///
/// # What it costs
///
/// The first page is asked for alone; it says how long the list is. From then on up to [`concurrency`](Self::concurrency)
/// pages are read at the same time, within the client's pace, and none beyond the end that the service claims. Two pages
/// overlap by five items. A quiet list of n items in pages of p takes 1 + (n - p) / (p - 5) requests, rounded up, and one
/// more where its last page is full. A changing one takes at most 16 for each page that gets farther than all before, and
/// 128 + 64 besides, and else ends in an error. A list that changed, and of which fewer items came than its total
/// promises, is read again from its beginning. The ids of all delivered items are kept while the stream lives.
///
/// Nothing is sent before the first page is asked for. Pages are read by tasks of the tokio runtime in which the stream is
/// polled; dropping the stream stops them. A poll that is given up loses nothing.
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
/// let mut pages = client.list_member_sync_tasks().limit(50).pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} of {:?}", page.items.len(), page.total);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing before it is asked for a page"]
pub struct Pages<T> {
    reader: Reader<T>,
    taken: Taken,
}

impl<T: Send + 'static> Pages<T> {
    pub(crate) fn new(list: List<T>) -> Self {
        Self { reader: Reader::new(list), taken: Taken::default() }
    }

    /// Longest time of the whole listing, from the first page asked for to the last one delivered; without, each page alone
    /// is bounded.
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let pages = client.list_member_sync_tasks().pages().time_limit(std::time::Duration::from_secs(600));
    /// # }
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.reader.time_limit(limit);
        self
    }

    /// How many pages are read at the same time at most: 1 to 32, by default as many as the client says
    /// ([`ClientBuilder::concurrency`](crate::ClientBuilder::concurrency)); another number is refused when the first
    /// page is asked for. It has no effect once that has happened.
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let pages = client.list_member_sync_tasks().pages().concurrency(12);
    /// # }
    /// ```
    pub fn concurrency(mut self, pages: u32) -> Self {
        self.reader.concurrency(pages);
        self
    }

    /// Calls `progress` after each page that was read, for bars and the like.
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let pages = client.list_member_sync_tasks().pages().on_progress(|progress| {
    ///     eprintln!("{} of {}", progress.delivered, progress.total.unwrap_or_default());
    /// });
    /// # }
    /// ```
    pub fn on_progress(mut self, progress: impl FnMut(Progress) + Send + 'static) -> Self {
        self.reader.on_progress(Box::new(progress));
        self
    }

    /// Goes on where an earlier listing of the same request was left, whatever happened to the list in between: every item
    /// that was there throughout both is delivered exactly once by the two together.
    ///
    /// A checkpoint of another request (endpoint, project, workspace, filters) is refused when the first page is asked for,
    /// with [`Error::is_invalid_input`]. The page size may differ. Where the project is looked up, it is compared once the
    /// first page was read, and before an item is delivered.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client, kept: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let pages = client.list_member_sync_tasks().pages().resume(serde_json::from_str(kept)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        let taken = Taken::resumed(&checkpoint);
        // One that is refused must not come out of here again as a checkpoint of this list.
        if self.reader.resume(checkpoint) {
            self.taken = taken;
        }
        self
    }

    /// Where the listing stands: behind the last page that was returned, however many were read ahead.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let mut pages = client.list_member_sync_tasks().pages();
    /// while let Some(page) = pages.try_next().await? {
    ///     // Whatever is done with the page, and then:
    ///     let checkpoint = pages.checkpoint()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] for a list in another order than the fixed one, or in pages of one item: leave the order
    /// out, and take larger pages. [`Error::is_decode`] after an item without an id or without the field that the fixed
    /// order is by.
    pub fn checkpoint(&self) -> Result<Checkpoint, Error> {
        self.taken.checkpoint(&self.reader, 0)
    }

    /// Whether no item moves in the order of this list while it is read; see [what a walk promises](Self#what-a-walk-promises).
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// assert!(client.list_member_sync_tasks().pages().is_exact());
    /// assert!(!client.list_member_sync_tasks().order_by("SYNC_TIME").pages().is_exact());
    /// # }
    /// ```
    pub fn is_exact(&self) -> bool {
        self.reader.is_exact()
    }

    /// How many items the service claimed last that there are; a hint, which belongs to another moment. None before the
    /// first page.
    ///
    /// ```
    /// # fn example(pages: dataarts_security::Pages<dataarts_security::types::MemberSyncTask>) {
    /// println!("{:?}", pages.total());
    /// # }
    /// ```
    pub fn total(&self) -> Option<u64> {
        self.reader.drift().last_total
    }

    /// How the list changed while it was read, so far.
    ///
    /// ```
    /// # fn example(pages: dataarts_security::Pages<dataarts_security::types::MemberSyncTask>) {
    /// println!("{} pages were read again", pages.drift().rewinds);
    /// # }
    /// ```
    pub fn drift(&self) -> Drift {
        self.reader.drift()
    }

    /// The next page; `None` at the end of the list.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let first = client.list_member_sync_tasks().pages().try_next().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever a single call can fail with, [`Error::is_incomplete`], and [`Error::is_timeout`] at the end of a
    /// [`time_limit`](Self::time_limit). What was delivered before stands.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        poll_fn(|context| self.poll_page(context)).await.transpose()
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        let polled = self.reader.poll_page(context);
        if let Poll::Ready(Some(Ok(page))) = &polled {
            for item in &page.items {
                self.taken.take(item, &self.reader);
            }
        }
        polled
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

impl<T: Send + 'static> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.reader.has_ended()
    }
}

// Items are moved out by value; none is pinned inside.
impl<T> Unpin for Pages<T> {}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.reader.describe("Pages", formatter)
    }
}
