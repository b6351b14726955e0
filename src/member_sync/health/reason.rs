//! Why a task is as it is, in one sentence of ours.

use crate::Timestamp;

const UNITS: [(i64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];

/// A length of time in its two largest units, rounded down, such as `3 h 5 min`.
pub(super) fn span(milliseconds: i64) -> String {
    let mut units = UNITS.iter().skip_while(|(length, _)| milliseconds < *length);
    let Some((length, name)) = units.next() else { return "less than 1 s".to_owned() };
    let large = format!("{} {name}", milliseconds / length);
    match units.next().map(|(small, name)| (milliseconds % length / small, name)) {
        None | Some((0, _)) => large,
        Some((count, name)) => format!("{large} {count} {name}"),
    }
}

/// Where the time is known.
pub(super) fn at(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "at an unknown time".to_owned(), |time| format!("at {time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_its_two_largest_units() {
        for (milliseconds, words) in [
            (i64::MIN, "less than 1 s"),
            (999, "less than 1 s"),
            (59_999, "59 s"),
            (3_600_000, "1 h"),
            (11_100_000, "3 h 5 min"),
            (90_061_000, "1 d 1 h"),
        ] {
            assert_eq!(span(milliseconds), words);
        }
        assert!(!span(i64::MAX).is_empty());
    }
}
