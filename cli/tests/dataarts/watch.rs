//! `sync-tasks watch` at a terminal: every key, every size, and whatever befalls the service meanwhile.

use std::net::SocketAddr;
use std::process;

use dataarts_security::Timestamp;
use dataarts_security::types::MemberSyncTask;
use dataarts_simulator::{Rule, Simulator};
use rustix::process::Signal;
use serde_json::json;

use crate::support::peer::{Answer, Peer, page, task as task_of_peer};
use crate::support::program::{std_dataarts, std_dataarts_at};
use crate::support::terminal::Terminal;
use crate::watch_keys::{BACKSPACE, CTRL_C, DOWN, END, ENTER, ESCAPE, HOME, PAGE_DOWN, PAGE_UP, UP};

/// The program at the place of the simulator.
pub(super) fn command(simulator: &Simulator, words: &str) -> process::Command {
    let mut command = std_dataarts(words);
    command.env("DATAARTS_ENDPOINT", simulator.base_url()).env("DATAARTS_WORKSPACE", simulator.workspace());
    command.env("HUAWEICLOUD_SDK_PROJECT_ID", simulator.project_id()).env("DATAARTS_TOKEN", simulator.token());
    command.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE");
    command
}

/// A task without a schedule that ran between two and three hours ago: its age in words stays the same for a while.
pub(super) fn task(id: &str, name: &str, status: &str) -> MemberSyncTask {
    let mut task = MemberSyncTask::default();
    task.id = Some(id.to_owned());
    task.cluster_name = Some(name.to_owned());
    task.cluster_type = Some("DWS".into());
    task.sync_status = Some(status.into());
    task.schedule_status = Some("NOT_SCHEDULE".into());
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time after 1970").as_millis();
    let ran = i64::try_from(now).expect("a time") - 150 * 60 * 1_000;
    task.sync_time = Some(Timestamp::from_millisecond(ran));
    task
}

/// Four tasks, the names in the reverse order of the ids.
fn tasks() -> Vec<MemberSyncTask> {
    let mut failed = task("id-3", "dws_b", "SYNC_FAIL");
    let log = "[2024-03-20 10:25:16] ===> Start\n[2024-03-20 10:25:54] ===> Submit job failed: \u{1b}[31m集群";
    failed.sync_msg = Some(log.to_owned());
    let mut new = task("id-4", "dws_a", "NOT_SYNC");
    new.sync_time = None;
    vec![task("id-1", "dws_d", "SYNC_SUCCESS"), task("id-2", "数据仓库_c", "SYNC_SUCCESS"), failed, new]
}

pub(super) async fn simulator(tasks: Vec<MemberSyncTask>) -> Simulator {
    Simulator::builder().tasks(tasks).start().await.expect("a simulator")
}

/// Nothing is listed but what a key asks for.
pub(super) const ONCE: &str = "sync-tasks watch --interval 24h --retries 0 --pace off";
/// What a view of 71 columns and 10 lines shows of the four tasks, below the line of times.
const COUNTS: &str = "4 tasks  1 abandoned  1 never-ran  2 healthy";
const HEADING: &str = "   CLUSTER     HEALTH     HISTORY     LAST RUN     NEXT DUE";
const FAILED: &str = "   dws_b       abandoned           █  2 h ago      -";
const NEW: &str = "   dws_a       never-ran           ▄  never        -";
const GOOD: &str = "   dws_d       healthy             ▁  2 h ago      -";
const WIDE: &str = "   数据仓库_c  healthy             ▁  2 h ago      -";

