//! Findings from answers that are written down here.

use std::collections::BTreeMap;
use std::slice::from_ref;

use dataarts_security::member_sync::assumed_time_zone;
use serde_json::{Value, json};

use super::answer::{Answer, Answers};
use super::call::Call;
use super::report::Report;

fn page(tasks: &[Value], total: usize) -> Answer {
    let Value::Object(body) = json!({ "tasks": tasks, "total": total }) else { panic!("no object") };
    Answer::Body { status: 200, body }
}

fn of(list: &str, items: &[Value]) -> Answer {
    let Value::Object(body) = json!({ list: items }) else { panic!("no object") };
    Answer::Body { status: 200, body }
}

fn task(number: usize) -> Value {
    json!({ "id": number.to_string(), "cluster_name": format!("dws_{number}"), "create_time": 1_000 + number })
}

fn refused(status: u16) -> Answer {
    Answer::Refused { status, code: Some("DLS.1001".to_owned()) }
}

/// What is found for a question in a place that has these answers, and whether it agrees.
fn found(question: &str, answers: impl IntoIterator<Item = (Call, Answer)>) -> (String, &'static str) {
    let by_call: BTreeMap<Call, Answer> = answers.into_iter().collect();
    let zone = assumed_time_zone("cn-north-4").unwrap();
    let answers = Answers { by_call, ..Answers::new(zone, Some("own".to_owned())) };
    let report = Report::new(&answers, None, 0);
    let finding = report.findings.into_iter().find(|finding| finding.question == question).unwrap();
    (finding.finding, finding.agrees)
}

#[track_caller]
fn check(question: &str, answers: impl IntoIterator<Item = (Call, Answer)>, finding: &str, agrees: &str) {
    let (found, verdict) = found(question, answers);
    assert!(found.contains(finding) && verdict == agrees, "{question}: {found:?} ({verdict})");
}

#[test]
fn without_an_answer_nothing_is_settled() {
    let report = Report::new(&Answers::new(assumed_time_zone("cn-north-4").unwrap(), None), None, 0);
    for finding in report.findings {
        assert_eq!(finding.agrees, "not settled", "{}: {}", finding.question, finding.finding);
    }
}

#[test]
fn what_the_caller_may_not_do_and_what_broke_is_no_answer() {
    for (status, call, question) in [
        (403, Call::Above, "limit_above_100"),
        (500, Call::Zero, "limit_zero"),
        (502, Call::UnknownTask, "unknown_task"),
    ] {
        let expected = format!("failed: HTTP {status}, DLS.1001");
        check(question, [(Call::First, page(&[task(1)], 1)), (call, refused(status))], &expected, "not settled");
    }
}

#[test]
fn an_order_is_told_only_where_values_differ() {
    let tied: Vec<Value> = (0..3).map(|id| json!({"id": id.to_string(), "create_time": 5})).collect();
    check("default_order", [(Call::NoLimit, page(&tied, 3))], "id ascending, as 3 tasks show", "yes");
    check(
        "default_direction",
        [(Call::NoDirection, page(&tied, 3))],
        "needs at least two tasks with different",
        "not settled",
    );
    let mixed = [task(2), task(1), task(3)];
    check("default_order", [(Call::NoLimit, page(&mixed, 3))], "by none of create_time, ", "yes");
    let never = [json!({"sync_time": null}), json!({"sync_time": 0}), json!({"sync_time": 7})];
    check("default_order", [(Call::NoLimit, page(&never, 3))], "sync_time ascending", "yes");
    let (up, down) = ([task(1), task(2)], [task(2), task(1)]);
    let both = |one: &[Value], other: &[Value]| [(Call::First, page(one, 2)), (Call::Descending, page(other, 2))];
    check("order_by_asc", both(&up, &down), "true is ascending, false is descending", "yes");
    check("order_by_asc", both(&down, &down), "true is descending, false is descending", "no");
}

#[test]
fn ties_are_compared_in_their_order() {
    let pair = [json!({"id": "a", "create_time": 5}), json!({"id": "b", "create_time": 5})];
    let turned = [pair[1].clone(), pair[0].clone()];
    let twice = |again: &[Value]| [(Call::First, page(&pair, 2)), (Call::Again, page(again, 2))];
    check("ties", twice(&pair), "the same order twice", "yes");
    check("ties", twice(&turned), "another order", "no");
}

