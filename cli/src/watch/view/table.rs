//! The tasks, a line each. Only those on the screen are touched.

use dataarts_security::types::SyncStatus;
use ratatui::buffer::Buffer;
use ratatui::style::Style;

use super::style;
use crate::health::Row;
use crate::output::sanitize::{self, LONGEST};
use crate::severity::Severity;
use crate::watch::history::{self, bar};
use crate::watch::snapshot::name;
use crate::watch::{State, moments, text};

/// What stands before a name: whether the task is selected, and whether it changed.
const MARKS: usize = 3;
/// Columns between two.
const GAP: usize = 2;
/// A name is cut to this before its health is left out.
const LEAST_NAME: usize = 6;
/// A name is cut to this before any other column is left out.
const GOOD_NAME: usize = 24;

/// What is told of a task, in the order of the screen.
#[derive(Clone, Copy, PartialEq)]
enum Column {
    Type,
    State,
    Health,
    History,
    LastRun,
    LocalLastRun,
    NextDue,
    LocalNextDue,
    Changed,
}

/// All of them, the most important first.
const BY_IMPORTANCE: [Column; 9] = [
    Column::Health,
    Column::LastRun,
    Column::NextDue,
    Column::History,
    Column::Changed,
    Column::State,
    Column::Type,
    Column::LocalLastRun,
    Column::LocalNextDue,
];
const ON_SCREEN: [Column; 9] = [
    Column::Type,
    Column::State,
    Column::Health,
    Column::History,
    Column::LastRun,
    Column::LocalLastRun,
    Column::NextDue,
    Column::LocalNextDue,
    Column::Changed,
];

impl Column {
    fn title(self) -> &'static str {
        match self {
            Self::Type => "TYPE",
            Self::State => "STATE",
            Self::Health => "HEALTH",
            Self::History => "HISTORY",
            Self::LastRun => "LAST RUN",
            Self::NextDue => "NEXT DUE",
            Self::LocalLastRun | Self::LocalNextDue => "LOCAL TIME",
            Self::Changed => "CHANGED",
        }
    }

    /// That of its longest word.
    fn width(self) -> usize {
        match self {
            Self::Type => 4,
            Self::State => "SYNC_SUCCESS".len(),
            Self::Health => "never-ran".len(),
            Self::History => history::LENGTH,
            Self::LastRun => "119 min ago".len(),
            Self::NextDue => "late by 119 min".len(),
            Self::LocalLastRun | Self::LocalNextDue => "2024-03-20 10:25".len(),
            Self::Changed => "schedule-switched-off".len(),
        }
    }
}

/// Which columns there is room for, and how wide names are.
struct Layout {
    name: usize,
    columns: Vec<Column>,
}

impl Layout {
    fn of(width: usize, widest_name: usize) -> Self {
        let widest_name = widest_name.max("CLUSTER".len());
        let mut taken = MARKS;
        let mut columns = Vec::new();
        for column in BY_IMPORTANCE {
            let name = widest_name.min(if column == Column::Health { LEAST_NAME } else { GOOD_NAME });
            if taken + name + GAP + column.width() <= width {
                taken += GAP + column.width();
                columns.push(column);
            }
        }
        Self {
            name: widest_name.min(width.saturating_sub(taken)),
            columns: ON_SCREEN.into_iter().filter(|column| columns.contains(column)).collect(),
        }
    }

    fn in_buffer(state: &State, buffer: &Buffer) -> Self {
        let widest = state.snapshot.as_ref().map_or(0, |snapshot| snapshot.widest_name);
        Self::of(usize::from(buffer.area.width), widest)
    }
}

/// The titles of the columns.
pub(super) fn draw_heading(state: &State, line: u16, buffer: &mut Buffer) {
    let layout = Layout::in_buffer(state, buffer);
    let mut pen = Pen { column: MARKS, line, buffer };
    pen.write("CLUSTER", layout.name, style::faint());
    for column in layout.columns {
        pen.write(column.title(), column.width(), style::faint());
    }
}

/// The tasks from the first that is on the screen.
pub(super) fn draw(state: &State, now: jiff::Timestamp, first: u16, height: usize, buffer: &mut Buffer) {
    let Some(snapshot) = &state.snapshot else { return };
    let layout = Layout::in_buffer(state, buffer);
    let shown = state.shown.iter().enumerate().skip(state.top_for(height)).take(height);
    for (line, (position, place)) in (first..).zip(shown) {
        if let Some(row) = snapshot.rows().get(*place) {
            draw_row(state, row, &layout, now, line, buffer);
        }
        if position == state.cursor {
            let area = buffer.area;
            buffer.set_stringn(area.x, line, ">", usize::from(area.width), Style::new());
            buffer.set_style(ratatui::layout::Rect { y: line, height: 1, ..area }, style::selected());
        }
    }
}

