//! A token in a file that something else keeps up to date.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::Context;
use super::files::reading_files;
use super::identity::Facts;
use super::identity::Identity;
use super::source::{CredentialSource, Loading};
use super::text::check_text;
use crate::error::Error;
use crate::secret::Secret;
use crate::secret_file;

/// The file, read for each request: a container's secrets change without a sign that is worth more than a look.
pub(super) struct TokenFile {
    pub(super) path: PathBuf,
    pub(super) facts: Facts,
}

impl CredentialSource for TokenFile {
    fn name(&self) -> String {
        format!("the token file {}", self.path.display())
    }

    fn load(self: Arc<Self>, _: Arc<Context>) -> Loading {
        Box::pin(async move {
            let this = self.clone();
            let (token, warning) = reading_files(move || read(&this.path, "token file")).await?;
            let facts = Facts { warning, ..self.facts.clone() };
            Ok(Identity::token(token.expose()).with_facts(facts).named(self.name()))
        })
    }

    fn may_know_project(&self) -> bool {
        self.facts.project_id.is_some()
    }

    fn is_uncached(&self) -> bool {
        true
    }
}

/// The one word in the file at `path`, and a warning if other users can read it.
pub(super) fn read(path: &Path, what: &str) -> Result<(Secret, Option<String>), Error> {
    let file = secret_file::read(path, what)?
        .ok_or_else(|| Error::invalid_input(format!("the {what} {} does not exist", path.display())))?;
    Ok((token(&file.text)?, file.readable_by_others))
}

/// The one word in `text`.
pub(crate) fn token(text: &str) -> Result<Secret, Error> {
    let token = text.trim();
    check_text("its content", token)?;
    Ok(Secret::new(token))
}
