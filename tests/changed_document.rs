//! The document is the one source: what is added to it is there in Rust, and what is wrong with it stops the build with
//! one line. Each test works on a copy of the crate and builds it with cargo, as someone who edits the document would:
//! `cargo test --test changed_document -- --ignored`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

const DOCUMENT: &str = "openapi/dataarts-security.yaml";

/// A copy of this crate with a caller beside it, in a workspace of its own.
struct Copy {
    root: PathBuf,
}

impl Copy {
    fn new(name: &str) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        for folder in ["src", "openapi"] {
            copy_folder(&source.join(folder), &root.join(folder));
        }
        for file in ["build.rs", "Cargo.lock"] {
            fs::copy(source.join(file), root.join(file)).unwrap();
        }
        let manifest = fs::read_to_string(source.join("Cargo.toml")).unwrap();
        // Tests, examples and benchmarks stay behind, and with them what only they need.
        let mut section = "";
        let manifest: Vec<&str> = manifest
            .lines()
            .filter(|line| {
                section = if line.starts_with('[') { line } else { section };
                !matches!(section, "[[bench]]" | "[[example]]" | "[dev-dependencies]")
                    && !line.starts_with("default-members")
            })
            .map(|line| if line.starts_with("members = ") { "members = [\".\", \"caller\"]" } else { line })
            .collect();
        // cargo tells packages in one target folder apart by their versions, not by their places.
        let version = |number: &str| format!("version = \"{number}\"");
        let (own, copied) = (version(env!("CARGO_PKG_VERSION")), version(&format!("0.0.0-{name}")));
        // What does not depend on the document stays where it is, and is compiled once for all copies.
        let mut manifest = manifest.join("\n");
        for folder in ["codegen", "core"] {
            let path = format!("path = {:?}, version", source.join(folder));
            manifest = manifest.replace(&format!("path = \"{folder}\", version"), &path);
        }
        assert!(manifest.contains(&own), "the manifest has changed; this test has to follow");
        write(&root.join("Cargo.toml"), &manifest.replacen(&own, &copied, 1));
        write(&root.join("caller/src/main.rs"), "fn main() {}\n");
        write(
            &root.join("caller/Cargo.toml"),
            r#"
                [package]
                name = "caller"
                version = "0.1.0"
                edition = "2024"

                [dependencies]
                dataarts-security = { path = ".." }
                tokio = { version = "1", features = ["macros", "rt"] }
            "#,
        );
        Self { root }
    }

    fn document(&self) -> Value {
        serde_saphyr::from_str(&fs::read_to_string(self.root.join(DOCUMENT)).unwrap()).unwrap()
    }

    fn write_document(&self, text: &str) {
        write(&self.root.join(DOCUMENT), text);
    }

    /// cargo in the copy. The target folder is the one in use, so that dependencies are not built twice.
    fn cargo(&self, arguments: &[&str]) -> Output {
        self.cargo_command(arguments).arg("--offline").output().unwrap()
    }

    fn cargo_command(&self, arguments: &[&str]) -> Command {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).env("CARGO_TARGET_DIR", target).env("CARGO_TERM_COLOR", "never");
        command.current_dir(&self.root);
        command
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What someone adds to the document when the service grows.
fn grow(document: &mut Value) {
    let list = &mut document["paths"]["/v1/{project_id}/security/member-sync-tasks"]["get"];
    let timestamp = json!({"$ref": "#/components/schemas/Timestamp"});
    list["parameters"].as_array_mut().unwrap().push(json!({
        "name": "edited_after", "in": "query", "description": "Only tasks edited after this time.", "schema": timestamp,
    }));
    let schemas = &mut document["components"]["schemas"];
    schemas["SyncStatus"]["enum"].as_array_mut().unwrap().push(json!("SYNC_PARTIAL_FAIL"));
    schemas["Health"] =
        json!({"type": "string", "enum": ["GOOD", "BAD"], "description": "See https://example.com/<x>[y]."});
    let task = &mut schemas["MemberSyncTask"]["properties"];
    task["health"] = json!({"$ref": "#/components/schemas/Health"});
    task["next_time"] = timestamp;
    schemas["Cluster"] = json!({"type": "object", "properties": {
        "cluster_id": {"type": "string"}, "cluster_name": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}},
        "nodes": {"type": "integer", "format": "int32"},
    }});
    schemas["ClusterList"] = json!({"type": "object", "properties": {
        "total_size": {"type": "integer", "format": "int32"},
        "clusters": {"type": "array", "items": {"$ref": "#/components/schemas/Cluster"}},
    }});
    let text = json!({"type": "string"});
    odd_but_valid(document);
    document["paths"]["/v1/{project_id}/clusters"] = json!({"get": {
        "operationId": "list_clusters",
        "x-huawei-operation": "ListClusters",
        "x-paging": {
            "limit": "limit", "offset": "offset", "items": "clusters", "total": "total_size", "id": "cluster_id",
            "key": "cluster_name", "order": {"sort": "NAME", "ascending": true},
        },
        "parameters": [
            {"$ref": "#/components/parameters/ProjectId"},
            {"$ref": "#/components/parameters/Workspace"},
            {"name": "type", "in": "query", "schema": text},
            {"name": "limit", "in": "query", "schema": {"type": "string", "maximum": 50}},
            {"name": "offset", "in": "query", "schema": text},
            {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["NAME", "NODES"]}},
            {"name": "ascending", "in": "query", "schema": {"type": "boolean"}},
        ],
        "responses": {
            "200": {"description": "A page.", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/ClusterList"},
            }}},
            "default": {"$ref": "#/components/responses/Refused"},
        },
    }});
}

