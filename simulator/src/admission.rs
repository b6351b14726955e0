//! What a request must pass before an operation sees it, in the order of the service: the gateway comes first.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;

use crate::authentication::{Caller, Credential};
use crate::refusal::Refusal;
use crate::service::Service;

/// Bodies beyond this cannot be signed.
const MAXIMUM_BODY: usize = 12 * 1024 * 1024;

/// The part of a path that says whose tasks are meant.
#[derive(Deserialize)]
pub(crate) struct Scope {
    project_id: String,
}

/// Lets a request through to its operation, or refuses it.
pub(crate) async fn admit(
    State(service): State<Arc<Service>>,
    scope: Result<Path<Scope>, PathRejection>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    // The gateway publishes a path together with its method, so that HEAD or POST meets no API at all.
    let (Ok(Path(scope)), &Method::GET) = (scope, request.method()) else { return Err(Refusal::unknown_api()) };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAXIMUM_BODY).await.map_err(|_| Refusal::body_too_large())?;
    let now = service.clock.now();
    let caller = service.authentication.check(&parts, &body, now)?;
    if let Some(window) = &service.window {
        window.pass(&caller.credential, now).map_err(Refusal::Throttled)?;
    }
    check_project(&service, &scope, &caller, &parts.headers)?;
    Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
}

/// Lets a request that was admitted through to an operation that is about a workspace.
pub(crate) async fn in_workspace(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    check_workspace(&service, request.headers())?;
    Ok(next.run(request).await)
}

/// A signature does not say which project it is for; the header does, and where it is there it must agree.
fn check_project(service: &Service, scope: &Scope, caller: &Caller, headers: &HeaderMap) -> Result<(), Refusal> {
    if scope.project_id != service.project_id {
        return Err(Refusal::forbidden("The caller has no permission for this project"));
    }
    caller.check_scope(&scope.project_id)?;
    let signed = matches!(caller.credential, Credential::AccessKey(_));
    match headers.get("x-project-id") {
        Some(project_id) if signed && project_id.as_bytes() != scope.project_id.as_bytes() => {
            Err(Refusal::forbidden("X-Project-Id differs from the project of the path"))
        }
        _ => Ok(()),
    }
}

fn check_workspace(service: &Service, headers: &HeaderMap) -> Result<(), Refusal> {
    let mut workspaces = headers.get_all("workspace").iter();
    let workspace = workspaces.next();
    if workspaces.next().is_some() {
        return Err(Refusal::repeated_header("workspace"));
    }
    match workspace {
        Some(workspace) if service.has_workspace(workspace.as_bytes()) => Ok(()),
        Some(workspace) if !workspace.is_empty() => Err(Refusal::UnknownWorkspace),
        _ => Err(Refusal::missing_header("workspace")),
    }
}
