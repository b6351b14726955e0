//! `sync-tasks report`: how the tasks are doing, as a page.

use std::io::{self, Write as _};
use std::path::Path;

use super::judge::{Judge, Judged};
use super::reach;
use crate::arguments::{AskedFormat, ConnectionArguments, ReportArguments};
use crate::environment::Environment;
use crate::failure::{Failure, NOT_WELL};
use crate::output::file::Destination;
use crate::output::{Surroundings, page};

/// The word for standard output.
const STANDARD_OUTPUT: &str = "-";

/// Writes the page, unless nothing could be read.
pub(crate) async fn run(
    arguments: ReportArguments,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    format: AskedFormat,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    if format != AskedFormat::Table {
        let message =
            "-o has no say here: the page is HTML; `dataarts sync-tasks health` tells the same in other formats";
        return Err(Failure::usage(message.to_owned()));
    }
    let destination = match arguments.html.as_path() {
        path if path == Path::new(STANDARD_OUTPUT) => None,
        _ => Some(Destination::of("--html", arguments.html.clone())?),
    };
    let surroundings = Surroundings { now: arguments.judgement.at.unwrap_or(surroundings.now), ..surroundings };
    let judge = Judge::new(&arguments.judgement, arguments.fail_on, surroundings.now).keeping_logs();
    let judged = judge.judge(flags, environment, surroundings.bars).await?;
    let is_any_read = judged.is_any_read();
    let Judged { report, failures } = judged;
    if is_any_read {
        let text = page::render(&report, &arguments.judgement.filter.words(), &surroundings)?;
        match destination {
            Some(file) => file.replace(text.as_bytes())?,
            None => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(text.as_bytes())?;
                stdout.flush()?;
            }
        }
    }
    reach::end(&failures)?;
    if report.has_failed() { Err(Failure::Told(NOT_WELL)) } else { Ok(()) }
}
