//! How tasks are doing, for reading: a group after the other, then the sum of it all.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use dataarts_security::member_sync::Health;
use unicode_width::UnicodeWidthStr as _;

use super::{Surroundings, sanitize};
use crate::describe::time;
use crate::health::{Group, Report, Row, Target};

/// What stands before a cause, and before what is about it.
const BULLET: &str = "- ";
const INDENT: &str = "  ";
/// Spaces between two columns.
const GAP: usize = 2;
/// Narrower than this, a sentence goes below its task.
const LEAST_REASON: usize = 40;
/// Characters of a line of a log; `show` has all of it.
const LONGEST_ERROR: usize = 200;

/// Writes the groups, each health under its title, and the sum.
pub(super) fn write(report: &Report, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    for groups in report.groups().chunk_by(|one, other| one.health == other.health) {
        write_health(groups, report, surroundings, writer)?;
        writeln!(writer)?;
    }
    for line in sum(report, surroundings) {
        write_text("", &line, surroundings, writer)?;
    }
    Ok(())
}

fn write_health(
    groups: &[Group],
    report: &Report,
    surroundings: &Surroundings,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let Some(first) = groups.first() else { return Ok(()) };
    let count = tasks(groups.iter().map(|group| group.tasks.len()).sum());
    let title = first.health.as_str().to_uppercase().replace('-', " ");
    let advice = first.advice.map(|advice| format!(". {advice}")).unwrap_or_default();
    write_text("", &format!("{title}: {count}{advice}"), surroundings, writer)?;
    if first.health == Health::Healthy {
        // There is nothing to do about them, and `list` has them all.
        return Ok(());
    }
    for group in groups {
        if let Some(cause) = &group.cause {
            write_text(BULLET, &sanitize::line(cause), surroundings, writer)?;
        }
        if let Some(remedy) = group.remedy {
            write_text(INDENT, remedy, surroundings, writer)?;
        }
        write_tasks(&group.tasks, report, surroundings, writer)?;
    }
    Ok(())
}

/// A task is a line with its reason behind it, or below it where that leaves too little room.
fn write_tasks(rows: &[Row], report: &Report, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let has_targets = report.targets.iter().any(|target| target.target.is_some());
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, has_targets, surroundings)).collect();
    let reasons: Vec<String> = rows.iter().map(reason).collect();
    let columns = cells.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let fixed = INDENT.len() + widths.iter().map(|width| width + GAP).sum::<usize>();
    let longest = reasons.iter().map(|reason| reason.width()).max().unwrap_or(0);
    let room = surroundings.width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(fixed));
    for (row, reason) in cells.iter().zip(&reasons) {
        let padded =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width() + GAP)));
        let line = padded.collect::<String>();
        if room >= longest.min(LEAST_REASON) {
            let mut lines = wrapped(reason, Some(room)).into_iter();
            writeln!(writer, "{INDENT}{line}{}", lines.next().unwrap_or_default())?;
            for rest in lines {
                writeln!(writer, "{}{rest}", " ".repeat(fixed))?;
            }
        } else {
            write_text(INDENT, line.trim_end(), surroundings, writer)?;
            write_text("    ", reason, surroundings, writer)?;
        }
    }
    Ok(())
}

fn cells(row: &Row, has_targets: bool, surroundings: &Surroundings) -> Vec<String> {
    let age = row.sync_time.map_or("never ran".to_owned(), |ran| time::age(ran, surroundings.now));
    let target = has_targets.then(|| shown(row.target.as_deref()));
    let task = [shown(row.cluster_name.as_deref()), shown(row.cluster_type.as_deref()), age];
    target.into_iter().chain(task).collect()
}

fn reason(row: &Row) -> String {
    let Some(error) = &row.first_error else { return row.reason.clone() };
    let error = sanitize::line(error);
    if error.chars().count() <= LONGEST_ERROR {
        return error;
    }
    error.chars().take(LONGEST_ERROR - 1).chain(['…']).collect()
}

fn sum(report: &Report, surroundings: &Surroundings) -> Vec<String> {
    let counts = report.counts().into_iter().filter(|(_, count)| *count > 0);
    let counts: Vec<_> =
        counts.map(|(health, count)| format!("{count} {}", health.as_str().replace('-', " "))).collect();
    let total = tasks(report.rows().count());
    let at = time::to_the_second(report.at, &surroundings.time_zone);
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    let mut lines = vec![format!("{total} at {at}{counts}")];
    lines.extend(report.targets.iter().map(|target| match &target.error {
        Some(_) => format!("{}could not be read; its tasks are missing", of(target)),
        None => zone(target),
    }));
    lines
}

fn zone(target: &Target) -> String {
    let assumed = if target.zone.is_assumed { ", which is assumed; --tz sets another" } else { "" };
    format!("{}schedules are read in the time zone {}{assumed}", of(target), target.zone.name)
}

fn of(target: &Target) -> String {
    target.target.as_deref().map(|name| format!("{}: ", sanitize::line(name))).unwrap_or_default()
}

fn tasks(count: usize) -> String {
    if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") }
}

fn shown(text: Option<&str>) -> String {
    text.map(sanitize::line).filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned())
}

/// The indent stands before the first line, spaces before the others.
fn write_text(indent: &str, text: &str, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let width = surroundings.width.map(|width| usize::from(width).saturating_sub(indent.len()));
    let mut lines = wrapped(text, width).into_iter();
    writeln!(writer, "{indent}{}", lines.next().unwrap_or_default())?;
    for line in lines {
        writeln!(writer, "{}{line}", " ".repeat(indent.len()))?;
    }
    Ok(())
}

/// The text in lines of `width`, broken between words where that can be.
fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.and_then(|width| u16::try_from(width).ok()) else { return vec![text.to_owned()] };
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width.max(1)).add_row([text]);
    for column in table.column_iter_mut() {
        column.set_padding((0, 0));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}
