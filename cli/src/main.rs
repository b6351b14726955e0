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

use std::process::ExitCode;

use arguments::Arguments;
use environment::Environment;
use failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(stop) => {
            // Nobody is left to tell when this cannot be printed.
            let _ = stop.print();
            return if stop.use_stderr() { ExitCode::from(failure::USAGE) } else { ExitCode::SUCCESS };
        }
    };
    output::terminal::decide_on_errors(arguments.output.color, &Environment::new(&environment::of_process));
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    journey::tell(arguments.output.verbose);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
    let outcome = runtime.block_on(commands::run(arguments));
    // A name lookup that hangs must not hold up the end.
    runtime.shutdown_background();
    outcome
}
