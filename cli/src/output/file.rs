//! A file that is replaced as a whole: whoever reads it sees the old content or the new, never half of one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;
use crate::interrupt::Unfinished;

/// Around six letters and digits: the name of a file that is not finished.
const PREFIX: &str = ".dataarts-";
const SUFFIX: &str = ".tmp";

/// Where a result goes that is not for standard output.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    path: PathBuf,
}

impl Destination {
    /// The file of `--output`, if it can be one: asked before any work is done for it.
    pub(crate) fn new(path: PathBuf) -> Result<Self, Failure> {
        Self::of("--output", path)
    }

    /// The same of another option.
    pub(crate) fn of(option: &str, path: PathBuf) -> Result<Self, Failure> {
        let refused = |reason: &str| Failure::usage(format!("{option} {}: {reason}", path.display()));
        if path.is_dir() {
            return Err(refused("is a folder, not a file"));
        }
        if path.file_name().is_none() {
            return Err(refused("names no file"));
        }
        if !folder_of(&path).is_dir() {
            return Err(refused("its folder is not there"));
        }
        Ok(Self { path })
    }

    /// Puts `content` there.
    pub(crate) fn replace(&self, content: &[u8]) -> Result<(), Failure> {
        let mut file = self.begin()?;
        file.write_all(content).map_err(|error| self.failed(error))?;
        self.commit(file)
    }

    /// A file for content that comes little by little; dropped, it leaves all as it was.
    pub(crate) fn begin(&self) -> Result<Replacement, Failure> {
        Replacement::of(&self.path).map_err(|error| self.failed(error))
    }

    /// Puts the whole content in its place.
    pub(crate) fn commit(&self, file: Replacement) -> Result<(), Failure> {
        file.commit().map_err(|error| self.failed(error))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn failed(&self, error: io::Error) -> Failure {
        Failure::File { path: self.path.clone(), error }
    }
}

/// A file written beside the one that it replaces; what is no regular file, such as a pipe, is written to directly.
pub(crate) enum Replacement {
    Beside { file: NamedTempFile, target: PathBuf, unfinished: Unfinished },
    Direct(File),
}

impl Replacement {
    fn of(path: &Path) -> io::Result<Self> {
        let known = fs::metadata(path).ok();
        if known.as_ref().is_some_and(|known| !known.is_file()) {
            return Ok(Self::Direct(fs::OpenOptions::new().write(true).open(path)?));
        }
        // A link is kept, and what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = folder_of(&target);
        remove_stale(folder);
        let file = temporary_in(folder)?;
        let unfinished = Unfinished::new(file.path());
        if let Some(known) = known {
            file.as_file().set_permissions(known.permissions())?;
        }
        Ok(Self::Beside { file, target, unfinished })
    }

    /// On the disk first, and then under its name.
    fn commit(self) -> io::Result<()> {
        let (file, target, _unfinished) = match self {
            Self::Direct(mut file) => return file.flush(),
            Self::Beside { file, target, unfinished } => (file, target, unfinished),
        };
        file.as_file().sync_all()?;
        file.persist(&target)?;
        // The name is in the folder's own data; not every file system lets a folder be synchronised.
        if let Ok(folder) = File::open(folder_of(&target)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside { file, .. } => file.write(bytes),
            Self::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside { file, .. } => file.flush(),
            Self::Direct(file) => file.flush(),
        }
    }
}

/// A new file that is locked for as long as it is open. Not with the ending of the target, by which collectors find theirs.
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let mut builder = Builder::new();
        readable(&mut builder);
        let file = builder.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
        // Where there are no locks, another run cannot take this one for stale either.
        let is_locked = file.as_file().try_lock().is_ok();
        // Between the two steps, another run may have removed it.
        if !is_locked || file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes what killed runs left in `folder`: the files of such a name that nobody has locked.
fn remove_stale(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
        let is_ours =
            random.is_some_and(|random| random.len() == 6 && random.bytes().all(|it| it.is_ascii_alphanumeric()));
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path();
        if File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            // What stays is no obstacle.
            let _ = fs::remove_file(path);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// As any new file, within the mask of the process: another user's collector is to read it.
#[cfg(unix)]
fn readable(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.prom");
        let destination = Destination::new(path.clone()).unwrap();
        for content in ["long, and the first", "short"] {
            destination.replace(content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        drop(destination.begin().unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_stays_as_it_was_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let destination = Destination::new(folder.path().join("tasks.prom")).unwrap();
        destination.replace(b"old").unwrap();
        let mut reader = File::open(destination.path()).unwrap();
        let mut file = destination.begin().unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(destination.path()).unwrap(), "old");
        destination.commit(file).unwrap();
        assert_eq!(fs::read_to_string(destination.path()).unwrap(), "new");
        assert_eq!(io::read_to_string(&mut reader).unwrap(), "old");
    }

    #[test]
    fn what_cannot_be_a_file_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("absent/file"), folder.path().join("..")] {
            let message = Destination::new(path.clone()).unwrap_err().to_string();
            assert!(message.starts_with(&format!("--output {}: ", path.display())), "{message}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_are_kept_and_a_device_is_written_to() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("tasks"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        Destination::new(link.clone()).unwrap().replace(b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        Destination::new("/dev/null".into()).unwrap().replace(b"new").unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_it_as_the_mask_allows() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, plain) = (folder.path().join("a"), folder.path().join("b"));
        Destination::new(path.clone()).unwrap().replace(b"x").unwrap();
        fs::write(&plain, "x").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(path), mode(plain));
    }
}
