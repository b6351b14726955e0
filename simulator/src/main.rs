//! The simulator as a program: it listens, says where, and serves until it is told to stop.

mod arguments;
mod stop;
mod usage;

use std::error::Error;
use std::future;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use dataarts_simulator::{DEMO_DOMAIN, DEMO_PASSWORD, DEMO_USER, Simulator, StartError};
use tokio::runtime::Builder;

use crate::arguments::Arguments;
use crate::stop::Stop;

/// Wrong usage, an address that cannot be listened on, or a file that cannot be written.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => error.exit(),
        Err(error) => return fail(&usage::complaint(&error)),
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&describe(&*error)),
    }
}

/// What went wrong, in the words of the command line.
fn describe(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref() {
        Some(StartError::NotLoopback { address }) => {
            format!("{address} is no loopback address; --allow-non-loopback lets other machines in")
        }
        _ => error.to_string(),
    }
}

/// Serves until a signal ends the program.
fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let simulator = runtime.block_on(arguments.builder()?.start())?;
    // Not before, so that a signal ends at once what takes long until here; not later, so that none is missed after the
    // first line.
    let stop = Stop::listen()?;
    greet(&mut io::stdout().lock(), &simulator.base_url(), &accepted(arguments, &simulator))
        .map_err(|error| format!("cannot write the address to standard output: {error}"))?;
    stop.exit_on_signal()?;
    runtime.block_on(future::pending::<()>());
    Ok(())
}

/// Says where it listens, and then whatever else there is to say.
fn greet(output: &mut impl Write, base_url: &str, accepted: &str) -> io::Result<()> {
    writeln!(output, "listening on {base_url}")?;
    output.flush()?;
    // Whoever only wanted the address may have hung up by now.
    let _ = output.write_all(accepted.as_bytes()).and_then(|()| output.flush());
    Ok(())
}

/// What it accepts where that was left to it, and who can log in, one line each.
fn accepted(arguments: &Arguments, simulator: &Simulator) -> String {
    let mut lines = String::new();
    let mut line = |name: &str, value: &str| lines.push_str(&format!("{name}: {value}\n"));
    if arguments.project_id.is_none() {
        line("project id", simulator.project_id());
    }
    if arguments.workspace.is_none() {
        line("workspace", simulator.workspace());
    }
    if arguments.token.is_empty() && arguments.access_key.is_empty() {
        line("token", simulator.token());
        line("access key", &format!("{}:{}", simulator.access_key(), simulator.secret_key()));
    }
    line("user", &format!("{DEMO_USER} of {DEMO_DOMAIN}, password: {DEMO_PASSWORD}"));
    lines
}

fn fail(line: &str) -> ExitCode {
    // What was given on the command line is repeated, and may hold line ends.
    eprintln!("dataarts-simulator: {}", line.replace(char::is_control, " "));
    ExitCode::from(EXIT_USAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe whose reader takes so many bytes and then hangs up.
    struct Pipe(usize);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            let count = bytes.len().min(self.0);
            self.0 -= count;
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_the_first_line_must_be_read() {
        let line = "listening on http://127.0.0.1:1\n".len();
        assert!(greet(&mut Pipe(line), "http://127.0.0.1:1", "token: t\n").is_ok());
        assert!(greet(&mut Pipe(line - 1), "http://127.0.0.1:1", "token: t\n").is_err());
    }
}
