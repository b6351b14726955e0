//! The service: what it holds, which paths it has, and what goes around every answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use dataarts_security::types::MemberSyncTask;

use crate::admission;
use crate::authentication::Authentication;
use crate::churn::Churning;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::exchange::exchange;
use crate::fault::Faults;
use crate::habits::Habits;
use crate::iam::{self, Iam};
use crate::journal::Journal;
use crate::metadata::{self, Instance};
use crate::operations::{
    list_data_connections, list_instances, list_member_sync_tasks, list_workspaces, show_member_sync_task,
};
use crate::page_shape::PageShape;
use crate::refusal::Refusal;
use crate::store::Store;
use crate::throttle::Window;

const TASKS: &str = "/v1/{project_id}/security/member-sync-tasks";
const TASK: &str = "/v1/{project_id}/security/member-sync-tasks/{task_id}";
const INSTANCES: &str = "/v1/{project_id}/instances";
const WORKSPACES: &str = "/v1/{project_id}/workspaces/{instance_id}";
const CONNECTIONS: &str = "/v1/{project_id}/data-connections";

/// Everything that requests share.
pub(crate) struct Service {
    pub(crate) authentication: Authentication,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) project_id: String,
    pub(crate) workspace: String,
    /// What the throttle let through; nothing is throttled without.
    pub(crate) window: Option<Window>,
    /// What changes by itself; nothing does without.
    pub(crate) churning: Option<Churning>,
    /// Who can log in.
    pub(crate) iam: Iam,
    /// The machine that asks for its metadata.
    pub(crate) instance: Instance,
    /// How every answer differs from the service's.
    pub(crate) settings: Settings,
    /// How some of them go wrong.
    pub(crate) faults: Faults,
    store: RwLock<Store>,
    directory: Mutex<Directory>,
    requests: AtomicU64,
}

/// What holds for every answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    /// How much longer it takes.
    pub(crate) latency: Duration,
    /// What the page of a list is bent to.
    pub(crate) page_shape: PageShape,
    /// What is done where no document says it.
    pub(crate) habits: Habits,
}

impl Service {
    /// A service that holds these tasks.
    pub(crate) fn new(
        store: Store,
        authentication: Authentication,
        clock: Clock,
        project_id: String,
        workspace: String,
    ) -> Self {
        let (settings, faults) = (Settings::default(), Faults::default());
        let directory = Mutex::new(Directory::new(&project_id, &workspace));
        let (store, journal, requests) = (RwLock::new(store), Journal::default(), AtomicU64::new(0));
        Self {
            authentication,
            clock,
            journal,
            project_id,
            workspace,
            window: None,
            churning: None,
            iam: Iam::default(),
            instance: Instance::default(),
            settings,
            faults,
            store,
            directory,
            requests,
        }
    }

    /// The tasks, to look at.
    pub(crate) fn tasks(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tasks, to change.
    pub(crate) fn tasks_mut(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The directory, with all that the tasks name.
    pub(crate) fn directory(&self) -> MutexGuard<'_, Directory> {
        let tasks = self.tasks();
        let mut directory = self.lock_directory();
        tasks.by_id().iter().for_each(|entry| directory.notice(&entry.task));
        directory
    }

    /// Adds data connections that no task names.
    pub(crate) fn add_spare_connections(&self) {
        self.lock_directory().add_spare_connections(&self.workspace);
    }

    /// Whether there is a workspace with this id: the one set, or one that a task names.
    pub(crate) fn has_workspace(&self, id: &[u8]) -> bool {
        // The first is what nearly all ask for, and costs no look at the tasks.
        self.workspace.as_bytes() == id || self.directory().has_workspace(id)
    }

    /// Takes a task out; its data connection stays.
    pub(crate) fn remove(&self, id: &str) -> Option<MemberSyncTask> {
        let removed = self.tasks_mut().remove(id);
        if let Some(task) = &removed {
            self.lock_directory().notice(task);
        }
        removed
    }

    fn lock_directory(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the tasks change as they do between two requests.
    pub(crate) fn churn(&self) {
        if let Some(churning) = &self.churning {
            churning.apply(&mut self.tasks_mut(), &self.project_id);
        }
    }

    /// Never the same twice: the time, then a count.
    pub(crate) fn next_request_id(&self) -> String {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{count:016x}", self.clock.now().as_millisecond())
    }
}

/// Every path of the service. A request goes from [`exchange`] to [`admission::admit`] to its operation, and by
/// [`admission::in_workspace`] where that is about a workspace.
pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route(TASKS, get(list_member_sync_tasks))
        .route(TASK, get(show_member_sync_task))
        .route(CONNECTIONS, get(list_data_connections))
        .route_layer(from_fn_with_state(service.clone(), admission::in_workspace))
        .route(INSTANCES, get(list_instances))
        .route(WORKSPACES, get(list_workspaces))
        .route_layer(from_fn_with_state(service.clone(), admission::admit))
        .merge(iam::router())
        .merge(metadata::router())
        .fallback(async || Refusal::unknown_api())
        .layer(from_fn_with_state(service.clone(), exchange))
        .with_state(service)
}
