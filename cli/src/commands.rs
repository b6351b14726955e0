//! What the program does: one module per command.

mod list;
mod order;
mod show;

use crate::arguments::{Arguments, Command, SyncTasks};
use crate::connection::Connection;
use crate::environment::{self, Environment};
use crate::failure::Failure;
use crate::output::Surroundings;

/// Carries out a command, with data on standard output.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let environment = Environment::new(&environment::of_process);
    let surroundings = Surroundings::of_process(&environment)?;
    let Connection { client, .. } = &Connection::open(&arguments.connection, &environment).await?;
    let format = arguments.output.format;
    match arguments.command {
        Command::SyncTasks(SyncTasks::List(filter)) => list::run(client, filter, format, surroundings).await,
        Command::SyncTasks(SyncTasks::Show(task)) => show::run(client, task, format, &surroundings).await,
    }
}
