//! The program, as a shell meets it.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use dataarts_simulator::{DEMO_ACCESS_KEY, DEMO_PROJECT_ID, DEMO_TOKEN, DEMO_WORKSPACE, Rule};
use serde_json::Value;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataarts-simulator"));
    command.args(arguments);
    command
}

/// A program that listens; killed when it is dropped.
struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").unwrap().trim_end().parse().unwrap();
        Self { child, output, address }
    }

    /// Sends a signal and gives the exit code and the rest of what was printed.
    #[cfg(unix)]
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &process]).status().unwrap().success());
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }

    /// The whole answer to a list request of this project, workspace and token.
    fn list(&self, project_id: &str, workspace: &str, token: &str) -> String {
        let mut connection = TcpStream::connect(self.address).unwrap();
        write!(
            connection,
            "GET /v1/{project_id}/security/member-sync-tasks?limit=1 HTTP/1.1\r\nHost: {}\r\nworkspace: {workspace}\r\n\
                X-Auth-Token: {token}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended by itself where a signal was sent.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The one line that the program complains with before it ends.
fn refused(arguments: &[&str]) -> String {
    let mut child = program(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut greeting = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
    // One that started after all would never end by itself.
    if !greeting.is_empty() {
        child.kill().unwrap();
    }
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    let line = String::from_utf8(stderr).unwrap();
    assert_eq!((greeting.as_str(), status.code(), line.lines().count()), ("", Some(2), 1), "{arguments:?} {line}");
    line
}

#[test]
fn it_serves_the_demo_data_to_demo_callers_unless_told_otherwise() {
    let running = Running::start(&[]);
    let answer = running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""total":28"#), "{answer}");
}

#[test]
fn it_serves_what_it_is_told_to_whom_it_is_told() {
    let running = Running::start(&[
        "--tasks",
        "2537",
        "--seed",
        "9",
        "--token",
        "one",
        "--token",
        "two",
        "--project-id",
        "p",
        "--workspace",
        "w",
    ]);
    for token in ["one", "two"] {
        assert!(running.list("p", "w", token).contains(r#""total":2537"#));
    }
    assert!(running.list("p", "w", DEMO_TOKEN).starts_with("HTTP/1.1 401"));
}

#[cfg(unix)]
#[test]
fn it_says_what_it_accepts_and_ends_well_on_a_signal() {
    for signal in ["TERM", "INT"] {
        let (code, rest) = Running::start(&[]).stop(signal);
        assert_eq!(code, Some(0), "{signal}");
        for shown in [DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN, DEMO_ACCESS_KEY] {
            assert_eq!(rest.lines().filter(|line| line.contains(shown)).count(), 1, "{rest}");
        }
    }
}

#[cfg(unix)]
#[test]
fn it_does_not_repeat_what_it_was_told() {
    let arguments = ["--access-key", "AK:secret", "--project-id", "p", "--workspace", "w"];
    assert_eq!(Running::start(&arguments).stop("TERM"), (Some(0), String::new()));
}

#[test]
fn a_port_in_use_is_one_line_and_exit_2() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(refused(&["--listen", &address]).contains(&address));
}

#[test]
fn a_malformed_option_is_one_line_and_exit_2() {
    for arguments in [
        ["--listen", "localhost"].as_slice(),
        &["--latency", "20"],
        &["--latency", "-20ms"],
        &["--throttle", "40"],
        &["--throttle", "0/10s"],
        &["--throttle", "40/0s"],
        &["--page-cap", "0"],
        &["--page-cap", "many"],
        &["--churn", "inserts=-1"],
        &["--churn", "inserts=often"],
        &["--churn", "renames=1"],
        &["--request-log", "/"],
        &["--request-log", "no/such/directory/requests.log"],
        &["--listen", "0.0.0.0:0"],
        &["--tasks", "-1"],
        &["--tasks", "many"],
        &["--seed", "x"],
        &["--token", ""],
        &["--project-id", ""],
        &["--workspace="],
        &["--unheard-of"],
        &["--token"],
        &["stray"],
    ] {
        refused(arguments);
    }
}

#[test]
fn a_malformed_rule_is_answered_with_the_grammar() {
    for rule in ["", "list", "list:explode", "list,page=x:stall", "list:status=503,body=xml", "list:stall\n"] {
        let line = refused(&["--fault", rule]);
        for part in ["OPERATION[,page=N]", "list,page=3,times=2:status=503,body=html", "wrong-total=NUMBER"] {
            assert!(line.contains(part), "{rule}: {line}");
        }
    }
    let help = String::from_utf8(program(&["--help"]).output().unwrap().stdout).unwrap();
    assert!(help.contains(Rule::grammar().lines().last().unwrap()), "{help}");
}

#[test]
fn other_machines_are_let_in_only_in_so_many_words() {
    assert!(refused(&["--listen", "0.0.0.0:0"]).contains("--allow-non-loopback"));
    let running = Running::start(&["--listen", "0.0.0.0:0", "--allow-non-loopback"]);
    assert!(running.address.ip().is_unspecified());
}

#[test]
fn it_behaves_as_badly_as_it_is_told_to() {
    let list = |running: &Running| running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    let running = Running::start(&[
        "--latency",
        "1ms",
        "--throttle",
        "3/1h",
        "--fault",
        "list,request=2:status=502,body=html",
        "--fault",
        "list,request=3:wrong-total=7",
    ]);
    let statuses = [(200, "\"total\":28"), (502, "<html>"), (200, "\"total\":7"), (200, "\"total\":28"), (429, "0308")];
    for (status, body) in statuses {
        let answer = list(&running);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(body), "{status} {answer}");
    }

    let running = Running::start(&["--throttle", "off", "--page-cap", "100", "--churn", "inserts=1"]);
    for total in [28, 29, 30] {
        assert!(list(&running).contains(&format!("\"total\":{total}")));
    }
}

#[test]
fn requests_are_logged_as_they_are_answered() {
    let file = std::env::temp_dir().join(format!("dataarts-simulator-{}.log", std::process::id()));
    std::fs::write(&file, "before\n").unwrap();
    let running = Running::start(&["--request-log", file.to_str().unwrap(), "--fault", "list,request=2:status=503"]);
    running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    let log = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let mut lines = log.lines();
    assert_eq!(lines.next(), Some("before"));
    for (status, fault) in [(200, Value::Null), (503, "status=503".into())] {
        let line: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!((&line["status"], &line["fault"], &line["query"]), (&status.into(), &fault, &"limit=1".into()));
        assert_eq!(line["headers"]["workspace"], DEMO_WORKSPACE);
    }
    assert_eq!(lines.next(), None);
    assert!(!log.contains(DEMO_TOKEN));
}

#[test]
fn a_malformed_access_key_is_refused_without_repeating_it() {
    for pair in ["topsecret", ":topsecret", "topsecret:"] {
        let line = refused(&["--access-key", pair]);
        assert!(line.contains("--access-key <AK:SK>") && !line.contains("topsecret"), "{line}");
    }
}
