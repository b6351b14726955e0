//! How things are made to stand out; colours only where they are wanted.

use ratatui::style::{Color, Modifier, Style};

use crate::severity::Severity;

/// The colour of a severity.
pub(super) fn of(severity: Severity, uses_colour: bool) -> Style {
    if !uses_colour {
        return Style::new();
    }
    match severity {
        Severity::Critical => Style::new().fg(Color::Red),
        Severity::Warning => Style::new().fg(Color::Yellow),
        Severity::Active => Style::new().fg(Color::Cyan),
        Severity::Good => Style::new().fg(Color::Green),
        Severity::Neutral => Style::new(),
    }
}

/// A line that tells of an outage.
pub(super) fn outage(uses_colour: bool) -> Style {
    of(Severity::Critical, uses_colour).add_modifier(Modifier::BOLD)
}

/// What is there all the time.
pub(super) fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// A task that changed lately.
pub(super) fn changed() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// The task that is selected.
pub(super) fn selected() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}
