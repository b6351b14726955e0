//! The operations of the document, for a request that was let in.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use dataarts_security::types::MemberSyncTask;

use crate::listing::{ListQuery, Page};
use crate::refusal::Refusal;
use crate::service::Service;

/// ListSecurityMemberSyncTasks.
pub(crate) async fn list_member_sync_tasks(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Page>, Refusal> {
    let query = ListQuery::parse(query.as_deref().unwrap_or_default())?;
    Ok(Json(query.page(service.tasks().tasks())))
}

/// ShowSecurityMemberSyncTask.
pub(crate) async fn show_member_sync_task(
    State(service): State<Arc<Service>>,
    Path((_project_id, task_id)): Path<(String, String)>,
) -> Result<Json<MemberSyncTask>, Refusal> {
    let task = service.tasks().get(&task_id).cloned();
    task.map(Json).ok_or_else(|| Refusal::unknown_task(&task_id))
}
