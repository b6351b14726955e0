//! `sync-tasks list`: every task that matches, one after the other.

use std::future::poll_fn;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use dataarts_security::builder::ListMemberSyncTasks;
use dataarts_security::types::{MemberSyncTask, OrderBy};
use dataarts_security::{Client, Items};
use futures_core::Stream as _;

use super::tasks::tasks;
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
    let request = request(client, &arguments);
    let bars = surroundings.bars;
    let is_to_file = arguments.output.is_some();
    if is_to_file {
        surroundings = surroundings.of_file();
    }
    let items = request.items();
    let items = arguments.max.into_iter().fold(items, |items, max| items.max_items(max as u64));
    // A table waits for its last task, and so does an order that is sorted here.
    let is_streamed = !is_to_file && format != Format::Table && items.is_exact();
    let meter = Metered { meter: Meter::new(bars, is_streamed, "tasks", 1), max: arguments.max.map(|max| max as u64) };
    let Some(path) = arguments.output.clone() else {
        let delivered = list(items, &meter, Listing::new(format, surroundings, io::stdout())).await?;
        if delivered == 0 && format == Format::Table {
            // An empty table says nothing; whoever closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "no task matches");
        }
        return Ok(());
    };
    let destination = Destination::new(path)?;
    let mut file = destination.begin()?;
    let listing = Listing::new(format, surroundings, &mut file);
    list(items, &meter, listing).await.map_err(|failure| failure.of_file(destination.path()))?;
    destination.commit(file)
}

fn request(client: &Client, arguments: &ListArguments) -> ListMemberSyncTasks {
    let request = tasks(client, &arguments.filter, arguments.page_size);
    // Without either, the library's own order.
    match (&arguments.order_by, arguments.desc) {
        (None, false) => request,
        (by, descending) => request.order_by(by.clone().unwrap_or(OrderBy::CreateTime)).order_by_asc(!descending),
    }
}

/// What shows how far a listing of `max` tasks is.
struct Metered {
    meter: Meter,
    max: Option<u64>,
}

async fn list<W: Write>(
    tasks: Items<MemberSyncTask>,
    metered: &Metered,
    mut listing: Listing<W>,
) -> Result<usize, Failure> {
    // In an order in which tasks move while they are read, all are read in another one, and sorted.
    if tasks.is_exact() {
        stream(tasks, metered, &mut listing).await?;
    } else {
        sorted(tasks, metered, &mut listing).await?;
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

/// Reads all tasks, then prints them sorted.
async fn sorted<W: Write>(
    tasks: Items<MemberSyncTask>,
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
    let all = match metered.meter.during(unless_interrupted(async { Ok(tasks.collect().await?) })).await {
        Err(Failure::Service(cause)) => {
            let read = read.load(Ordering::Relaxed);
            return Err(match read {
                0 => Failure::Service(cause),
                read => Failure::BrokenOffUnsorted { read: usize::try_from(read).unwrap_or(usize::MAX), cause },
            });
        }
        outcome => outcome?,
    };
    for task in all {
        listing.add(task)?;
    }
    Ok(listing.finish()?)
}
