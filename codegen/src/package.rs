//! A whole crate for one document: manifest, library and generated code.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::generate::generate;
use crate::visibility::Visibility;

/// Begins the first line of every manifest that is written here.
const MARK: &str = "# Written by huaweicloud-codegen";

const MANIFEST: &str = include_str!("package/Cargo.toml.in");
const LIBRARY: &str = include_str!("package/lib.rs.in");
const GENERATED: &str = include_str!("package/generated.rs.in");

/// Generates a crate that compiles against `huaweicloud-core`: the text of each of its files, by its path.
///
/// `text` is the document, in YAML or JSON, `origin` its file name, which the crate mentions, and `name` the name of the
/// crate: a lower-case letter, then lower-case letters, digits, `-` and `_`.
///
/// # Errors
///
/// Returns a [`Diagnostic`] if the document cannot be used, or if `name` cannot be the name of a crate.
///
/// # Example
///
/// ```
/// let document = r#"
/// openapi: 3.0.3
/// info: { title: Clusters, version: v1 }
/// paths:
///   /v1/clusters/{cluster_id}:
///     get:
///       operationId: show_cluster
///       parameters:
///         - { name: cluster_id, in: path, required: true, schema: { type: string } }
///       responses:
///         "204": { description: It exists. }
/// "#;
/// let files = huaweicloud_codegen::generate_crate(document, "clusters.yaml", "clusters").unwrap();
/// let paths: Vec<&str> = files.into_keys().collect();
/// assert_eq!(paths, ["Cargo.toml", "src/client.rs", "src/generated.rs", "src/lib.rs", "src/mock.rs"]);
/// ```
pub fn generate_crate(text: &str, origin: &str, name: &str) -> Result<BTreeMap<&'static str, String>, Diagnostic> {
    check_name(name)?;
    let title = Document::parse(text)?.title().to_owned();
    let library_name = name.replace('-', "_");
    let code = generate(text, Visibility::Public, &library_name)?;
    let fill = |template: &str| {
        let values = [
            ("{mark}", MARK),
            ("{version}", env!("CARGO_PKG_VERSION")),
            ("{origin}", &one_line(origin)),
            ("{title}", &one_line(&title)),
            ("{name}", name),
            ("{library}", &library_name),
        ];
        values.iter().fold(template.to_owned(), |text, (key, value)| text.replace(key, value))
    };
    Ok(BTreeMap::from([
        ("Cargo.toml", fill(MANIFEST)),
        ("src/lib.rs", fill(LIBRARY)),
        ("src/generated.rs", fill(GENERATED)),
        ("src/client.rs", code.client),
        ("src/mock.rs", code.mock.unwrap_or_default()),
    ]))
}

fn check_name(name: &str) -> Result<(), Diagnostic> {
    let is_word = |name: &str| syn::parse_str::<syn::Ident>(name).is_ok();
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '_');
    let fits = name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(allowed);
    // cargo refuses these, or they would hide what the generated code names.
    let is_taken = matches!(name, "test" | "core" | "std" | "alloc" | "huaweicloud-core" | "huaweicloud_core");
    if fits && is_word(&name.replace('-', "_")) && !is_taken {
        return Ok(());
    }
    Err(Diagnostic::new(
        "name of the crate",
        format!("{name:?} cannot be one; use a lower-case letter, then lower-case letters, digits, - and _"),
    ))
}

/// `text` for a comment and for a quoted text of TOML.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() || matches!(letter, '"' | '\\' | '{' | '}') { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "openapi: 3.0.3\ninfo: { title: \"A \\\"b\\\" {name}\", version: v1 }\npaths: { /a: { get: { operationId: a, responses: { '204': { description: d } } } } }\n";

    #[test]
    fn a_name_that_no_crate_can_have_is_refused() {
        for name in ["", "1a", "A", "a b", "fn", "test", "core", "a/b", "é", "-a", "huaweicloud-core"] {
            let refused = generate_crate(DOCUMENT, "a.yaml", name).unwrap_err().to_string();
            assert!(refused.starts_with("name of the crate: "), "{name}: {refused}");
        }
        for name in ["a", "a-b", "a_b2", "smn-client"] {
            assert!(generate_crate(DOCUMENT, "a.yaml", name).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_title_of_a_document_cannot_break_out_of_its_place() {
        let files = generate_crate(DOCUMENT, "a\n.yaml", "a-b").unwrap();
        let manifest = &files["Cargo.toml"];
        assert!(manifest.contains("description = \"Client of A  b   name \"\n"), "{manifest}");
        assert!(manifest.starts_with(MARK) && !manifest.contains("{mark}"), "{manifest}");
        assert!(files["src/lib.rs"].starts_with("//! Client of A  b   name .\n"), "{}", files["src/lib.rs"]);
        assert!(files["src/client.rs"].contains("a_b::Client"));
    }

    #[test]
    fn its_dependencies_have_the_versions_that_the_workspace_is_tested_with() {
        let workspace = include_str!("../../Cargo.toml");
        let version = |manifest: &str, name: &str| {
            // Features have names of dependencies, too.
            let is_version = |line: &&str| line.contains(" = \"") || line.contains("{ version = \"");
            let mut lines = manifest.lines().filter(|line| line.starts_with(&format!("{name} = "))).filter(is_version);
            let line = lines.next().unwrap_or_else(|| panic!("{name}"));
            line.split('"').nth(1).unwrap().to_owned()
        };
        for name in ["httpmock", "progenitor-client", "regex", "reqwest", "schemars", "serde", "serde_json"] {
            assert_eq!(version(MANIFEST, name), version(workspace, name), "{name}");
        }
        assert_eq!(version(MANIFEST, "huaweicloud-core"), "{version}");
    }
}
