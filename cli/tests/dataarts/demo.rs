//! `--demo`: the whole way from the simulator's data to each format.

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::support::program::{dataarts, fail, run, succeed};

/// The task of the service's own API page.
const EXAMPLE: &str = "088c2b59114405ab4fbc0df5bd05202b";

fn tasks(words: &str) -> Vec<Value> {
    let text = succeed(&mut dataarts(&format!("--demo -o json sync-tasks list {words}")));
    serde_json::from_str(&text).expect("an array")
}

fn column<'a>(tasks: &'a [Value], name: &str) -> Vec<&'a str> {
    tasks.iter().map(|task| task.get(name).and_then(Value::as_str).unwrap_or_default()).collect()
}

fn times(tasks: &[Value], name: &str) -> Vec<i64> {
    tasks.iter().map(|task| task.get(name).and_then(Value::as_i64).unwrap_or(0)).collect()
}

#[test]
fn the_data_set_looks_like_a_real_instance() {
    let all = tasks("");
    assert!(all.len() >= 24, "{}", all.len());
    for status in ["UNKNOWN", "NOT_SYNC", "SYNCING", "SYNC_SUCCESS", "SYNC_FAIL"] {
        assert!(column(&all, "sync_status").contains(&status), "{status}");
    }
    assert!(column(&all, "id").contains(&EXAMPLE));
}

#[test]
fn all_formats_hold_the_same_tasks() {
    let ids: Vec<String> = column(&tasks(""), "id").into_iter().map(str::to_owned).collect();

    let jsonl = succeed(&mut dataarts("sync-tasks list --demo -o jsonl"));
    let lines: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(column(&lines, "id"), ids);

    let csv = succeed(&mut dataarts("sync-tasks --demo list -o csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 22);
    let position = reader.headers().unwrap().iter().position(|name| name == "id").expect("a column");
    let rows: Vec<String> = reader.records().map(|record| record.unwrap()[position].to_owned()).collect();
    assert_eq!(rows, ids);

    let table = succeed(&mut dataarts("sync-tasks list --demo"));
    assert_eq!(table.lines().count(), ids.len() + 1, "{table}");
    assert!(table.contains("SYNC_FAIL") && table.contains("ERROR: role") && table.contains("never"), "{table}");
}

#[test]
fn a_table_fits_the_terminal() {
    for width in [60_usize, 80, 120, 160] {
        let table = succeed(dataarts("--demo sync-tasks list").env("COLUMNS", width.to_string()));
        for line in table.lines() {
            assert!(line.width() <= width, "{width}: {line}");
        }
        assert!(table.contains("dws_ssl_4autotest_nomodify"), "{table}");
    }
}

#[test]
fn filters_are_the_services() {
    for (words, name, value) in [
        ("--sync-status sync_fail", "sync_status", "SYNC_FAIL"),
        ("--schedule-status Scheduling", "schedule_status", "SCHEDULING"),
        ("--cluster-type mrs", "cluster_type", "MRS"),
        ("--cluster-name dws_ssl_4autotest_nomodify", "cluster_name", "dws_ssl_4autotest_nomodify"),
    ] {
        let found = tasks(words);
        assert!(!found.is_empty(), "{words}");
        assert!(column(&found, name).iter().all(|found| *found == value), "{words}");
    }
}

#[test]
fn an_empty_listing_says_so_beside_the_data() {
    let words = "--demo sync-tasks list --cluster-name no_such_cluster";
    let table = run(&mut dataarts(words));
    assert_eq!((table.code, table.stdout.as_str(), table.stderr.as_str()), (0, "", "no task matches\n"));
    assert_eq!(succeed(dataarts(words).args(["-o", "json"])), "[]\n");
    assert_eq!(succeed(dataarts(words).args(["-o", "jsonl"])), "");
    assert_eq!(succeed(dataarts(words).args(["-o", "csv"])).lines().count(), 1);
}

#[test]
fn every_order_is_kept_in_both_directions() {
    for field in ["create_time", "sync_time", "update_time"] {
        let ascending = times(&tasks(&format!("--page-size 7 --order-by {field}")), field);
        assert!(ascending.len() >= 24 && ascending.is_sorted(), "{field}: {ascending:?}");
        let descending = times(&tasks(&format!("--page-size 7 --order-by {field} --desc")), field);
        assert!(descending.is_sorted_by(|one, other| one >= other), "{field}: {descending:?}");
    }
    let all = tasks("--order-by cluster_name");
    assert!(column(&all, "cluster_name").is_sorted());
    let newest = times(&tasks("--desc"), "create_time");
    assert!(newest.is_sorted_by(|one, other| one >= other), "{newest:?}");
}

#[test]
fn a_maximum_takes_the_first_of_the_order() {
    // Ids alone, since the times of the data set move with the clock.
    let ids = |words: &str| column(&tasks(words), "id").join(" ");
    let all = ids("");
    assert_eq!(ids("--max 1000"), all);
    assert_eq!(ids("--max 3"), all.split(' ').take(3).collect::<Vec<_>>().join(" "));
    let latest = ids("--order-by sync_time --desc");
    let first = ids("--order-by sync_time --desc --max 3");
    assert_eq!(first, latest.split(' ').take(3).collect::<Vec<_>>().join(" "));
}

#[test]
fn one_task_is_shown_in_full() {
    let card = succeed(&mut dataarts(&format!("--demo sync-tasks show {EXAMPLE}")));
    assert!(card.lines().count() >= 22, "{card}");
    for text in ["dws_ssl_4autotest_nomodify", "2024-03-20 02:25:16 +00:00", "row level security policy", "create_user"]
    {
        assert!(card.contains(text), "{text} in {card}");
    }

    let object: Value =
        serde_json::from_str(&succeed(&mut dataarts(&format!("--demo -o json sync-tasks show {EXAMPLE}")))).unwrap();
    assert_eq!(object["sync_time"], 1_710_901_516_000_i64);
    let line = succeed(&mut dataarts(&format!("--demo -o jsonl sync-tasks show {EXAMPLE}")));
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), object);
    assert_eq!(line.lines().count(), 1);
    assert_eq!(succeed(&mut dataarts(&format!("--demo -o csv sync-tasks show {EXAMPLE}"))).lines().count(), 2);
}

