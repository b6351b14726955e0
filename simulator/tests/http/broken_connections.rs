//! Answers that do not come to a good end: the bytes on the wire, and how they stop.

use std::io::{ErrorKind, Read as _};
use std::time::Duration;

use dataarts_simulator::{Fault, Simulator};
use flate2::read::GzDecoder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time;

use crate::lifetime::until_no_task_is_left;
use crate::support::{list, path};

const HOUR: Duration = Duration::from_secs(3_600);

/// A simulator whose next answer has this fault.
async fn with_fault(fault: &str) -> Simulator {
    let simulator = Simulator::builder().generated_tasks(25, 1).start().await.unwrap();
    simulator.fail_next(1, fault.parse::<Fault>().unwrap());
    simulator
}

/// A connection over which the list was asked for, and nothing else will be.
async fn ask(simulator: &Simulator) -> TcpStream {
    let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
    request(&mut connection, simulator, "close").await;
    connection
}

/// Asks for the list, after which the connection is kept or not.
async fn request(connection: &mut TcpStream, simulator: &Simulator, then: &str) {
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\nworkspace: {}\r\nX-Auth-Token: {}\r\nConnection: {then}\r\n\r\n",
        path(simulator),
        simulator.workspace(),
        simulator.token()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
}

/// Everything up to the end, and whether that was a reset.
async fn until_the_end(connection: &mut TcpStream) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    match connection.read_to_end(&mut bytes).await {
        Ok(_) => (bytes, false),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => (bytes, true),
        Err(error) => panic!("{error}"),
    }
}

