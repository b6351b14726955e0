//! Instances, workspaces, data connections, and those of them that no task serves.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::support::golden::without_years;
use crate::support::peer::{Answer, Peer, page, task};
use crate::support::program::{dataarts, dataarts_at, fail, run, succeed};

const INSTANCE: &str = "dd97167b873d4a79b2aad54d4370a3bc";

fn demo(words: &str) -> String {
    without_years(&succeed(&mut dataarts(&format!("--demo {words}"))))
}

fn narrow(words: &str) -> String {
    without_years(&succeed(dataarts(&format!("--demo {words}")).env("COLUMNS", "50")))
}

#[test]
fn an_instance_is_a_line_or_a_block() {
    assert_eq!(
        demo("instances"),
        "\
INSTANCE                          NAME               EDITION        STATUS  EXPIRES
dd97167b873d4a79b2aad54d4370a3bc  dataarts_dd97167b  dayu.advanced  2       2033-05-12 00:00 (in N y)
"
    );
    assert_eq!(
        narrow("instances"),
        "\
INSTANCE  dd97167b873d4a79b2aad54d4370a3bc
NAME      dataarts_dd97167b
EDITION   dayu.advanced
STATUS    2
EXPIRES   2033-05-12 00:00 (in N y)
"
    );
}

#[test]
fn workspaces_are_those_of_one_instance_or_of_all() {
    let golden = "\
WORKSPACE                         NAME     OWNER          MEMBERS  CREATED                     INSTANCE
7423a85a79bdafe92b1aac1f1003dab8  finance  ei_dayu_admin  4        2023-05-15 01:00 (N y ago)  dd97167b873d4a79b2aad54d4370a3bc
f7bc8f2a71524d268c4293974e3dc35b  default  ei_dayu_admin  4        2023-05-15 01:00 (N y ago)  dd97167b873d4a79b2aad54d4370a3bc
";
    assert_eq!(demo("workspaces"), golden);
    assert_eq!(demo(&format!("workspaces {INSTANCE}")), golden);
    let refused = fail(&mut dataarts("--demo workspaces 0"), 1);
    assert!(refused.starts_with("error: list_workspaces: refused with HTTP 400\nanswer: DAYU.4402"), "{refused}");
    let wrong = fail(&mut dataarts("--demo workspaces ../x"), 2);
    assert!(wrong.starts_with("error: INSTANCE_ID is \"../x\""), "{wrong}");
}

#[test]
fn connections_without_a_task_are_told() {
    assert_eq!(
        demo("sync-tasks uncovered"),
        "\
CONNECTION                        NAME                     TYPE    CREATED BY      CREATED
1a0515107360236138051baf14d1a5a1  conn_dws_prod_logistics  DWS     ei_dayu_ops_02  2024-05-14 00:00 (N y ago)
d8f784602a3d5ad8d6cc8d7a23d12791  conn_数据仓库_新         DWS     ei_dayu_ops_02  2024-05-14 00:00 (N y ago)
fd4f5aa3c069295c24a670b4394402b8  conn_mrs_audit_ranger    RANGER  ei_dayu_ops_02  2024-05-14 00:00 (N y ago)
"
    );
    assert!(narrow("sync-tasks uncovered").starts_with(
        "\
CONNECTION  1a0515107360236138051baf14d1a5a1
NAME        conn_dws_prod_logistics
TYPE        DWS
CREATED BY  ei_dayu_ops_02
CREATED     2024-05-14 00:00 (N y ago)

CONNECTION  d8f784602a3d5ad8d6cc8d7a23d12791
"
    ));
}

#[test]
fn all_formats_hold_the_same_records() {
    for (words, id, count) in [
        ("instances", "resource_id", 1),
        ("workspaces", "id", 2),
        ("connections", "dw_id", 28),
        ("sync-tasks uncovered", "dw_id", 3),
    ] {
        let array: Vec<Value> = serde_json::from_str(&demo(&format!("{words} -o json"))).expect("an array");
        assert_eq!(array.len(), count, "{words}");
        let lines = demo(&format!("{words} -o jsonl"));
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        let ids = |records: &[Value]| records.iter().map(|record| record[id].to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&lines), ids(&array), "{words}");
        let csv = demo(&format!("{words} -o csv"));
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        assert_eq!(reader.headers().unwrap().get(0), Some(id), "{words}");
        assert_eq!(reader.records().count(), count, "{words}");
        assert_eq!(demo(words).lines().count(), count + 1, "{words}");
        let narrow = narrow(words);
        assert!(narrow.lines().all(|line| line.width() <= 50), "{narrow}");
    }
}

#[test]
fn filters_travel_as_the_service_names_them() {
    let peer = Peer::start(vec![Answer::Json(200, json!({ "count": 0, "data_connection_lists": [] }))]);
    let run = run(&mut dataarts_at(&peer.endpoint, "connections --type dws --name a=b"));
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", "no data connection\n"));
    let head = &peer.requests()[0];
    assert!(head.contains("/data-connections?limit=100&name=a%3Db&offset=0&type=DWS "), "{head}");
}

#[test]
fn a_type_that_is_not_listed_is_asked_for_as_it_was_typed() {
    let peer = Peer::start(vec![Answer::Json(200, json!({ "data_connection_lists": [] }))]);
    assert_eq!(succeed(&mut dataarts_at(&peer.endpoint, "connections --type Kafka -o json")), "[]\n");
    assert!(peer.requests()[0].contains("type=Kafka "), "{:?}", peer.requests());
}

#[test]
fn a_connection_that_a_task_names_is_not_uncovered() {
    let connection = |id: &str, kind: &str| json!({ "dw_id": id, "dw_type": kind });
    let (a, b, c) = (connection("a", "DWS"), connection("b", "RANGER"), connection("c", "NEW"));
    let list = |connections: &[&Value]| Answer::Json(200, json!({ "data_connection_lists": connections }));
    let mut named = task(0);
    named["data_connection_id"] = json!("a");
    let peer = Peer::start(vec![
        list(&[&a, &b, &c]),
        // Pages overlap, and one of nothing else is the end.
        list(&[&b, &c]),
        Answer::Json(200, page(1, [named])),
    ]);
    let text = succeed(&mut dataarts_at(&peer.endpoint, "sync-tasks uncovered -o jsonl"));
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), connection("b", "RANGER"));
}

#[test]
fn names_that_try_to_take_over_are_made_harmless() {
    let hostile =
        json!({ "commodity_orders": [{ "resource_id": "i", "resource_name": "=a\u{1b}[31m\u{202e}\nb" }], "count": 1 });
    for format in ["table", "json", "jsonl", "csv"] {
        let peer = Peer::start(vec![Answer::Json(200, hostile.clone())]);
        let text = succeed(&mut dataarts_at(&peer.endpoint, &format!("instances -o {format}")));
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format}: {text:?}");
    }
}

#[test]
fn whoever_looks_for_a_workspace_need_not_name_one() {
    for (words, code) in [("instances", 1), ("workspaces", 1), ("connections", 2), ("sync-tasks uncovered", 2)] {
        let mut command = dataarts_at("http://127.0.0.1:9", &format!("{words} --retries 0"));
        let message = fail(command.env_remove("DATAARTS_WORKSPACE"), code);
        assert_eq!(message.starts_with("error: no workspace: "), code == 2, "{message}");
    }
}
