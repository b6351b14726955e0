//! Signals, and what the system does not give: threads, file descriptors, room on a disk, a terminal.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use pty_process::Size;
use pty_process::blocking::open;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::support::peer::{Answer, Peer, page, task, tasks};
use crate::support::program::{Run, dataarts, fail, in_shell, run, std_dataarts, std_dataarts_at, succeed};

const SIGNALS: [(Signal, i32); 3] = [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)];

/// Those that end a program here: under `nohup`, all that is started ignores SIGHUP.
fn signals() -> impl Iterator<Item = (Signal, i32)> + Clone {
    let ended = Command::new("sh").args(["-c", "kill -HUP $$"]).status().expect("sh");
    let is_ignored = ended.success();
    SIGNALS.into_iter().filter(move |(signal, _)| *signal != Signal::HUP || !is_ignored)
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("a signal");
}

fn spawn(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program")
}

fn code(mut child: Child) -> Option<i32> {
    child.wait().expect("an end").code()
}

/// A task whose text alone fills any pipe.
fn large(number: usize) -> serde_json::Value {
    let mut task = task(number);
    task["sync_status"] = json!("SYNC_FAIL");
    task["sync_msg"] = json!("ERROR ".repeat(100_000));
    task
}

#[test]
fn a_signal_ends_a_command_that_writes_to_a_pipe_nobody_reads() {
    let words = ["sync-tasks list -o json", "sync-tasks show 1", "api show_member_sync_task --param task_id=1"];
    let signals = signals();
    for (words, (sent, expected)) in words.into_iter().flat_map(|words| signals.clone().map(move |each| (words, each)))
    {
        let answer = if words.contains("list") { page(1, [large(1)]) } else { large(1) };
        let peer = Peer::start(vec![Answer::Json(200, answer)]);
        let mut child = spawn(&mut std_dataarts_at(&peer.endpoint, words));
        // One byte is there: it is writing, and the pipe takes no more than a part of it.
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        signal(&child, sent);
        assert_eq!(code(child), Some(expected), "{words}");
    }
}

#[test]
fn a_signal_ends_a_long_table_that_nobody_reads() {
    let wide = tasks(0..100).into_iter().map(|mut task| {
        task["cluster_name"] = json!("x".repeat(1_000));
        task
    });
    let peer = Peer::start(vec![Answer::Json(200, page(100, wide))]);
    let mut child = spawn(&mut std_dataarts_at(&peer.endpoint, "sync-tasks list"));
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    signal(&child, Signal::INT);
    assert_eq!(code(child), Some(130));
}

#[test]
fn a_signal_ends_a_command_that_opens_a_pipe_nobody_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    for (words, (sent, expected)) in
        ["sync-tasks list -o jsonl --output", "sync-tasks health --output", "sync-tasks report --html"]
            .into_iter()
            .zip(signals())
    {
        let peer = Peer::start(vec![Answer::Json(200, page(1, tasks(0..1))), Answer::Silence]);
        let words = format!("{words} {}", pipe.display());
        let child = spawn(&mut std_dataarts_at(&peer.endpoint, &words));
        if !words.contains("list") {
            peer.request();
        }
        // Wherever it is by now, it ends.
        signal_until_heard(&child, sent);
        assert_eq!(code(child), Some(expected), "{words}");
    }
}

/// Sends a signal once the program hears signals: before, it ends by the signal itself.
fn signal_until_heard(child: &Child, sent: Signal) {
    let status = format!("/proc/{}/status", child.id());
    loop {
        let text = fs::read_to_string(&status).expect("a process");
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a mask");
        let caught = u64::from_str_radix(caught.trim(), 16).expect("a mask");
        if caught >> (sent.as_raw() - 1) & 1 == 1 {
            break;
        }
        std::thread::yield_now();
    }
    signal(child, sent);
}

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
    names.map(|name| name.into_string().expect("a name")).collect()
}

#[test]
fn a_signal_leaves_no_temporary_file() {
    for (sent, expected) in signals() {
        let folder = tempfile::tempdir().expect("a folder");
        let peer = Peer::start(vec![Answer::Json(200, page(5, tasks(0..2))), Answer::Silence]);
        let words = "sync-tasks list --page-size 2 -o jsonl --output tasks";
        let child = spawn(std_dataarts_at(&peer.endpoint, words).current_dir(folder.path()));
        peer.request();
        peer.request();
        assert_eq!(files(folder.path()).len(), 1);
        signal(&child, sent);
        let run = Run::from(child.wait_with_output().expect("an end"));
        assert_eq!(run.code, expected, "{}", run.stderr);
        assert_eq!(files(folder.path()), [""; 0]);
    }
}

