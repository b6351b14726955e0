//! `sync-tasks list` and `sync-tasks uncovered` of several targets: all is read first, and each row says where it is from.

use std::collections::HashSet;
use std::io::{self, Write as _};

use dataarts_security::types::MemberSyncTask;

use super::directory;
use super::reach::{self, Reached, Scope};
use super::tasks::{TaskOrder, tasks};
use crate::arguments::ListArguments;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::health::known_id;
use crate::interrupt::unless_interrupted;
use crate::output::{Format, Listing, Of, Record, Surroundings};
use crate::progress::Meter;
use crate::targets::Target;

/// Lists the tasks of all targets; a task that several of one endpoint and project have is shown once, of the first.
pub(super) async fn tasks_of(
    targets: Vec<Target>,
    arguments: ListArguments,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let filter = arguments.filter;
    let size = arguments.page_size;
    let meter = Meter::new(surroundings.bars, false, "tasks", targets.len());
    let read = async |_: &Target, connection: &Connection| {
        Ok(tasks(&connection.client, &filter, size).items().on_progress(meter.list(None)).collect().await?)
    };
    let mut seen = Seen::new();
    let mut found = Found::of(targets, &meter, read, |scope, task| is_first(&mut seen, scope, task)).await?;
    if let Some(order) = TaskOrder::new(arguments.order_by, arguments.desc) {
        order.sort(&mut found.rows, |row| &row.record);
    }
    found.rows.truncate(arguments.max.unwrap_or(usize::MAX));
    found.print("task", format, surroundings)
}

/// Lists the data connections without a task of all targets.
pub(super) async fn uncovered_of(
    targets: Vec<Target>,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let meter = Meter::new(surroundings.bars, false, directory::CONNECTIONS_AND_TASKS, 2 * targets.len());
    let read = async |_: &Target, connection: &Connection| directory::find_uncovered(&connection.client, &meter).await;
    Found::of(targets, &meter, read, |_, _| true).await?.print("data connection without a task", format, surroundings)
}

/// The scope, the instance and the ID of tasks.
pub(super) type Seen = HashSet<(Scope, Option<String>, String)>;

/// Whether no task of this ID and instance was seen before in this scope; what has no ID cannot be told from others.
pub(super) fn is_first(seen: &mut Seen, scope: &Scope, task: &MemberSyncTask) -> bool {
    known_id(task.id.as_deref()).is_none_or(|id| seen.insert((scope.clone(), task.instance_id.clone(), id.to_owned())))
}

/// What the targets have, and what became of those that could not be read.
struct Found<T> {
    rows: Vec<Of<T>>,
    failures: Vec<(String, Failure)>,
    is_any_read: bool,
}

impl<T> Found<T> {
    async fn of(
        targets: Vec<Target>,
        meter: &Meter,
        read: impl AsyncFn(&Target, &Connection) -> Result<Vec<T>, Failure>,
        mut is_shown: impl FnMut(&Scope, &T) -> bool,
    ) -> Result<Self, Failure> {
        let reached = meter.during(unless_interrupted(async { Ok(reach::each(targets, read).await) })).await?;
        let mut found = Self { rows: Vec::new(), failures: Vec::new(), is_any_read: false };
        for Reached { target, outcome } in reached {
            match outcome {
                Ok((scope, mut records)) => {
                    records.retain(|record| is_shown(&scope, record));
                    let of = |record| Of { target: target.name.clone(), record };
                    found.rows.extend(records.into_iter().map(of));
                    found.is_any_read = true;
                }
                Err(failure) => found.failures.push((target.name, failure)),
            }
        }
        Ok(found)
    }

    /// Prints what there is of the others, then tells of those that failed.
    fn print(self, noun: &str, format: Format, surroundings: Surroundings) -> Result<(), Failure>
    where
        Of<T>: Record,
    {
        if self.is_any_read {
            let mut listing = Listing::new(format, surroundings, io::stdout());
            for row in self.rows {
                listing.add(row)?;
            }
            listing.finish()?;
            if listing.delivered() == 0 && format == Format::Table {
                // An empty table says nothing; whoever closed standard error does not want to know.
                let _ = writeln!(io::stderr(), "no {noun}");
            }
        }
        reach::end(&self.failures)
    }
}
