//! The service: what it holds, which paths it has, and what goes around every answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;

use crate::admission;
use crate::authentication::Authentication;
use crate::clock::Clock;
use crate::journal::{Journal, RecordedRequest};
use crate::operations::{list_member_sync_tasks, show_member_sync_task};
use crate::refusal::Refusal;
use crate::store::Store;

const TASKS: &str = "/v1/{project_id}/security/member-sync-tasks";
const TASK: &str = "/v1/{project_id}/security/member-sync-tasks/{task_id}";

/// Everything that requests share.
pub(crate) struct Service {
    pub(crate) authentication: Authentication,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) project_id: String,
    pub(crate) workspace: String,
    store: RwLock<Store>,
    requests: AtomicU64,
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
        let (store, journal, requests) = (RwLock::new(store), Journal::default(), AtomicU64::new(0));
        Self { authentication, clock, journal, project_id, workspace, store, requests }
    }

    /// The tasks, to look at.
    pub(crate) fn tasks(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tasks, to change.
    pub(crate) fn tasks_mut(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never the same twice: the time, then a count.
    fn next_request_id(&self) -> String {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{count:016x}", self.clock.now().as_millisecond())
    }
}

/// Every path of the service. A request goes from [`around`] to [`admission::admit`] to its operation.
pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route(TASKS, get(list_member_sync_tasks))
        .route(TASK, get(show_member_sync_task))
        .route_layer(from_fn_with_state(service.clone(), admission::admit))
        .fallback(async || Refusal::unknown_api())
        .layer(from_fn_with_state(service.clone(), around))
        .with_state(service)
}

/// Gives the request an id, writes out a refusal with it, and keeps a record.
async fn around(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let request_id = service.next_request_id();
    let (parts, body) = request.into_parts();
    let mut record = RecordedRequest::arrived(&parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        response = refusal.render(&request_id);
    }
    if let Ok(request_id) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert("x-request-id", request_id);
    }
    record.status = response.status().as_u16();
    service.journal.record(record);
    response
}
