//! What the documents say of the code is there: files, tests, features, versions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every document of the repository, by its path.
fn documents() -> Vec<PathBuf> {
    let folders = [".", "docs", "cli", "codegen", "core", "simulator", "fuzz", "examples/downstream"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let documents: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    assert!(documents.len() >= 10, "{documents:?}");
    documents
}

/// The parts of a text between single backticks; blocks of code are left out.
fn code(text: &str) -> Vec<String> {
    let mut is_block = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_block ^= is_fence;
        !is_block && !is_fence
    });
    let lines: Vec<_> = lines.collect();
    lines.join("\n").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Where a link of Markdown leads, without what is on the page.
fn links(text: &str) -> Vec<String> {
    let ends = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    ends.map(|link| link.split('#').next().unwrap().to_owned()).collect()
}

#[test]
fn the_files_that_documents_name_are_there() {
    let folders = [
        "src/",
        "core/",
        "codegen/",
        "tests/",
        "docs/",
        "cli/",
        "simulator/",
        "openapi/",
        "examples/",
        "benches/",
        ".ci/",
    ];
    let mut seen = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let named = code(&text).into_iter().filter(|part| {
            folders.iter().any(|folder| part.starts_with(folder)) && !part.contains(['*', '{', ' ', '…', ':', ','])
        });
        for path in named.chain(links(&text).into_iter().filter(|link| !link.is_empty() && !link.contains("://"))) {
            let beside = document.parent().unwrap().join(&path);
            assert!(root().join(&path).exists() || beside.exists(), "{}: {path} is not there", document.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} were looked at");
}

#[test]
fn each_line_of_the_threat_model_names_a_test_that_exists() {
    let text = read("SECURITY.md");
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| ") && !line.contains("| shown by |")).collect();
    let rows: Vec<_> = rows.into_iter().filter(|line| !line.starts_with("| --- ")).collect();
    assert!(rows.len() >= 20, "{rows:?}");
    for row in rows {
        let shown_by = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let mut file = String::new();
        let mut tests = 0;
        for part in code(shown_by) {
            if part.contains('/') {
                file = read(&part);
                tests += usize::from(part.starts_with("tests/faults/table.rs"));
            } else {
                assert!(file.contains(&format!("fn {part}(")), "no test {part} for: {row}");
                tests += 1;
            }
        }
        assert!(tests > 0, "no test for: {row}");
    }
}

#[test]
fn the_readme_names_the_version_and_every_feature() {
    let (readme, manifest) = (read("README.md"), read("Cargo.toml"));
    let manifest: toml::Table = manifest.parse().unwrap();
    let (major_minor, _) = env!("CARGO_PKG_VERSION").rsplit_once('.').unwrap();
    let wanted = format!("dataarts-security = \"{major_minor}\"");
    assert!(readme.contains(&wanted), "{wanted} is not in the README");
    for feature in manifest["features"].as_table().unwrap().keys().filter(|name| *name != "default") {
        assert!(readme.contains(&format!("`{feature}`")), "the feature {feature} is not in the README");
    }
    let rust = manifest["workspace"]["package"]["rust-version"].as_str().unwrap();
    assert!(readme.contains(&format!("Rust {rust}")), "Rust {rust} is not in the README");
}

#[test]
fn the_four_packages_carry_the_same_licences() {
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE"] {
        for package in ["cli", "codegen", "simulator"] {
            assert_eq!(read(file), read(&format!("{package}/{file}")), "{package}/{file}");
        }
    }
}

#[test]
fn the_changelog_keeps_its_form() {
    let text = read("CHANGELOG.md");
    let mut unreleased = 0;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("### ") {
            let known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
            assert!(known.contains(&title), "{title} is no section of Keep a Changelog");
        } else if let Some(title) = line.strip_prefix("## ") {
            let is_release =
                title.strip_prefix('[').and_then(|rest| rest.split_once("] - ")).is_some_and(|(version, date)| {
                    version.split('.').count() == 3 && date.len() == 10 && date.split('-').count() == 3
                });
            unreleased += usize::from(title == "[Unreleased]");
            assert!(is_release || title == "[Unreleased]", "{title}: a release is \"[X.Y.Z] - YYYY-MM-DD\"");
        }
    }
    assert_eq!(unreleased, 1, "one section collects what comes next");
}
