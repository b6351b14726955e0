//! How a command can end badly, what is said about it, and the exit code.
//!
//! A failed call is told in three lines at most: what failed, what the service answered, and what to do.

mod said;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dataarts_security::Error;
use jiff::Timestamp;

use crate::describe::count;
use crate::difference::Difference;
use crate::interrupt::{HUNG_UP, INTERRUPTED};
use crate::output::sanitize;
use crate::output::style::{Colours, Role};
use crate::output::terminal::{self, colours_of_errors};
use crate::severity::Severity;
use crate::{advice, clock};

/// What most listings are of.
const TASK: &str = "task";

/// Exit code: the service or the network failed.
const FAILED: u8 = 1;
/// Exit code: the same, of some targets.
pub(crate) const INCOMPLETE: u8 = FAILED;
/// Exit code: wrong usage or configuration.
pub(crate) const USAGE: u8 = 2;
/// Exit code: what was looked at is not well.
pub(crate) const NOT_WELL: u8 = 3;

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command cannot be carried out as given.
    Usage(String),
    /// The library refused, or the service or the network failed.
    Service(Error),
    /// A listing ended too early; so many of these things are on standard output.
    BrokenOff { delivered: usize, noun: &'static str, cause: Error },
    /// A listing that was to be sorted ended too early, so that nothing could be printed.
    BrokenOffUnsorted { read: usize, cause: Error },
    /// The time for a wait was over; what was seen last.
    NotEnded { allowed: String, seen: String },
    /// The end with this exit code, of which there is nothing more to say: what was printed tells why, as the verdict of a
    /// check does, or whoever sent a signal knows.
    Told(u8),
    /// Ctrl-C; so many of these things are on standard output.
    Interrupted { delivered: usize, noun: &'static str },
    /// A listing to a file ended for this reason, and the file is as it was.
    NotReplaced { path: PathBuf, cause: Box<Self> },
    /// Standard output could not be written to.
    Output(io::Error),
    /// The terminal that a view is drawn on does not tell which keys are pressed.
    Keys(io::Error),
    /// This file could not be written.
    File { path: PathBuf, error: io::Error },
    /// The simulator for `--demo` did not start.
    Demo(String),
    /// No thread or no file descriptor can be had.
    Runtime(io::Error),
}

impl Failure {
    /// Wrong usage or configuration.
    pub(crate) fn usage(message: String) -> Self {
        Self::Usage(message)
    }

    /// Ctrl-C before anything was printed.
    pub(crate) fn interrupted() -> Self {
        Self::Interrupted { delivered: 0, noun: TASK }
    }

    /// The same failure, of a listing of which `delivered` tasks were printed before.
    pub(crate) fn after(self, delivered: usize) -> Self {
        self.after_some(delivered, TASK)
    }

    /// The same, of a listing of other things.
    pub(crate) fn after_some(self, delivered: usize, noun: &'static str) -> Self {
        match self {
            Self::Service(cause) if delivered > 0 => Self::BrokenOff { delivered, noun, cause },
            Self::Interrupted { .. } => Self::Interrupted { delivered, noun },
            other => other,
        }
    }

    /// The same, of a listing that was to become the file at `path`.
    pub(crate) fn of_file(self, path: &Path) -> Self {
        match self {
            Self::Output(error) => Self::File { path: path.to_owned(), error },
            cause => Self::NotReplaced { path: path.to_owned(), cause: Box::new(cause) },
        }
    }

    /// Says on standard error what happened, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        if self.is_closed_pipe() {
            return ExitCode::SUCCESS;
        }
        if matches!(self, Self::Output(_) | Self::Keys(_)) && terminal::is_gone() {
            return ExitCode::from(HUNG_UP);
        }
        // Whoever closed standard error does not want to know.
        let _ = self.write_to(&mut io::stderr().lock(), clock::now(), colours_of_errors());
        ExitCode::from(self.exit_code())
    }

    /// Says the same of one target of several, before each line of which its name stands.
    pub(crate) fn write_of(&self, target: &str, writer: &mut dyn io::Write, now: Timestamp) -> io::Result<()> {
        let mut text = Vec::new();
        self.write_to(&mut text, now, colours_of_errors())?;
        for line in String::from_utf8_lossy(&text).lines() {
            writeln!(writer, "target {}: {line}", sanitize::line(target))?;
        }
        Ok(())
    }

    fn write_to(&self, writer: &mut dyn io::Write, now: Timestamp, colours: Colours) -> io::Result<()> {
        if let Self::Told(_) = self {
            return Ok(());
        }
        let mut write = |what, role, text: &str| {
            // The service's own words are in there, and a terminal obeys escape sequences.
            writeln!(writer, "{} {}", colours.paint(what, role), sanitize::line(text))
        };
        write("error:", Role::Of(Severity::Critical), &self.to_string())?;
        if let Some(answer) = self.cause().and_then(said::answer) {
            write("answer:", Role::Heading, &answer)?;
        }
        if let Some(lacks) = self.cause().and_then(advice::lacks) {
            write("sources:", Role::Heading, lacks)?;
        }
        let Some(cause) = self.cause() else { return Ok(()) };
        if let Some(hint) = advice::on(cause, now) {
            let more = Difference::of(cause).is_some_and(|difference| difference.is_any);
            let more = if more { "; `dataarts auth check` shows what is changed" } else { "" };
            write("hint:", Role::Of(Severity::Active), &format!("{hint}{more}"))?;
        }
        Ok(())
    }

    /// Whoever read our output has seen enough (`| head -1`): not a failure.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        match self {
            Self::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            _ => false,
        }
    }

    /// What the process ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Told(code) => *code,
            Self::NotReplaced { cause, .. } => cause.exit_code(),
            Self::Usage(_) => USAGE,
            Self::Service(error) if error.is_invalid_input() => USAGE,
            Self::Interrupted { .. } => INTERRUPTED,
            Self::Service(_)
            | Self::BrokenOff { .. }
            | Self::BrokenOffUnsorted { .. }
            | Self::NotEnded { .. }
            | Self::Output(_)
            | Self::Keys(_)
            | Self::File { .. }
            | Self::Demo(_)
            | Self::Runtime(_) => FAILED,
        }
    }

    fn cause(&self) -> Option<&Error> {
        match self {
            Self::Service(cause) | Self::BrokenOff { cause, .. } | Self::BrokenOffUnsorted { cause, .. } => Some(cause),
            Self::NotReplaced { cause, .. } => cause.cause(),
            Self::Usage(_)
            | Self::Told(_)
            | Self::Interrupted { .. }
            | Self::NotEnded { .. }
            | Self::Output(_)
            | Self::Keys(_)
            | Self::File { .. }
            | Self::Demo(_)
            | Self::Runtime(_) => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => formatter.write_str(message),
            Self::Service(error) => formatter.write_str(&said::what_failed(error)),
            Self::BrokenOff { delivered, noun, cause } => write!(
                formatter,
                "the listing broke off after {} and is incomplete: {}",
                count::of(*delivered, noun),
                said::what_failed(cause)
            ),
            Self::BrokenOffUnsorted { read, cause } => write!(
                formatter,
                "the listing broke off after {}, none of them printed, since only a whole list can be sorted: {}",
                count::of(*read, TASK),
                said::what_failed(cause)
            ),
            Self::NotEnded { allowed, seen } => {
                write!(formatter, "the wait was over after {allowed}, as --timeout says; seen last: {seen}")
            }
            Self::Told(code) => write!(formatter, "it ended with exit code {code}"),
            Self::Interrupted { delivered: 0, .. } => formatter.write_str("interrupted"),
            Self::Interrupted { delivered, noun } => {
                write!(formatter, "interrupted after {}; the listing is incomplete", count::of(*delivered, noun))
            }
            Self::NotReplaced { path, cause } => write!(formatter, "{} was left as it was: {cause}", path.display()),
            Self::Output(error) => write!(formatter, "cannot write to standard output: {error}"),
            Self::Keys(error) => write!(
                formatter,
                "cannot read keys from the terminal: {error}; -o jsonl or csv prints changes, without keys"
            ),
            Self::File { path, error } => write!(formatter, "cannot write {}: {error}", path.display()),
            Self::Demo(reason) => write!(formatter, "the simulator for --demo did not start: {reason}"),
            Self::Runtime(error) => write!(
                formatter,
                "the system gives no thread or no file descriptor: {error}; raise the limit (ulimit -u, ulimit -n) or end other \
                 programs"
            ),
        }
    }
}

