//! The operations of the document, for a request that was let in.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

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
    let query = ListQuery::parse(query.as_deref().unwrap_or_default())?;
    let page = query.with_shape(shape).page(&service.tasks());
    service.churn();
    Ok(json(page.into_json()))
}

/// ShowSecurityMemberSyncTask.
pub(crate) async fn show_member_sync_task(
    State(service): State<Arc<Service>>,
    Path((_project_id, task_id)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let entry = service.tasks().get(&task_id).cloned();
    entry.map(|entry| json(entry.json.to_vec())).ok_or_else(|| Refusal::unknown_task(&task_id))
}

fn json(body: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
