//! What the program does: one module per command.

mod api;
mod auth;
mod completions;
mod directory;
mod health;
mod judge;
mod list;
mod list_of_targets;
mod man;
mod probe;
mod reach;
mod report;
mod show;
mod tasks;
mod wait;
mod watch;

use crate::arguments::{ApiArguments, Arguments, Command, ConnectionArguments, SyncTasks};
use crate::connection::Connection;
use crate::environment::{self, Environment};
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::{Format, Surroundings};
use crate::targets;

/// Carries out a command, with data on standard output.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Completions(of) => return completions::run(*of),
        Command::Man(of) => return man::run(of),
        _ => {}
    }
    let environment = Environment::new(&environment::of_process);
    let surroundings = Surroundings::of_process(&environment, &arguments.output)?;
    let (flags, asked) = (&arguments.connection, arguments.output.format);
    if let Command::SyncTasks(SyncTasks::Health(of)) = arguments.command {
        return health::run(of, flags, &environment, asked, surroundings).await;
    }
    if let Command::SyncTasks(SyncTasks::Report(of)) = arguments.command {
        return report::run(of, flags, &environment, asked, surroundings).await;
    }
    let format = asked.without_metrics()?;
    if let Command::SyncTasks(SyncTasks::Watch(_)) = &arguments.command {
        watch::check(format, arguments.output.verbose, &environment)?;
    }
    let Some(mut targets) = targets::choose(flags, &environment)? else {
        return Box::pin(run_at(arguments.command, flags, &environment, format, surroundings)).await;
    };
    match arguments.command {
        Command::SyncTasks(SyncTasks::List(list)) if list.output.is_none() => {
            list_of_targets::tasks_of(targets, list, format, surroundings).await
        }
        Command::SyncTasks(SyncTasks::Uncovered) => list_of_targets::uncovered_of(targets, format, surroundings).await,
        command => {
            let (Some(target), true) = (targets.pop(), targets.is_empty()) else {
                let message = "several targets are for sync-tasks list, health, report and uncovered, and not for --output of \
                               a list; name one with --target";
                return Err(Failure::usage(message.to_owned()));
            };
            let environment = Environment::new(&environment::without_place);
            Box::pin(run_at(command, &target.flags, &environment, format, surroundings)).await
        }
    }
}

/// Carries out a command at one place.
async fn run_at(
    command: Command,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let command = match command {
        Command::Auth(command) => return auth::run(command, flags, environment, format, &surroundings).await,
        Command::SyncTasks(SyncTasks::Wait(of)) => {
            return wait::run(of, flags, environment, format, &surroundings).await;
        }
        Command::SyncTasks(SyncTasks::Watch(of)) => {
            return Box::pin(watch::run(of, flags, environment, format, surroundings)).await;
        }
        Command::Probe(probe) if probe.dry_run => return probe::plan(format, surroundings),
        Command::Api(call) => return run_api(call, flags, environment, format, surroundings).await,
        command => command,
    };
    let connection = unless_interrupted(Connection::open(flags, environment)).await?;
    match command {
        // These tell what the workspace can be.
        Command::Instances | Command::Workspaces(_) => connection.require_project()?,
        _ => connection.require_place()?,
    }
    let client = &connection.client;
    match command {
        Command::SyncTasks(SyncTasks::List(filter)) => Box::pin(list::run(client, filter, format, surroundings)).await,
        Command::SyncTasks(SyncTasks::Show(task)) => show::run(client, task, format, &surroundings).await,
        Command::SyncTasks(SyncTasks::Uncovered) => directory::uncovered(client, format, surroundings).await,
        Command::Instances => directory::instances(client, format, surroundings).await,
        Command::Workspaces(of) => directory::workspaces(client, of, format, surroundings).await,
        Command::Probe(of) => probe::run(&connection, of, format, &surroundings).await,
        Command::Connections(filter) => directory::connections(client, filter, format, surroundings).await,
        Command::Auth(_)
        | Command::Api(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::SyncTasks(SyncTasks::Health(_) | SyncTasks::Report(_) | SyncTasks::Wait(_) | SyncTasks::Watch(_)) => {
            Ok(())
        }
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
