//! Flags and environment become settings; who is calling is found out by the library's chain of credentials.

use crate::arguments::{CallArguments, ConnectionArguments};
use crate::environment::{self, Environment};
use crate::failure::Failure;

/// Everything that was said about how to reach the real service; what was not said may follow from the credentials.
pub(crate) struct Settings {
    pub(crate) profile: Option<String>,
    pub(crate) address: Option<Address>,
    pub(crate) iam_endpoint: Option<String>,
    pub(crate) project_id: Option<String>,
    pub(crate) workspace: Option<String>,
    pub(crate) allow_http: bool,
    pub(crate) call: CallArguments,
}

/// Where the service is.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Address {
    Endpoint(String),
    Region(String),
}

impl Settings {
    /// Settles each setting: a flag wins over the environment.
    pub(crate) fn gather(flags: &ConnectionArguments, environment: &Environment<'_>) -> Result<Self, Failure> {
        let either = |flag: &Option<String>, variable| match flag {
            Some(value) => Ok(Some(value.clone())),
            None => environment.get(variable),
        };
        Ok(Self {
            profile: flags.profile.clone(),
            address: address(flags, environment)?,
            // The chain reads it for credentials of the environment alone.
            iam_endpoint: environment.get(environment::IAM_ENDPOINT)?,
            project_id: either(&flags.project_id, environment::PROJECT_ID)?,
            workspace: either(&flags.workspace, environment::WORKSPACE)?,
            allow_http: flags.allow_http,
            call: flags.call.clone(),
        })
    }
}

/// A flag of either kind wins over both variables; of the variables, the endpoint wins, as the more exact one.
fn address(flags: &ConnectionArguments, environment: &Environment<'_>) -> Result<Option<Address>, Failure> {
    if let Some(endpoint) = &flags.endpoint {
        return Ok(Some(Address::Endpoint(endpoint.clone())));
    }
    if let Some(region) = &flags.region {
        return Ok(Some(Address::Region(region.clone())));
    }
    if let Some(endpoint) = environment.get(environment::ENDPOINT)? {
        return Ok(Some(Address::Endpoint(endpoint)));
    }
    Ok(environment.get(environment::REGION)?.map(Address::Region))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: &[(&str, &str)] = &[
        (environment::REGION, "eu-west-101"),
        (environment::IAM_ENDPOINT, "https://iam.example"),
        (environment::PROJECT_ID, "a-project"),
        (environment::WORKSPACE, "a-workspace"),
    ];

    fn gather(flags: &ConnectionArguments, variables: &[(&str, &str)]) -> Settings {
        let lookup = |name: &str| variables.iter().rev().find(|(variable, _)| *variable == name).map(|(_, v)| v.into());
        Settings::gather(flags, &Environment::new(&lookup)).unwrap()
    }

    fn region(id: &str) -> Option<Address> {
        Some(Address::Region(id.to_owned()))
    }

    fn endpoint(url: &str) -> Option<Address> {
        Some(Address::Endpoint(url.to_owned()))
    }

    #[test]
    fn the_environment_alone_is_enough() {
        let settings = gather(&ConnectionArguments::default(), COMPLETE);
        assert_eq!(settings.address, region("eu-west-101"));
        assert_eq!(settings.iam_endpoint.as_deref(), Some("https://iam.example"));
        assert_eq!(settings.project_id.as_deref(), Some("a-project"));
        assert_eq!(settings.workspace.as_deref(), Some("a-workspace"));
        assert!(!settings.allow_http);
    }

    #[test]
    fn a_flag_wins_over_its_variable() {
        let flags = ConnectionArguments {
            region: Some("cn-north-4".into()),
            project_id: Some("p".into()),
            workspace: Some("w".into()),
            ..Default::default()
        };
        let settings = gather(&flags, COMPLETE);
        assert_eq!(settings.address, region("cn-north-4"));
        assert_eq!((settings.project_id.as_deref(), settings.workspace.as_deref()), (Some("p"), Some("w")));
    }

    #[test]
    fn a_region_flag_wins_over_an_endpoint_variable_and_the_reverse() {
        let variables = [COMPLETE, &[(environment::ENDPOINT, "https://host")]].concat();
        let flags = ConnectionArguments { region: Some("cn-north-4".into()), ..Default::default() };
        assert_eq!(gather(&flags, &variables).address, region("cn-north-4"));
        let flags = ConnectionArguments { endpoint: Some("https://flag".into()), ..Default::default() };
        assert_eq!(gather(&flags, &variables).address, endpoint("https://flag"));
        assert_eq!(gather(&ConnectionArguments::default(), &variables).address, endpoint("https://host"));
    }

    #[test]
    fn what_is_not_said_is_left_to_the_credentials() {
        let settings = gather(&ConnectionArguments::default(), &[(environment::REGION, "")]);
        assert_eq!(settings.address, None);
        assert_eq!((settings.project_id, settings.workspace, settings.profile), (None, None, None));
    }

    #[test]
    fn an_empty_flag_is_not_the_same_as_none() {
        let flags = ConnectionArguments { project_id: Some(String::new()), ..Default::default() };
        assert_eq!(gather(&flags, COMPLETE).project_id.as_deref(), Some(""));
    }
}
