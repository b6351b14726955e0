//! Credentials in environment variables, under the names of the official SDKs.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use super::identity::Facts;
use super::identity::Identity;
use super::identity_provider::IdentityProvider;
use super::source::{CredentialSource, Fixed};
use super::token_file::TokenFile;
use crate::error::Error;

pub(super) const CREDENTIALS_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
const ACCESS_KEY: &str = "HUAWEICLOUD_SDK_AK";
const SECRET_KEY: &str = "HUAWEICLOUD_SDK_SK";
const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
const IDENTITY_PROVIDER: &str = "HUAWEICLOUD_SDK_IDP_ID";
const ID_TOKEN_FILE: &str = "HUAWEICLOUD_SDK_ID_TOKEN_FILE";
const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
const DOMAIN_ID: &str = "HUAWEICLOUD_SDK_DOMAIN_ID";
pub(super) const REGION_ID: &str = "HUAWEICLOUD_SDK_REGION_ID";
pub(super) const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";

/// Where variables are looked up.
pub(super) type Lookup = Arc<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// Names that begin with the prefix of the service, and are read for it alone.
pub(super) struct OwnNames {
    token: String,
    token_file: String,
    pub(super) metadata_endpoint: String,
}

impl OwnNames {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            token: format!("{prefix}_TOKEN"),
            token_file: format!("{prefix}_TOKEN_FILE"),
            metadata_endpoint: format!("{prefix}_METADATA_ENDPOINT"),
        }
    }
}

/// The variables, by name.
#[derive(Clone)]
pub(super) struct Environment(pub(super) Lookup);

impl Environment {
    /// The value of a variable. An empty one counts as unset.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, Error> {
        match (self.0)(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value).filter(|value| !value.is_empty())),
            // Named without its value, which may be a secret.
            Some(Err(_)) => Err(Error::invalid_input(format!("the environment variable {name} is not valid UTF-8"))),
        }
    }

    /// The same for a path, which may be any text of the system.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        (self.0)(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// The source that the variables describe; `None` where none of them is set.
    ///
    /// A token is the choice for this program alone and comes first; then, as in the official SDKs, an identity provider
    /// wins over an access key.
    pub(super) fn source(&self, own: &OwnNames) -> Result<Option<Arc<dyn CredentialSource>>, Error> {
        let facts = Facts {
            project_id: self.get(PROJECT_ID)?,
            domain_id: self.get(DOMAIN_ID)?,
            iam_endpoint: self.get(IAM_ENDPOINT)?,
            ..Facts::default()
        };
        let OwnNames { token, token_file, .. } = own;
        match (self.get(token)?, self.path(token_file)) {
            (Some(_), Some(_)) => {
                return Err(Error::invalid_input(format!("{token} and {token_file} are both set; unset one of them")));
            }
            (Some(value), None) => return Ok(Some(fixed(Identity::token(value), facts, token))),
            (None, Some(path)) => return Ok(Some(Arc::new(TokenFile { path, facts }))),
            (None, None) => {}
        }
        match (self.get(IDENTITY_PROVIDER)?, self.path(ID_TOKEN_FILE)) {
            (Some(id), Some(token_file)) => {
                let provider = IdentityProvider::new(id, token_file);
                return Ok(Some(Arc::new(provider.configured(facts, of_environment(IDENTITY_PROVIDER)))));
            }
            (Some(_), None) => return Err(incomplete(IDENTITY_PROVIDER, ID_TOKEN_FILE, "an identity provider")),
            (None, Some(_)) => return Err(incomplete(ID_TOKEN_FILE, IDENTITY_PROVIDER, "an identity provider")),
            (None, None) => {}
        }
        match (self.get(ACCESS_KEY)?, self.get(SECRET_KEY)?, self.get(SECURITY_TOKEN)?) {
            (Some(id), Some(secret), None) => Ok(Some(fixed(Identity::access_key(id, secret), facts, ACCESS_KEY))),
            (Some(id), Some(secret), Some(token)) => {
                Ok(Some(fixed(Identity::temporary_access_key(id, secret, token), facts, ACCESS_KEY)))
            }
            (Some(_), None, _) => Err(incomplete(ACCESS_KEY, SECRET_KEY, "an access key")),
            (None, Some(_), _) => Err(incomplete(SECRET_KEY, ACCESS_KEY, "an access key")),
            (None, None, Some(_)) => Err(incomplete(SECURITY_TOKEN, ACCESS_KEY, "a temporary access key")),
            (None, None, None) => Ok(None),
        }
    }

    /// What is missing, where nothing is set.
    pub(super) fn missing(OwnNames { token, token_file, .. }: &OwnNames) -> String {
        format!("the environment has none of {token}, {token_file}, {IDENTITY_PROVIDER} and {ACCESS_KEY}")
    }
}

