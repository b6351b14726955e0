//! What a list request asks for, and the page that answers it.

use std::sync::Arc;

use dataarts_security::types::{ClusterType, OrderBy, ScheduleStatus, SyncStatus};

use crate::page_shape::PageShape;
use crate::refusal::Refusal;
use crate::store::{Direction, Entry, Filter, Key, Store};
use crate::wire_query;

const DEFAULT_LIMIT: usize = 10;
const MAXIMUM_LIMIT: usize = 100;
const MAXIMUM_OFFSET: usize = 99_999;

/// The query of a list request, checked.
#[derive(Debug, PartialEq)]
pub(crate) struct ListQuery {
    filter: Filter,
    order_by: Option<OrderBy>,
    ascending: bool,
    limit: usize,
    offset: usize,
    shape: PageShape,
}

/// The answer to a list request.
#[derive(Debug)]
pub(crate) struct Page {
    /// Tasks under the filters, on all pages together.
    total: usize,
    tasks: Vec<Arc<Entry>>,
}

impl ListQuery {
    /// Reads the query as it came over the wire; parameters it does not know are passed over.
    pub(crate) fn parse(query: &str) -> Result<Self, Refusal> {
        let filter = Filter {
            cluster_type: one_of(query, "cluster_type", ClusterType::VALUES)?,
            cluster_name: wire_query::value(query, "cluster_name"),
            sync_status: one_of(query, "sync_status", SyncStatus::VALUES)?,
            schedule_status: one_of(query, "schedule_status", ScheduleStatus::VALUES)?,
        };
        Ok(Self {
            filter,
            order_by: one_of(query, "order_by", OrderBy::VALUES)?,
            // The direction is not documented where none is given; a boolean that is not there usually reads as false.
            ascending: boolean(query, "order_by_asc")?.unwrap_or(false),
            limit: number(query, "limit", MAXIMUM_LIMIT)?.unwrap_or(DEFAULT_LIMIT),
            offset: number(query, "offset", MAXIMUM_OFFSET)?.unwrap_or(0),
            shape: PageShape::default(),
        })
    }

    /// The same with the page bent to this shape.
    pub(crate) fn with_shape(self, shape: PageShape) -> Self {
        Self { shape, ..self }
    }