#[test]
fn what_killed_runs_left_is_removed_and_what_others_write_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = "sync-tasks list --page-size 2 -o jsonl --output tasks";
    let start = |peer: &Peer| {
        let child = spawn(std_dataarts_at(&peer.endpoint, words).current_dir(folder.path()));
        peer.request();
        peer.request();
        child
    };
    let hanging = || Peer::start(vec![Answer::Json(200, page(5, tasks(0..2))), Answer::Silence]);
    let peers = [hanging(), hanging()];
    let mut killed = start(&peers[0]);
    killed.kill().expect("a kill");
    killed.wait().expect("an end");
    let left = files(folder.path());
    assert!(left.len() == 1 && left[0].starts_with(".dataarts-"), "{left:?}");
    let mut alive = start(&peers[1]);
    let now = files(folder.path());
    assert!(now.len() == 1 && now != left, "{left:?} {now:?}");
    // A name that is not quite of the kind, and what is no file.
    fs::write(folder.path().join(".dataarts-mine.tmp"), "mine").expect("a file");
    symlink("tasks", folder.path().join(".dataarts-abcdef.tmp")).expect("a link");
    let peer = Peer::start(vec![Answer::Json(200, page(2, tasks(0..2)))]);
    let words = "sync-tasks list -o jsonl --output tasks";
    let finished = spawn(std_dataarts_at(&peer.endpoint, words).current_dir(folder.path()));
    assert_eq!(code(finished), Some(0));
    let mut names = files(folder.path());
    names.sort();
    let mut expected = vec![".dataarts-abcdef.tmp", ".dataarts-mine.tmp", now[0].as_str(), "tasks"];
    expected.sort_unstable();
    assert_eq!(names, expected);
    alive.kill().expect("a kill");
    alive.wait().expect("an end");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_the_name_of_the_file() {
    for words in [
        "sync-tasks list -o jsonl --output /dev/full",
        "sync-tasks list --output /dev/full",
        "sync-tasks health --fail-on never --output /dev/full",
        "sync-tasks report --html /dev/full",
        "probe --output /dev/full",
    ] {
        let message = fail(&mut dataarts(&format!("--demo {words}")), 1);
        assert!(message.starts_with("error: cannot write /dev/full: "), "{words}: {message}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_printed_to_a_full_disk_is_a_failure_help_and_version_too() {
    for words in
        ["--help", "--version", "sync-tasks list --help", "completions bash", "man", "--demo sync-tasks list", "api"]
    {
        let mut command = in_shell("exec \"$@\" > /dev/full", &std_dataarts(words));
        let run = Run::from(command.stdin(Stdio::null()).output().expect("the program"));
        assert_eq!(run.code, 1, "{words}: {}", run.stderr);
        assert!(run.stderr.starts_with("error: cannot write to standard output: "), "{words}: {}", run.stderr);
    }
    // What nobody reads is no failure.
    let mut child = spawn(&mut std_dataarts("--help"));
    drop(child.stdout.take());
    assert_eq!(code(child), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_thread_it_ends_with_one_line() {
    // A stack of this size is never there.
    let mut command = dataarts("--demo sync-tasks list");
    let message = fail(command.env("RUST_MIN_STACK", (1_u64 << 60).to_string()), 1);
    assert!(message.starts_with("error: the system gives no thread or no file descriptor: "), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_it_ends_with_an_error_and_does_not_panic() {
    for limit in 8..40 {
        let line = format!("ulimit -n {limit}; exec \"$@\"");
        let mut command = in_shell(&line, &std_dataarts("--demo sync-tasks list -o jsonl --retries 0 --timeout 5s"));
        let run = Run::from(command.stdin(Stdio::null()).output().expect("the program"));
        assert!(!run.stderr.contains("panicked"), "{limit}: {}", run.stderr);
        let has_failed = run.code == 1 && run.stderr.starts_with("error: ") && run.stderr.lines().count() <= 3;
        assert!(run.code == 0 && run.stderr.is_empty() || has_failed, "{limit}: {} {}", run.code, run.stderr);
    }
}

#[test]
fn a_watch_whose_terminal_goes_away_exits_129_and_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (errors, end) = (folder.path().join("errors"), folder.path().join("end"));
    // The shell ignores the end of the terminal, and so does the program: nothing but the terminal tells it.
    let line = format!("trap '' HUP; \"$@\" 2> {}; echo $? > {}", errors.display(), end.display());
    let shell = in_shell(&line, &std_dataarts("--demo sync-tasks watch"));
    let (mut terminal, line) = open().expect("a terminal");
    terminal.resize(Size::new(24, 80)).expect("a size");
    let mut command = pty_process::blocking::Command::new(shell.get_program()).args(shell.get_args());
    for (name, value) in shell.get_envs() {
        command = match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut child = command.env("TERM", "xterm-256color").spawn(line).expect("the program starts");
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("by severity") {
        let mut bytes = [0; 4096];
        let count = terminal.read(&mut bytes).expect("a view");
        seen.extend_from_slice(&bytes[..count]);
    }
    drop(terminal);
    child.wait().expect("an end");
    assert_eq!(fs::read_to_string(&end).expect("an exit code"), "129\n");
    assert_eq!(fs::read_to_string(&errors).expect("a file"), "");
}

#[test]
fn a_hang_up_that_is_ignored_stays_so() {
    let peer = Peer::start(vec![Answer::Json(200, page(5, tasks(0..2))), Answer::Silence]);
    let words = "sync-tasks list --page-size 2 -o jsonl";
    let child = spawn(&mut in_shell("trap '' HUP; exec \"$@\"", &std_dataarts_at(&peer.endpoint, words)));
    peer.request();
    peer.request();
    signal(&child, Signal::HUP);
    // Had the first been heard, that would be the end.
    signal(&child, Signal::TERM);
    assert_eq!(code(child), Some(143));
}

#[test]
fn a_listing_that_is_terminated_prints_what_it_has() {
    let peer = Peer::start(vec![Answer::Json(200, page(5, tasks(0..2))), Answer::Silence]);
    let child = spawn(&mut std_dataarts_at(&peer.endpoint, "sync-tasks list --page-size 2 -o jsonl"));
    peer.request();
    peer.request();
    signal(&child, Signal::TERM);
    let run = Run::from(child.wait_with_output().expect("an end"));
    assert_eq!((run.code, run.stdout.lines().count(), run.stderr.as_str()), (143, 2, ""));
}

#[test]
fn a_command_that_was_not_disturbed_ends_as_before() {
    assert!(succeed(&mut dataarts("--demo sync-tasks list -o jsonl")).lines().count() > 20);
    assert_eq!(run(&mut dataarts("--demo sync-tasks health")).code, 3);
}
