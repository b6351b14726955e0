//! The same table for readers, so that it cannot say anything else than the tests.

use std::fmt::Write as _;
use std::path::Path;

use crate::table::{Cause, End, Held, Limit, Row, rows};
use crate::{certificates, stray_answer, tls};

const BEGIN: &str = "<!-- What follows is written by the tests: UPDATE_DOCS=1 cargo test --test faults document -->\n";

fn table() -> String {
    let (simulated, others): (Vec<Row>, Vec<Row>) =
        rows().into_iter().partition(|row| matches!(row.cause, Cause::Simulator(_)));
    let mut text = BEGIN.to_owned();
    text += "\n## What networks and peers do\n\n";
    text += &lines(&others);
    for name in stray_answer::ROWS {
        text += &line(name, "", 1, &End::Delivered, Held::Answer);
    }
    for (name, accepted) in certificates::ROWS.into_iter().chain(tls::ROWS) {
        let end = if accepted { &End::Delivered } else { &End::Fails(&["is_connect"]) };
        text += &line(name, "", 1, end, if accepted { Held::Answer } else { Held::Nothing });
    }
    text += "\n## What the simulator offers, by rule\n\n";
    text += &lines(&simulated);
    text
}

fn lines(rows: &[Row]) -> String {
    let mut text =
        "| fault | attempts while it lasts | result | if it goes away after one attempt | held in memory |\n\
                    | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for row in rows {
        let name = match row.cause {
            Cause::Simulator(rule) => format!("`{rule}`"),
            _ => row.name.to_owned(),
        };
        let limit = match row.limit {
            Limit::None => "",
            Limit::Attempt => ", each ended by `attempt_timeout`",
            Limit::Stall => ", each ended by `read_timeout`",
        };
        text += &line(&name, limit, row.attempts, &row.end, row.held);
    }
    text
}

fn line(name: &str, limit: &str, attempts: u32, end: &End, held: Held) -> String {
    let result = match end {
        End::Delivered => "the answer".to_owned(),
        End::Fails(predicates) => {
            let predicates: Vec<String> = predicates.iter().map(|name| format!("`{name}`")).collect();
            format!("error: {}", predicates.join(", "))
        }
    };
    let once = match (end, attempts) {
        (End::Delivered, _) => "the answer",
        (End::Fails(_), 1) => "the same error: it is not sent again",
        (End::Fails(_), _) => "recovered: the answer, with the second attempt",
    };
    let held = match held {
        Held::Nothing => "nothing",
        Held::Headers => "headers, at most 408 KiB",
        Held::Answer => "the answer",
        Held::LargestBody => "`max_response_size`",
    };
    let mut text = String::new();
    writeln!(text, "| {name} | {attempts}{limit} | {result} | {once} | {held} |").unwrap();
    text
}

#[test]
fn the_document_says_what_the_rows_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (before, table_of_document) = document.split_at(document.find(BEGIN).expect("the mark before the tables"));
    let table = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{table}")).unwrap();
    } else {
        assert!(
            table_of_document == table,
            "docs/faults.md is not what the rows say; write it anew with\n\
             UPDATE_DOCS=1 cargo test --test faults document"
        );
    }
}
