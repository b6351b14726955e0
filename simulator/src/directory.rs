//! Where the ids come from: the instances of the project, their workspaces, and the data connections of each.
//!
//! What tasks name is there: a directory takes notice of them. What is taken out of the tasks stays in it, since a data
//! connection outlives its task.

pub(crate) mod page;
mod query;
mod records;

use std::collections::BTreeMap;

use dataarts_security::types::{CommodityOrder, DataConnection, MemberSyncTask, Workspace};

use crate::demo::INSTANCE_ID;

pub(crate) use self::query::{ConnectionFilter, ConnectionQuery, PageQuery};

/// What exists beside the tasks, by id.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    instances: BTreeMap<String, CommodityOrder>,
    workspaces: BTreeMap<String, Workspace>,
    /// By workspace, then by id.
    connections: BTreeMap<String, BTreeMap<String, DataConnection>>,
}

impl Directory {
    /// One instance with one workspace.
    pub(crate) fn new(project_id: &str, workspace: &str) -> Self {
        let mut directory = Self::default();
        directory.add_workspace(project_id, INSTANCE_ID, workspace, true);
        directory
    }

    /// Adds data connections that no task names.
    pub(crate) fn add_spare_connections(&mut self, workspace: &str) {
        let spare = records::spare_connections().map(|connection| (id_of(&connection), connection));
        self.connections.entry(workspace.to_owned()).or_default().extend(spare);
    }

    /// Takes up the instance, the workspace and the data connection of this task.
    pub(crate) fn notice(&mut self, task: &MemberSyncTask) {
        let (Some(workspace), Some(connection)) = (&task.data_connection_workspace, &task.data_connection_id) else {
            return;
        };
        let instance = task.instance_id.as_deref().unwrap_or(INSTANCE_ID);
        if !self.workspaces.contains_key(workspace) || !self.instances.contains_key(instance) {
            self.add_workspace(task.project_id.as_deref().unwrap_or_default(), instance, workspace, false);
        }
        if !self.connections.get(workspace).is_some_and(|known| known.contains_key(connection)) {
            let record = records::connection_of(task, connection);
            self.connections.entry(workspace.clone()).or_default().insert(connection.clone(), record);
        }
    }

    /// Whether there is a workspace with this id.
    pub(crate) fn has_workspace(&self, id: &[u8]) -> bool {
        self.workspaces.keys().any(|known| known.as_bytes() == id)
    }

    /// Every instance.
    pub(crate) fn instances(&self) -> Vec<&CommodityOrder> {
        self.instances.values().collect()
    }

    /// The workspaces of this instance; nothing where there is no such instance.
    pub(crate) fn workspaces(&self, instance: &str) -> Option<Vec<&Workspace>> {
        let of_instance = |workspace: &&Workspace| workspace.instance_id.as_deref() == Some(instance);
        self.instances.contains_key(instance).then(|| self.workspaces.values().filter(of_instance).collect())
    }

    /// How many data connections this workspace has, and those of them that pass the filter.
    pub(crate) fn connections(&self, workspace: &str, filter: &ConnectionFilter) -> (usize, Vec<&DataConnection>) {
        let all = self.connections.get(workspace);
        let passing = all.into_iter().flat_map(BTreeMap::values).filter(|connection| filter.matches(connection));
        (all.map_or(0, BTreeMap::len), passing.collect())
    }

    fn add_workspace(&mut self, project_id: &str, instance: &str, workspace: &str, is_default: bool) {
        self.instances.entry(instance.to_owned()).or_insert_with(|| records::instance(project_id, instance));
        self.workspaces
            .entry(workspace.to_owned())
            .or_insert_with(|| records::workspace(project_id, instance, workspace, is_default));
    }
}

fn id_of(connection: &DataConnection) -> String {
    connection.dw_id.clone().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DEMO_PROJECT_ID, DEMO_WORKSPACE, demo};
    use dataarts_security::Timestamp;

    fn demo_directory() -> (Directory, Vec<MemberSyncTask>) {
        let tasks = demo::tasks(Timestamp::from_millisecond(1_767_225_600_000), DEMO_PROJECT_ID);
        let mut directory = Directory::new(DEMO_PROJECT_ID, DEMO_WORKSPACE);
        directory.add_spare_connections(DEMO_WORKSPACE);
        tasks.iter().for_each(|task| directory.notice(task));
        (directory, tasks)
    }

    fn connections<'a>(directory: &'a Directory, workspace: &str) -> Vec<&'a DataConnection> {
        directory.connections(workspace, &ConnectionFilter::default()).1
    }

    #[test]
    fn all_that_a_task_names_exists() {
        let (directory, tasks) = demo_directory();
        for task in tasks {
            let instance = task.instance_id.as_deref().unwrap();
            let workspace = task.data_connection_workspace.as_deref().unwrap();
            assert!(directory.instances().iter().any(|order| order.resource_id.as_deref() == Some(instance)));
            let workspaces = directory.workspaces(instance).unwrap();
            assert!(workspaces.iter().any(|found| found.id.as_deref() == Some(workspace)));
            let connection =
                connections(&directory, workspace).into_iter().find(|found| found.dw_id == task.data_connection_id);
            assert_eq!(connection.unwrap().dw_name, task.data_connection_name);
        }
    }

    #[test]
    fn some_connections_have_no_task_and_some_of_these_could_have_one() {
        let (directory, tasks) = demo_directory();
        let named = |id: &Option<String>| tasks.iter().any(|task| task.data_connection_id == *id);
        let spare: Vec<_> = connections(&directory, DEMO_WORKSPACE)
            .into_iter()
            .filter(|connection| !named(&connection.dw_id))
            .filter_map(|connection| Some(connection.dw_type.as_ref()?.to_string()))
            .collect();
        for kind in ["DWS", "RANGER", "HIVE", "DLI"] {
            assert!(spare.iter().any(|found| found == kind), "{kind} in {spare:?}");
        }
    }

    #[test]
    fn an_instance_that_nobody_bought_has_no_workspaces() {
        assert!(demo_directory().0.workspaces("0").is_none());
    }

    #[test]
    fn a_directory_without_tasks_has_one_instance_with_one_workspace() {
        let directory = Directory::new("p", "w");
        assert_eq!(directory.instances().len(), 1);
        assert_eq!(directory.workspaces(INSTANCE_ID).unwrap().len(), 1);
        assert!(directory.has_workspace(b"w") && !directory.has_workspace(b"v"));
        assert!(connections(&directory, "w").is_empty());
    }

    #[test]
    fn a_task_without_a_connection_changes_nothing() {
        let mut directory = Directory::new("p", "w");
        directory.notice(&MemberSyncTask::default());
        assert_eq!(directory.workspaces.len(), 1);
    }
}
