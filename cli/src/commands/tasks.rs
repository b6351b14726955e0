//! Tasks as several commands read and sort them.

use dataarts_security::builder::ListMemberSyncTasks;
use dataarts_security::types::{MemberSyncTask, OrderBy};
use dataarts_security::{Client, Timestamp};

use crate::arguments::FilterArguments;

/// A listing of the tasks that match, in the library's own order.
pub(super) fn tasks(client: &Client, filter: &FilterArguments, page_size: Option<i32>) -> ListMemberSyncTasks {
    let mut request = client.list_member_sync_tasks();
    if let Some(status) = &filter.sync_status {
        request = request.sync_status(status.clone());
    }
    if let Some(status) = &filter.schedule_status {
        request = request.schedule_status(status.clone());
    }
    if let Some(cluster_type) = &filter.cluster_type {
        request = request.cluster_type(cluster_type.clone());
    }
    if let Some(name) = &filter.cluster_name {
        request = request.cluster_name(name.as_str());
    }
    if let Some(size) = page_size {
        request = request.limit(size);
    }
    request
}

/// An order that tasks are sorted in here.
pub(super) struct TaskOrder {
    by: OrderBy,
    descending: bool,
}

impl TaskOrder {
    /// The order that is asked for, if any.
    pub(super) fn new(by: Option<OrderBy>, descending: bool) -> Option<Self> {
        let by = by.or(descending.then_some(OrderBy::CreateTime))?;
        Some(Self { by, descending })
    }

    /// Whether the tasks of one place are read in this order: the oldest first.
    pub(super) fn is_as_read(&self) -> bool {
        self.by == OrderBy::CreateTime && !self.descending
    }

    /// Sorts `rows` by the task in each; what is equal stays in its order.
    pub(super) fn sort<T>(&self, rows: &mut [T], task: impl Fn(&T) -> &MemberSyncTask) {
        rows.sort_by(|one, other| {
            let keys = key(task(one), &self.by).cmp(&key(task(other), &self.by));
            if self.descending { keys.reverse() } else { keys }
        });
    }
}

/// What never happened, and what has no name, comes before all else.
fn key<'a>(task: &'a MemberSyncTask, by: &OrderBy) -> (Option<Timestamp>, Option<&'a str>) {
    let time = match by {
        OrderBy::ClusterName => return (None, task.cluster_name.as_deref()),
        OrderBy::SyncTime => task.sync_time,
        OrderBy::UpdateTime => task.update_time,
        _ => task.create_time,
    };
    (time.filter(|time| !time.is_never()), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Of;

    fn row(name: &str, created: i64, ran: i64) -> Of<MemberSyncTask> {
        let mut task = MemberSyncTask::default();
        task.cluster_name = Some(name.to_owned());
        task.create_time = Some(Timestamp::from_millisecond(created));
        task.sync_time = Some(Timestamp::from_millisecond(ran));
        Of { target: "t".to_owned(), record: task }
    }

    fn ordered(by: Option<OrderBy>, descending: bool) -> String {
        let mut rows = [row("b", 2, 0), row("c", 1, 5), row("a", 3, 9)];
        if let Some(order) = TaskOrder::new(by, descending) {
            order.sort(&mut rows, |row| &row.record);
        }
        rows.iter().filter_map(|row| row.record.cluster_name.as_deref()).collect()
    }

    #[test]
    fn tasks_of_several_targets_are_sorted_as_those_of_one() {
        for (by, descending, names) in [
            (None, false, "bca"),
            (None, true, "abc"),
            (Some(OrderBy::ClusterName), false, "abc"),
            (Some(OrderBy::CreateTime), false, "cba"),
            (Some(OrderBy::SyncTime), false, "bca"),
            (Some(OrderBy::SyncTime), true, "acb"),
        ] {
            assert_eq!(ordered(by.clone(), descending), names, "{by:?} {descending}");
        }
    }
}
