//! The tasks that are there, ready to be listed in any order.
//!
//! A page is cut out of an index and put together from bytes that were serialised when the task came in, so that a page
//! of 100,000 tasks costs no more than one of 100. Tasks change seldom and pay for it: each change goes into every index.

mod filter;
mod index;

use std::collections::BTreeMap;
use std::sync::Arc;

use dataarts_security::types::MemberSyncTask;

use self::filter::LastFiltered;
use self::index::Index;

pub(crate) use self::filter::Filter;
pub(crate) use self::index::{Direction, Key};

/// A task, and the JSON that it is answered with.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) task: MemberSyncTask,
    pub(crate) json: Box<[u8]>,
}

impl Entry {
    fn new(task: MemberSyncTask) -> Arc<Self> {
        // Texts, numbers and times are all there is in a task; none of them can fail.
        let json = serde_json::to_vec(&task).unwrap_or_default().into_boxed_slice();
        Arc::new(Self { task, json })
    }

    /// A task without an id is kept under the empty one.
    fn id(&self) -> &str {
        self.task.id.as_deref().unwrap_or_default()
    }
}

/// Tasks by id, and in every order that can be asked for.
#[derive(Debug)]
pub(crate) struct Store {
    by_id: Vec<Arc<Entry>>,
    indexes: Vec<Index>,
    filtered: LastFiltered,
}

impl Store {
    /// Puts a task in; returns the one that had its id.
    pub(crate) fn insert(&mut self, task: MemberSyncTask) -> Option<MemberSyncTask> {
        let entry = Entry::new(task);
        let replaced = self.remove(entry.id());
        let position = self.by_id.partition_point(|other| other.id() < entry.id());
        self.by_id.insert(position, entry.clone());
        for index in &mut self.indexes {
            index.insert(&entry);
        }
        self.filtered.clear();
        replaced
    }

    /// Changes a task, its id too if that is wanted; returns whether it is there.
    pub(crate) fn update(&mut self, id: &str, change: impl FnOnce(&mut MemberSyncTask)) -> bool {
        // Changed on a copy, so that a panic in `change` loses nothing.
        let Some(mut task) = self.get(id).map(|entry| entry.task.clone()) else { return false };
        change(&mut task);
        if task.id.as_deref().unwrap_or_default() != id {
            self.remove(id);
        }
        self.insert(task);
        true
    }

    /// Takes a task out.
    pub(crate) fn remove(&mut self, id: &str) -> Option<MemberSyncTask> {
        let entry = self.by_id.remove(self.position(id)?);
        for index in &mut self.indexes {
            index.remove(&entry);
        }
        self.filtered.clear();
        // A page that is being sent may still hold it.
        Some(Arc::try_unwrap(entry).map_or_else(|shared| shared.task.clone(), |entry| entry.task))
    }

    /// The task with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Entry>> {
        self.by_id.get(self.position(id)?)
    }

    /// All tasks, in the order of their ids.
    pub(crate) fn by_id(&self) -> &[Arc<Entry>] {
        &self.by_id
    }

    /// All tasks in this order; equal ones in the order of their ids, whatever the direction.
    pub(crate) fn ordered(&self, key: Key, direction: Direction) -> &[Arc<Entry>] {
        self.indexes.iter().find(|index| index.is(key, direction)).map(Index::entries).unwrap_or_default()
    }

    /// The same without those that do not pass the filter.
    pub(crate) fn filtered(&self, filter: &Filter, key: Key, direction: Direction) -> Arc<[Arc<Entry>]> {
        self.filtered.get(filter, (key, direction), self.ordered(key, direction))
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.by_id.binary_search_by(|entry| entry.id().cmp(id)).ok()
    }
}

impl FromIterator<MemberSyncTask> for Store {
    /// Of several tasks with one id the last counts.
    fn from_iter<I: IntoIterator<Item = MemberSyncTask>>(tasks: I) -> Self {
        let by_id: BTreeMap<_, _> =
            tasks.into_iter().map(|task| (task.id.clone().unwrap_or_default(), Entry::new(task))).collect();
        let by_id: Vec<_> = by_id.into_values().collect();
        let indexes = Index::all(&by_id);
        Self { by_id, indexes, filtered: LastFiltered::default() }
    }
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;

