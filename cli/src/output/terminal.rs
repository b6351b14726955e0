//! What the two streams of the process are: how wide a table may be, and whether there are colours.

use std::io::{IsTerminal as _, stderr, stdout};
use std::sync::OnceLock;

use super::style::{Colours, Stream};
use crate::arguments::When;
use crate::environment::{COLUMNS, Environment, NO_COLOR, TERM};
use crate::failure::Failure;

/// Decided once, before anything is said: whoever has to warn is far from whoever read the command line.
static OF_ERRORS: OnceLock<Colours> = OnceLock::new();

/// Width of standard output: `COLUMNS` if set, else that of the terminal, else none.
pub(crate) fn width(environment: &Environment<'_>) -> Result<Option<u16>, Failure> {
    let terminal = if stdout().is_terminal() { terminal_size::terminal_size_of(stdout()) } else { None };
    Ok(choose(environment.get(COLUMNS)?.as_deref(), terminal.map(|(width, _)| width.0)))
}

/// Width of the terminal that standard error is, if it is one.
pub(crate) fn width_of_errors() -> Option<usize> {
    terminal_size::terminal_size_of(stderr()).map(|(width, _)| usize::from(width.0)).filter(|width| *width > 0)
}

/// Colours of standard output.
pub(crate) fn colours_of_output(asked: When, environment: &Environment<'_>) -> Colours {
    colours(asked, stdout().is_terminal(), environment)
}

/// Decides on the colours of standard error.
pub(crate) fn decide_on_errors(asked: When, environment: &Environment<'_>) {
    OF_ERRORS.get_or_init(|| colours(asked, stderr().is_terminal(), environment));
}

/// Colours of standard error.
pub(crate) fn colours_of_errors() -> Colours {
    OF_ERRORS.get().copied().unwrap_or_default()
}

/// Whether standard error is a terminal that can be drawn on.
pub(crate) fn can_draw_on_errors(environment: &Environment<'_>) -> bool {
    let kind = environment.get(TERM).ok().flatten();
    Stream { is_terminal: stderr().is_terminal(), is_refused: false, kind: kind.as_deref() }.can_draw()
}

/// Whether what is written to standard output may come to a terminal: to one itself, or by way of another program.
pub(crate) fn is_output_seen() -> bool {
    stdout().is_terminal() || is_pipe()
}

/// Whether standard output is a terminal that went away.
#[cfg(unix)]
pub(crate) fn is_gone() -> bool {
    use rustix::io::Errno;
    // Of what never was a terminal, the system says that instead.
    matches!(rustix::termios::tcgetattr(stdout()), Err(Errno::IO))
}

#[cfg(not(unix))]
pub(crate) fn is_gone() -> bool {
    false
}

#[cfg(unix)]
fn is_pipe() -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;
    let file = stdout().as_fd().try_clone_to_owned().map(std::fs::File::from);
    file.and_then(|file| file.metadata()).is_ok_and(|known| known.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe() -> bool {
    // Nobody tells; without a bar, nothing can go wrong.
    true
}

fn colours(asked: When, is_terminal: bool, environment: &Environment<'_>) -> Colours {
    let kind = environment.get(TERM).ok().flatten();
    let stream = Stream { is_terminal, is_refused: environment.has(NO_COLOR), kind: kind.as_deref() };
    let colours = Colours::choose(asked, &stream);
    // An old console of Windows obeys no codes; elsewhere, there is nothing to turn on.
    let obeys = colours == Colours::Off || anstyle_query::windows::enable_ansi_colors().unwrap_or(true);
    if obeys || asked == When::Always { colours } else { Colours::Off }
}

fn choose(columns: Option<&str>, terminal: Option<u16>) -> Option<u16> {
    // Nonsense in COLUMNS is nobody's error: shells set it, not people.
    columns.and_then(|columns| columns.trim().parse().ok()).or(terminal).filter(|width| *width > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_win_over_the_terminal_unless_they_are_nonsense() {
        assert_eq!(choose(Some("60"), Some(80)), Some(60));
        assert_eq!(choose(Some("wide"), Some(80)), Some(80));
        assert_eq!(choose(None, Some(80)), Some(80));
        assert_eq!(choose(None, None), None);
        assert_eq!(choose(None, Some(0)), None);
    }
}
