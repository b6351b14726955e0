//! Where nobody looks at a screen: one change a line, and everything else on standard error.

use std::io::{self, Write as _};
use std::mem;
use std::time::Duration;

use tokio::sync::watch;

use super::beside::beside;
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
    let mut lines = Listing::<_, Happening>::new(format, surroundings, Vec::new());
    let mut before = None;
    let mut away_since: Option<jiff::Timestamp> = None;
    loop {
        let (count, _) = watch::channel(None);
        match lister.list(before.clone(), count).await {
            Ok(news) => {
                if let Some(since) = away_since.take() {
                    let away = span(clock::now().duration_since(since).unsigned_abs());
                    let again = if before.is_some() { " again" } else { "" };
                    say(format!("listed{again}, after {away}")).await?;
                }
                if before.is_none() {
                    say(format!("{}; listed again every {every}", summary(&news.snapshot))).await?;
                }
                news.happenings.into_iter().try_for_each(|happening| lines.add(happening))?;
                lines.flush()?;
                write(mem::take(lines.writer())).await?;
                before = Some(news.snapshot);
            }
            // Told once, however long it lasts.
            Err(Missed::ForNow(_)) if away_since.is_some() => {}
            Err(Missed::ForNow(reason)) => {
                away_since = Some(clock::now());
                say(format!("{reason}; trying again every {every}")).await?;
            }
            Err(Missed::ForGood(failure)) => return Err(failure),
        }
        tokio::time::sleep(interval).await;
    }
}

/// Where nobody reads a pipe that is full, this waits, and Ctrl-C is still heard.
async fn write(bytes: Vec<u8>) -> Result<(), Failure> {
    let written = beside(move || {
        let mut output = io::stdout().lock();
        output.write_all(&bytes)?;
        output.flush()
    });
    Ok(written.await??)
}

async fn say(news: String) -> Result<(), Failure> {
    beside(move || tell(WATCHING, &news)).await
}

fn span(time: Duration) -> String {
    time::span(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}