    use super::*;

    fn task(id: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(id.to_owned());
        task
    }

    fn store(tasks: &[MemberSyncTask]) -> Store {
        tasks.iter().cloned().collect()
    }

    fn ids(entries: &[Arc<Entry>]) -> Vec<&str> {
        entries.iter().map(|entry| entry.id()).collect()
    }

    #[test]
    fn a_task_with_a_known_id_replaces_the_old_one() {
        let mut store = store(&[task("b"), task("a")]);
        let mut renamed = task("a");
        renamed.cluster_name = Some("new".to_owned());
        assert_eq!(store.insert(renamed.clone()), Some(task("a")));
        assert_eq!(store.get("a").unwrap().task, renamed);
        assert_eq!(ids(store.by_id()), ["a", "b"]);
    }

    #[test]
    fn an_update_may_move_a_task_to_another_id() {
        let mut store = store(&[task("a")]);
        assert!(store.update("a", |task| task.id = Some("z".to_owned())));
        assert!(!store.update("a", |_| ()));
        assert_eq!(ids(store.by_id()), ["z"]);
    }

    #[test]
    fn what_is_removed_is_gone() {
        let mut store = store(&[task("a")]);
        assert_eq!(store.remove("a"), Some(task("a")));
        assert_eq!(store.remove("a"), None);
        assert!(store.get("a").is_none());
        assert!(store.ordered(Key::SyncTime, Direction::Ascending).is_empty());
    }

    #[test]
    fn the_bytes_are_those_of_the_task_as_it_is_now() {
        let mut store = store(&[task("a")]);
        store.update("a", |task| task.cluster_name = Some("数据".to_owned()));
        let json: serde_json::Value = serde_json::from_slice(&store.get("a").unwrap().json).unwrap();
        assert_eq!(json, serde_json::json!({"id": "a", "cluster_name": "数据"}));
    }

    #[test]
    fn a_filtered_list_follows_every_change_and_every_other_filter() {
        let named = |id: &str, name: &str| {
            let mut task = task(id);
            task.cluster_name = Some(name.to_owned());
            task
        };
        let mut store = store(&[named("a", "dws_1"), named("b", "dws_2"), named("c", "mrs_1")]);
        let listed = |store: &Store, part: &str, direction| {
            let filter = Filter { cluster_name: Some(part.to_owned()), ..Filter::default() };
            store.filtered(&filter, Key::ClusterName, direction).iter().map(|entry| entry.id()).collect::<String>()
        };
        assert_eq!(listed(&store, "dws", Direction::Ascending), "ab");
        assert_eq!(listed(&store, "dws", Direction::Descending), "ba");
        assert_eq!(listed(&store, "mrs", Direction::Descending), "c");
        store.insert(named("d", "mrs_2"));
        assert_eq!(listed(&store, "mrs", Direction::Descending), "dc");
        store.remove("c");
        assert_eq!(listed(&store, "mrs", Direction::Descending), "d");
        store.update("d", |task| task.cluster_name = None);
        assert_eq!(listed(&store, "mrs", Direction::Descending), "");
    }

    #[test]
    fn after_any_changes_every_order_is_as_if_the_tasks_had_just_come_in() {
        let mut random = fastrand::Rng::with_seed(3);
        let mut changed = store(&[]);
        for _ in 0..500 {
            let mut task = task(&random.u8(0..40).to_string());
            task.cluster_name = random.bool().then(|| random.lowercase().to_string());
            let mut time = || random.bool().then(|| Timestamp::from_millisecond(random.i64(0..5)));
            (task.create_time, task.update_time, task.sync_time) = (time(), time(), time());
            if random.u8(0..3) == 0 {
                changed.remove(task.id.as_deref().unwrap());
            } else {
                changed.insert(task);
            }
        }
        let tasks: Vec<_> = changed.by_id().iter().map(|entry| entry.task.clone()).collect();
        let fresh = store(&tasks);
        assert!(tasks.len() > 10);
        assert_eq!(ids(changed.by_id()), ids(fresh.by_id()));
        for (one, other) in changed.indexes.iter().zip(&fresh.indexes) {
            assert_eq!(ids(one.entries()), ids(other.entries()));
        }
    }
}
