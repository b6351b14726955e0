//! Whatever comes in, it goes on serving.

use dataarts_simulator::{Clock, Simulator};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::lifetime::until_tasks_left;
use crate::support::{NOW, list};

/// Sends these bytes, and reads what comes until the simulator hangs up.
async fn send(simulator: &Simulator, bytes: &[u8]) -> Vec<u8> {
    let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
    // It may hang up before everything is written.
    let _ = connection.write_all(bytes).await;
    let _ = connection.shutdown().await;
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer).await;
    answer
}

#[tokio::test]
async fn broken_requests_leave_it_running() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let long = "y".repeat(1 << 20);
    let many = "x: y\r\n".repeat(200_000);
    for bytes in [
        String::new(),
        "\0\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET / HTTP/1.1".to_owned(),
        "GET  HTTP/1.1\r\n\r\n".to_owned(),
        "GET http://[ HTTP/1.1\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef".to_owned(),
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "GET /%ff%00?%zz&&==&offset=%ff HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nx: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{many}\r\n"),
        format!("GET /{long} HTTP/1.1\r\n\r\n"),
        long,
    ] {
        send(&simulator, bytes.as_bytes()).await;
        send(&simulator, &[0x16, 0x03, 0x01, 0xff, 0x80]).await;
    }
    assert_eq!(list(&simulator, "").await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_the_gateway_and_recorded() {
    let simulator = Simulator::builder().clock(Clock::fixed(NOW)).start().await.unwrap();
    let behind_another = "GET / HTTP/1.1\r\nHost: x\r\n\r\n\0\r\n\r\n";
    let many = "x: y\r\n".repeat(101);
    for (bytes, status) in [
        ("\0\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        (behind_another.to_owned(), 400),
        (format!("GET /{} HTTP/1.1\r\n\r\n", "y".repeat(66_000)), 414),
        (format!("GET / HTTP/1.1\r\n{many}\r\n"), 494),
        (format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(1 << 20)), 494),
    ] {
        let answer = String::from_utf8(send(&simulator, bytes.as_bytes()).await).unwrap();
        let last = answer.rfind("HTTP/1.1 ").map_or("", |start| &answer[start..]);
        let (head, body) = last.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(head.contains("\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"), "{answer}");
        assert!(head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())), "{answer}");
        let body: Value = serde_json::from_str(body).unwrap();
        let recorded = simulator.requests().pop().unwrap();
        assert_eq!((body["error_code"].as_str(), recorded.status), (Some("APIGW.0201"), status));
        assert_eq!((recorded.time, recorded.method.as_str(), recorded.path.as_str()), (NOW, "", ""));
        assert_eq!(body["request_id"], recorded.request_id);
        assert!(head.contains(&format!("\r\nx-request-id: {}\r\n", recorded.request_id)), "{answer}");
    }
}

#[tokio::test]
async fn a_mebibyte_of_headers_is_refused() {
    let simulator = Simulator::builder().start().await.unwrap();
    let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
    let headers = format!("GET / HTTP/1.1\r\nHost: x\r\nx: {}", "y".repeat(1 << 20));
    connection.write_all(headers.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    connection.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 494");
    assert_eq!(list(&simulator, "").await.status, 200);
    assert_eq!(simulator.requests()[0].status, 494);
}

#[tokio::test]
async fn ten_thousand_connections_one_after_another_leave_nothing_behind() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    for _ in 0..10_000 {
        let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
        // Ended by a reset, so that the ports are free at once.
        connection.set_zero_linger().unwrap();
        connection.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut status = [0; 12];
        connection.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 404");
    }
    assert_eq!(simulator.requests().len(), 10_000);
    // The one that accepts connections.
    until_tasks_left(1).await;
    assert_eq!(list(&simulator, "").await.status, 200);
}
