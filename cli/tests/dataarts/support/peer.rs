//! A scripted peer on a raw socket, for what the simulator never does.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Only so that a broken test ends; no result depends on it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a peer does with a request.
pub(crate) enum Answer {
    /// A complete response.
    Json(u16, Value),
    /// Closes the connection without a word.
    Close,
    /// Keeps the connection open and never answers.
    Silence,
    /// Responds once a sign is given through the sender of this receiver, or the sender is gone.
    Gated(Receiver<()>, u16, Value),
    /// The same with the page of [`MANY`] tasks that is asked for.
    Page(Receiver<()>),
}

/// How many tasks there are where pages are given as they are asked for.
pub(crate) const MANY: usize = 10_000;

/// A listener whose requests are answered one after the other from a script.
pub(crate) struct Peer {
    pub(crate) endpoint: String,
    requests: Receiver<String>,
}

impl Peer {
    /// Starts listening. After the script the connections are closed.
    pub(crate) fn start(script: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let (sender, requests) = channel();
        thread::spawn(move || serve(&listener, script, &sender));
        Self { endpoint, requests }
    }

    /// Waits for the next request and gives its head.
    pub(crate) fn request(&self) -> String {
        self.requests.recv_timeout(PATIENCE).expect("a request")
    }

    /// The heads of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.try_iter().collect()
    }
}

fn serve(listener: &TcpListener, script: Vec<Answer>, requests: &Sender<String>) {
    let mut silent = Vec::new();
    let mut script = script.into_iter();
    for mut connection in listener.incoming().map_while(Result::ok) {
        let Some(head) = read_request(&connection) else { continue };
        let answer = script.next();
        // Told before the answer, so that a test may act while the program waits for it.
        let _ = requests.send(head.clone());
        match answer {
            Some(Answer::Json(status, body)) => respond(&mut connection, status, &body),
            Some(Answer::Gated(gate, status, body)) => {
                let _ = gate.recv();
                respond(&mut connection, status, &body);
            }
            Some(Answer::Page(gate)) => {
                let _ = gate.recv();
                let first = offset(&head);
                respond(&mut connection, 200, &page(MANY, (first..MANY.min(first + 100)).map(task)));
            }
            Some(Answer::Silence) => silent.push(connection),
            Some(Answer::Close) | None => drop(connection),
        }
    }
}

/// The head of a request, a header on a line.
fn read_request(connection: &TcpStream) -> Option<String> {
    let lines = BufReader::new(connection).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    if head.is_empty() { None } else { Some(head.join("\n")) }
}

fn respond(connection: &mut TcpStream, status: u16, body: &Value) {
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status} Scripted\r\nContent-Type: application/json\r\nConnection: close\r\n");
    // The program may be gone already.
    let _ = write!(connection, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
}

/// Where the page begins that this request asks for.
pub(crate) fn offset(head: &str) -> usize {
    let rest = head.split_once("offset=").map_or("0", |(_, rest)| rest);
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().expect("a number")
}

/// A page of a listing of `total` tasks.
pub(crate) fn page(total: usize, tasks: impl IntoIterator<Item = Value>) -> Value {
    json!({ "total": total, "tasks": tasks.into_iter().collect::<Vec<_>>() })
}

/// A task; its number decides on its place.
pub(crate) fn task(number: usize) -> Value {
    json!({
        "id": format!("{number:032x}"),
        "cluster_name": format!("cluster-{number}"),
        "cluster_type": "DWS",
        "sync_status": "SYNC_SUCCESS",
        "schedule_status": "NOT_SCHEDULE",
        "create_time": 1_710_856_132_000_u64 + u64::try_from(number).expect("small"),
    })
}

/// The tasks of the numbers.
pub(crate) fn tasks(numbers: std::ops::Range<usize>) -> Vec<Value> {
    numbers.map(task).collect()
}
