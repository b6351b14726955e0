//! What a list request asks for, and the page that answers it.

use std::sync::Arc;

use dataarts_security::types::{ClusterType, OrderBy, ScheduleStatus, SyncStatus};

use crate::habits::{Habits, LargeLimit, PastEnd, Unset, ZeroLimit};
use crate::page_shape::PageShape;
use crate::refusal::Refusal;
use crate::store::{Direction, Entry, Filter, Key, Store};
use crate::wire_query;

const MAXIMUM_LIMIT: usize = 100;
const MAXIMUM_OFFSET: usize = 99_999;

/// The query of a list request, checked.
#[derive(Debug, PartialEq)]
pub(crate) struct ListQuery {
    filter: Filter,
    order_by: Option<OrderBy>,
    direction: Direction,
    limit: usize,
    offset: usize,
    shape: PageShape,
    habits: Habits,
}

/// The answer to a list request.
#[derive(Debug)]
pub(crate) struct Page {
    /// Tasks under the filters, on all pages together.
    total: usize,
    tasks: Vec<Arc<Entry>>,
    unset: Unset,
}

impl ListQuery {
    /// Reads the query as it came over the wire; parameters it does not know are passed over.
    pub(crate) fn parse(query: &str, habits: &Habits) -> Result<Self, Refusal> {
        let filter = Filter {
            cluster_type: one_of(query, "cluster_type", ClusterType::VALUES)?,
            cluster_name: wire_query::value(query, "cluster_name"),
            sync_status: one_of(query, "sync_status", SyncStatus::VALUES)?,
            schedule_status: one_of(query, "schedule_status", ScheduleStatus::VALUES)?,
            name_match: habits.name,
        };
        let ascending = boolean(query, "order_by_asc")?;
        let given = |ascending| if ascending { Direction::Ascending } else { Direction::Descending };
        Ok(Self {
            filter,
            order_by: one_of(query, "order_by", OrderBy::VALUES)?,
            direction: ascending.map_or(habits.default_direction, given),
            limit: limit(query, habits)?,
            offset: number(query, "offset", MAXIMUM_OFFSET)?.unwrap_or(0),
            shape: PageShape::default(),
            habits: *habits,
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
    pub(crate) fn page(&self, store: &Store) -> Result<Page, Refusal> {
        let (key, direction) = self.order();
        let mut page = if self.filter.is_empty() {
            self.cut(store.ordered(key, direction))
        } else {
            self.cut(&store.filtered(&self.filter, key, direction))
        }?;
        if self.habits.total_of_all {
            page.total = store.by_id().len();
        }
        Ok(page)
    }

    /// The part of a list that is on the page.
    fn cut(&self, list: &[Arc<Entry>]) -> Result<Page, Refusal> {
        let is_past_end = self.offset > 0 && self.offset >= list.len();
        let offset = match self.habits.past_end {
            PastEnd::Refused if is_past_end => {
                return Err(Refusal::invalid_parameter("offset", "must be less than the number of tasks"));
            }
            PastEnd::First if is_past_end => 0,
            PastEnd::Last if is_past_end => list.len().saturating_sub(1) / self.limit.max(1) * self.limit,
            _ => self.shape.offset(self.offset, list.len()),
        };
        let tasks = list.iter().skip(offset).take(self.shape.limit(self.limit));
        Ok(Page { total: list.len(), tasks: tasks.cloned().collect(), unset: self.habits.unset })
    }

    fn order(&self) -> (Key, Direction) {
        let direction = self.direction;
        match self.order_by {
            Some(OrderBy::ClusterName) => (Key::ClusterName, direction),
            Some(OrderBy::CreateTime) => (Key::CreateTime, direction),
            Some(OrderBy::UpdateTime) => (Key::UpdateTime, direction),
            Some(OrderBy::SyncTime) => (Key::SyncTime, direction),
            // So is one that a newer document lists and this file does not know yet.
            None | Some(_) => self.habits.default_order,
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
            json.extend_from_slice(&self.unset.fill(&entry.json));
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

/// The size of the page.
fn limit(query: &str, habits: &Habits) -> Result<usize, Refusal> {
    let is_bounded = habits.large_limit == LargeLimit::Refused;
    let asked = number(query, "limit", if is_bounded { MAXIMUM_LIMIT } else { usize::MAX })?;
    match (asked, habits.zero_limit) {
        (None, _) | (Some(0), ZeroLimit::Default) => Ok(habits.default_limit),
        (Some(0), ZeroLimit::Refused) => Err(Refusal::invalid_parameter("limit", "must be 1 or more")),
        (Some(asked), _) if habits.large_limit == LargeLimit::Honoured => Ok(asked),
        (Some(asked), _) => Ok(asked.min(MAXIMUM_LIMIT)),
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
        page_under("", query).unwrap()
    }

    /// Under this habit, if there is one.
    fn page_under(habit: &str, query: &str) -> Result<Page, Refusal> {
        let habits = if habit.is_empty() { Habits::default() } else { habit.parse().unwrap() };
        ListQuery::parse(query, &habits)?.page(&tasks().into_iter().collect())
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
        assert_eq!(ListQuery::parse("", &Habits::default()).unwrap().page(&many).unwrap().tasks.len(), 10);
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
    fn habits_decide_where_no_document_does() {
        let listed = |habit: &str, query: &str| match page_under(habit, query) {
            Ok(page) => page.tasks.iter().filter_map(|entry| entry.task.id.as_deref()).collect(),
            Err(_) => "refused".to_owned(),
        };
        for (habit, query, expected) in [
            ("default-limit=2", "", "da"),
            ("default-order=cluster-name", "", "acbd"),
            ("default-direction=asc", "order_by=CREATE_TIME", "bacd"),
            ("large-limit=clamped", "limit=101", "dacb"),
            ("large-limit=honoured", "limit=101", "dacb"),
            ("zero-limit=refused", "limit=0", "refused"),
            ("zero-limit=default", "limit=0", "dacb"),
            ("past-end=refused", "offset=4", "refused"),
            ("past-end=refused", "offset=3", "b"),
            ("past-end=first", "offset=4&limit=3", "dac"),
            ("past-end=last", "offset=9&limit=3", "b"),
            ("name=whole", "cluster_name=dws", ""),
            ("name=whole", "cluster_name=dws_1", "a"),
            ("name=part-any-case", "cluster_name=DWS", "ac"),
        ] {
            assert_eq!(listed(habit, query), expected, "{habit} {query}");
        }
        assert_eq!(page_under("total=all", "cluster_name=mrs").unwrap().total, 4);
        let many: Store = (0..120).map(|index| task(&format!("{index:03}"), "dws", 0)).collect();
        for (habit, count) in [("large-limit=clamped", 100), ("large-limit=honoured", 110)] {
            let query = ListQuery::parse("limit=110", &habit.parse().unwrap()).unwrap();
            assert_eq!(query.page(&many).unwrap().tasks.len(), count, "{habit}");
        }
    }

    #[test]
    fn bounds_are_part_of_the_range() {
        for query in ["limit=0", "limit=100", "offset=0", "offset=99999", "unheard_of=%zz"] {
            assert!(ListQuery::parse(query, &Habits::default()).is_ok(), "{query}");
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
            let refusal = ListQuery::parse(&format!("{name}={value}"), &Habits::default()).unwrap_err();
            let Refusal::Service { code, message } = refusal else { panic!("{refusal:?}") };
            assert!(code.starts_with("DLS.") && message.contains(name), "{code} {message}");
        }
    }
}