/// Forms of OpenAPI that the generator alone does not take well; here they only have to compile without a warning.
fn odd_but_valid(document: &mut Value) {
    let timestamp = json!({"$ref": "#/components/schemas/Timestamp"});
    let schemas = &mut document["components"]["schemas"];
    schemas["Switch"] = json!({"type": "string", "nullable": true, "enum": ["ON", "OFF", "Y", null]});
    schemas["Tags"] = json!({"type": "array", "items": {"type": "string"}, "nullable": true});
    schemas["Odd"] = json!({"allOf": [
        {"type": "object", "properties": {"rows": {"type": "array", "items": {"$ref": "#/components/schemas/Cluster"}}}},
        {"type": "object", "required": ["count"], "properties": {
            "count": {"type": "integer", "format": "uint64"}, "type": {"$ref": "#/components/schemas/Switch"},
            "tags": {"$ref": "#/components/schemas/Tags"}, "when": {"type": "string", "format": "date-time"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "mode": {"type": "string", "enum": ["a", "b"], "default": "a", "nullable": true},
        }},
    ]});
    document["paths"]["/v1/{project_id}/odd/{since}/{kind}"] = json!({
        "get": {
            "operationId": "list_odd",
            "summary": "See (https://example.com/a), [the page](https://example.com/b) and 见https://example.com/c",
            "description": "Text\n\n    indented\n\n~~~\nlet x = 1\n~~~\n<b> [c] https://example.com.",
            "x-paging": {"limit": "page_size", "offset": "start", "items": "rows", "total": "count"},
            "parameters": [
                {"$ref": "#/components/parameters/ProjectId"},
                {"name": "since", "in": "path", "required": true, "schema": timestamp},
                {"name": "kind", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Switch"}},
                {"name": "until", "in": "query", "required": true, "schema": timestamp},
                {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "type", "in": "query", "schema": {"$ref": "#/components/schemas/Switch"}},
                {"name": "ratio", "in": "query", "schema": {"type": "number", "minimum": 0.5}},
                {"name": "X-Mode", "in": "header", "schema": {"type": "string", "enum": ["one", "two"]}},
                {"name": "page_size", "in": "query", "schema": {"type": "integer", "maximum": 20}},
                {"name": "start", "in": "query", "schema": {"type": "integer"}},
            ],
            "responses": {"200": {"description": "Rows.", "content": {"application/json;charset=UTF-8": {
                "schema": {"$ref": "#/components/schemas/Odd"},
            }}}},
        },
        "post": {
            "operationId": "change_odd",
            "parameters": [
                {"$ref": "#/components/parameters/ProjectId"},
                {"name": "since", "in": "path", "required": true, "schema": timestamp},
                {"name": "kind", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Switch"}},
            ],
            "requestBody": {"required": true, "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Cluster"},
            }}},
            "responses": {"204": {"description": "Done."}},
        },
    });
}

#[test]
#[ignore = "compiles copies of the packages; .ci/run runs it"]
fn what_is_added_to_the_document_can_be_called_without_a_line_of_rust() {
    let copy = Copy::new("grown");
    let mut document = copy.document();
    grow(&mut document);
    // JSON is YAML.
    copy.write_document(&serde_json::to_string_pretty(&document).unwrap());
    write(&copy.root.join("caller/src/main.rs"), include_str!("data/caller.rs"));

    let run = copy.cargo(&["run", "--quiet", "-p", "caller"]);
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(String::from_utf8_lossy(&run.stdout), "the caller is content\n");
    assert!(!stderr(&run).contains("warning"), "{}", stderr(&run));

    let docs = copy.cargo(&["doc", "--quiet", "--no-deps", "--features", "httpmock", "-p", "dataarts-security"]);
    assert!(docs.status.success() && stderr(&docs).is_empty(), "{}", stderr(&docs));

    let again = copy.cargo(&["build", "--verbose", "-p", "caller"]);
    assert!(again.status.success(), "{}", stderr(&again));
    let text = stderr(&again);
    let work = |line: &&str| ["Compiling", "Dirty", "Running"].iter().any(|word| line.trim().starts_with(word));
    assert_eq!(text.lines().find(work), None, "a second build did work: {text}");
    assert!(text.contains("Fresh dataarts-security"), "{text}");
}