#[test]
fn every_health_occurs_and_something_is_not_well() {
    let health = run(&mut dataarts("--demo sync-tasks health"));
    assert_eq!((health.code, health.stderr.as_str()), (3, ""));
    for title in ["ABANDONED", "FAILING", "STUCK", "OVERDUE", "NEVER RAN", "UNKNOWN", "STALE", "RUNNING", "HEALTHY"] {
        assert!(health.stdout.contains(&format!("{title}: ")), "{title} in {}", health.stdout);
    }
    assert_eq!(run(&mut dataarts("--demo sync-tasks health --fail-on never")).code, 0);
}

#[test]
fn a_task_that_does_not_exist_is_a_failure_of_the_service() {
    let message = fail(&mut dataarts("--demo sync-tasks show 00000000000000000000000000000000"), 1);
    assert!(message.starts_with("error: "), "{message}");
}

#[test]
fn the_environment_does_not_reach_the_demo() {
    let mut command = dataarts("--demo -o jsonl sync-tasks list --max 1");
    command.env("DATAARTS_TOKEN", "other").env("HUAWEICLOUD_SDK_AK", "half").env("DATAARTS_ENDPOINT", "nonsense");
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", "..").env("DATAARTS_WORKSPACE", "..");
    assert_eq!(succeed(&mut command).lines().count(), 1);
}

#[test]
fn what_is_meant_for_this_machine_does_not_leave_it_by_a_proxy() {
    // Nothing listens on port 9 of loopback; a request that went there would fail.
    let mut command = dataarts("--demo sync-tasks list -o jsonl");
    command.env("HTTP_PROXY", "http://127.0.0.1:9").env("http_proxy", "http://127.0.0.1:9");
    assert!(succeed(&mut command).contains(EXAMPLE));
}
