//! `sync-tasks list`: every task that matches, one after the other.

use std::future::poll_fn;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use dataarts_security::types::MemberSyncTask;
use dataarts_security::{Client, Items};
use futures_core::Stream as _;

use super::tasks::{TaskOrder, tasks};
use crate::arguments::ListArguments;
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::file::Destination;
use crate::output::{Format, Listing, Surroundings};
use crate::progress::Meter;

/// Lists tasks on standard output or in a file.
pub(crate) async fn run(
    client: &Client,
    arguments: ListArguments,
    format: Format,
    mut surroundings: Surroundings,
) -> Result<(), Failure> {
    let order = TaskOrder::new(arguments.order_by, arguments.desc).filter(|order| !order.is_as_read());
    let bars = surroundings.bars;
    let is_to_file = arguments.output.is_some();
    if is_to_file {
        surroundings = surroundings.of_file();
    }
    let items = tasks(client, &arguments.filter, arguments.page_size).items();
    // A table waits for its last task, and so does an order that is sorted here.
    let is_streamed = !is_to_file && format != Format::Table && order.is_none();
    let meter = Metered { meter: Meter::new(bars, is_streamed, "tasks", 1), max: arguments.max.map(|max| max as u64) };
    let wanted = Wanted { order, max: arguments.max };
    let Some(path) = arguments.output else {
        let delivered = list(items, wanted, &meter, Listing::new(format, surroundings, io::stdout())).await?;
        if delivered == 0 && format == Format::Table {
            // An empty table says nothing; whoever closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "no task matches");
        }
        return Ok(());
    };
    let destination = Destination::new(path)?;
    let mut file = destination.begin()?;
    let listing = Listing::new(format, surroundings, &mut file);
    list(items, wanted, &meter, listing).await.map_err(|failure| failure.of_file(destination.path()))?;
    destination.commit(file)
}

/// What shows how far a listing of `max` tasks is.
struct Metered {
    meter: Meter,
    max: Option<u64>,
}

/// Which tasks are printed, and in which order.
struct Wanted {
    /// Another than the list's own.
    order: Option<TaskOrder>,
    max: Option<usize>,
}

async fn list<W: Write>(
    tasks: Items<MemberSyncTask>,
    wanted: Wanted,
    metered: &Metered,
    mut listing: Listing<W>,
) -> Result<usize, Failure> {
    match wanted.order {
        None => {
            let tasks = wanted.max.into_iter().fold(tasks, |tasks, max| tasks.max_items(max as u64));
            stream(tasks, metered, &mut listing).await?;
        }
        // In the service's own, tasks would move while they are read.
        Some(order) => sorted(tasks, &order, wanted.max, metered, &mut listing).await?,
    }
    Ok(listing.delivered())
}

/// Prints tasks as they arrive; when that ends early, what there is of them is still printed.
async fn stream<W: Write>(
    tasks: Items<MemberSyncTask>,
    metered: &Metered,
    listing: &mut Listing<W>,
) -> Result<(), Failure> {
    let mut tasks = tasks.on_progress(metered.meter.list(metered.max));
    let delivered = unless_interrupted(poll_fn(|context| deliver(&mut tasks, listing, context)));
    match metered.meter.during(delivered).await {
        Ok(()) => Ok(listing.finish()?),
        Err(failure) => {
            listing.break_off()?;
            Err(failure.after(listing.delivered()))
        }
    }
}

/// Prints whatever is there; before it waits for more, what was printed so far is sent off.
fn deliver<W: Write>(
    tasks: &mut Items<MemberSyncTask>,
    listing: &mut Listing<W>,
    context: &mut Context<'_>,
) -> Poll<Result<(), Failure>> {
    loop {
        match Pin::new(&mut *tasks).poll_next(context) {
            Poll::Ready(Some(task)) => listing.add(task?)?,
            Poll::Ready(None) => return Poll::Ready(Ok(())),
            Poll::Pending => {
                listing.flush()?;
                return Poll::Pending;
            }
        }
    }
}

/// Reads all tasks, then prints the first `max` of them, sorted.
async fn sorted<W: Write>(
    tasks: Items<MemberSyncTask>,
    order: &TaskOrder,
    max: Option<usize>,
    metered: &Metered,
    listing: &mut Listing<W>,
) -> Result<(), Failure> {
    let read = Arc::new(AtomicU64::new(0));
    let counter = read.clone();
    // All are read, however few are wanted.
    let mut tell = metered.meter.list(None);
    let tasks = tasks.on_progress(move |progress| {
        counter.store(progress.delivered, Ordering::Relaxed);
        tell(progress);
    });
    let mut all = match metered.meter.during(unless_interrupted(async { Ok(tasks.collect().await?) })).await {
        Err(Failure::Service(cause)) => {
            let read = read.load(Ordering::Relaxed);
            return Err(match read {
                0 => Failure::Service(cause),
                read => Failure::BrokenOffUnsorted { read: usize::try_from(read).unwrap_or(usize::MAX), cause },
            });
        }
        outcome => outcome?,
    };
    order.sort(&mut all, |task| task);
    for task in all.into_iter().take(max.unwrap_or(usize::MAX)) {
        listing.add(task)?;
    }
    Ok(listing.finish()?)
}
