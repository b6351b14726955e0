//! A walk driven over HTTP, as streams of pages and of items.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::vec::IntoIter;

use futures_core::Stream;

use super::Paged;
use super::walk::{Request, Stuck, Verdict, Walk};
use crate::CallOptions;
use crate::clock::Time;
use crate::error::Error;
use crate::operation::{self, Operation};

type Fetched<T> = Result<(Vec<T>, Option<i64>), Error>;
type Fetch<T> = Pin<Box<dyn Future<Output = Fetched<T>> + Send>>;

/// One page of a listing: the items that no earlier page had.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// Items in the order of the list; at least one.
    pub items: Vec<T>,
    /// How many items the service says there are at this moment, under the filters.
    pub total: Option<i64>,
}

/// A whole list, page by page, exactly, while it changes.
///
/// # What a walk promises
///
/// In an order that does not change for an item (the default order of `list_member_sync_tasks`: creation time), every
/// item that is in the list during the whole walk is delivered exactly once, whatever is inserted or deleted meanwhile.
/// An item that comes or goes during the walk may or may not be delivered, and no item is delivered twice. In an order
/// over a field that changes (update time, synchronisation time) an item that moves from the unread part to the read
/// part can be missed. Pages of one item leave no room for the overlap that this rests on, nor do items without an id;
/// there, deletions during the walk can hide items. The service documents no order among items of equal creation time;
/// the walk takes it for fixed.
///
/// A list that cannot be read to its end without a gap ends with an error ([`Error::is_incomplete`]), never in silence.
/// After an error, or after its end, the stream stays at its end.
///
/// Nothing is sent before the first page is asked for. Dropping the stream stops everything.
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
    fetch: Box<dyn Fn(Request, CallOptions) -> Fetch<T> + Send>,
    time: Time,
    /// For the whole listing; its end follows when the first page is asked for.
    time_limit: Option<Duration>,
    end: Option<Duration>,
    identity: fn(&T) -> Option<&str>,
    operation: &'static str,
    walk: Walk,
    state: State<T>,
}

enum State<T> {
    /// The request cannot be walked; said when the first page is asked for.
    Refused(Error),
    Idle,
    Waiting(Fetch<T>),
    Ended,
}

impl<T> Pages<T> {
    pub(crate) fn new<O: Paged<Item = T>>(request: O) -> Self {
        let limit = request.page_size().unwrap_or(O::LARGEST_PAGE);
        let state = match refusal(&request) {
            Some(error) => State::Refused(error),
            None => State::Idle,
        };
        let time = request.client().time().clone();
        let request = request.ordered();
        let fetch = move |ask: Request, options: CallOptions| -> Fetch<T> {
            let page = request.at(ask.limit, ask.offset).with_limits(options);
            Box::pin(async move { Ok(O::split(operation::send(page).await?.into_value())) })
        };
        Self {
            fetch: Box::new(fetch),
            time,
            time_limit: None,
            end: None,
            identity: O::identity,
            operation: O::ID,
            walk: Walk::new(limit, O::LARGEST_OFFSET),
            state,
        }
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
        self.time_limit = Some(limit);
        self
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
        loop {
            let next = match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Refused(error) => return Poll::Ready(Some(Err(error))),
                State::Idle => match self.walk.next() {
                    Ok(None) => return Poll::Ready(None),
                    Ok(Some(request)) => match self.options() {
                        Ok(options) => (self.fetch)(request, options),
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    },
                    Err(stuck) => return Poll::Ready(Some(Err(self.stuck(stuck)))),
                },
                State::Waiting(fetch) => fetch,
            };
            let fetched = match self.poll_fetch(next, context) {
                Poll::Ready(fetched) => fetched,
                Poll::Pending => return Poll::Pending,
            };
            match fetched.and_then(|(items, total)| self.judge(items, total)) {
                Ok(page) => {
                    self.state = State::Idle;
                    if let Some(page) = page {
                        return Poll::Ready(Some(Ok(page)));
                    }
                }
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    /// Limits of the next page; an error where there is no time left for one.
    fn options(&mut self) -> Result<CallOptions, Error> {
        let Some(limit) = self.time_limit else { return Ok(CallOptions::new()) };
        let now = self.time.elapsed();
        let end = *self.end.get_or_insert(now.saturating_add(limit));
        match end.checked_sub(now).filter(|left| !left.is_zero()) {
            Some(left) => Ok(CallOptions::new().at_most(left)),
            None => {
                let reason = format!("the listing took longer than {limit:?} and is incomplete");
                Err(Error::timeout(reason).in_operation(self.operation))
            }
        }
    }

    /// Polls `fetch`, and keeps it where it is not ready.
    fn poll_fetch(&mut self, mut fetch: Fetch<T>, context: &mut Context<'_>) -> Poll<Fetched<T>> {
        let polled = fetch.as_mut().poll(context);
        if polled.is_pending() {
            self.state = State::Waiting(fetch);
        }
        polled
    }

    fn judge(&mut self, items: Vec<T>, total: Option<i64>) -> Result<Option<Page<T>>, Error> {
        let verdict = self.walk.page(items.iter().map(self.identity), total).map_err(|stuck| self.stuck(stuck))?;
        let Verdict::Accepted(new) = verdict else { return Ok(None) };
        let items: Vec<T> = items.into_iter().zip(new).filter_map(|(item, new)| new.then_some(item)).collect();
        Ok(Some(Page { items, total }).filter(|page| !page.items.is_empty()))
    }

    fn stuck(&self, stuck: Stuck) -> Error {
        match stuck {
            Stuck::EmptyPage { total } => Error::empty_first_page(total),
            Stuck::OutOfReach { largest_offset } => Error::incomplete(format!(
                "the list is longer than the service lets one read (offset {largest_offset}); use a filter to read it in parts"
            )),
            Stuck::ChangesTooFast => Error::incomplete("the list changes faster than it can be read"),
        }
        .in_operation(self.operation)
    }
}

/// Whatever is wrong with the caller's own parameters, before they are replaced page by page.
fn refusal<O: Paged>(request: &O) -> Option<Error> {
    if request.has_offset() {
        let reason = format!("`{}` is set; a whole listing starts at the beginning, so leave it out", O::OFFSET);
        return Some(Error::invalid_input(reason).in_operation(O::ID));
    }
    let mut request = request.clone();
    if request.lacks_project_id() && request.client().can_find_project_id() {
        // Found when the first page is asked for; what stands here is not sent.
        request = request.with_project_id("0".to_owned());
    }
    Operation::request(request).err().map(|error| error.into_error().in_operation(O::ID))
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pages").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// A whole list, item by item; what it promises stands at [`Pages`].
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
#[derive(Debug)]
#[must_use = "a stream does nothing before it is asked for an item"]
pub struct Items<T> {
    pages: Pages<T>,
    page: IntoIter<T>,
}

impl<T> Items<T> {
    pub(crate) fn new(pages: Pages<T>) -> Self {
        Self { pages, page: Vec::new().into_iter() }
    }

    /// Longest time of the whole listing; see [`Pages::time_limit`].
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// let tasks = client.list_member_sync_tasks().items().time_limit(std::time::Duration::from_secs(600));
    /// # }
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.pages = self.pages.time_limit(limit);
        self
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
    /// As [`Pages::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => self.page = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Items are moved out by value; none is pinned inside.
impl<T> Unpin for Items<T> {}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}
