//! Tokens: the answer to a login, with the token in a header, and what can be learned of a token later.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use dataarts_security::Timestamp;
use serde_json::{Value, json};

use super::directory::{Account, Project, domain_id};
use super::login::{Body, bytes};
use super::request::RequestedScope;
use super::{DAY, bad_request, not_found, unauthorized};
use crate::authentication::Scope;
use crate::identifier::identifier;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::timestamps::{after, iso_8601};
use crate::wire_query;

/// How someone logged in, which the body repeats.
pub(super) struct Login {
    pub(super) account: Account,
    pub(super) method: &'static str,
    pub(super) with_catalog: bool,
}

impl Login {
    /// Makes a token of the scope asked for, and the answer that hands it over.
    pub(super) fn answer(self, service: &Arc<Service>, wanted: Option<&RequestedScope>) -> Result<Response, Refusal> {
        let now = service.clock.now();
        let project = project(&service.iam.directory.projects, &self.account, wanted)?;
        let expires = after(now, service.iam.token_life);
        let scope = project.map_or(Scope::Account, |project| Scope::Project(project.id.clone()));
        let description = describe(&self.account, self.method, project, (now, expires));
        let token = service.authentication.issue_token(scope, expires, description.clone(), now);
        Ok((StatusCode::CREATED, [("x-subject-token", token)], body(description, self.with_catalog)).into_response())
    }
}

/// KeystoneValidateToken, for any caller and any token. The body is the one that the login gave.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    parts: Parts,
    sent: Body,
) -> Result<Response, Refusal> {
    let now = service.clock.now();
    service.authentication.check(&parts, &bytes(sent)?, now).map_err(|refusal| refusal.by_iam(None))?;
    let subject = parts.headers.get("x-subject-token");
    let subject = subject.ok_or_else(|| bad_request("The header X-Subject-Token is missing"))?;
    let token = service.authentication.token(&String::from_utf8_lossy(subject.as_bytes()), now);
    let token = token.ok_or_else(|| not_found("The token of X-Subject-Token is unknown or has expired"))?;
    let description = token.description().cloned().unwrap_or_else(|| describe_set_by_hand(&service, now));
    let headers = [("x-subject-token", subject.clone())];
    Ok((headers, body(description, wants_catalog(query.as_deref()))).into_response())
}

/// Whether the list of services is to come with a token.
pub(super) fn wants_catalog(query: Option<&str>) -> bool {
    wire_query::value(query.unwrap_or_default(), "nocatalog").is_none()
}

fn body(mut description: Value, with_catalog: bool) -> Json<Value> {
    if let Some(token) = description.as_object_mut() {
        token.insert("catalog".to_owned(), if with_catalog { catalog() } else { json!([]) });
    }
    Json(json!({"token": description}))
}

fn describe(
    Account { user, domain }: &Account,
    method: &str,
    project: Option<&Project>,
    (issued, expires): (Timestamp, Timestamp),
) -> Value {
    let domain = json!({"id": domain_id(domain), "name": domain});
    let mut token = json!({
        "expires_at": iso_8601(expires),
        "issued_at": iso_8601(issued),
        "methods": [method],
        "roles": [{"id": "0", "name": "op_auth"}],
        "user": {"id": identifier(&format!("user {user}")), "name": user, "domain": domain, "password_expires_at": ""},
    });
    let (kind, scope) = match project {
        Some(project) => ("project", json!({"id": project.id, "name": project.name, "domain": domain})),
        None => ("domain", domain),
    };
    if let Some(token) = token.as_object_mut() {
        token.insert(kind.to_owned(), scope);
    }
    token
}

/// As if the first user had just logged in, for the project that the service accepts.
fn describe_set_by_hand(service: &Service, now: Timestamp) -> Value {
    let directory = &service.iam.directory;
    let project = directory.projects.iter().find(|project| project.id == service.project_id).cloned();
    let project = project.unwrap_or_else(|| Project::of_service(&service.project_id));
    describe(&directory.first_account(), "password", Some(&project), (now, after(now, DAY)))
}

/// The project that a token is to be for; `None` is the account.
fn project<'a>(
    projects: &'a [Project],
    account: &Account,
    wanted: Option<&RequestedScope>,
) -> Result<Option<&'a Project>, Refusal> {
    match wanted {
        None => Ok(None),
        Some(RequestedScope { project: Some(wanted), .. }) => {
            for project in projects {
                if wanted.means(&project.id, &project.name)? {
                    return Ok(Some(project));
                }
            }
            Err(unauthorized("The project of the scope does not exist"))
        }
        Some(RequestedScope { project: None, domain: Some(wanted) }) => {
            if wanted.means(&domain_id(&account.domain), &account.domain)? {
                Ok(None)
            } else {
                Err(unauthorized("The domain of the scope is not the user's"))
            }
        }
        Some(RequestedScope { project: None, domain: None }) => Err(bad_request("The scope is empty")),
    }
}

/// One entry, where the real one lists every service of every region.
fn catalog() -> Value {
    let endpoint = json!({"id": identifier("endpoint iam"), "interface": "public", "region": "*", "region_id": "*",
        "url": "https://iam.myhuaweicloud.com/v3"});
    json!([{"id": identifier("service iam"), "type": "identity", "name": "iam", "endpoints": [endpoint]}])
}
