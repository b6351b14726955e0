//! What suits a terminal: columns that fit, completions, pages for `man`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::colours::{at, unpainted};
use crate::support::peer::page;
use crate::support::program::{dataarts, fail, succeed};

/// Names of every kind of width: long, wide, combined, joined.
fn names() -> [String; 5] {
    [
        "数据仓库_生产环境_用户同步_".repeat(4),
        "a_name_without_end_".repeat(5),
        "e\u{301}".repeat(30),
        "👩\u{200d}💻🇨🇳".repeat(12),
        "x".into(),
    ]
}

/// A record for each name, with an id of its own.
fn with_names(id: &str, fields: &[&str], more: &Value) -> Vec<Value> {
    let record = |(number, name): (usize, &String)| {
        let mut record = more.clone();
        record[id] = json!(format!("{number:032x}"));
        for field in fields {
            record[*field] = json!(name);
        }
        record
    };
    names().iter().enumerate().map(record).collect()
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let task = json!({ "cluster_type": "DWS", "sync_status": "SYNC_FAIL", "schedule_status": "SCHEDULING",
                       "schedule_start_hour": 0, "schedule_end_hour": 23, "schedule_period": "MINUTE",
                       "schedule_interval": 30, "sync_time": 1_710_901_516_000_i64 });
    let tasks = with_names("id", &["cluster_name", "sync_msg", "create_user"], &task);
    let connections = with_names("dw_id", &["dw_name", "create_user"], &json!({ "dw_type": "DWS", "create_time": 1 }));
    let instances = with_names("resource_id", &["resource_name"], &json!({ "expire_time": 1_710_901_516_000_i64 }));
    for width in [40_usize, 60, 80, 120] {
        for (words, answer) in [
            ("sync-tasks list", page(5, tasks.clone())),
            ("sync-tasks health --fail-on never", page(5, tasks.clone())),
            ("sync-tasks show 1", tasks[0].clone()),
            ("sync-tasks show 1", tasks[3].clone()),
            ("connections", json!({ "data_connection_lists": connections.clone() })),
            ("instances", json!({ "count": 5, "commodity_orders": instances.clone() })),
        ] {
            for choice in ["never", "always"] {
                let words = format!("{words} --color {choice}");
                let text = unpainted(&succeed(at(answer.clone(), &words).env("COLUMNS", width.to_string())));
                for line in text.lines() {
                    assert!(line.width() <= width, "{words} at {width}: {line}\n{text}");
                }
            }
        }
    }
}

#[test]
fn columns_stand_below_each_other_beside_wide_characters() {
    let named = |name: &str| json!({ "id": name, "cluster_name": name, "cluster_type": "DWS" });
    let tasks = ["数据仓库", "e\u{301}e\u{301}", "👩\u{200d}💻", "plain"].map(named);
    for width in ["", "120"] {
        let text = succeed(at(page(4, tasks.clone()), "sync-tasks list").env("COLUMNS", width));
        let places: Vec<usize> =
            text.lines().skip(1).map(|line| line.split_once("DWS").expect(line).0.width()).collect();
        assert_eq!(places, [10; 4], "{text}");
    }
}

#[test]
fn the_demo_fits_a_narrow_terminal() {
    for words in
        ["sync-tasks list", "sync-tasks health --fail-on never", "connections", "workspaces", "auth show", "api"]
    {
        let text = succeed(dataarts(&format!("--demo {words}")).env("COLUMNS", "40"));
        assert!(text.lines().all(|line| line.width() <= 40), "{words}: {text}");
    }
}

/// Whether this program is here, which a check needs; where `CI_STRICT` is set, no check may be left out.
fn is_here(program: &str) -> bool {
    let is_here = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_here {
        assert!(std::env::var_os("CI_STRICT").is_none(), "{program} is not here, and CI_STRICT is set");
        eprintln!("skipped: {program} is not here");
    }
    is_here
}

/// What `program` says of `input`, with an exit code of 0.
fn ask(program: &str, words: &[&str], input: &str) -> String {
    let mut command = Command::new(program);
    let pipes = command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("a program");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("a reader");
    let output = child.wait_with_output().expect("an end");
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{error}");
    format!("{said}{error}")
}

#[test]
fn every_shell_is_told_all_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = succeed(&mut dataarts(&format!("completions {shell}")));
        for name in ["sync-tasks", "uncovered", "connections", "completions", "no-progress", "page-size", "SYNC_FAIL"] {
            // What takes values of its own is not told to every shell.
            assert!(script.contains(name) || name == "SYNC_FAIL", "{name} for {shell}");
        }
        if ["bash", "zsh", "fish"].contains(&shell) && is_here(shell) {
            let check = if shell == "fish" { "--no-execute" } else { "-n" };
            assert_eq!(ask(shell, &[check], &script), "");
        }
    }
    assert!(fail(&mut dataarts("completions tcsh"), 2).contains("bash"));
}

#[test]
fn bash_completes_commands_options_and_values() {
    if !is_here("bash") {
        return;
    }
    let script = succeed(&mut dataarts("completions bash"));
    let complete = |line: &str| {
        let words = line.split(' ').collect::<Vec<_>>();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let call = format!(
            "{script}\ncomplete -p dataarts\nCOMP_WORDS=({line})\nCOMP_CWORD={}\n_dataarts dataarts '{last}' '{before}'\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            words.len() - 1
        );
        let said = ask("bash", &[], &call);
        assert!(said.starts_with("complete "), "{said}");
        said.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete("dataarts sync-tasks l"), ["list"]);
    assert_eq!(complete("dataarts sync-tasks list --page"), ["--page-size"]);
    assert_eq!(complete("dataarts sync-tasks list --color a"), ["auto", "always"]);
}

#[test]
fn pages_for_man_are_written_without_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = dataarts("man --directory");
    assert_eq!(succeed(command.arg(folder.path())), "");
    let mut pages = Vec::new();
    let has_groff = is_here("groff");
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a page");
        if has_groff {
            assert_eq!(ask("groff", &["-man", "-Tutf8", "-ww", "-z", "-Kutf8"], &text), "", "{}", path.display());
        }
        pages.push(path.file_name().expect("a name").to_string_lossy().into_owned());
    }
    for name in ["dataarts.1", "dataarts-sync-tasks.1", "dataarts-sync-tasks-list.1", "dataarts-completions.1"] {
        assert!(pages.iter().any(|page| page == name), "{name} in {pages:?}");
    }
    let page = succeed(&mut dataarts("man sync-tasks list"));
    assert_eq!(std::fs::read_to_string(folder.path().join("dataarts-sync-tasks-list.1")).expect("a page"), page);
}