#[test]
#[ignore = "compiles copies of the packages; .ci/run runs it"]
fn what_is_added_to_the_document_answers_to_the_command_line() {
    let copy = Copy::new("called");
    for folder in ["cli", "simulator"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for part in ["src", "templates", "Cargo.toml"].map(Path::new) {
            let (from, to) = (source.join(part), copy.root.join(folder).join(part));
            if from.is_dir() {
                copy_folder(&from, &to);
            } else if from.is_file() {
                write(&to, &fs::read_to_string(from).unwrap());
            }
        }
        // A copy has a version of its own, its program too a name, and its examples and tests stay behind.
        let manifest = fs::read_to_string(copy.root.join(folder).join("Cargo.toml")).unwrap();
        let (kept, _) = manifest.split_once("[dev-dependencies]").unwrap();
        let kept = kept
            .replace("\", version = \"0.1.0\"", "\"")
            .replace("\nversion.workspace = true", "\nversion = \"0.0.0-called\"")
            .replace("name = \"dataarts\"", "name = \"dataarts-called\"");
        let tests = kept.find("[[test]]").map(|start| (start, start + kept[start..].find("\n\n").unwrap()));
        let kept = tests.map_or(kept.clone(), |(start, end)| format!("{}{}", &kept[..start], &kept[end..]));
        write(&copy.root.join(folder).join("Cargo.toml"), &kept);
    }
    let manifest = fs::read_to_string(copy.root.join("Cargo.toml")).unwrap();
    let members = "members = [\".\", \"caller\", \"cli\", \"simulator\"]";
    write(&copy.root.join("Cargo.toml"), &manifest.replace("members = [\".\", \"caller\"]", members));
    let mut document = copy.document();
    grow(&mut document);
    copy.write_document(&serde_json::to_string_pretty(&document).unwrap());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let body = "{\"clusters\": [ ], \"as\":\"it came\"}";
    let peer = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(&connection).lines().map_while(Result::ok);
        let first = lines.next().unwrap();
        let _ = lines.take_while(|line| !line.is_empty()).count();
        write!(connection, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
            .unwrap();
        first
    });
    let build = copy.cargo(&["build", "--quiet", "-p", "dataarts-cli"]);
    assert!(build.status.success(), "{}", stderr(&build));
    let mut run = copy.cargo_command(&["run", "--quiet", "-p", "dataarts-cli", "--offline", "--"]);
    let run = run
        .args(["api", "listclusters", "--param", "type=DWS", "--param", "limit=7"])
        .env("DATAARTS_ENDPOINT", endpoint)
        .env("DATAARTS_TOKEN", "a-token")
        .env("DATAARTS_WORKSPACE", "w")
        .env("HUAWEICLOUD_SDK_PROJECT_ID", "p")
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(String::from_utf8_lossy(&run.stdout), body);
    assert_eq!(peer.join().unwrap(), "GET /v1/p/clusters?limit=7&type=DWS HTTP/1.1");
}

/// What can be wrong with a document, and each line about it, is tested in `codegen/tests/diagnostics.rs`.
#[test]
#[ignore = "compiles copies of the packages; .ci/run runs it"]
fn a_broken_document_stops_the_build_with_one_line_that_names_document_place_and_reason() {
    let copy = Copy::new("broken");
    let good = copy.document();
    let cases = [
        ("an edit that is not YAML", Some("openapi: [3.0.3\npaths: }"), "line 2: is not YAML"),
        ("a missing file", None, "file: cannot be read"),
    ];
    for (name, document, expected) in cases {
        match document {
            Some(text) => copy.write_document(text),
            None => fs::remove_file(copy.root.join(DOCUMENT)).unwrap(),
        }
        let output = copy.cargo(&["check", "--quiet", "-p", "dataarts-security"]);
        let text = stderr(&output);
        assert!(!output.status.success(), "{name}: the build went through");
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(DOCUMENT)).collect();
        assert_eq!(lines.len(), 1, "{name}: {text}");
        assert!(lines[0].contains(expected), "{name}: {}", lines[0]);
        assert!(!text.contains("panicked"), "{name}: {text}");
    }
    copy.write_document(&good.to_string());
    let output = copy.cargo(&["check", "--quiet", "-p", "dataarts-security"]);
    assert!(output.status.success(), "the good document no longer builds: {}", stderr(&output));
}
