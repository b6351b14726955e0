//! Flags and environment become settings, or one clear error that names the flag and the variable.

use crate::arguments::ConnectionArguments;
use crate::environment::{self, Environment};
use crate::failure::Failure;

/// Everything needed to reach the real service.
pub(crate) struct Settings {
    pub(crate) login: Login,
    pub(crate) address: Address,
    pub(crate) project_id: String,
    pub(crate) workspace: String,
    pub(crate) allow_http: bool,
}

/// Who is calling. Without `Debug`, since it holds secrets.
pub(crate) enum Login {
    Token(String),
    AccessKey { access_key: String, secret_key: String, security_token: Option<String> },
}

/// Where the service is.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Address {
    Endpoint(String),
    Region(String),
}

impl Settings {
    /// Settles each setting: a flag wins over the environment.
    ///
    /// Credentials come first, for without them nothing else helps.
    pub(crate) fn gather(flags: &ConnectionArguments, environment: &Environment<'_>) -> Result<Self, Failure> {
        Ok(Self {
            login: login(environment)?,
            address: address(flags, environment)?,
            project_id: required(
                flags.project_id.as_ref(),
                environment,
                environment::PROJECT_ID,
                "no project: give its id with --project-id",
            )?,
            workspace: required(
                flags.workspace.as_ref(),
                environment,
                environment::WORKSPACE,
                "no workspace: give its id with --workspace",
            )?,
            allow_http: flags.allow_http,
        })
    }
}

/// A token wins over an access key: it is the choice made for this program alone.
fn login(environment: &Environment<'_>) -> Result<Login, Failure> {
    if let Some(token) = environment.get(environment::TOKEN)? {
        return Ok(Login::Token(token));
    }
    let access_key = environment.get(environment::ACCESS_KEY)?;
    let secret_key = environment.get(environment::SECRET_KEY)?;
    let security_token = environment.get(environment::SECURITY_TOKEN)?;
    match (access_key, secret_key, security_token) {
        (Some(access_key), Some(secret_key), security_token) => {
            Ok(Login::AccessKey { access_key, secret_key, security_token })
        }
        (Some(_), None, _) => Err(incomplete(environment::ACCESS_KEY, environment::SECRET_KEY)),
        (None, Some(_), _) => Err(incomplete(environment::SECRET_KEY, environment::ACCESS_KEY)),
        (None, None, Some(_)) => Err(Failure::usage(format!(
            "{} is set, but {} and {} are not: a security token belongs to a temporary access key",
            environment::SECURITY_TOKEN,
            environment::ACCESS_KEY,
            environment::SECRET_KEY
        ))),
        (None, None, None) => Err(Failure::usage_with_hint(
            format!(
                "no credentials: set {}, or {} and {}, in the environment",
                environment::TOKEN,
                environment::ACCESS_KEY,
                environment::SECRET_KEY
            ),
            "without an account, try it on made-up tasks: dataarts --demo sync-tasks list",
        )),
    }
}

fn incomplete(set: &str, missing: &str) -> Failure {
    Failure::usage(format!("{set} is set, but {missing} is not: an access key needs both"))
}

/// A flag of either kind wins over both variables; of the variables, the endpoint wins, as the more exact one.
fn address(flags: &ConnectionArguments, environment: &Environment<'_>) -> Result<Address, Failure> {
    if let Some(endpoint) = &flags.endpoint {
        return Ok(Address::Endpoint(endpoint.clone()));
    }
    if let Some(region) = &flags.region {
        return Ok(Address::Region(region.clone()));
    }
    if let Some(endpoint) = environment.get(environment::ENDPOINT)? {
        return Ok(Address::Endpoint(endpoint));
    }
    environment.get(environment::REGION)?.map(Address::Region).ok_or_else(|| {
        Failure::usage(format!(
            "no region: give it with --region or {}, or a whole address with --endpoint or {}",
            environment::REGION,
            environment::ENDPOINT
        ))
    })
}

