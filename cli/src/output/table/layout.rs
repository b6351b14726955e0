//! Three layouts of a table, the first that fits is taken:
//!
//! 1. a task is a line, its failure the last column, cut at the edge;
//! 2. a task is a line, its failure stands below it over the whole width;
//! 3. a task is two lines in the same columns, its failure below, then an empty line.
//!
//! So no column is ever squeezed to a few characters.

use std::io::{self, Write};

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Row, Table, Width, presets};

use super::Entry;

/// Characters between two columns.
const GAP: u16 = 2;
/// What stands before a failure below its task, besides the gap.
const INDENT: &str = "  ";
/// Lines of a failure that stands below its task.
const FAILURE_LINES: usize = 2;
/// Cut shorter than this, a failure tells nothing.
const LEAST_FAILURE: u16 = 40;
/// A column gets no narrower for the sake of the whole table.
const LEAST_COLUMN: u16 = 12;

/// Writes a table into `width` characters, or into as many as it needs.
pub(super) fn write(entries: &[Entry], width: Option<u16>, writer: &mut dyn Write) -> io::Result<()> {
    let flat = Columns::flat(entries);
    let Some(width) = width else { return write_lines(&flat, entries, None, writer) };
    let longest = entries.iter().map(|entry| entry.failure.chars().count()).max().unwrap_or(0);
    let failure = LEAST_FAILURE.min(u16::try_from(longest).unwrap_or(u16::MAX));
    if flat.total().saturating_add(GAP + failure) <= width {
        write_lines(&flat, entries, Some(width), writer)
    } else if flat.total() <= width {
        write_blocks(&flat, entries, width, "", writer)
    } else {
        write_blocks(&Columns::stacked(entries), entries, width, "\n", writer)
    }
}

/// The cells of a table without the failures, and the widths that they ask for.
struct Columns {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    widths: Vec<u16>,
}

impl Columns {
    fn flat(entries: &[Entry]) -> Self {
        let header = ["CLUSTER", "TYPE", "STATUS", "SCHEDULE", "LAST SYNC", "AGE"];
        let row = |entry: &Entry| {
            let cells =
                [&entry.cluster, &entry.cluster_type, &entry.status, &entry.schedule, &entry.last_sync, &entry.age];
            target(entry).into_iter().chain(cells).cloned().collect()
        };
        let first = entries.iter().find_map(target).map(|_| "TARGET");
        let header = first.into_iter().chain(header).map(str::to_owned).collect();
        Self::new(header, entries.iter().map(row).collect())
    }

    fn stacked(entries: &[Entry]) -> Self {
        let of_target = entries.iter().find_map(target).map(|_| " OF TARGET").unwrap_or_default();
        let header =
            [&format!("CLUSTER\nTYPE{of_target}"), "STATUS\nSCHEDULE", "LAST SYNC\nAGE"].map(str::to_owned).to_vec();
        let row = |entry: &Entry| {
            let of_target = target(entry).map(|target| format!(" of {target}")).unwrap_or_default();
            vec![
                format!("{}\n{}{of_target}", entry.cluster, entry.cluster_type),
                format!("{}\n{}", entry.status, in_two(&entry.schedule)),
                format!("{}\n{}", entry.last_sync, entry.age),
            ]
        };
        Self::new(header, entries.iter().map(row).collect())
    }

    fn new(header: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        let mut table = Table::new();
        table.set_header(&header).add_rows(&rows);
        let widths = table.column_max_content_widths();
        Self { header, rows, widths }
    }

    /// Width of all columns with the gaps between them.
    fn total(&self) -> u16 {
        let gaps = GAP.saturating_mul(u16::try_from(self.widths.len()).unwrap_or(u16::MAX).saturating_sub(1));
        self.widths.iter().fold(gaps, |sum, width| sum.saturating_add(*width))
    }

    /// The widths within `available`; what is too long for its column is broken into lines.
    ///
    /// Schedules give way first, for they can be read in two lines; a name that is broken can not be copied.
    fn fitted(&self, available: u16) -> Vec<u16> {
        let mut excess = self.total().saturating_sub(available);
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

/// A schedule that breaks, if it must, after its window only: the spaces behind are made unbreakable.
fn in_two(schedule: &str) -> String {
    match schedule.split_once(' ') {
        Some((window, interval)) => format!("{window} {}", interval.replace(' ', "\u{a0}")),
        None => schedule.to_owned(),
    }
}

/// Layout 1.
fn write_lines(columns: &Columns, entries: &[Entry], width: Option<u16>, writer: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.set_header(columns.header.iter().map(String::as_str).chain(["FAILURE"]));
    for (row, entry) in columns.rows.iter().zip(entries) {
        let mut row = Row::from(row);
        // Without words, so that the cut is at the edge; no text holds the delimiter.
        row.add_cell(Cell::new(&entry.failure).set_delimiter('\0'));
        row.max_height(1);
        table.add_row(row);
    }
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        table.set_constraints(columns.widths.iter().map(|_| ColumnConstraint::ContentWidth));
    }
    print(table, writer)
}

/// Layouts 2 and 3.
fn write_blocks(
    columns: &Columns,
    entries: &[Entry],
    width: u16,
    between: &str,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let widths = columns.fitted(width);
    print(block(&columns.header, &widths), writer)?;
    for (row, entry) in columns.rows.iter().zip(entries) {
        writer.write_all(between.as_bytes())?;
        print(block(row, &widths), writer)?;
        if !entry.failure.is_empty() {
            print(failure(&entry.failure, width), writer)?;
        }
    }
    Ok(())
}

/// One row in columns of given widths.
fn block(cells: &[String], widths: &[u16]) -> Table {
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic).add_row(cells);
    table.set_constraints(widths.iter().enumerate().map(|(index, width)| {
        let gap = if index + 1 < widths.len() { GAP } else { 0 };
        ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(gap)))
    }));
    table
}

/// A failure below its task.
fn failure(text: &str, width: u16) -> Table {
    let mut row = Row::from([Cell::new(INDENT), Cell::new(text)]);
    row.max_height(FAILURE_LINES);
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).add_row(row);
    table
}

fn print(mut table: Table, writer: &mut dyn Write) -> io::Result<()> {
    table.load_style(presets::NOTHING);
    let last = table.column_iter().count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding(if index < last { (0, GAP) } else { (0, 0) });
    }
    for line in table.lines() {
        writeln!(writer, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr as _;

    fn entry(cluster: &str, schedule: &str, failure: &str) -> Entry {
        Entry {
            target: String::new(),
            cluster: cluster.into(),
            cluster_type: "DWS".into(),
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
        let mut bytes = Vec::new();
        write(&entries(), width, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Where `needle` starts in the first line that holds it, counted as a terminal counts.
    fn column(text: &str, needle: &str) -> usize {
        let before = text.lines().find_map(|line| line.split_once(needle)).expect(needle).0;
        before.width()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 40..200 {
            for line in written(Some(width)).lines() {
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
