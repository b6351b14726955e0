//! How things are made to stand out; colours only where they are wanted, and the same as in every table.

use anstyle::{Ansi256Color, Color as AnyColour, Effects};
use ratatui::style::{Color, Modifier, Style};

use crate::output::style::Role;
use crate::severity::Severity;

/// The colour of a severity.
pub(super) fn of(severity: Severity, uses_colour: bool) -> Style {
    if !uses_colour {
        return Style::new();
    }
    let role = Role::Of(severity).style();
    let colour = role.get_fg_color().map(|colour| match colour {
        AnyColour::Ansi(colour) => Color::Indexed(Ansi256Color::from(colour).0),
        AnyColour::Ansi256(colour) => Color::Indexed(colour.0),
        AnyColour::Rgb(colour) => Color::Rgb(colour.0, colour.1, colour.2),
    });
    let effects = [(Effects::BOLD, Modifier::BOLD), (Effects::DIMMED, Modifier::DIM)];
    let effects = effects.into_iter().filter(|(effect, _)| role.get_effects().contains(*effect));
    let style = effects.fold(Style::new(), |style, (_, modifier)| style.add_modifier(modifier));
    Style { fg: colour, ..style }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_severity_looks_as_in_a_table() {
        let red = Style::new().fg(Color::Indexed(1)).add_modifier(Modifier::BOLD);
        assert_eq!(of(Severity::Critical, true), red);
        assert_eq!(of(Severity::Good, true), Style::new().fg(Color::Indexed(2)));
        assert_eq!(of(Severity::Neutral, true), faint());
        assert_eq!(of(Severity::Critical, false), Style::new());
    }
}
