//! Credentials that other tools left on this machine: the official SDKs' file and KooCLI's.

pub(crate) mod koocli_file;
pub(crate) mod sdk_file;

use std::path::PathBuf;

use secrecy::SecretString;

/// What a profile says of the caller. It has no `Debug`, so that nothing of it is ever printed.
pub(crate) struct Profile {
    pub(crate) proof: Proof,
    pub(crate) project_id: Option<String>,
    pub(crate) domain_id: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) iam_endpoint: Option<String>,
}

/// How the caller proves who it is.
pub(crate) enum Proof {
    /// An access key, temporary where it has a security token.
    AccessKey { id: String, secret: SecretString, security_token: Option<SecretString> },
    /// The token in a file, which the identity provider renews and IAM exchanges for an access key.
    IdentityProvider { id: String, token_file: PathBuf },
    /// The cloud server's own agency: the metadata service hands out an access key.
    EcsMetadata,
}

/// An empty text counts as none.
fn set(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// `name` for a message: quoted, on one line, not too long.
fn quoted(name: &str) -> String {
    const LONGEST: usize = 64;
    match name.char_indices().nth(LONGEST) {
        None => format!("{name:?}"),
        Some((end, _)) => format!("{:?}…", name.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Proof, quoted, sdk_file};
    use crate::secret_file;

    #[test]
    fn a_file_that_was_saved_on_windows_is_understood() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials");
        fs::write(&path, "\u{feff}[basic]\r\nak = id\r\nsk = secret\r\n").unwrap();
        let file = secret_file::read(&path, "the file").unwrap().unwrap();
        let profile = sdk_file::parse(&file.text, "basic").ok().unwrap();
        assert!(matches!(profile.proof, Proof::AccessKey { id, .. } if id == "id"));
    }

    #[test]
    fn a_name_in_a_message_is_short_and_on_one_line() {
        assert_eq!(quoted("a\nb"), r#""a\nb""#);
        assert_eq!(quoted(&"ü".repeat(64)), format!("{:?}", "ü".repeat(64)));
        assert_eq!(quoted(&"ü".repeat(1_000)), format!("{:?}…", "ü".repeat(64)));
    }
}
