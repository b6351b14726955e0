//! The lines around the table, in words.

use jiff::Timestamp;
use ratatui::style::Style;

use super::style;
use crate::describe::time;
use crate::severity::Severity;
use crate::watch::snapshot::total;
use crate::watch::{Count, State, text};

/// Columns for the names of tasks that disappeared, of which there may be many.
const NAMES: usize = 40;

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
    listed.into_iter().chain([next(state, now, &listing(state), "again"), schedules]).collect()
}

fn listing(state: &State) -> String {
    match state.count {
        Some(Count { delivered, total: Some(total) }) => format!("listing, {delivered} of {total}"),
        Some(Count { delivered, total: None }) => format!("listing, {delivered} so far"),
        None => "listing now".to_owned(),
    }
}

/// Since when and why nothing new is seen.
pub(super) fn outage(state: &State, now: Timestamp) -> String {
    let Some(outage) = &state.outage else { return String::new() };
    let is_today = now.as_second().saturating_sub(outage.since.as_second()) < 24 * 60 * 60;
    let pattern = if is_today { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    let since = outage.since.to_zoned_datetime(state.place.time_zone.clone()).strftime(pattern).to_string();
    let next = next(state, now, "trying again now", "trying again");
    format!("no listing since {since} ({}), {next}: {}", between(outage.since, now), outage.reason)
}

/// How many tasks there are, which are there no more, and how many there are of each health, the worst first.
pub(super) fn counts(state: &State, columns: usize) -> Vec<(String, Style)> {
    let Some(snapshot) = &state.snapshot else { return vec![("no listing yet".to_owned(), Style::new())] };
    let counts = snapshot.counts().into_iter().filter(|(_, count)| *count > 0);
    let counts = counts
        .map(|(health, count)| (format!("{count} {health}"), style::of(Severity::from(health), state.uses_colour)));
    let total = total(snapshot.rows().len());
    let gone = gone(&state.marks.gone(), columns.saturating_sub(text::width(&total) + 2));
    let gone = gone.map(|gone| (gone, style::of(Severity::Warning, state.uses_colour).patch(style::changed())));
    [(total, Style::new())].into_iter().chain(gone).chain(counts).collect()
}

/// With as much of the names as there is room for.
fn gone(names: &[&str], columns: usize) -> Option<String> {
    let count = format!("{} disappeared", names.len());
    let room = columns.saturating_sub(text::width(&count) + 2).min(NAMES);
    match names {
        [] => None,
        _ if room == 0 => Some(count),
        names => Some(format!("{count}: {}", text::fit(&names.join(", "), room))),
    }
}

/// What is looked at, and the keys that lead on.
pub(super) fn footer(state: &State) -> Vec<String> {
    let part = &state.choice.part;
    if state.is_typing {
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
