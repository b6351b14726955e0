//! A listing of any record as a plain table: a line each, or a line for each field where that would be too wide.

use std::io::{self, Write};

use comfy_table::{Table, presets};
use dataarts_security::Timestamp;
use serde_json::Value;

use super::{Record, Renderer, Surroundings, card, sanitize};
use crate::describe::time;

/// Spaces between two columns.
const GAP: u16 = 2;

/// Records held back until all are there, since each has a say in the width of the columns.
pub(super) struct Grid {
    surroundings: Surroundings,
    columns: &'static [(&'static str, &'static str)],
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table without records.
    pub(super) fn new(surroundings: Surroundings, columns: &'static [(&'static str, &'static str)]) -> Self {
        Self { surroundings, columns, rows: Vec::new() }
    }

    fn lines(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(self.columns.iter().map(|(_, header)| *header)).add_rows(&self.rows);
        let last = self.columns.len().saturating_sub(1);
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding(if index < last { (0, GAP) } else { (0, 0) });
        }
        table
    }

    /// Each record as names beside values, with an empty line between two.
    fn write_blocks(&self, writer: &mut dyn Write) -> io::Result<()> {
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                writeln!(writer)?;
            }
            let names = self.columns.iter().map(|(_, header)| *header);
            card::write_rows(names.zip(row.iter().cloned()), &self.surroundings, writer)?;
        }
        Ok(())
    }
}

impl<T: Record> Renderer<T> for Grid {
    fn record(&mut self, record: T, _writer: &mut dyn Write) -> io::Result<()> {
        let values = serde_json::to_value(&record)?;
        let cell = |(name, _): &(&str, &str)| cell(name, values.get(name), &self.surroundings);
        self.rows.push(self.columns.iter().map(cell).collect());
        Ok(())
    }

    fn finish(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let table = self.lines();
        let gaps = usize::from(GAP) * self.columns.len().saturating_sub(1);
        let needed = table.column_max_content_widths().into_iter().map(usize::from).sum::<usize>() + gaps;
        if self.surroundings.width.is_some_and(|width| usize::from(width) < needed) {
            return self.write_blocks(writer);
        }
        for line in table.lines() {
            writeln!(writer, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn break_off(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        Renderer::<T>::finish(self, writer)
    }
}

fn cell(name: &str, value: Option<&Value>, surroundings: &Surroundings) -> String {
    let text = match value.and_then(Value::as_i64).filter(|_| name.ends_with("_time")) {
        Some(0) => "never".to_owned(),
        Some(moment) => time::to_the_minute(Timestamp::from_millisecond(moment), &surroundings.time_zone),
        None => sanitize::line(&card::text(name, value, surroundings)),
    };
    if text.is_empty() { "-".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dataarts_security::types::DataConnection;
    use jiff::tz::TimeZone;
    use unicode_width::UnicodeWidthStr as _;

    fn written(width: Option<u16>) -> String {
        let surroundings = Surroundings { now: jiff::Timestamp::UNIX_EPOCH, time_zone: TimeZone::UTC, width };
        let mut grid = Grid::new(surroundings, DataConnection::columns());
        let mut bytes = Vec::new();
        for name in ["数据仓库\u{1b}[31m\nx", "sales"] {
            let mut connection = DataConnection::default();
            connection.dw_id = Some("3190d3fa8bad4de19c20572b181eb00c".to_owned());
            connection.dw_name = Some(name.to_owned());
            connection.dw_type = Some("DWS".into());
            connection.create_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
            grid.record(connection, &mut bytes).unwrap();
        }
        Renderer::<DataConnection>::finish(&mut grid, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_record_is_a_line_where_there_is_room() {
        let text = written(None);
        assert_eq!(
            text,
            "CONNECTION                        NAME            TYPE  CREATED BY  CREATED\n\
             3190d3fa8bad4de19c20572b181eb00c  数据仓库[31m x  DWS   -           2024-03-20 02:25\n\
             3190d3fa8bad4de19c20572b181eb00c  sales           DWS   -           2024-03-20 02:25\n"
        );
        assert_eq!(written(Some(200)), text);
    }

    #[test]
    fn a_record_is_a_block_where_there_is_none() {
        let text = written(Some(50));
        assert!(text.starts_with("CONNECTION  3190d3fa8bad4de19c20572b181eb00c\nNAME        "), "{text}");
        assert!(text.contains("CREATED     2024-03-20 02:25\n\nCONNECTION"), "{text}");
        assert!(text.lines().all(|line| line.width() <= 50), "{text}");
    }

    #[test]
    fn any_width_is_survived() {
        for width in [1, 2, 20, u16::MAX] {
            assert!(!written(Some(width)).is_empty(), "{width}");
        }
    }
}
