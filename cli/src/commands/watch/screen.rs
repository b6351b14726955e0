//! The terminal: taken over while the view is on it, given back however that ends.

use std::io;
use std::thread;

use jiff::Timestamp;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use ratatui::crossterm::style::force_color_output;
use ratatui::layout::Size;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::live::{Canvas, Input};
use crate::watch::{State, draw};

/// A terminal that is ours until this is dropped; a panic gives it back before it is told.
pub(super) struct Screen {
    terminal: DefaultTerminal,
}

impl Screen {
    /// Takes the terminal over, and what is typed there.
    pub(super) fn open(uses_colour: bool) -> io::Result<(Self, UnboundedReceiver<Input>)> {
        force_color_output(uses_colour);
        let terminal = ratatui::try_init().inspect_err(|_| {
            // As far as it got; the error of the beginning says more than one of this.
            let _ = ratatui::try_restore();
        })?;
        let screen = Self { terminal };
        let (sender, inputs) = unbounded_channel();
        // A read cannot be called off; the thread ends with the program.
        thread::Builder::new().name("keys".to_owned()).spawn(move || read(&sender))?;
        Ok((screen, inputs))
    }

    /// How large it is.
    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }
}

impl Canvas for Screen {
    fn draw(&mut self, state: &State, now: Timestamp) -> io::Result<()> {
        self.terminal.draw(|frame| draw(state, now, frame.buffer_mut()))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Whoever took the terminal away does not want to know.
        let _ = ratatui::try_restore();
        let _ = self.terminal.show_cursor();
    }
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
