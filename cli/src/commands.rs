//! What the program does: one module per command.

mod api;
mod auth;
mod directory;
mod health;
mod list;
mod show;
mod wait;

use crate::arguments::{ApiArguments, Arguments, Command, ConnectionArguments, SyncTasks};
use crate::connection::Connection;
use crate::environment::{self, Environment};
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::{Format, Surroundings};

/// Carries out a command, with data on standard output.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let environment = Environment::new(&environment::of_process);
    let surroundings = Surroundings::of_process(&environment)?;
    let (flags, asked) = (&arguments.connection, arguments.output.format);
    if let Command::SyncTasks(SyncTasks::Health(of)) = arguments.command {
        return health::run(of, flags, &environment, asked, surroundings).await;
    }
    let format = asked.without_metrics()?;
    let command = match arguments.command {
        Command::Auth(command) => return auth::run(command, flags, &environment, format, &surroundings).await,
        Command::SyncTasks(SyncTasks::Wait(of)) => {
            return wait::run(of, flags, &environment, format, &surroundings).await;
        }
        Command::Api(call) => return run_api(call, flags, &environment, format, surroundings).await,
        command => command,
    };
    let connection = unless_interrupted(Connection::open(flags, &environment)).await?;
    match command {
        // These tell what the workspace can be.
        Command::Instances | Command::Workspaces(_) => connection.require_project()?,
        _ => connection.require_place()?,
    }
    let client = &connection.client;
    match command {
        Command::SyncTasks(SyncTasks::List(filter)) => {
            list::run(client, filter, flags.call.concurrency, format, surroundings).await
        }
        Command::SyncTasks(SyncTasks::Show(task)) => show::run(client, task, format, &surroundings).await,
        Command::SyncTasks(SyncTasks::Uncovered) => directory::uncovered(client, format, surroundings).await,
        Command::Instances => directory::instances(client, format, surroundings).await,
        Command::Workspaces(of) => directory::workspaces(client, of, format, surroundings).await,
        Command::Connections(filter) => directory::connections(client, filter, format, surroundings).await,
        Command::Auth(_) | Command::Api(_) | Command::SyncTasks(SyncTasks::Health(_) | SyncTasks::Wait(_)) => Ok(()),
    }
}

/// Lists the operations, which takes no connection, or calls one.
async fn run_api(
    arguments: ApiArguments,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let Some(name) = &arguments.operation else { return api::list(format, surroundings) };
    let operation = api::find(name, &arguments)?;
    let connection = unless_interrupted(Connection::open(flags, environment)).await?;
    api::call(&connection.client, operation, arguments).await
}
