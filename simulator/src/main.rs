//! The simulator as a program: it listens, says where, and serves until it is told to stop.

mod arguments;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use dataarts_simulator::{DEMO_DOMAIN, DEMO_PASSWORD, DEMO_USER, Simulator, StartError};
use tokio::signal;

use crate::arguments::Arguments;

/// Wrong usage, an address that cannot be listened on, or a file that cannot be written.
const EXIT_USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => error.exit(),
        // The first paragraph says what is wrong; the usage below it is in --help.
        Err(error) => {
            let text = error.to_string();
            let paragraph = text.split("\n\n").next().unwrap_or_default();
            return fail(paragraph.trim_start_matches("error: "));
        }
    };
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&describe(&*error)),
    }
}

/// What went wrong, with the option that is the way out where there is one.
fn describe(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref() {
        Some(StartError::NotLoopback { .. }) => format!("{error}; --allow-non-loopback lets other machines in"),
        _ => error.to_string(),
    }
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    // Listened for from the start, so that no signal after the first line is missed.
    let mut stop = Stop::listen()?;
    let simulator = arguments.builder()?.start().await?;
    greet(arguments, &simulator)?;
    stop.wait().await?;
    Ok(())
}

/// Says where it listens, and then what it accepts where that was left to it.
fn greet(arguments: &Arguments, simulator: &Simulator) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "listening on {}", simulator.base_url())?;
    if arguments.project_id.is_none() {
        writeln!(output, "project id: {}", simulator.project_id())?;
    }
    if arguments.workspace.is_none() {
        writeln!(output, "workspace: {}", simulator.workspace())?;
    }
    if arguments.token.is_empty() && arguments.access_key.is_empty() {
        writeln!(output, "token: {}", simulator.token())?;
        writeln!(output, "access key: {}:{}", simulator.access_key(), simulator.secret_key())?;
        writeln!(output, "user: {DEMO_USER} of {DEMO_DOMAIN}, password: {DEMO_PASSWORD}")?;
    }
    output.flush()
}

fn fail(line: &str) -> ExitCode {
    // What was given on the command line is repeated, and may hold line ends.
    eprintln!("dataarts-simulator: {}", line.replace(char::is_control, " "));
    ExitCode::from(EXIT_USAGE)
}

/// The signals that end the program.
struct Stop {
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
    #[cfg(unix)]
    terminate: signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn listen() -> io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(&mut self) -> io::Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn wait(&mut self) -> io::Result<()> {
        signal::ctrl_c().await
    }
}
