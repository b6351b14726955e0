//! `sync-tasks health`: how the tasks are doing, and an exit code by which cron and monitoring can tell.

use std::io::{self, Write as _};

use super::judge::{Judge, Judged};
use super::reach;
use crate::arguments::{AskedFormat, ConnectionArguments, HealthArguments};
use crate::environment::Environment;
use crate::failure::{Failure, NOT_WELL};
use crate::health::Report;
use crate::output::file::Destination;
use crate::output::{self, Surroundings};

/// Judges the tasks, all of which are read first: half of them could look well.
pub(crate) async fn run(
    arguments: HealthArguments,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    format: AskedFormat,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let destination = arguments.output.clone().map(Destination::new).transpose()?;
    let surroundings = Surroundings { now: arguments.judgement.at.unwrap_or(surroundings.now), ..surroundings };
    let judge = Judge::new(&arguments.judgement, arguments.fail_on, surroundings.now);
    let judged = judge.judge(flags, environment, surroundings.bars).await?;
    let is_any_read = judged.is_any_read();
    let Judged { report, failures } = judged;
    if is_any_read {
        match print(&report, destination, format, surroundings) {
            // Whoever stopped reading may still want to know how it ended.
            Err(failure) if !failure.is_closed_pipe() => return Err(failure),
            Ok(()) | Err(_) => {}
        }
    }
    reach::end(&failures)?;
    if report.has_failed() { Err(Failure::Told(NOT_WELL)) } else { Ok(()) }
}

fn print(
    report: &Report,
    destination: Option<Destination>,
    format: AskedFormat,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    let surroundings = if destination.is_some() { surroundings.of_file() } else { surroundings };
    output::health(report, format.of_records(), surroundings, &mut bytes)?;
    match destination {
        Some(file) => file.replace(&bytes),
        None => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&bytes)?;
            Ok(stdout.flush()?)
        }
    }
}
