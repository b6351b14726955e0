//! What the service may do where no document says what it does.

mod unset;
mod words;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use dataarts_security::types::MemberSyncTask;

use crate::store::{Direction, Key};

pub(crate) use self::unset::Unset;

/// What the simulator does where the service's documents are silent, so that a client can be shown more than one service.
///
/// Written as `default-limit=20,unset=null`; what is left out stays as "What is assumed" of the crate says. Later ones win.
///
/// | name | values, the first being the usual one |
/// | --- | --- |
/// | `default-limit` | `10`, or another number from 1 to 100 |
/// | `default-order` | `create-time-desc`; `create-time`, `cluster-name`, `cluster-name-desc`, `sync-time`, `sync-time-desc` |
/// | `default-direction` | of an `order_by` without `order_by_asc`: `desc`, `asc` |
/// | `large-limit` | a `limit` above 100 is `refused`, `clamped` to 100, `honoured` |
/// | `zero-limit` | `limit=0` gives none (`empty`), is `refused`, or is as if not given (`default`) |
/// | `past-end` | an `offset` at or beyond the total gives none (`empty`), is `refused`, or gives the `first` or `last` page |
/// | `name` | a cluster's name matches by a `part`, a `part-any-case`, as a `whole`, or `whole-any-case` |
/// | `unset` | fields without a value are `absent`, `null`, or `empty`: an empty text or 0 |
/// | `total` | counts the tasks that are `matching`, or `all` |
/// | `offset` | of instances, workspaces and data connections counts `items`, or `pages` from 0 |
/// | `log-zone` | in which the logs of made-up tasks are stamped: `+08:00`, or another offset |
///
/// ```
/// use dataarts_simulator::{Habits, Simulator};
///
/// let builder = Simulator::builder().demo_data().habits("large-limit=clamped,log-zone=+00:00".parse()?);
/// assert!("large-limit=mended".parse::<Habits>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Habits {
    pub(crate) default_limit: usize,
    pub(crate) default_order: (Key, Direction),
    pub(crate) default_direction: Direction,
    pub(crate) large_limit: LargeLimit,
    pub(crate) zero_limit: ZeroLimit,
    pub(crate) past_end: PastEnd,
    pub(crate) name: NameMatch,
    pub(crate) unset: Unset,
    pub(crate) total_of_all: bool,
    pub(crate) offset_in_pages: bool,
    log_offset: SignedDuration,
}

/// What becomes of a limit that is larger than documented.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LargeLimit {
    Refused,
    Clamped,
    Honoured,
}

/// What a limit of 0 means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ZeroLimit {
    Empty,
    Refused,
    Default,
}

/// What there is at or beyond the total.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PastEnd {
    Empty,
    Refused,
    First,
    Last,
}

/// How the name of a cluster is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct NameMatch {
    pub(crate) whole: bool,
    pub(crate) any_case: bool,
}

impl NameMatch {
    /// Whether a cluster of this name is meant by `asked`.
    pub(crate) fn matches(self, name: &str, asked: &str) -> bool {
        if self.any_case {
            let same_case = Self { any_case: false, ..self };
            return same_case.matches(&name.to_lowercase(), &asked.to_lowercase());
        }
        if self.whole { name == asked } else { name.contains(asked) }
    }
}

/// The zone of the only log that was published.
const USUAL_OFFSET: SignedDuration = SignedDuration::from_hours(8);

impl Default for Habits {
    fn default() -> Self {
        Self {
            default_limit: 10,
            // Newest first, as consoles list.
            default_order: (Key::CreateTime, Direction::Descending),
            // A boolean that is not there usually reads as false.
            default_direction: Direction::Descending,
            large_limit: LargeLimit::Refused,
            zero_limit: ZeroLimit::Empty,
            past_end: PastEnd::Empty,
            // Sibling filters of the service look for a part.
            name: NameMatch::default(),
            unset: Unset::Absent,
            total_of_all: false,
            offset_in_pages: false,
            log_offset: USUAL_OFFSET,
        }
    }
}

impl Habits {
    /// Moves the stamps of a log that was made up in the usual zone.
    pub(crate) fn stamp(&self, task: &mut MemberSyncTask) {
        let by = self.log_offset - USUAL_OFFSET;
        if by.is_zero() {
            return;
        }
        if let Some(log) = &mut task.sync_msg {
            *log = log.split_inclusive('\n').map(|line| moved(line, by).unwrap_or_else(|| line.to_owned())).collect();
        }
    }
}

/// The line with its stamp moved, if it begins with one.
fn moved(line: &str, by: SignedDuration) -> Option<String> {
    let (stamp, rest) = line.strip_prefix('[')?.split_once(']')?;
    let time: DateTime = stamp.parse().ok()?;
    Some(format!("[{}]{rest}", time.checked_add(by).ok()?.strftime("%Y-%m-%d %H:%M:%S")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_in_four_ways() {
        let matches = |habit: &str, asked: &str| {
            let habits: Habits = format!("name={habit}").parse().unwrap();
            habits.name.matches("dws_Sales", asked)
        };
        for (habit, expected) in [
            ("part", [true, true, false, false]),
            ("part-any-case", [true, true, true, true]),
            ("whole", [true, false, false, false]),
            ("whole-any-case", [true, false, true, false]),
        ] {
            let found = ["dws_Sales", "ws_Sal", "DWS_sALES", "ws_sal"].map(|asked| matches(habit, asked));
            assert_eq!(found, expected, "{habit}");
        }
    }

    #[test]
    fn stamps_move_and_nothing_else_does() {
        let log = "[2024-03-20 10:25:54] ===> [x]\nno [2024-03-20 10:25:54]\n[2024-03-20 23:59:00] end";
        let mut task = MemberSyncTask::default();
        task.sync_msg = Some(log.to_owned());
        Habits::default().stamp(&mut task);
        assert_eq!(task.sync_msg.as_deref(), Some(log));
        "log-zone=+09:30".parse::<Habits>().unwrap().stamp(&mut task);
        let moved = "[2024-03-20 11:55:54] ===> [x]\nno [2024-03-20 10:25:54]\n[2024-03-21 01:29:00] end";
        assert_eq!(task.sync_msg.as_deref(), Some(moved));
    }
}
