//! Moments as local time and as an age, and spans of time.

use dataarts_security::Timestamp;
use jiff::tz::TimeZone;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// Local time to the minute, such as `2024-03-20 10:25`.
pub(crate) fn to_the_minute(time: Timestamp, time_zone: &TimeZone) -> String {
    format(time, time_zone, "%Y-%m-%d %H:%M")
}

/// Local time to the second with its offset, such as `2024-03-20 10:25:16 +08:00`.
pub(crate) fn to_the_second(time: Timestamp, time_zone: &TimeZone) -> String {
    format(time, time_zone, "%Y-%m-%d %H:%M:%S %:z")
}

fn format(time: Timestamp, time_zone: &TimeZone, pattern: &str) -> String {
    match jiff::Timestamp::from_millisecond(time.as_millisecond()) {
        Ok(timestamp) => timestamp.to_zoned_datetime(time_zone.clone()).strftime(pattern).to_string(),
        // No calendar reaches that far.
        Err(_) => format!("{} ms", time.as_millisecond()),
    }
}

/// A sentence of ours with its moments in local time to the minute, in place of those in UTC.
pub(crate) fn localised(sentence: &str, time_zone: &TimeZone) -> String {
    let local = |word: &str| {
        let end = word.find('Z').map_or(0, |at| at + 1);
        let (moment, rest) = word.split_at_checked(end)?;
        let moment: jiff::Timestamp = moment.parse().ok()?;
        Some(format!("{}{rest}", to_the_minute(Timestamp::from_millisecond(moment.as_millisecond()), time_zone)))
    };
    let words: Vec<String> = sentence.split(' ').map(|word| local(word).unwrap_or_else(|| word.to_owned())).collect();
    words.join(" ")
}

/// How long ago, such as `2 h ago`, in the largest unit that tells something.
pub(crate) fn age(time: Timestamp, now: jiff::Timestamp) -> String {
    let elapsed = now.as_millisecond().saturating_sub(time.as_millisecond());
    let span = elapsed.saturating_abs();
    // Two of a unit rather than one of the next: "90 min" says more than "1 h".
    let units = [(YEAR, "y"), (MONTH, "mo"), (DAY, "d"), (HOUR, "h"), (MINUTE, "min")];
    match units.iter().find(|(length, _)| span >= 2 * length) {
        None if span < MINUTE => "just now".to_owned(),
        None => in_words(elapsed, span / SECOND, "s"),
        Some((length, name)) => in_words(elapsed, span / length, name),
    }
}

/// A length of time in its two largest units, such as `1 h 2 min`.
pub(crate) fn span(milliseconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let span = milliseconds.saturating_abs();
    let mut units = UNITS.iter().skip_while(|(length, _)| span < *length);
    match (units.next(), units.next()) {
        (Some((large, large_name)), Some((small, small_name))) => {
            let rounded = span.saturating_add(small / 2) / small * small;
            match (rounded / large, rounded % large / small) {
                (count, 0) => format!("{count} {large_name}"),
                (count, rest) => format!("{count} {large_name} {rest} {small_name}"),
            }
        }
        (Some((length, name)), None) => format!("{} {name}", span / length),
        (None, _) => "less than 1 s".to_owned(),
    }
}

fn in_words(elapsed: i64, count: i64, unit: &str) -> String {
    if elapsed < 0 { format!("in {count} {unit}") } else { format!("{count} {unit} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_710_936_000_000;

    fn age_after(elapsed: i64) -> String {
        age(Timestamp::from_millisecond(NOON - elapsed), jiff::Timestamp::from_millisecond(NOON).unwrap())
    }

    #[test]
    fn an_age_has_one_unit() {
        for (elapsed, words) in [
            (0, "just now"),
            (59 * SECOND, "just now"),
            (90 * SECOND, "90 s ago"),
            (2 * MINUTE, "2 min ago"),
            (119 * MINUTE, "119 min ago"),
            (2 * HOUR, "2 h ago"),
            (47 * HOUR, "47 h ago"),
            (2 * DAY, "2 d ago"),
            (60 * DAY, "2 mo ago"),
            (3 * YEAR, "3 y ago"),
            (-5 * MINUTE, "in 5 min"),
        ] {
            assert_eq!(age_after(elapsed), words);
        }
    }

    #[test]
    fn a_span_has_two_units_and_is_rounded_to_the_smaller() {
        for (milliseconds, words) in [
            (999, "less than 1 s"),
            (-7 * SECOND, "7 s"),
            (16 * MINUTE, "16 min"),
            (16 * MINUTE + 5 * SECOND, "16 min 5 s"),
            (62 * MINUTE - 20 * SECOND, "1 h 2 min"),
            (-62 * MINUTE, "1 h 2 min"),
            (DAY + 59 * MINUTE, "1 d 1 h"),
            (400 * DAY, "400 d"),
        ] {
            assert_eq!(span(milliseconds), words);
        }
        assert!(!span(i64::MIN).is_empty());
    }

    #[test]
    fn local_time_is_that_of_the_zone() {
        let time = Timestamp::from_millisecond(1_710_901_516_000);
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(to_the_minute(time, &zone), "2024-03-20 10:25");
        assert_eq!(to_the_second(time, &zone), "2024-03-20 10:25:16 +08:00");
    }

    #[test]
    fn a_sentence_has_the_moments_of_the_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(
            localised("A run goes on since 2026-03-19T23:10:09Z, for 3 h 15 min; Zoe knows.", &zone),
            "A run goes on since 2026-03-20 07:10, for 3 h 15 min; Zoe knows."
        );
        assert_eq!(localised("No run yet.", &zone), "No run yet.");
    }

    #[test]
    fn any_number_is_some_text() {
        for number in [i64::MIN, i64::MAX] {
            let time = Timestamp::from_millisecond(number);
            assert_eq!(to_the_minute(time, &TimeZone::UTC), format!("{number} ms"));
            assert!(!age(time, jiff::Timestamp::UNIX_EPOCH).is_empty());
        }
    }
}
