//! How a command can end badly, what is said about it, and the exit code.

use std::fmt;
use std::io;
use std::process::ExitCode;

use dataarts_security::Error;

use crate::output::sanitize;

/// Exit code: the service or the network failed.
const FAILED: u8 = 1;
/// Exit code: wrong usage or configuration.
pub(crate) const USAGE: u8 = 2;
/// Exit code: interrupted, by the convention of shells (128 + SIGINT).
const INTERRUPTED: u8 = 130;

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command cannot be carried out as given.
    Usage { message: String, hint: Option<&'static str> },
    /// The library refused, or the service or the network failed.
    Service(Error),
    /// A listing ended too early; `delivered` tasks are on standard output.
    BrokenOff { delivered: usize, cause: Error },
    /// A listing that was to be sorted ended too early, so that nothing could be printed.
    BrokenOffUnsorted { read: usize, cause: Error },
    /// Ctrl-C; `delivered` tasks are on standard output.
    Interrupted { delivered: usize },
    /// Standard output could not be written to.
    Output(io::Error),
    /// The simulator for `--demo` did not start.
    Demo(String),
    /// The asynchronous runtime did not start.
    Runtime(io::Error),
}

impl Failure {
    /// Wrong usage or configuration.
    pub(crate) fn usage(message: String) -> Self {
        Self::Usage { message, hint: None }
    }

    /// Wrong usage or configuration, with a way out.
    pub(crate) fn usage_with_hint(message: String, hint: &'static str) -> Self {
        Self::Usage { message, hint: Some(hint) }
    }

    /// The same, of a listing of which `delivered` tasks were printed before.
    pub(crate) fn after(self, delivered: usize) -> Self {
        match self {
            Self::Service(cause) if delivered > 0 => Self::BrokenOff { delivered, cause },
            Self::Interrupted { .. } => Self::Interrupted { delivered },
            other => other,
        }
    }

    /// Says on standard error what happened, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        if self.is_closed_pipe() {
            return ExitCode::SUCCESS;
        }
        // Whoever closed standard error does not want to know.
        let _ = self.write_to(&mut io::stderr().lock());
        ExitCode::from(self.exit_code())
    }

    fn write_to(&self, writer: &mut dyn io::Write) -> io::Result<()> {
        // The service's own words are in there, and a terminal obeys escape sequences.
        writeln!(writer, "error: {}", sanitize::line(&self.to_string()))?;
        if let Some(hint) = self.hint() {
            writeln!(writer, "hint: {hint}")?;
        }
        Ok(())
    }

    /// Whoever read our output has seen enough (`| head -1`): not a failure.
    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => USAGE,
            Self::Service(error) if error.is_invalid_input() => USAGE,
            Self::Interrupted { .. } => INTERRUPTED,
            Self::Service(_)
            | Self::BrokenOff { .. }
            | Self::BrokenOffUnsorted { .. }
            | Self::Output(_)
            | Self::Demo(_)
            | Self::Runtime(_) => FAILED,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Usage { hint, .. } => *hint,
            Self::Service(cause) | Self::BrokenOff { cause, .. } | Self::BrokenOffUnsorted { cause, .. } => {
                advice(cause)
            }
            Self::Interrupted { .. } | Self::Output(_) | Self::Demo(_) | Self::Runtime(_) => None,
        }
    }
}

fn advice(cause: &Error) -> Option<&'static str> {
    if cause.is_invalid_input() {
        None
    } else if cause.is_unauthorized() {
        Some("check the credentials: a token expires and is good for one project only; a signature needs a right clock")
    } else if cause.is_workspace_not_found() {
        Some("check --workspace, and that --project-id and the region are those of the workspace")
    } else if cause.is_throttled() {
        Some("the service takes about 40 requests in 10 seconds from one user: wait, then try again")
    } else {
        None
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { message, .. } => formatter.write_str(message),
            Self::Service(error) if error.is_invalid_input() => formatter.write_str(&in_words_of_options(error)),
            Self::Service(error) => error.fmt(formatter),
            Self::BrokenOff { delivered, cause } => {
                write!(formatter, "the listing broke off after {} and is incomplete: {cause}", tasks(*delivered))
            }
            Self::BrokenOffUnsorted { read, cause } => write!(
                formatter,
                "the listing broke off after {}, none of them printed, since only a whole list can be sorted: {cause}",
                tasks(*read)
            ),
            Self::Interrupted { delivered: 0 } => formatter.write_str("interrupted"),
            Self::Interrupted { delivered } => {
                write!(formatter, "interrupted after {}; the listing is incomplete", tasks(*delivered))
            }
            Self::Output(error) => write!(formatter, "cannot write to standard output: {error}"),
            Self::Demo(reason) => write!(formatter, "the simulator for --demo did not start: {reason}"),
            Self::Runtime(error) => write!(formatter, "cannot start: {error}"),
        }
    }
}

/// The library names parameters; whoever typed a command knows options.
fn in_words_of_options(error: &Error) -> String {
    const WORDS: [(&str, &str); 6] = [
        ("`project_id`", "--project-id"),
        ("`workspace`", "--workspace"),
        ("`task_id`", "TASK_ID"),
        ("`limit`", "--page-size"),
        ("`cluster_name`", "--cluster-name"),
        ("or allow http", "or say --allow-http"),
    ];
    WORDS.iter().fold(error.message().to_owned(), |text, (parameter, option)| text.replace(parameter, option))
}

fn tasks(count: usize) -> String {
    if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(failure: &Failure) -> String {
        let mut written = Vec::new();
        failure.write_to(&mut written).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn a_usage_failure_says_what_and_what_to_do() {
        let failure = Failure::usage_with_hint("no way".into(), "turn back");
        assert_eq!(printed(&failure), "error: no way\nhint: turn back\n");
        assert_eq!(failure.exit_code(), 2);
    }

    #[test]
    fn a_closed_pipe_is_no_failure_and_a_full_disk_is_one() {
        assert!(Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)).is_closed_pipe());
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(!full.is_closed_pipe());
        assert_eq!(full.exit_code(), 1);
    }

    #[test]
    fn an_interruption_counts_what_was_delivered() {
        assert_eq!(printed(&Failure::Interrupted { delivered: 0 }), "error: interrupted\n");
        let failure = Failure::Interrupted { delivered: 1 };
        assert_eq!(printed(&failure), "error: interrupted after 1 task; the listing is incomplete\n");
        assert_eq!(failure.exit_code(), 130);
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        let failure = Failure::usage("red \u{1b}[31m and\nmore".into());
        assert_eq!(printed(&failure), "error: red [31m and more\n");
    }
}
