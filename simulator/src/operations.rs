//! The operations of the document, for a request that was let in.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use crate::directory::{ConnectionQuery, PageQuery, page};
use crate::listing::ListQuery;
use crate::page_shape::PageShape;
use crate::refusal::Refusal;
use crate::service::Service;

/// ListSecurityMemberSyncTasks.
pub(crate) async fn list_member_sync_tasks(
    State(service): State<Arc<Service>>,
    Extension(shape): Extension<PageShape>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = ListQuery::parse(query.as_deref().unwrap_or_default(), &service.settings.habits)?;
    let page = query.with_shape(shape).page(&service.tasks())?;
    service.churn();
    Ok(json(page.into_json()))
}

/// ShowSecurityMemberSyncTask.
pub(crate) async fn show_member_sync_task(
    State(service): State<Arc<Service>>,
    Path((_project_id, task_id)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let entry = service.tasks().get(&task_id).cloned();
    let unset = service.settings.habits.unset;
    entry.map(|entry| json(unset.fill(&entry.json).into_owned())).ok_or_else(|| Refusal::unknown_task(&task_id))
}

/// ListDataArtsStudioInstances.
pub(crate) async fn list_instances(
    State(service): State<Arc<Service>>,
    Extension(shape): Extension<PageShape>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = PageQuery::parse(query.as_deref().unwrap_or_default(), shape)?;
    Ok(Json(page::instances(&service.directory(), &query)).into_response())
}

/// ListManagerWorkSpaces.
pub(crate) async fn list_workspaces(
    State(service): State<Arc<Service>>,
    Extension(shape): Extension<PageShape>,
    Path((_project_id, instance_id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = PageQuery::parse(query.as_deref().unwrap_or_default(), shape)?;
    let page = page::workspaces(&service.directory(), &instance_id, &query);
    page.map(|page| Json(page).into_response()).ok_or_else(|| Refusal::unknown_instance(&instance_id))
}

/// ListDataconnections.
pub(crate) async fn list_data_connections(
    State(service): State<Arc<Service>>,
    Extension(shape): Extension<PageShape>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = ConnectionQuery::parse(query.as_deref().unwrap_or_default(), shape)?;
    // Admitted, so that it is there and known.
    let workspace = headers.get("workspace").and_then(|workspace| workspace.to_str().ok()).unwrap_or_default();
    Ok(Json(page::connections(&service.directory(), workspace, &query)).into_response())
}

fn json(body: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
