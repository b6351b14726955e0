//! Several targets at once, of which some are down, slow, wrong or a duplicate; and the file that names them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{self, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;

use assert_cmd::Command;
use dataarts_security::Timestamp;
use dataarts_simulator::{Clock, Simulator, SimulatorBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr as _;

use crate::support::golden;
use crate::support::peer::{Answer, Peer, page, task};
use crate::support::place::{ACCESS_KEY, SECRET_KEY, check_secrets};
#[cfg(unix)]
use crate::support::program::in_shell;
use crate::support::program::{NOBODY, Run, dataarts, fail, run, std_dataarts, succeed};

const TOKEN: &str = "a-token-of-the-test";
const NOW: &str = "2026-03-20T10:25:16+08:00";

/// A file of targets, and whatever else is in the home folder.
struct Home {
    folder: TempDir,
    text: String,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), text: String::new() }
    }

    /// One more target.
    fn target(mut self, name: &str, endpoint: &str, more: &str) -> Self {
        self.text += &format!("[targets.{name}]\nendpoint = \"{endpoint}\"\n{more}\n");
        self
    }

    /// One more target, which is the place of a simulator.
    fn simulated(self, name: &str, simulator: &Simulator) -> Self {
        let (project, workspace) = (simulator.project_id(), simulator.workspace());
        self.target(name, &simulator.base_url(), &format!("project_id = \"{project}\"\nworkspace = \"{workspace}\""))
    }

    /// One more target, which is the place of a peer.
    fn peer(self, name: &str, peer: &Peer) -> Self {
        self.target(name, &peer.endpoint, &format!("project_id = \"p\"\nworkspace = \"workspace-of-{name}\""))
    }

    fn write(&self, path: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, &self.text).expect("a file");
        path
    }

    /// The program with the file in its usual place, and the token.
    fn command(&self, words: &str) -> Command {
        self.write(".config/dataarts/config.toml");
        let mut command = dataarts(words);
        command.env("HOME", self.folder.path()).env("DATAARTS_TOKEN", TOKEN);
        command
    }
}

async fn start(builder: SimulatorBuilder) -> Simulator {
    builder.token(TOKEN).start().await.expect("a simulator")
}

async fn generated(count: usize, seed: u64) -> Simulator {
    start(Simulator::builder().generated_tasks(count, seed)).await
}

fn rows(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("an array")
}

fn targets(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["target"].as_str().expect("a target")).collect()
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn the_tasks_of_all_are_listed_and_say_their_target() {
    let (one, other) = (generated(3, 1).await, generated(2, 2).await);
    let home = Home::new().simulated("one", &one).simulated("other", &other);
    let list = |words: &str| succeed(&mut home.command(&format!("sync-tasks list {words}")));
    let all = rows(&list("--all-targets -o json"));
    assert_eq!(targets(&all), ["one", "one", "one", "other", "other"]);
    let all = rows(&list("--target other --target one --target other -o json"));
    assert_eq!(targets(&all), ["other", "other", "one", "one", "one"]);
    assert_eq!(list("--target other -o jsonl").lines().count(), 2);
    let csv = list("--all-targets -o csv");
    assert!(csv.starts_with("target,id,") && csv.lines().count() == 6, "{csv}");
    let sorted = rows(&list("--all-targets -o json --order-by create_time --desc --max 4"));
    let times: Vec<_> = sorted.iter().map(|row| row["create_time"].as_i64()).collect();
    assert!(times.len() == 4 && times.is_sorted_by(|one, other| one >= other), "{times:?}");
}

