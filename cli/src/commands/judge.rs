//! Tasks read and judged, of one place or of several targets, for whatever tells of them.

use dataarts_security::Timestamp;
use dataarts_security::member_sync::HealthRules;
use dataarts_security::types::MemberSyncTask;

use super::list_of_targets::{Seen, is_first};
use super::reach::{self, Reached, Scope};
use super::tasks::tasks;
use crate::arguments::{ConnectionArguments, Gate, JudgementArguments};
use crate::connection::Connection;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::health::{Place, Report, Row, Target, Zone};
use crate::interrupt::unless_interrupted;
use crate::progress::{Bars, Meter};
use crate::targets;

/// How to judge.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    arguments: &'a JudgementArguments,
    fail_on: Gate,
    now: jiff::Timestamp,
    keeps_logs: bool,
}

/// What was found, and what became of the targets that could not be read.
pub(super) struct Judged {
    pub(super) report: Report,
    pub(super) failures: Vec<(String, Failure)>,
}

impl<'a> Judge<'a> {
    /// As the arguments say, at the instant `now`.
    pub(super) fn new(arguments: &'a JudgementArguments, fail_on: Gate, now: jiff::Timestamp) -> Self {
        Self { arguments, fail_on, now, keeps_logs: false }
    }

    /// Keeps the logs too, which take much more room than all else.
    pub(super) fn keeping_logs(self) -> Self {
        Self { keeps_logs: true, ..self }
    }

    /// Reads all tasks first: half of them could look well.
    pub(super) async fn judge(
        self,
        flags: &ConnectionArguments,
        environment: &Environment<'_>,
        bars: Bars,
    ) -> Result<Judged, Failure> {
        let targets = targets::choose(flags, environment)?;
        let meter = Meter::new(bars, false, "tasks", targets.as_ref().map_or(1, Vec::len));
        let judged = async {
            match targets {
                None => self.one(flags, environment, &meter).await,
                Some(targets) => Ok(self.each(targets, &meter).await),
            }
        };
        meter.during(unless_interrupted(judged)).await
    }

    async fn one(
        self,
        flags: &ConnectionArguments,
        environment: &Environment<'_>,
        meter: &Meter,
    ) -> Result<Judged, Failure> {
        let connection = Connection::open(flags, environment).await?;
        connection.require_place()?;
        let (zone, tasks) = self.read(&connection, meter).await?;
        let mut found = Found::new(self);
        found.add(None, zone, Place::of(&connection, flags), &Scope::default(), tasks);
        Ok(found.judged())
    }

    /// A task that several targets of one endpoint and project have is shown once, of the first.
    async fn each(self, targets: Vec<targets::Target>, meter: &Meter) -> Judged {
        let work = async |target: &targets::Target, connection: &Connection| {
            let (zone, tasks) = self.read(connection, meter).await?;
            Ok((zone, Place::of(connection, &target.flags), tasks))
        };
        let mut found = Found::new(self);
        for Reached { target, outcome } in reach::each(targets, work).await {
            match outcome {
                Ok((scope, (zone, place, tasks))) => found.add(Some(target.name), zone, place, &scope, tasks),
                Err(failure) => found.miss(target, failure),
            }
        }
        found.judged()
    }

    async fn read(self, connection: &Connection, meter: &Meter) -> Result<(Zone, Vec<MemberSyncTask>), Failure> {
        let zone = Zone::choose(self.arguments.tz.clone(), connection.region(), self.now);
        let tasks = tasks(&connection.client, &self.arguments.filter, None).items().on_progress(meter.list(None));
        Ok((zone, tasks.collect().await?))
    }
}

impl Judged {
    /// Whether there is anything to tell besides failures.
    pub(super) fn is_any_read(&self) -> bool {
        self.failures.is_empty() || self.report.targets.iter().any(|target| target.error.is_none())
    }
}

/// What was found so far.
struct Found<'a> {
    judge: Judge<'a>,
    at: Timestamp,
    seen: Seen,
    targets: Vec<Target>,
    rows: Vec<Row>,
    failures: Vec<(String, Failure)>,
}

impl<'a> Found<'a> {
    fn new(judge: Judge<'a>) -> Self {
        let at = Timestamp::from_millisecond(judge.now.as_millisecond());
        Self { judge, at, seen: Seen::new(), targets: Vec::new(), rows: Vec::new(), failures: Vec::new() }
    }

    fn add(&mut self, target: Option<String>, zone: Zone, place: Place, scope: &Scope, tasks: Vec<MemberSyncTask>) {
        let rules = HealthRules::new(zone.rules.clone()).stale_after(self.judge.arguments.stale_after);
        for mut task in tasks {
            if is_first(&mut self.seen, scope, &task) {
                let row = Row::assess(&task, target.as_deref(), &rules, self.at);
                let log = if self.judge.keeps_logs { task.sync_msg.take() } else { None };
                self.rows.push(Row { log, ..row });
            }
        }
        self.targets.push(Target { target, zone, place, error: None });
    }

    fn miss(&mut self, target: targets::Target, failure: Failure) {
        let zone = Zone::choose(self.judge.arguments.tz.clone(), target.flags.region.as_deref(), self.judge.now);
        let (place, error) = (Place::asked(&target.flags), Some(failure.to_string()));
        self.targets.push(Target { target: Some(target.name.clone()), zone, place, error });
        self.failures.push((target.name, failure));
    }

    fn judged(self) -> Judged {
        let report = Report::new(self.at, self.judge.fail_on.0, self.targets, self.rows);
        Judged { report, failures: self.failures }
    }
}
