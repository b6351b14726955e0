//! What `dataarts-security` tells a collector of OpenTelemetry: a listing whose second page first meets HTTP 503.
//!
//! ```sh
//! cargo run --example traces
//! ```
//!
//! The collector is in this process and the service is the simulator, so that the example needs nothing. A program puts
//! an exporter of its own in place of `InMemorySpanExporter`, such as that of the crate `opentelemetry-otlp`.

use std::error::Error as StdError;
use std::process::ExitCode;

use dataarts_security::{Client, Credentials, Error};
use dataarts_simulator::{CannedAnswer, Operation, Rule, Simulator, StatusCode};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

/// A page of the listing, so that there are two.
const PAGE: i32 = 50;

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
    let simulator = Simulator::builder().generated_tasks(60, 1).start().await?;
    let (provider, collector) = collector();
    let _guard = tracing::subscriber::set_default(subscriber(&provider));
    list(&simulator).await?;
    provider.force_flush()?;
    for span in collector.get_finished_spans()? {
        println!("{} ({:?})", span.name, span.span_kind);
        for attribute in &span.attributes {
            println!("    {} = {:?}", attribute.key, attribute.value);
        }
        for event in span.events.iter() {
            println!("    - {} {:?}", event.name, event.attributes);
        }
    }
    Ok(())
}

/// Keeps the spans that it is sent.
fn collector() -> (SdkTracerProvider, InMemorySpanExporter) {
    let collector = InMemorySpanExporter::default();
    (SdkTracerProvider::builder().with_simple_exporter(collector.clone()).build(), collector)
}

/// Operations are spans of the level INFO, attempts and what is between them of the level DEBUG.
fn subscriber(provider: &SdkTracerProvider) -> impl tracing::Subscriber + use<> {
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("traces"));
    // Where the code stands and which thread ran it is of no use here.
    let layer = layer.with_location(false).with_threads(false).with_target(false).with_tracked_inactivity(false);
    tracing_subscriber::registry().with(Targets::new().with_target("huaweicloud_core", Level::DEBUG)).with(layer)
}

