//! How tasks are doing, for reading: a group after the other, then the sum of it all.

use std::io::{self, Write};

use dataarts_security::member_sync::Health;

use super::columns::{self, GAP, write_cells};
use super::sanitize::LONGEST;
use super::style::Role;
use super::text::{Fit, Text};
use super::{Surroundings, sanitize};
use crate::describe::{count, time};
use crate::health::{Group, Report, Row, Target};
use crate::severity::Severity;

/// What stands before a cause, and before what is about it.
const BULLET: &str = "- ";
const INDENT: &str = "  ";
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
        write_text("", line, surroundings, writer)?;
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
    let tasks = count::of(groups.iter().map(|group| group.tasks.len()).sum::<usize>(), "task");
    let title = first.health.as_str().to_uppercase().replace('-', " ");
    let advice = first.advice.map(|advice| format!(". {advice}")).unwrap_or_default();
    let title = Text::new(format!("{title}:"), role(first.health)).and(format!(" {tasks}{advice}"), Role::Plain);
    write_text("", title, surroundings, writer)?;
    if first.health == Health::Healthy {
        // There is nothing to do about them, and `list` has them all.
        return Ok(());
    }
    for group in groups {
        if let Some(cause) = &group.cause {
            write_text(BULLET, Text::new(sanitize::cut(cause, LONGEST), Role::Heading), surroundings, writer)?;
        }
        if let Some(remedy) = group.remedy {
            write_text(INDENT, remedy.into(), surroundings, writer)?;
        }
        write_tasks(&group.tasks, report, surroundings, writer)?;
    }
    Ok(())
}

/// A task is a line with its reason behind it, or below it where that leaves too little room.
fn write_tasks(rows: &[Row], report: &Report, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let has_targets = report.targets.iter().any(|target| target.target.is_some());
    let cells: Vec<Vec<Text>> = rows.iter().map(|row| cells(row, has_targets, surroundings)).collect();
    let reasons: Vec<Text> = rows.iter().map(|row| reason(row, surroundings)).collect();
    let widths = columns::widths(&cells);
    let fixed = INDENT.len() + columns::total(&widths) + GAP;
    let longest = reasons.iter().map(Text::width).max().unwrap_or(0);
    let room = surroundings.width.map(|width| usize::from(width).saturating_sub(fixed));
    for (row, reason) in cells.iter().zip(&reasons) {
        let mut row: Vec<Vec<Text>> = row.iter().map(|cell| vec![cell.clone()]).collect();
        if room.is_none_or(|room| room >= longest.min(LEAST_REASON)) {
            row.push(reason.lines(room, Fit::Whole));
            let widths: Vec<usize> = widths.iter().copied().chain([0]).collect();
            write_cells(&row, &widths, INDENT.len(), surroundings.colours, writer)?;
        } else {
            let line = in_one_line(row.into_iter().flatten(), &widths);
            write_text(INDENT, line, surroundings, writer)?;
            write_text("    ", reason.clone(), surroundings, writer)?;
        }
    }
    Ok(())
}

/// Cells as one text, which can be broken where even they have too little room.
fn in_one_line(cells: impl Iterator<Item = Text>, widths: &[usize]) -> Text {
    let mut line = Text::default();
    let mut gap = 0;
    for (cell, width) in cells.zip(widths) {
        line = line.and(" ".repeat(gap), Role::Plain);
        gap = GAP + width.saturating_sub(cell.width());
        line = line.and_all(cell);
    }
    line
}

fn role(health: Health) -> Role {
    Role::Of(Severity::from(health))
}

fn cells(row: &Row, has_targets: bool, surroundings: &Surroundings) -> Vec<Text> {
    let age = row.sync_time.map_or("never ran".to_owned(), |ran| time::age(ran, surroundings.now));
    // What is late is told by its age; of a failure, the error tells more.
    let is_late = matches!(row.health, Health::Stuck | Health::Overdue | Health::NeverRan | Health::Stale);
    let age = Text::new(age, if is_late { role(row.health) } else { Role::Plain });
    let target = has_targets.then(|| shown(row.target.as_deref()));
    let task = [shown(row.cluster_name.as_deref()), shown(row.cluster_type.as_deref()), age];
    target.into_iter().chain(task).collect()
}

fn reason(row: &Row, surroundings: &Surroundings) -> Text {
    let Some(error) = &row.first_error else {
        return time::localised(&sanitize::cut(&row.reason, LONGEST), &surroundings.time_zone).into();
    };
    Text::new(sanitize::cut(error, LONGEST_ERROR), Role::Fault)
}

fn sum(report: &Report, surroundings: &Surroundings) -> Vec<Text> {
    let total = count::of(report.rows().count(), "task");
    let at = time::to_the_second(report.at, &surroundings.time_zone);
    let counts = report.counts().into_iter().filter(|(_, count)| *count > 0);
    let mut line = Text::from(format!("{total} at {at}"));
    for (index, (health, count)) in counts.enumerate() {
        let before = if index == 0 { ": " } else { ", " };
        let count = format!("{count} {}", health.as_str().replace('-', " "));
        line = line.and(before, Role::Plain).and(count, role(health));
    }
    let mut lines = vec![line];
    lines.extend(report.targets.iter().map(|target| match &target.error {
        Some(_) => {
            let missing = "could not be read; its tasks are missing";
            Text::from(of(target)).and(missing, Role::Of(Severity::Critical))
        }
        None => Text::new(zone(target), Role::Quiet),
    }));
    lines
}

fn zone(target: &Target) -> String {
    let assumed = if target.zone.is_assumed { ", which is assumed; --tz sets another" } else { "" };
    format!("{}schedules are read in the time zone {}{assumed}", of(target), target.zone.name)
}

fn of(target: &Target) -> String {
    target.target.as_deref().map(|name| format!("{}: ", sanitize::cut(name, LONGEST))).unwrap_or_default()
}

fn shown(text: Option<&str>) -> Text {
    Text::value(
        text.map(|text| sanitize::cut(text, LONGEST)).filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned()),
    )
}

fn write_text(indent: &str, text: Text, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    columns::write_text(indent, &text, surroundings.width, surroundings.colours, writer)
}
