//! Three layouts of a table, the first that fits is taken:
//!
//! 1. a task is a line, its failure the last column, cut at the edge;
//! 2. a task is a line, its failure stands below it over the whole width;
//! 3. a task is two lines in the same columns, its failure below, then an empty line.
//!
//! So no column is ever squeezed to a few characters.

use std::io::{self, Write};

use super::Entry;
use crate::output::Surroundings;
use crate::output::columns::{self, GAP, write_cells, write_row};
use crate::output::style::{Colours, Role};
use crate::output::text::{Fit, Text};

/// What stands before a failure below its task.
const INDENT: usize = 4;
/// Lines of a failure that stands below its task.
const FAILURE_LINES: usize = 2;
/// Cut shorter than this, a failure tells nothing.
const LEAST_FAILURE: usize = 40;
/// A column gets no narrower for the sake of the whole table.
const LEAST_COLUMN: usize = 12;

/// Writes a table into the width that there is, or into as many characters as it needs.
pub(super) fn write(entries: &[Entry], surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let colours = surroundings.colours;
    let flat = Columns::flat(entries);
    let Some(width) = surroundings.width.map(usize::from) else {
        return write_lines(&flat, entries, None, colours, writer);
    };
    let longest = entries.iter().map(|entry| failure(entry).width()).max().unwrap_or(0);
    let rest = width.saturating_sub(columns::total(&flat.widths) + GAP);
    if rest >= LEAST_FAILURE.min(longest) && rest > 0 {
        write_lines(&flat, entries, Some(rest), colours, writer)
    } else if columns::total(&flat.widths) <= width {
        write_blocks(&flat, entries, width, "", colours, writer)
    } else {
        write_blocks(&Columns::stacked(entries), entries, width, "\n", colours, writer)
    }
}

/// The cells of a table without the failures, and the widths that they ask for.
struct Columns {
    header: Vec<Text>,
    rows: Vec<Vec<Text>>,
    widths: Vec<usize>,
}

impl Columns {
    fn flat(entries: &[Entry]) -> Self {
        let header = ["CLUSTER", "TYPE", "STATUS", "SCHEDULE", "LAST SYNC", "AGE"];
        let row = |entry: &Entry| {
            let cells = [
                Text::value(entry.cluster.as_str()),
                Text::value(entry.cluster_type.as_str()),
                status(entry),
                schedule(&entry.schedule),
                Text::value(entry.last_sync.as_str()),
                entry.age.as_str().into(),
            ];
            target(entry).map(|target| target.as_str().into()).into_iter().chain(cells).collect()
        };
        let first = entries.iter().find_map(target).map(|_| "TARGET");
        Self::new(first.into_iter().chain(header), entries.iter().map(row).collect())
    }

    fn stacked(entries: &[Entry]) -> Self {
        let of_target = entries.iter().find_map(target).map(|_| " OF TARGET").unwrap_or_default();
        let header = [&format!("CLUSTER\nTYPE{of_target}"), "STATUS\nSCHEDULE", "LAST SYNC\nAGE"];
        let row = |entry: &Entry| {
            let of_target = target(entry).map(|target| format!(" of {target}")).unwrap_or_default();
            vec![
                format!("{}\n{}{of_target}", entry.cluster, entry.cluster_type).into(),
                status(entry).and("\n", Role::Plain).and_all(schedule(&in_two(&entry.schedule))),
                Text::value(entry.last_sync.as_str()).and(format!("\n{}", entry.age), Role::Plain),
            ]
        };
        Self::new(header.into_iter(), entries.iter().map(row).collect())
    }

    fn new<'a>(header: impl Iterator<Item = &'a str>, rows: Vec<Vec<Text>>) -> Self {
        let header: Vec<Text> = header.map(|name| Text::new(name, Role::Heading)).collect();
        let widths = columns::widths([&header].into_iter().chain(&rows));
        Self { header, rows, widths }
    }

    /// The widths within `available`; what is too long for its column is broken into lines.
    ///
    /// Schedules give way first, for they can be read in two lines; a name that is broken can not be copied.
    fn fitted(&self, available: usize) -> Vec<usize> {
        let mut excess = columns::total(&self.widths).saturating_sub(available);
        let mut fitted = self.widths.clone();
        for index in [1, 0, 2] {
            if let Some(width) = fitted.get_mut(index) {
                let given = excess.min(width.saturating_sub(LEAST_COLUMN));
                *width -= given;
                excess -= given;
            }
        }
        fitted
    }
}

/// The target, where the entries tell theirs.
fn target(entry: &Entry) -> Option<&String> {
    Some(&entry.target).filter(|target| !target.is_empty())
}

fn status(entry: &Entry) -> Text {
    Text::new(entry.status.as_str(), Role::Of(entry.severity))
}

fn schedule(schedule: &str) -> Text {
    if schedule == "off" { Text::new(schedule, Role::Quiet) } else { Text::value(schedule) }
}

fn failure(entry: &Entry) -> Text {
    Text::new(entry.failure.as_str(), Role::Fault)
}

/// A schedule that breaks, if it must, after its window only: the spaces behind are made unbreakable.
fn in_two(schedule: &str) -> String {
    match schedule.split_once(' ') {
        Some((window, interval)) => format!("{window} {}", interval.replace(' ', "\u{a0}")),
        None => schedule.to_owned(),
    }
}

