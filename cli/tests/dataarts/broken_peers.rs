//! Services that fail, vanish or say nothing, and readers that go away: what is printed, what is said, the exit code.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

use serde_json::{Value, json};

use crate::support::peer::{Answer, Peer, page, tasks};
use crate::support::program::{Run, dataarts_at, fail, run, std_dataarts_at};

fn failure() -> Value {
    json!({ "error_code": "DLS.1234", "error_msg": "out of \u{1b}[31morder" })
}

/// A peer whose first page of two tasks is followed by `then`; five tasks in all.
fn peer_that_breaks(then: Answer) -> Peer {
    Peer::start(vec![Answer::Json(200, page(5, tasks(0..2))), then])
}

fn broken_listing(then: Answer, format: &str) -> Run {
    let peer = peer_that_breaks(then);
    let words = format!("sync-tasks list --page-size 2 -o {format}");
    let run = run(&mut dataarts_at(&peer.endpoint, &words));
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("broke off after 2 tasks"), "{}", run.stderr);
    run
}

#[test]
fn a_listing_that_broke_off_never_looks_complete() {
    let run = broken_listing(Answer::Json(400, failure()), "json");
    assert!(run.stderr.contains("DLS.1234") && !run.stderr.contains('\u{1b}'), "{}", run.stderr);
    assert!(run.stdout.starts_with("[\n") && run.stdout.contains("cluster-1"), "{}", run.stdout);
    assert!(serde_json::from_str::<Value>(&run.stdout).is_err());
    assert!(serde_json::from_str::<Value>(&format!("{}]", run.stdout)).is_ok(), "{}", run.stdout);
}

#[test]
fn a_listing_that_broke_off_shows_what_it_has() {
    assert_eq!(broken_listing(Answer::Close, "jsonl").stdout.lines().count(), 2);
    assert_eq!(broken_listing(Answer::Json(500, failure()), "csv").stdout.lines().count(), 3);
    let table = broken_listing(Answer::Json(500, json!("nonsense")), "table").stdout;
    assert!(table.contains("cluster-0") && table.contains("cluster-1"), "{table}");
}

#[test]
fn a_sorted_listing_that_broke_off_shows_nothing() {
    let peer = peer_that_breaks(Answer::Json(400, failure()));
    let message = fail(&mut dataarts_at(&peer.endpoint, "sync-tasks list --page-size 2 --order-by sync_time"), 1);
    assert!(message.contains("broke off after 2 tasks, none of them printed"), "{message}");
}

#[test]
fn a_service_that_fails_at_once_leaves_no_output() {
    for format in ["table", "json", "jsonl", "csv"] {
        let peer = Peer::start(vec![Answer::Json(400, failure())]);
        let message = fail(&mut dataarts_at(&peer.endpoint, &format!("sync-tasks list -o {format}")), 1);
        assert!(message.starts_with("error: ") && message.contains("DLS.1234"), "{message}");
        assert!(!message.contains("broke off"), "{message}");
    }
}

#[test]
fn errors_that_a_user_can_mend_come_with_a_hint() {
    let refused = |status, code: &str| {
        let peer = Peer::start(vec![Answer::Json(status, json!({ "error_code": code, "error_msg": "refused" }))]);
        fail(&mut dataarts_at(&peer.endpoint, "sync-tasks show 1"), 1)
    };
    assert!(refused(401, "APIG.0301").contains("\nhint: get a new token"));
    assert!(refused(400, "DLS.6036").contains("\nhint: check --workspace"));
    assert!(!refused(400, "DLS.1000").contains("hint"));
}

#[test]
fn a_refused_connection_is_a_failure_of_the_network() {
    // Bound and given up again, so that nothing listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let message = fail(&mut dataarts_at(&format!("http://{free}"), "sync-tasks list"), 1);
    assert!(message.contains("check the region or endpoint"), "{message}");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for format in ["table", "json", "jsonl", "csv"] {
        let (gate, opened) = channel();
        let peer = Peer::start(vec![Answer::Gated(opened, 200, page(2, tasks(0..2)))]);
        let mut child = spawn(&peer, &format!("sync-tasks list -o {format}"));
        peer.request();
        drop(child.stdout.take());
        gate.send(()).unwrap();
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{format}");
    }
}

#[test]
fn tasks_are_printed_as_they_arrive() {
    for format in ["json", "jsonl", "csv"] {
        let (gate, opened) = channel();
        let peer = peer_that_breaks(Answer::Gated(opened, 400, failure()));
        let mut child = spawn(&peer, &format!("sync-tasks list --page-size 2 -o {format}"));
        let stdout = child.stdout.as_mut().unwrap();
        let mut text = String::new();
        let mut buffer = [0; 4096];
        while !text.contains("cluster-1") {
            let length = stdout.read(&mut buffer).unwrap();
            assert!(length > 0, "{format} ended with {text}");
            text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        }
        // Had the first page been held back, the wait for it would have ended with another failure than this.
        gate.send(()).unwrap();
        let run = Run::from(child.wait_with_output().unwrap());
        assert!(run.code == 1 && run.stderr.contains("DLS.1234"), "{format}: {}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_listing_prints_what_it_has() {
    for (format, lines) in [("json", 17), ("jsonl", 2), ("csv", 3), ("table", 3)] {
        let peer = peer_that_breaks(Answer::Silence);
        let child = spawn(&peer, &format!("sync-tasks list --page-size 2 -o {format}"));
        peer.request();
        peer.request();
        let run = interrupt(child);
        assert_eq!(run.code, 130, "{format}: {}", run.stderr);
        assert!(run.stderr.contains("interrupted after 2 tasks"), "{}", run.stderr);
        assert!(run.stdout.contains("cluster-0") && run.stdout.contains("cluster-1"), "{}", run.stdout);
        assert_eq!(run.stdout.lines().count(), lines, "{}", run.stdout);
        assert!(format != "json" || serde_json::from_str::<Value>(&run.stdout).is_err());
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_wait_ends_at_once() {
    for words in ["sync-tasks list", "sync-tasks list --order-by sync_time", "sync-tasks show 1", "sync-tasks health"] {
        let peer = Peer::start(vec![Answer::Silence]);
        let child = spawn(&peer, words);
        peer.request();
        let run = interrupt(child);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (130, "", "error: interrupted\n"), "{words}");
    }
}

fn spawn(peer: &Peer, words: &str) -> Child {
    let mut command = std_dataarts_at(&peer.endpoint, words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends the signal of Ctrl-C and waits for the end.
#[cfg(unix)]
fn interrupt(child: Child) -> Run {
    let signal = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &signal]).status().unwrap().success());
    child.wait_with_output().unwrap().into()
}
