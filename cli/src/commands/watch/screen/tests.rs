//! A panic under the live view, in a process of its own and on a terminal of its own: this very test program, told to
//! panic by its arguments.

use std::future::{Future, pending};
use std::io::Read as _;
use std::process::exit;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use dataarts_simulator::Simulator;
use pty_process::Size;
use pty_process::blocking::{Command, open};
use rustix::termios::tcgetattr;
use tokio::sync::watch;

use super::*;
use crate::arguments::FilterArguments;
use crate::clock;
use crate::commands::watch::lister::{Lister, Missed};
use crate::commands::watch::live;
use crate::commands::watch::testing::client;
use crate::watch::{Count, News, Place, Snapshot, State};

/// Only so that a broken test ends.
const PATIENCE: Duration = Duration::from_secs(10);

fn state() -> State {
    let now = clock::now();
    let zone = crate::health::Zone::choose(None, None, now);
    let place = Place { name: "the place".to_owned(), zone, time_zone: jiff::tz::TimeZone::UTC };
    State::new(place, Duration::from_secs(30), false)
}

/// Tells of each frame that was to be drawn.
struct Told {
    screen: Screen,
    frames: Sender<()>,
}

impl Canvas for Told {
    fn draw(&mut self, state: &State, now: Timestamp) -> Result<(), Failure> {
        let drawn = self.screen.draw(state, now);
        let _ = self.frames.send(());
        drawn
    }
}

/// The view of this listing, as far as it goes.
async fn view<F: Future<Output = Result<News, Missed>>>(
    frames: Sender<()>,
    list: impl Fn(Option<Arc<Snapshot>>, watch::Sender<Option<Count>>) -> F,
) {
    let (screen, mut inputs) = Screen::open(false).unwrap();
    let mut state = state();
    state.resize(80, 24);
    let viewed = live::run(state, Told { screen, frames }, &mut inputs, list, &clock::now);
    let _ = tokio::time::timeout(PATIENCE, viewed).await;
    exit(101);
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}

#[test]
#[ignore = "panics; another test runs it on a terminal of its own"]
fn a_view_that_panics() {
    // The second frame is never drawn: the listing panics after the first.
    let list = async |_, _| {
        tokio::time::sleep(Duration::from_millis(1)).await;
        panic!("a mistake of ours")
    };
    block_on(view(channel().0, list));
}

/// Holds a panic up until the view was to be drawn once more.
struct UntilDrawn<'a>(MutexGuard<'a, Receiver<()>>);

impl Drop for UntilDrawn<'_> {
    fn drop(&mut self) {
        while self.0.try_recv().is_ok() {}
        let _ = self.0.recv_timeout(PATIENCE);
    }
}

#[test]
#[ignore = "panics; another test runs it on a terminal of its own"]
fn a_judgement_that_panics() {
    block_on(async {
        let simulator = Simulator::builder().tasks(Vec::new()).start().await.unwrap();
        let (frames, drawn) = channel();
        let drawn = Mutex::new(drawn);
        let lister = Lister::with(client(&simulator), FilterArguments::default(), move |_, _, _| {
            drawn.lock().unwrap().recv_timeout(PATIENCE).unwrap();
            let _slow = UntilDrawn(drawn.lock().unwrap());
            panic!("a mistake of ours")
        });
        view(frames, |before, count| lister.list(before, count)).await;
    });
}

#[test]
#[ignore = "panics; another test runs it on a terminal of its own"]
fn a_task_nobody_waits_for_that_panics() {
    block_on(async {
        let (frames, drawn) = channel();
        let drawn = Mutex::new(Some(drawn));
        let list = |_, _| {
            let drawn: Receiver<()> = drawn.lock().unwrap().take().unwrap();
            tokio::task::spawn_blocking(move || {
                drawn.recv_timeout(PATIENCE).unwrap();
                panic!("a mistake of ours")
            });
            pending()
        };
        view(frames, list).await;
    });
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_told_there() {
    for child in ["a_view_that_panics", "a_judgement_that_panics", "a_task_nobody_waits_for_that_panics"] {
        let (mut terminal, line) = open().unwrap();
        terminal.resize(Size::new(24, 80)).unwrap();
        let before = tcgetattr(&terminal).unwrap();
        let program = std::env::current_exe().unwrap();
        let test = format!("commands::watch::screen::tests::{child}");
        let words = ["--exact", &test, "--ignored", "--nocapture", "--color", "never"];
        let command = Command::new(program).args(words).env("TERM", "xterm-256color").env("RUST_BACKTRACE", "0");
        let mut running = command.spawn(line).unwrap();
        let mut written = Vec::new();
        let mut bytes = [0; 4096];
        // The other end is closed when the child is gone.
        while let Ok(count @ 1..) = terminal.read(&mut bytes) {
            written.extend_from_slice(&bytes[..count]);
        }
        assert_eq!(running.wait().unwrap().code(), Some(i32::from(PANICKED)), "{child}");
        let text = String::from_utf8_lossy(&written);
        assert!(text.contains("\u{1b}[?1049h") && text.contains("the place"), "{child}: {text}");
        let mut seen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        seen.process(&written);
        let screen = seen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor(), "{child}: {text}");
        let contents = screen.contents();
        assert!(contents.contains("a mistake of ours") && !contents.contains("the place"), "{child}: {text}");
        // Nothing is drawn after it, however little; that the cursor is shown does no harm.
        let (_, rest) = text.rsplit_once("a mistake of ours").unwrap();
        assert!(!rest.replace("\u{1b}[?25h", "").contains('\u{1b}'), "{child}: {text:?}");
        let after = tcgetattr(&terminal).unwrap();
        assert_eq!((after.local_modes, after.input_modes), (before.local_modes, before.input_modes));
        assert_eq!((after.output_modes, after.control_modes), (before.output_modes, before.control_modes));
    }
}
