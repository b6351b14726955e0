//! How many tasks there are of each health, as a ring.

use super::words::Badge;
use crate::health::Report;

/// What is left open between two parts of the ring, in hundredths of it.
const GAP: f64 = 0.6;
/// The least that can be seen.
const LEAST: f64 = 0.4;

/// The whole and its parts.
pub(super) struct Totals {
    pub(super) total: usize,
    pub(super) parts: Vec<Part>,
    /// The words of those that no task has.
    pub(super) absent: String,
}

/// The tasks of one health.
pub(super) struct Part {
    pub(super) badge: Badge,
    pub(super) count: usize,
    pub(super) share: String,
    /// In hundredths of the ring.
    pub(super) length: String,
    /// Where it begins, in degrees.
    pub(super) turn: String,
    /// Which of the parts of its colour it is: each is paler than the one before.
    pub(super) shade: usize,
}

impl Totals {
    pub(super) fn of(report: &Report) -> Self {
        let counts = report.counts();
        let total: usize = counts.iter().map(|(_, count)| count).sum();
        let present = || counts.iter().filter(|(_, count)| *count > 0);
        let gap = if present().count() > 1 { GAP } else { 0.0 };
        let mut start = 0.0;
        let mut parts: Vec<Part> = Vec::new();
        for (health, count) in present() {
            let badge = Badge::of(*health);
            let whole = *count as f64 * 100.0 / total as f64;
            let length = (whole - gap).max(LEAST);
            parts.push(Part {
                badge,
                count: *count,
                share: share(*count, total),
                length: format!("{length:.2}"),
                // From the top on.
                turn: format!("{:.2}", start * 3.6 - 90.0),
                shade: parts.iter().filter(|part| part.badge.class == badge.class).count(),
            });
            start += whole;
        }
        let absent = counts.iter().filter(|(_, count)| *count == 0).map(|(health, _)| Badge::of(*health).word());
        Self { total, parts, absent: absent.collect::<Vec<_>>().join(", ") }
    }

    /// The ring in words.
    pub(super) fn told(&self) -> String {
        let parts = self.parts.iter().map(|part| format!("{} {}", part.count, part.badge.word()));
        parts.collect::<Vec<_>>().join(", ")
    }
}

fn share(count: usize, total: usize) -> String {
    match (count * 200 + total) / (total * 2).max(1) {
        0 => "<1 %".to_owned(),
        100 if count < total => ">99 %".to_owned(),
        share => format!("{share} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_but_something_is_never_nothing_nor_all() {
        for (count, total, words) in
            [(1, 3, "33 %"), (2, 3, "67 %"), (1, 1000, "<1 %"), (999, 1000, ">99 %"), (5, 5, "100 %")]
        {
            assert_eq!(share(count, total), words);
        }
    }
}