/// The library names parameters; whoever typed a command knows options.
pub(crate) fn in_words_of_options(error: &Error) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("the CA file", "--ca-file"),
        ("`project_id`", "--project-id"),
        ("`workspace`", "--workspace"),
        ("`task_id`", "TASK_ID"),
        ("`instance_id`", "INSTANCE_ID"),
        ("`limit`", "--page-size"),
        ("`cluster_name`", "--cluster-name"),
        ("or allow http", "or say --allow-http"),
        (
            "tells no region; give one of them",
            "tells no region; give one with --region or DATAARTS_REGION, or a whole address with --endpoint or \
             DATAARTS_ENDPOINT",
        ),
    ];
    if advice::lacks(error).is_some() {
        return "no credentials were found".to_owned();
    }
    if !error.is_invalid_input() {
        return said::without_quote(error, error.to_string());
    }
    // Which source failed is part of the whole text alone; which operation did tells nothing where nothing was sent.
    let text = if error.is_credentials() { error.to_string() } else { error.message().to_owned() };
    WORDS.iter().fold(text, |text, (parameter, option)| text.replace(parameter, option))
}

/// Whether what failed may work again by itself.
pub(crate) fn may_pass(error: &Error) -> bool {
    let is_outage = error.is_connect() || error.is_timeout() || error.is_transport() || error.is_throttled();
    is_outage || error.status().is_some_and(|status| status.is_server_error())
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
        failure.write_to(&mut written, Timestamp::UNIX_EPOCH, Colours::Off).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn a_usage_failure_is_one_line_and_exit_code_2() {
        let failure = Failure::usage("no way".into());
        assert_eq!(printed(&failure), "error: no way\n");
        assert_eq!(failure.exit_code(), 2);
    }

    #[test]
    fn what_was_told_already_is_not_told_again() {
        assert_eq!(printed(&Failure::Told(1)), "");
        assert_eq!(Failure::Told(1).exit_code(), 1);
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
        assert_eq!(printed(&Failure::interrupted()), "error: interrupted\n");
        let failure = Failure::interrupted().after(1);
        assert_eq!(printed(&failure), "error: interrupted after 1 task; the listing is incomplete\n");
        assert_eq!(failure.exit_code(), 130);
    }

    #[test]
    fn what_a_line_is_stands_out() {
        let failure = Failure::usage("red \u{1b}[31m".into());
        let mut written = Vec::new();
        failure.write_to(&mut written, Timestamp::UNIX_EPOCH, Colours::On).unwrap();
        assert_eq!(written, b"\x1b[1m\x1b[31merror:\x1b[0m red [31m\n");
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        let failure = Failure::usage("red \u{1b}[31m and\nmore".into());
        assert_eq!(printed(&failure), "error: red [31m and more\n");
    }
}
