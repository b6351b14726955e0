//! How many calls does my program make, how do they end, and how long do they take?
//!
//! An interceptor sees every attempt of every call, retries included. This one counts them by operation and outcome, and
//! their time into a histogram, in the text format of Prometheus.
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

use dataarts_security::{AttemptFailure, AttemptResponse, Client, ClientBuilder, Credentials, Error, Interceptor};
use dataarts_simulator::{CannedAnswer, Operation, Rule, Simulator, StatusCode};

/// Upper bounds in seconds.
const BOUNDS: [f64; 8] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What a client does, for whoever asks. Clones share it: one goes to the client, another to what prints it.
#[derive(Clone, Default)]
struct CallMetrics(Arc<Mutex<BTreeMap<&'static str, Calls>>>);

/// Of one operation.
#[derive(Default)]
struct Calls {
    /// By HTTP status, or by the kind of the error for an attempt without a response.
    attempts: BTreeMap<String, u64>,
    /// How many took at most so long, for each bound.
    within: [u64; BOUNDS.len()],
    time: Duration,
}

impl Interceptor for CallMetrics {
    fn response(&self, response: &mut AttemptResponse<'_>) {
        let outcome = response.status().as_u16().to_string();
        self.calls().entry(response.operation()).or_default().attempt(outcome, response.duration());
    }

    fn failure(&self, failure: &AttemptFailure<'_>) {
        let outcome = failure.error().kind().to_string();
        self.calls().entry(failure.operation()).or_default().attempt(outcome, failure.duration());
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
        line("# HELP dataarts_attempts_total Attempts by HTTP status, or by the kind of the failure.");
        line("# TYPE dataarts_attempts_total counter");
        for (operation, calls) in &*calls {
            for (outcome, count) in &calls.attempts {
                line(&format!("dataarts_attempts_total{{operation=\"{operation}\",outcome=\"{outcome}\"}} {count}"));
            }
        }
        let name = "dataarts_attempt_duration_seconds";
        line(&format!("# HELP {name} Time of an attempt to the last byte of its response, or to its failure."));
        line(&format!("# TYPE {name} histogram"));
        for (operation, calls) in &*calls {
            let count: u64 = calls.attempts.values().sum();
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
    fn attempt(&mut self, outcome: String, duration: Duration) {
        *self.attempts.entry(outcome).or_default() += 1;
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

    /// The metrics of a listing of one page that first meets these.
    async fn metrics_of(faults: impl IntoIterator<Item = Fault>) -> String {
        let simulator = Simulator::builder().generated_tasks(20, 1).start().await.unwrap();
        for fault in faults {
            simulator.add_rule(Rule::new(Operation::List, fault).times(1));
        }
        let clock = dataarts_simulator::Clock::fixed(1_800_000_000_000.into());
        let metrics = CallMetrics::default();
        assert_eq!(list(builder_of(&simulator).clock(clock), &metrics).await.unwrap(), 20);
        metrics.text()
    }

    fn assert_has(text: &str, line: &str) {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }

    #[tokio::test]
    async fn every_attempt_is_counted_by_its_outcome() {
        let fault = |status| Fault::from(CannedAnswer::new(status));
        let reset = Fault::Reset(ResetPoint::BeforeHeaders);
        let text = metrics_of([fault(StatusCode::BAD_GATEWAY), reset, fault(StatusCode::TOO_MANY_REQUESTS)]).await;
        for outcome in ["200", "429", "502", "transport"] {
            let labels = format!(r#"operation="list_member_sync_tasks",outcome="{outcome}""#);
            assert_has(&text, &format!("dataarts_attempts_total{{{labels}}} 1"));
        }
        assert_has(&text, r#"dataarts_attempt_duration_seconds_count{operation="list_member_sync_tasks"} 4"#);
    }

    #[test]
    fn a_bucket_holds_what_took_at_most_so_long() {
        let metrics = CallMetrics::default();
        for milliseconds in [25, 26, 700, 60_000] {
            metrics.calls().entry("show").or_default().attempt("200".to_owned(), Duration::from_millis(milliseconds));
        }
        let text = metrics.text();
        for (bound, count) in [("0.025", 1), ("0.05", 2), ("0.5", 2), ("1.0", 3), ("10.0", 3), ("+Inf", 4)] {
            let labels = format!(r#"operation="show",le="{bound}""#);
            assert_has(&text, &format!("dataarts_attempt_duration_seconds_bucket{{{labels}}} {count}"));
        }
        assert_has(&text, r#"dataarts_attempt_duration_seconds_sum{operation="show"} 60.751"#);
    }
}
