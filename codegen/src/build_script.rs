//! What a build script does with its documents: files in `OUT_DIR`, and lines for cargo.

use std::env;
use std::path::{Path, PathBuf};

use crate::generate::generate;
use crate::visibility::Visibility;

/// A document that a build script generates code from.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    path: &'a str,
    visibility: Visibility,
}

impl<'a> Document<'a> {
    /// Creates a document from its path, relative to the package, and the code that calls its operations.
    ///
    /// The generated files have the name of the document, with `_` for `-`: `openapi/my-service.yaml` becomes
    /// `my_service.rs` and, for [`Visibility::Public`], `my_service_mock.rs`.
    ///
    /// # Example
    ///
    /// ```
    /// use huaweicloud_codegen::{Document, Visibility};
    ///
    /// const DOCUMENT: Document<'_> = Document::new("openapi/my-service.yaml", Visibility::Public);
    /// ```
    pub const fn new(path: &'a str, visibility: Visibility) -> Self {
        Self { path, visibility }
    }
}

/// Generates the code of each document into `OUT_DIR`, as the `main` of a build script.
///
/// Cargo runs the build script again when a document changes.
///
/// # Errors
///
/// Returns nothing. Each document that cannot be used becomes one line for cargo, which ends the build: the path, the
/// place in the document, and the reason.
///
/// # Example
///
/// ```no_run
/// // build.rs
/// use huaweicloud_codegen::{Document, Visibility, run_build_script};
///
/// fn main() {
///     run_build_script(&[Document::new("openapi/my-service.yaml", Visibility::Public)]);
/// }
/// ```
pub fn run_build_script(documents: &[Document<'_>]) {
    let out = env::var_os("OUT_DIR").map(PathBuf::from);
    // Without a line of this kind, any change in the package would count.
    println!("cargo::rerun-if-changed=build.rs");
    for document in documents {
        println!("cargo::rerun-if-changed={}", document.path);
        let result = match &out {
            Some(out) => write_code(*document, out),
            None => Err("OUT_DIR is not set: cargo sets it for build scripts; call this from one".to_owned()),
        };
        if let Err(line) = result {
            println!("cargo::error={line}");
        }
    }
}

fn write_code(document: Document<'_>, out: &Path) -> Result<(), String> {
    let Document { path, visibility } = document;
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: file: cannot be read: {error}"))?;
    let crate_name = env::var("CARGO_PKG_NAME").unwrap_or_default().replace('-', "_");
    let code = generate(&text, visibility, &crate_name).map_err(|diagnostic| format!("{path}: {diagnostic}"))?;
    let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().replace('-', "_");
    write(&out.join(format!("{stem}.rs")), &code.client)?;
    match code.mock {
        Some(mock) => write(&out.join(format!("{stem}_mock.rs")), &mock),
        None => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_file() {
        let nowhere = Path::new("nowhere");
        let missing = write_code(Document::new("openapi/missing.yaml", Visibility::Public), nowhere).unwrap_err();
        assert!(missing.starts_with("openapi/missing.yaml: file: cannot be read: "), "{missing}");
        let other = write_code(Document::new("Cargo.toml", Visibility::Public), nowhere).unwrap_err();
        assert!(other.starts_with("Cargo.toml: "), "{other}");
        let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/openapi/iam.yaml");
        let unwritten = write_code(Document::new(document, Visibility::Crate), nowhere).unwrap_err();
        let written = nowhere.join("iam.rs");
        assert!(unwritten.starts_with(&format!("cannot write {}: ", written.display())), "{unwritten}");
    }
}
