//! Arguments about how everything is printed.

use clap::{ArgAction, Args, ColorChoice, ValueEnum};

use super::AskedFormat;

/// When something is done that suits a terminal alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb
    #[default]
    Auto,
    /// Wherever it is printed to
    Always,
    /// Nowhere
    Never,
}

/// How to print; accepted before and after the subcommand.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output options")]
pub(crate) struct OutputArguments {
    /// How to print the result
    #[arg(short = 'o', long = "format", global = true, value_enum, ignore_case = true)]
    #[arg(value_name = "FORMAT", default_value_t = AskedFormat::Table)]
    pub(crate) format: AskedFormat,

    /// Tell on standard error of each attempt, retry and wait; -vv of everything, the source of the credentials too
    #[arg(short = 'v', long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// When to paint tables, screens, warnings and errors; other formats and files have no colours
    #[arg(long, global = true, value_name = "WHEN", value_enum, ignore_case = true, default_value_t = When::Auto)]
    pub(crate) color: When,

    /// Draw no progress bar for lists that take long
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
}

impl When {
    /// As asked for anywhere on a command line that is yet to be understood, for the colours of its help and errors.
    pub(super) fn in_words(words: &[std::ffi::OsString]) -> Self {
        const OPTION: &str = "--color";
        let mut asked = Self::Auto;
        let mut words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--").peekable();
        while let Some(word) = words.next() {
            let value = match word.strip_prefix(OPTION) {
                Some("") => words.peek().copied(),
                Some(value) => value.strip_prefix('='),
                None => None,
            };
            // What is no such word is an error of its own.
            asked = value.and_then(|value| Self::from_str(value, true).ok()).unwrap_or(asked);
        }
        asked
    }
}

impl From<When> for ColorChoice {
    fn from(when: When) -> Self {
        match when {
            When::Auto => Self::Auto,
            When::Always => Self::Always,
            When::Never => Self::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::When;

    #[test]
    fn the_choice_is_seen_before_the_line_is_understood() {
        for (line, when) in [
            ("dataarts sync-tasks list", When::Auto),
            ("dataarts --color never nonsense", When::Never),
            ("dataarts --color=ALWAYS", When::Always),
            ("dataarts sync-tasks --nonsense --color always", When::Always),
            ("dataarts --color never --color=always", When::Always),
            ("dataarts --color", When::Auto),
            ("dataarts --color blue", When::Auto),
            ("dataarts --colorful=never", When::Auto),
            ("dataarts sync-tasks show -- --color=never", When::Auto),
        ] {
            let words: Vec<_> = line.split_whitespace().map(std::ffi::OsString::from).collect();
            assert_eq!(When::in_words(&words), when, "{line}");
        }
    }
}
