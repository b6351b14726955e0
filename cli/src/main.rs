//! `dataarts`: the user synchronisation tasks of Huawei Cloud DataArts Studio, on the command line.
//!
//! The way of a command: `arguments` (what was typed) and `environment` become `configuration`, `connection` makes the
//! client of it that knows who is calling, `commands` runs, `output` prints, `journey` tells of the way with `-v`,
//! and `failure` says how it ended, with `advice` on what to do.

mod advice;
mod arguments;
mod clock;
mod commands;
mod configuration;
mod connection;
mod describe;
mod difference;
mod environment;
mod failure;
mod health;
mod help;
mod interrupt;
mod journey;
mod output;
mod probe;
mod progress;
mod report;
mod severity;
mod targets;
mod watch;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use arguments::Arguments;
use environment::Environment;
use failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(stop) => return print(&stop),
    };
    output::terminal::decide_on_errors(arguments.output.color, &Environment::new(&environment::of_process));
    let code = match run(arguments).and_then(|()| interrupt::check()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    };
    interrupt::received().map_or(code, ExitCode::from)
}

/// Prints help, the version or a usage error.
fn print(stop: &clap::Error) -> ExitCode {
    let printed = stop.print().and_then(|()| io::stdout().flush());
    match printed {
        // Nobody is left to tell when this cannot be printed.
        _ if stop.use_stderr() => ExitCode::from(failure::USAGE),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => Failure::Output(error).report(),
    }
}

/// Fails where the system gives no thread or no file descriptor: without a first one of each, tokio panics later.
fn start() -> io::Result<Runtime> {
    const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
    #[cfg(unix)]
    {
        use std::os::unix::net::UnixStream;
        const PAIRS: usize = 8;
        let enough: io::Result<Vec<_>> = (0..PAIRS).map(|_| UnixStream::pair()).collect();
        drop(enough?);
    }
    interrupt::listen()?;
    let runtime = Builder::new_current_thread().enable_all().thread_keep_alive(A_DAY).build()?;
    let _ = thread::Builder::new().spawn(|| ())?.join();
    // This thread stays for all that follows; a second one that cannot be had is only waited for.
    drop(runtime.spawn_blocking(|| ()));
    Ok(runtime)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    journey::tell(arguments.output.verbose);
    let runtime = start().map_err(Failure::Runtime)?;
    let outcome = runtime.block_on(commands::run(arguments));
    // A name lookup that hangs must not hold up the end.
    runtime.shutdown_background();
    outcome
}