fn required(
    flag: Option<&String>,
    environment: &Environment<'_>,
    variable: &str,
    complaint: &str,
) -> Result<String, Failure> {
    match flag {
        Some(value) => Ok(value.clone()),
        None => environment.get(variable)?.ok_or_else(|| Failure::usage(format!("{complaint} or {variable}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: &[(&str, &str)] = &[
        (environment::TOKEN, "a-token"),
        (environment::REGION, "eu-west-101"),
        (environment::PROJECT_ID, "a-project"),
        (environment::WORKSPACE, "a-workspace"),
    ];

    fn gather(flags: &ConnectionArguments, variables: &[(&str, &str)]) -> Result<Settings, Failure> {
        let lookup = |name: &str| variables.iter().rev().find(|(variable, _)| *variable == name).map(|(_, v)| v.into());
        Settings::gather(flags, &Environment::new(&lookup))
    }

    fn refusal(variables: &[(&str, &str)]) -> String {
        gather(&ConnectionArguments::default(), variables).err().expect("refused").to_string()
    }

    fn without(name: &str) -> Vec<(&'static str, &'static str)> {
        COMPLETE.iter().copied().filter(|(variable, _)| *variable != name).collect()
    }

    fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
        COMPLETE.iter().chain(more).copied().collect()
    }

    #[test]
    fn the_environment_alone_is_enough() {
        let settings = gather(&ConnectionArguments::default(), COMPLETE).unwrap();
        assert!(matches!(settings.login, Login::Token(token) if token == "a-token"));
        assert_eq!(settings.address, Address::Region("eu-west-101".into()));
        assert_eq!((settings.project_id.as_str(), settings.workspace.as_str()), ("a-project", "a-workspace"));
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
        let settings = gather(&flags, COMPLETE).unwrap();
        assert_eq!(settings.address, Address::Region("cn-north-4".into()));
        assert_eq!((settings.project_id.as_str(), settings.workspace.as_str()), ("p", "w"));
    }

    #[test]
    fn a_region_flag_wins_over_an_endpoint_variable_and_the_reverse() {
        let variables = with(&[(environment::ENDPOINT, "https://host")]);
        let region = ConnectionArguments { region: Some("cn-north-4".into()), ..Default::default() };
        assert_eq!(gather(&region, &variables).unwrap().address, Address::Region("cn-north-4".into()));
        let endpoint = ConnectionArguments { endpoint: Some("https://flag".into()), ..Default::default() };
        assert_eq!(gather(&endpoint, &variables).unwrap().address, Address::Endpoint("https://flag".into()));
        let neither = ConnectionArguments::default();
        assert_eq!(gather(&neither, &variables).unwrap().address, Address::Endpoint("https://host".into()));
    }

    #[test]
    fn a_token_wins_over_an_access_key() {
        let variables = with(&[(environment::ACCESS_KEY, "ak"), (environment::SECRET_KEY, "sk")]);
        let settings = gather(&ConnectionArguments::default(), &variables).unwrap();
        assert!(matches!(settings.login, Login::Token(_)));
    }

    #[test]
    fn an_empty_token_lets_the_access_key_in() {
        let variables = with(&[
            (environment::TOKEN, ""),
            (environment::ACCESS_KEY, "ak"),
            (environment::SECRET_KEY, "sk"),
            (environment::SECURITY_TOKEN, "st"),
        ]);
        let settings = gather(&ConnectionArguments::default(), &variables).unwrap();
        assert!(matches!(settings.login, Login::AccessKey { security_token: Some(_), .. }));
    }

    #[test]
    fn half_an_access_key_is_refused_by_name() {
        for (set, missing) in
            [(environment::ACCESS_KEY, environment::SECRET_KEY), (environment::SECRET_KEY, environment::ACCESS_KEY)]
        {
            let message = refusal(&[(set, "value-of-it")]);
            assert!(message.contains(&format!("{missing} is not")), "{message}");
            assert!(!message.contains("value-of-it"), "{message}");
        }
        let message = refusal(&[(environment::SECURITY_TOKEN, "value-of-it")]);
        assert!(message.contains("temporary access key") && !message.contains("value-of-it"), "{message}");
    }

    #[test]
    fn what_is_missing_is_named_with_flag_and_variable() {
        let cases: [(&str, &[&str]); 3] = [
            (environment::REGION, &["--region", "DATAARTS_REGION", "--endpoint", "DATAARTS_ENDPOINT"]),
            (environment::PROJECT_ID, &["--project-id", "HUAWEICLOUD_SDK_PROJECT_ID"]),
            (environment::WORKSPACE, &["--workspace", "DATAARTS_WORKSPACE"]),
        ];
        for (variable, mentioned) in cases {
            let message = refusal(&without(variable));
            for name in mentioned {
                assert!(message.contains(name), "{message}");
            }
        }
        let message = refusal(&[]);
        for name in ["DATAARTS_TOKEN", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"] {
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn an_empty_flag_is_not_the_same_as_none() {
        let flags = ConnectionArguments { project_id: Some(String::new()), ..Default::default() };
        assert_eq!(gather(&flags, COMPLETE).unwrap().project_id, "");
    }
}
