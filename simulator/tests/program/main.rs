//! The program, as a shell meets it.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is how a test fails")]

mod end;
mod refusals;
mod serving;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use dataarts_simulator::{DEMO_PROJECT_ID, DEMO_TOKEN, DEMO_WORKSPACE};
use serde_json::Value;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataarts-simulator"));
    command.args(arguments);
    command
}

/// A program that listens; killed when it is dropped.
struct Running {
    child: Child,
    output: Option<BufReader<ChildStdout>>,
    address: SocketAddr,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = child.stdout.take().map(BufReader::new);
        let address = read_line(&mut output).strip_prefix("listening on http://").unwrap().trim_end().parse().unwrap();
        Self { child, output, address }
    }

    /// Sends a signal and gives the exit code and the rest of what was printed.
    #[cfg(unix)]
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        send_signal(&self.child, signal);
        let mut rest = String::new();
        self.output.take().unwrap().read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }

    /// The whole answer to a list request of this project, workspace and token.
    fn list(&self, project_id: &str, workspace: &str, token: &str) -> String {
        let path = format!("/v1/{project_id}/security/member-sync-tasks?limit=1");
        answer(self.send(&path, &[("workspace", workspace), ("X-Auth-Token", token)]))
    }

    /// The page of this query, as the demo caller gets it.
    fn page(&self, query: &str) -> Value {
        let path = format!("/v1/{DEMO_PROJECT_ID}/security/member-sync-tasks?{query}");
        let answer = answer(self.send(&path, &[("workspace", DEMO_WORKSPACE), ("X-Auth-Token", DEMO_TOKEN)]));
        serde_json::from_str(answer.split("\r\n\r\n").last().unwrap()).unwrap()
    }

    /// A connection over which this was asked for, and nothing else will be.
    fn send(&self, target: &str, headers: &[(&str, &str)]) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).unwrap();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let end = format!("Host: {}\r\nConnection: close\r\n\r\n", self.address);
        connection.write_all(format!("GET {target} HTTP/1.1\r\n{headers}{end}").as_bytes()).unwrap();
        connection
    }
}

fn read_line(output: &mut Option<BufReader<ChildStdout>>) -> String {
    let mut line = String::new();
    output.as_mut().unwrap().read_line(&mut line).unwrap();
    line
}

/// All that comes over a connection.
fn answer(mut connection: TcpStream) -> String {
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[cfg(unix)]
fn send_signal(child: &Child, signal: &str) {
    assert!(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended by itself where a signal was sent.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
