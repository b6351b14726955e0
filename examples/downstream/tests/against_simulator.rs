//! Whole rounds over HTTP: the simulator is the service, and a mock server is the webhook.

use std::time::Duration;

use dataarts_security::member_sync::{HealthRules, TimeZone};
use dataarts_security::types::{MemberSyncTask, SyncStatus};
use dataarts_security::{CallOptions, Client, Credentials, Timestamp};
use dataarts_simulator::{CannedAnswer, Churn, Operation, Rule, Simulator, StatusCode};
use failing_task_alerts::{Configuration, Service};
use httpmock::{Mock, MockServer};

const START: i64 = 1_767_690_000_000;

/// A webhook that takes every kind of alert, and counts them.
struct Webhook<'a> {
    server: &'a MockServer,
    kinds: [Mock<'a>; 4],
}

impl<'a> Webhook<'a> {
    fn of(server: &'a MockServer) -> Self {
        let takes = |kind: &str| {
            server.mock(|when, then| {
                when.method("POST")
                    .path("/hook")
                    .body_includes(format!(r#""alert":"{kind}""#));
                then.status(204);
            })
        };
        let kinds = ["failing", "recovered", "service-away", "service-back"].map(takes);
        Self { server, kinds }
    }

    /// How many there were: failing, recovered, service away, service back.
    fn told(&self) -> [usize; 4] {
        self.kinds.each_ref().map(Mock::calls)
    }
}

/// The service before its first round.
fn service(simulator: &Simulator, webhook: &Webhook<'_>) -> Service {
    let client = Client::builder()
        .endpoint(simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(Credentials::token(simulator.token()))
        // The next round is the next attempt.
        .options(CallOptions::new().max_retries(0))
        .no_rate_limit()
        .build();
    Service::new(Configuration {
        client: client.unwrap(),
        webhook: webhook.server.url("/hook").parse().unwrap(),
        interval: Duration::from_secs(60),
        patience: Duration::from_secs(600),
        rules: HealthRules::new(TimeZone::UTC),
    })
    .unwrap()
}

fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_millisecond(START + minutes * 60_000)
}

fn task(id: &str, status: SyncStatus) -> MemberSyncTask {
    let mut task = MemberSyncTask::default();
    task.id = Some(id.to_owned());
    task.create_time = Some(START.into());
    task.sync_status = Some(status);
    task
}

/// Two tasks that are well.
async fn simulator() -> Simulator {
    let simulator = Simulator::builder().start().await.unwrap();
    simulator.insert(task("t1", SyncStatus::SyncSuccess));
    simulator.insert(task("t2", SyncStatus::SyncSuccess));
    simulator
}

fn set(simulator: &Simulator, id: &str, status: SyncStatus) {
    assert!(simulator.update(id, |task| task.sync_status = Some(status)));
}

#[tokio::test]
async fn a_task_that_begins_to_fail_is_one_alert_and_so_is_its_recovery() {
    let (simulator, server) = (simulator().await, MockServer::start_async().await);
    let webhook = Webhook::of(&server);
    let mut service = service(&simulator, &webhook);
    for (round, status, told) in [
        (0, SyncStatus::SyncSuccess, [0, 0, 0, 0]),
        (1, SyncStatus::SyncFail, [1, 0, 0, 0]),
        (2, SyncStatus::SyncFail, [1, 0, 0, 0]),
        (3, SyncStatus::Syncing, [1, 0, 0, 0]),
        (4, SyncStatus::SyncFail, [1, 0, 0, 0]),
        (5, SyncStatus::Syncing, [1, 0, 0, 0]),
        (6, SyncStatus::SyncSuccess, [1, 1, 0, 0]),
        (7, SyncStatus::SyncSuccess, [1, 1, 0, 0]),
    ] {
        set(&simulator, "t1", status);
        service.round(minute(round)).await;
        assert_eq!(webhook.told(), told, "round {round}");
    }
}

#[tokio::test]
async fn an_outage_is_no_failure_of_a_task_and_is_told_when_it_lasts() {
    let (simulator, server) = (simulator().await, MockServer::start_async().await);
    let webhook = Webhook::of(&server);
    let mut service = service(&simulator, &webhook);
    set(&simulator, "t1", SyncStatus::SyncFail);
    service.round(minute(0)).await;
    assert_eq!(webhook.told(), [1, 0, 0, 0]);

    let away = CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE);
    simulator.add_rule(Rule::new(Operation::List, away));
    for round in 1..=10 {
        service.round(minute(round)).await;
        assert_eq!(webhook.told(), [1, 0, 0, 0], "round {round}");
    }
    for round in 11..=20 {
        service.round(minute(round)).await;
        assert_eq!(webhook.told(), [1, 0, 1, 0], "round {round}");
    }
    // What happened meanwhile is told when the service is back.
    set(&simulator, "t2", SyncStatus::SyncFail);
    simulator.clear_rules();
    service.round(minute(21)).await;
    assert_eq!(webhook.told(), [2, 0, 1, 1]);
    service.round(minute(22)).await;
    assert_eq!(webhook.told(), [2, 0, 1, 1]);
}

#[tokio::test]
async fn a_service_that_is_gone_altogether_is_an_outage_too() {
    let (simulator, server) = (simulator().await, MockServer::start_async().await);
    let webhook = Webhook::of(&server);
    let mut service = service(&simulator, &webhook);
    service.round(minute(0)).await;
    drop(simulator);
    service.round(minute(1)).await;
    assert_eq!(webhook.told(), [0, 0, 0, 0]);
    service.round(minute(11)).await;
    assert_eq!(webhook.told(), [0, 0, 1, 0]);
}

#[tokio::test]
async fn a_list_that_moves_while_it_is_read_makes_no_false_alert() {
    let churn = Churn {
        inserts: 2.0,
        deletes: 2.0,
        ..Churn::default()
    };
    let builder = Simulator::builder().generated_tasks(400, 1).churn(churn, 1);
    let (simulator, server) = (
        builder.start().await.unwrap(),
        MockServer::start_async().await,
    );
    let failing = simulator
        .tasks()
        .iter()
        .filter(|task| task.sync_status == Some(SyncStatus::SyncFail))
        .count();
    let webhook = Webhook::of(&server);
    let mut service = service(&simulator, &webhook);
    service.round(minute(0)).await;
    let [first, others @ ..] = webhook.told();
    // A task that was deleted before its page was read is not told.
    assert!((1..=failing).contains(&first) && others == [0, 0, 0]);
    for round in 1..=5 {
        service.round(minute(round)).await;
        assert_eq!(webhook.told(), [first, 0, 0, 0], "round {round}");
    }
}
