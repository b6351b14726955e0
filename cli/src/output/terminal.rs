//! How wide a table may be.

use std::io::{IsTerminal as _, stdout};

use crate::environment::{COLUMNS, Environment};
use crate::failure::Failure;

/// Width of standard output: `COLUMNS` if set, else that of the terminal, else none.
pub(crate) fn width(environment: &Environment<'_>) -> Result<Option<u16>, Failure> {
    let terminal = if stdout().is_terminal() { terminal_size::terminal_size_of(stdout()) } else { None };
    Ok(choose(environment.get(COLUMNS)?.as_deref(), terminal.map(|(width, _)| width.0)))
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
