//! `sync-tasks health`: how the tasks are doing, and an exit code by which cron and monitoring can tell.

use std::io::{self, Write as _};

use dataarts_security::member_sync::HealthRules;
use dataarts_security::types::MemberSyncTask;
use dataarts_security::{Client, Items, Timestamp};

use crate::arguments::{AskedFormat, ConnectionArguments, FilterArguments, HealthArguments};
use crate::connection::Connection;
use crate::environment::Environment;
use crate::failure::{Failure, NOT_WELL};
use crate::health::{Report, Row, Target, Zone};
use crate::interrupt::unless_interrupted;
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
    let surroundings = Surroundings { now: arguments.at.unwrap_or(surroundings.now), ..surroundings };
    let report = unless_interrupted(judge(&arguments, flags, environment, surroundings.now)).await?;
    match print(&report, destination, format, surroundings) {
        // Whoever stopped reading may still want to know how it ended.
        Err(failure) if !failure.is_closed_pipe() => return Err(failure),
        Ok(()) | Err(_) => {}
    }
    if report.has_failed() { Err(Failure::Told(NOT_WELL)) } else { Ok(()) }
}

async fn judge(
    arguments: &HealthArguments,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    now: jiff::Timestamp,
) -> Result<Report, Failure> {
    let connection = Connection::open(flags, environment).await?;
    connection.require_place()?;
    let zone = Zone::choose(arguments.tz.clone(), connection.region(), now);
    let rules = HealthRules::new(zone.rules.clone()).stale_after(arguments.stale_after);
    let at = Timestamp::from_millisecond(now.as_millisecond());
    let mut tasks = request(&connection.client, arguments.filter.clone());
    let mut rows = Vec::new();
    while let Some(task) = tasks.try_next().await? {
        rows.push(Row::assess(&task, None, &rules, at));
    }
    Ok(Report::new(at, arguments.fail_on.0, vec![Target { target: None, zone }], rows))
}

fn request(client: &Client, filter: FilterArguments) -> Items<MemberSyncTask> {
    let mut request = client.list_member_sync_tasks();
    if let Some(status) = filter.sync_status {
        request = request.sync_status(status);
    }
    if let Some(status) = filter.schedule_status {
        request = request.schedule_status(status);
    }
    if let Some(cluster_type) = filter.cluster_type {
        request = request.cluster_type(cluster_type);
    }
    if let Some(name) = filter.cluster_name {
        request = request.cluster_name(name);
    }
    request.items()
}

fn print(
    report: &Report,
    destination: Option<Destination>,
    format: AskedFormat,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    // A file is as wide as it needs to be.
    let width = if destination.is_some() { None } else { surroundings.width };
    output::health(report, format.of_records(), Surroundings { width, ..surroundings }, &mut bytes)?;
    match destination {
        Some(file) => file.replace(&bytes),
        None => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&bytes)?;
            Ok(stdout.flush()?)
        }
    }
}
