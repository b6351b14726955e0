//! `sync-tasks health`: how the tasks are doing, and an exit code by which cron and monitoring can tell.

use std::collections::HashSet;
use std::io::{self, Write as _};

use dataarts_security::Timestamp;
use dataarts_security::member_sync::HealthRules;
use dataarts_security::types::MemberSyncTask;

use super::list_of_targets::is_first;
use super::reach::{self, Reached};
use super::tasks::tasks;
use crate::arguments::{AskedFormat, ConnectionArguments, HealthArguments};
use crate::connection::Connection;
use crate::environment::Environment;
use crate::failure::{Failure, NOT_WELL};
use crate::health::{Report, Row, Target, Zone};
use crate::interrupt::unless_interrupted;
use crate::output::file::Destination;
use crate::output::{self, Surroundings};
use crate::progress::Meter;
use crate::targets;

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
    let targets = targets::choose(flags, environment)?;
    let now = surroundings.now;
    let meter = Meter::new(surroundings.bars, false, "tasks", targets.as_ref().map_or(1, Vec::len));
    let found = async {
        match targets {
            None => Ok((of_one(&arguments, flags, environment, &meter, now).await?, Vec::new())),
            Some(targets) => Ok(of_targets(&arguments, targets, &meter, now).await),
        }
    };
    let (report, failures) = meter.during(unless_interrupted(found)).await?;
    if failures.is_empty() || report.targets.iter().any(|target| target.error.is_none()) {
        match print(&report, destination, format, surroundings) {
            // Whoever stopped reading may still want to know how it ended.
            Err(failure) if !failure.is_closed_pipe() => return Err(failure),
            Ok(()) | Err(_) => {}
        }
    }
    reach::end(&failures)?;
    if report.has_failed() { Err(Failure::Told(NOT_WELL)) } else { Ok(()) }
}

async fn of_one(
    arguments: &HealthArguments,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    meter: &Meter,
    now: jiff::Timestamp,
) -> Result<Report, Failure> {
    let connection = Connection::open(flags, environment).await?;
    connection.require_place()?;
    let (zone, tasks) = read(&connection, arguments, meter, now).await?;
    let mut found = Found::new(arguments, now);
    found.add(None, zone, tasks);
    Ok(found.report())
}

/// A task that several targets have is shown once, of the first.
async fn of_targets(
    arguments: &HealthArguments,
    targets: Vec<targets::Target>,
    meter: &Meter,
    now: jiff::Timestamp,
) -> (Report, Vec<(String, Failure)>) {
    let work = async |_: &targets::Target, connection: &Connection| read(connection, arguments, meter, now).await;
    let mut found = Found::new(arguments, now);
    let mut failures = Vec::new();
    for Reached { target, outcome } in reach::each(targets, work).await {
        match outcome {
            Ok((zone, tasks)) => found.add(Some(target.name), zone, tasks),
            Err(failure) => {
                let zone = Zone::choose(arguments.tz.clone(), target.flags.region.as_deref(), now);
                found.miss(&target.name, zone, &failure);
                failures.push((target.name, failure));
            }
        }
    }
    (found.report(), failures)
}

async fn read(
    connection: &Connection,
    arguments: &HealthArguments,
    meter: &Meter,
    now: jiff::Timestamp,
) -> Result<(Zone, Vec<MemberSyncTask>), Failure> {
    let zone = Zone::choose(arguments.tz.clone(), connection.region(), now);
    let tasks = tasks(&connection.client, &arguments.filter, None).items().on_progress(meter.list(None));
    Ok((zone, tasks.collect().await?))
}

/// What was found so far.
struct Found<'a> {
    arguments: &'a HealthArguments,
    at: Timestamp,
    seen: HashSet<(String, Option<String>)>,
    targets: Vec<Target>,
    rows: Vec<Row>,
}

impl<'a> Found<'a> {
    fn new(arguments: &'a HealthArguments, now: jiff::Timestamp) -> Self {
        let at = Timestamp::from_millisecond(now.as_millisecond());
        Self { arguments, at, seen: HashSet::new(), targets: Vec::new(), rows: Vec::new() }
    }

    fn add(&mut self, target: Option<String>, zone: Zone, mut tasks: Vec<MemberSyncTask>) {
        let rules = HealthRules::new(zone.rules.clone()).stale_after(self.arguments.stale_after);
        tasks.retain(|task| is_first(&mut self.seen, task));
        self.rows.extend(tasks.iter().map(|task| Row::assess(task, target.as_deref(), &rules, self.at)));
        self.targets.push(Target { target, zone, error: None });
    }

    fn miss(&mut self, target: &str, zone: Zone, failure: &Failure) {
        self.targets.push(Target { target: Some(target.to_owned()), zone, error: Some(failure.to_string()) });
    }

    fn report(self) -> Report {
        Report::new(self.at, self.arguments.fail_on.0, self.targets, self.rows)
    }
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