#[test]
fn a_name_needs_another_that_does_not_match() {
    let (one, other) = (json!({"id": "1", "cluster_name": "sales"}), json!({"id": "2", "cluster_name": "crm"}));
    let list = || (Call::First, page(&[one.clone(), other.clone()], 2));
    let named = |call: Call, tasks: &[Value], total: usize| (call, page(tasks, total));
    let hit = [one.clone()];
    let whole = || named(Call::WholeName, &hit, 1);
    check("cluster_name", [list(), whole(), named(Call::PartOfName, &hit, 1)], "a part of the name", "yes");
    check("cluster_name", [list(), whole(), named(Call::PartOfName, &[], 0)], "the whole name is needed", "yes");
    check("cluster_name", [list(), named(Call::WholeName, &[], 0), named(Call::PartOfName, &[], 0)], "not found", "no");
    check("cluster_name", [list(), whole(), (Call::PartOfName, refused(400))], "the whole name is needed", "yes");
    check("letter_case", [list(), whole(), named(Call::OtherCase, &hit, 1)], "does not matter", "yes");
    check("letter_case", [list(), whole(), named(Call::OtherCase, &[], 0)], "letter case matters", "yes");
    check("total", [list(), whole()], "the tasks that match", "yes");
    check("total", [list(), named(Call::WholeName, &hit, 2)], "all tasks, whatever the filters", "no");
    // More tasks match than a page holds.
    let many = || (Call::First, page(&[one.clone(), other.clone()], 9));
    check("total", [many(), named(Call::WholeName, &hit, 3)], "the tasks that match", "yes");
    check("total", [many(), named(Call::WholeName, &hit, 12)], "neither", "no");
    let elsewhere = [named(Call::WholeName, from_ref(&other), 3), named(Call::PartOfName, &[], 0)];
    check("cluster_name", elsewhere.into_iter().chain([many()]), "fewer tasks share than a page holds", "not settled");
    let all = [one.clone(), other.clone()];
    check("total", [list(), named(Call::WholeName, &all, 2)], "needs a filter", "not settled");
}

#[test]
fn an_offset_is_of_items_or_of_pages() {
    let item = |id: &str| json!({ "dw_id": id });
    let pair = |from_one: &[Value]| {
        let first = of("data_connection_lists", &[item("a"), item("b")]);
        [(Call::Connections, first), (Call::ConnectionsFromOne, of("data_connection_lists", from_one))]
    };
    check("offset_of_connections", pair(&[item("b"), item("c")]), "items, from 0", "yes");
    check("offset_of_connections", pair(&[item("c")]), "pages, from 0", "no");
    check("offset_of_connections", pair(&[]), "pages, from 0: nothing comes", "no");
    check("offset_of_connections", pair(&[item("a"), item("b")]), "pages from 1", "no");
}

#[test]
fn what_lies_behind_the_end_is_told_by_what_came_before() {
    let list = || (Call::First, page(&[task(1), task(2)], 2));
    let behind = |tasks: &[Value]| [list(), (Call::PastEnd, page(tasks, 2))];
    check("past_the_end", behind(&[]), "no tasks, with the total 2", "yes");
    check("past_the_end", behind(&[task(1), task(2)]), "the first page again", "yes");
    check("past_the_end", behind(&[task(2)]), "tasks that came before", "yes");
    check("past_the_end", behind(&[task(9)]), "other tasks", "no");
    check("past_the_end", [list(), (Call::PastEnd, refused(400))], "refused with HTTP 400, DLS.1001", "yes");
}

#[test]
fn limits_need_more_tasks_than_come() {
    let many: Vec<Value> = (0..101).map(task).collect();
    let list = |count: usize, total: usize| (Call::First, page(&many[..count], total));
    check("largest_limit", [list(20, 50)], "20 came of 50: a page holds fewer", "yes");
    check("largest_limit", [list(50, 50)], "needs at least 100 tasks", "not settled");
    let above = |count: usize, total: usize| [list(100, total), (Call::Above, page(&many[..count], total))];
    check("limit_above_100", above(101, 150), "honoured: 101 came", "yes");
    check("limit_above_100", above(100, 150), "cut to 100 (of 150)", "yes");
    check("limit_above_100", above(100, 100), "needs more than 100 tasks", "not settled");
    check(
        "default_limit",
        [list(30, 30), (Call::NoLimit, page(&many[..30], 30))],
        "needs at least 31 tasks",
        "not settled",
    );
}

/// A run in UTC+8 whose log has one line, so many seconds after its start.
fn run(log: &str, sync_time: i64) -> Value {
    json!({ "id": "r", "sync_status": "SYNC_FAIL", "sync_time": sync_time * 1_000, "sync_msg": log })
}

