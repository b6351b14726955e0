//! A listing as a stream of items.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::vec::IntoIter;

use futures_core::{FusedStream, Stream};

use super::checkpoint::Checkpoint;
use super::drift::Drift;
use super::reader::{Progress, Reader};
use super::source::List;
use super::taken::Taken;
use crate::error::Error;

/// A whole list, item by item; what it promises, and what it costs, stands at [`Pages`](crate::Pages).
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
    taken: Taken,
    /// How many may still be returned.
    left: u64,
}

impl<T: Send + 'static> Items<T> {
    pub(crate) fn new(list: List<T>) -> Self {
        Self { reader: Reader::new(list), page: Vec::new().into_iter(), taken: Taken::default(), left: u64::MAX }
    }

    /// Longest time of the whole listing; see [`Pages::time_limit`](crate::Pages::time_limit).
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

    /// How many pages are read at the same time at most: 1 to 32, by default as many as the client says; see
    /// [`Pages::concurrency`](crate::Pages::concurrency).
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let tasks = client.list_member_sync_tasks().items().concurrency(12);
    /// # }
    /// ```
    pub fn concurrency(mut self, pages: u32) -> Self {
        self.reader.concurrency(pages);
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

    /// Goes on where an earlier listing of the same request was left; see [`Pages::resume`](crate::Pages::resume).
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client, kept: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let tasks = client.list_member_sync_tasks().items().resume(serde_json::from_str(kept)?);
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
    /// As [`Pages::checkpoint`](crate::Pages::checkpoint).
    pub fn checkpoint(&self) -> Result<Checkpoint, Error> {
        self.taken.checkpoint(&self.reader, self.page.len())
    }

    /// Whether no item moves in the order of this list while it is read; see [`Pages::is_exact`](crate::Pages::is_exact).
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// assert!(client.list_member_sync_tasks().items().is_exact());
    /// # }
    /// ```
    pub fn is_exact(&self) -> bool {
        self.reader.is_exact()
    }

    /// How many items the service claimed last that there are; see [`Pages::total`](crate::Pages::total).
    ///
    /// ```
    /// # fn example(tasks: dataarts_security::Items<dataarts_security::types::MemberSyncTask>) {
    /// println!("{:?}", tasks.total());
    /// # }
    /// ```
    pub fn total(&self) -> Option<u64> {
        self.reader.drift().last_total
    }

    /// How the list changed while it was read, so far.
    ///
    /// ```
    /// # fn example(tasks: dataarts_security::Items<dataarts_security::types::MemberSyncTask>) {
    /// println!("{} pages were read again", tasks.drift().rewinds);
    /// # }
    /// ```
    pub fn drift(&self) -> Drift {
        self.reader.drift()
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
    /// As [`Pages::try_next`](crate::Pages::try_next).
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    /// All items that were not taken yet.
    ///
    /// Where the caller chose an order over a field that changes, and none was taken yet, the list is read in the fixed
    /// order and sorted here by that field: so none is missed. An item without the field counts as 0 there (never), and
    /// equal ones are told apart by their ids.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let newest_runs_first = client.list_member_sync_tasks().order_by("SYNC_TIME").order_by_asc(false).collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Pages::try_next`](crate::Pages::try_next); what was read is lost then.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let sorting = self.reader.fix_moving_order();
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        if sorting.is_some() {
            // Which come first is known only after the last.
            self = self.max_items(u64::MAX);
        }
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        if let Some((key, descending)) = sorting {
            let identity = self.reader.identity();
            items.sort_by(|left, right| {
                let keys = key(left).unwrap_or_default().cmp(&key(right).unwrap_or_default());
                let keys = if descending { keys.reverse() } else { keys };
                keys.then_with(|| identity(left).cmp(&identity(right)))
            });
            items.truncate(most);
        }
        Ok(items)
    }

    /// The next item, if it was read already.
    pub(super) fn waiting(&mut self) -> Option<T> {
        if self.left == 0 {
            return None;
        }
        let item = self.page.next()?;
        self.left -= 1;
        self.taken.take(&item, &self.reader);
        Some(item)
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.waiting() {
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

impl<T> std::fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.reader.describe("Items", formatter)
    }
}
