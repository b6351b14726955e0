//! A terminal of the test's own: the program on one end of it, and what a person would see on the other.

use std::io::{Read as _, Write as _};
use std::process::{self, Child};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Termios, tcgetattr};
use vt100::{Cell, Parser};

/// Only so that a broken test ends; no result depends on it.
const PATIENCE: Duration = Duration::from_secs(60);

#[allow(clippy::disallowed_methods, reason = "a view that draws every second must not keep a broken test going")]
fn now() -> Instant {
    Instant::now()
}

/// A program at a terminal.
pub(crate) struct Terminal {
    line: Arc<Pty>,
    child: Child,
    output: Receiver<Vec<u8>>,
    seen: Parser,
    modes: Termios,
}

/// How a program left its terminal.
pub(crate) struct Left {
    pub(crate) code: i32,
    /// What is on the screen after it.
    pub(crate) text: String,
}

impl Terminal {
    /// Starts the program at a terminal of this size.
    pub(crate) fn start(command: &process::Command, columns: u16, lines: u16) -> Self {
        let (line, end) = open().expect("a terminal");
        line.resize(Size::new(lines, columns)).expect("a size");
        let modes = tcgetattr(&line).expect("modes");
        let mut program = Command::new(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            program = match value {
                Some(value) => program.env(name, value),
                None => program.env_remove(name),
            };
        }
        let child = program.env("TERM", "xterm-256color").spawn(end).expect("the program starts");
        let line = Arc::new(line);
        let (sender, output) = channel();
        let reader = line.clone();
        thread::spawn(move || {
            let mut bytes = [0; 65536];
            // A read fails once the program is gone.
            while let Ok(count @ 1..) = (&*reader).read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let seen = Parser::new(lines.try_into().expect("lines"), columns.try_into().expect("columns"), 0);
        Self { line, child, output, seen, modes }
    }

    /// Types these bytes, as a terminal sends them for keys.
    pub(crate) fn press(&self, keys: &str) {
        (&*self.line).write_all(keys.as_bytes()).expect("keys");
    }

    /// Makes the window larger or smaller, which the program is told of.
    pub(crate) fn resize(&mut self, columns: u16, lines: u16) {
        self.seen.screen_mut().set_size(lines.try_into().expect("lines"), columns.try_into().expect("columns"));
        self.line.resize(Size::new(lines, columns)).expect("a size");
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a signal");
    }

    /// The lines of the screen, without what is empty at their ends.
    pub(crate) fn lines(&self) -> Vec<String> {
        let (_, columns) = self.seen.screen().size();
        self.seen.screen().rows(0, columns.get()).map(|line| line.trim_end().to_owned()).collect()
    }

    /// What stands in this place.
    pub(crate) fn cell(&self, line: usize, column: usize) -> &Cell {
        let place = |number: usize| u16::try_from(number).expect("a place");
        self.seen.screen().cell(place(line), place(column)).expect("a place on the screen")
    }

    /// Waits until the screen is as it should be.
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&[String]) -> bool) -> Vec<String> {
        let begin = now();
        loop {
            let lines = self.lines();
            if is_so(&lines) {
                return lines;
            }
            match self.output.recv_timeout(PATIENCE.saturating_sub(begin.elapsed())) {
                Ok(bytes) => self.seen.process(&bytes),
                Err(_) => panic!("never seen: {what}\n---\n{}", lines.join("\n")),
            }
        }
    }

    /// Waits until this stands somewhere on the screen.
    pub(crate) fn until_shown(&mut self, text: &str) -> Vec<String> {
        self.until(text, |lines| lines.iter().any(|line| line.contains(text)))
    }

    /// Waits until these lines are on the screen from `first` on.
    pub(crate) fn until_lines(&mut self, first: usize, expected: &[&str]) {
        self.until(&format!("from line {first}:\n{}", expected.join("\n")), |lines| {
            lines.iter().skip(first).zip(expected).filter(|(line, expected)| line == expected).count() == expected.len()
        });
    }

    /// Waits for the end of the program, and sees that the terminal is as it was.
    pub(crate) fn end(mut self) -> Left {
        let begin = now();
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE.saturating_sub(begin.elapsed())) {
            self.seen.process(&bytes);
        }
        assert!(begin.elapsed() < PATIENCE, "it does not end: {}", self.seen.screen().contents());
        let code = self.child.wait().expect("an end").code().expect("an exit code, not a signal");
        let screen = self.seen.screen();
        assert!(!screen.alternate_screen(), "{}", screen.contents());
        assert!(!screen.hide_cursor(), "{}", screen.contents());
        let modes = tcgetattr(&*self.line).expect("modes");
        assert_eq!(format!("{modes:?}"), format!("{:?}", self.modes));
        Left { code, text: screen.contents() }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Where a test failed, the program is still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
