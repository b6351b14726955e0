//! `sync-tasks list`: every task that matches, one after the other.

use std::future::ready;
use std::io::{self, Write};

use dataarts_security::types::MemberSyncTask;
use dataarts_security::{Client, Items};

use super::order::{self, Moving, Order};
use crate::arguments::ListArguments;
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::{Format, Listing, Surroundings};

/// Lists tasks on standard output.
pub(crate) async fn run(
    client: &Client,
    arguments: ListArguments,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let order = Order::choose(arguments.order_by.clone(), arguments.desc);
    let mut listing = Listing::new(format, surroundings, io::stdout());
    let max = arguments.max.unwrap_or(usize::MAX);
    let mut tasks = request(client, arguments, &order);
    match order {
        Order::Default | Order::Service { .. } => stream(&mut tasks, max, &mut listing).await?,
        Order::Here { by, ascending } => sorted(&mut tasks, max, by, ascending, &mut listing).await?,
    }
    if listing.delivered() == 0 && format == Format::Table {
        // An empty table says nothing; whoever closed standard error does not want to know.
        let _ = writeln!(io::stderr(), "no task matches");
    }
    Ok(())
}

fn request(client: &Client, arguments: ListArguments, order: &Order) -> Items<MemberSyncTask> {
    let mut request = client.list_member_sync_tasks();
    if let Some(status) = arguments.sync_status {
        request = request.sync_status(status);
    }
    if let Some(status) = arguments.schedule_status {
        request = request.schedule_status(status);
    }
    if let Some(cluster_type) = arguments.cluster_type {
        request = request.cluster_type(cluster_type);
    }
    if let Some(name) = arguments.cluster_name {
        request = request.cluster_name(name);
    }
    if let Some(size) = arguments.page_size {
        request = request.limit(size);
    }
    if let Order::Service { by, ascending } = order {
        request = request.order_by(by.clone()).order_by_asc(*ascending);
    }
    request.items()
}

/// Prints tasks as they arrive; when that ends early, what there is of them is still printed.
async fn stream<W: Write>(
    tasks: &mut Items<MemberSyncTask>,
    max: usize,
    listing: &mut Listing<W>,
) -> Result<(), Failure> {
    match unless_interrupted(deliver(tasks, max, listing)).await {
        Ok(()) => Ok(listing.finish()?),
        Err(failure) => {
            listing.break_off()?;
            Err(failure.after(listing.delivered()))
        }
    }
}

async fn deliver<W: Write>(
    tasks: &mut Items<MemberSyncTask>,
    max: usize,
    listing: &mut Listing<W>,
) -> Result<(), Failure> {
    // Counted before the next task is asked for, so that no page is read in vain.
    while listing.delivered() < max {
        let Some(task) = next(tasks, listing).await? else { break };
        listing.add(task)?;
    }
    Ok(())
}

/// The next task; if it is not there yet, what was printed so far is sent off first.
async fn next<W: Write>(
    tasks: &mut Items<MemberSyncTask>,
    listing: &mut Listing<W>,
) -> Result<Option<MemberSyncTask>, Failure> {
    let mut next = std::pin::pin!(tasks.try_next());
    tokio::select! {
        biased;
        task = &mut next => return Ok(task?),
        () = ready(()) => listing.flush()?,
    }
    Ok(next.await?)
}

/// Reads all tasks, then prints them sorted.
async fn sorted<W: Write>(
    tasks: &mut Items<MemberSyncTask>,
    max: usize,
    by: Moving,
    ascending: bool,
    listing: &mut Listing<W>,
) -> Result<(), Failure> {
    let mut all = Vec::new();
    let reading = async {
        while let Some(task) = tasks.try_next().await? {
            all.push(task);
        }
        Ok(())
    };
    match unless_interrupted(reading).await {
        Ok(()) => {}
        Err(Failure::Service(cause)) if !all.is_empty() => {
            return Err(Failure::BrokenOffUnsorted { read: all.len(), cause });
        }
        Err(failure) => return Err(failure),
    }
    order::sort(&mut all, by, ascending);
    for task in all.into_iter().take(max) {
        listing.add(task)?;
    }
    Ok(listing.finish()?)
}
