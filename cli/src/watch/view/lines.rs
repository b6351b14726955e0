//! The lines around the table, in words.

use jiff::Timestamp;
use ratatui::style::Style;

use super::style;
use crate::describe::time;
use crate::severity::Severity;
use crate::watch::State;
use crate::watch::snapshot::total;

/// Where the tasks are, or whose log is read.
pub(super) fn title(state: &State) -> String {
    match &state.log {
        _ if state.help.is_some() => "The keys".to_owned(),
        Some(log) => format!("Log of {}", log.title()),
        None => state.place.name.clone(),
    }
}

/// When the last listing was there, when the next will be, and on which clock schedules are read.
pub(super) fn times(state: &State, now: Timestamp) -> Vec<String> {
    let listed = state.snapshot.as_ref().map(|snapshot| {
        let clock = snapshot.at.to_zoned_datetime(state.place.time_zone.clone());
        format!("listed {}, {} ago", clock.strftime("%H:%M:%S"), between(snapshot.at, now))
    });
    let zone = &state.place.zone;
    let assumed = if zone.is_assumed { ", assumed" } else { "" };
    let schedules = format!("schedules in {}{assumed}", zone.name);
    listed.into_iter().chain([next(state, now, "listing now", "again"), schedules]).collect()
}

/// Since when and why nothing new is seen.
pub(super) fn outage(state: &State, now: Timestamp) -> String {
    let Some(outage) = &state.outage else { return String::new() };
    let is_today = now.as_second().saturating_sub(outage.since.as_second()) < 24 * 60 * 60;
    let pattern = if is_today { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    let since = outage.since.to_zoned_datetime(state.place.time_zone.clone()).strftime(pattern).to_string();
    let next = next(state, now, "trying again now", "trying again");
    format!("no answer since {since} ({}), {next}: {}", between(outage.since, now), outage.reason)
}

/// How many tasks there are of each health, the worst first.
pub(super) fn counts(state: &State) -> Vec<(String, Style)> {
    let Some(snapshot) = &state.snapshot else { return vec![("no listing yet".to_owned(), Style::new())] };
    let counts = snapshot.counts().into_iter().filter(|(_, count)| *count > 0);
    let counts = counts
        .map(|(health, count)| (format!("{count} {health}"), style::of(Severity::from(health), state.uses_colour)));
    [(total(snapshot.rows.len()), Style::new())].into_iter().chain(counts).collect()
}

/// What is looked at, and the keys that lead on.
pub(super) fn footer(state: &State) -> Vec<String> {
    let part = &state.choice.part;
    if state.former_part.is_some() {
        return vec![format!("/{part}_"), "Enter keep".to_owned(), "Esc clear".to_owned()];
    }
    if state.log.is_some() || state.help.is_some() {
        return ["Esc back", "? help", "q quit"].map(str::to_owned).to_vec();
    }
    let height = state.body_height();
    let last = (state.top + height).min(state.shown.len());
    let first = (state.top + 1).min(last);
    let reversed = if state.choice.is_reversed { ", reversed" } else { "" };
    let looked_at = [
        format!("{first}-{last} of {}", state.shown.len()),
        if part.is_empty() { String::new() } else { format!("/{part}") },
        if state.choice.is_unwell { "not well".to_owned() } else { String::new() },
        format!("by {}{reversed}", state.choice.sort.as_str()),
    ];
    let keys = ["? help", "q quit", "/ filter", "s sort", "f only what is not well", "Enter log"].map(str::to_owned);
    looked_at.into_iter().chain(keys).collect()
}

fn next(state: &State, now: Timestamp, running: &str, words: &str) -> String {
    match (state.begun, state.next) {
        (Some(_), _) => running.to_owned(),
        (None, Some(next)) if next > now => format!("{words} in {}", between(now, next)),
        (None, _) => format!("{words} at once"),
    }
}

/// A time in whole seconds, so that it goes on by one each second.
fn between(earlier: Timestamp, later: Timestamp) -> String {
    let seconds = later.as_millisecond().saturating_sub(earlier.as_millisecond()).max(0).saturating_add(500) / 1_000;
    if seconds == 0 { "0 s".to_owned() } else { time::span(seconds.saturating_mul(1_000)) }
}