fn fixed(identity: Identity, facts: Facts, variable: &str) -> Arc<dyn CredentialSource> {
    Arc::new(Fixed(identity.with_facts(facts).named(of_environment(variable))))
}

fn of_environment(variable: &str) -> String {
    format!("the environment ({variable})")
}

fn incomplete(set: &str, missing: &str, what: &str) -> Error {
    Error::invalid_input(format!("{set} is set, but {missing} is not: {what} needs both"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&'static str, &'static str)]) -> Environment {
        let variables = variables.to_vec();
        Environment(Arc::new(move |name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
        }))
    }

    fn source(variables: &[(&'static str, &'static str)]) -> Result<Option<String>, String> {
        let source = environment(variables).source(&OwnNames::new("DATAARTS")).map_err(|error| error.to_string())?;
        Ok(source.map(|source| source.name()))
    }

    #[test]
    fn each_kind_is_found_by_its_variables_and_a_token_comes_first() {
        let access_key = [("HUAWEICLOUD_SDK_AK", "ak"), ("HUAWEICLOUD_SDK_SK", "sk")];
        let provider = [("HUAWEICLOUD_SDK_IDP_ID", "idp"), ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/t")];
        let token = [("DATAARTS_TOKEN", "t")];
        let named = |name: &str| Ok(Some(name.to_owned()));
        assert_eq!(source(&access_key), named("the environment (HUAWEICLOUD_SDK_AK)"));
        assert_eq!(source(&[access_key, provider].concat()), named("the environment (HUAWEICLOUD_SDK_IDP_ID)"));
        assert_eq!(source(&[&access_key[..], &provider, &token].concat()), named("the environment (DATAARTS_TOKEN)"));
        assert_eq!(source(&[("DATAARTS_TOKEN_FILE", "/f")]), named("the token file /f"));
        assert_eq!(source(&[]), Ok(None));
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        assert_eq!(source(&[("DATAARTS_TOKEN", ""), ("HUAWEICLOUD_SDK_AK", "")]), Ok(None));
    }

    #[test]
    fn half_of_a_pair_is_an_error_that_names_both_and_shows_nothing() {
        for (set, missing) in [
            (ACCESS_KEY, SECRET_KEY),
            (SECRET_KEY, ACCESS_KEY),
            (SECURITY_TOKEN, ACCESS_KEY),
            (IDENTITY_PROVIDER, ID_TOKEN_FILE),
            (ID_TOKEN_FILE, IDENTITY_PROVIDER),
        ] {
            let error = source(&[(set, "value-of-it")]).unwrap_err();
            assert!(error.starts_with(&format!("{set} is set, but {missing} is not")), "{error}");
            assert!(!error.contains("value-of-it"), "{error}");
        }
        let error = source(&[("DATAARTS_TOKEN", "value-of-it"), ("DATAARTS_TOKEN_FILE", "/f")]).unwrap_err();
        assert!(error.contains("both set") && !error.contains("value-of-it"), "{error}");
    }

    #[test]
    fn project_and_account_are_taken_over() {
        let variables = [("DATAARTS_TOKEN", "t"), (PROJECT_ID, "p"), (DOMAIN_ID, "d")];
        let source = environment(&variables).source(&OwnNames::new("DATAARTS")).unwrap().unwrap();
        assert!(source.check().is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_refused_by_name() {
        use std::os::unix::ffi::OsStringExt as _;
        let environment = Environment(Arc::new(|_| Some(OsString::from_vec(b"secret\xff".to_vec()))));
        let error = environment.source(&OwnNames::new("DATAARTS")).err().unwrap().to_string();
        assert!(error.contains("is not valid UTF-8") && !error.contains("secret"), "{error}");
    }
}