#[test]
fn the_clock_of_a_log_is_its_distance_to_the_run() {
    const AT: i64 = 1_710_901_516;
    let zones = |runs: &[Value]| [(Call::First, page(runs, runs.len()))];
    let published = run("[2024-03-20 10:25:54] ===> x", AT);
    check("time_zone", zones(from_ref(&published)), "+08:00 in 1 of 1 runs; assumed here: +08:00", "yes");
    check("sync_time", zones(from_ref(&published)), "the start of the run", "yes");
    let in_utc = run("[2024-03-20 02:25:54] ===> x\n[2024-03-20 02:54:00] ===> y", AT);
    check("time_zone", zones(&[in_utc]), "+00:00 in 1 of 1 runs", "no");
    // Twenty minutes long and told by its end: its first line alone would be a quarter of an hour off.
    let end = run("[2024-03-20 10:05:16] ===> x\n[2024-03-20 10:25:10] ===> y", AT);
    let quick = run("[2024-03-20 10:25:15] ===> x", AT);
    check("time_zone", zones(&[end.clone(), quick.clone()]), "+08:00 in 2 of 2 runs", "yes");
    check("sync_time", zones(&[end, quick]), "the end of the run: before the log in 0, behind it in 2", "no");
    let within = run("[2024-03-20 10:25:10] ===> x\n[2024-03-20 10:25:54] ===> y", AT);
    check("sync_time", zones(&[within.clone(), published]), "no one moment of the run", "no");
    let india = run("[2024-03-20 07:55:54] ===> x", AT);
    check("time_zone", zones(&[india]), "+05:30 in 1 of 1 runs", "no");
    for without in [run("no time", AT), run("[2024-03-20 10:25:54] ===> x", 0)] {
        check("time_zone", zones(&[without]), "needs a task that ran and has a log with a time", "not settled");
    }
    let old = run("[2004-03-20 10:25:54] old", AT);
    check("time_zone", zones(&[old]), "needs a log within 14 hours of sync_time; 1 are farther away", "not settled");
}

#[test]
fn fields_without_a_value_are_told_one_by_one() {
    let Value::Object(body) = json!({ "total": 2, "tasks": [
        { "id": "a", "sync_time": 0, "sync_msg": null, "schedule_start_hour": 0 }, { "id": "b", "sync_msg": "" }] })
    else {
        panic!("no object")
    };
    let answers = [(Call::First, Answer::Body { status: 200, body })];
    let (text, agrees) = found("unset_fields", answers);
    assert!(
        text.contains("sync_time absent in 1 and 0 in 1") && text.contains("sync_msg null in 1 and empty in 1"),
        "{text}"
    );
    assert!(text.contains("schedule_start_hour absent in 1,") && !text.contains(" id "), "{text}");
    assert_eq!(agrees, "no");
}

#[test]
fn a_task_alone_is_compared_field_by_field() {
    let alone = |shown: Value| {
        let listed = json!({ "id": "a", "cluster_name": "x", "sync_msg": "log", "secret_field": 1 });
        let Value::Object(body) = shown else { panic!("no object") };
        [(Call::First, page(&[listed], 1)), (Call::Show, Answer::Body { status: 200, body })]
    };
    let same = json!({ "id": "a", "cluster_name": "x", "sync_msg": "log" });
    check(
        "show",
        alone(same),
        "the same 3 fields with the same values; fields of no document: 1 in the list, 0 alone",
        "yes",
    );
    let other = json!({ "id": "a", "cluster_name": "y", "create_user": "u" });
    check(
        "show",
        alone(other),
        "only in the list: sync_msg; only alone: create_user; with another value: cluster_name",
        "no",
    );
}

#[test]
fn tasks_of_other_workspaces_are_counted() {
    let of = |workspace: &str| json!({ "data_connection_workspace": workspace });
    check("workspaces", [(Call::First, page(&[of("own"), of("other")], 2))], "not filtered: 1 of 2 tasks", "yes");
    check("workspaces", [(Call::First, page(&[of("own"), of("")], 2))], "needs a task with", "not settled");
    check("workspaces", [(Call::First, page(&[of("own")], 1))], "needs a task with a data connection", "not settled");
}

#[test]
fn an_unknown_task_is_refused_as_documented_or_not() {
    check("unknown_task", [(Call::UnknownTask, refused(400))], "refused with HTTP 400, DLS.1001", "yes");
    check("unknown_task", [(Call::UnknownTask, refused(404))], "refused with HTTP 404, DLS.1001", "no");
    check("unknown_task", [(Call::UnknownTask, page(&[], 0))], "answered as if there were one", "no");
}
