//! One whole listing, judged and compared with the one before.

use std::sync::Arc;

use dataarts_security::member_sync::HealthRules;
use dataarts_security::types::MemberSyncTask;
use dataarts_security::{Client, Error};
use tokio::sync::watch;

use super::beside::beside;
use crate::arguments::{FilterArguments, WatchArguments};
use crate::clock;
use crate::commands::tasks::tasks;
use crate::failure::{Failure, in_words_of_options, may_pass};
use crate::health::Zone;
use crate::output::sanitize;
use crate::watch::{Asked, Count, News, Snapshot};

/// Why there is no listing.
#[derive(Debug)]
pub(super) enum Missed {
    /// There may be one the next time; in words.
    ForNow(String),
    /// There will be none, and what was refused is not sent again: more than five failures lock an access key.
    ForGood(Failure),
}

/// What becomes of a listing: how its tasks are doing, and what is news since the one before.
type Judge = dyn Fn(Option<&Snapshot>, Vec<MemberSyncTask>, jiff::Timestamp) -> News + Send + Sync;

/// What is listed, and how it is judged.
pub(super) struct Lister {
    client: Client,
    filter: FilterArguments,
    judge: Arc<Judge>,
}

impl Lister {
    /// Tasks that match the filter, with schedules in this zone.
    pub(super) fn new(client: Client, arguments: &WatchArguments, zone: &Zone) -> Self {
        let rules = HealthRules::new(zone.rules.clone()).stale_after(arguments.stale_after);
        let mut filter = arguments.filter.clone();
        // A status is what changes: of a task that the service filtered out, nobody would know whether it recovered.
        let asked = Asked { sync_status: filter.sync_status.take(), schedule_status: filter.schedule_status.take() };
        Self::with(client, filter, move |before, tasks, at| News::of(before, tasks, &rules, &asked, at))
    }

    /// The same, judged in another way.
    pub(super) fn with(
        client: Client,
        filter: FilterArguments,
        judge: impl Fn(Option<&Snapshot>, Vec<MemberSyncTask>, jiff::Timestamp) -> News + Send + Sync + 'static,
    ) -> Self {
        Self { client, filter, judge: Arc::new(judge) }
    }

    /// Reads all tasks, and tells how many there are so far; half a listing is none.
    pub(super) async fn list(
        &self,
        before: Option<Arc<Snapshot>>,
        count: watch::Sender<Option<Count>>,
    ) -> Result<News, Missed> {
        let tasks = tasks(&self.client, &self.filter, None).items().on_progress(move |progress| {
            count.send_replace(Some(Count { delivered: progress.delivered, total: progress.total }));
        });
        let tasks = match tasks.collect().await {
            Ok(tasks) => tasks,
            Err(error) if survives(&error, before.is_some()) => {
                return Err(Missed::ForNow(sanitize::cut(&in_words_of_options(&error), sanitize::LONGEST)));
            }
            Err(error) => return Err(Missed::ForGood(error.into())),
        };
        let judge = self.judge.clone();
        let at = clock::now();
        // Ten thousand logs take longer to read than a key may wait.
        beside(move || judge(before.as_deref(), tasks, at)).await.map_err(Missed::ForGood)
    }
}

/// A list that changes too fast can be read at a quieter moment, if it ever could be.
fn survives(error: &Error, has_seen: bool) -> bool {
    may_pass(error) || (has_seen && error.is_incomplete())
}
