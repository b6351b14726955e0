//! CSV, quoted by RFC 4180 and safe to open in a spreadsheet.

use std::io::{self, Write};

use serde_json::Value;

use super::{Record, Renderer, sanitize};

/// A header row, then one row per record.
#[derive(Default)]
pub(super) struct Rows {
    has_header: bool,
}

impl Rows {
    /// With the first record or at the end, so that a listing that fails at once does not look like an empty one.
    fn header<T: Record>(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        if !self.has_header {
            write_row(T::fields().iter().map(|name| (*name).to_owned()), writer)?;
            self.has_header = true;
        }
        Ok(())
    }
}

impl<T: Record> Renderer<T> for Rows {
    fn record(&mut self, record: T, writer: &mut dyn Write) -> io::Result<()> {
        self.header::<T>(writer)?;
        let values = serde_json::to_value(&record)?;
        write_row(T::fields().iter().map(|name| cell(values.get(name))), writer)
    }

    fn finish(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        self.header::<T>(writer)
    }
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => sanitize::cell(text),
        Some(Value::Number(number)) => number.to_string(),
        Some(other) => sanitize::cell(&other.to_string()),
    }
}

/// One row; the cells are made harmless before.
pub(super) fn write_row(cells: impl Iterator<Item = String>, writer: &mut dyn Write) -> io::Result<()> {
    for (index, cell) in cells.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Semicolons and tabs too: spreadsheets of some countries split there.
        let quote = if cell.contains(['"', ',', ';', '\t', '\r', '\n']) { "\"" } else { "" };
        write!(writer, "{comma}{quote}{}{quote}", cell.replace('"', "\"\""))?;
    }
    writeln!(writer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dataarts_security::Timestamp;
    use dataarts_security::types::{MemberSyncTask, SyncStatus};

    #[test]
    fn a_cell_at_whose_characters_a_spreadsheet_may_split_is_quoted() {
        let mut bytes = Vec::new();
        let cells = ["a", "a;b", "a\tb", "a,b", "say \"a\"", "a\nb", ""];
        write_row(cells.into_iter().map(str::to_owned), &mut bytes).unwrap();
        assert_eq!(bytes, b"a,\"a;b\",\"a\tb\",\"a,b\",\"say \"\"a\"\"\",\"a\nb\",\n");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        assert_eq!(reader.records().next().unwrap().unwrap(), cells[..]);
    }

    #[test]
    fn a_row_holds_the_values_of_the_service_under_its_names() {
        let mut task = MemberSyncTask::default();
        task.cluster_name = Some("=HYPERLINK(\"http://x\")".into());
        task.sync_status = Some(SyncStatus::SyncFail);
        task.sync_msg = Some("one, two\n\u{1b}[31mthree".into());
        task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
        task.schedule_interval = Some(-4);

        let mut bytes = Vec::new();
        let mut rows = Rows::default();
        rows.record(task.clone(), &mut bytes).unwrap();
        rows.record(task, &mut bytes).unwrap();
        Renderer::<MemberSyncTask>::finish(&mut rows, &mut bytes).unwrap();

        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().unwrap().clone();
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 2);
        let value = |name: &str| &records[1][header.iter().position(|column| column == name).unwrap()];
        assert_eq!(value("cluster_name"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(value("sync_status"), "SYNC_FAIL");
        assert_eq!(value("sync_msg"), "one, two [31mthree");
        assert_eq!(value("sync_time"), "1710901516000");
        assert_eq!(value("schedule_interval"), "-4");
        assert_eq!(value("id"), "");
    }
}
