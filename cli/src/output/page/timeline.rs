//! Last and next runs around the present, on a scale on which minutes and months both have room.

use dataarts_security::Timestamp;

use super::words::{self, Badge, Clock};
use crate::health::{Report, Row};

/// Tasks that are drawn; a picture of more could not be read.
const ROWS: usize = 100;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Up to here the scale is even, and beyond each doubling takes as much room.
const EVEN: f64 = (10 * MINUTE) as f64;
/// The share of the width that is left free on each side, for labels.
const MARGIN: f64 = 5.0;
/// The share of the width that a label takes where the page is narrow.
const LABEL: f64 = 10.0;
/// What may stand on the axis.
const TICKS: [(i64, &str); 6] =
    [(HOUR, "1 h"), (DAY, "1 d"), (7 * DAY, "7 d"), (30 * DAY, "30 d"), (365 * DAY, "1 y"), (3650 * DAY, "10 y")];

/// The picture. Places are percentages of the width.
pub(super) struct Timeline {
    pub(super) now: String,
    pub(super) ticks: Vec<Tick>,
    pub(super) rows: Vec<Line>,
    pub(super) left_out: usize,
}

/// A label of the axis.
pub(super) struct Tick {
    pub(super) place: String,
    pub(super) label: &'static str,
}

/// A task.
pub(super) struct Line {
    pub(super) badge: Badge,
    pub(super) cluster: String,
    pub(super) target: String,
    pub(super) last: Option<String>,
    pub(super) due: Option<String>,
    pub(super) is_late: bool,
    pub(super) last_told: String,
    pub(super) due_told: String,
    /// All of it in words.
    pub(super) told: String,
}

/// From an instant to a place.
struct Scale {
    at: i64,
    from: f64,
    to: f64,
}

impl Timeline {
    /// Of the tasks in most need of care.
    pub(super) fn of(report: &Report, clock: &Clock<'_>) -> Self {
        let drawn: Vec<&Row> = report.rows().take(ROWS).collect();
        let times = drawn.iter().flat_map(|row| [row.sync_time, row.due_time]).flatten();
        let scale = Scale::of(report.at, times);
        let of_past = TICKS.map(|(span, label)| (-span, label));
        Self {
            now: scale.place(report.at),
            ticks: scale.ticks(of_past).chain(scale.ticks(TICKS)).collect(),
            left_out: report.rows().count() - drawn.len(),
            rows: drawn.into_iter().map(|row| line(row, &scale, clock)).collect(),
        }
    }
}

fn line(row: &Row, scale: &Scale, clock: &Clock<'_>) -> Line {
    let is_late = row.due_time.is_some_and(|due| due.as_millisecond() < scale.at);
    let last_told = row.sync_time.map_or_else(|| "never ran".to_owned(), |time| format!("ran {}", clock.age(time)));
    let due_told = match row.due_time {
        None => "nothing due".to_owned(),
        Some(time) if is_late => format!("was due {}", clock.age(time)),
        Some(time) => format!("due {}", clock.age(time).replace("just now", "now")),
    };
    let exact =
        |time: Option<Timestamp>| time.map(|time| format!(" ({})", clock.to_the_minute(time))).unwrap_or_default();
    let badge = Badge::of(row.health);
    let told = format!("{}: {last_told}{}, {due_told}{}", badge.word(), exact(row.sync_time), exact(row.due_time));
    Line {
        badge,
        cluster: words::shown(row.cluster_name.as_deref()),
        target: words::shown(row.target.as_deref()),
        last: row.sync_time.map(|time| scale.place(time)),
        due: row.due_time.map(|time| scale.place(time)),
        is_late,
        last_told,
        due_told,
        told,
    }
}

impl Scale {
    /// Wide enough for all times, and for an hour on either side of the present.
    fn of(at: Timestamp, times: impl Iterator<Item = Timestamp>) -> Self {
        let at = at.as_millisecond();
        let (from, to) = times.fold((-HOUR, HOUR), |(from, to), time| {
            let span = time.as_millisecond().saturating_sub(at);
            (from.min(span), to.max(span))
        });
        Self { at, from: bent(from), to: bent(to) }
    }

    /// From the present outwards, as many as have room for their labels.
    fn ticks(&self, spans: [(i64, &'static str); 6]) -> impl Iterator<Item = Tick> {
        let mut taken = self.share(0);
        let within = spans.into_iter().filter(|(span, _)| (self.from..=self.to).contains(&bent(*span)));
        within.filter_map(move |(span, label)| {
            let is_apart = (self.share(span) - taken).abs() >= LABEL;
            is_apart.then(|| {
                taken = self.share(span);
                Tick { place: self.place_of(span), label }
            })
        })
    }

    fn place(&self, time: Timestamp) -> String {
        self.place_of(time.as_millisecond().saturating_sub(self.at))
    }

    fn place_of(&self, span: i64) -> String {
        format!("{:.2}", self.share(span))
    }

    fn share(&self, span: i64) -> f64 {
        MARGIN + (bent(span) - self.from) / (self.to - self.from) * (100.0 - 2.0 * MARGIN)
    }
}

/// Even near the present, logarithmic far from it, the past below zero.
fn bent(span: i64) -> f64 {
    let span = span as f64;
    (span.abs() / EVEN).ln_1p() * span.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_710_936_000_000;

    #[test]
    fn earlier_is_further_left_and_all_is_within() {
        let spans = [i64::MIN, -365 * DAY, -DAY, -HOUR, -MINUTE, 0, MINUTE, HOUR, DAY, 4000 * DAY];
        let times = || spans.iter().map(|span| Timestamp::from_millisecond(AT.saturating_add(*span)));
        let scale = Scale::of(Timestamp::from_millisecond(AT), times());
        let places: Vec<f64> = times().map(|time| scale.place(time).parse().unwrap()).collect();
        assert!(places.is_sorted_by(|one, other| one < other), "{places:?}");
        let ticks: Vec<f64> = scale.ticks(TICKS).map(|tick| tick.place.parse().unwrap()).collect();
        assert!(ticks.is_sorted_by(|one, other| other - one >= LABEL), "{ticks:?}");
        assert_eq!((places[0], places[spans.len() - 1]), (MARGIN, 100.0 - MARGIN));
    }

    #[test]
    fn without_times_there_is_an_hour_on_either_side() {
        let scale = Scale::of(Timestamp::from_millisecond(AT), std::iter::empty());
        assert_eq!(scale.place_of(0), "50.00");
        assert_eq!(scale.ticks(TICKS).map(|tick| tick.label).collect::<Vec<_>>(), ["1 h"]);
    }
}
