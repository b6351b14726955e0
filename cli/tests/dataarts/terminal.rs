//! What a terminal sees: completions, pages for `man`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::program::{dataarts, fail, succeed};

/// Whether this program is here.
fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
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
        for name in ["sync-tasks", "uncovered", "connections", "completions", "page-size", "checkpoint", "SYNC_FAIL"] {
            // What takes values of its own is not told to every shell.
            assert!(script.contains(name) || name == "SYNC_FAIL", "{name} for {shell}");
        }
        if is_here(shell) && ["bash", "zsh", "fish"].contains(&shell) {
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
    assert_eq!(complete("dataarts sync-tasks list --che"), ["--checkpoint"]);
}

#[test]
fn pages_for_man_are_written_without_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = dataarts("man --directory");
    assert_eq!(succeed(command.arg(folder.path())), "");
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a page");
        if is_here("groff") {
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
