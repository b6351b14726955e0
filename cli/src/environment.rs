//! The environment variables that count: those that the program reads, and those that the library's chain of
//! credentials reads. Secrets come from there and from files, so that none is ever on a command line, where other users
//! of the machine could see it.

use std::ffi::OsString;

use crate::failure::Failure;

pub(crate) const TOKEN: &str = "DATAARTS_TOKEN";
pub(crate) const TOKEN_FILE: &str = "DATAARTS_TOKEN_FILE";
pub(crate) const WORKSPACE: &str = "DATAARTS_WORKSPACE";
pub(crate) const REGION: &str = "DATAARTS_REGION";
pub(crate) const ENDPOINT: &str = "DATAARTS_ENDPOINT";
pub(crate) const ACCESS_KEY: &str = "HUAWEICLOUD_SDK_AK";
pub(crate) const SECRET_KEY: &str = "HUAWEICLOUD_SDK_SK";
pub(crate) const SECURITY_TOKEN: &str = "HUAWEICLOUD_SDK_SECURITY_TOKEN";
pub(crate) const PROJECT_ID: &str = "HUAWEICLOUD_SDK_PROJECT_ID";
pub(crate) const DOMAIN_ID: &str = "HUAWEICLOUD_SDK_DOMAIN_ID";
pub(crate) const IDENTITY_PROVIDER: &str = "HUAWEICLOUD_SDK_IDP_ID";
pub(crate) const ID_TOKEN_FILE: &str = "HUAWEICLOUD_SDK_ID_TOKEN_FILE";
pub(crate) const CREDENTIALS_FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";
pub(crate) const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
pub(crate) const METADATA_ENDPOINT: &str = "DATAARTS_METADATA_ENDPOINT";
/// The file of targets, if it is elsewhere.
pub(crate) const CONFIG: &str = "DATAARTS_CONFIG";
/// Any value: no colours (<https://no-color.org>).
pub(crate) const NO_COLOR: &str = "NO_COLOR";
/// Kind of the terminal.
pub(crate) const TERM: &str = "TERM";
/// Width of the terminal, where a shell or a script says so.
pub(crate) const COLUMNS: &str = "COLUMNS";

/// Where variables are looked up: the environment of the process, or a table in tests.
pub(crate) struct Environment<'a>(&'a dyn Fn(&str) -> Option<OsString>);

impl<'a> Environment<'a> {
    /// An environment that asks `lookup` for each variable.
    pub(crate) fn new(lookup: &'a dyn Fn(&str) -> Option<OsString>) -> Self {
        Self(lookup)
    }

    /// Whether a variable has a value, whatever it is.
    pub(crate) fn has(&self, name: &str) -> bool {
        (self.0)(name).is_some_and(|value| !value.is_empty())
    }

    /// The value of a variable. An empty one counts as unset.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, Failure> {
        match (self.0)(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) if value.is_empty() => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            // Named without its value, which may be a secret.
            Some(Err(_)) => Err(Failure::usage(format!("the environment variable {name} is not valid UTF-8"))),
        }
    }
}

/// The environment of this process.
pub(crate) fn of_process(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The same without what says where the service is and what of it is asked: a target says all of that.
pub(crate) fn without_place(name: &str) -> Option<OsString> {
    if [ENDPOINT, REGION, PROJECT_ID, WORKSPACE].contains(&name) { None } else { of_process(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let lookup = |name: &str| (name == "A").then(OsString::new).or((name == "B").then(|| "b".into()));
        let environment = Environment::new(&lookup);
        assert_eq!(environment.get("A").unwrap(), None);
        assert_eq!(environment.get("B").unwrap().as_deref(), Some("b"));
        assert_eq!(environment.get("C").unwrap(), None);
        assert_eq!(["A", "B", "C"].map(|name| environment.has(name)), [false, true, false]);
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_text_are_refused_by_name() {
        use std::os::unix::ffi::OsStringExt as _;
        let lookup = |_: &str| Some(OsString::from_vec(b"secret\xff".to_vec()));
        let message = Environment::new(&lookup).get(TOKEN).unwrap_err().to_string();
        assert!(message.contains(TOKEN) && !message.contains("secret"), "{message}");
    }
}
