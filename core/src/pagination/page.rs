//! One page.

/// One page of a listing: the items that no earlier page had.
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
/// if let Some(page) = client.list_member_sync_tasks().items().into_pages().try_next().await? {
///     println!("{} tasks, of {:?}", page.items.len(), page.total);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// Items in the order of the list; at least one.
    pub items: Vec<T>,
    /// How many items the service says there are at this moment, under the filters.
    pub total: Option<u64>,
}
