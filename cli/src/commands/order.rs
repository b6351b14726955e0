//! In which order to walk a listing, and whether to sort it afterwards.

use dataarts_security::Timestamp;
use dataarts_security::types::{MemberSyncTask, OrderBy};

/// How a listing gets its order.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Order {
    /// The library's own order, which makes the walk exact.
    Default,
    /// The service sorts by a field that stays as it is while the pages are read.
    Service { by: OrderBy, ascending: bool },
    /// Tasks move in this order while the pages are read, so the walk takes the default order and the sorting is ours.
    Here { by: Moving, ascending: bool },
}

/// A time that changes while tasks are listed.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Moving {
    SyncTime,
    UpdateTime,
}

impl Order {
    /// The order for `--order-by` and `--desc`.
    pub(crate) fn choose(by: Option<OrderBy>, descending: bool) -> Self {
        let ascending = !descending;
        match by {
            None if ascending => Self::Default,
            None => Self::Service { by: OrderBy::CreateTime, ascending },
            Some(OrderBy::SyncTime) => Self::Here { by: Moving::SyncTime, ascending },
            Some(OrderBy::UpdateTime) => Self::Here { by: Moving::UpdateTime, ascending },
            Some(by) => Self::Service { by, ascending },
        }
    }
}

/// Sorts tasks; what never happened comes before everything that did, and equal times are told apart by id.
pub(crate) fn sort(tasks: &mut [MemberSyncTask], by: Moving, ascending: bool) {
    tasks.sort_by(|left, right| {
        let times = by.time(left).cmp(&by.time(right));
        let times = if ascending { times } else { times.reverse() };
        times.then_with(|| left.id.cmp(&right.id))
    });
}

impl Moving {
    fn time(self, task: &MemberSyncTask) -> Option<Timestamp> {
        match self {
            Self::SyncTime => task.sync_time,
            Self::UpdateTime => task.update_time,
        }
        // Absent and 0 both mean never.
        .filter(|time| !time.is_never())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str, sync_time: Option<i64>) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(id.to_owned());
        task.sync_time = sync_time.map(Timestamp::from_millisecond);
        task
    }

    fn sorted(ascending: bool) -> String {
        let mut tasks =
            [task("c", Some(2)), task("a", Some(2)), task("e", Some(0)), task("b", Some(9)), task("d", None)];
        sort(&mut tasks, Moving::SyncTime, ascending);
        tasks.iter().filter_map(|task| task.id.as_deref()).collect()
    }

    #[test]
    fn tasks_that_never_ran_are_the_earliest_and_ties_go_by_id() {
        assert_eq!(sorted(true), "deacb");
        assert_eq!(sorted(false), "bacde");
    }

    #[test]
    fn only_orders_that_stay_put_are_asked_from_the_service() {
        assert_eq!(Order::choose(None, false), Order::Default);
        assert_eq!(Order::choose(None, true), Order::Service { by: OrderBy::CreateTime, ascending: false });
        assert_eq!(
            Order::choose(Some(OrderBy::ClusterName), false),
            Order::Service { by: OrderBy::ClusterName, ascending: true }
        );
        assert_eq!(
            Order::choose(Some(OrderBy::SyncTime), true),
            Order::Here { by: Moving::SyncTime, ascending: false }
        );
        assert_eq!(
            Order::choose(Some(OrderBy::UpdateTime), false),
            Order::Here { by: Moving::UpdateTime, ascending: true }
        );
    }
}