/// Layout 1, with `room` for failures.
fn write_lines(
    columns: &Columns,
    entries: &[Entry],
    room: Option<usize>,
    colours: Colours,
    writer: &mut dyn Write,
) -> io::Result<()> {
    // The last column ends where its texts do.
    let widths: Vec<usize> = columns.widths.iter().copied().chain([0]).collect();
    let whole = |row: &[Text]| row.iter().map(|text| vec![text.clone()]).collect::<Vec<_>>();
    let mut header = whole(&columns.header);
    header.push(Text::new("FAILURE", Role::Heading).lines(room, Fit::Cut));
    write_cells(&header, &widths, 0, colours, writer)?;
    for (row, entry) in columns.rows.iter().zip(entries) {
        let mut cells = whole(row);
        cells.push(failure(entry).lines(room, Fit::Cut));
        write_cells(&cells, &widths, 0, colours, writer)?;
    }
    Ok(())
}

/// Layouts 2 and 3.
fn write_blocks(
    columns: &Columns,
    entries: &[Entry],
    width: usize,
    between: &str,
    colours: Colours,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let widths = columns.fitted(width);
    write_row(&columns.header, &widths, colours, writer)?;
    for (row, entry) in columns.rows.iter().zip(entries) {
        writer.write_all(between.as_bytes())?;
        write_row(row, &widths, colours, writer)?;
        if !entry.failure.is_empty() {
            let room = width.saturating_sub(INDENT);
            let lines = failure(entry).lines(Some(room), Fit::Lines(FAILURE_LINES));
            write_cells(&[lines], &[room], INDENT, colours, writer)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Bars;
    use crate::severity::Severity;
    use unicode_width::UnicodeWidthStr as _;

    fn entry(cluster: &str, schedule: &str, failure: &str) -> Entry {
        Entry {
            target: String::new(),
            cluster: cluster.into(),
            cluster_type: "DWS".into(),
            severity: if failure.is_empty() { Severity::Good } else { Severity::Critical },
            status: if failure.is_empty() { "SYNC_SUCCESS".into() } else { "SYNC_FAIL".into() },
            schedule: schedule.into(),
            last_sync: "2024-03-20 10:25".into(),
            age: "2 h ago".into(),
            failure: failure.into(),
        }
    }

    fn entries() -> Vec<Entry> {
        vec![
            entry("dws_orders", "00-06 every 30 min", ""),
            entry(
                "数据仓库_生产",
                "off",
                "ERROR: 用户同步失败：角色已存在，无法删除，因为有其他对象依赖于它，请先删除这些对象然后重试一次再看结果如何",
            ),
            entry("a_cluster_with_a_rather_long_name", "off", "ERROR: role \"iam_group\" cannot be dropped"),
        ]
    }

    fn written(width: Option<u16>) -> String {
        written_of(&entries(), width)
    }

    fn written_of(entries: &[Entry], width: Option<u16>) -> String {
        let mut bytes = Vec::new();
        let (now, time_zone) = (jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC);
        let surroundings = Surroundings { now, time_zone, width, colours: Colours::Off, bars: Bars::Never };
        write(entries, &surroundings, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Where `needle` starts in the first line that holds it, counted as a terminal counts.
    fn column(text: &str, needle: &str) -> usize {
        let before = text.lines().find_map(|line| line.split_once(needle)).expect(needle).0;
        before.width()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let of_targets = entries().into_iter().map(|entry| Entry { target: "生产环境_production".into(), ..entry });
        let of_targets: Vec<Entry> = of_targets.collect();
        for width in 40..200 {
            let text = written(Some(width)) + &written_of(&of_targets, Some(width));
            for line in text.lines() {
                assert!(line.width() <= usize::from(width), "{width}: {line}");
            }
        }
    }

    #[test]
    fn columns_are_aligned_beside_wide_characters() {
        for width in [Some(160), None] {
            let text = written(width);
            assert_eq!(text.lines().count(), 4, "{text}");
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(column(lines[0], "TYPE"), column(lines[1], "DWS"), "{text}");
            assert_eq!(column(lines[0], "TYPE"), column(lines[2], "DWS"), "{text}");
            assert_eq!(column(lines[0], "FAILURE"), column(lines[2], "ERROR"), "{text}");
        }
    }

    #[test]
    fn the_layout_follows_the_width() {
        assert!(written(Some(160)).starts_with("CLUSTER ") && written(Some(160)).contains("FAILURE"));
        let middle = written(Some(110));
        assert!(middle.contains("AGE\n") && middle.contains("\n    ERROR: role"), "{middle}");
        let narrow = written(Some(60));
        assert!(narrow.lines().nth(1).is_some_and(|line| line.starts_with("TYPE ")), "{narrow}");
        assert!(narrow.contains("\n\ndws_orders "), "{narrow}");
        assert!(narrow.contains("\n    ERROR: role"), "{narrow}");
    }

    #[test]
    fn a_cut_is_marked_and_without_a_width_there_is_none() {
        assert!(written(Some(160)).lines().nth(2).is_some_and(|line| line.ends_with('…')), "{}", written(Some(160)));
        assert!(!written(None).contains('…'));
    }

    #[test]
    fn schedules_are_broken_before_names_and_names_before_they_are_cut() {
        let narrow = written(Some(65));
        assert!(narrow.contains("a_cluster_with_a_rather_long_name"), "{narrow}");
        assert!(narrow.contains("every\u{a0}30\u{a0}min") && !narrow.contains("00-06 every"), "{narrow}");
        let narrower = written(Some(50));
        let names: String = narrower.lines().filter_map(|line| line.get(..18)).map(str::trim).collect();
        assert!(names.contains("a_cluster_with_a_rather_long_name"), "{narrower}");
    }

    #[test]
    fn any_width_is_survived() {
        for width in [1, 2, 5, 20, u16::MAX] {
            assert!(written(Some(width)).contains("DWS"), "{width}");
        }
    }
}
