//! One whole listing, judged and compared with the one before.

use std::panic::resume_unwind;
use std::sync::Arc;

use dataarts_security::member_sync::HealthRules;
use dataarts_security::{Client, Error};
use tokio::task::spawn_blocking;

use crate::arguments::{FilterArguments, WatchArguments};
use crate::clock;
use crate::commands::tasks::tasks;
use crate::failure::{Failure, in_words_of_options, may_pass};
use crate::health::Zone;
use crate::output::sanitize;
use crate::watch::{News, Snapshot};

/// Why there is no listing.
#[derive(Debug)]
pub(super) enum Missed {
    /// There may be one the next time; in words.
    ForNow(String),
    /// There will be none, and what was refused is not sent again: more than five failures lock an access key
    /// (`reference/platform.md` §1.2).
    ForGood(Failure),
}

/// What is listed, and how it is judged.
pub(super) struct Lister {
    client: Client,
    filter: FilterArguments,
    rules: HealthRules,
}

impl Lister {
    /// Tasks that match the filter, with schedules in this zone.
    pub(super) fn new(client: Client, arguments: &WatchArguments, zone: &Zone) -> Self {
        let rules = HealthRules::new(zone.rules.clone()).stale_after(arguments.stale_after);
        Self { client, filter: arguments.filter.clone(), rules }
    }

    /// Reads all tasks; half a listing is none.
    pub(super) async fn list(&self, before: Option<Arc<Snapshot>>) -> Result<News, Missed> {
        let tasks = match tasks(&self.client, &self.filter, None).collect().await {
            Ok(tasks) => tasks,
            Err(error) if survives(&error, before.is_some()) => {
                return Err(Missed::ForNow(sanitize::line(&in_words_of_options(&error))));
            }
            Err(error) => return Err(Missed::ForGood(error.into())),
        };
        let rules = self.rules.clone();
        let at = clock::now();
        // Ten thousand logs take longer to read than a key may wait.
        match spawn_blocking(move || News::of(before.as_deref(), tasks, &rules, at)).await {
            Ok(news) => Ok(news),
            Err(broken) => match broken.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(cancelled) => Err(Missed::ForGood(Failure::Runtime(cancelled.into()))),
            },
        }
    }
}

/// A list that changes too fast can be read at a quieter moment, if it ever could be.
fn survives(error: &Error, has_seen: bool) -> bool {
    may_pass(error) || (has_seen && error.is_incomplete())
}
