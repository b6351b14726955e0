//! The journey of each call on standard error, as `-v` and `-vv` ask for it: one line per attempt, retry and wait.
//!
//! What is told comes from the library, which puts no secret into it, and from servers, so that it is sanitised.

mod fields;

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::clock;
use crate::output::sanitize;
use crate::output::style::{Colours, Role};
use crate::output::terminal::colours_of_errors;
use fields::Fields;

/// The library's own events.
const LIBRARY: &str = "huaweicloud_core";
/// Those about attempts and what is between them.
const TRANSPORT: &str = "huaweicloud_core::pipeline";
/// Which connections are made and which used again.
const CONNECTIONS: &str = "hyper_util::client::legacy";

/// The span of one attempt, and the event in it that says how it failed.
const ATTEMPT: &str = "attempt";
const FAILED: &str = "attempt failed";
/// The event of an attempt with an answer, all of which the span tells as well.
const ANSWERED: &str = "answered";

/// Tells of the journey from now on: nothing for 0, the attempts for 1, everything for more.
pub(crate) fn tell(verbosity: u8) {
    let Some(detail) = Detail::new(verbosity) else { return };
    let journey = Journey { detail, begin: clock::instant(), colours: colours_of_errors(), write: to_standard_error };
    // Fails only where something else listens already, which is nobody here.
    let _ = tracing::subscriber::set_global_default(Registry::default().with(journey));
}

fn to_standard_error(line: &str) {
    // Whoever closed standard error does not want to know.
    let _ = io::stderr().lock().write_all(line.as_bytes());
}

#[derive(Clone, Copy, PartialEq)]
enum Detail {
    Attempts,
    Everything,
}

impl Detail {
    fn new(verbosity: u8) -> Option<Self> {
        match verbosity {
            0 => None,
            1 => Some(Self::Attempts),
            _ => Some(Self::Everything),
        }
    }
}

/// Writes one line for each event and for each span that ends.
struct Journey<W> {
    detail: Detail,
    begin: Instant,
    colours: Colours,
    write: W,
}

/// What is known of a span until it ends.
struct Seen {
    begin: Instant,
    fields: Fields,
}

impl<W: Fn(&str)> Journey<W> {
    fn line(&self, text: &str) {
        let time = clock::instant().saturating_duration_since(self.begin);
        let time = self.colours.paint(&format!("[{:.3}s]", time.as_secs_f64()), Role::Quiet);
        (self.write)(&format!("{time} {}\n", sanitize::line(text)));
    }

    fn attempt(&self, fields: &mut Fields, took: Duration) -> String {
        let mut take = |name| fields.take(name);
        let number = take("http.request.resend_count").and_then(|again| again.parse().ok()).unwrap_or(0_u32) + 1;
        let method = take("http.request.method").unwrap_or_default();
        let template = take("url.template").unwrap_or_default();
        let (status, error) = (take("http.response.status_code"), take("error"));
        let kind = take("error.type");
        let id = take("huaweicloud.request_id").map(|id| format!(", request id {id}")).unwrap_or_default();
        let outcome = match (error, status, kind) {
            // Status and request id are in there, where an answer had begun.
            (Some(error), _, _) => error,
            (None, Some(status), _) => format!("HTTP {status}{id}"),
            (None, None, Some(kind)) => kind,
            (None, None, None) => "given up without an answer".to_owned(),
        };
        take("otel.name");
        take("otel.kind");
        let line = format!("attempt {number}: {method} {template}: {outcome}, {}", milliseconds(took));
        self.with_rest(line, fields)
    }

    fn operation(&self, name: &str, fields: &mut Fields, took: Duration) -> String {
        let name = fields.take("otel.name").unwrap_or_else(|| name.to_owned());
        self.with_rest(format!("{name} ended after {}", milliseconds(took)), fields)
    }

    fn event(&self, level: Level, fields: &mut Fields) -> String {
        let message = fields.take("message").unwrap_or_default();
        let message = if level <= Level::WARN { format!("warning: {message}") } else { message };
        format!("{message}{}", fields.rest(": "))
    }

    fn with_rest(&self, line: String, fields: &Fields) -> String {
        if self.detail == Detail::Everything { format!("{line}{}", fields.rest("; ")) } else { line }
    }
}

