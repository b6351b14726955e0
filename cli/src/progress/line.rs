//! The line that tells how far a list is: a bar, a count, a rate and the time that is left, as far as they fit.

use std::time::Duration;

use crate::describe::time;

/// Columns within the bar, where there is room, and where there is little.
const BAR: usize = 24;
const SHORT_BAR: usize = 10;

/// What was read so far.
pub(super) struct Seen {
    /// What is counted.
    pub(super) noun: &'static str,
    pub(super) delivered: u64,
    /// How many there are, as the service claims.
    pub(super) total: Option<u64>,
}

/// The line after this time, in less than `width` columns: in the last one, some terminals begin a new line.
pub(super) fn of(seen: &Seen, elapsed: Duration, width: usize) -> String {
    let (rate, left) = (rate(seen, elapsed), left(seen, elapsed));
    let short = [Some(count(seen)), rate.clone()];
    let all = [Some(count(seen)), rate, left];
    let all = all.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let short = short.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let with_bar = |columns| bar(seen, columns).map(|bar| format!("{bar} {all}"));
    let lines = [with_bar(BAR), with_bar(SHORT_BAR), Some(all.clone()), Some(short), Some(count(seen))];
    let line = lines.into_iter().flatten().find(|line| line.len() < width);
    line.unwrap_or_else(|| count(seen).chars().take(width.saturating_sub(1)).collect())
}

fn count(seen: &Seen) -> String {
    match seen.total {
        Some(total) => format!("{} of {total} {}", seen.delivered, seen.noun),
        None => format!("{} {}", seen.delivered, seen.noun),
    }
}

/// Over the whole time: a service that throttles answers by fits and starts.
fn rate(seen: &Seen, elapsed: Duration) -> Option<String> {
    let milliseconds = u64::try_from(elapsed.as_millis()).ok().filter(|time| *time > 0)?;
    let tenths = seen.delivered.saturating_mul(10_000) / milliseconds;
    match tenths {
        0 => None,
        1..100 => Some(format!("{}.{}/s", tenths / 10, tenths % 10)),
        _ => Some(format!("{}/s", tenths / 10)),
    }
}

fn left(seen: &Seen, elapsed: Duration) -> Option<String> {
    let rest = seen.total?.checked_sub(seen.delivered).filter(|rest| *rest > 0)?;
    let milliseconds = elapsed.as_millis().checked_mul(u128::from(rest))?.checked_div(u128::from(seen.delivered))?;
    Some(format!("{} left", time::span(i64::try_from(milliseconds).ok()?)))
}

fn bar(seen: &Seen, columns: usize) -> Option<String> {
    let total = seen.total.filter(|total| *total > 0)?;
    let done = u64::try_from(columns).ok()?.checked_mul(seen.delivered.min(total))? / total;
    let done = "=".repeat(usize::try_from(done).ok()?);
    let tip = if done.len() < columns { ">" } else { "" };
    Some(format!("[{:<columns$}]", format!("{done}{tip}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(delivered: u64, total: Option<u64>, milliseconds: u64, width: usize) -> String {
        of(&Seen { noun: "tasks", delivered, total }, Duration::from_millis(milliseconds), width)
    }

    #[test]
    fn a_line_has_count_rate_and_remaining_time() {
        let width = 80;
        for (delivered, total, milliseconds, text) in [
            (600, Some(2400), 2000, "[======>                 ] 600 of 2400 tasks, 300/s, 6 s left"),
            (1, Some(2400), 1000, "[>                       ] 1 of 2400 tasks, 1.0/s, 39 min 59 s left"),
            (2400, Some(2400), 9000, "[========================] 2400 of 2400 tasks, 266/s"),
            (0, Some(2400), 1000, "[>                       ] 0 of 2400 tasks"),
            (600, None, 2000, "600 tasks, 300/s"),
            (0, None, 1000, "0 tasks"),
            (0, Some(0), 1000, "0 of 0 tasks"),
        ] {
            assert_eq!(line(delivered, total, milliseconds, width), text);
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let of_width = |width| line(600, Some(2400), 2000, width);
        assert_eq!(of_width(62), "[======>                 ] 600 of 2400 tasks, 300/s, 6 s left");
        assert_eq!(of_width(61), "[==>       ] 600 of 2400 tasks, 300/s, 6 s left");
        assert_eq!(of_width(40), "600 of 2400 tasks, 300/s, 6 s left");
        assert_eq!(of_width(30), "600 of 2400 tasks, 300/s");
        assert_eq!(of_width(20), "600 of 2400 tasks");
        assert_eq!(of_width(6), "600 o");
        for width in 0..100 {
            assert!(of_width(width).len() < width.max(1), "{width}");
        }
    }

    #[test]
    fn no_number_is_too_large() {
        assert!(!line(u64::MAX, Some(u64::MAX), u64::MAX, 200).is_empty());
        assert!(!line(1, Some(u64::MAX), u64::MAX, 200).is_empty());
    }
}
