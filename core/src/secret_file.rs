//! Reading a small text file that holds secrets.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::Error;

/// Far above any file of credentials.
const LARGEST: u64 = 1024 * 1024;

/// A file that was read. It has no `Debug`, so that its text is never printed.
pub(crate) struct SecretFile {
    /// The whole text without a byte-order mark; wiped on drop.
    pub(crate) text: Zeroizing<String>,
    /// A warning, where other users of this machine have any permission on the file.
    pub(crate) readable_by_others: Option<String>,
}

/// Reads the file at `path`, which messages call `what`; `None` where there is no such file.
pub(crate) fn read(path: &Path, what: &str) -> Result<Option<SecretFile>, Error> {
    let Some((bytes, metadata)) = read_bytes(path, what)? else { return Ok(None) };
    let text = text(&bytes).map_err(|reason| refused(path, what, &reason))?;
    let readable_by_others = mode_open_to_others(&metadata).map(|mode| {
        let path = shown(path);
        format!("{what} {path} is open to other users of this machine (mode {mode:04o}); run `chmod 600 {path}`")
    });
    Ok(Some(SecretFile { text, readable_by_others }))
}

/// The bytes of a file, wiped on drop, and what the system says of it.
pub(crate) type Content = (Zeroizing<Vec<u8>>, fs::Metadata);

/// Reads a regular file of up to 1 MiB; `None` if there is no such file.
pub(crate) fn read_bytes(path: &Path, what: &str) -> Result<Option<Content>, Error> {
    let refused = |reason: String| refused(path, what, &reason);
    let failed = |error: io::Error| refused(why_unreadable(&error)).with_source(error);

    // Asked before the file is opened: opening a pipe waits until somebody writes to it.
    match fs::metadata(path) {
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(metadata) => check_kind(&metadata).map_err(refused)?,
    }
    let file = match File::open(path) {
        Err(error) if is_absence(&error) => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    // Asked again of what was opened, which nobody can exchange any more.
    let metadata = file.metadata().map_err(failed)?;
    check_kind(&metadata).map_err(refused)?;

    // With room for all of it no copy is left behind by growing.
    let room = usize::try_from(metadata.len().min(LARGEST)).unwrap_or_default() + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    check_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX)).map_err(refused)?;
    Ok(Some((bytes, metadata)))
}

fn refused(path: &Path, what: &str, reason: &str) -> Error {
    Error::invalid_input(format!("{what} {} {reason}", shown(path)))
}

/// `path` on one line, whatever characters are in it.
fn shown(path: &Path) -> String {
    path.display().to_string().replace(char::is_control, "\u{fffd}")
}

/// Also where a directory on the way is none: accounts without a home have `/dev/null` for one.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn why_unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "may not be read by this user; have it made readable for this user, or name another file".to_owned()
        }
        kind => format!("cannot be read ({kind}); name another file"),
    }
}

fn check_kind(metadata: &fs::Metadata) -> Result<(), String> {
    if metadata.is_dir() {
        return Err("is a directory; name the file in it".to_owned());
    }
    if !metadata.is_file() {
        return Err("is not a regular file; copy its content to one and name that".to_owned());
    }
    check_size(metadata.len())
}

fn check_size(size: u64) -> Result<(), String> {
    if size > LARGEST {
        return Err("is larger than 1 MiB, which no file of credentials is; name another file".to_owned());
    }
    Ok(())
}