/// The headers, with the empty line.
async fn headers(connection: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(connection.read_u8().await.unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

fn length(headers: &str) -> usize {
    let line = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
    line.unwrap().parse().unwrap()
}

/// The headers and exactly so much of the body as they promise.
async fn whole(connection: &mut TcpStream) -> (String, Vec<u8>) {
    let headers = headers(connection).await;
    let mut body = vec![0; length(&headers)];
    connection.read_exact(&mut body).await.unwrap();
    (headers, body)
}

#[tokio::test]
async fn a_status_that_has_no_body_is_given_none() {
    for status in [204, 205, 304] {
        let simulator = with_fault(&format!("status={status},body=html")).await;
        let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
        request(&mut connection, &simulator, "keep-alive").await;
        let headers = headers(&mut connection).await;
        assert!(headers.starts_with(&format!("HTTP/1.1 {status} ")) && !headers.contains("content-type"), "{headers}");
        assert!(!headers.contains("content-length") || length(&headers) == 0, "{headers}");
        // Whatever came behind the headers would be taken for the next answer.
        request(&mut connection, &simulator, "keep-alive").await;
        assert!(whole(&mut connection).await.0.starts_with("HTTP/1.1 200 "));
    }
}

#[tokio::test]
async fn a_redirect_names_another_host() {
    let simulator = with_fault("redirect=307,location=https://elsewhere.example/a").await;
    let headers = headers(&mut ask(&simulator).await).await;
    assert!(headers.starts_with("HTTP/1.1 307 "), "{headers}");
    assert!(headers.contains("\r\nlocation: https://elsewhere.example/a\r\n"), "{headers}");
}

#[tokio::test]
async fn a_reset_lets_through_what_its_name_says() {
    let simulator = with_fault("reset=before-headers").await;
    assert_eq!(until_the_end(&mut ask(&simulator).await).await, (Vec::new(), true));

    let simulator = with_fault("reset=within-headers").await;
    let (bytes, reset) = until_the_end(&mut ask(&simulator).await).await;
    assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n") && !bytes.ends_with(b"\r\n") && reset, "{bytes:?} {reset}");

    let simulator = with_fault("reset=after-headers").await;
    let mut connection = ask(&simulator).await;
    let headers = headers(&mut connection).await;
    assert!(headers.starts_with("HTTP/1.1 200 OK\r\n") && length(&headers) > 100, "{headers}");
    assert_eq!(until_the_end(&mut connection).await, (Vec::new(), true));
    assert_eq!(list(&simulator, "").await.status, 200);
}

#[tokio::test]
async fn only_the_answer_that_is_to_be_cut_off_is() {
    let simulator = Simulator::builder().generated_tasks(25, 1).start().await.unwrap();
    let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
    request(&mut connection, &simulator, "keep-alive").await;
    whole(&mut connection).await;
    simulator.fail_next(1, "reset=after-headers".parse::<Fault>().unwrap());
    request(&mut connection, &simulator, "keep-alive").await;
    let headers = headers(&mut connection).await;
    assert!(headers.starts_with("HTTP/1.1 200 "), "{headers}");
    assert_eq!(until_the_end(&mut connection).await, (Vec::new(), true));
}

#[tokio::test]
async fn an_answer_without_a_body_leaves_the_next_one_whole() {
    let simulator = with_fault("truncated-body").await;
    let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
    connection.write_all(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert!(headers(&mut connection).await.starts_with("HTTP/1.1 404 "));
    for _ in 0..2 {
        request(&mut connection, &simulator, "keep-alive").await;
        assert!(whole(&mut connection).await.1.ends_with(b"}"));
    }
}

#[tokio::test]
async fn a_truncated_body_ends_in_good_order_before_its_length() {
    let simulator = with_fault("truncated-body").await;
    let mut connection = ask(&simulator).await;
    let length = length(&headers(&mut connection).await);
    let (body, reset) = until_the_end(&mut connection).await;
    assert_eq!((body.len(), reset), (length / 2, false));
    assert!(body.starts_with(b"{\"total\":25"));
}

#[tokio::test]
async fn a_stalled_body_stays_until_the_simulator_stops() {
    let simulator = with_fault("stall").await;
    let mut connection = ask(&simulator).await;
    let length = length(&headers(&mut connection).await);
    let mut half = vec![0; length / 2];
    connection.read_exact(&mut half).await.unwrap();
    // Others are served meanwhile, and nothing more comes here.
    assert_eq!(list(&simulator, "").await.status, 200);
    assert_eq!(connection.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(simulator);
    assert_eq!(connection.read_to_end(&mut Vec::new()).await.unwrap_or(0), 0);
    drop(connection);
    until_no_task_is_left().await;
}

#[tokio::test]
async fn a_stalled_body_ends_when_the_caller_leaves() {
    let simulator = with_fault("stall").await;
    let mut connection = ask(&simulator).await;
    headers(&mut connection).await;
    drop(connection);
    // One task is left: the one that accepts connections.
    crate::lifetime::until_tasks_left(1).await;
}

#[tokio::test]
async fn an_endless_body_goes_on_until_the_simulator_stops() {
    let simulator = with_fault("endless-body").await;
    let mut connection = ask(&simulator).await;
    let headers = headers(&mut connection).await;
    assert!(headers.contains("transfer-encoding: chunked"), "{headers}");
    let mut body = vec![0; 8 << 20];
    connection.read_exact(&mut body).await.unwrap();
    let start = String::from_utf8_lossy(&body[..30]);
    assert!(start.contains("{\"total\":25"), "{start}");
    assert!(body[body.len() / 2..].contains(&b' '));
    assert_eq!(list(&simulator, "").await.status, 200);
    drop(simulator);
    // What is under way may still come.
    let _ = connection.read_to_end(&mut Vec::new()).await;
    until_no_task_is_left().await;
}

#[tokio::test]
async fn gzip_is_the_same_body_in_less_room() {
    let simulator = with_fault("gzip").await;
    let (headers, packed) = whole(&mut ask(&simulator).await).await;
    assert!(headers.contains("content-encoding: gzip"), "{headers}");
    let mut body = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut body).unwrap();
    let page: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(page, list(&simulator, "").await.body);
    assert!(packed.len() < body.len());
}

#[tokio::test]
async fn a_gzip_bomb_is_far_larger_than_its_length() {
    let simulator = with_fault("gzip-bomb=20MiB").await;
    let (headers, packed) = whole(&mut ask(&simulator).await).await;
    assert!(headers.contains("content-encoding: gzip"), "{headers}");
    assert!(packed.len() < 100_000, "{}", packed.len());
    let mut body = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut body).unwrap();
    assert!(body.len() > 20 << 20);
    let page: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(page["total"], 25);
}

/// Lets an hour pass in no time.
async fn pass_an_hour() {
    time::pause();
    time::advance(HOUR).await;
    time::resume();
}

#[tokio::test]
async fn latency_holds_the_whole_answer_back() {
    let simulator = with_fault("latency=1h").await;
    let mut connection = ask(&simulator).await;
    while simulator.requests().is_empty() {
        yield_now().await;
    }
    assert_eq!(list(&simulator, "").await.status, 200);
    assert_eq!(connection.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    pass_an_hour().await;
    let (headers, body) = whole(&mut connection).await;
    assert!(headers.starts_with("HTTP/1.1 200 ") && body.ends_with(b"}"));
}

#[tokio::test]
async fn latency_on_the_body_lets_the_headers_go_ahead() {
    let simulator = with_fault("body-latency=1h").await;
    let mut connection = ask(&simulator).await;
    let headers = headers(&mut connection).await;
    assert_eq!(list(&simulator, "").await.status, 200);
    assert_eq!(connection.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    pass_an_hour().await;
    let mut body = vec![0; length(&headers)];
    connection.read_exact(&mut body).await.unwrap();
    assert!(body.ends_with(b"}"));
}

#[tokio::test]
async fn a_latency_of_all_answers_is_added_to_that_of_one() {
    let simulator = Simulator::builder().latency(HOUR).start().await.unwrap();
    simulator.fail_next(1, Fault::Latency(HOUR));
    let mut connection = ask(&simulator).await;
    while simulator.requests().is_empty() {
        yield_now().await;
    }
    pass_an_hour().await;
    for _ in 0..100 {
        yield_now().await;
    }
    assert_eq!(connection.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    pass_an_hour().await;
    whole(&mut connection).await;
}
