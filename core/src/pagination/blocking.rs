//! A listing as an iterator, for code that is not asynchronous.

use futures_core::FusedStream as _;

use super::items::Items;
use crate::blocking;
use crate::error::Error;

/// A whole list, item by item, for code that is not asynchronous; what it promises stands at [`Pages`](crate::Pages).
///
/// It needs no runtime: a thread in the background, shared by all blocking calls of the process, waits for the network.
/// In a task of a tokio runtime, where waiting would stop other tasks, its first item is an error
/// ([`Error::is_invalid_input`]); use [`Items`] or `tokio::task::spawn_blocking` there.
///
/// ```no_run
/// # fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
/// for task in client.list_member_sync_tasks().iter() {
///     println!("{:?}", task?.cluster_name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an iterator does nothing before it is asked for an item"]
pub struct Iter<T> {
    items: Items<T>,
    /// An error came, of the listing or of waiting for it.
    failed: bool,
}

impl<T: Send + 'static> Iter<T> {
    /// The listing behind the iterator, for its checkpoint, drift and total.
    ///
    /// ```no_run
    /// # fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let mut tasks = client.list_member_sync_tasks().iter();
    /// let first = tasks.next().transpose()?;
    /// let checkpoint = tasks.items().checkpoint()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(&self) -> &Items<T> {
        &self.items
    }
}

/// Of items for which something was set, such as their concurrency.
///
/// ```no_run
/// # fn example(client: dataarts_security::Client) {
/// let tasks = dataarts_security::Iter::from(client.list_member_sync_tasks().items().pages_in_flight(12));
/// # }
/// ```
impl<T> From<Items<T>> for Iter<T> {
    fn from(items: Items<T>) -> Self {
        Self { items, failed: false }
    }
}

impl<T: Send + 'static> Iterator for Iter<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        // At its end it waits for nothing, and so stays there in any thread.
        if self.failed || self.items.is_terminated() {
            return None;
        }
        if let Some(item) = self.items.next_buffered() {
            return Some(Ok(item));
        }
        let next = blocking::wait(self.items.try_next());
        self.failed = next.is_err();
        next.transpose()
    }
}

impl<T: Send + 'static> std::iter::FusedIterator for Iter<T> {}
