//! What changed, for reading: a line each.

use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::{Renderer, Surroundings, sanitize};
use crate::describe::time;
use crate::watch::Happening;

/// Lines with local time.
pub(super) struct Lines {
    time_zone: TimeZone,
}

impl Lines {
    pub(super) fn new(surroundings: Surroundings) -> Self {
        Self { time_zone: surroundings.time_zone }
    }
}

impl Renderer<Happening> for Lines {
    fn record(&mut self, record: Happening, writer: &mut dyn Write) -> io::Result<()> {
        writeln!(writer, "{}", line(&record, &self.time_zone))
    }

    fn finish(&mut self, _writer: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn line(happening: &Happening, time_zone: &TimeZone) -> String {
    let word = |text: &Option<String>| sanitize::line(text.as_deref().unwrap_or("-"));
    let change = &happening.change;
    let what = match &happening.update_user {
        Some(_) => format!("{change} by {}", word(&happening.update_user)),
        None => change.clone(),
    };
    let (before, after) = (word(&happening.before), word(&happening.after));
    // An edit need not show in the schedule.
    let states = if before == after { String::new() } else { format!("{before} -> {after}") };
    let parts = [
        time::to_the_second(happening.time, time_zone),
        what,
        word(&happening.cluster_name),
        word(&happening.id),
        states,
        happening.first_error.as_deref().map(sanitize::line).unwrap_or_default(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;

    use super::*;

    fn happening(change: &str) -> Happening {
        Happening {
            time: Timestamp::from_millisecond(1_710_901_516_000),
            change: change.to_owned(),
            id: Some("088c".to_owned()),
            cluster_name: Some("dws\u{1b}[31m_集群\n".to_owned()),
            cluster_type: None,
            before: Some("SYNC_SUCCESS".to_owned()),
            after: Some("SYNC_FAIL".to_owned()),
            health: None,
            update_user: None,
            update_time: None,
            first_error: None,
        }
    }

    #[test]
    fn a_change_is_one_line_without_what_harms() {
        let failed = Happening { first_error: Some("ERROR:\tno".to_owned()), ..happening("newly-failed") };
        let told = "2024-03-20 02:25:16 +00:00  newly-failed  dws[31m_集群  088c  SYNC_SUCCESS -> SYNC_FAIL  ERROR: no";
        assert_eq!(line(&failed, &TimeZone::UTC), told);
        let mut edited = Happening { update_user: Some("li.na".to_owned()), ..happening("edited") };
        (edited.before, edited.after) = (Some("off".to_owned()), Some("off".to_owned()));
        let told = "2024-03-20 02:25:16 +00:00  edited by li.na  dws[31m_集群  088c";
        assert_eq!(line(&edited, &TimeZone::UTC), told);
        let gone = Happening { after: None, ..happening("disappeared") };
        assert!(line(&gone, &TimeZone::UTC).ends_with("SYNC_SUCCESS -> -"));
    }
}
