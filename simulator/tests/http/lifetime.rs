//! Starting and stopping, on the runtime of the caller.

use std::net::SocketAddr;

use dataarts_simulator::{Simulator, SimulatorBuilder, StartError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::task::yield_now;

use crate::support::list;

/// Lets the runtime clear away what was dropped; gives up where something stays.
pub(crate) async fn until_no_task_is_left() {
    until_tasks_left(0).await;
}

/// The same for all but so many tasks.
pub(crate) async fn until_tasks_left(count: usize) {
    for _ in 0..10_000 {
        if Handle::current().metrics().num_alive_tasks() == count {
            return;
        }
        yield_now().await;
    }
    panic!("{} tasks are left", Handle::current().metrics().num_alive_tasks());
}

#[tokio::test]
async fn dropping_it_ends_every_connection_and_leaves_no_task() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    let address = simulator.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut midway = TcpStream::connect(address).await.unwrap();
    midway
        .write_all(b"GET /v1/p/security/member-sync-tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        .await
        .unwrap();
    // Connections are accepted in turn, so when this one is answered, the two above are being served.
    let mut answered = TcpStream::connect(address).await.unwrap();
    answered.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    answered.read_exact(&mut [0; 12]).await.unwrap();

    drop(simulator);
    until_no_task_is_left().await;
    let mut rest = Vec::new();
    for connection in [&mut idle, &mut midway] {
        // Closed in good order or reset: in either case there is nothing more to read.
        assert_eq!(connection.read_to_end(&mut rest).await.unwrap_or(0), 0);
    }
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_serves_on_a_runtime_with_several_threads_too() {
    let simulator = Simulator::builder().demo_data().start().await.unwrap();
    assert_eq!(list(&simulator, "").await.status, 200);
}

#[test]
fn it_may_be_dropped_outside_of_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let simulator = runtime.block_on(Simulator::builder().start()).unwrap();
    drop(simulator);
    runtime.block_on(until_no_task_is_left());
}

#[tokio::test]
async fn two_at_once_have_ports_of_their_own() {
    let (one, other) = (Simulator::builder().start().await.unwrap(), Simulator::builder().start().await.unwrap());
    assert_ne!(one.address(), other.address());
    assert_eq!(one.base_url(), format!("http://127.0.0.1:{}", one.address().port()));
}

#[tokio::test]
async fn a_port_in_use_is_an_error_of_one_line() {
    let simulator = Simulator::builder().start().await.unwrap();
    let error = Simulator::builder().listen(simulator.address()).start().await.unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }));
    let line = error.to_string();
    assert!(line.contains(&simulator.address().to_string()) && line.lines().count() == 1, "{line}");
}

#[tokio::test]
async fn more_tasks_than_memory_holds_are_not_begun_with() {
    let most = SimulatorBuilder::MAXIMUM_GENERATED_TASKS;
    for counts in [vec![most + 1], vec![usize::MAX], vec![1, most], vec![usize::MAX, usize::MAX]] {
        let builder = Simulator::builder();
        let builder = counts.iter().fold(builder, |builder, count| builder.generated_tasks(*count, 0));
        let error = builder.start().await.unwrap_err();
        assert!(matches!(error, StartError::TooManyTasks { count } if count > most), "{error}");
    }
}

#[tokio::test]
async fn other_machines_are_let_in_only_when_that_is_allowed() {
    let everywhere: SocketAddr = ([0, 0, 0, 0], 0).into();
    let error = Simulator::builder().listen(everywhere).start().await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback { address } if address == everywhere));
    let simulator = Simulator::builder().listen(everywhere).allow_non_loopback(true).start().await.unwrap();
    assert!(simulator.address().ip().is_unspecified());
}
