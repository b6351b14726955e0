//! Which tasks are shown, and in which order.

use std::cmp::{Ordering, Reverse};

use super::Snapshot;
use crate::health::Row;
use crate::severity::Severity;

/// By what tasks are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Sort {
    /// The worst first.
    #[default]
    Severity,
    Name,
    /// The latest first.
    LastRun,
    /// The soonest first, after those that are late.
    NextDue,
}

impl Sort {
    /// The one that comes after it.
    pub(super) fn next(self) -> Self {
        match self {
            Self::Severity => Self::Name,
            Self::Name => Self::LastRun,
            Self::LastRun => Self::NextDue,
            Self::NextDue => Self::Severity,
        }
    }

    /// In a word or two.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Name => "name",
            Self::LastRun => "last run",
            Self::NextDue => "next due",
        }
    }

    fn compare(self, one: &Row, other: &Row) -> Ordering {
        match self {
            Self::Severity => other.health.cmp(&one.health),
            Self::Name => Ordering::Equal,
            Self::LastRun => Reverse(one.sync_time).cmp(&Reverse(other.sync_time)),
            Self::NextDue => {
                // What is not due at all comes last.
                let key = |row: &Row| (row.due_time.is_none(), row.due_time);
                key(one).cmp(&key(other))
            }
        }
    }
}

/// What is looked at, and how.
#[derive(Default)]
pub(super) struct Choice {
    /// In small letters.
    pub(super) part: String,
    pub(super) is_unwell: bool,
    pub(super) sort: Sort,
    pub(super) is_reversed: bool,
}

impl Choice {
    /// Places of the tasks that are shown, in their order.
    pub(super) fn of(&self, snapshot: &Snapshot) -> Vec<usize> {
        let rows = snapshot.rows().iter().enumerate();
        let chosen = rows.filter(|(place, row)| {
            (!self.is_unwell || needs_care(row)) && (self.part.is_empty() || snapshot.matches(*place, &self.part))
        });
        let mut chosen: Vec<(usize, &Row)> = chosen.collect();
        chosen.sort_by(|(_, one), (_, other)| {
            let order = self.sort.compare(one, other).then_with(|| place(one).cmp(&place(other)));
            if self.is_reversed { order.reverse() } else { order }
        });
        chosen.into_iter().map(|(place, _)| place).collect()
    }
}

fn place(row: &Row) -> (&Option<String>, &Option<String>) {
    (&row.cluster_name, &row.id)
}

fn needs_care(row: &Row) -> bool {
    matches!(Severity::from(row.health), Severity::Critical | Severity::Warning)
}

#[cfg(test)]
mod tests {
    use dataarts_security::Timestamp;

    use super::*;
    use crate::watch::testing::{NOW, news, scheduled, task};

    fn names(choice: &Choice) -> String {
        let mut late = scheduled("1", "d", "SYNC_SUCCESS");
        late.sync_time = Some(Timestamp::from_millisecond((NOW - 90_000) * 1_000));
        let tasks = vec![
            late,
            task("2", "b", "SYNC_FAIL"),
            scheduled("3", "c", "SYNC_SUCCESS"),
            scheduled("4", "a", "SYNCING"),
        ];
        let snapshot = news(None, tasks).snapshot;
        choice.of(&snapshot).into_iter().filter_map(|place| snapshot.rows()[place].cluster_name.clone()).collect()
    }

    #[test]
    fn every_order_has_its_first_and_its_last() {
        for (sort, expected) in
            [(Sort::Severity, "bdac"), (Sort::Name, "abcd"), (Sort::LastRun, "abcd"), (Sort::NextDue, "dacb")]
        {
            let mut choice = Choice { sort, ..Choice::default() };
            assert_eq!(names(&choice), expected, "{sort:?}");
            choice.is_reversed = true;
            assert_eq!(names(&choice), expected.chars().rev().collect::<String>(), "{sort:?}");
        }
    }

    #[test]
    fn only_what_is_chosen_is_there() {
        let unwell = Choice { is_unwell: true, ..Choice::default() };
        assert_eq!(names(&unwell), "bd");
        let part = Choice { part: "syncing".to_owned(), ..Choice::default() };
        assert_eq!(names(&part), "a");
    }
}
