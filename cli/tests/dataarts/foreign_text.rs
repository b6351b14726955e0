//! Names and logs that try to take over a terminal, a spreadsheet or a line.

use serde_json::{Value, json};

use crate::support::peer::{Answer, Peer, page};
use crate::support::program::{dataarts_at, succeed};

const NAME: &str = "=SUM(A1)\u{1b}[31m\u{202e}gnp.exe\r\n\u{9b}2J 集群\u{2028}\u{200f}";
const LOG: &str = "ERROR: no; =1+1\u{7}\u{1b}]0;title\u{7}\n+second\u{2066} line\u{7f}";

fn hostile() -> Value {
    json!({
        "id": "00000000000000000000000000000001",
        "cluster_name": NAME,
        "cluster_type": "\u{1b}[2JDWS",
        "sync_status": "SYNC_FAIL",
        "schedule_status": "\u{202e}NEW",
        "sync_msg": LOG,
        "create_user": "@admin",
        "create_time": 1,
    })
}

fn listed(format: &str) -> String {
    let peer = Peer::start(vec![Answer::Json(200, page(1, [hostile()]))]);
    succeed(&mut dataarts_at(&peer.endpoint, &format!("sync-tasks list -o {format}")))
}

fn shown(format: &str) -> String {
    let peer = Peer::start(vec![Answer::Json(200, hostile())]);
    succeed(&mut dataarts_at(&peer.endpoint, &format!("sync-tasks show 1 -o {format}")))
}

fn is_harmful(character: char) -> bool {
    (character.is_control() && character != '\n')
        || "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}".contains(character)
        || ('\u{202a}'..='\u{202e}').contains(&character)
        || ('\u{2066}'..='\u{2069}').contains(&character)
}

#[test]
fn nothing_harmful_is_printed_in_any_format() {
    for format in ["table", "json", "jsonl", "csv"] {
        for text in [listed(format), shown(format)] {
            assert!(!text.contains(is_harmful), "{format}: {text:?}");
            assert!(text.contains("集群"), "{format}: {text}");
        }
    }
}

#[test]
fn json_means_what_the_service_sent() {
    let list: Value = serde_json::from_str(&listed("json")).unwrap();
    assert_eq!(list[0], hostile());
    let line: Value = serde_json::from_str(&listed("jsonl")).unwrap();
    assert_eq!(line, hostile());
    assert_eq!(serde_json::from_str::<Value>(&shown("json")).unwrap(), hostile());
}

#[test]
fn no_cell_is_a_formula() {
    let text = listed("csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let record = reader.records().next().unwrap().unwrap();
    assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{record:?}");
    assert!(record.iter().any(|cell| cell.starts_with("'=SUM")), "{record:?}");
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains(",\"ERROR: no;' =1+1"), "{text}");
}

#[test]
fn a_table_has_one_line_a_task_and_a_card_the_whole_log() {
    assert_eq!(listed("table").lines().count(), 2);
    let card = shown("table");
    assert!(card.contains("ERROR: no; =1+1]0;title\n") && card.contains("+second line"), "{card}");
}
