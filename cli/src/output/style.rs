//! What colours mean, and whether there are any. Whatever a colour says, a word says too.

use anstyle::{AnsiColor, Style};

use crate::arguments::When;
use crate::severity::Severity;

/// What a piece of text is to whoever reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Role {
    #[default]
    Plain,
    /// The name of a column or of a field.
    Heading,
    /// What can be passed over.
    Quiet,
    /// What went wrong, in its own words.
    Fault,
    /// What is as serious as this.
    Of(Severity),
}

/// Whether text is painted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Colours {
    #[default]
    Off,
    On,
}

/// What the choice of colours depends on, of one stream.
pub(crate) struct Stream<'a> {
    pub(crate) is_terminal: bool,
    /// Whether `NO_COLOR` has a value, whatever it is.
    pub(crate) is_refused: bool,
    /// The kind of terminal, as `TERM` names it.
    pub(crate) kind: Option<&'a str>,
}

/// The terminal that obeys no codes.
const DUMB: &str = "dumb";

impl Stream<'_> {
    /// Whether something can be drawn on it.
    pub(crate) fn can_draw(&self) -> bool {
        self.is_terminal && self.kind != Some(DUMB)
    }
}

impl Colours {
    /// Those of `stream`: an order counts, and else what the stream is.
    pub(crate) fn choose(asked: When, stream: &Stream<'_>) -> Self {
        match asked {
            When::Always => Self::On,
            When::Never => Self::Off,
            When::Auto if stream.can_draw() && !stream.is_refused => Self::On,
            When::Auto => Self::Off,
        }
    }

    /// The text with the codes of its role around it.
    pub(crate) fn paint(self, text: &str, role: Role) -> String {
        let style = role.style();
        // Codes around nothing would only be in the way.
        if self == Self::Off || style.is_plain() || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

impl Role {
    /// How it is painted.
    pub(crate) fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Heading => Style::new().bold(),
            Self::Quiet | Self::Of(Severity::Neutral) => Style::new().dimmed(),
            Self::Fault => colour(AnsiColor::Red),
            Self::Of(Severity::Critical) => colour(AnsiColor::Red).bold(),
            Self::Of(Severity::Warning) => colour(AnsiColor::Yellow),
            Self::Of(Severity::Active) => colour(AnsiColor::Cyan),
            Self::Of(Severity::Good) => colour(AnsiColor::Green),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: Stream<'_> = Stream { is_terminal: true, is_refused: false, kind: Some("xterm-256color") };

    #[test]
    fn a_terminal_has_colours_unless_it_or_its_user_wants_none() {
        for (stream, colours) in [
            (TERMINAL, Colours::On),
            (Stream { kind: None, ..TERMINAL }, Colours::On),
            (Stream { is_terminal: false, ..TERMINAL }, Colours::Off),
            (Stream { is_refused: true, ..TERMINAL }, Colours::Off),
            (Stream { kind: Some("dumb"), ..TERMINAL }, Colours::Off),
        ] {
            assert_eq!(Colours::choose(When::Auto, &stream), colours);
            assert_eq!(Colours::choose(When::Always, &stream), Colours::On);
            assert_eq!(Colours::choose(When::Never, &stream), Colours::Off);
        }
    }

    #[test]
    fn each_role_has_its_codes_and_ends_them() {
        for (role, painted) in [
            (Role::Plain, "x"),
            (Role::Heading, "\u{1b}[1mx\u{1b}[0m"),
            (Role::Quiet, "\u{1b}[2mx\u{1b}[0m"),
            (Role::Fault, "\u{1b}[31mx\u{1b}[0m"),
            (Role::Of(Severity::Critical), "\u{1b}[1m\u{1b}[31mx\u{1b}[0m"),
            (Role::Of(Severity::Warning), "\u{1b}[33mx\u{1b}[0m"),
            (Role::Of(Severity::Active), "\u{1b}[36mx\u{1b}[0m"),
            (Role::Of(Severity::Good), "\u{1b}[32mx\u{1b}[0m"),
            (Role::Of(Severity::Neutral), "\u{1b}[2mx\u{1b}[0m"),
        ] {
            assert_eq!(Colours::On.paint("x", role), painted);
            assert_eq!((Colours::Off.paint("x", role), Colours::On.paint("", role)), ("x".to_owned(), String::new()));
        }
    }
}
