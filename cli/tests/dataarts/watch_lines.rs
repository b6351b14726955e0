//! `sync-tasks watch` where there is no terminal: one change a line, in every format, through outages and to the end.

use std::io::{BufRead as _, BufReader, Read as _};
use std::iter;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use dataarts_simulator::Simulator;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::peer::{Answer, Peer, page, task as task_of_peer};
use crate::support::program::{NOBODY, dataarts, dataarts_at, fail, std_dataarts_at, succeed};
use crate::watch::{command, task};

const WATCH: &str = "sync-tasks watch --interval 1s --retries 0 --pace off";

/// Only so that a broken test ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, met while it runs.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { child, stdout, stderr }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        line
    }

    fn news(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).expect("a line");
        line
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a signal");
    }

    /// Waits for its end.
    fn end(&mut self) -> ExitStatus {
        let process = Pid::from_child(&self.child);
        let (over, ended) = channel::<()>();
        thread::spawn(move || {
            // Only so that a broken test ends.
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = kill_process(process, Signal::KILL);
            }
        });
        let status = self.child.wait().expect("an end");
        drop(over);
        status
    }

    /// Ends it by Ctrl-C; nothing more was printed, and this was told.
    fn interrupt(mut self, told: &str) {
        self.signal(Signal::INT);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("text");
        let mut news = String::new();
        self.stderr.read_to_string(&mut news).expect("text");
        assert_eq!((rest.as_str(), news.as_str(), self.child.wait().unwrap().code()), ("", told, Some(130)));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Where a test failed, the program is still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn simulator() -> Simulator {
    let tasks = vec![task("id-1", "dws_1", "SYNC_SUCCESS"), task("id-2", "集群_2", "SYNC_FAIL")];
    Simulator::builder().tasks(tasks).start().await.expect("a simulator")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_a_line_of_json_as_soon_as_it_is_seen() {
    let simulator = simulator().await;
    let mut watch = Running::start(command(&simulator, &format!("{WATCH} -o jsonl")));
    assert_eq!(watch.news(), "watching: 2 tasks: 1 abandoned, 1 healthy; listed again every 1 s\n");
    simulator.update("id-1", |task| {
        task.sync_status = Some("SYNC_FAIL".into());
        task.sync_msg = Some("[2024-03-20 10:25:54] ===> Submit job failed\u{202e}".into());
    });
    let mut change: Value = serde_json::from_str(&watch.line()).unwrap();
    assert!(change["time"].take().as_i64() > Some(1_710_901_516_000), "{change}");
    let expected = json!({
        "time": null, "change": "newly-failed", "id": "id-1", "cluster_name": "dws_1", "cluster_type": "DWS",
        "before": "SYNC_SUCCESS", "after": "SYNC_FAIL", "health": "abandoned", "update_user": null,
        "update_time": null, "first_error": "Submit job failed\u{202e}",
    });
    assert_eq!(change, expected);
    simulator.remove("id-2");
    simulator.insert(task("id-3", "dws_3", "NOT_SYNC"));
    let mut lines = Vec::new();
    for _ in 0..2 {
        let change: Value = serde_json::from_str(&watch.line()).unwrap();
        lines.push(format!("{} {} {} {}", change["id"], change["change"], change["before"], change["after"]));
    }
    // Both may be in one listing, where the order is that of the ids, or in two.
    lines.sort();
    assert_eq!(lines, [r#""id-2" "disappeared" "SYNC_FAIL" null"#, r#""id-3" "appeared" null "NOT_SYNC""#]);
    watch.interrupt("error: interrupted\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_has_a_header_and_text_has_words() {
    let simulator = simulator().await;
    let mut rows = Running::start(command(&simulator, &format!("{WATCH} -o csv")));
    let mut text = Running::start(command(&simulator, WATCH));
    rows.news();
    text.news();
    simulator.update("id-2", |task| {
        task.sync_status = Some("SYNC_SUCCESS".into());
        task.cluster_name = Some("=集群\u{1b}[31m_2\n".into());
    });
    assert!(rows.line().starts_with("time,change,id,cluster_name,cluster_type,before,after,health,"));
    let row = rows.line();
    let (_, row) = row.split_once(',').unwrap();
    assert_eq!(row, "recovered,id-2,'=集群[31m_2,DWS,SYNC_FAIL,SYNC_SUCCESS,healthy,,,\n");
    let line = text.line();
    assert!(line.ends_with("+00:00  recovered  =集群[31m_2  id-2  SYNC_FAIL -> SYNC_SUCCESS\n"), "{line}");
    rows.interrupt("error: interrupted\n");
    text.interrupt("error: interrupted\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_told_once_and_its_end_too() {
    let simulator = simulator().await;
    let address = simulator.address();
    let mut watch = Running::start(command(&simulator, &format!("{WATCH} -o jsonl")));
    watch.news();
    let tasks = simulator.tasks();
    drop(simulator);
    let away = watch.news();
    assert!(away.starts_with("watching: list_member_sync_tasks: "), "{away}");
    assert!(away.ends_with("; trying again every 1 s\n"), "{away}");
    let simulator = Simulator::builder().tasks(tasks).listen(address).start().await.expect("the same port");
    let back = watch.news();
    assert!(back.starts_with("watching: listed again, after "), "{back}");
    // What happened meanwhile is not lost.
    simulator.update("id-1", |task| task.sync_status = Some("SYNC_FAIL".into()));
    assert!(watch.line().contains(r#""change":"newly-failed","id":"id-1""#));
    watch.interrupt("error: interrupted\n");
}

#[test]
fn a_service_that_is_away_at_first_is_waited_for() {
    let away = Answer::Json(503, json!({}));
    let mut watch = Running::start(std_dataarts_at(
        &Peer::start(vec![away, Answer::Json(200, page(1, [task_of_peer(1)]))]).endpoint,
        WATCH,
    ));
    assert!(watch.news().contains("HTTP 503"));
    assert!(watch.news().starts_with("watching: listed, after "));
    assert!(watch.news().starts_with("watching: 1 task: 1 "));
}

#[test]
fn what_will_not_pass_ends_it_and_is_not_sent_again() {
    let refused = |status| Answer::Json(status, json!({ "error_code": "APIGW.0301", "error_msg": "no" }));
    for (looks, told) in [
        (vec![refused(401)], 1),
        (vec![refused(403)], 1),
        (vec![Answer::Json(200, page(1, [task_of_peer(1)])), refused(401)], 2),
        (vec![Answer::Json(200, page(1, [task_of_peer(1)])), refused(403)], 2),
    ] {
        let count = looks.len();
        let peer = Peer::start(looks);
        let mut command = dataarts_at(&peer.endpoint, "sync-tasks watch --interval 1s --pace off -o jsonl");
        let message = fail(&mut command, 1);
        assert!(message.contains("error: list_member_sync_tasks: refused with HTTP 40"), "{message}");
        assert_eq!((peer.requests().len(), message.contains("watching: 1 task")), (count, told == 2), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_end_it_with_their_exit_code_and_do_nothing_where_they_are_ignored() {
    let simulator = simulator().await;
    // The tests may run under `nohup` themselves, which all that they start inherits: then SIGHUP ends nothing.
    let other = Command::new("sh").args(["-c", "kill -HUP $$"]).status().unwrap();
    let hang_up = other.signal().map(|_| Signal::HUP);
    for signal in hang_up.into_iter().chain([Signal::TERM]) {
        let mut watch = Running::start(command(&simulator, &format!("{WATCH} -o jsonl")));
        watch.news();
        watch.signal(signal);
        assert_eq!(watch.end().code(), Some(128 + signal.as_raw()));
    }
    // As `nohup` starts it.
    let program = command(&simulator, "");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("trap '' HUP; exec \"$0\" {WATCH} -o jsonl")]).arg(program.get_program());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let mut watch = Running::start(shell);
    watch.news();
    watch.signal(Signal::HUP);
    simulator.remove("id-1");
    assert!(watch.line().contains(r#""change":"disappeared","id":"id-1""#));
    watch.interrupt("error: interrupted\n");
}

#[test]
fn a_pipe_that_nobody_reads_holds_up_no_signal() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        // Several times what a pipe holds, all at once: with one line of it read, the rest waits for ever.
        let many = iter::repeat_with(|| Answer::Page(channel().1)).take(200);
        let peer = Peer::start(iter::once(Answer::Json(200, page(0, []))).chain(many).collect());
        let words = format!("{WATCH} -o jsonl --concurrency 1");
        let mut watch = Running::start(std_dataarts_at(&peer.endpoint, &words));
        watch.news();
        watch.line();
        watch.signal(signal);
        assert_eq!(watch.end().code(), Some(code));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_out_of_the_status_that_was_asked_for_is_told_as_what_it_is() {
    let simulator = simulator().await;
    let mut watch = Running::start(command(&simulator, &format!("{WATCH} -o jsonl --sync-status sync_fail")));
    assert!(watch.news().starts_with("watching: 1 task: 1 abandoned;"));
    simulator.update("id-2", |task| task.sync_status = Some("SYNC_SUCCESS".into()));
    assert!(watch.line().contains(r#""change":"recovered","id":"id-2""#));
    simulator.update("id-1", |task| task.sync_status = Some("SYNC_FAIL".into()));
    assert!(watch.line().contains(r#""change":"newly-failed","id":"id-1""#));
    watch.interrupt("error: interrupted\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_ends_it_quietly() {
    let simulator = simulator().await;
    let mut command = command(&simulator, &format!("{WATCH} -o jsonl"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut news = String::new();
    stderr.read_line(&mut news).unwrap();
    drop(child.stdout.take());
    simulator.remove("id-1");
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!((child.wait().unwrap().code(), rest.as_str()), (Some(0), ""));
}

#[test]
fn wrong_words_are_refused() {
    for (words, mentioned) in [
        ("-o json", "choose jsonl"),
        ("-o prometheus", "sync-tasks health"),
        ("--interval 999ms", "1s or more"),
        ("--interval 25h", "--interval"),
        ("--tz Moon/Base", "--tz"),
        ("--stale-after 1w", "--stale-after"),
    ] {
        let message = fail(&mut dataarts_at(NOBODY, &format!("sync-tasks watch {words}")), 2);
        assert!(message.contains(mentioned), "{words}: {message}");
    }
    let help = succeed(&mut dataarts("sync-tasks watch --help"));
    for word in [
        "--interval",
        "NO_COLOR",
        "TERM=dumb",
        "newly-failed",
        "first_error",
        "Ctrl-C",
        "nohup",
        "\n  129  ",
        "\n  143  ",
    ] {
        assert!(help.contains(word), "{help}");
    }
}
