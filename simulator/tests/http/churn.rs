//! Tasks that change between requests.

use dataarts_security::Timestamp;
use dataarts_security::types::MemberSyncTask;
use dataarts_simulator::{Churn, Clock, Simulator};

use crate::support::{NOW, get, list, path};

const EXAMPLE: &str = "088c2b59114405ab4fbc0df5bd05202b";

async fn simulator(churn: &str, seed: u64) -> Simulator {
    let builder = Simulator::builder().demo_data().clock(Clock::fixed(NOW));
    builder.churn(churn.parse().unwrap(), seed).start().await.unwrap()
}

#[tokio::test]
async fn a_list_request_that_was_answered_is_followed_by_changes_and_no_other_request_is() {
    let simulator = simulator("inserts=1", 0).await;
    let show = format!("{}/{EXAMPLE}", path(&simulator));
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    for count in [28, 29, 30] {
        assert_eq!(list(&simulator, "limit=ten").await.status, 400);
        assert_eq!(get(&simulator, &show, &headers).await.status, 200);
        assert_eq!(get(&simulator, &path(&simulator), &[]).await.status, 401);
        assert_eq!(list(&simulator, "").await.body["total"], count);
    }
}

#[tokio::test]
async fn the_same_seed_and_the_same_requests_give_the_same_answers() {
    let churn = "inserts=0.8,deletes=0.8,moves=0.8,status-changes=0.8";
    let (one, same, other) = (simulator(churn, 1).await, simulator(churn, 1).await, simulator(churn, 2).await);
    for _ in 0..10 {
        let answer = list(&one, "limit=5").await;
        assert_eq!(answer.body, list(&same, "limit=5").await.body);
        list(&other, "limit=5").await;
    }
    assert_eq!(one.tasks(), same.tasks());
    assert_ne!(one.tasks(), other.tasks());
}

#[tokio::test]
async fn deletes_leave_the_example_of_the_api_page() {
    let simulator = simulator("deletes=9", 3).await;
    for _ in 0..8 {
        list(&simulator, "").await;
    }
    assert_eq!(list(&simulator, "").await.ids(), [EXAMPLE]);
}

#[tokio::test]
async fn changes_follow_from_no_clock() {
    let churn: Churn = "inserts=0.8,deletes=0.8,moves=0.8,status-changes=0.8".parse().unwrap();
    let clocks = [Clock::fixed(NOW), Clock::system()];
    let builder = |clock| Simulator::builder().generated_tasks(50, 1).clock(clock).churn(churn, 1);
    let mut simulators = Vec::new();
    for clock in clocks {
        simulators.push(builder(clock).start().await.unwrap());
    }
    for _ in 0..10 {
        assert_eq!(list(&simulators[0], "").await.body, list(&simulators[1], "").await.body);
    }
    assert_eq!(simulators[0].tasks(), simulators[1].tasks());
}

#[tokio::test]
async fn what_moves_is_found_at_the_other_end_of_its_orders() {
    let churn = Churn { moves: 1.0, ..Churn::default() };
    let builder = Simulator::builder().generated_tasks(50, 1).churn(churn, 5);
    let simulator = builder.start().await.unwrap();
    let latest = |field: fn(&MemberSyncTask) -> Option<Timestamp>| simulator.tasks().iter().filter_map(field).max();
    let before = latest(|task| task.update_time).max(latest(|task| task.sync_time)).unwrap().as_millisecond();
    let (edited, run) = (("UPDATE_TIME", "update_time"), ("SYNC_TIME", "sync_time"));
    for (moves, (order, field)) in [edited, run, edited, run].into_iter().enumerate() {
        let page = list(&simulator, &format!("order_by={order}&limit=1")).await;
        let newest = page.body["tasks"][0][field].as_i64().unwrap();
        assert_eq!((newest > before, &page.body["total"]), (moves > 0, &50.into()), "{order}");
    }
}