#[test]
fn every_format_of_a_list_is_kept_to_the_letter() {
    let mut failed = task(1);
    failed["sync_status"] = json!("SYNC_FAIL");
    failed["sync_msg"] = json!("ERROR: role \"iam_group_sales\" cannot be dropped because some objects depend on it");
    let formats = [("table", "", "txt"), ("table", "150", "150_columns.txt"), ("table", "60", "60_columns.txt")];
    let formats = formats.into_iter().chain([("json", "", "json"), ("jsonl", "", "jsonl"), ("csv", "", "csv")]);
    for (format, width, ending) in formats {
        let one = Peer::start(vec![Answer::Json(200, page(1, [failed.clone()]))]);
        let other = Peer::start(vec![Answer::Json(200, page(2, [task(2), task(1)]))]);
        let home = Home::new().peer("prod", &one).peer("second", &other);
        let text = succeed(home.command(&format!("sync-tasks list --all-targets -o {format}")).env("COLUMNS", width));
        golden::check(&format!("list_of_targets.{ending}"), &text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_without_a_task_say_their_target() {
    let simulator = start(Simulator::builder().demo_data()).await;
    let home = Home::new().simulated("prod", &simulator);
    let text = succeed(&mut home.command("sync-tasks uncovered --all-targets"));
    assert!(text.starts_with("TARGET  CONNECTION ") && text.lines().count() == 4, "{text}");
    let found = rows(&succeed(&mut home.command("sync-tasks uncovered --target prod -o json")));
    assert!(targets(&found) == ["prod"; 3] && found[0]["dw_id"].is_string(), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_has_a_column_of_targets_and_fits() {
    let simulator = start(Simulator::builder().demo_data()).await;
    let home = Home::new().simulated("prod", &simulator).simulated("twin", &simulator);
    let list = |width: &str| succeed(home.command("sync-tasks list --all-targets").env("COLUMNS", width));
    let wide = list("200");
    assert!(
        wide.starts_with("TARGET  CLUSTER ") && wide.lines().skip(1).all(|line| line.starts_with("prod    ")),
        "{wide}"
    );
    for width in [60_usize, 80, 120, 160] {
        let table = list(&width.to_string());
        assert!(table.lines().all(|line| line.width() <= width), "{table}");
    }
    assert!(list("60").contains("DWS of prod"), "{}", list("60"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_two_targets_have_is_shown_once() {
    let simulator = generated(4, 1).await;
    let home = Home::new().simulated("one", &simulator).simulated("twin", &simulator);
    let all = rows(&succeed(&mut home.command("sync-tasks list --all-targets -o json")));
    assert_eq!(targets(&all), ["one"; 4]);
    let run = run(&mut home.command("sync-tasks health --target twin --target one -o json --fail-on never"));
    let object: Value = serde_json::from_str(&run.stdout).unwrap();
    let tasks: Vec<&Value> =
        object["groups"].as_array().unwrap().iter().flat_map(|group| group["tasks"].as_array().unwrap()).collect();
    assert_eq!((run.code, tasks.len()), (0, 4), "{}", run.stderr);
    assert!(tasks.iter().all(|task| task["target"] == "twin"), "{tasks:?}");
}

#[test]
fn an_id_that_two_endpoints_claim_is_two_tasks() {
    let mut failed = task(1);
    failed["sync_status"] = json!("SYNC_FAIL");
    let answers = |task: &Value| Peer::start(vec![Answer::Json(200, page(1, [task.clone()]))]);
    let page_of = "report --fail-on abandoned --html -";
    let of_health = "health --fail-on abandoned -o";
    let (lines, metrics, table) =
        (format!("{of_health} jsonl"), format!("{of_health} prometheus"), format!("{of_health} table"));
    for (words, code) in
        [("list -o jsonl", 0), (lines.as_str(), 3), (metrics.as_str(), 3), (table.as_str(), 3), (page_of, 3)]
    {
        // The one that claims the task of the other comes first.
        let (claims, prod) = (answers(&task(1)), answers(&failed));
        let home = Home::new().peer("claims", &claims).peer("prod", &prod);
        let run = run(&mut home.command(&format!("sync-tasks {words} --all-targets")));
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{words}");
        let shown = match words {
            words if words == metrics => {
                "dataarts_member_sync_tasks{health=\"abandoned\",cluster_type=\"DWS\",target=\"prod\"} 1\n".to_owned()
            }
            words if words == table => "2 tasks at ".to_owned(),
            words if words == page_of => "2 of 2 tasks need care".to_owned(),
            _ => "SYNC_FAIL".to_owned(),
        };
        assert!(run.stdout.contains(&shown), "{words}: {}", run.stdout);
        if words.ends_with("jsonl") {
            let rows: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!((rows.len(), &rows[0]["id"]), (2, &rows[1]["id"]), "{words}");
        }
    }
}

#[test]
fn two_projects_of_one_endpoint_may_have_tasks_of_one_id() {
    let peer = Peer::start((0..2).map(|_| Answer::Json(200, page(1, [task(1)]))).collect());
    let place = |project: &str| format!("project_id = \"{project}\"\nworkspace = \"w\"");
    let home = Home::new().target("a", &peer.endpoint, &place("p")).target("b", &peer.endpoint, &place("q"));
    let all = rows(&succeed(&mut home.command("sync-tasks list --all-targets -o json")));
    assert_eq!(targets(&all), ["a", "b"]);
}

/// A service that answers each listing but the first with one task, and no sooner than so many are asked for at once.
///
/// The first request of a token goes alone.
fn crowd(size: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let (crowd, now, most) =
        (Arc::new(Barrier::new(size)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (seen, first) = (most.clone(), Arc::new(AtomicBool::new(true)));
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let (first, crowd, now, most) = (first.clone(), crowd.clone(), now.clone(), most.clone());
            thread::spawn(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let _ = lines.take_while(|line| !line.is_empty()).count();
                if !first.swap(false, Ordering::SeqCst) {
                    crowd.wait();
                }
                now.fetch_sub(1, Ordering::SeqCst);
                let body = page(1, [task(1)]).to_string();
                let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
                // The program may be gone already.
                let _ = stream.write_all((head + &body).as_bytes());
            });
        }
    });
    (endpoint, seen)
}

#[test]
fn no_more_than_eight_targets_are_read_at_the_same_time() {
    let (endpoint, most) = crowd(8);
    let place = |number| format!("project_id = \"p{number}\"\nworkspace = \"w\"");
    let home = (0..33).fold(Home::new(), |home, number| home.target(&format!("t{number}"), &endpoint, &place(number)));
    let command = "sync-tasks list --all-targets -o json --pace off --concurrency 32";
    let all = rows(&succeed(&mut home.command(command)));
    let expected: Vec<String> = (0..33).map(|number| format!("t{number}")).collect();
    assert_eq!(targets(&all), expected);
    assert_eq!(most.load(Ordering::SeqCst), 8);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_targets_are_read_with_few_file_descriptors() {
    const COUNT: usize = 300;
    let simulator = start(Simulator::builder().generated_tasks(1, 1)).await;
    let home = (0..COUNT).fold(Home::new(), |home, number| home.simulated(&format!("t{number}"), &simulator));
    let mut program = std_dataarts("sync-tasks health --all-targets --fail-on never -o json --pace off");
    program.env("DATAARTS_CONFIG", home.write("targets.toml")).env("DATAARTS_TOKEN", TOKEN);
    let output = in_shell("ulimit -n 64; exec \"$@\"", &program).output().expect("the program");
    let run = Run::from(output);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["targets"].as_array().unwrap().len(), COUNT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_fails_is_named_and_does_not_hold_up_the_others() {
    let good = generated(3, 1).await;
    let slow = start(Simulator::builder().generated_tasks(2, 2).fault("list:latency=1h".parse().unwrap())).await;
    let wrong = format!("project_id = \"{}\"\nworkspace = \"nowhere\"", good.project_id());
    let place = "project_id = \"p\"\nworkspace = \"w\"";
    let home = Home::new().target("down", NOBODY, place).simulated("slow", &slow).simulated("good", &good);
    let home = home.target("wrong", &good.base_url(), &wrong);
    for words in ["sync-tasks list -o json", "sync-tasks list -o csv", "sync-tasks uncovered"] {
        let run = run(&mut home.command(&format!("{words} --all-targets --retries 0 --timeout 2s")));
        assert_eq!(run.code, 1, "{}", run.stderr);
        let named: BTreeSet<_> =
            run.stderr.lines().filter_map(|line| line.strip_prefix("target ")?.split(':').next()).collect();
        assert_eq!(named, BTreeSet::from(["down", "slow", "wrong"]), "{}", run.stderr);
        assert!(
            run.stderr.contains("target wrong: answer: DLS.6036") && run.stderr.contains("target down: hint: "),
            "{}",
            run.stderr
        );
        assert!(run.stdout.contains("good") && !run.stdout.contains("slow"), "{}", run.stdout);
    }
}

#[test]
fn where_no_target_can_be_read_nothing_is_printed() {
    let place = "project_id = \"p\"\nworkspace = \"w\"";
    let home = Home::new().target("a", NOBODY, place).target("b", NOBODY, place);
    for words in ["list -o json", "list -o csv", "uncovered", "health", "health -o json", "health -o prometheus"] {
        let message = fail(&mut home.command(&format!("sync-tasks {words} --all-targets --retries 0")), 1);
        assert!(message.contains("target a: error: ") && message.contains("target b: error: "), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_of_several_is_told_together() {
    let clock = Clock::fixed(Timestamp::from_millisecond(1_773_973_516_000));
    let prod = start(Simulator::builder().demo_data().clock(clock.clone())).await;
    let test = start(Simulator::builder().generated_tasks(0, 1).clock(clock)).await;
    let home = Home::new().simulated("prod", &prod).simulated("test", &test);
    let home = home.target("down", NOBODY, "project_id = \"p\"\nworkspace = \"w\"");
    for (format, ending) in [("table", "txt"), ("json", "json"), ("prometheus", "prom")] {
        let words = format!(
            "sync-tasks health --all-targets --retries 0 --at {NOW} --schedule-status not_schedule -o {format}"
        );
        let run = run(home.command(&words).env("COLUMNS", "100"));
        // That something is missing counts more than that something is not well.
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.lines().all(|line| line.starts_with("target down: ")), "{}", run.stderr);
        golden::check(&format!("health_of_targets.{ending}"), &run.stdout);
    }
    let words = format!("sync-tasks health --target prod --target test --at {NOW} -o csv");
    let run = run(&mut home.command(&words));
    assert_eq!((run.code, run.stderr.as_str()), (3, ""));
}

#[test]
fn targets_are_read_at_the_same_time() {
    let (one_gate, one_opened) = channel();
    let (other_gate, other_opened) = channel();
    let one = Peer::start(vec![Answer::Gated(one_opened, 200, page(1, [task(1)]))]);
    let other = Peer::start(vec![Answer::Gated(other_opened, 200, page(1, [task(2)]))]);
    let home = Home::new().peer("one", &one).peer("other", &other);
    let config = home.write("targets.toml");
    let mut command = std_dataarts("sync-tasks list --all-targets -o jsonl");
    command.env("DATAARTS_CONFIG", config).env("DATAARTS_TOKEN", TOKEN).stdout(Stdio::piped());
    let child = command.spawn().expect("the program");
    // Neither is answered before both were asked, each with its own workspace.
    for (peer, workspace) in [(&one, "workspace-of-one"), (&other, "workspace-of-other")] {
        assert!(peer.request().to_lowercase().contains(&format!("workspace: {workspace}")));
    }
    one_gate.send(()).unwrap();
    other_gate.send(()).unwrap();
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_all_at_once() {
    for words in ["list", "health -o json", "uncovered"] {
        let peers = [Peer::start(vec![Answer::Silence]), Peer::start(vec![Answer::Silence])];
        let home = Home::new().peer("one", &peers[0]).peer("other", &peers[1]);
        let mut command = std_dataarts(&format!("sync-tasks {words} --all-targets"));
        command.env("DATAARTS_CONFIG", home.write("targets.toml")).env("DATAARTS_TOKEN", TOKEN);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        peers.iter().for_each(|peer| assert!(!peer.request().is_empty()));
        let signal = format!("kill -INT {}", child.id());
        assert!(process::Command::new("sh").args(["-c", &signal]).status().unwrap().success());
        let run = Run::from(child.wait_with_output().expect("an end"));
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (130, "", "error: interrupted\n"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_command_goes_to_one_target_and_the_environment_has_no_say() {
    let simulator = start(Simulator::builder().demo_data()).await;
    let home = Home::new().simulated("prod", &simulator).simulated("twin", &simulator);
    let id = "088c2b59114405ab4fbc0df5bd05202b";
    let several = |words: &str| fail(&mut home.command(&format!("--all-targets {words}")), 2);
    for words in
        [&format!("sync-tasks show {id}"), &format!("sync-tasks wait {id} --for settled"), "connections", "auth check"]
    {
        let elsewhere = |command: &mut Command| {
            command.env("DATAARTS_ENDPOINT", NOBODY).env("DATAARTS_WORKSPACE", "elsewhere");
            command.env("HUAWEICLOUD_SDK_IAM_ENDPOINT", simulator.base_url());
        };
        let mut command = home.command(&format!("--target twin {words}"));
        elsewhere(&mut command);
        let run = run(&mut command);
        assert_eq!(run.code, 0, "{words}: {}{}", run.stdout, run.stderr);
        assert!(
            several(words).starts_with("error: several targets are for sync-tasks list, health, report and uncovered")
        );
    }
    assert!(several("sync-tasks watch").starts_with("error: several targets are for sync-tasks list,"));
    assert!(several("sync-tasks list -o jsonl --output tasks").contains("not for --output of a list"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_target_has_its_own_profile() {
    let builder = |seed| Simulator::builder().generated_tasks(1, seed);
    let with_key = builder(1).access_key(ACCESS_KEY, SECRET_KEY).start().await.expect("a simulator");
    let with_other = builder(2).access_key("AKOTHER", "another-secret").start().await.expect("a simulator");
    let place = |simulator: &Simulator, profile: &str| {
        format!(
            "project_id = \"{}\"\nworkspace = \"{}\"\nprofile = \"{profile}\"",
            simulator.project_id(),
            simulator.workspace()
        )
    };
    let home = Home::new().target("a", &with_key.base_url(), &place(&with_key, "one"));
    let home = home.target("b", &with_other.base_url(), &place(&with_other, "two"));
    let home = home.target("c", &with_key.base_url(), &place(&with_key, "three"));
    let profile = |name: &str, key: &str, secret: &str| json!({ "name": name, "mode": "AKSK", "accessKeyId": key, "secretAccessKey": secret });
    let koocli = json!({ "current": "one", "profiles": [profile("one", ACCESS_KEY, SECRET_KEY), profile("two", "AKOTHER", "another-secret")] });
    let path = home.folder.path().join(".hcloud/config.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, koocli.to_string()).unwrap();
    crate::support::place::set_mode(&path, 0o600);
    let run = run(home.command("sync-tasks list --all-targets -o json").env_remove("DATAARTS_TOKEN"));
    assert_eq!(run.code, 1, "{}", run.stderr);
    check_secrets(&run);
    assert_eq!(targets(&rows(&run.stdout)), ["a", "b"]);
    assert!(
        run.stderr.lines().all(|line| line.starts_with("target c: ")) && run.stderr.contains("three"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_file_is_where_the_environment_says() {
    let home = Home::new().target("a", NOBODY, "project_id = \"p\"\nworkspace = \"w\"");
    let elsewhere = home.write("xdg/dataarts/config.toml");
    let words = "--target b sync-tasks list";
    let named = |path: &PathBuf| format!("error: there is no target \"b\" in {}; it has a\n", path.display());
    let mut command = dataarts(words);
    command.env("XDG_CONFIG_HOME", home.folder.path().join("xdg"));
    assert_eq!(fail(&mut command, 2), named(&elsewhere));
    let own = home.write("own.toml");
    assert_eq!(fail(command.env("DATAARTS_CONFIG", &own), 2), named(&own));
    let usual = home.write(".config/dataarts/config.toml");
    assert_eq!(fail(&mut home.command(words), 2), named(&usual));
}

#[test]
fn a_file_that_is_wrong_is_refused_before_anything_is_sent() {
    let missing = fail(&mut dataarts("--all-targets sync-tasks health"), 2);
    assert!(
        missing.contains(".config/dataarts/config.toml, is not there") && missing.contains("[targets.NAME]"),
        "{missing}"
    );
    #[cfg(unix)]
    {
        let home = Home::new();
        let pipe = home.folder.path().join("pipe");
        assert!(process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // It is not waited for that somebody writes there.
        let message = fail(dataarts("--all-targets sync-tasks list").env("DATAARTS_CONFIG", &pipe), 2);
        assert!(message.ends_with("pipe, cannot be read: it is not a regular file\n"), "{message}");
    }
    for (more, told) in [
        ("workspace = \"w\"\nsecret_key = \"hush\"", ", line 4: this key looks like that of a secret, and this file"),
        (
            "workspace = \"w\"\nregoin = \"hush\"",
            ", line 4: there is no key \"regoin\" here; known is region, endpoint,",
        ),
        ("workspace = hush", ", line 3: is no TOML: "),
    ] {
        let home = Home::new().target("a", NOBODY, more);
        let message = fail(&mut home.command("--all-targets sync-tasks list"), 2);
        assert!(message.contains(told) && !message.contains("hush") && message.lines().count() == 1, "{message}");
    }
}
