//! What changed, for reading: a line each.

use std::io::{self, Write};

use jiff::tz::TimeZone;

use super::sanitize::LONGEST;
use super::style::{Colours, Role};
use super::{Renderer, Surroundings, sanitize};
use crate::describe::time;
use crate::severity::Severity;
use crate::watch::Happening;

/// Lines with local time.
pub(super) struct Lines {
    time_zone: TimeZone,
    colours: Colours,
}

impl Lines {
    pub(super) fn new(surroundings: Surroundings) -> Self {
        Self { time_zone: surroundings.time_zone, colours: surroundings.colours }
    }
}

impl Renderer<Happening> for Lines {
    fn record(&mut self, record: Happening, writer: &mut dyn Write) -> io::Result<()> {
        writeln!(writer, "{}", line(&record, &self.time_zone, self.colours))
    }

    fn finish(&mut self, _writer: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// By the library's words for changes.
fn severity(change: &str) -> Severity {
    match change {
        "newly-failed" => Severity::Critical,
        // From here on, nothing keeps users in step.
        "disappeared" | "schedule-switched-off" => Severity::Warning,
        "recovered" => Severity::Good,
        _ => Severity::Neutral,
    }
}

fn line(happening: &Happening, time_zone: &TimeZone, colours: Colours) -> String {
    let word = |text: &Option<String>| sanitize::cut(text.as_deref().unwrap_or("-"), LONGEST);
    let change = colours.paint(&happening.change, Role::Of(severity(&happening.change)));
    let what = match &happening.update_user {
        Some(_) => format!("{change} by {}", word(&happening.update_user)),
        None => change,
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
        happening.first_error.as_deref().map(|error| sanitize::cut(error, LONGEST)).unwrap_or_default(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;

    use super::*;
    use crate::progress::Bars;

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
        assert_eq!(line(&failed, &TimeZone::UTC, Colours::Off), told);
        let mut edited = Happening { update_user: Some("li.na".to_owned()), ..happening("edited") };
        (edited.before, edited.after) = (Some("off".to_owned()), Some("off".to_owned()));
        let told = "2024-03-20 02:25:16 +00:00  edited by li.na  dws[31m_集群  088c";
        assert_eq!(line(&edited, &TimeZone::UTC, Colours::Off), told);
        let gone = Happening { after: None, ..happening("disappeared") };
        assert!(line(&gone, &TimeZone::UTC, Colours::Off).ends_with("SYNC_SUCCESS -> -"));
    }

    #[test]
    fn the_word_of_a_change_is_painted_by_how_much_care_it_asks_for() {
        let (now, time_zone) = (jiff::Timestamp::UNIX_EPOCH, TimeZone::UTC);
        let surroundings = Surroundings { now, time_zone, width: None, colours: Colours::On, bars: Bars::Never };
        let mut lines = Lines::new(surroundings);
        let mut bytes = Vec::new();
        for change in ["newly-failed", "schedule-switched-off", "recovered", "appeared"] {
            lines.record(happening(change), &mut bytes).unwrap();
        }
        let text = String::from_utf8(bytes).unwrap().replace('\u{1b}', "\\e");
        let words: Vec<&str> = text.lines().filter_map(|line| line.split("  ").nth(1)).collect();
        assert_eq!(
            words,
            [
                "\\e[1m\\e[31mnewly-failed\\e[0m",
                "\\e[33mschedule-switched-off\\e[0m",
                "\\e[32mrecovered\\e[0m",
                "\\e[2mappeared\\e[0m",
            ]
        );
    }
}
