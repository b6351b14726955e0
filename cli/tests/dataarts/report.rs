//! `sync-tasks report`: the page as a file, what is in it, and exit codes. A browser opens it in `.ci/peers`.

use std::fs;

use assert_cmd::Command;
use dataarts_security::Timestamp;
use dataarts_simulator::{Clock, Simulator};
use serde_json::{Value, json};

use crate::support::golden;
use crate::support::peer::{Answer, Peer, page, task};
use crate::support::program::{NOBODY, dataarts, dataarts_at, fail, run, succeed};

/// The time at which the simulator's clock stands.
const NOW: &str = "2026-03-20T10:25:16+08:00";
const NOW_IN_MILLISECONDS: i64 = 1_773_973_516_000;

async fn simulator() -> Simulator {
    let clock = Clock::fixed(Timestamp::from_millisecond(NOW_IN_MILLISECONDS));
    Simulator::builder().demo_data().clock(clock).start().await.expect("a simulator")
}

fn at(simulator: &Simulator, words: &str) -> Command {
    let mut command = dataarts_at(&simulator.base_url(), words);
    command.env("DATAARTS_TOKEN", simulator.token()).env("DATAARTS_WORKSPACE", simulator.workspace());
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id()).env("TZ", "Asia/Shanghai");
    command
}

fn of(tasks: Vec<Value>, words: &str) -> Command {
    let peer = Peer::start(vec![Answer::Json(200, page(tasks.len(), tasks))]);
    dataarts_at(&peer.endpoint, &format!("sync-tasks report --html - --at {NOW} {words}"))
}

fn failing() -> Value {
    let mut failing = task(1);
    failing["sync_status"] = json!("SYNC_FAIL");
    failing["schedule_status"] = json!("SCHEDULING");
    failing
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_kept_to_the_letter() {
    let simulator = simulator().await;
    let text = succeed(&mut at(&simulator, &format!("sync-tasks report --html - --at {NOW}")));
    // The port is another one each time, and the version will be.
    let text = text.replace(&simulator.base_url(), "https://dataarts.example").replace(env!("CARGO_PKG_VERSION"), "N");
    golden::check("report.html", &text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_what_health_tells() {
    let simulator = simulator().await;
    let health = run(&mut at(&simulator, &format!("sync-tasks health -o json --at {NOW}"))).stdout;
    let health: Value = serde_json::from_str(&health).unwrap();
    let text = succeed(&mut at(&simulator, &format!("sync-tasks report --html - --at {NOW}")));
    for (word, count) in health["counts"].as_object().unwrap().iter().filter(|(_, count)| **count != 0) {
        let row = format!("{}</span></th><td class=\"figure\">{count}</td>", word.replace('-', " "));
        assert!(text.contains(&row), "{row}");
    }
    for group in health["groups"].as_array().unwrap() {
        let is_bad = !["running", "healthy"].contains(&group["health"].as_str().unwrap());
        for task in group["tasks"].as_array().unwrap() {
            assert_eq!(text.contains(task["id"].as_str().unwrap()), is_bad, "{task}");
            assert!(text.contains(task["cluster_name"].as_str().unwrap()), "{task}");
        }
    }
}

#[test]
fn a_file_is_written_as_a_whole_and_stays_where_nothing_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.html");
    let words = format!("--demo sync-tasks report --html {}", path.display());
    assert_eq!(succeed(&mut dataarts(&words)), "");
    let written = fs::read_to_string(&path).expect("a page");
    assert!(written.starts_with("<!doctype html>") && written.ends_with("</html>\n"), "{written}");
    assert!(written.contains("made-up data of --demo") && !written.contains("127.0.0.1"), "{written}");
    let words = format!("sync-tasks report --retries 0 --html {}", path.display());
    fail(&mut dataarts_at(NOBODY, &words), 1);
    assert_eq!(fs::read_to_string(&path).expect("a page"), written);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_exit_code_tells_of_tasks_only_where_asked() {
    for (words, code) in [("", 0), ("--fail-on never", 0), ("--fail-on failing", 3), ("--fail-on abandoned", 0)] {
        let run = run(&mut of(vec![failing()], words));
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{words}");
        assert!(run.stdout.contains("<h1>The one task needs care</h1>"), "{words}");
    }
}

#[test]
fn wrong_words_are_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().display();
    for (words, mentioned) in [
        (String::new(), "--html <FILE>"),
        (format!("--html {folder}"), "error: --html "),
        (format!("--html {folder}/absent/report.html"), "folder is not there"),
        ("--html - -o json".to_owned(), "`dataarts sync-tasks health`"),
        ("--html - -o prometheus".to_owned(), "-o has no say"),
        ("--html - --at yesterday".to_owned(), "--at"),
    ] {
        let message = fail(&mut dataarts_at(NOBODY, &format!("sync-tasks report {words}")), 2);
        assert!(message.contains(mentioned), "{words}: {message}");
    }
}

#[test]
fn no_task_is_a_page_too() {
    let text = succeed(&mut of(Vec::new(), ""));
    assert!(text.contains("<h1>There are no tasks</h1>") && text.contains("No task is there."), "{text}");
    let text = succeed(&mut of(Vec::new(), "--cluster-type dws --cluster-name <b>"));
    assert!(text.contains("No task matches.") && text.contains("--cluster-name &#60;b&#62;"), "{text}");
}

#[test]
fn a_long_log_is_cut_and_says_where_the_whole_is() {
    let mut long = failing();
    long["sync_msg"] = json!(format!("ERROR: no\n{}", "集".repeat(40_000)));
    let text = succeed(&mut of(vec![long], ""));
    assert!(text.contains("The first 64 KiB of 118 KiB."), "{}", text.len());
    assert!(text.contains(&format!("dataarts sync-tasks show {:032x}", 1)));
    assert!(text.len() < 120_000, "{}", text.len());
}

#[test]
fn a_target_that_fails_is_told_on_the_page() {
    let up = Peer::start(vec![Answer::Json(200, page(1, [failing()]))]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("targets.toml");
    let target = |name: &str, endpoint: &str, workspace: &str| {
        format!("[targets.'{name}']\nendpoint = \"{endpoint}\"\nproject_id = \"p\"\nworkspace = \"{workspace}\"\n")
    };
    fs::write(&file, target("<up>", &up.endpoint, "w") + &target("down", NOBODY, "w-of-down")).unwrap();
    let command = |words: &str| {
        let mut command = dataarts(&format!("sync-tasks report --html - --retries 0 {words}"));
        command.env("DATAARTS_CONFIG", &file).env("DATAARTS_TOKEN", "a-token");
        command
    };
    let run = run(&mut command("--all-targets"));
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("target down: error: "), "{}", run.stderr);
    for part in ["One target could not be read", "not read</span>", "target <bdi>&#60;up&#62;</bdi>", "w-of-down"] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    // Where nothing could be read there is nothing to tell.
    fail(&mut command("--target down"), 1);
}
