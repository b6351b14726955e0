//! Runs as ages and as local times.

use dataarts_security::Timestamp;
use jiff::tz::TimeZone;

use crate::describe::time;

/// How long ago the last run was.
pub(super) fn last_run(time: Option<Timestamp>, now: jiff::Timestamp) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time::age(time, now))
}

/// How far the next run is, or by how much it is late.
pub(super) fn next_due(time: Option<Timestamp>, now: jiff::Timestamp) -> String {
    let Some(time) = time else { return "-".to_owned() };
    let age = time::age(time, now);
    match age.strip_suffix(" ago") {
        Some(late) => format!("late by {late}"),
        None if age == "just now" => "now".to_owned(),
        None => age,
    }
}

/// Local time; nothing where there is none.
pub(super) fn local(time: Option<Timestamp>, time_zone: &TimeZone) -> String {
    time.map_or_else(String::new, |time| time::to_the_minute(time, time_zone))
}

/// Local time and, with it, how far that is away.
pub(super) fn both(time: Option<Timestamp>, away: &str, time_zone: &TimeZone) -> String {
    if time.is_none() { away.to_owned() } else { format!("{}, {away}", local(time, time_zone)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_run_is_ahead_late_or_none() {
        let now = jiff::Timestamp::from_second(10_000).unwrap();
        let due = |seconds: i64| next_due(Some(Timestamp::from_millisecond((10_000 + seconds) * 1_000)), now);
        assert_eq!([due(300), due(0), due(-300)], ["in 5 min", "now", "late by 5 min"]);
        assert_eq!((next_due(None, now).as_str(), last_run(None, now).as_str()), ("-", "never"));
    }

    #[test]
    fn a_time_is_local_and_what_never_was_has_none() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(both(Some(Timestamp::from_millisecond(0)), "long ago", &zone), "1970-01-01 08:00, long ago");
        assert_eq!((both(None, "never", &zone).as_str(), local(None, &zone).as_str()), ("never", ""));
    }
}
