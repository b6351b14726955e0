//! The projects that a caller may use.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::request::Parts;
use serde_json::{Value, json};

use super::directory::{Project, domain_id};
use super::login::{Body, bytes};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::wire_query;

/// KeystoneListProjects. Of its filters only `name` counts, which is compared to the letter.
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    parts: Parts,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    service.authentication.check(&parts, &bytes(body)?, service.clock.now()).map_err(|refusal| refusal.by_iam(None))?;
    let name = wire_query::value(query.as_deref().unwrap_or_default(), "name");
    let directory = &service.iam.directory;
    let domain = domain_id(directory.domain());
    let projects = directory.projects.iter().filter(|project| name.as_ref().is_none_or(|name| *name == project.name));
    let projects: Vec<_> = projects.map(|project| entry(project, &domain)).collect();
    Ok(Json(json!({"projects": projects, "links": links("projects")})))
}

fn entry(project: &Project, domain: &str) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "domain_id": domain,
        "parent_id": domain,
        "is_domain": false,
        "enabled": true,
        "description": "",
        "links": {"self": address(&format!("projects/{}", project.id))},
    })
}

fn links(path: &str) -> Value {
    json!({"self": address(path), "next": null, "previous": null})
}

fn address(path: &str) -> String {
    format!("https://iam.myhuaweicloud.com/v3/{path}")
}