    /// The number of the page, from 1; an offset that is no multiple of the limit counts for the page it reaches into.
    pub(crate) fn page_number(&self) -> u64 {
        let full_pages = self.offset.div_ceil(self.limit.max(1));
        u64::try_from(full_pages).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// The page that was asked for.
    pub(crate) fn page(&self, store: &Store) -> Page {
        let (key, direction) = self.order();
        if self.filter.is_empty() {
            self.cut(store.ordered(key, direction))
        } else {
            self.cut(&store.filtered(&self.filter, key, direction))
        }
    }

    /// The part of a list that is on the page.
    fn cut(&self, list: &[Arc<Entry>]) -> Page {
        let tasks = list.iter().skip(self.shape.offset(self.offset, list.len())).take(self.shape.limit(self.limit));
        Page { total: list.len(), tasks: tasks.cloned().collect() }
    }

    fn order(&self) -> (Key, Direction) {
        let direction = if self.ascending { Direction::Ascending } else { Direction::Descending };
        match self.order_by {
            Some(OrderBy::ClusterName) => (Key::ClusterName, direction),
            Some(OrderBy::CreateTime) => (Key::CreateTime, direction),
            Some(OrderBy::UpdateTime) => (Key::UpdateTime, direction),
            Some(OrderBy::SyncTime) => (Key::SyncTime, direction),
            // The order is not documented where none is asked for: newest first, as consoles list. So is one that a newer
            // document lists and this file does not know yet.
            None | Some(_) => (Key::CreateTime, Direction::Descending),
        }
    }
}

impl Page {
    /// The body of the answer, put together from what each task was serialised to.
    pub(crate) fn into_json(self) -> Vec<u8> {
        let mut json = format!("{{\"total\":{},\"tasks\":[", self.total).into_bytes();
        json.reserve(self.tasks.iter().map(|entry| entry.json.len() + 1).sum::<usize>() + 1);
        for (position, entry) in self.tasks.iter().enumerate() {
            if position > 0 {
                json.push(b',');
            }
            json.extend_from_slice(&entry.json);
        }
        json.extend_from_slice(b"]}");
        json
    }
}

/// The value of a parameter that is one of a few words.
pub(crate) fn one_of<T: From<String>>(query: &str, name: &str, values: &[&str]) -> Result<Option<T>, Refusal> {
    match wire_query::value(query, name) {
        Some(value) if values.contains(&value.as_str()) => Ok(Some(value.into())),
        Some(_) => Err(Refusal::invalid_parameter(name, format!("must be one of {}", values.join(", ")))),
        None => Ok(None),
    }
}

fn boolean(query: &str, name: &str) -> Result<Option<bool>, Refusal> {
    wire_query::value(query, name)
        .map(|value| value.parse().map_err(|_| Refusal::invalid_parameter(name, "must be true or false")))
        .transpose()
}

/// The value of a parameter that is a whole number up to a maximum.
pub(crate) fn number(query: &str, name: &str, maximum: usize) -> Result<Option<usize>, Refusal> {
    wire_query::value(query, name)
        .map(|value| {
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            let number = value.parse().ok().filter(|number| digits && *number <= maximum);
            number
                .ok_or_else(|| Refusal::invalid_parameter(name, format!("must be a whole number from 0 to {maximum}")))
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;
    use dataarts_security::types::MemberSyncTask;
    use serde_json::{Value, json};

    use super::*;

    fn task(id: &str, name: &str, created: i64) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(id.to_owned());
        task.cluster_name = Some(name.to_owned());
        task.create_time = Some(Timestamp::from_millisecond(created));
        task
    }

    /// Of these, a and c were created in the same moment.
    fn tasks() -> Vec<MemberSyncTask> {
        let mut tasks =
            vec![task("a", "dws_1", 20), task("b", "mrs_1", 10), task("c", "dws_2", 20), task("d", "数据", 30)];
        for (task, status) in tasks.iter_mut().zip(["SYNC_FAIL", "SYNC_FAIL", "SYNC_SUCCESS", "NOT_SYNC"]) {
            task.sync_status = Some(status.into());
            task.cluster_type = Some(if status == "SYNC_FAIL" { ClusterType::Dws } else { ClusterType::Mrs });
        }
        tasks[1].schedule_status = Some(ScheduleStatus::Scheduling);
        tasks[1].sync_time = Some(Timestamp::from_millisecond(5));
        tasks
    }

    fn page(query: &str) -> Page {
        ListQuery::parse(query).unwrap().page(&tasks().into_iter().collect())
    }

    fn list(query: &str) -> (usize, String) {
        let page = page(query);
        (page.total, page.tasks.iter().filter_map(|entry| entry.task.id.as_deref()).collect())
    }

    #[test]
    fn filters_are_combined() {
        assert_eq!(list("cluster_type=DWS"), (2, "ab".to_owned()));
        assert_eq!(list("sync_status=SYNC_FAIL&schedule_status=SCHEDULING"), (1, "b".to_owned()));
        assert_eq!(list("cluster_type=MRS&sync_status=SYNC_FAIL"), (0, String::new()));
    }

    #[test]
    fn a_part_of_the_cluster_name_is_enough() {
        assert_eq!(list("cluster_name=dws"), (2, "ac".to_owned()));
        assert_eq!(list("cluster_name=%E6%95%B0"), (1, "d".to_owned()));
        assert_eq!(list("cluster_name=DWS"), (0, String::new()));
        assert_eq!(list("cluster_name="), (4, "dacb".to_owned()));
    }

    #[test]
    fn ties_are_broken_by_id_in_both_directions() {
        assert_eq!(list("order_by=CREATE_TIME&order_by_asc=true").1, "bacd");
        assert_eq!(list("order_by=CREATE_TIME&order_by_asc=false").1, "dacb");
        assert_eq!(list("order_by=UPDATE_TIME&order_by_asc=true").1, "abcd");
        assert_eq!(list("order_by=UPDATE_TIME&order_by_asc=false").1, "abcd");
    }

    #[test]
    fn every_order_sorts_by_its_own_field() {
        assert_eq!(list("order_by=CLUSTER_NAME&order_by_asc=true").1, "acbd");
        assert_eq!(list("order_by=CLUSTER_NAME&order_by_asc=false").1, "dbca");
        assert_eq!(list("order_by=SYNC_TIME&order_by_asc=true").1, "acdb");
        assert_eq!(list("order_by=SYNC_TIME").1, "bacd");
    }

    #[test]
    fn without_an_order_the_newest_come_first_and_a_direction_alone_does_nothing() {
        assert_eq!(list("").1, "dacb");
        assert_eq!(list("order_by_asc=true").1, "dacb");
    }

    #[test]
    fn a_page_is_cut_out_and_the_total_stays() {
        assert_eq!(list("limit=2&offset=1"), (4, "ac".to_owned()));
        assert_eq!(list("limit=0"), (4, String::new()));
        assert_eq!(list("offset=4"), (4, String::new()));
    }

    #[test]
    fn a_page_holds_ten_unless_told_otherwise() {
        let many: Store = (0..25).map(|index| task(&format!("{index:02}"), "dws", 0)).collect();
        assert_eq!(ListQuery::parse("").unwrap().page(&many).tasks.len(), 10);
    }

    #[test]
    fn the_body_is_what_the_tasks_serialise_to() {
        for (query, total, expected) in
            [("limit=0", 4, vec![]), ("cluster_name=mrs", 1, vec![1]), ("limit=3", 4, vec![3, 0, 2])]
        {
            let body: Value = serde_json::from_slice(&page(query).into_json()).unwrap();
            let tasks: Vec<_> = expected.iter().map(|index: &usize| json!(tasks()[*index])).collect();
            assert_eq!(body, json!({"total": total, "tasks": tasks}));
        }
    }

    #[test]
    fn bounds_are_part_of_the_range() {
        for query in ["limit=0", "limit=100", "offset=0", "offset=99999", "unheard_of=%zz"] {
            assert!(ListQuery::parse(query).is_ok(), "{query}");
        }
    }

    #[test]
    fn what_is_out_of_bounds_or_unknown_is_refused_by_name() {
        for (name, value) in [
            ("limit", "101"),
            ("limit", "-1"),
            ("limit", "+1"),
            ("limit", ""),
            ("limit", "ten"),
            ("limit", "99999999999999999999999"),
            ("offset", "100000"),
            ("offset", "1.0"),
            ("cluster_type", "dws"),
            ("sync_status", ""),
            ("schedule_status", "SYNC_FAIL"),
            ("order_by", "ID"),
            ("order_by_asc", "True"),
        ] {
            let refusal = ListQuery::parse(&format!("{name}={value}")).unwrap_err();
            let Refusal::Service { code, message } = refusal else { panic!("{refusal:?}") };
            assert!(code.starts_with("DLS.") && message.contains(name), "{code} {message}");
        }
    }
}
