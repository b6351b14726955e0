//! Whatever comes in, it goes on serving.

use dataarts_simulator::Simulator;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::lifetime::until_tasks_left;
use crate::support::list;

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
async fn a_mebibyte_of_headers_is_refused() {
    let simulator = Simulator::builder().start().await.unwrap();
    let mut connection = TcpStream::connect(simulator.address()).await.unwrap();
    let headers = format!("GET / HTTP/1.1\r\nHost: x\r\nx: {}", "y".repeat(1 << 20));
    let _ = connection.write_all(headers.as_bytes()).await;
    let mut status = [0; 12];
    // The answer is lost where the reset overtakes it; a status that comes is the one for this.
    if connection.read_exact(&mut status).await.is_ok() {
        assert_eq!(&status, b"HTTP/1.1 431");
    }
    assert_eq!(list(&simulator, "").await.status, 200);
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
