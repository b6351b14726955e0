//! How things are printed: records by one module per format, all fed through [`Listing`]; what `auth` tells by `report`.

mod card;
mod columns;
mod csv;
mod fields;
pub(crate) mod file;
mod grid;
mod json;
mod line_of_change;
#[cfg(test)]
mod long_texts;
mod metrics;
mod of_target;
pub(crate) mod page;
mod record;
mod report;
pub(crate) mod sanitize;
pub(crate) mod style;
mod table;
mod table_of_health;
mod table_of_probe;
pub(crate) mod terminal;
pub(crate) mod text;

use std::io::{self, BufWriter, Write, stderr};

use dataarts_security::types::MemberSyncTask;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::arguments::OutputArguments;
use crate::clock;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::health::Report as HealthReport;
use crate::probe::Report as ProbeReport;
use crate::progress::{Bars, beside_bar};
use crate::report::Report;
use crate::severity::Severity;
use style::{Colours, Role};

/// A way to print records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Format {
    /// For reading, fitted to the terminal.
    Table,
    /// One array, or one object where there is one thing to show.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// A header row, then one row each.
    Csv,
}

pub(crate) use of_target::Of;
pub(crate) use record::{Operation, Record};

/// What a text for people depends on, besides the record.
pub(crate) struct Surroundings {
    pub(crate) now: Timestamp,
    pub(crate) time_zone: TimeZone,
    /// Columns to fit into; without, a line may be as long as it needs, as programs that read it want.
    pub(crate) width: Option<u16>,
    /// Of standard output.
    pub(crate) colours: Colours,
    /// On standard error.
    pub(crate) bars: Bars,
}

impl Surroundings {
    /// Those of this process.
    pub(crate) fn of_process(environment: &Environment<'_>, asked: &OutputArguments) -> Result<Self, Failure> {
        let can_draw = terminal::can_draw_on_errors(environment);
        Ok(Self {
            now: clock::now(),
            time_zone: clock::time_zone(),
            width: terminal::width(environment)?,
            colours: terminal::colours_of_output(asked.color, environment),
            bars: Bars::choose(asked.no_progress, asked.verbose, can_draw, terminal::is_output_seen()),
        })
    }

    /// Those of a file, which is as wide as it needs to be and has no colours.
    pub(crate) fn of_file(self) -> Self {
        Self { width: None, colours: Colours::Off, ..self }
    }
}

/// Writes a sequence of records in one format.
pub(crate) trait Renderer<T> {
    /// The next record.
    fn record(&mut self, record: T, writer: &mut dyn Write) -> io::Result<()>;

    /// The end, after which the output is complete.
    fn finish(&mut self, writer: &mut dyn Write) -> io::Result<()>;

    /// An end that is none: whatever is held back is written, and nothing that looks like completeness.
    fn break_off(&mut self, _writer: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes that may wait to be written, where the next record is there already.
const BUFFER: usize = 64 * 1024;

/// Records on their way to a writer.
pub(crate) struct Listing<W: Write, T = MemberSyncTask> {
    renderer: Box<dyn Renderer<T>>,
    writer: BufWriter<W>,
    delivered: usize,
}

impl<W: Write, T: Record> Listing<W, T> {
    /// An empty listing; nothing is written yet.
    pub(crate) fn new(format: Format, surroundings: Surroundings, writer: W) -> Self {
        let renderer: Box<dyn Renderer<T>> = match format {
            Format::Table => T::table(surroundings),
            Format::Json => Box::new(json::Array::default()),
            Format::Jsonl => Box::new(json::Lines::default()),
            Format::Csv => Box::new(csv::Rows::default()),
        };
        Self { renderer, writer: BufWriter::with_capacity(BUFFER, writer), delivered: 0 }
    }

    /// What is written to; whatever was not flushed is not there yet.
    pub(crate) fn writer(&mut self) -> &mut W {
        self.writer.get_mut()
    }

    /// Number of records added.
    pub(crate) fn delivered(&self) -> usize {
        self.delivered
    }

    /// Adds a record; it may wait in a buffer until [`Self::flush`].
    pub(crate) fn add(&mut self, record: T) -> io::Result<()> {
        self.renderer.record(record, &mut self.writer)?;
        self.delivered += 1;
        Ok(())
    }

    /// Sends off what is in the buffer.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Ends a listing that is complete.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.renderer.finish(&mut self.writer)?;
        self.writer.flush()
    }

    /// Ends a listing that is not complete, and does not look so.
    pub(crate) fn break_off(&mut self) -> io::Result<()> {
        self.renderer.break_off(&mut self.writer)?;
        self.writer.flush()
    }
}

/// Writes a single record.
pub(crate) fn show<T: Record>(
    record: &T,
    format: Format,
    surroundings: &Surroundings,
    writer: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => card::write(record, surroundings, writer),
        Format::Json => json::write_object(record, writer),
        Format::Jsonl => json::write_line(record, writer),
        Format::Csv => csv::Rows::default().record(record.clone(), writer),
    }?;
    writer.flush()
}

