//! Keys at the live view of `sync-tasks watch`: through long logs, among many tasks, and while a listing goes on.

use std::iter;
use std::process;
use std::sync::mpsc::channel;

use dataarts_simulator::Simulator;

use crate::support::peer::{Answer, MANY, Peer, offset, page, task as task_of_peer};
use crate::support::program::{std_dataarts, std_dataarts_at};
use crate::support::terminal::Terminal;
use crate::watch::{ONCE, command, simulator, task};

pub(super) const CTRL_C: &str = "\u{3}";
pub(super) const UP: &str = "\u{1b}[A";
pub(super) const DOWN: &str = "\u{1b}[B";
pub(super) const HOME: &str = "\u{1b}[H";
pub(super) const END: &str = "\u{1b}[F";
pub(super) const PAGE_UP: &str = "\u{1b}[5~";
pub(super) const PAGE_DOWN: &str = "\u{1b}[6~";
pub(super) const ESCAPE: &str = "\u{1b}";
pub(super) const ENTER: &str = "\r";
pub(super) const BACKSPACE: &str = "\u{7f}";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_and_the_help_are_gone_through_by_every_key_that_moves() {
    let mut failed = task("id-1", "dws_a", "SYNC_FAIL");
    failed.sync_msg = Some((0..50).map(|step| format!("[2024-03-20 10:25:{step:02}] ===> Step {step}\n")).collect());
    let simulator = simulator(vec![failed]).await;
    let mut terminal = Terminal::start(&command(&simulator, ONCE), 71, 10);
    terminal.until_shown("dws_a");
    terminal.press(ENTER);
    terminal.until_lines(0, &["Log of dws_a", "id      id-1"]);
    // Eight lines of the log between the title and the keys.
    let step = |number: usize| format!("2024-03-20 10:25:{number:02}  Step {number}");
    for (key, first) in [
        (END, step(42)),
        (UP, step(41)),
        (PAGE_UP, step(33)),
        ("k", step(32)),
        (PAGE_DOWN, step(40)),
        ("j", step(41)),
        (PAGE_DOWN, step(42)),
        (HOME, "id      id-1".to_owned()),
        (DOWN, "state   SYNC_FAIL".to_owned()),
    ] {
        terminal.press(key);
        terminal.until_lines(0, &["Log of dws_a", &first]);
    }
    terminal.press("?");
    let begin = "up, k / down, j      one task up or down";
    terminal.until_lines(0, &["The keys", begin]);
    for (key, begins) in
        [(END, "s   "), (UP, "      "), (PAGE_UP, "up, k"), (DOWN, "page up"), (HOME, "up, k"), (PAGE_DOWN, "s   ")]
    {
        terminal.press(key);
        terminal.until(begins, |lines| lines[1].starts_with(begins));
    }
    // Back to where the log was read, and from there to the table.
    terminal.press(ESCAPE);
    terminal.until_lines(0, &["Log of dws_a", "state   SYNC_FAIL"]);
    terminal.press(ESCAPE);
    terminal.until_shown("1-1 of 1");
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_tasks_are_gone_through_like_ten() {
    let simulator = Simulator::builder().generated_tasks(10_000, 7).start().await.expect("a simulator");
    let mut names: Vec<String> = simulator.tasks().into_iter().filter_map(|task| task.cluster_name).collect();
    names.sort();
    let mut terminal = Terminal::start(&command(&simulator, ONCE), 71, 24);
    terminal.until_shown("1-19 of 10000  by severity");
    terminal.press("s");
    terminal.press(END);
    let lines = terminal.until_shown("9982-10000 of 10000  by name");
    let shown: Vec<&str> = lines[4..23].iter().map(|line| line[3..].split(' ').next().unwrap()).collect();
    assert_eq!(shown, names[10_000 - 19..]);
    assert!(terminal.cell(22, 0).contents() == ">" && terminal.cell(22, 70).inverse());
    terminal.press(PAGE_UP);
    terminal.press(PAGE_UP);
    let selected = format!(">  {} ", names[10_000 - 39]);
    terminal.until(&selected, |lines| lines[4].starts_with(&selected) && lines[23].starts_with("9962-9980 of 10000"));
    terminal.press(&format!("/{}", names[5_000].to_uppercase()));
    terminal.until_shown("Enter keep");
    terminal.press(ENTER);
    let lines = terminal.until_shown("1-1 of 1  /");
    assert!(lines[4].starts_with(&format!(">  {} ", names[5_000])) && lines[5].is_empty(), "{lines:?}");
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

#[test]
fn keys_are_answered_while_ten_thousand_tasks_arrive() {
    // Pages overlap, so that there are some more.
    let (gates, answers): (Vec<_>, Vec<_>) =
        iter::repeat_with(channel).take(200).map(|(gate, opened)| (gate, Answer::Page(opened))).unzip();
    let peer = Peer::start(answers);
    let words = format!("--concurrency 1 {ONCE}");
    let mut terminal = Terminal::start(&std_dataarts_at(&peer.endpoint, &words), 71, 10);
    let mut is_open = false;
    for (number, gate) in gates.iter().enumerate() {
        // The listing cannot end before the last gate is open, and each answer is seen before that.
        let is_last = offset(&peer.request()) + 100 >= MANY;
        let is_key = is_last || number % 20 == 19;
        if is_key {
            terminal.press("?");
            is_open = !is_open;
        }
        if !is_last {
            gate.send(()).expect("a peer");
        }
        if is_key {
            terminal.until_shown(if is_open { "The keys" } else { "no listing yet" });
        }
        if is_last {
            break;
        }
    }
    if is_open {
        terminal.press("?");
    }
    terminal.until("how far it is", |lines| lines[1].starts_with("listing, 9") && lines[1].contains(" of 10000  "));
    drop(gates);
    terminal.until_shown("of 10000  by severity");
    terminal.press("q");
    assert_eq!(terminal.end().code, 0);
}

#[test]
fn keys_are_answered_while_a_listing_hangs_and_ctrl_c_ends_it() {
    let first = page(2, [task_of_peer(1), task_of_peer(2)]);
    let peer = Peer::start(vec![Answer::Json(200, first), Answer::Silence]);
    let mut terminal = Terminal::start(&std_dataarts_at(&peer.endpoint, ONCE), 71, 10);
    terminal.until_shown(">  cluster-1");
    terminal.press("r");
    terminal.until_shown("listing now");
    peer.request();
    peer.request();
    for (keys, shown) in
        [("j", ">  cluster-2"), ("s", "by name"), ("/1", "/1_"), (ENTER, "1-1 of 1"), ("?", "The keys")]
    {
        terminal.press(keys);
        terminal.until_shown(shown);
    }
    terminal.press("?");
    terminal.until_shown("listing now");
    terminal.press(CTRL_C);
    let left = terminal.end();
    assert_eq!((left.code, left.text.trim()), (130, "error: interrupted"));
}

/// A session of its own has no terminal to read keys from, though one to write to.
#[test]
#[cfg(target_os = "linux")]
fn where_no_keys_can_be_read_that_is_said_and_the_way_out() {
    let command = std_dataarts("--demo sync-tasks watch");
    let mut shell = process::Command::new("sh");
    shell.args(["-c", "setsid -w \"$0\" --demo sync-tasks watch </dev/null"]).arg(command.get_program());
    shell.env("HOME", env!("CARGO_TARGET_TMPDIR"));
    let left = Terminal::start(&shell, 120, 10).end();
    assert_eq!(left.code, 1, "{}", left.text);
    assert!(left.text.starts_with("error: cannot read keys from the terminal: "), "{}", left.text);
    assert!(left.text.contains("; -o jsonl or csv prints changes, without keys"), "{}", left.text);
}
