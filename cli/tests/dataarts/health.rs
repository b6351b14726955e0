//! `sync-tasks health`: each format to the letter, and exit codes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use dataarts_security::Timestamp;
use dataarts_simulator::{Clock, Simulator};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use crate::support::golden;
use crate::support::peer::{Answer, Peer, page, task};
use crate::support::program::{NOBODY, Run, dataarts_at, fail, run, succeed};

/// The time at which the simulator's clock stands.
const NOW: &str = "2026-03-20T10:25:16+08:00";
const NOW_IN_MILLISECONDS: i64 = 1_773_973_516_000;

const DOCUMENT: &str = include_str!("../../../docs/health.md");

async fn simulator() -> Simulator {
    let clock = Clock::fixed(Timestamp::from_millisecond(NOW_IN_MILLISECONDS));
    Simulator::builder().demo_data().clock(clock).start().await.expect("a simulator")
}

fn health(simulator: &Simulator, words: &str) -> Command {
    let mut command = dataarts_at(&simulator.base_url(), &format!("sync-tasks health --at {NOW} {words}"));
    command.env("DATAARTS_TOKEN", simulator.token()).env("DATAARTS_WORKSPACE", simulator.workspace());
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id());
    command
}

/// The output of a run that finds that things are not well.
fn not_well(command: &mut Command) -> String {
    let run = run(command);
    assert_eq!((run.code, run.stderr.as_str()), (3, ""), "{}", run.stdout);
    run.stdout
}

