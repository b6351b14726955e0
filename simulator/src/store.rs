//! The tasks that are there.

use std::collections::BTreeMap;

use dataarts_security::types::MemberSyncTask;

/// Tasks by id. A task without an id is kept under the empty one.
#[derive(Debug, Default)]
pub(crate) struct Store(BTreeMap<String, MemberSyncTask>);

impl Store {
    /// Puts a task in; returns the one that had its id.
    pub(crate) fn insert(&mut self, task: MemberSyncTask) -> Option<MemberSyncTask> {
        self.0.insert(task.id.clone().unwrap_or_default(), task)
    }

    /// Changes a task, its id too if that is wanted; returns whether it is there.
    pub(crate) fn update(&mut self, id: &str, change: impl FnOnce(&mut MemberSyncTask)) -> bool {
        // Changed on a copy, so that a panic in `change` loses nothing.
        let Some(mut task) = self.get(id).cloned() else { return false };
        change(&mut task);
        if task.id.as_deref().unwrap_or_default() != id {
            self.remove(id);
        }
        self.insert(task);
        true
    }

    /// Takes a task out.
    pub(crate) fn remove(&mut self, id: &str) -> Option<MemberSyncTask> {
        self.0.remove(id)
    }

    /// The task with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&MemberSyncTask> {
        self.0.get(id)
    }

    /// All tasks, in the order of their ids.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = &MemberSyncTask> {
        self.0.values()
    }
}

impl FromIterator<MemberSyncTask> for Store {
    fn from_iter<I: IntoIterator<Item = MemberSyncTask>>(tasks: I) -> Self {
        let mut store = Self::default();
        for task in tasks {
            store.insert(task);
        }
        store
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(id.to_owned());
        task
    }

    fn ids(store: &Store) -> Vec<&str> {
        store.tasks().filter_map(|task| task.id.as_deref()).collect()
    }

    #[test]
    fn a_task_with_a_known_id_replaces_the_old_one() {
        let mut store: Store = [task("b"), task("a")].into_iter().collect();
        let mut renamed = task("a");
        renamed.cluster_name = Some("new".to_owned());
        assert_eq!(store.insert(renamed.clone()), Some(task("a")));
        assert_eq!(store.get("a"), Some(&renamed));
        assert_eq!(ids(&store), ["a", "b"]);
    }

    #[test]
    fn an_update_may_move_a_task_to_another_id() {
        let mut store: Store = [task("a")].into_iter().collect();
        assert!(store.update("a", |task| task.id = Some("z".to_owned())));
        assert!(!store.update("a", |_| ()));
        assert_eq!(ids(&store), ["z"]);
    }

    #[test]
    fn what_is_removed_is_gone() {
        let mut store: Store = [task("a")].into_iter().collect();
        assert_eq!(store.remove("a"), Some(task("a")));
        assert_eq!(store.remove("a"), None);
        assert_eq!(store.get("a"), None);
    }
}
