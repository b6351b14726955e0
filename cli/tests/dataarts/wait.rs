//! `sync-tasks wait`: how it ends, what it tells meanwhile, and what it survives.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::golden;
use crate::support::peer::{Answer, Peer};
use crate::support::program::{NOBODY, Run, dataarts, dataarts_at, fail, run, std_dataarts_at, succeed};

const ID: &str = "088c2b59114405ab4fbc0df5bd05202b";

fn task(status: &str) -> Value {
    json!({ "id": ID, "cluster_name": "dws_1", "sync_status": status, "sync_msg": "a\u{1b}[31m log" })
}

fn seen(status: &str) -> Answer {
    Answer::Json(200, task(status))
}

/// A wait for a task that looks so, one look after the other.
fn wait(looks: Vec<Answer>, words: &str) -> Run {
    let peer = Peer::start(looks);
    run(&mut dataarts_at(
        &peer.endpoint,
        &format!("sync-tasks wait {ID} --interval 1ms --retries 0 --pace off {words}"),
    ))
}

#[test]
fn where_no_run_goes_on_the_last_one_counts_at_once() {
    for (status, words, code) in [
        ("SYNC_SUCCESS", "", 0),
        ("SYNC_FAIL", "", 3),
        ("SYNC_FAIL", "--for success", 3),
        ("SYNC_SUCCESS", "--for settled", 0),
        ("SYNC_FAIL", "--for Settled", 0),
    ] {
        let run = wait(vec![seen(status)], words);
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{status} {words}");
        assert!(run.stdout.contains(status), "{}", run.stdout);
    }
}

#[test]
fn a_run_is_waited_for_and_told_of_once() {
    let looks = || vec![seen("SYNCING"), seen("SYNCING"), seen("SYNCING"), seen("SYNC_SUCCESS")];
    let table = wait(looks(), "");
    assert_eq!((table.code, table.stderr.as_str()), (0, "waiting: a run goes on\n"));
    golden::check("wait.txt", &table.stdout);
    for format in ["json", "jsonl"] {
        let run = wait(looks(), &format!("-o {format}"));
        assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), task("SYNC_SUCCESS"), "{format}");
    }
    let csv = wait(looks(), "-o csv").stdout;
    assert!(csv.starts_with("id,") && csv.lines().count() == 2, "{csv}");
}

#[test]
fn what_does_not_tell_of_a_run_is_waited_for() {
    let run = wait(vec![seen("NOT_SYNC"), seen("QUEUED\u{202e}"), seen("SYNCING"), seen("SYNC_FAIL")], "");
    let told = "\
waiting: the task never ran; its first run has not begun
waiting: the status QUEUED does not tell whether a run goes on
waiting: a run goes on
";
    assert_eq!((run.code, run.stderr.as_str()), (3, told));
}

#[test]
fn an_outage_is_survived_and_told_of_once() {
    let outage = [Answer::Close, Answer::Json(503, json!({})), Answer::Json(429, json!({})), Answer::Close];
    let mut looks = vec![seen("SYNCING")];
    looks.extend(outage);
    looks.extend([seen("SYNCING"), seen("SYNC_SUCCESS")]);
    let run = wait(looks, "");
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!((run.code, lines.len()), (0, 3), "{}", run.stderr);
    assert_eq!(lines[0], "waiting: a run goes on");
    assert!(lines[1].starts_with("waiting: ") && lines[1].ends_with("; looking again"), "{}", run.stderr);
    assert_eq!(lines[2], "waiting: the service answers again: a run goes on");
}

#[test]
fn what_will_not_pass_ends_the_wait() {
    let unknown = || Answer::Json(400, json!({ "error_code": "DLS.3100", "error_msg": "no such task" }));
    // The first look has to succeed, whatever it fails with.
    for (looks, told) in [
        (vec![unknown()], "error: show_member_sync_task: refused with HTTP 400\nanswer: DLS.3100"),
        (vec![Answer::Close], "error: show_member_sync_task: "),
        (vec![Answer::Json(503, json!({}))], "error: show_member_sync_task: failed with HTTP 503"),
        (
            vec![seen("SYNCING"), unknown()],
            "waiting: a run goes on\nerror: show_member_sync_task: refused with HTTP 400",
        ),
        (
            vec![seen("SYNCING"), Answer::Json(401, json!({}))],
            "waiting: a run goes on\nerror: show_member_sync_task: refused",
        ),
    ] {
        let run = wait(looks, "");
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
        assert!(run.stderr.starts_with(told), "{}", run.stderr);
    }
}

#[test]
fn the_timeout_is_that_of_the_whole_wait() {
    for words in [format!("--timeout 500ms sync-tasks wait {ID}"), format!("sync-tasks wait {ID} --timeout 500ms")] {
        // Each look takes no time; only all of them together do.
        let looks = (0..10_000).map(|_| seen("SYNCING")).collect();
        let peer = Peer::start(looks);
        let run = run(&mut dataarts_at(&peer.endpoint, &format!("{words} --interval 10ms")));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
        assert!(
            run.stderr.contains("error: the wait was over after less than 1 s, as --timeout says; seen last: "),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_silent_service_does_not_prolong_the_wait() {
    let run = wait(vec![seen("SYNCING"), Answer::Silence], "--timeout 1s");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(run.stderr.contains("error: the wait was over after 1 s, "), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_it_at_once() {
    let peer = Peer::start(vec![seen("SYNCING"), Answer::Silence]);
    let mut command = std_dataarts_at(&peer.endpoint, &format!("sync-tasks wait {ID} --interval 1ms"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    peer.request();
    peer.request();
    let signal = format!("kill -INT {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &signal]).status().unwrap().success());
    let run = Run::from(child.wait_with_output().unwrap());
    let told = "waiting: a run goes on\nerror: interrupted\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (130, "", told));
}

#[test]
fn a_task_of_the_demo_can_be_waited_for() {
    let card = succeed(&mut dataarts(&format!("--demo sync-tasks wait {ID} --for settled")));
    assert!(card.contains("dws_ssl_4autotest_nomodify"), "{card}");
}

#[test]
fn wrong_words_are_refused() {
    for (words, mentioned) in [
        ("", "TASK_ID"),
        ("1 --for failure", "settled"),
        ("1 --interval 0s", "--interval"),
        ("1 --timeout 25h", "--timeout"),
        ("../x", "TASK_ID"),
        ("1 -o prometheus", "sync-tasks health"),
    ] {
        let message = fail(&mut dataarts_at(NOBODY, &format!("sync-tasks wait {words}")), 2);
        assert!(message.contains(mentioned), "{words}: {message}");
    }
    let help = succeed(&mut dataarts("sync-tasks wait --help"));
    assert!(help.contains("the whole wait") && !help.contains("Longest time of a call"), "{help}");
}
