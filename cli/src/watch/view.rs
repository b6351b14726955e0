//! The view as it is drawn. What does not fit is left out: lines by their importance, columns by theirs.

mod lines;
mod style;
mod table;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use super::{State, keys, text};

/// Columns and lines of the screen.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) columns: u16,
    pub(super) lines: u16,
}

/// A line around the body, in the order of the screen.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Part {
    Place,
    Times,
    Outage,
    Counts,
    Heading,
    Footer,
}

/// Draws the whole screen, of whatever size the buffer is.
pub(crate) fn draw(state: &State, now: Timestamp, buffer: &mut Buffer) {
    let area = buffer.area;
    let size = Size { columns: area.width, lines: area.height };
    let parts = state.parts(size);
    let mut line = area.y;
    for part in parts.iter().filter(|part| **part != Part::Footer) {
        draw_part(state, *part, now, line, buffer);
        line += 1;
    }
    let height = usize::from(size.lines).saturating_sub(parts.len());
    draw_body(state, now, line, height, buffer);
    if parts.contains(&Part::Footer) {
        draw_part(state, Part::Footer, now, area.bottom().saturating_sub(1), buffer);
    }
}

impl State {
    /// Lines of the table, log or help.
    pub(super) fn body_height(&self) -> usize {
        usize::from(self.size.lines).saturating_sub(self.parts(self.size).len())
    }

    /// The lines around the body for which there is room.
    fn parts(&self, size: Size) -> Vec<Part> {
        let outage = self.outage.is_some().then_some(Part::Outage);
        let typing = self.is_typing.then_some(Part::Footer);
        let rest: &[Part] = if self.log.is_some() || self.help.is_some() {
            &[Part::Place, Part::Footer]
        } else {
            &[Part::Counts, Part::Heading, Part::Times, Part::Footer, Part::Place]
        };
        let mut parts: Vec<Part> = Vec::new();
        for part in typing.into_iter().chain(outage).chain(rest.iter().copied()) {
            // A line of the body is there before any other.
            if parts.len() + 1 < usize::from(size.lines) && !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
        parts
    }
}

fn draw_part(state: &State, part: Part, now: Timestamp, line: u16, buffer: &mut Buffer) {
    let columns = buffer.area.width;
    let plain = |parts: Vec<String>| text::join(&parts, usize::from(columns));
    match part {
        Part::Place => {
            let title = lines::title(state);
            write(buffer, line, &text::fit(&title, usize::from(columns)), Style::new().add_modifier(Modifier::BOLD));
        }
        Part::Times => write(buffer, line, &plain(lines::times(state, now)), Style::new()),
        Part::Outage => {
            let told = text::fit(&lines::outage(state, now), usize::from(columns));
            write(buffer, line, &told, style::outage(state.uses_colour));
        }
        Part::Counts => draw_counts(state, line, buffer),
        Part::Heading => table::draw_heading(state, line, buffer),
        Part::Footer => write(buffer, line, &plain(lines::footer(state)), style::faint()),
    }
}

fn draw_body(state: &State, now: Timestamp, line: u16, height: usize, buffer: &mut Buffer) {
    let columns = buffer.area.width;
    if let Some(scroll) = state.help {
        let lines = keys::help(columns);
        let scroll = scroll.min(lines.len().saturating_sub(height));
        return draw_lines(lines.into_iter().skip(scroll), line, height, buffer);
    }
    match &state.log {
        Some(log) => {
            let lines = state.log_lines(columns, now);
            let scroll = log.scroll.min(lines.len().saturating_sub(height));
            draw_lines(lines.into_iter().skip(scroll), line, height, buffer);
        }
        None => table::draw(state, now, line, height, buffer),
    }
}

fn draw_lines(lines: impl Iterator<Item = String>, first: u16, height: usize, buffer: &mut Buffer) {
    for (line, text) in (first..).zip(lines.take(height)) {
        write(buffer, line, &text, Style::new());
    }
}

/// Each number in the colour of its health; those that do not fit are left out, the best of all.
fn draw_counts(state: &State, line: u16, buffer: &mut Buffer) {
    let mut column = buffer.area.x;
    for (words, style) in lines::counts(state, usize::from(buffer.area.width)) {
        let gap = if column == buffer.area.x { 0 } else { 2 };
        let end = usize::from(column) + gap + text::width(&words);
        if end > usize::from(buffer.area.right()) && gap > 0 {
            return;
        }
        let room = usize::from(buffer.area.right().saturating_sub(column));
        let begin = column.saturating_add(u16::try_from(gap).unwrap_or(0));
        (column, _) = buffer.set_stringn(begin, line, words, room, style);
    }
}

fn write(buffer: &mut Buffer, line: u16, text: &str, style: Style) {
    let area = buffer.area;
    if line < area.bottom() {
        buffer.set_stringn(area.x, line, text, usize::from(area.width), style);
    }
}

#[cfg(test)]
mod tests;
