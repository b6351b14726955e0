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
            // What is no endpoint is not shown: it may hold a password.
            endpoint: flags.endpoint.clone().filter(|endpoint| !endpoint.contains(['@', '?', '#'])),
            project_id: flags.project_id.clone(),
            workspace: flags.workspace.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_with_a_password_is_not_shown() {
        let asked = |endpoint: &str| {
            Place::asked(&ConnectionArguments { endpoint: Some(endpoint.to_owned()), ..ConnectionArguments::default() })
        };
        assert_eq!(asked("https://user:hunter2@dayu.example.com").endpoint, None);
        assert_eq!(asked("https://dayu.example.com").endpoint.as_deref(), Some("https://dayu.example.com"));
    }
}
