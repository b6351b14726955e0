//! The file of `--checkpoint`: how far a listing has come, and how much of its output that vouches for.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use dataarts_security::Checkpoint;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::failure::Failure;
use crate::output::Format;

/// What stands in the file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) format: String,
    /// Bytes of the output file that hold what was taken; absent where the output is a pipe, which cannot be cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) output_length: Option<u64>,
    pub(super) listing: Checkpoint,
}

impl Place {
    /// Reads `path`; none where there is no such file, so that the listing begins.
    pub(super) fn read(path: &Path, format: Format, to_file: bool) -> Result<Option<Self>, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Failure::usage(format!("cannot read the checkpoint {}: {error}", path.display())));
            }
        };
        let refused = |reason: &str| {
            Failure::usage(format!("the checkpoint {} {reason}; delete it to start the listing over", path.display()))
        };
        let place: Self = serde_json::from_str(&text).map_err(|error| refused(&unusable(&error)))?;
        if place.format != name(format) {
            return Err(refused(&format!("is of a listing in the format {}", place.format)));
        }
        if place.output_length.is_some() != to_file {
            let other = if to_file { "to standard output" } else { "to a file" };
            return Err(refused(&format!("is of a listing {other}")));
        }
        Ok(Some(place))
    }

    /// Writes it in one step: the old one stays until the new one is on the disk.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let write = || {
            let new = new_beside(path);
            let mut file = File::create(&new)?;
            serde_json::to_writer(&mut file, self)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(new, path)
        };
        write().map_err(|error: io::Error| cannot_write(path, error))
    }

    /// Removes the file, and what a killed run left beside it.
    pub(super) fn remove(path: &Path) -> Result<(), Failure> {
        for path in [path, &new_beside(path)] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(cannot_write(path, error)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Always the same name, so that killed runs leave one file at most.
/// Where it cannot be read, and not what stands there: another file, such as one with a token, may have been named.
fn unusable(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => "is not JSON",
        Category::Data => "is not what this program wrote",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

fn new_beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// How `--format` names it.
pub(super) fn name(format: Format) -> String {
    format!("{format:?}").to_lowercase()
}

/// The failure that `path` cannot be written to.
pub(super) fn cannot_write(path: &Path, error: io::Error) -> Failure {
    Failure::File { path: PathBuf::from(path), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_refused_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        for (text, told) in [
            ("\"hunter2\"", "is not what this program wrote (line 1, column 9)"),
            ("{\"hunter2\": 1}", "is not what this program wrote (line 1, column 10)"),
            ("hunter2\n", "is not JSON (line 1, column 1)"),
        ] {
            fs::write(&path, text).unwrap();
            let Err(failure) = Place::read(&path, Format::Jsonl, true) else { panic!("{text}") };
            let failure = failure.to_string();
            assert!(failure.contains(told) && !failure.contains("hunter2"), "{failure}");
        }
    }
}
