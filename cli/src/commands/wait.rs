//! `sync-tasks wait`: looks at a task until its run has ended.

mod watch;

use std::io;
use std::time::Duration;

use dataarts_security::Client;
use dataarts_security::types::MemberSyncTask;

use crate::arguments::{Aim, ConnectionArguments, WaitArguments};
use crate::connection::Connection;
use crate::describe::time;
use crate::environment::Environment;
use crate::failure::{Failure, NOT_WELL};
use crate::interrupt::unless_interrupted;
use crate::output::{self, Format, Surroundings};
use watch::{Outcome, Watch};

/// A run is given half an hour, and may have to wait for its turn.
const WHOLE_WAIT: Duration = Duration::from_secs(45 * 60);
/// Longest time of one look, as of any call without `--timeout`.
const LOOK: Duration = Duration::from_secs(2 * 60);

/// Waits, then shows the task on standard output; what is seen meanwhile is told on standard error.
pub(crate) async fn run(
    arguments: WaitArguments,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    format: Format,
    surroundings: &Surroundings,
) -> Result<(), Failure> {
    let whole = arguments.timeout.unwrap_or(WHOLE_WAIT);
    let mut flags = flags.clone();
    flags.call.timeout = Some(whole.min(LOOK));
    let mut watch = Watch::new(surroundings.now, surroundings.time_zone.clone());
    let waited = async {
        let looks = async {
            let connection = Connection::open(&flags, environment).await?;
            connection.require_place()?;
            follow(&connection.client, &arguments, &mut watch).await
        };
        match tokio::time::timeout(whole, looks).await {
            Ok(ended) => ended.map(Some),
            Err(_) => Ok(None),
        }
    };
    let Some((task, outcome)) = unless_interrupted(waited).await? else {
        let allowed = time::span(i64::try_from(whole.as_millis()).unwrap_or(i64::MAX));
        return Err(Failure::NotEnded { allowed, seen: watch.last_words() });
    };
    output::show(&task, format, surroundings, &mut io::stdout().lock())?;
    match (arguments.aim, outcome) {
        (Aim::Success, Outcome::Failed) => Err(Failure::Told(NOT_WELL)),
        (Aim::Success | Aim::Settled, _) => Ok(()),
    }
}

/// Looks until no run goes on. The first look has to succeed: what is wrong then stays wrong.
async fn follow(
    client: &Client,
    arguments: &WaitArguments,
    watch: &mut Watch,
) -> Result<(MemberSyncTask, Outcome), Failure> {
    loop {
        let news = match client.show_member_sync_task().task_id(arguments.task_id.as_str()).send().await {
            Ok(task) => {
                let (outcome, news) = watch.see(&task);
                if let Some(outcome) = outcome {
                    return Ok((task, outcome));
                }
                news
            }
            Err(error) if watch.survives(&error) => watch.miss(&error),
            Err(error) => return Err(error.into()),
        };
        if let Some(news) = news {
            output::tell("waiting", &news);
        }
        tokio::time::sleep(arguments.interval).await;
    }
}
