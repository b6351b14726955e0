//! What tasks are filtered by, and the list under the filter that was asked for last.

use std::sync::{Arc, Mutex, PoisonError};

use dataarts_security::types::{ClusterType, MemberSyncTask, ScheduleStatus, SyncStatus};

use super::{Direction, Entry, Key};
use crate::habits::NameMatch;

/// What a task must have to be listed; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) cluster_type: Option<ClusterType>,
    pub(crate) cluster_name: Option<String>,
    pub(crate) sync_status: Option<SyncStatus>,
    pub(crate) schedule_status: Option<ScheduleStatus>,
    pub(crate) name_match: NameMatch,
}

impl Filter {
    /// Whether every task passes.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { cluster_type, cluster_name, sync_status, schedule_status, name_match: _ } = self;
        cluster_type.is_none() && cluster_name.is_none() && sync_status.is_none() && schedule_status.is_none()
    }

    fn matches(&self, task: &MemberSyncTask) -> bool {
        fn passes<T: PartialEq>(wanted: Option<&T>, actual: Option<&T>) -> bool {
            wanted.is_none() || wanted == actual
        }
        let name = task.cluster_name.as_deref().unwrap_or_default();
        passes(self.cluster_type.as_ref(), task.cluster_type.as_ref())
            && passes(self.sync_status.as_ref(), task.sync_status.as_ref())
            && passes(self.schedule_status.as_ref(), task.schedule_status.as_ref())
            && self.cluster_name.as_ref().is_none_or(|asked| self.name_match.matches(name, asked))
    }
}

/// The last list under a filter, because whoever asks for one of its pages will ask for the next.
#[derive(Debug, Default)]
pub(super) struct LastFiltered(Mutex<Option<Filtered>>);

#[derive(Debug)]
struct Filtered {
    filter: Filter,
    order: (Key, Direction),
    list: Arc<[Arc<Entry>]>,
}

impl LastFiltered {
    /// The tasks of `all`, which come in this order, that pass the filter.
    pub(super) fn get(&self, filter: &Filter, order: (Key, Direction), all: &[Arc<Entry>]) -> Arc<[Arc<Entry>]> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(last) if (&last.filter, last.order) == (filter, order) => last.list.clone(),
            _ => {
                let list: Arc<[_]> = all.iter().filter(|entry| filter.matches(&entry.task)).cloned().collect();
                *last = Some(Filtered { filter: filter.clone(), order, list: list.clone() });
                list
            }
        }
    }

    /// Forgets it, because tasks have changed.
    pub(super) fn clear(&mut self) {
        *self.0.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
