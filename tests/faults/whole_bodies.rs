//! How much memory responses take that are whole: the limits are on what the bytes become, not only on the bytes.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use dataarts_security::{CallOptions, Client, Error, Response, operations};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::HEAP;
use crate::memory::{ALONE, in_a_process_of_its_own};
use crate::support::builder;

const MEBIBYTE: usize = 1024 * 1024;
const LARGEST: usize = 16 * MEBIBYTE;

/// A body of exactly the largest size: `start`, as many `item` as there is room for, white space, and `end`.
fn filled(start: &str, item: &str, end: &str) -> Vec<u8> {
    let room = LARGEST - start.len() - end.len();
    let mut body = start.to_owned() + &item.repeat(room / item.len()) + end;
    body += &" ".repeat(LARGEST - body.len());
    body.into_bytes()
}

/// The same of a list, whose items have commas between them.
fn list(start: &str, item: &str, end: &str) -> Vec<u8> {
    filled(start, &format!("{item},"), &format!("{item}{end}"))
}

/// The same of bytes that are not UTF-8.
fn not_text(start: &[u8], end: &[u8]) -> Vec<u8> {
    [start, &vec![0xff; LARGEST - start.len() - end.len()], end].concat()
}

struct Served {
    address: SocketAddr,
    thread: JoinHandle<()>,
}

/// Answers one request with `status` and `body`, which it keeps until the end.
fn serve(status: u16, encoding: &'static str, body: Arc<Vec<u8>>) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut part = [0; 4_096];
        while !request.ends_with(b"\r\n\r\n") {
            let read = stream.read(&mut part).unwrap();
            request.extend_from_slice(&part[..read]);
        }
        let length = body.len();
        let headers = format!(
            "HTTP/1.1 {status} Some\r\ncontent-type: application/json\r\n{encoding}content-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(headers.as_bytes()).unwrap();
        // A client that has had enough hangs up.
        let _ = stream.write_all(&body).and_then(|()| stream.shutdown(Shutdown::Write));
    });
    Served { address, thread }
}

fn client(address: SocketAddr) -> Client {
    builder(&format!("http://{address}"), CallOptions::new().max_retries(0)).build().unwrap()
}

/// The peak of the memory of one call, in bytes beyond what there was before, and how it ended.
async fn measured(status: u16, encoding: &'static str, body: &Arc<Vec<u8>>, call: Call) -> (usize, Result<(), Error>) {
    let served = serve(status, encoding, body.clone());
    let client = client(served.address);
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let outcome = call.send(client).await;
    let peak = HEAP.peak_usage().saturating_sub(before);
    served.thread.join().unwrap();
    (peak, outcome)
}

#[derive(Clone, Copy, Debug)]
enum Call {
    Tasks,
    Task,
    Instances,
    Connections,
    Raw,
}

impl Call {
    /// What the response becomes is dropped only after the measurement.
    async fn send(self, client: Client) -> Result<(), Error> {
        fn keep<T>(response: Response<T>) {
            drop(response.into_value());
        }
        match self {
            Self::Tasks => client.list_member_sync_tasks().limit(100).send_with_response().await.map(keep),
            Self::Task => client.show_member_sync_task().task_id("1").send_with_response().await.map(keep),
            Self::Instances => client.list_instances().send_with_response().await.map(keep),
            Self::Connections => client.list_data_connections().send_with_response().await.map(keep),
            Self::Raw => {
                let operation = operations::find("list_member_sync_tasks").unwrap();
                let response = client.raw(operation).send().await?;
                drop(response);
                Ok(())
            }
        }
    }
}

/// Bodies that are sent packed, too.
const PACKED: [&str; 3] = ["empty tasks", "a long text", "a refusal of objects"];

/// How a call ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    Delivered,
    Decode,
    Service,
}

/// Name, status, body, and how each call ends that gets it.
type Case = (&'static str, u16, Vec<u8>, &'static [(Call, End)]);