/// A listing of two pages. The gateway is not there when the second one is first asked for.
async fn list(simulator: &Simulator) -> Result<usize, Error> {
    let unavailable = CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE);
    simulator.add_rule(Rule::new(Operation::List, unavailable).page(2).times(1));
    let client = Client::builder()
        .endpoint(simulator.base_url())
        .project_id(simulator.project_id())
        .workspace(simulator.workspace())
        .credentials(Credentials::access_key(simulator.access_key(), simulator.secret_key()))
        .build()?;
    let mut pages = client.list_member_sync_tasks().limit(PAGE).items().into_pages();
    let mut tasks = 0;
    while let Some(page) = pages.try_next().await? {
        tasks += page.items.len();
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use opentelemetry::Value;
    use opentelemetry::trace::{SpanId, SpanKind, Status};
    use opentelemetry_sdk::trace::SpanData;

    use super::*;

    /// The spans of one listing, in the order of their beginning, and the simulator that was asked.
    async fn spans() -> (Vec<SpanData>, Simulator) {
        let simulator = Simulator::builder().generated_tasks(60, 1).start().await.unwrap();
        let (provider, collector) = collector();
        let guard = tracing::subscriber::set_default(subscriber(&provider));
        assert_eq!(list(&simulator).await.unwrap(), 60);
        drop(guard);
        provider.force_flush().unwrap();
        let mut spans = collector.get_finished_spans().unwrap();
        spans.sort_by_key(|span| span.start_time);
        (spans, simulator)
    }

    fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a Value> {
        span.attributes.iter().find(|attribute| attribute.key.as_str() == key).map(|attribute| &attribute.value)
    }

    fn text(text: &str) -> Option<Value> {
        Some(Value::from(text.to_owned()))
    }

    #[tokio::test]
    async fn a_listing_is_a_span_with_one_for_each_page_and_its_attempts_below() {
        let (spans, _simulator) = spans().await;
        let names: Vec<_> = spans.iter().map(|span| (span.name.as_ref(), span.span_kind.clone())).collect();
        let operation = ("list_member_sync_tasks", SpanKind::Internal);
        let attempt = ("GET /v1/{project_id}/security/member-sync-tasks", SpanKind::Client);
        let listing = ("listing", SpanKind::Internal);
        assert_eq!(names, [&listing, &operation, &attempt, &operation, &attempt, &attempt].map(Clone::clone));
        let parents: Vec<_> = spans.iter().map(|span| span.parent_span_id).collect();
        let [listing, first, second] = [0, 1, 3].map(|position| spans[position].span_context.span_id());
        assert_eq!(parents, [SpanId::INVALID, listing, first, listing, second, second]);
    }

    #[tokio::test]
    async fn a_listing_tells_at_its_end_how_the_list_changed() {
        let (spans, _simulator) = spans().await;
        for (key, value) in
            [("delivered", 60_i64), ("duplicates", 0), ("rewinds", 0), ("first_total", 60), ("last_total", 60)]
        {
            let told = attribute(&spans[0], &format!("huaweicloud.listing.{key}"));
            assert_eq!(told, Some(&Value::from(value)), "{key}");
        }
        assert_eq!(attribute(&spans[0], "huaweicloud.operation"), text("list_member_sync_tasks").as_ref());
    }

    #[tokio::test]
    async fn attempts_have_the_attributes_of_http_clients() {
        let (spans, simulator) = spans().await;
        let requests = simulator.requests();
        for (span, request) in [&spans[2], &spans[4], &spans[5]].into_iter().zip(&requests) {
            for (key, value) in [
                ("http.request.method", text("GET")),
                ("url.template", text("/v1/{project_id}/security/member-sync-tasks")),
                ("server.address", text("127.0.0.1")),
                ("server.port", Some(Value::from(i64::from(simulator.address().port())))),
                ("http.response.status_code", Some(Value::from(i64::from(request.status)))),
                ("huaweicloud.request_id", text(&request.request_id)),
                ("huaweicloud.credential_source", text("the access key given")),
            ] {
                assert_eq!(attribute(span, key), value.as_ref(), "{key}");
            }
        }
        let statuses: Vec<_> = requests.iter().map(|request| request.status).collect();
        assert_eq!(statuses, [200, 503, 200]);
        let (failed, again) = (&spans[4], &spans[5]);
        assert_eq!(attribute(failed, "error.type"), text("503").as_ref());
        assert_eq!(attribute(failed, "http.request.resend_count"), None);
        assert!(matches!(failed.status, Status::Error { .. }), "{:?}", failed.status);
        assert_eq!((attribute(again, "error.type"), &again.status), (None, &Status::Unset));
        assert_eq!(attribute(again, "http.request.resend_count"), Some(&Value::from(1_i64)));
    }

    #[tokio::test]
    async fn an_operation_tells_its_outcome_and_why_it_was_sent_again() {
        let (spans, simulator) = spans().await;
        let operation = &spans[3];
        assert_eq!(attribute(operation, "http.response.status_code"), Some(&Value::from(200_i64)));
        let last = simulator.requests().pop().unwrap().request_id;
        assert_eq!(attribute(operation, "huaweicloud.request_id"), text(&last).as_ref());
        assert_eq!(attribute(operation, "error.type"), None);
        let retry = operation.events.iter().find(|event| event.name == "sent again").unwrap();
        let keys: Vec<_> = retry.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        assert!(keys.contains(&"delay") && keys.contains(&"reason"), "{keys:?}");
    }

    #[tokio::test]
    async fn no_secret_leaves_with_a_span() {
        let (spans, simulator) = spans().await;
        let told = format!("{spans:?}");
        assert!(!told.contains(simulator.secret_key()) && !told.contains("Signature="), "{told}");
    }
}
