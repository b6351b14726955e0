//! What the simulator's rules offer.

use dataarts_simulator::Rule;

use crate::table::{Cause, End, Held, Limit, Row};

const SERVICE: End = End::Fails(&["is_service"]);
const DECODE: End = End::Fails(&["is_decode"]);
const INTERRUPTED: End = End::Fails(&["is_transport"]);
const TIMEOUT: End = End::Fails(&["is_timeout"]);
const LATE: End = End::Fails(&["is_service", "is_timeout"]);
const THROTTLED: End = End::Fails(&["is_service", "is_throttled"]);
const FORBIDDEN: End = End::Fails(&["is_forbidden", "is_service"]);

/// The fault is its own name.
fn row(fault: &'static str, attempts: u32, end: End) -> Row {
    Row::new(fault, Cause::Simulator(fault), attempts, end)
}

pub(crate) fn rows() -> Vec<Row> {
    [statuses(), bodies(), waits(), connections(), pages()].into_iter().flatten().collect()
}

fn statuses() -> Vec<Row> {
    vec![
        row("status=400", 1, SERVICE),
        row("status=401", 1, End::Fails(&["is_service", "is_unauthorized"])),
        row("status=404", 1, SERVICE),
        row("status=408", 4, LATE),
        row("status=429", 4, THROTTLED),
        row("status=429,retry-after=5", 4, THROTTLED),
        row("status=429,retry-after=date+5", 4, THROTTLED),
        row("status=429,retry-after=3600", 1, THROTTLED),
        row("status=500", 4, SERVICE),
        row("status=500,body=service", 1, SERVICE),
        row("status=500,code=APIG.0201", 4, SERVICE),
        row("status=500,body=html", 1, SERVICE),
        row("status=501", 1, SERVICE),
        row("status=502", 4, SERVICE),
        row("status=502,body=html", 4, SERVICE),
        row("status=503", 4, SERVICE),
        row("status=503,body=empty", 4, SERVICE),
        row("status=503,retry-after=2", 4, SERVICE),
        row("status=504", 4, LATE),
        row("status=204", 1, DECODE),
        row("redirect=302,location=https://elsewhere.example/", 1, End::Fails(&["is_redirect"])),
    ]
}

fn bodies() -> Vec<Row> {
    vec![
        row("status=403,body=service", 1, FORBIDDEN),
        row("status=403,body=gateway", 1, FORBIDDEN),
        row("status=400,body=camel-case", 1, End::Fails(&["is_service", "is_workspace_not_found"])),
        row("status=403,body=code-message", 1, FORBIDDEN),
        row("status=403,body=iam", 1, FORBIDDEN),
        row("status=403,body=nested", 1, FORBIDDEN),
        row("status=403,body=deeply-nested", 1, FORBIDDEN),
        row("status=403,body=authorization-message", 1, FORBIDDEN),
        row("status=403,body=details", 1, FORBIDDEN),
        row("status=403,body=html", 1, FORBIDDEN),
        row("status=403,body=empty", 1, FORBIDDEN),
        row("status=200,body=gateway", 1, SERVICE),
        row("status=200,body=html", 1, DECODE),
        row("status=200,body=empty", 1, DECODE),
    ]
}

fn waits() -> Vec<Row> {
    vec![
        row("latency=20ms", 1, End::Delivered),
        row("latency=1h", 4, TIMEOUT).held(Held::Nothing).limit(Limit::Attempt),
        row("body-latency=20ms", 1, End::Delivered),
        row("body-latency=1h", 4, TIMEOUT).held(Held::Headers).limit(Limit::Stall),
        row("stall", 4, TIMEOUT).limit(Limit::Stall),
    ]
}

fn connections() -> Vec<Row> {
    vec![
        row("reset=before-headers", 4, INTERRUPTED).held(Held::Nothing),
        row("reset=within-headers", 4, INTERRUPTED).held(Held::Headers),
        row("reset=after-headers", 4, INTERRUPTED).held(Held::Headers),
        row("truncated-body", 4, INTERRUPTED),
        row("endless-body", 1, DECODE).held(Held::LargestBody),
        row("gzip", 1, End::Delivered),
        row("gzip-bomb=1024MiB", 1, DECODE).held(Held::LargestBody),
    ]
}

fn pages() -> Vec<Row> {
    vec![
        row("null-arrays", 1, End::Delivered),
        row("unknown-values", 1, End::Delivered),
        row("wrong-types", 1, DECODE),
        row("oversized-page=5", 1, End::Delivered),
        row("capped-page=2", 1, End::Delivered),
        row("repeated-first-page", 1, End::Delivered),
        row("wrong-total=99", 1, End::Delivered),
    ]
}

#[test]
fn every_fault_and_every_body_of_the_grammar_has_a_row() {
    let grammar = Rule::grammar();
    let (_, rest) = grammar.split_once("FAULT is").unwrap();
    let (faults, bodies) = rest.split_once("BODY is").unwrap();
    let words = |text: &'static str| {
        let separators = |character: char| !(character.is_ascii_alphanumeric() || matches!(character, '-' | '='));
        text.split(separators)
            .filter(|word| word.starts_with(|first: char| first.is_ascii_lowercase()) && *word != "or")
    };
    // What is set in capitals may be anything; what is not stands in a rule as it is.
    let written = |word: &'static str| match word.split_once('=') {
        Some((key, value)) if value.starts_with(|first: char| first.is_ascii_uppercase()) => format!("{key}="),
        _ => word.to_owned(),
    };
    let bodies = bodies.split_once(';').unwrap().0;
    let rows: Vec<&str> = rows().iter().map(|row| row.name).collect();
    let missing: Vec<String> = words(faults)
        .map(written)
        .chain(words(bodies).map(|body| format!("body={body}")))
        .filter(|word| !rows.iter().any(|row| row.contains(word.as_str())))
        .collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}
