//! A listing as an iterator, for programs without a runtime of their own.

use std::sync::OnceLock;

use futures_core::FusedStream as _;
use tokio::runtime::{Builder, Handle};

use super::Paged;
use super::items::Items;
use crate::error::Error;

/// A whole list, item by item, for code that is not asynchronous; what it promises stands at [`Pages`](crate::Pages).
///
/// It needs no runtime: a thread in the background, shared by all iterators of the process, waits for the network. Within
/// an asynchronous runtime, where waiting would stop everything else, its first item is an error; use
/// [`Items`] there.
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
    refused: bool,
}

impl<T: Send + 'static> Iter<T> {
    pub(crate) fn new<O: Paged<Item = T>>(request: O) -> Self {
        Self::from(Items::new(request))
    }

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
/// let tasks = dataarts_security::Iter::from(client.list_member_sync_tasks().items().concurrency(12));
/// # }
/// ```
impl<T> From<Items<T>> for Iter<T> {
    fn from(items: Items<T>) -> Self {
        Self { items, refused: false }
    }
}

impl<T: Send + 'static> Iterator for Iter<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        // At its end it waits for nothing, and so stays there in any thread.
        if self.refused || self.items.is_terminated() {
            return None;
        }
        if let Some(item) = self.items.waiting() {
            return Some(Ok(item));
        }
        match runtime() {
            Ok(runtime) => runtime.block_on(self.items.try_next()).transpose(),
            Err(error) => {
                self.refused = true;
                Some(Err(error))
            }
        }
    }
}

impl<T: Send + 'static> std::iter::FusedIterator for Iter<T> {}

/// The runtime in the background.
///
/// It never ends, because connections that it opened may serve the client's other callers.
fn runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Option<Handle>> = OnceLock::new();
    if Handle::try_current().is_ok() {
        let reason =
            "an iterator cannot wait inside an asynchronous runtime; use `items()` there, or a thread of its own";
        return Err(Error::invalid_input(reason));
    }
    let started = RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let handle = runtime.handle().clone();
        let wait = move || runtime.block_on(std::future::pending::<()>());
        std::thread::Builder::new().name("dataarts-security".to_owned()).spawn(wait).ok()?;
        Some(handle)
    });
    started.as_ref().ok_or_else(|| Error::transport("no thread could be started to wait for the network"))
}
