//! The answer to a login: the token in a header, and what it is for in the body.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dataarts_security::Timestamp;
use serde_json::{Value, json};

use super::directory::{Account, Project, domain_id};
use super::request::RequestedScope;
use super::{bad_request, unauthorized};
use crate::authentication::Scope;
use crate::identifier::identifier;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::timestamps::{after, iso_8601};

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
        let token = service.authentication.issue_token(scope, expires, now);
        let body = Json(json!({"token": self.body(project, now, expires)}));
        Ok((StatusCode::CREATED, [("x-subject-token", token)], body).into_response())
    }

    fn body(&self, project: Option<&Project>, now: Timestamp, expires: Timestamp) -> Value {
        let Account { user, domain } = &self.account;
        let domain = json!({"id": domain_id(domain), "name": domain});
        let mut token = json!({
            "expires_at": iso_8601(expires),
            "issued_at": iso_8601(now),
            "methods": [self.method],
            "roles": [{"id": "0", "name": "op_auth"}],
            "user": {"id": identifier(&format!("user {user}")), "name": user, "domain": domain, "password_expires_at": ""},
            "catalog": if self.with_catalog { catalog() } else { json!([]) },
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
