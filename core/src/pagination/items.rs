//! A listing as a stream of items.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::vec::IntoIter;

use futures_core::{FusedStream, Stream};

use super::checkpoint::Checkpoint;
use super::consumed::Consumed;
use super::list_changes::ListChanges;
use super::page::Page;
use super::reader::{Progress, Reader};
use super::source::List;
use crate::error::Error;

/// A whole list, item by item, exactly, while it changes. [`into_pages`](Self::into_pages) gives whole pages.
///
/// # What a walk promises
///
/// In an order that does not change for an item (the default order of `list_member_sync_tasks`: creation time), every
/// item that is in the list during the whole walk is delivered exactly once and in order, whatever is inserted or deleted
/// meanwhile. An item that comes or goes during the walk may or may not be delivered, behind its place where a page was
/// read before those in front of it, and no item is delivered twice.
///
/// In any other order, an item that moves from the unread part to the read part can be missed; [`is_exact`](Self::is_exact)
/// tells. To sort by a field that changes, read in the default order, [`collect`](Self::collect), and sort.
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
/// The first page is asked for alone; it says how long the list is. From then on up to [`pages_in_flight`](Self::pages_in_flight)
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
/// let mut tasks = client.list_member_sync_tasks().items();
/// while let Some(task) = tasks.try_next().await? {
///     println!("{:?}", task.cluster_name);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing before it is asked for an item"]
pub struct Items<T> {
    reader: Reader<T>,
    page: IntoIter<T>,
    taken: Consumed,
    /// How many may still be returned.
    left: u64,
}

impl<T: Send + 'static> Items<T> {
    pub(crate) fn new(list: List<T>) -> Self {
        Self { reader: Reader::new(list), page: Vec::new().into_iter(), taken: Consumed::default(), left: u64::MAX }
    }

    /// Longest time of the whole listing, from the first page asked for to the last one delivered; without, each page alone
    /// is bounded.
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let tasks = client.list_member_sync_tasks().items().time_limit(std::time::Duration::from_secs(600));
    /// # }
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.reader.time_limit(limit);
        self
    }

    /// How many pages are read at the same time at most: 1 to 32, by default as many as the client says
    /// ([`ClientBuilder::pages_in_flight`](crate::ClientBuilder::pages_in_flight)); another number is refused when the first
    /// page is asked for. It has no effect once that has happened.
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let tasks = client.list_member_sync_tasks().items().pages_in_flight(12);
    /// # }
    /// ```
    pub fn pages_in_flight(mut self, pages: u32) -> Self {
        self.reader.pages_in_flight(pages);
        self
    }

    /// Ends after so many items, and reads no page ahead that they do not need. It is to be set before the first item is asked
    /// for.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let oldest = client.list_member_sync_tasks().items().max_items(10).collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_items(mut self, items: u64) -> Self {
        self.left = items;
        self.reader.most_items(items);
        self
    }

    /// Calls `progress` after each page that was read, for bars and the like.
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let tasks = client.list_member_sync_tasks().items().on_progress(|progress| {
    ///     eprintln!("{} of {}", progress.delivered, progress.total.unwrap_or_default());
    /// });
    /// # }
    /// ```
    pub fn on_progress(mut self, progress: impl FnMut(Progress) + Send + 'static) -> Self {
        self.reader.on_progress(Box::new(progress));
        self
    }

    /// Goes on where an earlier listing of the same request was left; see [`resume`](Self::resume).
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client, kept: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let tasks = client.list_member_sync_tasks().items().resume(serde_json::from_str(kept)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        let taken = Consumed::resumed(&checkpoint);
        // One that is refused must not come out of here again as a checkpoint of this list.
        if self.reader.resume(checkpoint) {
            self.taken = taken;
        }
        self
    }

    /// Where the listing stands: behind the last item that was returned, however many were read ahead.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let mut tasks = client.list_member_sync_tasks().items();
    /// while let Some(task) = tasks.try_next().await? {
    ///     // Whatever is done with the task, and then:
    ///     let checkpoint = tasks.checkpoint()?;
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
        self.taken.checkpoint(&self.reader, self.page.len())
    }

    /// Whether no item moves in the order of this list while it is read; see [what a walk promises](Self#what-a-walk-promises).
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// assert!(client.list_member_sync_tasks().items().is_exact());
    /// assert!(!client.list_member_sync_tasks().order_by("SYNC_TIME").items().is_exact());
    /// # }
    /// ```
    pub fn is_exact(&self) -> bool {
        self.reader.is_exact()
    }

    /// How many items the service claimed last that there are; see [`total`](Self::total).
    ///
    /// ```
    /// # fn example(tasks: dataarts_security::Items<dataarts_security::types::MemberSyncTask>) {
    /// println!("{:?}", tasks.total());
    /// # }
    /// ```
    pub fn total(&self) -> Option<u64> {
        self.reader.changes().last_total
    }

    /// How the list changed while it was read, so far.
    ///
    /// ```
    /// # fn example(tasks: dataarts_security::Items<dataarts_security::types::MemberSyncTask>) {
    /// println!("{} pages were read again", tasks.changes().rewinds);
    /// # }
    /// ```
    pub fn changes(&self) -> ListChanges {
        self.reader.changes()
    }

    /// The next item; `None` at the end of the list.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let oldest = client.list_member_sync_tasks().items().try_next().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever a single call can fail with, [`Error::is_incomplete`], and [`Error::is_timeout`] at the end of a
    /// [`time_limit`](Self::time_limit). What was delivered before stands.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    /// All items that were not taken yet, in the order of the list.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let mut tasks = client.list_member_sync_tasks().items().collect().await?;
    /// // The newest runs first.
    /// tasks.sort_by_key(|task| std::cmp::Reverse(task.sync_time));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`try_next`](Self::try_next); what was read is lost then.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// The next item, if it was read already.
    pub(super) fn next_buffered(&mut self) -> Option<T> {
        if self.left == 0 {
            return None;
        }
        let item = self.page.next()?;
        self.left -= 1;
        self.taken.take(&item, &self.reader);
        Some(item)
    }

    /// The next page, all of it taken.
    pub(super) fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        let Some(first) = ready!(self.poll_item(context)) else { return Poll::Ready(None) };
        Poll::Ready(Some(first.map(|first| {
            let rest = std::iter::from_fn(|| self.next_buffered());
            let items = std::iter::once(first).chain(rest).collect();
            Page { items, total: self.total() }
        })))
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.next_buffered() {
                return Poll::Ready(Some(Ok(item)));
            }
            if self.left == 0 {
                self.reader.stop();
                return Poll::Ready(None);
            }
            match ready!(self.reader.poll_page(context)) {
                Some(Ok(page)) => self.page = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<T: Send + 'static> FusedStream for Items<T> {
    fn is_terminated(&self) -> bool {
        self.left == 0 || (self.page.len() == 0 && self.reader.has_ended())
    }
}

// Items are moved out by value; none is pinned inside.
impl<T> Unpin for Items<T> {}

impl<T> Items<T> {
    pub(super) fn reader(&self) -> &Reader<T> {
        &self.reader
    }
}

impl<T> std::fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.reader.describe("Items", formatter)
    }
}
