//! The id of the project that has the name of a region. Nothing is ever created.

use std::sync::Arc;

use super::context::Context;
use super::iam::Project;
use super::identity::{Facts, Identity};
use crate::error::Error;

/// So many ids are listed where there are several.
const LISTED: usize = 20;

/// The one project called `name` that `identity` may use.
pub(crate) async fn find(context: &Context, identity: Arc<Identity>, name: &str) -> Result<Project, Error> {
    let mut found = context.iam()?.projects(identity, name.to_owned()).await?;
    match (found.projects.pop(), found.projects.as_slice()) {
        (Some(project), []) => Ok(project),
        (None, _) => Err(Error::invalid_input(format!(
            "IAM knows no project {name} that these credentials may use; set the project id"
        ))),
        (Some(last), others) => {
            let ids: Vec<&str> = others.iter().chain([&last]).take(LISTED).map(|project| &*project.shown_id).collect();
            let (count, ids) = (others.len() + 1, ids.join(", "));
            Err(Error::invalid_input(format!("IAM knows {count} projects {name}; set the id of one: {ids}")))
        }
    }
    .map_err(|error| error.with_request_id(found.request_id))
}

/// `identity` with what IAM knows of it, where its source tells neither account nor end: of a token, what it is for; of an
/// access key, the account that the project called `name` belongs to.
pub(crate) async fn describe(context: &Context, identity: Identity, name: Option<&str>) -> Identity {
    let lacks_end = identity.as_token().is_some() && identity.expires_at().is_none();
    if identity.domain_id().is_some() && !lacks_end {
        return identity;
    }
    let shared = Arc::new(identity.clone());
    let told = match (identity.as_token(), name.or(identity.region())) {
        (Some(token), _) => match context.iam() {
            Ok(iam) => iam.describe_token(shared.clone(), token.clone()).await,
            Err(error) => Err(error),
        },
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
