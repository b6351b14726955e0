//! Habits as they are written.

use std::str::FromStr;

use jiff::SignedDuration;

use super::{Habits, LargeLimit, NameMatch, PastEnd, Unset, ZeroLimit};
use crate::store::Direction::{self, Ascending, Descending};
use crate::store::Key::{self, ClusterName, CreateTime, SyncTime};

const ORDERS: [(&str, (Key, Direction)); 6] = [
    ("create-time-desc", (CreateTime, Descending)),
    ("create-time", (CreateTime, Ascending)),
    ("cluster-name", (ClusterName, Ascending)),
    ("cluster-name-desc", (ClusterName, Descending)),
    ("sync-time", (SyncTime, Ascending)),
    ("sync-time-desc", (SyncTime, Descending)),
];
const DIRECTIONS: [(&str, Direction); 2] = [("desc", Descending), ("asc", Ascending)];
const LARGE_LIMITS: [(&str, LargeLimit); 3] =
    [("refused", LargeLimit::Refused), ("clamped", LargeLimit::Clamped), ("honoured", LargeLimit::Honoured)];
const ZERO_LIMITS: [(&str, ZeroLimit); 3] =
    [("empty", ZeroLimit::Empty), ("refused", ZeroLimit::Refused), ("default", ZeroLimit::Default)];
const ENDS: [(&str, PastEnd); 4] =
    [("empty", PastEnd::Empty), ("refused", PastEnd::Refused), ("first", PastEnd::First), ("last", PastEnd::Last)];
const NAMES: [(&str, NameMatch); 4] = [
    ("part", NameMatch { whole: false, any_case: false }),
    ("part-any-case", NameMatch { whole: false, any_case: true }),
    ("whole", NameMatch { whole: true, any_case: false }),
    ("whole-any-case", NameMatch { whole: true, any_case: true }),
];
const UNSET: [(&str, Unset); 3] = [("absent", Unset::Absent), ("null", Unset::Null), ("empty", Unset::Empty)];
const TOTALS: [(&str, bool); 2] = [("matching", false), ("all", true)];
const OFFSETS: [(&str, bool); 2] = [("items", false), ("pages", true)];

const ALL: &str = "default-limit, default-order, default-direction, large-limit, zero-limit, past-end, name, unset, total, \
                   offset and log-zone";

impl FromStr for Habits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut habits = Self::default();
        for part in text.split(',') {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| format!("'{part}' is no habit such as unset=null: it has no '='"))?;
            habits.set(name, value).map_err(|wanted| format!("'{part}' is no habit: {wanted}"))?;
        }
        Ok(habits)
    }
}

impl Habits {
    /// Takes up one habit; the error says what there is instead.
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "default-limit" => {
                let number = value.parse().ok().filter(|number| (1..=100).contains(number));
                self.default_limit = number.ok_or("wanted a whole number from 1 to 100")?;
            }
            "default-order" => self.default_order = one_of(value, &ORDERS)?,
            "default-direction" => self.default_direction = one_of(value, &DIRECTIONS)?,
            "large-limit" => self.large_limit = one_of(value, &LARGE_LIMITS)?,
            "zero-limit" => self.zero_limit = one_of(value, &ZERO_LIMITS)?,
            "past-end" => self.past_end = one_of(value, &ENDS)?,
            "name" => self.name = one_of(value, &NAMES)?,
            "unset" => self.unset = one_of(value, &UNSET)?,
            "total" => self.total_of_all = one_of(value, &TOTALS)?,
            "offset" => self.offset_in_pages = one_of(value, &OFFSETS)?,
            "log-zone" => self.log_offset = offset(value).ok_or("wanted an offset such as +01:00 or -03:30")?,
            _ => return Err(format!("there are {ALL}")),
        }
        Ok(())
    }
}

fn one_of<T: Copy>(value: &str, words: &[(&str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| format!("wanted {}", words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ")))
}

/// Hours and minutes east of Greenwich.
fn offset(text: &str) -> Option<SignedDuration> {
    let (sign, rest) = text.strip_prefix('+').map(|rest| (1, rest)).or_else(|| Some((-1, text.strip_prefix('-')?)))?;
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str, most: i64| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number: &i64| digits && *number <= most)
    };
    Some(SignedDuration::from_mins(sign * (number(hours, 14)? * 60 + number(minutes, 59)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_habits_are_the_first_words() {
        let usual = "default-limit=10,default-order=create-time-desc,default-direction=desc,large-limit=refused,\
                     zero-limit=empty,past-end=empty,name=part,unset=absent,total=matching,offset=items,log-zone=+08:00";
        assert_eq!(usual.parse(), Ok(Habits::default()));
    }

    #[test]
    fn every_habit_can_be_another() {
        for text in [
            "default-limit=20",
            "default-order=sync-time",
            "default-direction=asc",
            "large-limit=honoured",
            "zero-limit=default",
            "past-end=last",
            "name=whole",
            "unset=null",
            "total=all",
            "offset=pages",
            "log-zone=-03:30",
        ] {
            assert_ne!(text.parse::<Habits>().unwrap(), Habits::default(), "{text}");
        }
    }

    #[test]
    fn what_is_no_habit_is_answered_with_what_is() {
        for (text, expected) in [
            ("", "'' is no habit such as unset=null: it has no '='"),
            ("unset=null,limit=3", "'limit=3' is no habit: there are default-limit, "),
            ("default-limit=0", "from 1 to 100"),
            ("past-end=never", "wanted empty, refused, first, last"),
            ("log-zone=8", "such as +01:00"),
            ("log-zone=+15:00", "such as +01:00"),
        ] {
            let message = text.parse::<Habits>().unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }
}
