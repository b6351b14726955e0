//! The service: what it holds, which paths it has, and what goes around every answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::admission;
use crate::authentication::Authentication;
use crate::churn::Churning;
use crate::clock::Clock;
use crate::exchange::exchange;
use crate::fault::Faults;
use crate::iam::{self, Iam};
use crate::journal::Journal;
use crate::metadata::{self, Instance};
use crate::operations::{list_member_sync_tasks, show_member_sync_task};
use crate::page_shape::PageShape;
use crate::refusal::Refusal;
use crate::store::Store;
use crate::throttle::Window;

const TASKS: &str = "/v1/{project_id}/security/member-sync-tasks";
const TASK: &str = "/v1/{project_id}/security/member-sync-tasks/{task_id}";

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
    requests: AtomicU64,
}

/// What holds for every answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    /// How much longer it takes.
    pub(crate) latency: Duration,
    /// What the page of a list is bent to.
    pub(crate) page_shape: PageShape,
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

/// Every path of the service. A request goes from [`exchange`] to [`admission::admit`] to its operation.
pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route(TASKS, get(list_member_sync_tasks))
        .route(TASK, get(show_member_sync_task))
        .route_layer(from_fn_with_state(service.clone(), admission::admit))
        .merge(iam::router())
        .merge(metadata::router())
        .fallback(async || Refusal::unknown_api())
        .layer(from_fn_with_state(service.clone(), exchange))
        .with_state(service)
}
