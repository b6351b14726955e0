//! A panic under the live view, in a process of its own and on a terminal of its own: this very test program, told to
//! panic by its arguments.

use std::io::Read as _;

use pty_process::Size;
use pty_process::blocking::{Command, open};
use rustix::termios::tcgetattr;

use super::*;
use crate::clock;
use crate::commands::watch::live;
use crate::watch::{Place, State};

const CHILD: &str = "commands::watch::screen::tests::a_view_that_panics";

fn state() -> State {
    let now = clock::now();
    let zone = crate::health::Zone::choose(None, None, now);
    let place = Place { name: "the place".to_owned(), zone, time_zone: jiff::tz::TimeZone::UTC };
    State::new(place, std::time::Duration::from_secs(30), false)
}

#[test]
#[ignore = "panics; another test runs it on a terminal of its own"]
fn a_view_that_panics() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (screen, mut inputs) = Screen::open(false).unwrap();
        let mut state = state();
        state.resize(80, 24);
        // The second frame is never drawn: the listing panics after the first.
        let list = async |_| {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            panic!("a mistake of ours")
        };
        live::run(state, screen, &mut inputs, list, &clock::now).await.unwrap();
    });
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_told_there() {
    let (mut terminal, line) = open().unwrap();
    terminal.resize(Size::new(24, 80)).unwrap();
    let before = tcgetattr(&terminal).unwrap();
    let program = std::env::current_exe().unwrap();
    let words = ["--exact", CHILD, "--ignored", "--nocapture"];
    let child = Command::new(program).args(words).env("TERM", "xterm-256color").env("RUST_BACKTRACE", "0");
    let mut child = child.spawn(line).unwrap();
    let mut written = Vec::new();
    let mut bytes = [0; 4096];
    // The other end is closed when the child is gone.
    while let Ok(count @ 1..) = terminal.read(&mut bytes) {
        written.extend_from_slice(&bytes[..count]);
    }
    assert!(!child.wait().unwrap().success());
    let text = String::from_utf8_lossy(&written);
    assert!(text.contains("\u{1b}[?1049h") && text.contains("the place"), "{text}");
    let mut seen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    seen.process(&written);
    let screen = seen.screen();
    assert!(!screen.alternate_screen() && !screen.hide_cursor(), "{text}");
    assert!(screen.contents().contains("a mistake of ours") && !screen.contents().contains("the place"), "{text}");
    let after = tcgetattr(&terminal).unwrap();
    assert_eq!((after.local_modes, after.input_modes), (before.local_modes, before.input_modes));
    assert_eq!((after.output_modes, after.control_modes), (before.output_modes, before.control_modes));
}
