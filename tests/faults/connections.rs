//! Which connections are used again, and how many are kept for that.

use dataarts_security::SharedLimits;
use futures_util::future::join_all;

use crate::answers::{good, kept_open};
use crate::peer::{Gate, Peer, Step};
use crate::support::{builder, call, options};

/// Lets all others go on until something holds.
async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn after_a_burst_forty_connections_are_kept_and_the_others_are_closed() {
    const BURST: u64 = 100;
    let gate = Gate::default();
    let script = vec![Step::Request, Step::Wait(gate.clone()), Step::Send(kept_open(1)), Step::Hold];
    let peer = Peer::start(vec![good()], script);
    let builder = builder(&format!("http://{}", peer.address()), options());
    let client = builder.shared_limits(SharedLimits::with_max_in_flight(100)).build().unwrap();
    // The first request of a token goes alone.
    call(&client).await.unwrap();
    until(|| peer.ended() == 1).await;
    let calls = join_all((0..BURST).map(|_| call(&client)));
    let all_at_once = async {
        until(|| peer.requests() == BURST + 1).await;
        gate.notify_waiters();
    };
    let (answers, ()) = tokio::join!(calls, all_at_once);
    assert!(answers.iter().all(Result::is_ok));
    until(|| peer.ended() == BURST + 1 - 40).await;
    assert_eq!(peer.connections(), BURST + 1);
    // The kept ones go with the client.
    drop(client);
    until(|| peer.ended() == BURST + 1).await;
}
