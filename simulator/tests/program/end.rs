//! What it says before it serves, and how it comes to an end.
#![cfg(unix)]

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use dataarts_simulator::DEMO_WORKSPACE;
use dataarts_simulator::{DEMO_ACCESS_KEY, DEMO_DOMAIN, DEMO_PASSWORD, DEMO_PROJECT_ID, DEMO_TOKEN, DEMO_USER};

use crate::{Running, answer, program, send_signal};

/// A pipe with a name, which no one reads; removed when it is dropped.
struct NamedPipe(PathBuf);

impl NamedPipe {
    fn make(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dataarts-simulator-{}-{name}", std::process::id()));
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// Opens it at both ends, so that neither side waits for the other.
    fn open(&self) -> File {
        File::options().read(true).write(true).open(&self.0).unwrap()
    }
}

impl Drop for NamedPipe {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(unix)]
#[test]
fn it_says_what_it_accepts_and_ends_well_on_a_signal() {
    for signal in ["TERM", "INT"] {
        let (code, rest) = Running::start(&[]).stop(signal);
        assert_eq!(code, Some(0), "{signal}");
        for shown in [DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN, DEMO_ACCESS_KEY, DEMO_USER] {
            assert_eq!(rest.lines().filter(|line| line.contains(shown)).count(), 1, "{rest}");
        }
    }
}

#[cfg(unix)]
#[test]
fn it_does_not_repeat_what_it_was_told_and_says_who_can_log_in() {
    let arguments = ["--access-key", "AK:secret", "--project-id", "p", "--workspace", "w"];
    let user = format!("user: {DEMO_USER} of {DEMO_DOMAIN}, password: {DEMO_PASSWORD}\n");
    assert_eq!(Running::start(&arguments).stop("TERM"), (Some(0), user));
}

#[test]
fn it_serves_on_when_no_one_reads_beyond_the_first_line() {
    let mut running = Running::start(&[]);
    running.output = None;
    assert!(running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN).starts_with("HTTP/1.1 200 "));
    send_signal(&running.child, "TERM");
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_it_while_it_waits_for_its_log_to_be_opened() {
    use std::os::unix::process::ExitStatusExt as _;

    let pipe = NamedPipe::make("unopened");
    let child = program(&["--request-log", pipe.path()]).stdout(Stdio::piped()).spawn().unwrap();
    let sleeps = || std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap().contains("State:\tS");
    while !sleeps() {
        std::thread::yield_now();
    }
    send_signal(&child, "TERM");
    // One that had only made a note of the signal would go on now.
    let _reader = pipe.open();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.signal(), output.stdout), (Some(15), Vec::new()));
}

#[test]
fn a_signal_ends_it_while_no_one_reads_its_log() {
    let pipe = NamedPipe::make("unread");
    let _reader = pipe.open();
    let running = Running::start(&["--request-log", pipe.path()]);
    // Two lines with this header fit into a pipe, and a third does not.
    let header = [("x", "y".repeat(30_000))];
    let header = header.each_ref().map(|(name, value)| (*name, value.as_str()));
    answer(running.send("/", &header));
    answer(running.send("/", &header));
    let _unanswered = running.send("/", &header);
    assert_eq!(running.stop("TERM").0, Some(0));
}
