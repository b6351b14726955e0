//! How many calls does my program make, how do they end, and how long do they take?
//!
//! An interceptor sees every attempt of every call, those that are sent again included. This one counts them by operation
//! and outcome, and their time into a histogram, in the text format of Prometheus.
//!
//! ```sh
//! cargo run --example call_metrics -- --demo
//! cargo test --example call_metrics
//! ```
//!
//! Without `--demo` it asks the service, as the environment says: `DATAARTS_REGION`, `DATAARTS_WORKSPACE`, and an
//! identity as `Credentials::default_chain` finds it, such as `DATAARTS_TOKEN`.

use std::collections::BTreeMap;
use std::env;
use std::error::Error as StdError;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dataarts_security::{AttemptAnswer, AttemptRequest, Client, ClientBuilder, Credentials, Error, Interceptor};
use dataarts_simulator::{CannedAnswer, Operation, Rule, Simulator, StatusCode};

/// Upper bounds in seconds.
const BOUNDS: [f64; 8] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What a client does, for whoever asks. Clones share it: one goes to the client, another to what prints it.
#[derive(Clone, Default)]
struct CallMetrics(Arc<Mutex<BTreeMap<&'static str, Calls>>>);

/// Of one operation.
#[derive(Default)]
struct Calls {
    /// An attempt without an answer, for want of a connection or of time, is seen here and nowhere else.
    begun: u64,
    answered: BTreeMap<u16, u64>,
    /// How many took at most so long, for each bound.
    within: [u64; BOUNDS.len()],
    time: Duration,
}

impl Interceptor for CallMetrics {
    fn request(&self, request: &mut AttemptRequest<'_>) {
        self.calls().entry(request.operation()).or_default().begun += 1;
    }

    fn answer(&self, answer: &mut AttemptAnswer<'_>) {
        self.calls().entry(answer.operation()).or_default().answer(answer.status().as_u16(), answer.duration());
    }
}

impl CallMetrics {
    fn calls(&self) -> MutexGuard<'_, BTreeMap<&'static str, Calls>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In the text format of Prometheus.
    fn text(&self) -> String {
        let (calls, mut text) = (self.calls(), String::new());
        let mut line = |line: &str| text.extend([line, "\n"]);
        line("# HELP dataarts_attempts_begun_total Attempts that were sent, or were about to be.");
        line("# TYPE dataarts_attempts_begun_total counter");
        for (operation, calls) in &*calls {
            line(&format!("dataarts_attempts_begun_total{{operation=\"{operation}\"}} {}", calls.begun));
        }
        line("# HELP dataarts_attempts_answered_total Attempts that got an answer, by its HTTP status.");
        line("# TYPE dataarts_attempts_answered_total counter");
        for (operation, calls) in &*calls {
            for (status, count) in &calls.answered {
                let labels = format!("operation=\"{operation}\",status=\"{status}\"");
                line(&format!("dataarts_attempts_answered_total{{{labels}}} {count}"));
            }
        }
        let name = "dataarts_attempt_duration_seconds";
        line(&format!("# HELP {name} Time of an attempt to the last byte of its answer."));
        line(&format!("# TYPE {name} histogram"));
        for (operation, calls) in &*calls {
            let count: u64 = calls.answered.values().sum();
            for (bound, within) in BOUNDS.iter().zip(calls.within) {
                line(&format!("{name}_bucket{{operation=\"{operation}\",le=\"{bound:?}\"}} {within}"));
            }
            line(&format!("{name}_bucket{{operation=\"{operation}\",le=\"+Inf\"}} {count}"));
            line(&format!("{name}_sum{{operation=\"{operation}\"}} {}", calls.time.as_secs_f64()));
            line(&format!("{name}_count{{operation=\"{operation}\"}} {count}"));
        }
        text
    }
}

impl Calls {
    fn answer(&mut self, status: u16, duration: Duration) {
        *self.answered.entry(status).or_default() += 1;
        self.time += duration;
        for (bound, within) in BOUNDS.iter().zip(&mut self.within) {
            *within += u64::from(duration.as_secs_f64() <= *bound);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let metrics = CallMetrics::default();
    if env::args().nth(1).as_deref() == Some("--demo") {
        let simulator = Simulator::builder().generated_tasks(450, 1).start().await?;
        simulator.add_rule(Rule::new(Operation::List, CannedAnswer::new(StatusCode::BAD_GATEWAY)).page(2).times(1));
        list(builder_of(&simulator), &metrics).await?;
    } else {
        let variable = |name: &str| env::var(name).map_err(|_| format!("{name} is not set; --demo needs nothing"));
        let builder = Client::builder().region(variable("DATAARTS_REGION")?).workspace(variable("DATAARTS_WORKSPACE")?);
        list(builder.credentials(Credentials::default_chain()), &metrics).await?;
    }
    print!("{}", metrics.text());
    Ok(())
}

fn builder_of(simulator: &Simulator) -> ClientBuilder {
    Client::builder()
        .endpoint(simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(Credentials::token(simulator.token()))
}

/// The calls that are measured.
async fn list(builder: ClientBuilder, metrics: &CallMetrics) -> Result<usize, Error> {
    let client = builder.interceptor(metrics.clone()).build()?;
    Ok(client.list_member_sync_tasks().collect().await?.len())
}

#[cfg(test)]
mod tests {
    use dataarts_simulator::{Fault, ResetPoint};

    use super::*;

    /// A clock on which pauses take no time.
    struct Turned(dataarts_simulator::Clock);

    impl dataarts_security::Clock for Turned {
        fn now(&self) -> dataarts_security::Timestamp {
            self.0.now()
        }

        async fn sleep(&self, duration: Duration) {
            self.0.advance(duration);
        }
    }

    /// The metrics of a listing of one page that first meets these.
    async fn metrics_of(faults: impl IntoIterator<Item = Fault>) -> String {
        let simulator = Simulator::builder().generated_tasks(20, 1).start().await.unwrap();
        for fault in faults {
            simulator.add_rule(Rule::new(Operation::List, fault).times(1));
        }
        let clock = Turned(dataarts_simulator::Clock::fixed(1_800_000_000_000.into()));
        let metrics = CallMetrics::default();
        assert_eq!(list(builder_of(&simulator).clock(clock), &metrics).await.unwrap(), 20);
        metrics.text()
    }

    fn assert_has(text: &str, line: &str) {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }

    #[tokio::test]
    async fn every_attempt_is_counted_by_its_outcome_and_one_without_an_answer_is_begun_alone() {
        let fault = |status| Fault::from(CannedAnswer::new(status));
        let reset = Fault::Reset(ResetPoint::BeforeHeaders);
        let text = metrics_of([fault(StatusCode::BAD_GATEWAY), reset, fault(StatusCode::TOO_MANY_REQUESTS)]).await;
        assert_has(&text, r#"dataarts_attempts_begun_total{operation="list_member_sync_tasks"} 4"#);
        for status in [200, 429, 502] {
            let labels = format!(r#"operation="list_member_sync_tasks",status="{status}""#);
            assert_has(&text, &format!("dataarts_attempts_answered_total{{{labels}}} 1"));
        }
        assert_has(&text, r#"dataarts_attempt_duration_seconds_count{operation="list_member_sync_tasks"} 3"#);
    }

    #[test]
    fn a_bucket_holds_what_took_at_most_so_long() {
        let metrics = CallMetrics::default();
        for milliseconds in [25, 26, 700, 60_000] {
            metrics.calls().entry("show").or_default().answer(200, Duration::from_millis(milliseconds));
        }
        let text = metrics.text();
        for (bound, count) in [("0.025", 1), ("0.05", 2), ("0.5", 2), ("1.0", 3), ("10.0", 3), ("+Inf", 4)] {
            let labels = format!(r#"operation="show",le="{bound}""#);
            assert_has(&text, &format!("dataarts_attempt_duration_seconds_bucket{{{labels}}} {count}"));
        }
        assert_has(&text, r#"dataarts_attempt_duration_seconds_sum{operation="show"} 60.751"#);
    }
}
