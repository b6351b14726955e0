//! The rounds of the service: list, find what is news, post it.

use std::collections::VecDeque;
use std::time::{Duration, UNIX_EPOCH};

use dataarts_security::{Client, Timestamp};
use tokio::time::MissedTickBehavior;

use crate::{Alert, Configuration, Watch};

/// More alerts than this are not kept for a webhook that is away.
const MOST_KEPT: usize = 1_000;

/// The service between two rounds.
pub struct Service {
    client: Client,
    http: reqwest::Client,
    webhook: reqwest::Url,
    watch: Watch,
    interval: Duration,
    /// Alerts that the webhook has not taken yet, the oldest first.
    outbox: VecDeque<Alert>,
}

impl Service {
    pub fn new(configuration: Configuration) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: configuration.client,
            http: reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .build()?,
            webhook: configuration.webhook,
            watch: Watch::new(configuration.rules, configuration.patience),
            interval: configuration.interval,
            outbox: VecDeque::new(),
        })
    }

    /// Goes on until it is dropped.
    pub async fn run(mut self) {
        let mut ticks = tokio::time::interval(self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let since_epoch = UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
            self.round(Timestamp::from_millisecond(since_epoch as i64))
                .await;
        }
    }

    /// Lists the tasks once and posts what is news, and what could not be posted before.
    pub async fn round(&mut self, now: Timestamp) {
        match self.client.list_member_sync_tasks().collect().await {
            Ok(tasks) => self.outbox.extend(self.watch.listed(tasks, now)),
            Err(error) => {
                eprintln!("the tasks cannot be listed: {error}");
                self.outbox
                    .extend(self.watch.unreachable(&error.to_string(), now));
            }
        }
        let too_many = self.outbox.len().saturating_sub(MOST_KEPT);
        if too_many > 0 {
            eprintln!("{too_many} alerts are given up, for the webhook does not take them");
            self.outbox.drain(..too_many);
        }
        self.deliver().await;
    }

    /// Posts what is in the outbox, and keeps what the webhook does not take.
    async fn deliver(&mut self) {
        let mut refused = VecDeque::new();
        while let Some(alert) = self.outbox.pop_front() {
            let Err(error) = self.post(&alert).await else {
                continue;
            };
            eprintln!("an alert waits for the webhook: {error}");
            refused.push_back(alert);
            // That one is refused says nothing of the next; that the webhook is away or busy does.
            let status = error.status();
            if !status.is_some_and(|status| status.is_client_error() && status.as_u16() != 429) {
                break;
            }
        }
        refused.append(&mut self.outbox);
        self.outbox = refused;
    }

    async fn post(&self, alert: &Alert) -> Result<(), reqwest::Error> {
        let request = self.http.post(self.webhook.clone()).json(alert);
        let answer = request
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        // The address of a webhook is often a secret.
        answer.map(drop).map_err(reqwest::Error::without_url)
    }
}

#[cfg(test)]
mod tests {
    use dataarts_security::member_sync::{HealthRules, TimeZone};
    use dataarts_security::mock::MockServerExt;
    use dataarts_security::types::{ErrorBody, MemberSyncTask, MemberSyncTaskList, SyncStatus};
    use dataarts_security::{CallOptions, Client, Credentials};
    use httpmock::{Mock, MockServer};

    use super::*;

    const START: i64 = 1_767_690_000_000;

