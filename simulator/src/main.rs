//! The simulator as a program: it listens, says where, and serves until it is told to stop.

mod arguments;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use dataarts_simulator::Simulator;
use tokio::signal;

use crate::arguments::Arguments;

/// Wrong usage, or an address that cannot be listened on.
const EXIT_USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => error.exit(),
        // The first line says what is wrong; the usage below it is in --help.
        Err(error) => return fail(error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ")),
    };
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
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
    }
    output.flush()
}

fn fail(line: &str) -> ExitCode {
    eprintln!("dataarts-simulator: {line}");
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
