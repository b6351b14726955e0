//! A walk driven over HTTP, with pages read ahead; pages, items and the blocking iterator stand on it.

use std::collections::VecDeque;
use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tracing::instrument::Instrument as _;

use super::checkpoint::Checkpoint;
use super::list_changes::ListChanges;
use super::page::Page;
use super::source::{Fetched, FetchedPage, List, Source};
use super::span::ListingSpan;
use super::walk::Walk;
use super::walk::interface::{Request, Verdict, WalkConfig};
use super::watermark::{Facts, KeyOf};
use crate::clock::Time;
use crate::error::Error;
use crate::options::CallOptions;
use crate::task::{self, Task};

pub(crate) const CONCURRENCY: u32 = 4;
const LARGEST_CONCURRENCY: u32 = 32;
/// All pages in flight together, in bytes of their bodies.
const BYTES_IN_FLIGHT: usize = 64 * 1024 * 1024;

/// Refuses a number of pages that is out of bounds.
pub(crate) fn check_concurrency(pages: u32) -> Result<(), Error> {
    if (1..=LARGEST_CONCURRENCY).contains(&pages) {
        return Ok(());
    }
    Err(Error::invalid_input(format!("a concurrency of {pages} pages is not between 1 and {LARGEST_CONCURRENCY}")))
}

/// How far a listing is, for whoever shows it.
///
/// ```no_run
/// # fn example(client: dataarts_security::Client) {
/// let tasks = client.list_member_sync_tasks().items().on_progress(|progress| match progress.total {
///     Some(total) => eprintln!("{} of about {total}", progress.delivered),
///     None => eprintln!("{}", progress.delivered),
/// });
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Items read, each once.
    pub delivered: u64,
    /// How many items the service claims that there are: a hint, which belongs to another moment.
    pub total: Option<u64>,
}

pub(super) struct Reader<T> {
    source: Box<dyn Source<T>>,
    time: Time,
    /// For the whole listing; its end follows when the first page is asked for.
    time_limit: Option<Duration>,
    end: Option<Duration>,
    identity: fn(&T) -> Option<&str>,
    content: fn(&T) -> u64,
    operation: &'static str,
    key: Option<KeyOf<T>>,
    /// The project of the list; absent before the first page where it is looked up.
    project_id: Option<String>,
    plan: WalkConfig,
    /// Absent before the first page is asked for, so that everything can still be set. Boxed to keep futures small.
    walk: Option<Box<Walk>>,
    /// In the order of their positions.
    flights: VecDeque<PageFetch<T>>,
    /// The largest body of a page, in bytes.
    max_response_size: usize,
    progress: Option<Box<dyn FnMut(Progress) + Send>>,
    span: ListingSpan,
    /// Said when the first page is asked for.
    refusal: Option<Error>,
    ended: bool,
}

