//! What commands print, to the letter: every format, wide, narrow and without a terminal.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::support::golden;
use crate::support::peer::{Answer, Peer};
use crate::support::program::{dataarts_at, succeed};

pub(crate) const ID: &str = "088c2b59114405ab4fbc0df5bd05202b";

pub(crate) fn failed() -> Value {
    json!({
        "id": ID, "cluster_id": "c94a9133-ef65-47ad-9483-bfa8c5eaa101", "cluster_name": "财务数仓_生产",
        "cluster_type": "DWS", "create_time": 1_710_856_132_000_i64, "create_user": "ei_dayu_ops_01",
        "schedule_start_hour": 0, "schedule_end_hour": 6, "schedule_period": "HOUR", "schedule_interval": 4,
        "schedule_status": "SCHEDULING", "sync_status": "SYNC_FAIL",
        // Long ago, so that the age has as many digits for a long time to come.
        "sync_time": 1_080_000_000_000_i64,
        "sync_msg": "[2004-03-23 00:00:38] ===> Submit job failed:[{\"status\":\"FAILED\",\"message\":\"ERROR: role \
                     \\\"iam_group_sales\\\" cannot be dropped because some objects depend on it\"}]",
    })
}

pub(crate) fn never_ran() -> Value {
    json!({ "id": "0f", "cluster_name": "mrs_test", "cluster_type": "MRS", "sync_status": "NOT_SYNC",
            "schedule_status": "NOT_SCHEDULE", "sync_time": null })
}

fn hold_to_the_letter(name: &str, words: &str, answers: impl Fn() -> Vec<Value>) {
    let print = |words: &str, width: &str| {
        let peer = Peer::start(answers().into_iter().map(|body| Answer::Json(200, body)).collect());
        succeed(dataarts_at(&peer.endpoint, words).env("COLUMNS", width))
    };
    for (width, ending) in [("", "no_terminal.txt"), ("120", "120_columns.txt"), ("50", "50_columns.txt")] {
        let text = print(words, width);
        let widest = width.parse().unwrap_or(usize::MAX);
        assert!(text.lines().all(|line| line.width() <= widest), "{text}");
        golden::check(&format!("{name}.{ending}"), &golden::without_years(&text));
    }
    for format in ["json", "jsonl", "csv"] {
        golden::check(&format!("{name}.{format}"), &print(&format!("{words} -o {format}"), ""));
    }
}

#[test]
fn a_list_is_kept_to_the_letter() {
    hold_to_the_letter("list", "sync-tasks list", || vec![json!({ "total": 2, "tasks": [failed(), never_ran()] })]);
}

#[test]
fn an_empty_list_has_no_rows() {
    for (format, text) in [("json", "[]\n"), ("jsonl", "")] {
        let peer = Peer::start(vec![Answer::Json(200, json!({ "total": 0, "tasks": [] }))]);
        assert_eq!(succeed(&mut dataarts_at(&peer.endpoint, &format!("sync-tasks list -o {format}"))), text);
    }
}

#[test]
fn one_task_is_kept_to_the_letter() {
    hold_to_the_letter("show", &format!("sync-tasks show {ID}"), || vec![failed()]);
}

#[test]
fn the_end_of_a_wait_is_kept_to_the_letter() {
    hold_to_the_letter("wait", &format!("sync-tasks wait {ID} --for settled"), || vec![failed()]);
}

#[test]
fn the_lists_that_tell_ids_are_kept_to_the_letter() {
    let created = 1_715_644_800_000_i64;
    let orders = json!([{ "resource_id": "dd97167b873d4a79b2aad54d4370a3bc", "resource_name": "治理_1", "status": 1,
                          "region_id": "cn-north-4", "create_time": created }]);
    hold_to_the_letter("instances", "instances", || vec![json!({ "count": 1, "commodity_orders": orders })]);
    let workspaces = json!([{ "id": "f7bc8f2a71524d268c4293974e3dc35b", "name": "生产", "is_default": 1,
                              "member_num": 12, "create_user": "ei_dayu_ops_02", "create_time": created }]);
    // Without a total, the end is where nothing comes.
    let end = || json!({ "data": [], "data_connection_lists": [] });
    let list = || json!({ "count": 1, "data": workspaces });
    hold_to_the_letter("workspaces", "workspaces i", || vec![list(), end()]);
    let connections = json!([{ "dw_id": "3190d3fa8bad4de19c20572b181eb00c", "dw_name": "dws_0319", "dw_type": "DWS",
                               "create_user": "ei_dayu_ops_02", "create_time": created }]);
    let list = || json!({ "data_connection_lists": connections });
    hold_to_the_letter("connections", "connections", || vec![list(), end()]);
    let no_task = || json!({ "total": 0, "tasks": [] });
    hold_to_the_letter("uncovered", "sync-tasks uncovered", || vec![list(), end(), no_task()]);
}

#[test]
fn the_operations_are_kept_to_the_letter() {
    hold_to_the_letter("operations", "api --list", Vec::new);
}
