//! The progress bar, as whoever waits for a list sees it on standard error while the list goes to a file.

use std::fs;
use std::sync::mpsc::{Sender, channel};

use tempfile::NamedTempFile;

use crate::support::peer::{Answer, Peer, page, tasks};
use crate::support::program::{in_shell, std_dataarts_at};
use crate::support::terminal::Terminal;

const CTRL_C: &str = "\u{3}";
const LIST: &str = "sync-tasks list -o jsonl --retries 0 --pace off --concurrency 1";

/// A list of three pages, which overlap, and two of which come when they are let go.
struct Held {
    terminal: Terminal,
    peer: Peer,
    output: NamedTempFile,
    second: Sender<()>,
    third: Sender<()>,
}

impl Held {
    /// A list of which the first page has come.
    fn start(words: &str) -> Self {
        let ((second, second_opened), (third, third_opened)) = (channel(), channel());
        let peer = Peer::start(vec![
            Answer::Json(200, page(290, tasks(0..100))),
            Answer::Gated(second_opened, 200, page(290, tasks(95..195))),
            Answer::Gated(third_opened, 200, page(290, tasks(190..290))),
            Answer::Json(200, page(290, tasks(285..290))),
        ]);
        let output = NamedTempFile::new().expect("a file");
        let mut program = std_dataarts_at(&peer.endpoint, words);
        program.env("OUTPUT", output.path());
        let terminal = Terminal::start(&in_shell("exec \"$@\" > \"$OUTPUT\"", &program), 80, 40);
        peer.request();
        peer.request();
        Self { terminal, peer, output, second, third }
    }

    fn wait_for_bar(&mut self) {
        let is_bar = |line: &String| {
            let counts = line.split_once("] ").filter(|(bar, _)| bar.starts_with("[===")).map(|(_, counts)| counts);
            let parts: Vec<&str> = counts.unwrap_or_default().split(", ").collect();
            matches!(parts.as_slice(), ["100 of 290 tasks", rate, left] if rate.ends_with("/s") && left.ends_with(" left"))
        };
        self.terminal.until("a bar with count, rate and remaining time", |lines| lines.iter().any(is_bar));
    }

    /// Lets the rest of the list come; gives what is on the screen when all of it is in the file.
    fn finish(self) -> String {
        drop((self.second, self.third));
        let left = self.terminal.end();
        let listed = fs::read_to_string(self.output.path()).expect("a file");
        assert_eq!((left.code, listed.lines().count()), (0, 290), "{}", left.text);
        left.text
    }
}

#[test]
fn a_list_that_takes_long_has_a_bar_until_its_end() {
    let mut list = Held::start(LIST);
    list.wait_for_bar();
    assert_eq!(list.finish(), "");
}

#[test]
fn ctrl_c_leaves_no_bar_behind() {
    let mut list = Held::start(LIST);
    list.wait_for_bar();
    list.terminal.press(CTRL_C);
    let left = list.terminal.end();
    assert_eq!(left.code, 130);
    assert!(left.text.contains("error: interrupted after 100 tasks; the listing is incomplete"), "{}", left.text);
    assert!(!left.text.contains("of 290"), "{}", left.text);
}

#[test]
fn whoever_refuses_the_bar_or_reads_of_each_attempt_has_none() {
    let others = ["--no-progress", "-v"].map(|option| Held::start(&format!("{LIST} {option}")));
    let mut list = Held::start(LIST);
    list.wait_for_bar();
    for mut other in others {
        // It began before the one that has a bar by now, so the page that comes now would draw one.
        other.second.send(()).expect("a peer");
        other.peer.request();
        // The terminal shows what is typed after all that was drawn before.
        other.terminal.press("typed");
        let lines = other.terminal.until_shown("typed");
        assert!(!lines.iter().any(|line| line.contains("of 290 tasks")), "{lines:?}");
        other.finish();
    }
    list.finish();
}
