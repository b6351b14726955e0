//! The terminal: taken over while the view is on it, given back however that ends.

use std::cell::Cell;
use std::io::{self, stdout};
use std::mem::ManuallyDrop;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use jiff::Timestamp;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{self, Event};
use ratatui::crossterm::execute;
use ratatui::crossterm::style::force_color_output;
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::layout::Size;
use ratatui::prelude::CrosstermBackend;
use ratatui::{DefaultTerminal, Terminal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::live::{Canvas, Input};
use crate::failure::Failure;
use crate::interrupt;
use crate::output::terminal;
use crate::watch::{State, draw};

/// Exit code of a program of Rust that panicked.
const PANICKED: u8 = 101;

/// Whether the terminal is ours; a panic on any thread ends that.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);
/// Held while a frame is drawn, and while a panic is told.
static DRAWING: Mutex<()> = Mutex::new(());

thread_local! {
    static IS_DRAWING: Cell<bool> = const { Cell::new(false) };
}

/// A terminal that is ours until this is dropped; a panic gives it back before it is told.
pub(super) struct Screen {
    /// Never dropped: that would complain on standard error where the terminal is gone. What it undoes, `_taken` does.
    terminal: ManuallyDrop<DefaultTerminal>,
    _taken: Taken,
}

/// Gives the terminal back when it is dropped, if no panic did before.
struct Taken;

impl Screen {
    /// Takes the terminal over, and what is typed there.
    pub(super) fn open(uses_colour: bool) -> Result<(Self, UnboundedReceiver<Input>), Failure> {
        force_color_output(uses_colour);
        give_back_at_panics();
        interrupt::before_exit(give_back);
        enable_raw_mode().map_err(Failure::Keys)?;
        IS_TAKEN.store(true, Ordering::SeqCst);
        let taken = Taken;
        execute!(stdout(), EnterAlternateScreen)?;
        let terminal = ManuallyDrop::new(Terminal::new(CrosstermBackend::new(stdout()))?);
        let screen = Self { terminal, _taken: taken };
        let (sender, inputs) = unbounded_channel();
        // A read cannot be called off; the thread ends with the program.
        let reader = thread::Builder::new().name("keys".to_owned()).spawn(move || read(&sender));
        reader.map_err(Failure::Keys)?;
        Ok((screen, inputs))
    }

    /// How large it is.
    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }
}

impl Canvas for Screen {
    fn draw(&mut self, state: &State, now: Timestamp) -> Result<(), Failure> {
        let _drawing = lock();
        if !IS_TAKEN.load(Ordering::SeqCst) {
            // The panic was told by itself, and a frame would be drawn over it.
            return Err(Failure::Told(PANICKED));
        }
        if terminal::is_gone() {
            // Not left to the writing below, which has nothing to do while nothing changes.
            return Err(Failure::Keys(io::ErrorKind::UnexpectedEof.into()));
        }
        IS_DRAWING.set(true);
        let drawn = self.terminal.draw(|frame| draw(state, now, frame.buffer_mut())).map(|_| ());
        IS_DRAWING.set(false);
        Ok(drawn?)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Whichever thread panics, the message of it stands on the screen as it was before the view, and stays there.
fn give_back_at_panics() {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |what| {
        // A frame that another thread draws is waited for; one that panics itself will not end.
        let is_own = IS_DRAWING.try_with(Cell::get).unwrap_or(false);
        let _drawing = (!is_own).then(lock);
        give_back();
        told(what);
    }));
}

fn give_back() {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        // Whoever took the terminal away does not want to know.
        let _ = disable_raw_mode();
        let _ = execute!(stdout(), LeaveAlternateScreen, Show);
    }
}

fn lock() -> MutexGuard<'static, ()> {
    DRAWING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(inputs: &UnboundedSender<Input>) {
    loop {
        let (input, is_last) = match event::read() {
            Ok(Event::Key(key)) => (Input::Key(key), false),
            Ok(Event::Resize(columns, lines)) => (Input::Resize(columns, lines), false),
            Ok(_) => continue,
            Err(error) => (Input::Failed(error), true),
        };
        if inputs.send(input).is_err() || is_last {
            return;
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