/// The health of one task, which a peer has.
fn of(task: Value, words: &str) -> Run {
    let peer = Peer::start(vec![Answer::Json(200, page(1, [task]))]);
    run(&mut dataarts_at(&peer.endpoint, &format!("sync-tasks health --at {NOW} {words}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_is_kept_to_the_letter() {
    let simulator = simulator().await;
    golden::check("health_no_terminal.txt", &not_well(&mut health(&simulator, "")));
    for width in [120_usize, 50] {
        let text = not_well(health(&simulator, "").env("COLUMNS", width.to_string()));
        assert!(text.lines().all(|line| line.width() <= width), "{text}");
        golden::check(&format!("health_{width}_columns.txt"), &text);
    }
    for (format, ending) in [("json", "json"), ("jsonl", "jsonl"), ("csv", "csv"), ("prometheus", "prom")] {
        let text = not_well(&mut health(&simulator, &format!("--cluster-type mrs -o {format}")));
        golden::check(&format!("health.{ending}"), &text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_width_is_survived() {
    let simulator = simulator().await;
    for width in ["1", "2", "7", "65535"] {
        assert!(!not_well(health(&simulator, "").env("COLUMNS", width)).is_empty(), "{width}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_formats_hold_the_same_tasks_in_one_order() {
    let simulator = simulator().await;
    let object: Value = serde_json::from_str(&not_well(&mut health(&simulator, "-o json"))).unwrap();
    let groups = object["groups"].as_array().unwrap();
    let rows: Vec<&Value> = groups.iter().flat_map(|group| group["tasks"].as_array().unwrap()).collect();
    assert_eq!(rows.len(), simulator.tasks().len());
    let lines = not_well(&mut health(&simulator, "-o jsonl"));
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().collect::<Vec<_>>(), rows);
    let csv = not_well(&mut health(&simulator, "-o csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let position = reader.headers().unwrap().iter().position(|name| name == "id").unwrap();
    let ids: Vec<String> = reader.records().map(|record| record.unwrap()[position].to_owned()).collect();
    assert_eq!(ids, rows.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>());
}

#[test]
fn the_exit_code_is_that_of_the_gate() {
    let mut failing = task(1);
    failing["sync_status"] = json!("SYNC_FAIL");
    failing["schedule_status"] = json!("SCHEDULING");
    for (words, code) in [
        ("", 3),
        ("--fail-on failing", 3),
        ("--fail-on healthy", 3),
        ("--fail-on abandoned", 0),
        ("--fail-on never", 0),
        ("--fail-on never -o prometheus", 0),
        ("-o csv", 3),
    ] {
        let run = of(failing.clone(), words);
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{words}: {}", run.stdout);
        assert!(!run.stdout.is_empty(), "{words}");
    }
}

#[test]
fn no_task_is_no_trouble_and_is_said() {
    let empty = || Peer::start(vec![Answer::Json(200, page(0, []))]);
    let words = format!("sync-tasks health --at {NOW} --tz +08:00 --fail-on healthy");
    assert_eq!(
        succeed(&mut dataarts_at(&empty().endpoint, &words)),
        "0 tasks at 2026-03-20 02:25:16 +00:00\nschedules are read in the time zone +08:00\n"
    );
    let object: Value =
        serde_json::from_str(&succeed(&mut dataarts_at(&empty().endpoint, &format!("{words} -o json")))).unwrap();
    assert_eq!((&object["worst"], &object["failed"], &object["groups"]), (&Value::Null, &json!(false), &json!([])));
}

#[test]
fn the_zone_decides_on_what_is_late() {
    // Every hour from 9 to 11: at 10:25 in China one is due, and in Dublin the window is not open yet.
    let mut scheduled = task(1);
    scheduled["schedule_status"] = json!("SCHEDULING");
    for (name, value) in [("schedule_start_hour", json!(9)), ("schedule_end_hour", json!(11))] {
        scheduled[name] = value;
    }
    scheduled["schedule_period"] = json!("HOUR");
    scheduled["schedule_interval"] = json!(1);
    scheduled["sync_time"] = json!(NOW_IN_MILLISECONDS - 13 * 3_600_000);
    for (zone, name, health) in [
        ("", "+08:00", "overdue"),
        ("--tz Asia/Shanghai", "Asia/Shanghai", "overdue"),
        ("--tz -01:00", "-01:00", "healthy"),
    ] {
        let run = of(scheduled.clone(), &format!("-o json {zone} --fail-on overdue"));
        let object: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(object["worst"], health, "{zone}");
        assert_eq!(object["targets"][0]["time_zone"], name, "{zone}");
        assert_eq!(object["targets"][0]["time_zone_is_assumed"], zone.is_empty(), "{zone}");
        assert_eq!(run.code, if health == "overdue" { 3 } else { 0 }, "{zone}");
    }
}

#[test]
fn an_age_is_stale_from_the_one_that_is_said() {
    let mut old = task(1);
    old["sync_time"] = json!(NOW_IN_MILLISECONDS - 2 * 86_400_000);
    for (words, code) in [("", 0), ("--stale-after 1d", 3), ("--stale-after 48h", 0), ("--stale-after 47h", 3)] {
        assert_eq!(of(old.clone(), &format!("--fail-on stale {words}")).code, code, "{words}");
    }
}

#[test]
fn filters_travel_as_the_service_names_them() {
    let peer = Peer::start(vec![Answer::Json(200, page(0, []))]);
    let filter = "--sync-status sync_fail --schedule-status scheduling --cluster-type dws --cluster-name a=b";
    succeed(&mut dataarts_at(&peer.endpoint, &format!("sync-tasks health {filter}")));
    let head = peer.request();
    for part in ["sync_status=SYNC_FAIL", "schedule_status=SCHEDULING", "cluster_type=DWS", "cluster_name=a%3Db"] {
        assert!(head.contains(part), "{head}");
    }
}

#[test]
fn tasks_with_blank_ids_are_each_judged() {
    for id in ["", "  "] {
        let tasks = ["SYNC_SUCCESS", "SYNC_FAIL"].map(|status| json!({ "id": id, "sync_status": status }));
        let peer = Peer::start(vec![Answer::Json(200, page(2, tasks))]);
        let found = not_well(&mut dataarts_at(&peer.endpoint, "sync-tasks health -o json"));
        let found: Value = serde_json::from_str(&found).unwrap();
        let tasks = found["groups"].as_array().unwrap().iter().flat_map(|group| group["tasks"].as_array().unwrap());
        assert_eq!(tasks.count(), 2, "{found}");
    }
}

#[test]
fn half_a_list_is_not_judged() {
    let pages = || Peer::start(vec![Answer::Json(200, page(300, [task(1)])), Answer::Json(403, json!({}))]);
    for format in ["table", "json", "jsonl", "csv", "prometheus"] {
        let words = format!("sync-tasks health --retries 0 -o {format}");
        let message = fail(&mut dataarts_at(&pages().endpoint, &words), 1);
        assert!(message.contains("HTTP 403"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_written_as_a_whole_or_not_at_all() {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tasks.prom");
    let words = format!("-o prometheus --cluster-type mrs --output {}", path.display());
    assert_eq!(not_well(&mut health(&simulator, &words)), "");
    let written = fs::read_to_string(&path).expect("a file");
    golden::check("health.prom", &written);
    // Who cannot ask leaves what was there.
    fail(health(&simulator, &words).args(["--endpoint", NOBODY, "--retries", "0"]), 1);
    assert_eq!(fs::read_to_string(&path).expect("a file"), written);
    assert_eq!(files(folder.path()), ["tasks.prom"]);
}

fn files(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn what_cannot_be_written_to_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let absent = folder.path().join("absent/tasks.prom");
    for (path, reason) in [(folder.path(), "is a folder"), (absent.as_path(), "folder is not there")] {
        let message = fail(dataarts_at(NOBODY, "sync-tasks health --output").arg(path), 2);
        assert!(message.starts_with("error: --output ") && message.contains(reason), "{message}");
    }
}

#[test]
fn wrong_words_are_refused_with_the_right_ones() {
    for (words, mentioned) in [
        ("--fail-on bad", "abandoned"),
        ("--fail-on failed", "never-ran"),
        ("--at yesterday", "2026-03-20T10:25:00+08:00"),
        ("--at 2026-03-20T10:25:00", "offset"),
        ("--tz Moon/Base", "Asia/Shanghai"),
        ("--stale-after 7", "7d"),
        ("--stale-after -1d", "7d"),
    ] {
        let message = fail(&mut dataarts_at(NOBODY, &format!("sync-tasks health {words}")), 2);
        assert!(message.contains(mentioned), "{words}: {message}");
    }
}

#[test]
fn metrics_are_a_format_of_this_command_alone() {
    for words in ["sync-tasks list", "sync-tasks show 1", "instances", "connections", "auth show", "api --list"] {
        let message = fail(&mut dataarts_at(NOBODY, &format!("{words} -o prometheus")), 2);
        assert!(
            message.starts_with("error: -o prometheus is a format of `dataarts sync-tasks health` alone"),
            "{message}"
        );
    }
}

#[test]
fn names_and_logs_that_try_to_take_over_are_made_harmless() {
    let hostile = json!({
        "id": "1",
        "cluster_name": "=a\u{1b}[31m\u{202e}\r\nb\"\\ 集群",
        "cluster_type": "\u{1b}[2JDWS",
        "sync_status": "SYNC_FAIL",
        "schedule_status": "\u{202e}NEW",
        "sync_msg": "ERROR: \u{7}no\u{1b}]0;title\u{7} of 'x'\n+second\u{2066} line\u{7f}",
        "sync_time": 1_710_901_516_000_u64,
    });
    for format in ["table", "json", "jsonl", "csv", "prometheus"] {
        let run = of(hostile.clone(), &format!("-o {format}"));
        assert_eq!(run.code, 3, "{}", run.stderr);
        let harmful = |letter: char| (letter.is_control() && letter != '\n') || "\u{202e}\u{2066}".contains(letter);
        assert!(!run.stdout.contains(harmful) && run.stdout.contains("集群"), "{format}: {:?}", run.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_names_everything_that_is_printed() {
    let simulator = simulator().await;
    let object: Value = serde_json::from_str(&not_well(&mut health(&simulator, "-o json"))).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&object["counts"]), documented("The rules"));
    assert_eq!(keys(&object), documented("`-o json`"));
    assert_eq!(keys(&object["targets"][0]), documented("One of `targets`"));
    assert_eq!(keys(&object["groups"][0]), documented("One of `groups`"));
    assert_eq!(keys(&object["groups"][0]["tasks"][0]), documented("One of `tasks`"));
    let metrics = not_well(&mut health(&simulator, "-o prometheus"));
    let types = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" gauge"));
    assert_eq!(types.map(str::to_owned).collect::<BTreeSet<_>>(), documented("`-o prometheus`"));
    let labels = metrics.lines().filter(|line| !line.starts_with('#'));
    let labels = labels.flat_map(|line| line.split(['{', ',']).skip(1)).filter_map(|label| label.split_once("=\""));
    for (label, _) in labels {
        assert!(DOCUMENT.contains(&format!("`{label}`")), "{label}");
    }
}

/// What stands first in the rows of the table under a heading.
fn documented(heading: &str) -> BTreeSet<String> {
    let mut lines = DOCUMENT.lines().skip_while(|line| line.trim_start_matches(['#', ' ']) != heading);
    lines.next().expect("the heading");
    let section = lines.take_while(|line| !line.starts_with('#'));
    section
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .filter(|(name, _)| *name != "health" || heading != "The rules")
        .map(|(name, _)| name.to_owned())
        .collect()
}
