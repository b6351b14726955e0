//! Places by their names, from a file: several can be asked at once.

mod file;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::arguments::ConnectionArguments;
use crate::environment::{CONFIG, Environment};
use crate::failure::Failure;

/// Where the file is, below the folder for configuration.
const PATH: &str = "dataarts/config.toml";

/// Bytes of the file, far more than thousands of targets take.
const LARGEST: u64 = 4 * 1024 * 1024;

/// A place that was chosen, with the options that lead there.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) flags: ConnectionArguments,
}

/// A place as the file has it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Place {
    name: String,
    region: Option<String>,
    endpoint: Option<String>,
    project_id: Option<String>,
    workspace: Option<String>,
    profile: Option<String>,
}

/// The targets that `flags` ask for, in the order asked, or in that of the file for all; nothing where they ask for none.
pub(crate) fn choose(
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
) -> Result<Option<Vec<Target>>, Failure> {
    if flags.target.is_empty() && !flags.all_targets {
        return Ok(None);
    }
    let path = path(environment)?;
    let shown = path.display().to_string();
    let text = read(&path).map_err(|error| Failure::usage(unreadable(&shown, &error)))?;
    let places = file::parse(&text, &shown)?;
    let chosen = pick(places, flags, &shown)?;
    Ok(Some(chosen.into_iter().map(|place| place.target(flags)).collect()))
}

fn path(environment: &Environment<'_>) -> Result<PathBuf, Failure> {
    if let Some(path) = environment.get(CONFIG)? {
        return Ok(path.into());
    }
    let folders = etcetera::choose_base_strategy().map_err(|_| {
        Failure::usage(format!("there is no home folder to look for targets in; name the file in {CONFIG}"))
    })?;
    Ok(folders.config_dir().join(PATH))
}

/// The text of a regular file. A pipe or a device is not opened, since that can wait for ever.
fn read(path: &Path) -> io::Result<String> {
    let refused = |reason: &str| Err(io::Error::other(reason.to_owned()));
    if !fs::metadata(path)?.is_file() {
        return refused("it is not a regular file");
    }
    let mut text = String::new();
    File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST { refused("it is larger than 4 MiB") } else { Ok(text) }
}

fn unreadable(path: &str, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        return format!(
            "the file of targets, {path}, is not there; each target is a table [targets.NAME] in it, and {CONFIG} names \
             another file"
        );
    }
    format!("the file of targets, {path}, cannot be read: {error}")
}

/// Of several of one name the first counts.
fn pick(mut places: Vec<Place>, flags: &ConnectionArguments, file: &str) -> Result<Vec<Place>, Failure> {
    if places.is_empty() {
        return Err(Failure::usage(format!("there is no target in {file}; one is a table [targets.NAME]")));
    }
    if flags.all_targets {
        return Ok(places);
    }
    let mut chosen = Vec::new();
    for (position, name) in flags.target.iter().enumerate() {
        if flags.target.iter().take(position).any(|before| before == name) {
            continue;
        }
        let Some(found) = places.iter().position(|place| place.name == *name) else {
            let names = places.iter().chain(&chosen).map(|place: &Place| place.name.as_str()).collect::<Vec<_>>();
            return Err(Failure::usage(format!("there is no target {name:?} in {file}; it has {}", names.join(", "))));
        };
        chosen.push(places.remove(found));
    }
    Ok(chosen)
}

impl Place {
    /// The options of the command line, but for the place.
    fn target(self, flags: &ConnectionArguments) -> Target {
        let flags = ConnectionArguments {
            endpoint: self.endpoint,
            region: self.region,
            project_id: self.project_id,
            workspace: self.workspace,
            profile: self.profile,
            target: Vec::new(),
            all_targets: false,
            ..flags.clone()
        };
        Target { name: self.name, flags }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(names: &[&str]) -> Result<Vec<String>, Failure> {
        let places = ["a", "b", "c"].map(|name| Place { name: name.to_owned(), ..Place::default() });
        let target = names.iter().map(|name| (*name).to_owned()).collect();
        let flags = ConnectionArguments { target, all_targets: names.is_empty(), ..ConnectionArguments::default() };
        Ok(pick(places.to_vec(), &flags, "FILE")?.into_iter().map(|place| place.name).collect())
    }

    #[test]
    fn targets_come_as_asked_and_once() {
        assert_eq!(picked(&["c", "a", "c"]).unwrap(), ["c", "a"]);
        assert_eq!(picked(&[]).unwrap(), ["a", "b", "c"]);
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "# ".repeat(LARGEST as usize / 2)).unwrap();
        assert_eq!(read(&path).unwrap().len() as u64, LARGEST);
        File::options().write(true).open(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(read(&path).unwrap_err().to_string(), "it is larger than 4 MiB");
        assert_eq!(read(folder.path()).unwrap_err().to_string(), "it is not a regular file");
    }

    #[test]
    fn an_unknown_target_is_answered_with_those_that_are_known() {
        assert_eq!(picked(&["d"]).unwrap_err().to_string(), "there is no target \"d\" in FILE; it has a, b, c");
        let none = pick(Vec::new(), &ConnectionArguments::default(), "FILE").unwrap_err().to_string();
        assert_eq!(none, "there is no target in FILE; one is a table [targets.NAME]");
    }
}
