//! `docs/probe.md` is as the questions and calls are, and what it points to is there.

use std::fs;
use std::path::{Path, PathBuf};

use super::call::Call;
use super::question::QUESTIONS;

const MARK: &str =
    "<!-- What follows is written by the tests: UPDATE_DOCS=1 cargo test -p dataarts-cli --bin dataarts probe -->";

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn tables() -> String {
    let mut text = String::from(
        "\n## The questions\n\n| name | question | what this client assumes | where that stands | calls |\n| --- | --- | --- | --- | --- |\n",
    );
    for question in &QUESTIONS {
        let calls: Vec<String> = question.calls.iter().map(|call| call.number().to_string()).collect();
        let (id, asks, assumes, (file, _)) = (question.id, question.asks, question.assumes, question.place);
        text.push_str(&format!("| `{id}` | {asks} | {assumes} | `{file}` | {} |\n", calls.join(", ")));
    }
    text.push_str("\n## The calls\n\n| number | operation | parameters |\n| --- | --- | --- |\n");
    for call in Call::ALL {
        text.push_str(&format!("| {} | `{}` | `{}` |\n", call.number(), call.operation(), call.shown()));
    }
    text.replace("``", "none")
}

#[test]
fn the_document_of_the_probe_is_up_to_date() {
    let path = project().join("docs/probe.md");
    let written = fs::read_to_string(&path).unwrap();
    let (head, _) = written.split_once(MARK).unwrap();
    let current = format!("{head}{MARK}\n{}", tables());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &current).unwrap();
        return;
    }
    assert!(written == current, "docs/probe.md is no more what it was; UPDATE_DOCS=1 writes it anew");
}

#[test]
fn what_is_assumed_stands_where_the_question_says() {
    for question in &QUESTIONS {
        let (file, words) = question.place;
        let text = fs::read_to_string(project().join(file)).unwrap();
        assert!(text.contains(words), "{}: no more {words:?} in {file}", question.id);
    }
}
