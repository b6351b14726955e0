//! What a probe found, for reading: sentences in columns, or one below the other where there is little room.

use std::io::{self, Write};

use super::columns::{self, GAP};
use super::style::Role;
use super::text::Text;
use super::{Surroundings, card};
use crate::probe::{Finding, Report};
use crate::severity::Severity;

/// Columns taken where nobody says how many there are: texts of several sentences are no lines for programs.
const USUAL_WIDTH: u16 = 120;
/// Narrower than this, each finding is a block.
const LEAST_WIDTH: u16 = 90;
/// The widest of what the last column holds.
const LAST_WIDTH: usize = 11;

/// Writes a row for each question, and the sum.
pub(super) fn write(report: &Report, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let width = surroundings.width.unwrap_or(USUAL_WIDTH);
    if width < LEAST_WIDTH {
        write_blocks(report, surroundings, writer)?;
    } else {
        write_rows(report, usize::from(width), surroundings, writer)?;
    }
    writeln!(writer)?;
    columns::write_text("", &report.summary().into(), surroundings.width, surroundings.colours, writer)
}

fn write_rows(report: &Report, width: usize, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let text = width.saturating_sub(LAST_WIDTH + 3 * GAP) / 3;
    let widths = [text, text, text, LAST_WIDTH];
    let header = ["QUESTION", "FINDING", "THIS CLIENT ASSUMES", "AGREES"].map(|name| Text::new(name, Role::Heading));
    columns::write_row(&header, &widths, surroundings.colours, writer)?;
    for finding in &report.findings {
        let row = [finding.asks.into(), finding.finding.as_str().into(), finding.assumed.into(), agrees(finding)];
        columns::write_row(&row, &widths, surroundings.colours, writer)?;
    }
    Ok(())
}

fn agrees(finding: &Finding) -> Text {
    let role = match finding.agrees {
        "yes" => Role::Of(Severity::Good),
        "no" => Role::Of(Severity::Critical),
        _ => Role::Quiet,
    };
    Text::new(finding.agrees, role)
}

fn write_blocks(report: &Report, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    for (index, finding) in report.findings.iter().enumerate() {
        if index > 0 {
            writeln!(writer)?;
        }
        let rows = [
            ("question", finding.asks.into()),
            ("finding", finding.finding.as_str().into()),
            ("assumed", finding.assumed.into()),
            ("agrees", agrees(finding)),
        ];
        card::write_rows(rows, surroundings, writer)?;
    }
    Ok(())
}
