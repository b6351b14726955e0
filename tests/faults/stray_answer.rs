//! An answer that no one asked for: it must not become the answer to the next request.

use crate::answers::{answered, json, kept_open, page};
use crate::peer::{Gate, Peer, Script, Step};
use crate::support::{builder, call, options};

/// For the table in the documents: what happens to the call after it.
pub(crate) const ROWS: [&str; 2] =
    ["an answer that no one asked for, right behind another", "an answer that no one asked for, on an idle connection"];

/// Makes a call, lets `between` pass, and makes another, which must get an answer of its own.
async fn two_calls(first: Script, between: impl Future<Output = ()>) {
    let peer = Peer::start(vec![first], answered(json(&page(2))));
    let client = builder(&format!("http://{}", peer.address()), options()).build().unwrap();
    assert_eq!(call(&client).await.unwrap().total, Some(1));
    between.await;
    assert_eq!(call(&client).await.unwrap().total, Some(2));
    assert_eq!((peer.connections(), peer.requests()), (2, 2));
}

#[tokio::test]
async fn an_answer_behind_another_is_given_to_nobody() {
    let both = [kept_open(1), kept_open(666)].concat();
    two_calls(vec![Step::Request, Step::Send(both), Step::Hold], async {}).await;
}

#[tokio::test]
async fn an_answer_on_an_idle_connection_ends_the_connection() {
    let (idle, ended) = (Gate::default(), Gate::default());
    let first = vec![
        Step::Request,
        Step::Send(kept_open(1)),
        Step::Wait(idle.clone()),
        Step::Send(kept_open(666)),
        Step::Hold,
        Step::Open(ended.clone()),
    ];
    let between = async {
        idle.notify_one();
        ended.notified().await;
    };
    two_calls(first, between).await;
}