    fn task(id: &str, status: SyncStatus) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.id = Some(id.to_owned());
        task.create_time = Some(START.into());
        task.sync_status = Some(status);
        task
    }

    /// A server that plays both the service and the webhook.
    fn service(server: &MockServer) -> Service {
        let client = Client::builder()
            .endpoint(server.base_url())
            .project_id("p1")
            .workspace("w1")
            .credentials(Credentials::token("t1"))
            // The next round is the next attempt.
            .options(CallOptions::new().max_retries(0))
            .build();
        Service::new(Configuration {
            client: client.unwrap(),
            webhook: server.url("/hook").parse().unwrap(),
            interval: Duration::from_secs(60),
            patience: Duration::from_secs(600),
            rules: HealthRules::new(TimeZone::UTC),
        })
        .unwrap()
    }

    fn list<'a>(server: &'a MockServer, tasks: &[MemberSyncTask]) -> Mock<'a> {
        let mut list = MemberSyncTaskList::default();
        list.tasks = tasks.to_vec();
        list.total = Some(tasks.len() as i64);
        server.list_member_sync_tasks(|when, then| {
            when.project_id("p1").workspace("w1");
            then.ok(&list);
        })
    }

    fn webhook(server: &MockServer, status: u16) -> Mock<'_> {
        server.mock(|when, then| {
            when.method("POST").path("/hook");
            then.status(status);
        })
    }

    #[tokio::test]
    async fn each_task_that_fails_is_posted_once() {
        let server = MockServer::start_async().await;
        let fails = [
            task("a", SyncStatus::SyncFail),
            task("b", SyncStatus::SyncFail),
        ];
        let (list, webhook) = (list(&server, &fails), webhook(&server, 204));
        let mut service = service(&server);
        for _ in 0..3 {
            service.round(START.into()).await;
        }
        assert_eq!((list.calls(), webhook.calls()), (3, 2));
    }

    #[tokio::test]
    async fn an_alert_that_the_webhook_refuses_is_posted_again_and_then_forgotten() {
        let server = MockServer::start_async().await;
        let _list = list(&server, &[task("a", SyncStatus::SyncFail)]);
        let mut service = service(&server);
        let mut refuses = webhook(&server, 503);
        service.round(START.into()).await;
        service.round(START.into()).await;
        assert_eq!((refuses.calls(), service.outbox.len()), (2, 1));
        refuses.delete();
        let takes = webhook(&server, 204);
        service.round(START.into()).await;
        service.round(START.into()).await;
        assert_eq!((takes.calls(), service.outbox.len()), (1, 0));
    }

    #[tokio::test]
    async fn an_alert_that_the_webhook_refuses_holds_up_no_other_and_a_webhook_that_is_away_is_left_alone()
     {
        let server = MockServer::start_async().await;
        let fails = ["a", "b", "c"].map(|id| task(id, SyncStatus::SyncFail));
        let _list = list(&server, &fails);
        for (status, posted) in [(400, 3), (503, 1), (429, 1)] {
            let mut webhook = webhook(&server, status);
            let mut service = service(&server);
            service.round(START.into()).await;
            assert_eq!(
                (webhook.calls(), service.outbox.len()),
                (posted, 3),
                "{status}"
            );
            webhook.delete();
        }
    }

    #[tokio::test]
    async fn what_the_service_refuses_is_told_after_the_patience_with_its_words() {
        let server = MockServer::start_async().await;
        let words = serde_json::json!({
            "error_code": "DLS.3027",
            "error_msg": "no such thing",
        });
        let body: ErrorBody = serde_json::from_value(words).unwrap();
        server.list_member_sync_tasks(|_, then| drop(then.client_error(404, &body)));
        let told = server.mock(|when, then| {
            when.path("/hook")
                .body_includes(r#""alert":"service-away""#)
                .body_includes("no such thing");
            then.status(204);
        });
        let mut service = service(&server);
        for minutes in [0, 9, 10, 11] {
            service.round((START + minutes * 60_000).into()).await;
            assert_eq!(told.calls(), usize::from(minutes >= 10), "{minutes}");
        }
    }

    #[tokio::test]
    async fn alerts_beyond_what_is_kept_are_given_up_from_the_oldest() {
        let server = MockServer::start_async().await;
        let fails: Vec<_> = (0..=MOST_KEPT)
            .map(|number| task(&format!("{number:04}"), SyncStatus::SyncFail))
            .collect();
        let mut service = service(&server);
        let alerts = service.watch.listed(fails, START.into());
        service.outbox.extend(alerts);
        let _list = list(&server, &[]);
        service.round(START.into()).await;
        assert_eq!(service.outbox.len(), MOST_KEPT);
        let first = serde_json::to_value(&service.outbox[0]).unwrap();
        assert_eq!(first["task"], "0001");
    }
}
