//! What a walk saw of the list's changes.

/// How a list changed while it was read; all zero, and the totals equal, for one that kept still.
///
/// The counts tell that something happened, not how much: an item that came and went between two pages leaves no trace.
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
/// let mut tasks = client.list_member_sync_tasks().items();
/// while tasks.try_next().await?.is_some() {}
/// let drift = tasks.changes();
/// if drift.rewinds > 0 || drift.first_total != drift.last_total {
///     println!("the list changed while it was read: {drift:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListChanges {
    /// Items that came again after their delivery, and were dropped, besides the few by which pages overlap.
    pub duplicates: u64,
    /// Pages that did not join what was read before, so that it was read again from farther back.
    pub rewinds: u64,
    /// How many items the service claimed with the first page.
    pub first_total: Option<u64>,
    /// How many it claimed last.
    pub last_total: Option<u64>,
}

impl ListChanges {
    /// Takes down the total of one page, where it claims one.
    pub(super) fn claim(&mut self, total: Option<u64>) {
        self.first_total = self.first_total.or(total);
        self.last_total = total.or(self.last_total);
    }
}
