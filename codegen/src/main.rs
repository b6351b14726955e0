//! `huaweicloud-codegen`: writes a crate from an OpenAPI document.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use huaweicloud_codegen::generate_crate;

const USAGE: &str = "usage: huaweicloud-codegen DOCUMENT --crate NAME --output DIRECTORY";
const HELP: &str = "Writes a Rust crate from an OpenAPI 3.0 document; it compiles against huaweicloud-core.

usage: huaweicloud-codegen DOCUMENT --crate NAME --output DIRECTORY

  DOCUMENT             the document, in YAML or JSON
  --crate NAME         the name of the crate
  --output DIRECTORY   where it is written; it has to be absent, empty, or written by this program before
  --help, --version    print this, or the version

Exit codes: 0 done; 1 the document cannot be used or a file cannot be written; 2 wrong usage.";

const MANIFEST: &str = "Cargo.toml";

#[derive(Debug, PartialEq)]
enum Command {
    Write { document: PathBuf, name: String, output: PathBuf },
    Print(String),
}

fn main() -> ExitCode {
    let command = match parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(reason) => {
            eprintln!("{reason}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match command {
        Command::Print(text) => println!("{text}"),
        Command::Write { document, name, output } => {
            if let Err(line) = write(&document, &name, &output) {
                eprintln!("{line}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, String> {
    use lexopt::prelude::*;

    let (mut document, mut name, mut output) = (None, None, None);
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut twice = false;
    let failed = |error: lexopt::Error| error.to_string();
    while let Some(argument) = parser.next().map_err(failed)? {
        twice |= match argument {
            Long("help") | Short('h') => return Ok(Command::Print(HELP.to_owned())),
            Long("version") | Short('V') => {
                return Ok(Command::Print(concat!("huaweicloud-codegen ", env!("CARGO_PKG_VERSION")).to_owned()));
            }
            Long("crate") => name.replace(parser.value().map_err(failed)?.string().map_err(failed)?).is_some(),
            Long("output") => output.replace(PathBuf::from(parser.value().map_err(failed)?)).is_some(),
            Value(path) => document.replace(PathBuf::from(path)).is_some(),
            Long(_) | Short(_) => return Err(failed(argument.unexpected())),
        };
    }
    if twice {
        return Err("an argument is given twice".to_owned());
    }
    let document = document.ok_or("DOCUMENT is missing")?;
    Ok(Command::Write {
        document,
        name: name.ok_or("--crate is missing")?,
        output: output.ok_or("--output is missing")?,
    })
}

fn write(document: &Path, name: &str, output: &Path) -> Result<(), String> {
    let shown = document.display();
    let text = fs::read_to_string(document).map_err(|error| format!("{shown}: cannot be read: {error}"))?;
    let origin = document.file_name().unwrap_or_default().to_string_lossy();
    let files = generate_crate(&text, &origin, name).map_err(|diagnostic| format!("{shown}: {diagnostic}"))?;
    check_output(output, files.get(MANIFEST).map_or("", String::as_str))?;
    for (path, content) in &files {
        let path = output.join(path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, content));
        written.map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
    }
    Ok(())
}

/// Refuses a folder that holds anything but a crate of this program, whose manifests begin like `manifest`.
fn check_output(output: &Path, manifest: &str) -> Result<(), String> {
    let is_empty = match fs::read_dir(output) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(format!("{}: cannot be read: {error}", output.display())),
    };
    // Other versions of the program write the same words before their number.
    let words = manifest.split(env!("CARGO_PKG_VERSION")).next().unwrap_or(manifest);
    let is_own = || fs::read_to_string(output.join(MANIFEST)).is_ok_and(|there| there.starts_with(words));
    if is_empty || is_own() {
        return Ok(());
    }
    Err(format!("{}: holds files that this program did not write; name another directory", output.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> Result<Command, String> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn document_name_and_directory_are_taken_in_any_order_and_once() {
        let expected = Command::Write { document: "a.yaml".into(), name: "a".into(), output: "out".into() };
        assert_eq!(parsed(&["a.yaml", "--crate", "a", "--output", "out"]), Ok(expected));
        assert!(parsed(&["--output=out", "--crate=a", "a.yaml"]).is_ok());
        for (words, reason) in [
            (&["--crate", "a", "--output", "out"][..], "DOCUMENT is missing"),
            (&["a.yaml", "--output", "out"], "--crate is missing"),
            (&["a.yaml", "--crate", "a"], "--output is missing"),
            (&["a.yaml", "b.yaml", "--crate", "a", "--output", "out"], "an argument is given twice"),
            (&["--wrong"], "invalid option '--wrong'"),
        ] {
            assert_eq!(parsed(words), Err(reason.to_owned()));
        }
    }

    #[test]
    fn a_directory_with_other_files_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("clusters.yaml");
        fs::write(
            &document,
            "openapi: 3.0.3\ninfo: { title: Clusters, version: v1 }\npaths: { /a: { get: { operationId: a, responses: \
             { '204': { description: d } } } } }\n",
        )
        .unwrap();
        let output = folder.path().join("out");
        // Twice: what was written before is written again.
        for _ in 0..2 {
            write(&document, "clusters", &output).unwrap();
        }
        assert!(fs::read_to_string(output.join("src/client.rs")).unwrap().contains("fn a(&self)"));
        fs::write(output.join("Cargo.toml"), "[package]\n").unwrap();
        let refused = write(&document, "clusters", &output).unwrap_err();
        assert!(refused.ends_with("holds files that this program did not write; name another directory"), "{refused}");
        assert_eq!(fs::read_to_string(output.join("Cargo.toml")).unwrap(), "[package]\n");
    }

    #[test]
    fn a_document_that_cannot_be_used_is_one_line_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let document = folder.path().join("old.yaml");
        fs::write(&document, "swagger: '2.0'\n").unwrap();
        let refused = write(&document, "old", &folder.path().join("out")).unwrap_err();
        assert!(refused.starts_with(&document.display().to_string()) && !refused.contains('\n'), "{refused}");
        assert!(!folder.path().join("out").exists());
        assert!(write(&folder.path().join("none.yaml"), "none", folder.path()).unwrap_err().contains("cannot be read"));
    }
}
