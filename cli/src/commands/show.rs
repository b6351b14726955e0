//! `sync-tasks show`: one task, with everything that is known about it.

use std::io;

use dataarts_security::Client;

use crate::arguments::ShowArguments;
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::{self, Format, Surroundings};

/// Shows one task on standard output.
pub(crate) async fn run(
    client: &Client,
    arguments: ShowArguments,
    format: Format,
    surroundings: &Surroundings,
) -> Result<(), Failure> {
    let answer = async { Ok(client.show_member_sync_task().task_id(arguments.task_id).send().await?) };
    let task = unless_interrupted(answer).await?;
    Ok(output::show(&task, format, surroundings, &mut io::stdout().lock())?)
}
