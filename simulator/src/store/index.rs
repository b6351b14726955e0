//! All tasks in one order.

use std::cmp::Ordering;
use std::sync::Arc;

use dataarts_security::Timestamp;
use dataarts_security::types::MemberSyncTask;

use super::Entry;

/// What tasks are ordered by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Key {
    ClusterName,
    CreateTime,
    UpdateTime,
    SyncTime,
}

/// Which way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// What a task has under a [`Key`]; of one index all are of one kind.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum Value<'a> {
    Name(&'a str),
    Time(Timestamp),
}

impl Key {
    /// A name that is not there is empty, and a time that is not there means never, as 0 does.
    fn of(self, task: &MemberSyncTask) -> Value<'_> {
        match self {
            Self::ClusterName => Value::Name(task.cluster_name.as_deref().unwrap_or_default()),
            Self::CreateTime => Value::Time(task.create_time.unwrap_or_default()),
            Self::UpdateTime => Value::Time(task.update_time.unwrap_or_default()),
            Self::SyncTime => Value::Time(task.sync_time.unwrap_or_default()),
        }
    }
}

impl Direction {
    fn apply(self, ascending: Ordering) -> Ordering {
        match self {
            Self::Ascending => ascending,
            Self::Descending => ascending.reverse(),
        }
    }
}

/// All tasks by a key, equal ones by their id, ascending in either direction.
///
/// For that reason the one direction is not the other read backwards, and each has an index of its own.
#[derive(Debug)]
pub(super) struct Index {
    key: Key,
    direction: Direction,
    entries: Vec<Arc<Entry>>,
}

impl Index {
    /// Every index there is, over tasks that come in the order of their ids.
    pub(super) fn all(by_id: &[Arc<Entry>]) -> Vec<Self> {
        [Key::ClusterName, Key::CreateTime, Key::UpdateTime, Key::SyncTime]
            .into_iter()
            .flat_map(|key| [Direction::Ascending, Direction::Descending].map(|direction| (key, direction)))
            .map(|(key, direction)| Self::new(key, direction, by_id))
            .collect()
    }

    fn new(key: Key, direction: Direction, by_id: &[Arc<Entry>]) -> Self {
        // Beside the entry, so that sorting many of them does not have to fetch each from memory again and again.
        let mut keyed: Vec<_> = by_id.iter().map(|entry| (key.of(&entry.task), entry)).collect();
        // The sort is stable, so equal tasks stay in the order of their ids, whatever the direction.
        keyed.sort_by(|(one, _), (other, _)| direction.apply(one.cmp(other)));
        Self { key, direction, entries: keyed.into_iter().map(|(_, entry)| entry.clone()).collect() }
    }

    /// Whether it is the index of this order.
    pub(super) fn is(&self, key: Key, direction: Direction) -> bool {
        (self.key, self.direction) == (key, direction)
    }

    /// All tasks, in order.
    pub(super) fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// Puts a task in whose id is not there.
    pub(super) fn insert(&mut self, entry: &Arc<Entry>) {
        let position = self.position(entry);
        self.entries.insert(position, entry.clone());
    }

    /// Takes a task out, where it is there.
    pub(super) fn remove(&mut self, entry: &Arc<Entry>) {
        let position = self.position(entry);
        if self.entries.get(position).is_some_and(|found| Arc::ptr_eq(found, entry)) {
            self.entries.remove(position);
        }
    }

    /// Where a task is, or belongs.
    fn position(&self, entry: &Entry) -> usize {
        let value = self.key.of(&entry.task);
        self.entries.partition_point(|other| {
            let order = self.direction.apply(self.key.of(&other.task).cmp(&value));
            order.then_with(|| other.id().cmp(entry.id())).is_lt()
        })
    }
}