fn draw_row(state: &State, row: &Row, layout: &Layout, now: jiff::Timestamp, line: u16, buffer: &mut Buffer) {
    let changed = state.marks.of(row.id.as_deref());
    let time_zone = &state.place.time_zone;
    let base = if changed.is_some() { style::changed() } else { Style::new() };
    let colour = |severity| base.patch(style::of(severity, state.uses_colour));
    let mut pen = Pen { column: 1, line, buffer };
    pen.write(if changed.is_some() { "*" } else { " " }, 1, base);
    pen.column = MARKS;
    pen.write(&name(row), layout.name, base);
    for column in &layout.columns {
        let width = column.width();
        match column {
            Column::Type => pen.write(&word(row.cluster_type.as_deref()), width, base),
            Column::State => {
                let status = row.sync_status.as_deref().map(SyncStatus::from);
                let severity = status.as_ref().map_or(Severity::Neutral, Severity::from);
                pen.write(&word(row.sync_status.as_deref()), width, colour(severity));
            }
            Column::Health => pen.write(row.health.as_str(), width, colour(Severity::from(row.health))),
            Column::History => {
                let end = pen.column + width + GAP;
                let strip: Vec<_> = state.history.of(row.id.as_deref()).collect();
                // The latest stands at the right end, below the one of every other task.
                pen.column += width.saturating_sub(strip.len());
                for health in strip {
                    pen.write(bar(health), 1, colour(Severity::from(health)));
                    pen.column = pen.column.saturating_sub(GAP);
                }
                pen.column = end;
            }
            Column::LastRun => pen.write(&moments::last_run(row.sync_time, now), width, base),
            Column::LocalLastRun => pen.write(&moments::local(row.sync_time, time_zone), width, base),
            Column::LocalNextDue => pen.write(&moments::local(row.due_time, time_zone), width, base),
            Column::NextDue => {
                let is_late = row.overdue_by_ms.is_some();
                let due = moments::next_due(row.due_time, now);
                pen.write(&due, width, if is_late { colour(Severity::Warning) } else { base });
            }
            Column::Changed => pen.write(changed.as_deref().unwrap_or_default(), width, base),
        }
    }
}

fn word(text: Option<&str>) -> String {
    sanitize::cut(text.unwrap_or("-"), LONGEST)
}

/// Writes one cell after the other.
struct Pen<'a> {
    column: usize,
    line: u16,
    buffer: &'a mut Buffer,
}

impl Pen<'_> {
    /// Cut to `width`, after which the next cell begins.
    fn write(&mut self, text: &str, width: usize, style: Style) {
        let area = self.buffer.area;
        let room = width.min(usize::from(area.width).saturating_sub(self.column));
        if room > 0 && self.line < area.bottom() {
            let column = area.x.saturating_add(u16::try_from(self.column).unwrap_or(u16::MAX));
            self.buffer.set_stringn(column, self.line, text::fit(text, room), room, style);
        }
        self.column += width + GAP;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(width: usize) -> (usize, Vec<&'static str>) {
        let layout = Layout::of(width, 30);
        (layout.name, layout.columns.into_iter().map(Column::title).collect())
    }

    #[test]
    fn columns_are_left_out_by_their_importance() {
        let all = vec!["TYPE", "STATE", "HEALTH", "HISTORY", "LAST RUN", "NEXT DUE", "CHANGED"];
        let mut timed = all.clone();
        timed.insert(5, "LOCAL TIME");
        timed.insert(7, "LOCAL TIME");
        for (width, name, columns) in [
            (200, 30, timed.clone()),
            (159, 24, timed),
            (123, 24, all),
            (80, 24, vec!["HEALTH", "HISTORY", "LAST RUN", "NEXT DUE"]),
            (51, 24, vec!["HEALTH", "LAST RUN"]),
            (20, 6, vec!["HEALTH"]),
            (19, 16, vec![]),
            (2, 0, vec![]),
        ] {
            assert_eq!(titles(width), (name, columns), "{width}");
        }
    }
}