fn selected(line: &str) -> String {
    line.replacen(' ', ">", 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_does_what_the_help_says() {
    let simulator = simulator(tasks()).await;
    let mut terminal = Terminal::start(&command(&simulator, ONCE), 71, 10);
    let address = simulator.base_url();
    let place = format!("{}, workspace {}", address.trim_start_matches("http://"), simulator.workspace());
    let footer = "1-4 of 4  by severity  ? help  q quit  / filter  s sort  Enter log";
    terminal.until_lines(2, &[COUNTS, HEADING, &selected(FAILED), NEW, GOOD, WIDE, "", footer]);
    let lines = terminal.lines();
    assert_eq!(lines[0], place.chars().take(71).collect::<String>());
    assert!(lines[1].starts_with("listed ") && lines[1].ends_with("schedules in +08:00, assumed"), "{}", lines[1]);
    assert!(terminal.cell(4, 3).inverse() && terminal.cell(4, 70).inverse() && !terminal.cell(5, 3).inverse());

    for (keys, first) in [
        (DOWN, [FAILED, ">NEW", GOOD, WIDE]),
        ("j", [FAILED, NEW, ">GOOD", WIDE]),
        (UP, [FAILED, ">NEW", GOOD, WIDE]),
        (END, [FAILED, NEW, GOOD, ">WIDE"]),
        ("k", [FAILED, NEW, ">GOOD", WIDE]),
        (HOME, [">FAILED", NEW, GOOD, WIDE]),
        (PAGE_DOWN, [FAILED, NEW, GOOD, ">WIDE"]),
        (PAGE_UP, [">FAILED", NEW, GOOD, WIDE]),
    ] {
        terminal.press(keys);
        let named = |line: &str| match line {
            ">FAILED" => selected(FAILED),
            ">NEW" => selected(NEW),
            ">GOOD" => selected(GOOD),
            ">WIDE" => selected(WIDE),
            line => line.to_owned(),
        };
        let first = first.map(named);
        terminal.until_lines(4, &first.each_ref().map(String::as_str));
    }

    // Filtering, while it is typed, kept, and cleared.
    terminal.press("/DWS");
    terminal.until_lines(4, &[&selected(FAILED), NEW, GOOD, "", "", "/dws_  Enter keep  Esc clear"]);
    terminal.press("_ax");
    terminal.until_lines(4, &["", "", "", "", "", "/dws_ax_  Enter keep  Esc clear"]);
    terminal.press(BACKSPACE);
    terminal.until_lines(4, &[&selected(NEW), "", "", "", "", "/dws_a_  Enter keep  Esc clear"]);
    terminal.press(ENTER);
    terminal.until_lines(9, &["1-1 of 1  /dws_a  by severity  ? help  q quit  / filter  s sort"]);
    terminal.press(ESCAPE);
    terminal.until_lines(4, &[&selected(FAILED), NEW, GOOD, WIDE, "", footer]);

    // Sorting and turning around; what needs no care is put away and comes back.
    terminal.press("s");
    terminal.until_lines(4, &[&selected(NEW), FAILED, GOOD, WIDE]);
    terminal.until_shown("by name");
    terminal.press("S");
    terminal.until_lines(4, &[&selected(WIDE), GOOD, FAILED, NEW]);
    terminal.until_shown("by name, reversed");
    for order in ["by last run, reversed", "by next due, reversed", "by severity, reversed"] {
        terminal.press("s");
        terminal.until_shown(order);
    }
    terminal.press("S");
    terminal.until_lines(4, &[&selected(FAILED), NEW, GOOD, WIDE, "", footer]);
    terminal.press("f");
    terminal.until_lines(4, &[&selected(FAILED), NEW, "", "", ""]);
    terminal.until_shown("1-2 of 2  not well  by severity");
    terminal.press("f");
    terminal.until_lines(4, &[&selected(FAILED), NEW, GOOD, WIDE, "", footer]);

    // The log, with the foreign text in it harmless.
    terminal.press(ENTER);
    let log = ["2024-03-20 10:25:16  Start", "2024-03-20 10:25:54  Submit job failed: [31m集群"];
    terminal.until_lines(0, &["Log of dws_b", "id      id-3", "state   SYNC_FAIL"]);
    terminal.press(END);
    terminal.until("the log", |lines| log.iter().all(|line| lines.iter().any(|shown| shown == line)));
    terminal.press(ESCAPE);
    terminal.until_lines(4, &[&selected(FAILED), NEW, GOOD, WIDE, "", footer]);

    terminal.press("?");
    terminal.until_lines(0, &["The keys", "up, k / down, j      one task up or down"]);
    terminal.press(ESCAPE);
    terminal.until_lines(4, &[&selected(FAILED), NEW, GOOD, WIDE, "", footer]);

    // Listing at once, by either key; what changed is marked and bold.
    simulator.update("id-1", |task| task.sync_status = Some("SYNC_FAIL".into()));
    terminal.press("r");
    terminal.until_lines(2, &["4 tasks  2 abandoned  1 never-ran  1 healthy"]);
    let changed = " * dws_d       abandoned          ▁█  2 h ago      -";
    let lines = terminal.until_shown(changed);
    let line = lines.iter().position(|line| line == changed).unwrap();
    assert!(terminal.cell(line, 3).bold() && !terminal.cell(4, 3).bold(), "{lines:?}");
    assert_eq!(terminal.cell(line, 15).fgcolor(), vt100::Color::Idx(1));
    simulator.remove("id-4");
    terminal.press(" ");
    terminal.until_lines(2, &["3 tasks  1 disappeared: dws_a  2 abandoned  1 healthy"]);

    terminal.press("q");
    let left = terminal.end();
    assert_eq!((left.code, left.text.as_str()), (0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_leaves_the_status_that_was_asked_for_is_seen_to_recover() {
    let simulator = simulator(tasks()).await;
    let words = format!("{ONCE} --sync-status sync_fail");
    let mut terminal = Terminal::start(&command(&simulator, &words), 120, 10);
    terminal.until_lines(2, &["1 task  1 abandoned"]);
    simulator.update("id-3", |task| task.sync_status = Some("SYNC_SUCCESS".into()));
    terminal.press("r");
    terminal.until_lines(2, &["1 task  1 healthy"]);
    let lines = terminal.lines();
    assert!(lines[4].contains("dws_b") && lines[4].ends_with("recovered"), "{lines:?}");
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_made_small_and_large_again_shows_the_same_as_before() {
    let simulator = simulator(tasks()).await;
    let mut terminal = Terminal::start(&command(&simulator, ONCE), 71, 10);
    terminal.until_shown(WIDE);
    let before = terminal.lines();
    terminal.resize(20, 8);
    let narrow = [
        "4 tasks  1 abandoned",
        "   CLUST…  HEALTH",
        ">  dws_b   abandoned",
        "   dws_a   never-ran",
        "   dws_d   healthy",
        "1-3 of 4  ? help",
    ];
    terminal.until_lines(2, &narrow);
    terminal.press(END);
    terminal.until_shown(">  数据…   healthy");
    terminal.press(HOME);
    terminal.resize(20, 1);
    terminal.until_lines(0, &[">  dws_b   abandoned"]);
    terminal.resize(71, 10);
    terminal.until("the same as before", |lines| lines[0] == before[0] && lines[2..] == before[2..]);
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

/// The same service once more, at the address of the one that is gone.
async fn again(address: SocketAddr, tasks: Vec<MemberSyncTask>) -> Simulator {
    Simulator::builder().tasks(tasks).listen(address).start().await.expect("the same port")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_goes_away_and_returns_is_told_of_and_nothing_is_lost() {
    let simulator = simulator(tasks()).await;
    let address = simulator.address();
    let words = "sync-tasks watch --interval 1s --retries 0 --pace off";
    let mut terminal = Terminal::start(&command(&simulator, words), 71, 11);
    terminal.until_shown(COUNTS);
    drop(simulator);
    terminal.until("an outage", |lines| lines[2].starts_with("no listing since "));
    let lines = terminal.until_shown("trying again");
    // Bars of former listings may be there already.
    let names: Vec<&str> = lines[5..9].iter().map(|line| line[3..].split(' ').next().unwrap()).collect();
    assert_eq!((lines[3].as_str(), names), (COUNTS, vec!["dws_b", "dws_a", "dws_d", "数据仓库_c"]));
    assert!(terminal.cell(2, 0).bold(), "{lines:?}");
    let mut later = tasks();
    later[2].sync_status = Some("SYNC_SUCCESS".into());
    let simulator = again(address, later).await;
    let lines = terminal.until_shown("4 tasks  1 never-ran  3 healthy");
    assert!(!lines.join("\n").contains("no listing since"), "{lines:?}");
    terminal.until("a recovered task", |lines| lines.iter().any(|line| line.starts_with(" * dws_b       healthy")));
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
    drop(simulator);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_listing_changes_nothing_on_the_screen() {
    let simulator = Simulator::builder().generated_tasks(250, 7).start().await.expect("a simulator");
    let mut terminal = Terminal::start(&command(&simulator, ONCE), 71, 10);
    // In the last line, where it is the number of the tasks and not how far the listing is.
    let before = terminal.until_shown("1-5 of 250");
    let id = simulator.tasks()[0].id.clone().unwrap();
    simulator.remove(&id);
    simulator.add_rule("list,page=3:status=503".parse::<Rule>().expect("a rule"));
    terminal.press("r");
    let lines = terminal.until("an outage", |lines| lines[2].starts_with("no listing since "));
    assert_eq!((&lines[3], &lines[4..8]), (&before[2], &before[3..7]));
    simulator.clear_rules();
    terminal.press("r");
    terminal.until_shown("of 249");
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_it_and_the_terminal_is_given_back() {
    let simulator = simulator(tasks()).await;
    let signals = [(Signal::INT, 130, "error: interrupted"), (Signal::TERM, 143, ""), (Signal::HUP, 129, "")];
    for (signal, code, said) in signals {
        let mut terminal = Terminal::start(&command(&simulator, ONCE), 71, 10);
        terminal.until_shown(COUNTS);
        terminal.signal(signal);
        let left = terminal.end();
        assert_eq!((left.code, left.text.trim()), (code, said));
    }
}

#[test]
fn what_will_not_pass_ends_it_and_is_not_sent_again() {
    let refused = || Answer::Json(401, json!({ "error_code": "APIGW.0301", "error_msg": "no" }));
    for looks in [vec![refused()], vec![Answer::Json(200, page(1, [task_of_peer(1)])), refused()]] {
        let count = looks.len();
        let peer = Peer::start(looks);
        let words = "sync-tasks watch --interval 1s --pace off";
        let left = Terminal::start(&std_dataarts_at(&peer.endpoint, words), 71, 10).end();
        assert_eq!(left.code, 1, "{}", left.text);
        assert!(left.text.contains("error: list_member_sync_tasks: refused with HTTP 401"), "{}", left.text);
        assert_eq!(peer.requests().len(), count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_would_take_over_the_terminal_is_text() {
    let name = "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{202e}evil\r\n集群";
    let simulator = simulator(vec![task("id-1", name, "SYNC_SUCCESS"), task("id-2", "zzz", "SYNC_SUCCESS")]).await;
    let mut terminal = Terminal::start(&command(&simulator, ONCE), 71, 10);
    terminal.until_lines(
        2,
        &[
            "2 tasks  2 healthy",
            "   CLUSTER                   HEALTH     LAST RUN     NEXT DUE",
            ">  [2J]0;title31mevil  集群  healthy    2 h ago      -",
            "   zzz                       healthy    2 h ago      -",
        ],
    );
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_colours_nothing_is_coloured() {
    let simulator = simulator(tasks()).await;
    let mut command = command(&simulator, ONCE);
    command.env("NO_COLOR", "1");
    let mut terminal = Terminal::start(&command, 71, 10);
    terminal.until_shown(WIDE);
    for (line, column) in (0..10).flat_map(|line| (0..71).map(move |column| (line, column))) {
        assert_eq!(terminal.cell(line, column).fgcolor(), vt100::Color::Default, "{line} {column}");
    }
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_cannot_be_drawn_on_gets_lines() {
    let simulator = simulator(tasks()).await;
    let words = ["-c", "TERM=dumb exec \"$0\" sync-tasks watch --retries 0"];
    let program = command(&simulator, "");
    let mut shell = process::Command::new("sh");
    shell.args(words).arg(program.get_program());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let mut terminal = Terminal::start(&shell, 71, 10);
    terminal.until_lines(0, &["watching: 4 tasks: 1 abandoned, 1 never-ran, 2 healthy; listed again ev"]);
    terminal.press(CTRL_C);
    assert_eq!(terminal.end().code, 130);
}

#[test]
fn what_would_tear_the_view_is_refused() {
    let command = std_dataarts("--demo -v sync-tasks watch");
    let left = Terminal::start(&command, 71, 10).end();
    assert_eq!(left.code, 2);
    assert!(left.text.starts_with("error: -v tells on standard error"), "{}", left.text);
}
