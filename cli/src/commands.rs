//! What the program does: one module per command.

mod auth;
mod list;
mod order;
mod show;

use crate::arguments::{Arguments, Command, SyncTasks};
use crate::connection::Connection;
use crate::environment::{self, Environment};
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::Surroundings;

/// Carries out a command, with data on standard output.
pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let environment = Environment::new(&environment::of_process);
    let surroundings = Surroundings::of_process(&environment)?;
    let (flags, format) = (&arguments.connection, arguments.output.format);
    let command = match arguments.command {
        Command::Auth(command) => return auth::run(command, flags, &environment, format, &surroundings).await,
        Command::SyncTasks(command) => command,
    };
    let connection = unless_interrupted(Connection::open(flags, &environment)).await?;
    connection.require_place()?;
    let client = &connection.client;
    match command {
        SyncTasks::List(filter) => list::run(client, filter, format, surroundings).await,
        SyncTasks::Show(task) => show::run(client, task, format, &surroundings).await,
    }
}
