//! `probe`: against services that differ in all that no document says.

use std::collections::BTreeMap;

use assert_cmd::Command;
use dataarts_security::Timestamp;
use dataarts_security::member_sync::SyncLog;
use dataarts_security::types::MemberSyncTask;
use dataarts_simulator::{Clock, Simulator, SimulatorBuilder};
use jiff::tz::Offset;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::support::golden;
use crate::support::peer::{Answer, Peer, page, tasks};
use crate::support::place::{ID_TOKEN, PROVIDER, Place, TOKEN, check_secrets};
use crate::support::program::{NOBODY, dataarts, dataarts_at, fail, run, succeed};

/// The instance of all made-up tasks.
const INSTANCE: &str = "dd97167b873d4a79b2aad54d4370a3bc";

fn with_habits(habits: &str) -> SimulatorBuilder {
    Simulator::builder().habits(habits.parse().expect("habits"))
}

fn with_token(place: &Place, words: &str) -> Command {
    let mut command = place.command_for_project(words);
    command.env("DATAARTS_TOKEN", TOKEN);
    command
}

/// A task in another workspace of the instance and one of another instance, so that there are two of each. They are
/// neither the oldest nor among the newest.
fn of_others() -> Vec<MemberSyncTask> {
    let task = |digit: &str, instance: &str| {
        let mut task = MemberSyncTask::default();
        task.id = Some(digit.repeat(32));
        task.instance_id = Some(instance.to_owned());
        task.data_connection_workspace = Some(format!("e{}", digit.repeat(31)));
        task.data_connection_id = Some(format!("d{}", digit.repeat(31)));
        task.create_time = Some(Timestamp::from_millisecond(1_738_368_000_000));
        task
    };
    vec![task("1", INSTANCE), task("2", "4b0c5d1e2f3a4b5c6d7e8f9a0b1c2d3e")]
}

/// Runs the probe, holds the requests to what is promised and the report to give nothing away, and gives the findings,
/// each with whether it agrees.
fn findings(place: &Place, command: &mut Command) -> BTreeMap<String, (String, String)> {
    let run = run(command.args(["-o", "json"]));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let requests = place.simulator.requests();
    assert!((10..=20).contains(&requests.len()), "{}", requests.len());
    assert!(requests.iter().all(|request| request.method == "GET" && !request.path.contains("/v3/")));
    check_secrets(&run);
    check_names(place, &run.stdout);
    let report: Value = serde_json::from_str(&run.stdout).expect("an object");
    assert_eq!(report["requests"], requests.len());
    let text = |finding: &Value, name: &str| finding[name].as_str().expect("a text").to_owned();
    let all = report["findings"].as_array().expect("findings").iter();
    all.map(|finding| (text(finding, "question"), (text(finding, "finding"), text(finding, "agrees")))).collect()
}

/// No id, no name and no host of the place is in the report.
fn check_names(place: &Place, report: &str) {
    let simulator = &place.simulator;
    let mut private = vec![simulator.project_id().to_owned(), simulator.workspace().to_owned(), simulator.base_url()];
    private.push(simulator.address().ip().to_string());
    private.extend(simulator.requests().into_iter().map(|request| request.request_id));
    for task in simulator.tasks() {
        let texts =
            [&task.id, &task.cluster_id, &task.cluster_name, &task.data_connection_id, &task.data_connection_name];
        let others = [&task.instance_id, &task.data_connection_workspace, &task.domain_id, &task.create_user];
        private.extend(texts.into_iter().chain(others).flatten().cloned());
    }
    for text in private.iter().filter(|text| !text.is_empty()) {
        assert!(!report.contains(text.as_str()), "{text} in {report}");
    }
}