impl<S, W> Layer<S> for Journey<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + 'static,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let (target, level) = (metadata.target(), *metadata.level());
        match self.detail {
            Detail::Everything => {
                target.starts_with(LIBRARY) || target.starts_with(CONNECTIONS) && level <= Level::DEBUG
            }
            Detail::Attempts if target.starts_with(TRANSPORT) => level <= Level::DEBUG,
            Detail::Attempts => target.starts_with(LIBRARY) && level <= Level::WARN,
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(if self.detail == Detail::Everything { LevelFilter::TRACE } else { LevelFilter::DEBUG })
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Seen { begin: clock::instant(), fields });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(seen) = span.extensions_mut().get_mut::<Seen>() {
            values.record(&mut seen.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        if fields.is_warning_of_identity() && *event.metadata().level() == Level::WARN {
            // Said once already, with or without -v, when the identity was obtained.
            return;
        }
        if fields.message() == Some(ANSWERED) {
            return;
        }
        if fields.message() == Some(FAILED)
            && let Some(span) = context.event_span(event)
            && let Some(seen) = span.extensions_mut().get_mut::<Seen>()
        {
            // Told with the attempt, in one line.
            event.record(&mut seen.fields);
            seen.fields.take("message");
            return;
        }
        if fields.is_no_wait() && self.detail == Detail::Attempts {
            return;
        }
        self.line(&self.event(*event.metadata().level(), &mut fields));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let seen = span.extensions_mut().remove::<Seen>();
        let Some(Seen { begin, mut fields }) = seen else { return };
        let took = clock::instant().saturating_duration_since(begin);
        let line = match span.name() {
            ATTEMPT => self.attempt(&mut fields, took),
            name => self.operation(name, &mut fields, took),
        };
        self.line(&line);
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// The lines that are told of `journey`, without their times.
    fn told(detail: Detail, journey: impl FnOnce()) -> Vec<String> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let written = lines.clone();
        let write = move |line: &str| written.lock().unwrap().push(line.split_once("] ").unwrap().1.to_owned());
        let layer = Journey { detail, begin: clock::instant(), colours: Colours::Off, write };
        tracing::subscriber::with_default(Registry::default().with(layer), journey);
        let lines = lines.lock().unwrap();
        lines.clone()
    }

    fn attempt(error: Option<&str>) {
        let span = tracing::debug_span!(
            target: "huaweicloud_core::pipeline::retry_loop",
            "attempt",
            http.request.method = "GET",
            url.template = "/tasks",
            http.request.resend_count = 1,
        );
        if let Some(error) = error {
            span.in_scope(
                || tracing::debug!(target: "huaweicloud_core::pipeline::retry_loop", error, "attempt failed"),
            );
        }
    }

    #[test]
    fn an_attempt_is_one_line_with_its_error_made_harmless() {
        let lines = told(Detail::Attempts, || attempt(Some("red \u{1b}[31m\nmore")));
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("attempt 2: GET /tasks: red [31m more, "), "{lines:?}");
    }

    #[test]
    fn an_attempt_that_was_given_up_is_told_too() {
        let lines = told(Detail::Attempts, || attempt(None));
        assert!(lines[0].starts_with("attempt 2: GET /tasks: given up without an answer, "), "{lines:?}");
    }

    #[test]
    fn warnings_are_told_and_details_only_on_request() {
        let journey = || {
            tracing::warn!(target: "huaweicloud_core::auth::cache", source = "a", reason = "b", "renewal failed");
            tracing::warn!(target: "huaweicloud_core::auth::cache", source = "a", "said by the command itself");
            tracing::debug!(target: "huaweicloud_core::auth::cache", source = "a", kind = "k", "obtained");
            tracing::debug!(target: "huaweicloud_core::pipeline::retry_loop", delay = ?Duration::from_micros(5), "waited");
            tracing::error!(target: "another", "of no concern");
        };
        let warning = "warning: renewal failed: source a, reason b\n";
        assert_eq!(told(Detail::Attempts, journey), [warning]);
        assert_eq!(
            told(Detail::Everything, journey),
            [warning, "obtained: source a, kind k\n", "waited: delay 5.0µs\n"]
        );
    }
}
