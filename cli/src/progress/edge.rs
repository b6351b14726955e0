//! A terminal of which the last columns stay free. indicatif fills the line of a bar to its end, and the `^C` that a
//! terminal shows by itself would begin another line there, so that the wrong one was wiped out.

use std::io;

use indicatif::TermLike;

/// Columns for `^C`, and the last one, behind which some terminals begin a new line at once.
pub(super) const FREE: u16 = 3;

/// The terminal without those columns.
#[derive(Debug)]
pub(super) struct Edged<T>(pub(super) T);

impl<T: TermLike> TermLike for Edged<T> {
    fn width(&self) -> u16 {
        self.0.width().saturating_sub(FREE).max(1)
    }

    fn height(&self) -> u16 {
        self.0.height()
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
