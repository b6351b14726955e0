//! A listing as a stream of pages.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::items::Items;
use super::page::Page;
use crate::error::Error;

/// A whole list, page by page; made by [`Items::into_pages`]. Settings, promises and costs are those of [`Items`].
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
/// let mut pages = client.list_member_sync_tasks().limit(50).items().into_pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} of {:?}", page.items.len(), page.total);
///     // Behind this page.
///     let checkpoint = pages.items().checkpoint()?;
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing before it is asked for a page"]
pub struct Pages<T>(pub(super) Items<T>);

impl<T: Send + 'static> Items<T> {
    /// The same listing, page by page; the first page has what was read of this one and not taken yet.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let mut pages = client.list_member_sync_tasks().limit(50).items().into_pages();
    /// while let Some(page) = pages.try_next().await? {
    ///     println!("{} of {:?}", page.items.len(), page.total);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_pages(self) -> Pages<T> {
        Pages(self)
    }
}

impl<T: Send + 'static> Pages<T> {
    /// Where the listing stands: its checkpoint, its changes, its total.
    pub fn items(&self) -> &Items<T> {
        &self.0
    }

    /// The next page; `None` at the end of the list.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let first = client.list_member_sync_tasks().items().into_pages().try_next().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Items::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        poll_fn(|context| self.0.poll_page(context)).await.transpose()
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_page(context)
    }
}

impl<T: Send + 'static> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.reader().describe("Pages", formatter)
    }
}
