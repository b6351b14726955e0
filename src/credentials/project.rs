//! The id of the project that has the name of a region. Nothing is ever created.

use std::sync::Arc;

use super::context::Context;
use super::identity::{Facts, Identity};
use super::password::facts_of_token;
use crate::error::Error;
use crate::generated::iam::{list_projects, show_token, types::Project};
use crate::redaction::ServerText;

/// So many ids are listed where there are several.
const LISTED: usize = 20;

/// The one project called `name` that `identity` may use.
pub(crate) async fn find(context: &Arc<Context>, identity: Arc<Identity>, name: &str) -> Result<Project, Error> {
    let client = context.iam(identity.iam_endpoint(), identity.region(), Some(identity.clone()), Vec::new())?;
    let answer = list_projects(&client).name(name).send_with_response().await?;
    let (request_id, redactor) = (answer.shown_request_id(), answer.redactor().clone());
    let mut projects = answer.into_value().projects;
    match (projects.pop(), projects.as_slice()) {
        (Some(project), []) => Ok(project),
        (None, _) => Err(Error::invalid_input(format!(
            "IAM knows no project {name} that these credentials may use; set the project id"
        ))),
        (Some(last), others) => {
            let ids = others.iter().chain([&last]).take(LISTED).map(|project| redactor.line(&project.id, 64));
            let ids = ids.map(ServerText::into_string).collect::<Vec<_>>().join(", ");
            let message = format!("IAM knows {} projects {name}; set the id of one: {ids}", others.len() + 1);
            Err(Error::invalid_input(message))
        }
    }
    .map_err(|error| error.with_request_id(request_id))
}

/// `identity` with what IAM knows of it, where its source tells neither account nor end: of a token, what it is for; of an
/// access key, the account that the project called `name` belongs to.
pub(crate) async fn describe(context: &Arc<Context>, identity: Identity, name: Option<&str>) -> Identity {
    let lacks_end = identity.as_token().is_some() && identity.expires_at().is_none();
    if identity.domain_id().is_some() && !lacks_end {
        return identity;
    }
    let shared = Arc::new(identity.clone());
    let told = match (identity.as_token(), name.or(identity.region())) {
        (Some(token), _) => token_facts(context, shared.clone(), token.expose()).await,
        (None, Some(name)) => find(context, shared.clone(), name).await.map(|project| Facts {
            domain_id: project.domain_id,
            project_name: project.name.filter(|_| identity.project_id().is_none_or(|id| id == project.id)),
            ..Facts::default()
        }),
        (None, None) => return identity,
    };
    match told {
        Ok(facts) => identity.with_further_facts(facts),
        Err(error) => {
            tracing::debug!(%error, "IAM does not describe the identity");
            identity
        }
    }
}

async fn token_facts(context: &Arc<Context>, identity: Arc<Identity>, token: &str) -> Result<Facts, Error> {
    let client = context.iam(identity.iam_endpoint(), identity.region(), Some(identity.clone()), Vec::new())?;
    let answer = show_token(&client).x_subject_token(token).nocatalog("true").send_with_response().await?;
    Ok(facts_of_token(&answer.value().token, answer.redactor()))
}