/// Every finding is the expected one: a part of its text, and whether it agrees.
fn check(found: &BTreeMap<String, (String, String)>, expected: &[(&str, &str, &str)]) {
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (question, finding, agrees) in expected {
        let (text, verdict) = &found[*question];
        assert!(text.contains(finding) && verdict == agrees, "{question}: {text} ({verdict})");
    }
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_as_the_client_takes_it_to_be_is_found_out() {
    let habits = "default-order=create-time,name=whole";
    let builder = with_habits(habits).generated_tasks(500, 7).tasks(of_others());
    let place = Place::of(builder).await;
    check(
        &findings(&place, &mut with_token(&place, "probe")),
        &[
            ("largest_limit", "100 came of 502", "yes"),
            ("default_limit", "10 (of 502)", "yes"),
            ("limit_above_100", "refused with HTTP 400, DLS.1001", "yes"),
            ("limit_zero", "no tasks (of 502)", "yes"),
            ("past_the_end", "no tasks, with the total 502", "yes"),
            ("default_order", "create_time ascending", "yes"),
            ("default_direction", "descending", "yes"),
            ("order_by_asc", "true is ascending, false is descending", "yes"),
            ("ties", "the same order twice", "yes"),
            ("total", "the tasks that match", "yes"),
            ("cluster_name", "the whole name is needed", "yes"),
            ("letter_case", "letter case matters", "yes"),
            ("unset_fields", "sync_msg absent in ", "yes"),
            ("show", "the same 21 fields with the same values", "yes"),
            ("unknown_task", "refused with HTTP 400, DLS.3100", "yes"),
            ("workspaces", "not filtered: ", "yes"),
            ("time_zone", "; assumed here: +08:00", "yes"),
            ("sync_time", "the start of the run", "yes"),
            ("offset_of_instances", "items, from 0", "yes"),
            ("offset_of_workspaces", "items, from 0", "yes"),
            ("offset_of_connections", "items, from 0", "yes"),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_little_and_counts_all_is_found_out() {
    let habits = "default-limit=20,default-direction=asc,large-limit=clamped,zero-limit=refused,past-end=refused,\
                  unset=null,total=all,log-zone=+00:00";
    let rule = "show,request=2:status=404,code=DLS.3101".parse().expect("a rule");
    let place = Place::of(with_habits(habits).generated_tasks(500, 7).fault(rule)).await;
    check(
        &findings(&place, &mut with_token(&place, "probe")),
        &[
            ("largest_limit", "100 came of 500", "yes"),
            ("default_limit", "20 (of 500)", "yes"),
            ("limit_above_100", "cut to 100 (of 500)", "yes"),
            ("limit_zero", "refused with HTTP 400, DLS.1001", "yes"),
            ("past_the_end", "refused with HTTP 400, DLS.1001", "yes"),
            ("default_order", "create_time descending", "yes"),
            ("default_direction", "ascending", "yes"),
            ("order_by_asc", "true is ascending, false is descending", "yes"),
            ("ties", "the same order twice", "yes"),
            ("total", "all tasks, whatever the filters", "no"),
            ("cluster_name", "a part of the name is enough", "yes"),
            ("letter_case", "letter case matters", "yes"),
            ("unset_fields", "sync_msg null in ", "yes"),
            ("show", "the same 22 fields with the same values", "yes"),
            ("unknown_task", "refused with HTTP 404, DLS.3101", "no"),
            ("workspaces", "not settled: needs a task with a data connection of another workspace", "not settled"),
            ("time_zone", "+00:00 in ", "no"),
            ("sync_time", "the start of the run", "yes"),
            ("offset_of_instances", "not settled: needs at least two instances", "not settled"),
            ("offset_of_workspaces", "not settled: needs at least two workspaces", "not settled"),
            ("offset_of_connections", "items, from 0", "yes"),
        ],
    );
}

/// Moves `sync_time` of every run behind its log.
fn tell_runs_by_their_ends(simulator: &Simulator, zone: Offset) {
    for task in simulator.tasks() {
        let end = |log: &str| {
            let last = SyncLog::parse(log).entries().iter().filter_map(|entry| entry.time).max()?;
            let moment = zone.to_timestamp(last).ok()?;
            Some(Timestamp::from_millisecond(moment.as_millisecond() + 2_000))
        };
        if let (Some(id), Some(end)) = (&task.id, task.sync_msg.as_deref().and_then(end)) {
            assert!(simulator.update(id, |task| task.sync_time = Some(end)));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_another_place_and_mind_is_found_out() {
    let habits = "default-limit=30,default-order=cluster-name,default-direction=asc,large-limit=honoured,\
                  zero-limit=default,past-end=first,name=part-any-case,unset=empty,offset=pages,log-zone=+04:00";
    let builder = with_habits(habits).generated_tasks(500, 7).tasks(of_others());
    let place = Place::of(builder).await;
    tell_runs_by_their_ends(&place.simulator, Offset::constant(4));
    // The region comes from the profile, and the address from the environment.
    place.koocli("with-key", json!({ "region": "ae-ad-1" }));
    let mut command = place.command_for_project("probe");
    check(
        &findings(&place, &mut command),
        &[
            ("largest_limit", "100 came of 502", "yes"),
            ("default_limit", "30 (of 502)", "yes"),
            ("limit_above_100", "honoured: 101 came", "yes"),
            ("limit_zero", "as if not given: 30 came", "yes"),
            ("past_the_end", "the first page again", "yes"),
            ("default_order", "cluster_name ascending", "yes"),
            ("default_direction", "ascending", "yes"),
            ("order_by_asc", "true is ascending, false is descending", "yes"),
            ("ties", "the same order twice", "yes"),
            ("total", "the tasks that match", "yes"),
            ("cluster_name", "a part of the name is enough", "yes"),
            ("letter_case", "letter case does not matter", "yes"),
            ("unset_fields", "sync_msg empty in ", "no"),
            ("show", "the same 22 fields with the same values", "yes"),
            ("unknown_task", "refused with HTTP 400, DLS.3100", "yes"),
            ("workspaces", "not filtered: ", "yes"),
            ("time_zone", "; assumed here: +04:00", "yes"),
            ("sync_time", "the end of the run: before the log in 0,", "no"),
            ("offset_of_instances", "pages, from 0", "no"),
            ("offset_of_workspaces", "pages, from 0", "no"),
            ("offset_of_connections", "pages, from 0", "no"),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_in_trouble_with_small_pages_is_found_out() {
    let rule = |text: &str| text.parse().expect("a rule");
    let builder = Simulator::builder().generated_tasks(230, 7).page_cap(20);
    let place =
        Place::of(builder.fault(rule("show:status=500,code=DLS.9999")).fault(rule("list,request=4:status=503"))).await;
    let found = findings(&place, &mut with_token(&place, "probe --retries 3"));
    for (question, finding, agrees) in [
        ("largest_limit", "20 came of 230: a page holds fewer than asked for", "yes"),
        ("limit_zero", "failed: HTTP 503", "not settled"),
        ("show", "failed: HTTP 500, DLS.9999", "not settled"),
        ("unknown_task", "failed: HTTP 500, DLS.9999", "not settled"),
        ("order_by_asc", "true is ascending, false is descending", "yes"),
    ] {
        let (text, verdict) = &found[question];
        assert!(text.contains(finding) && verdict == agrees, "{question}: {text} ({verdict})");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_every_identity_once_is_sent_twenty_requests_all_the_same() {
    let rules = (0..15).map(|call| format!("list,request={}:status=401", 2 * call + 1).parse().expect("a rule"));
    let place = Place::of(rules.fold(Simulator::builder(), SimulatorBuilder::fault)).await;
    let mut command = place.command_for_project("probe -o json");
    let file = place.file("id-token", ID_TOKEN);
    command.env("HUAWEICLOUD_SDK_IDP_ID", PROVIDER).env("HUAWEICLOUD_SDK_ID_TOKEN_FILE", file);
    let report: Value = serde_json::from_str(&succeed(&mut command)).expect("an object");
    let requests = place.simulator.requests();
    assert_eq!(requests.iter().filter(|request| request.path.starts_with("/v1/")).count(), 20);
    assert_eq!(report["requests"], 20);
    assert_eq!(report["calls"][12]["outcome"], "not made: needs more than the 20 requests that are allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_too_little_every_finding_says_what_it_needs() {
    let mut task = MemberSyncTask::default();
    (task.id, task.cluster_name) = (Some("a".repeat(32)), Some("x1".to_owned()));
    let simulator = Simulator::builder().tasks(vec![task]).start().await.expect("a simulator");
    let mut command = dataarts_at(&simulator.base_url(), "probe -o json");
    command.env("DATAARTS_TOKEN", simulator.token()).env("DATAARTS_WORKSPACE", simulator.workspace());
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id());
    let report: Value = serde_json::from_str(&succeed(&mut command)).expect("an object");
    let settled = ["limit_above_100", "limit_zero", "past_the_end", "unset_fields", "show", "unknown_task"];
    for finding in report["findings"].as_array().expect("findings") {
        let (question, text) =
            (finding["question"].as_str().expect("a text"), finding["finding"].as_str().expect("a text"));
        let needs = text.starts_with("not settled: needs ") && finding["agrees"] == "not settled";
        assert_eq!(needs, !settled.contains(&question), "{question}: {text}");
    }
    let text = report.to_string();
    for need in ["at least two tasks", "a cluster whose name has three characters", "a task that ran and has a log"] {
        assert!(text.contains(need), "{need} in {text}");
    }
}

#[test]
fn a_first_call_that_is_refused_ends_it_with_nothing_printed() {
    let peer = Peer::start(vec![Answer::Json(503, json!({ "error_code": "APIG.0201", "error_msg": "no" }))]);
    let message = fail(&mut dataarts_at(&peer.endpoint, "probe --retries 3"), 1);
    assert!(message.contains("failed with HTTP 503"), "{message}");
    assert_eq!(peer.requests().len(), 1);
}

#[test]
fn an_identity_that_is_refused_on_the_way_ends_it_with_what_there_is() {
    let first = Answer::Json(200, page(3, tasks(0..3)));
    let peer = Peer::start(vec![first, Answer::Json(401, json!({ "error_code": "APIGW.0301", "error_msg": "no" }))]);
    let run = run(&mut dataarts_at(&peer.endpoint, "probe -o json"));
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("HTTP 401"), "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).expect("an object");
    assert_eq!(
        (&report["calls"][1]["outcome"], &report["calls"][2]["outcome"]),
        (&json!("HTTP 401, APIGW.0301"), &json!("not made"))
    );
    assert_eq!(report["requests"], peer.requests().len());
}

#[test]
fn a_plan_takes_no_account_and_makes_no_call() {
    let table = succeed(&mut dataarts("probe --dry-run"));
    assert_eq!(table.lines().count(), 20, "{table}");
    assert!(table.lines().skip(1).all(|line| line.contains("  GET  ")), "{table}");
    let plan: Vec<Value> = serde_json::from_str(&succeed(&mut dataarts("probe --dry-run -o json"))).expect("an array");
    assert_eq!(plan[2]["parameters"], "limit=101 order_by=CREATE_TIME order_by_asc=true");
    let message = fail(&mut dataarts_at(NOBODY, "probe --dry-run --output plan"), 2);
    assert!(message.contains("cannot be used with"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_kept_to_the_letter() {
    let clock = Clock::fixed(Timestamp::from_millisecond(1_773_973_516_000));
    let habits = "past-end=last,unset=null,log-zone=+01:00,offset=pages";
    let place = Place::of(with_habits(habits).demo_data().generated_tasks(80, 7).clock(clock)).await;
    let print = |words: &str, width: &str| succeed(with_token(&place, words).env("COLUMNS", width));
    for (width, ending) in [("", "no_terminal.txt"), ("120", "120_columns.txt"), ("50", "50_columns.txt")] {
        let text = print("probe", width);
        let widest = width.parse().unwrap_or(120);
        assert!(text.lines().all(|line| line.width() <= widest), "{text}");
        check_names(&place, &text);
        golden::check(&format!("probe.{ending}"), &text);
    }
    for format in ["json", "jsonl", "csv"] {
        let text = print(&format!("probe -o {format}"), "");
        check_names(&place, &text);
        golden::check(&format!("probe.{format}"), &text);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("probe.json");
    let words = format!("probe -o json --output {}", path.display());
    assert_eq!(print(&words, ""), "");
    golden::check("probe.json", &std::fs::read_to_string(path).expect("a file"));
}
