//! `instances`, `workspaces`, `connections` and `sync-tasks uncovered`: the ids that other commands ask for, and what no
//! task serves.

use std::collections::HashSet;
use std::io::{self, Write};

use dataarts_security::types::{CommodityOrder, DataConnection, DataConnectionType, Workspace};
use dataarts_security::{Client, Items};

use crate::arguments::{ConnectionsArguments, WorkspacesArguments};
use crate::failure::Failure;
use crate::health::known_id;
use crate::interrupt::unless_interrupted;
use crate::output::{Format, Listing, Record, Surroundings};
use crate::progress::Meter;

/// What is counted on the way to connections without a task.
pub(super) const CONNECTIONS_AND_TASKS: &str = "connections and tasks";
/// More lists than there are: how many items the next one has, nobody knows.
const UNKNOWN: usize = usize::MAX;

/// Lists the instances of the project.
pub(crate) async fn instances(client: &Client, format: Format, surroundings: Surroundings) -> Result<(), Failure> {
    let meter = Meter::new(surroundings.bars, format != Format::Table, "instances", 1);
    let mut output = Output::<CommodityOrder>::new("instance", format, surroundings);
    let outcome = meter.during(unless_interrupted(output.add_all(client.list_instances().items(), &meter))).await;
    output.end(outcome)
}

/// Lists the workspaces of one instance, or of every instance of the project.
pub(crate) async fn workspaces(
    client: &Client,
    arguments: WorkspacesArguments,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let meter = Meter::new(surroundings.bars, format != Format::Table, "workspaces", UNKNOWN);
    let mut output = Output::<Workspace>::new("workspace", format, surroundings);
    let listed = async {
        let instances = match arguments.instance_id {
            Some(id) => vec![id],
            None => {
                let instances = client.list_instances().collect().await?.into_iter();
                instances.filter_map(|it| it.resource_id).filter(|id| known_id(Some(id)).is_some()).collect()
            }
        };
        for instance in instances {
            output.add_all(client.list_workspaces().instance_id(instance).items(), &meter).await?;
        }
        Ok(())
    };
    let outcome = meter.during(unless_interrupted(listed)).await;
    output.end(outcome)
}

/// Lists the data connections of the workspace that match.
pub(crate) async fn connections(
    client: &Client,
    arguments: ConnectionsArguments,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let mut request = client.list_data_connections();
    if let Some(kind) = arguments.kind {
        request = request.type_(kind);
    }
    if let Some(name) = arguments.name {
        request = request.name(name);
    }
    let meter = Meter::new(surroundings.bars, format != Format::Table, "connections", 1);
    let mut output = Output::<DataConnection>::new("data connection", format, surroundings);
    let outcome = meter.during(unless_interrupted(output.add_all(request.items(), &meter))).await;
    output.end(outcome)
}

/// Lists the data connections of the workspace that could have a task and have none.
pub(crate) async fn uncovered(client: &Client, format: Format, surroundings: Surroundings) -> Result<(), Failure> {
    let meter = Meter::new(surroundings.bars, false, CONNECTIONS_AND_TASKS, 2);
    let connections = meter.during(unless_interrupted(find_uncovered(client, &meter))).await?;
    let mut output = Output::<DataConnection>::new("data connection without a task", format, surroundings);
    for connection in connections {
        output.listing.add(connection)?;
    }
    output.end(Ok(()))
}

/// The data connections of the workspace that could have a task and have none.
pub(super) async fn find_uncovered(client: &Client, meter: &Meter) -> Result<Vec<DataConnection>, Failure> {
    // Before the tasks, so that a connection that was made in between is not taken for one without.
    let mut connections = client.list_data_connections().items().on_progress(meter.list(None)).collect().await?;
    let tasks = client.list_member_sync_tasks().items().on_progress(meter.list(None)).collect().await?;
    let named: HashSet<_> = tasks.into_iter().filter_map(|task| task.data_connection_id).collect();
    connections.retain(|connection| can_have_task(connection) && !is_named(connection, &named));
    Ok(connections)
}

/// Tasks serve DWS, and MRS by connections to Ranger.
fn can_have_task(connection: &DataConnection) -> bool {
    matches!(connection.dw_type, Some(DataConnectionType::Dws | DataConnectionType::Ranger))
}

fn is_named(connection: &DataConnection, named: &HashSet<String>) -> bool {
    known_id(connection.dw_id.as_deref()).is_some_and(|id| named.contains(id))
}

/// Records on their way to standard output.
struct Output<T: Record> {
    noun: &'static str,
    format: Format,
    listing: Listing<io::Stdout, T>,
}

impl<T: Record + Send> Output<T> {
    fn new(noun: &'static str, format: Format, surroundings: Surroundings) -> Self {
        Self { noun, format, listing: Listing::new(format, surroundings, io::stdout()) }
    }

    async fn add_all(&mut self, items: Items<T>, meter: &Meter) -> Result<(), Failure> {
        let mut items = items.on_progress(meter.list(None));
        while let Some(item) = items.try_next().await? {
            self.listing.add(item)?;
        }
        Ok(())
    }

    /// Ends the listing as it came to its end.
    fn end(mut self, outcome: Result<(), Failure>) -> Result<(), Failure> {
        if let Err(failure) = outcome {
            self.listing.break_off()?;
            return Err(failure.after_some(self.listing.delivered(), self.noun));
        }
        self.listing.finish()?;
        if self.listing.delivered() == 0 && self.format == Format::Table {
            // An empty table says nothing; whoever closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "no {}", self.noun);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_of_two_types_can_have_a_task() {
        for (kind, can) in [("DWS", true), ("RANGER", true), ("HIVE", false), ("DLI", false), ("NEW", false)] {
            let mut connection = DataConnection::default();
            connection.dw_type = Some(kind.into());
            assert_eq!(can_have_task(&connection), can, "{kind}");
        }
        assert!(!can_have_task(&DataConnection::default()));
    }

    #[test]
    fn a_connection_without_an_id_is_named_by_no_task() {
        let named = HashSet::from(["a", "", " "].map(str::to_owned));
        let mut connection = DataConnection::default();
        for id in [None, Some(""), Some(" ")] {
            connection.dw_id = id.map(str::to_owned);
            assert!(!is_named(&connection, &named), "{id:?}");
        }
        connection.dw_id = Some("a".to_owned());
        assert!(is_named(&connection, &named));
    }
}
