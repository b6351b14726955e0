//! A profile of a file as a source. The file is read anew when another identity is wanted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::context::Context;
use super::files::reading_files;
use super::identity::Facts;
use super::identity::Identity;
use super::identity_provider::IdentityProvider;
use super::metadata::Metadata;
use super::profile::{Profile, Proof, koocli_file, sdk_file};
use super::source::{CredentialSource, Loading};
use crate::error::Error;
use crate::secret_file::{self, SecretFile};
use secrecy::ExposeSecret as _;

/// The sections of the official SDKs' file, which are kinds of credentials.
const SDK_SECTIONS: [&str; 2] = ["basic", "global"];
const SDK_FILE: &str = "credentials file";
const KOOCLI_FILE: &str = "KooCLI file";

/// Where profiles are looked for.
pub(super) struct ProfileFiles {
    pub(super) home: Option<PathBuf>,
    /// Named by a variable, instead of the one in the home folder.
    pub(super) sdk_file: Option<PathBuf>,
    /// The profile wanted; without, `basic` or else KooCLI's current one.
    pub(super) name: Option<String>,
}

impl ProfileFiles {
    fn sdk(&self) -> Option<PathBuf> {
        self.sdk_file.clone().or_else(|| self.in_home(&[".huaweicloud", "credentials"]))
    }

    fn koocli(&self) -> Option<PathBuf> {
        self.in_home(&[".hcloud", "config.json"])
    }

    fn in_home(&self, names: &[&str]) -> Option<PathBuf> {
        let home = self.home.clone()?;
        Some(names.iter().fold(home, |folder, name| folder.join(name)))
    }
}

/// What was looked for and is not there, for an error that lists it.
pub(super) type Missing = Vec<String>;

/// The source that the files describe, or what is missing.
pub(super) fn find(
    files: ProfileFiles,
    metadata: Option<String>,
) -> Result<Result<Arc<dyn CredentialSource>, Missing>, Error> {
    let mut missing = Vec::new();
    let of_sdk = files.name.as_deref().filter(|name| SDK_SECTIONS.contains(name));
    if let Some(section) = of_sdk.or_else(|| files.name.is_none().then_some("basic")) {
        match existing(files.sdk(), SDK_FILE, &mut missing)? {
            // A variable names the file for this purpose; in the home folder it may be there for the other section alone.
            Some((path, file)) if of_sdk.is_some() || files.sdk_file.is_some() || !is_for_others(&file, section) => {
                return Ok(Ok(ProfileSource::of(path, Entry::Sdk(section.to_owned()), metadata)));
            }
            Some((path, _)) => missing.push(format!("the {SDK_FILE} {} has no section [{section}]", path.display())),
            // Named and not there: nothing else is meant.
            None if files.sdk_file.is_some() => return Err(Error::invalid_input(missing.join("; "))),
            None => {}
        }
    }
    if of_sdk.is_none()
        && let Some((path, _)) = existing(files.koocli(), KOOCLI_FILE, &mut missing)?
    {
        return Ok(Ok(ProfileSource::of(path, Entry::KooCli(files.name), metadata)));
    }
    Ok(Err(missing))
}

fn existing(path: Option<PathBuf>, what: &str, missing: &mut Missing) -> Result<Option<(PathBuf, SecretFile)>, Error> {
    let Some(path) = path else {
        missing.push(format!("there is no home folder to look for the {what} in"));
        return Ok(None);
    };
    let file = secret_file::read(&path, what)?;
    if file.is_none() {
        missing.push(format!("the {what} {} does not exist", path.display()));
    }
    Ok(file.map(|file| (path, file)))
}

/// Whether the file has one of the sections, and not this one.
fn is_for_others(file: &SecretFile, section: &str) -> bool {
    let has = |wanted: &str| {
        file.text.lines().any(|line| {
            let name = line.trim().strip_prefix('[').and_then(|line| line.split(']').next());
            name.is_some_and(|name| name.trim() == wanted)
        })
    };
    !has(section) && SDK_SECTIONS.into_iter().any(has)
}

/// Which entry of which kind of file.
enum Entry {
    Sdk(String),
    /// Without a name, the current one.
    KooCli(Option<String>),
}

impl Entry {
    fn kind(&self) -> &'static str {
        match self {
            Self::Sdk(_) => SDK_FILE,
            Self::KooCli(_) => KOOCLI_FILE,
        }
    }

    fn parse(&self, text: &str) -> Result<Profile, String> {
        match self {
            Self::Sdk(section) => sdk_file::parse(text, section),
            Self::KooCli(name) => koocli_file::parse(text, name.as_deref()),
        }
    }
}

/// One entry of one file.
struct ProfileSource {
    path: PathBuf,
    entry: Entry,
    /// For profiles that say no more than to ask the metadata service.
    metadata: Arc<Metadata>,
}

impl ProfileSource {
    fn of(path: PathBuf, entry: Entry, metadata: Option<String>) -> Arc<dyn CredentialSource> {
        Arc::new(Self { path, entry, metadata: Arc::new(Metadata::at(metadata)) })
    }

    fn read(&self) -> Result<(Profile, Option<String>), Error> {
        let kind = self.entry.kind();
        let file = secret_file::read(&self.path, kind)?
            .ok_or_else(|| Error::invalid_input(format!("the {kind} {} does not exist", shown(&self.path))))?;
        let profile = self
            .entry
            .parse(&file.text)
            .map_err(|reason| Error::invalid_input(format!("the {kind} {} {reason}", shown(&self.path))))?;
        Ok((profile, file.readable_by_others))
    }

    async fn identity(self: Arc<Self>, context: Arc<Context>) -> Result<Identity, Error> {
        let this = self.clone();
        let (profile, warning) = reading_files(move || this.read()).await?;
        let Profile { proof, project_id, domain_id, region, iam_endpoint } = profile;
        let facts = Facts { project_id, domain_id, region, iam_endpoint, warning, ..Facts::default() };
        let identity = match proof {
            Proof::AccessKey { id, secret, security_token: None } => Identity::access_key(id, secret.expose_secret()),
            Proof::AccessKey { id, secret, security_token: Some(token) } => {
                Identity::temporary_access_key(id, secret.expose_secret(), token.expose_secret())
            }
            Proof::IdentityProvider { id, token_file } => {
                let provider = IdentityProvider::new(id, token_file).configured(facts.clone(), self.name());
                provider.check()?;
                Arc::new(provider).load(context).await?
            }
            Proof::EcsMetadata => self.metadata.clone().load(context).await?,
        };
        Ok(identity.with_facts(facts).named(self.name()))
    }
}

impl CredentialSource for ProfileSource {
    fn name(&self) -> String {
        match &self.entry {
            Entry::Sdk(section) => format!("the section [{section}] of {}", shown(&self.path)),
            Entry::KooCli(None) => format!("the current profile of {}", shown(&self.path)),
            Entry::KooCli(Some(name)) => format!("the profile {name} of {}", shown(&self.path)),
        }
    }

    fn load(self: Arc<Self>, context: Arc<Context>) -> Loading {
        Box::pin(self.identity(context))
    }

    /// What the longest of its kinds needs.
    fn refresh_before_expiry(&self) -> Duration {
        self.metadata.refresh_before_expiry()
    }
}

fn shown(path: &Path) -> std::path::Display<'_> {
    path.display()
}
