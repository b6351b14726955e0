//! Where nobody looks at a screen: one change a line, and everything else on standard error.

use std::io;
use std::time::Duration;

use super::lister::{Lister, Missed};
use crate::clock;
use crate::describe::time;
use crate::failure::Failure;
use crate::output::{Format, Listing, Surroundings, tell};
use crate::watch::{Happening, summary};

/// Before what is told on standard error.
const WATCHING: &str = "watching";

/// Lists for ever; ends only by what will not pass, or where nobody reads any more.
pub(super) async fn run(
    lister: &Lister,
    interval: Duration,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let every = span(interval);
    let mut lines = Listing::<_, Happening>::new(format, surroundings, io::stdout());
    let mut before = None;
    let mut away_since: Option<jiff::Timestamp> = None;
    loop {
        match lister.list(before.clone()).await {
            Ok(news) => {
                if let Some(since) = away_since.take() {
                    let away = clock::now().duration_since(since).unsigned_abs();
                    tell(WATCHING, &format!("the service answers again, after {}", span(away)));
                }
                if before.is_none() {
                    tell(WATCHING, &format!("{}; listed again every {every}", summary(&news.snapshot)));
                }
                news.happenings.into_iter().try_for_each(|happening| lines.add(happening))?;
                lines.flush()?;
                before = Some(news.snapshot);
            }
            // Told once, however long it lasts.
            Err(Missed::ForNow(_)) if away_since.is_some() => {}
            Err(Missed::ForNow(reason)) => {
                away_since = Some(clock::now());
                tell(WATCHING, &format!("{reason}; trying again every {every}"));
            }
            Err(Missed::ForGood(failure)) => return Err(failure),
        }
        tokio::time::sleep(interval).await;
    }
}

fn span(time: Duration) -> String {
    time::span(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}
