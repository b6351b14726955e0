//! Outputs that are kept as files. Where `WRITE_GOLDEN` is set they are written instead of compared.

use std::fs;
use std::path::PathBuf;

/// Compares `text` with the file of this name.
pub(crate) fn check(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/dataarts/golden").join(name);
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        fs::write(&path, text).expect("a file");
        return;
    }
    let golden = fs::read_to_string(&path).expect("a file");
    // Not by assert_eq, whose escapes nobody can read.
    assert!(golden == text, "{name} is no more what it was; WRITE_GOLDEN=1 writes it anew:\n{text}");
}