fn bodies() -> Vec<Case> {
    use Call::{Connections, Instances, Raw, Task, Tasks};
    use End::{Decode, Delivered, Service};
    const REFUSED: &[(Call, End)] = &[(Tasks, Service)];
    let text = |inner: &str| filled(r#"{"total":1,"tasks":[{"sync_msg":""#, inner, r#""}]}"#);
    let in_task = |start: &str, item: &str, end: &str| {
        let (start, end) = (format!(r#"{{"total":1,"id":"a","tasks":[],"unknown":{start}"#), format!("{end}}}"));
        list(&start, item, &end)
    };
    vec![
        ("empty tasks", 200, list(r#"{"total":1,"tasks":["#, "{}", "]}"), &[(Tasks, Decode), (Raw, Delivered)]),
        ("tasks as arrays", 200, list(r#"{"total":1,"tasks":["#, "[]", "]}"), &[(Tasks, Decode)]),
        ("tasks as numbers", 200, list(r#"{"total":1,"tasks":["#, "0", "]}"), &[(Tasks, Decode)]),
        ("tasks of one field", 200, list(r#"{"total":1,"tasks":["#, r#"{"id":""}"#, "]}"), &[(Tasks, Decode)]),
        ("empty instances", 200, list(r#"{"count":1,"commodity_orders":["#, "{}", "]}"), &[(Instances, Decode)]),
        ("empty connections", 200, list(r#"{"data_connection_lists":["#, "{}", "]}"), &[(Connections, Decode)]),
        ("numbers in an unknown field", 200, in_task("[", "0", "]"), &[(Task, Decode)]),
        ("strings in an unknown field", 200, in_task("[", r#""""#, "]"), &[(Task, Decode)]),
        ("objects in an unknown field", 200, in_task("[", r#"{"":0}"#, "]"), &[(Task, Decode)]),
        ("an unknown field of many fields", 200, in_task("{", r#""":0"#, "}"), &[(Task, Decode)]),
        ("many unknown fields", 200, list("{", r#""a":0"#, r#","total":0}"#), &[(Task, Decode)]),
        ("brackets", 200, filled(r#"{"total":0,"unknown":"#, "[", ""), &[(Tasks, Decode)]),
        ("a long text", 200, text("private "), &[(Tasks, Delivered), (Raw, Delivered)]),
        ("a long text of two-byte escapes", 200, text(r"\n"), &[(Tasks, Delivered)]),
        ("a long text with few escapes", 200, text(&format!("{}\\n", "x".repeat(1_000_000))), &[(Tasks, Delivered)]),
        ("a long text of six-byte escapes", 200, text(r"\u0041"), &[(Tasks, Delivered)]),
        ("a long text of half characters", 200, text(r"\ud83d"), &[(Tasks, Delivered)]),
        ("a long name", 200, filled(r#"{"total":0,""#, r"x\n", r#"":1}"#), &[(Tasks, Delivered)]),
        ("a long number", 200, filled(r#"{"tasks":[],"total":1"#, "0", "}"), &[(Tasks, Decode)]),
        ("a long text where a number should be", 200, filled(r#"{"total":""#, r"\u0041", r#""}"#), &[(Tasks, Decode)]),
        ("what is not UTF-8", 200, not_text(b"{\"tasks\":[{\"id\":\"", b"\"}]}"), &[(Tasks, Decode)]),
        ("HTML", 200, filled("<html>", "private ", "</html>"), &[(Tasks, Decode), (Raw, Delivered)]),
        ("a refusal of objects", 400, list("[", r#"{"":0}"#, "]"), REFUSED),
        ("a refusal of empty objects", 400, list("[", "{}", "]"), REFUSED),
        ("a refusal of brackets", 400, filled("", "[", ""), REFUSED),
        ("a refusal of many fields", 400, list("{", r#""":0"#, "}"), REFUSED),
        (
            "a refusal with a long message",
            400,
            filled(r#"{"error_code":"X","error_msg":""#, r"\u0041", r#""}"#),
            REFUSED,
        ),
        ("a refusal of letters", 400, filled("", "eyJl", ""), &[(Tasks, Service), (Raw, Service)]),
        ("a refusal of letters in quotes", 400, filled("\"", "eyJl", "\""), REFUSED),
        ("a refusal that is not UTF-8", 400, not_text(b"{\"code\":1,\"", b"\":1}"), REFUSED),
        ("a refusal with success", 200, list(r#"{"error_code":"#, r#"{"":0}"#, "}"), &[(Tasks, Decode)]),
    ]
}

#[tokio::test]
async fn no_body_of_16_mib_takes_more_than_64_mib_whatever_is_in_it() {
    if std::env::var_os(ALONE).is_none() {
        return in_a_process_of_its_own("whole_bodies::no_body_of_16_mib_takes_more_than_64_mib_whatever_is_in_it");
    }
    for (name, status, body, calls) in bodies() {
        assert_eq!(body.len(), LARGEST, "{name}");
        let mut bodies = vec![("", Arc::new(body))];
        if PACKED.contains(&name) {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(&bodies[0].1).unwrap();
            bodies.push(("content-encoding: gzip\r\n", Arc::new(packed.finish().unwrap())));
        }
        for (call, end) in calls {
            for (encoding, bytes) in &bodies {
                let (peak, outcome) = measured(status, encoding, bytes, *call).await;
                println!("{name}, {call:?} {encoding:.16}: {} KiB", peak / 1024);
                let ended = match &outcome {
                    Ok(()) => End::Delivered,
                    Err(error) if error.is_decode() => End::Decode,
                    Err(error) if error.is_service() => End::Service,
                    Err(error) => panic!("{name}: {error}"),
                };
                assert_eq!(ended, *end, "{name}, {call:?}: {outcome:?}");
                assert!(peak <= 64 * MEBIBYTE, "{name}, {call:?}: {} MiB", peak / MEBIBYTE);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_bodies_of_16_mib_in_flight_take_at_most_160_mib() {
    if std::env::var_os(ALONE).is_none() {
        return in_a_process_of_its_own("whole_bodies::four_bodies_of_16_mib_in_flight_take_at_most_160_mib");
    }
    for name in ["empty tasks", "a long text", "a long name", "a refusal of letters"] {
        let (_, status, body, calls) = bodies().into_iter().find(|(found, ..)| *found == name).unwrap();
        let (body, call) = (Arc::new(body), calls[0].0);
        let served: Vec<Served> = (0..4).map(|_| serve(status, "", body.clone())).collect();
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let calls: Vec<_> = served.iter().map(|served| tokio::spawn(call.send(client(served.address)))).collect();
        for call in calls {
            let _ = call.await.unwrap();
        }
        let peak = HEAP.peak_usage().saturating_sub(before);
        served.into_iter().for_each(|served| served.thread.join().unwrap());
        println!("four of {name}: {} KiB", peak / 1024);
        assert!(peak <= 160 * MEBIBYTE, "four of {name}: {} MiB", peak / MEBIBYTE);
    }
}

#[tokio::test]
async fn a_body_beyond_a_limit_says_which_and_what_to_do() {
    let call = async |body: String| {
        let (_, outcome) = measured(200, "", &Arc::new(body.into_bytes()), Call::Tasks).await;
        let error = outcome.unwrap_err();
        assert!(error.is_decode(), "{error}");
        error.message().to_owned()
    };
    let page = |count: usize, item: &str| format!(r#"{{"total":1,"tasks":[{}]}}"#, vec![item; count].join(","));
    let message = call(page(40_000, "{}")).await;
    assert!(message.contains("more than 1000 items in one list; ask for fewer items at a time"), "{message}");
    let message = call(page(401, "{}")).await;
    assert!(message.contains("the page has 401 items, but at most 400 are read"), "{message}");
    let message = call(page(900, &format!("{{{}}}", vec![r#""":0"#; 50].join(",")))).await;
    assert!(message.contains("more than 32768 values; ask for fewer items at a time"), "{message}");
    let message = call(format!(r#"{{"total":0,"unknown":{}"#, "[".repeat(100_000))).await;
    assert!(message.contains("more than 128 levels"), "{message}");
}