/// Writes who is calling, and how the call went if there was one.
pub(crate) fn report(
    report: &Report,
    format: Format,
    surroundings: &Surroundings,
    writer: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => report::write(report, surroundings, writer),
        Format::Json => json::write_object(report, writer),
        Format::Jsonl => json::write_line(report, writer),
        Format::Csv => report::write_csv(report, writer),
    }?;
    writer.flush()
}

/// How tasks are doing, in a format of records or, without one, as metrics.
pub(crate) fn health(
    report: &HealthReport,
    format: Option<Format>,
    surroundings: Surroundings,
    writer: &mut dyn Write,
) -> io::Result<()> {
    match format {
        None => metrics::write(report, writer),
        Some(Format::Table) => table_of_health::write(report, &surroundings, writer),
        Some(Format::Json) => json::write_object(report, writer),
        Some(format @ (Format::Jsonl | Format::Csv)) => {
            let mut listing = Listing::new(format, surroundings, &mut *writer);
            report.rows().try_for_each(|row| listing.add(row.clone()))?;
            listing.finish()
        }
    }?;
    writer.flush()
}

/// What a probe found; all of it as one object, else the findings.
pub(crate) fn probe(
    report: &ProbeReport,
    format: Format,
    surroundings: &Surroundings,
    writer: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => table_of_probe::write(report, surroundings, writer),
        Format::Json => json::write_object(report, writer),
        Format::Jsonl => report.findings.iter().try_for_each(|finding| json::write_line(finding, writer)),
        Format::Csv => {
            let mut rows = csv::Rows::default();
            report.findings.iter().try_for_each(|finding| rows.record(finding.clone(), writer))
        }
    }?;
    writer.flush()
}

/// Says on standard error what does not hold up the work.
pub(crate) fn warn(warning: &str) {
    say("warning", warning, Severity::Warning);
}

/// Says on standard error what is news meanwhile.
pub(crate) fn tell(what: &str, news: &str) {
    say(what, news, Severity::Active);
}

fn say(what: &str, news: &str, severity: Severity) {
    let what = terminal::colours_of_errors().paint(&format!("{what}:"), Role::Of(severity));
    // Whoever closed standard error does not want to know.
    let _ = beside_bar(|| writeln!(stderr(), "{what} {}", sanitize::cut(news, sanitize::LONGEST)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, tasks: usize, complete: bool) -> String {
        let surroundings = Surroundings {
            now: Timestamp::UNIX_EPOCH,
            time_zone: TimeZone::UTC,
            width: None,
            colours: Colours::Off,
            bars: Bars::Never,
        };
        let mut bytes = Vec::new();
        let mut listing = Listing::new(format, surroundings, &mut bytes);
        for number in 0..tasks {
            let mut task = MemberSyncTask::default();
            task.id = Some(format!("id-{number}"));
            task.cluster_name = Some(format!("cluster-{number}"));
            listing.add(task).unwrap();
        }
        assert_eq!(listing.delivered(), tasks);
        if complete { listing.finish() } else { listing.break_off() }.unwrap();
        drop(listing);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn an_empty_listing_that_is_complete() {
        assert_eq!(written(Format::Json, 0, true), "[]\n");
        assert_eq!(written(Format::Jsonl, 0, true), "");
        assert!(written(Format::Csv, 0, true).contains("cluster_name"));
        assert_eq!(written(Format::Table, 0, true), "");
    }

    #[test]
    fn an_empty_listing_that_broke_off_prints_nothing() {
        for format in [Format::Json, Format::Jsonl, Format::Csv, Format::Table] {
            assert_eq!(written(format, 0, false), "", "{format:?}");
        }
    }

    #[test]
    fn a_listing_that_broke_off_shows_its_tasks_and_never_a_whole_array() {
        for format in [Format::Json, Format::Jsonl, Format::Csv, Format::Table] {
            let text = written(format, 2, false);
            assert!(text.contains("cluster-0") && text.contains("cluster-1"), "{format:?}: {text}");
        }
        assert!(serde_json::from_str::<serde_json::Value>(&written(Format::Json, 2, true)).is_ok());
        assert!(serde_json::from_str::<serde_json::Value>(&written(Format::Json, 2, false)).is_err());
    }
}
