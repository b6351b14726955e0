//! Where tasks were listed, for people.

use crate::arguments::ConnectionArguments;
use crate::connection::Connection;

/// The place of a listing, as far as it is known. Nothing in it is secret.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Place {
    pub(crate) is_demo: bool,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) project_id: Option<String>,
    pub(crate) workspace: Option<String>,
}

impl Place {
    /// Where a connection leads.
    pub(crate) fn of(connection: &Connection, flags: &ConnectionArguments) -> Self {
        let client = &connection.client;
        Self {
            is_demo: flags.demo,
            region: connection.region().map(str::to_owned),
            endpoint: Some(client.base_url().to_owned()),
            project_id: client.project_id().or(connection.identity.project_id()).map(str::to_owned),
            workspace: client.workspace().map(str::to_owned),
        }
    }

    /// Where a connection that was not made would have led.
    pub(crate) fn asked(flags: &ConnectionArguments) -> Self {
        Self {
            is_demo: flags.demo,
            region: flags.region.clone(),
            endpoint: flags.endpoint.clone(),
            project_id: flags.project_id.clone(),
            workspace: flags.workspace.clone(),
        }
    }
}
