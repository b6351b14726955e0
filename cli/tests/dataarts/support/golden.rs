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

/// The same text with its codes written so that people can read them.
pub(crate) fn readable(text: &str) -> String {
    text.replace('\u{1b}', "\\e")
}

/// The same text with letters for the years of ages, which grow by themselves.
pub(crate) fn without_years(text: &str) -> String {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for place in 1..words.len() {
            let number = words[place - 1].trim_start_matches('(').to_owned();
            if words[place].trim_end_matches(')') == "y" && is_number(&number) {
                words[place - 1] = words[place - 1].replace(&number, &"N".repeat(number.len()));
            }
        }
        lines.push(words.join(" "));
    }
    lines.join("\n")
}