impl<T: Send + 'static> Reader<T> {
    pub(super) fn new(list: List<T>) -> Self {
        let List { source, operation, time, identity, content, max_response_size, refusal, .. } = list;
        Self {
            key: list.key,
            project_id: source.project_id(),
            source,
            time,
            time_limit: None,
            end: None,
            identity,
            content,
            operation,
            plan: WalkConfig {
                limit: list.limit,
                largest_offset: list.largest_offset,
                may_count_pages: list.may_count_pages,
                concurrency: list.concurrency,
                most_items: u64::MAX,
                resumed: None,
            },
            walk: None,
            flights: VecDeque::new(),
            max_response_size,
            progress: None,
            span: ListingSpan::new(operation),
            refusal,
            ended: false,
        }
    }

    /// Reads no further.
    pub(super) fn stop(&mut self) {
        if !self.ended {
            self.ended = true;
            self.flights.clear();
            self.close(None);
        }
    }

    pub(super) fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let polled = ready!(self.poll_walk(context));
        if !matches!(polled, Some(Ok(_))) {
            self.ended = true;
            self.flights.clear();
            self.close(polled.as_ref().and_then(|polled| polled.as_ref().err()));
        }
        Poll::Ready(polled.map(|polled| polled.map_err(|error| error.in_operation(self.operation))))
    }

    fn poll_walk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        if let Some(error) = self.refusal.take() {
            return Poll::Ready(Some(Err(error)));
        }
        loop {
            if let Err(error) = self.send() {
                return Poll::Ready(Some(Err(error)));
            }
            let Some(flight) = self.flights.front_mut() else { return Poll::Ready(None) };
            let fetched = ready!(Pin::new(&mut flight.task).poll(context));
            let is_bounded = flight.is_bounded;
            self.flights.pop_front();
            let judged = self.process_page(fetched, is_bounded);
            self.flights.truncate(self.walk.as_deref().map_or(0, Walk::in_flight));
            match judged {
                Ok(None) => {}
                Ok(Some(page)) => return Poll::Ready(Some(Ok(page))),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    /// Asks for whatever the walk wants now.
    fn send(&mut self) -> Result<(), Error> {
        loop {
            match self.walk.get_or_insert_with(|| Box::new(Walk::new(self.plan.clone()))).next() {
                Ok(None) => return Ok(()),
                Ok(Some(request)) => {
                    let flight = self.spawn_fetch(request)?;
                    self.flights.push_back(flight);
                }
                Err(stuck) => return Err(stuck.into()),
            }
        }
    }

    /// A page is read by a separate task, so that neither a slow caller nor the pages before it hold it up.
    fn spawn_fetch(&mut self, request: Request) -> Result<PageFetch<T>, Error> {
        let mut options = self.options()?;
        let (most, is_ahead) = (self.largest_ahead(), !self.flights.is_empty());
        let is_bounded = is_ahead && most < self.max_response_size;
        if is_bounded {
            options = options.max_response_size(most);
        }
        let fetch = self.source.fetch(request, options).instrument(self.span.open());
        Ok(PageFetch { task: task::spawn(fetch)?, is_bounded })
    }

    /// The largest body of a page that is asked for ahead, so that all pages in flight stay within the limit.
    fn largest_ahead(&self) -> usize {
        let window = self.walk.as_deref().map_or(self.plan.concurrency, Walk::window);
        BYTES_IN_FLIGHT / usize::try_from(window).unwrap_or(1).max(1)
    }

    /// Limits of the next page; an error where there is no time left for one.
    fn options(&mut self) -> Result<CallOptions, Error> {
        let options = CallOptions::new().in_flight(self.plan.concurrency);
        let Some(limit) = self.time_limit else { return Ok(options) };
        let now = self.time.elapsed();
        let end = *self.end.get_or_insert(now.saturating_add(limit));
        match end.checked_sub(now).filter(|left| !left.is_zero()) {
            Some(left) => Ok(options.deadline(left)),
            None => Err(Error::timeout(format!("the listing took longer than {limit:?} and is incomplete"))),
        }
    }

    /// What of a page is to be delivered, if anything.
    fn process_page(&mut self, fetched: Fetched<T>, is_bounded: bool) -> Result<Option<Page<T>>, Error> {
        let Some(walk) = &mut self.walk else { return Ok(None) };
        let FetchedPage { mut items, total, project_id } = match fetched {
            Ok(fetched) => fetched,
            Err(error) => {
                // A page asked for ahead may have lost its ground; then it is not what the list says. One that is too large
                // to be read ahead is read alone.
                return if walk.failed() || is_bounded && error.is_decode() { Ok(None) } else { Err(error) };
            }
        };
        if let (Some(expected), Some(actual)) = (&self.project_id, &project_id)
            && expected != actual
        {
            return Err(Error::invalid_input(format!(
                "the page is of project {actual}, but the checkpoint or an earlier page is of project {expected}; set the \
                 project ID, or start over"
            )));
        }
        self.project_id = project_id;
        let (identity, content, key) = (self.identity, self.content, self.key);
        let facts_of = |item| {
            let identity = identity(item);
            Facts {
                identity,
                key: key.and_then(|key| key(item)),
                content: identity.map_or_else(|| content(item), |_| 0),
            }
        };
        let facts: Vec<Facts<'_>> = items.iter().map(facts_of).collect();
        match walk.page(&facts, total)? {
            Verdict::Rejected => {
                let span = self.span.open();
                tracing::debug!(parent: &span, "the list changed, or a page is not what it should be; reads it again from farther back");
                Ok(None)
            }
            Verdict::Accepted(new) => {
                drop(facts);
                let mut new = new.into_iter();
                items.retain(|_| new.next().unwrap_or(false));
                let total = self.changes().last_total;
                if let (Some(progress), Some(walk)) = (&mut self.progress, &self.walk) {
                    progress(Progress { delivered: walk.delivered(), total });
                }
                Ok(Some(Page { items, total }).filter(|page| !page.items.is_empty()))
            }
        }
    }
}

impl<T> Reader<T> {
    pub(super) fn time_limit(&mut self, limit: Duration) {
        self.time_limit = Some(limit);
    }

    pub(super) fn pages_in_flight(&mut self, pages: u32) {
        if let Err(error) = check_concurrency(pages) {
            self.refuse(error);
        } else if self.walk.is_none() {
            self.plan.concurrency = pages;
        }
    }

    pub(super) fn most_items(&mut self, items: u64) {
        self.plan.most_items = items;
    }

    pub(super) fn on_progress(&mut self, progress: Box<dyn FnMut(Progress) + Send>) {
        self.progress = Some(progress);
    }

    /// Goes on where `checkpoint` was taken, once the first page is asked for; false where it is refused then.
    pub(super) fn resume(&mut self, checkpoint: Checkpoint) -> bool {
        let project_id = checkpoint.project_id.clone();
        match self.resumed(checkpoint) {
            Ok(resumed) => {
                self.plan.resumed = resumed;
                self.project_id = self.project_id.take().or(project_id);
            }
            Err(error) => {
                self.refuse(error);
                return false;
            }
        }
        true
    }

    fn resumed(&self, checkpoint: Checkpoint) -> Result<Option<(super::watermark::Watermark, u64)>, Error> {
        if self.walk.is_some() {
            return Err(Error::invalid_input("the listing has begun already; resume a new one"));
        }
        let named = checkpoint.project_id.as_ref().zip(self.project_id.as_ref());
        if checkpoint.query != self.fingerprint()? || named.is_some_and(|(theirs, ours)| theirs != ours) {
            return Err(Error::invalid_input(
                "the checkpoint belongs to another request: endpoint, project, workspace and filters must be those of the \
                 listing that it was taken from; else start over",
            ));
        }
        Ok(checkpoint.mark.map(|mark| (mark, checkpoint.position)))
    }

    fn refuse(&mut self, error: Error) {
        self.refusal.get_or_insert(error);
    }

    /// The digest of the request, for a checkpoint; an error for a listing that has none.
    pub(super) fn fingerprint(&self) -> Result<String, Error> {
        let reason = match self.key {
            Some(_) if self.plan.limit > 1 => return self.source.fingerprint(),
            Some(_) => "pages of one item have no checkpoint, for they do not overlap; use larger ones",
            None => "only a listing in the fixed order has a checkpoint; leave the order out",
        };
        Err(Error::invalid_input(reason).in_operation(self.operation))
    }

    /// The project of the list, if it is known.
    pub(super) fn project_id(&self) -> Option<String> {
        self.project_id.clone()
    }

    pub(super) fn key(&self) -> Option<KeyOf<T>> {
        self.key
    }

    pub(super) fn is_exact(&self) -> bool {
        self.key.is_some()
    }

    pub(super) fn changes(&self) -> ListChanges {
        self.walk.as_deref().map(Walk::changes).unwrap_or_default()
    }

    /// Position just behind the last item read.
    pub(super) fn frontier(&self) -> u64 {
        self.walk
            .as_deref()
            .map_or_else(|| self.plan.resumed.as_ref().map_or(0, |(_, position)| *position), Walk::frontier)
    }

    pub(super) fn identity(&self) -> fn(&T) -> Option<&str> {
        self.identity
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    fn close(&mut self, error: Option<&Error>) {
        let delivered = self.walk.as_deref().map_or(0, Walk::delivered);
        let drift = self.changes();
        self.span.close(delivered, &drift, error);
    }

    pub(super) fn describe(&self, name: &str, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct(name)
            .field("operation", &self.operation)
            .field("drift", &self.changes())
            .finish_non_exhaustive()
    }
}

impl<T> Drop for Reader<T> {
    fn drop(&mut self) {
        self.close(None);
    }
}

/// A page in flight; dropped, it is no longer asked for.
struct PageFetch<T> {
    task: Task<FetchedPage<T>>,
    /// Its body is limited more than that of a page that is asked for alone.
    is_bounded: bool,
}