/// The text that `bytes` are, or why they are none. A reason never quotes them.
pub(crate) fn text(bytes: &[u8]) -> Result<Zeroizing<String>, String> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to());
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        format!("is not UTF-8 text (line {line}); save it as UTF-8, or name another file")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err("is empty; write credentials to it, or remove it".to_owned());
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// The permission bits, where group or others have any.
#[cfg(unix)]
fn mode_open_to_others(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode() & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Elsewhere permissions are no bits.
#[cfg(not(unix))]
fn mode_open_to_others(_: &fs::Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io;
    use std::path::{Path, PathBuf};

    use tempfile::TempDir;

    use super::{LARGEST, SecretFile, read, why_unreadable};

    /// Stands in every file that is refused.
    const SECRET: &str = "hunter2";

    fn file(content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials");
        fs::write(&path, content).unwrap();
        (directory, path)
    }

    fn found(path: &Path) -> SecretFile {
        read(path, "the file").unwrap().unwrap()
    }

    /// The message without what every message begins with.
    fn refusal(path: &Path) -> String {
        let error = read(path, "the file").err().unwrap();
        assert!(error.is_invalid_input());
        let message = error.to_string();
        assert!(!message.contains(SECRET), "{message}");
        message.strip_prefix(&format!("the file {} ", path.display())).unwrap().to_owned()
    }

    #[test]
    fn a_missing_file_is_none() {
        let (directory, path) = file("text");
        assert!(read(&directory.path().join("other"), "the file").unwrap().is_none());
        assert!(read(&directory.path().join("no/such/directory"), "the file").unwrap().is_none());
        assert!(read(&path.join("below a file"), "the file").unwrap().is_none());
    }

    #[test]
    fn the_text_is_kept_but_for_a_byte_order_mark() {
        for (content, text) in [
            ("a = ü\r\n\r\n", "a = ü\r\n\r\n"),
            ("\u{feff}a", "a"),
            ("\u{feff}\u{feff}a", "\u{feff}a"),
            ("a\u{feff}", "a\u{feff}"),
            (" \n a\0", " \n a\0"),
        ] {
            assert_eq!(found(&file(content).1).text.as_str(), text);
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_line() {
        for (content, line) in [
            (b"\xff\xfeh\0u\0n\0t\0e\0r\x002\0".as_slice(), 1),
            (b"a = hunter2\r\nb = hunter2\xc3\n", 2),
            (b"\n\n\x80hunter2", 3),
        ] {
            let message = refusal(&file(content).1);
            assert_eq!(message, format!("is not UTF-8 text (line {line}); save it as UTF-8, or name another file"));
        }
    }

    #[test]
    fn an_empty_file_is_refused() {
        for content in ["", "\u{feff}", " \r\n\t\n", "\u{feff}\n"] {
            assert_eq!(refusal(&file(content).1), "is empty; write credentials to it, or remove it");
        }
    }

    #[test]
    fn a_directory_is_refused() {
        let (directory, _) = file("");
        assert_eq!(refusal(directory.path()), "is a directory; name the file in it");
    }

    #[test]
    fn a_file_larger_than_a_mebibyte_is_refused() {
        let (_directory, path) = file("a".repeat(LARGEST as usize));
        assert_eq!(found(&path).text.len(), LARGEST as usize);
        for size in [LARGEST + 1, 10 * LARGEST] {
            fs::write(&path, SECRET).unwrap();
            File::options().write(true).open(&path).unwrap().set_len(size).unwrap();
            assert_eq!(refusal(&path), "is larger than 1 MiB, which no file of credentials is; name another file");
        }
    }

    #[test]
    fn other_failures_name_the_kind() {
        let reason = |kind: io::ErrorKind| why_unreadable(&io::Error::new(kind, SECRET));
        let denied = "may not be read by this user; have it made readable for this user, or name another file";
        assert_eq!(reason(io::ErrorKind::PermissionDenied), denied);
        assert_eq!(reason(io::ErrorKind::TimedOut), "cannot be read (timed out); name another file");
        let error = read(Path::new("nul\0in it"), "the file").err().unwrap().to_string();
        assert_eq!(error, "the file nul\u{fffd}in it cannot be read (invalid input parameter); name another file");
    }

    #[cfg(unix)]
    mod on_unix {
        use std::fs::Permissions;
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
        use std::process::Command;

        use super::*;

        #[test]
        fn a_pipe_is_refused_without_waiting_for_a_writer() {
            let (directory, _) = file("");
            let pipe = directory.path().join("pipe");
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            assert_eq!(refusal(&pipe), "is not a regular file; copy its content to one and name that");
        }

        #[test]
        fn a_file_without_permission_is_refused() {
            let (_directory, path) = file(SECRET);
            fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
            // The superuser may read everything.
            if fs::metadata(&path).unwrap().uid() == 0 {
                assert_eq!(found(&path).text.as_str(), SECRET);
            } else {
                assert!(refusal(&path).starts_with("may not be read by this user"));
            }
        }

        #[test]
        fn permissions_of_others_are_warned_of_and_no_more() {
            let (_directory, path) = file(SECRET);
            for (mode, shown) in [(0o644, "0644"), (0o640, "0640"), (0o601, "0601"), (0o4620, "4620")] {
                fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
                let path_shown = path.display();
                let expected = format!(
                    "the file {path_shown} is open to other users of this machine (mode {shown}); \
                     run `chmod 600 {path_shown}`"
                );
                assert_eq!(found(&path).readable_by_others.unwrap(), expected);
            }
            for mode in [0o600, 0o400, 0o700] {
                fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
                assert!(found(&path).readable_by_others.is_none());
            }
        }

        #[test]
        fn a_link_counts_as_what_it_leads_to() {
            let (directory, path) = file("text");
            let link = directory.path().join("link");
            symlink(&path, &link).unwrap();
            assert_eq!(found(&link).text.as_str(), "text");
            fs::remove_file(&path).unwrap();
            assert!(read(&link, "the file").unwrap().is_none());
        }

        #[test]
        fn a_path_stays_on_one_line() {
            let (directory, _) = file("");
            let path = directory.path().join("two\nlines");
            fs::write(&path, "text").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
            assert!(!found(&path).readable_by_others.unwrap().contains('\n'));
        }
    }
}
