//! `Retry-After` as a server writes it: seconds, or a date in any of the three forms of RFC 9110 §5.6.7.
//!
//! A date is read against the answer's own `Date`, so that a clock that is wrong here does not matter; only without one
//! it is read against the time here. What is neither form is as good as absent.

use std::time::{Duration, SystemTime};

/// How long the answer asks to wait, counted from its arrival at `now`; a past date asks for no wait.
///
/// `date` is the value of the answer's `Date` header.
pub(crate) fn parse(value: &[u8], date: Option<&[u8]>, now: SystemTime) -> Option<Duration> {
    let value = value.trim_ascii();
    if let Some(seconds) = seconds(value) {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(value)?;
    let from = date.and_then(http_date).unwrap_or(now);
    Some(until.duration_since(from).unwrap_or_default())
}

/// Digits alone: no sign, no fraction. What no number holds is the largest.
fn seconds(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |seconds, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(seconds.saturating_mul(10).saturating_add(digit))
    })
}

fn http_date(value: &[u8]) -> Option<SystemTime> {
    httpdate::parse_http_date(std::str::from_utf8(value.trim_ascii()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use proptest::prelude::*;

    use super::parse;

    /// 1994-11-06T08:49:37Z, the example of RFC 9110.
    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    #[test]
    fn every_form_is_read_and_what_is_no_form_is_as_good_as_absent() {
        let table: [(&str, Option<u64>); 30] = [
            ("0", Some(0)),
            ("120", Some(120)),
            ("007", Some(7)),
            (" \t120 ", Some(120)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", Some(u64::MAX)),
            ("99999999999999999999999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
            ("Sun Nov  6 08:49:47 1994", Some(10)),
            (" Sun, 06 Nov 1994 08:49:47 GMT\t", Some(10)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(252_618_189_022)),
            ("", None),
            (" ", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1e3", None),
            ("1 2", None),
            ("5, 10", None),
            ("0x10", None),
            ("١٢", None),
            ("soon", None),
            ("Mon, 06 Nov 1994 08:49:47 GMT", None),
            ("Sun, 06 Nov 1994 08:49:47 CET", None),
            ("Sun, 31 Feb 2021 00:00:00 GMT", None),
            ("1994-11-06T08:49:47Z", None),
        ];
        for (value, expected) in table {
            assert_eq!(parse(value.as_bytes(), None, now()), expected.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn a_date_is_read_against_the_clock_that_wrote_it() {
        let until = b"Sun, 06 Nov 1994 08:49:47 GMT";
        for (date, expected) in [
            (Some("Sun, 06 Nov 1994 08:49:37 GMT"), 10),
            (Some("Sunday, 06-Nov-94 08:49:40 GMT"), 7),
            (Some("Sun, 06 Nov 1994 08:49:48 GMT"), 0),
            // What cannot be read leaves only the time here, an hour behind.
            (Some("yesterday"), 3_610),
            (None, 3_610),
        ] {
            let wait = parse(until, date.map(str::as_bytes), now() - Duration::from_secs(3_600));
            assert_eq!(wait, Some(Duration::from_secs(expected)), "{date:?}");
        }
    }

    #[test]
    fn seconds_need_no_clock() {
        let wait = parse(b"30", Some(b"Thu, 01 Jan 1970 00:00:00 GMT"), now());
        assert_eq!(wait, Some(Duration::from_secs(30)));
    }

    /// The three forms of one date.
    fn forms(second: u64) -> [String; 3] {
        let date = jiff::Timestamp::from_second(second as i64).unwrap();
        ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
            .map(|form| date.strftime(form).to_string())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn foreign_bytes_never_panic(
            value in prop::collection::vec(any::<u8>(), 0..64),
            date in prop::option::of(prop::collection::vec(any::<u8>(), 0..64)),
            now in any::<i32>(),
        ) {
            let now = match u64::try_from(now) {
                Ok(after) => UNIX_EPOCH + Duration::from_secs(after),
                Err(_) => UNIX_EPOCH - Duration::from_secs(u64::from(now.unsigned_abs())),
            };
            let _ = parse(&value, date.as_deref(), now);
        }

        #[test]
        fn a_damaged_date_never_panics(
            second in 0..253_402_300_800_u64, form in 0..3_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut bytes = forms(second)[form].clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = parse(&bytes, Some(&bytes), now());
        }

        #[test]
        fn any_two_dates_in_any_form_lie_as_far_apart_as_they_are(
            // The form with two digits of the year reaches from 1970 to 2069.
            until in 0..3_155_760_000_u64, from in 0..3_155_760_000_u64, one in 0..3_usize, other in 0..3_usize,
        ) {
            let wait = parse(forms(until)[one].as_bytes(), Some(forms(from)[other].as_bytes()), now());
            prop_assert_eq!(wait, Some(Duration::from_secs(until.saturating_sub(from))));
        }

        #[test]
        fn any_number_of_seconds_is_taken_as_it_is(seconds in any::<u64>()) {
            let wait = parse(seconds.to_string().as_bytes(), None, now());
            prop_assert_eq!(wait, Some(Duration::from_secs(seconds)));
        }
    }
}
