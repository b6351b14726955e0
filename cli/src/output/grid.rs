//! A listing of any record as a plain table: a line each, or a line for each field where that would be too wide.

use std::io::{self, Write};

use dataarts_security::Timestamp;
use serde_json::Value;

use super::columns;
use super::sanitize::LONGEST;
use super::style::Role;
use super::text::Text;
use super::{Record, Renderer, Surroundings, card, sanitize};
use crate::describe::time;

/// What is shown of a field.
struct Cell {
    value: String,
    /// Of a moment.
    age: Option<String>,
}

/// Records held back until all are there, since each has a say in the width of the columns.
pub(super) struct Grid {
    surroundings: Surroundings,
    columns: &'static [(&'static str, &'static str)],
    rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// A table without records.
    pub(super) fn new(surroundings: Surroundings, columns: &'static [(&'static str, &'static str)]) -> Self {
        Self { surroundings, columns, rows: Vec::new() }
    }

    /// A header and a row for each record.
    fn lines(&self, has_ages: bool) -> Vec<Vec<Text>> {
        let header = self.columns.iter().map(|(_, header)| Text::new(*header, Role::Heading)).collect();
        let row = |row: &Vec<Cell>| row.iter().map(|cell| cell.text(has_ages)).collect();
        [header].into_iter().chain(self.rows.iter().map(row)).collect()
    }

    /// Each record as names beside values, with an empty line between two.
    fn write_blocks(&self, writer: &mut dyn Write) -> io::Result<()> {
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                writeln!(writer)?;
            }
            let names = self.columns.iter().map(|(_, header)| *header);
            card::write_rows(names.zip(row.iter().map(|cell| cell.text(true))), &self.surroundings, writer)?;
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
        let room = self.surroundings.width.map_or(usize::MAX, usize::from);
        for has_ages in [true, false] {
            let rows = self.lines(has_ages);
            let widths = columns::widths(&rows);
            if columns::total(&widths) <= room {
                let colours = self.surroundings.colours;
                return rows.iter().try_for_each(|row| columns::write_row(row, &widths, colours, writer));
            }
        }
        self.write_blocks(writer)
    }

    fn break_off(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        Renderer::<T>::finish(self, writer)
    }
}

impl Cell {
    fn text(&self, has_age: bool) -> Text {
        let text = Text::value(self.value.as_str());
        match self.age.as_ref().filter(|_| has_age) {
            Some(age) => text.and(format!(" ({age})"), Role::Quiet),
            None => text,
        }
    }
}

fn cell(name: &str, value: Option<&Value>, surroundings: &Surroundings) -> Cell {
    let moment = value.and_then(Value::as_i64).filter(|_| name.ends_with("_time")).map(Timestamp::from_millisecond);
    let text = match moment {
        Some(moment) if moment.is_never() => "never".to_owned(),
        Some(moment) => time::to_the_minute(moment, &surroundings.time_zone),
        None => sanitize::cut(&card::text(name, value, surroundings), LONGEST),
    };
    let age = moment.filter(|moment| !moment.is_never()).map(|moment| time::age(moment, surroundings.now));
    Cell { value: if text.is_empty() { "-".to_owned() } else { text }, age }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Colours;
    use crate::progress::Bars;
    use dataarts_security::types::DataConnection;
    use jiff::tz::TimeZone;
    use unicode_width::UnicodeWidthStr as _;

    fn written(width: Option<u16>) -> String {
        let now = jiff::Timestamp::from_millisecond(1_710_908_716_000).unwrap();
        let surroundings =
            Surroundings { now, time_zone: TimeZone::UTC, width, colours: Colours::Off, bars: Bars::Never };
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
             3190d3fa8bad4de19c20572b181eb00c  数据仓库[31m x  DWS   -           2024-03-20 02:25 (2 h ago)\n\
             3190d3fa8bad4de19c20572b181eb00c  sales           DWS   -           2024-03-20 02:25 (2 h ago)\n"
        );
        assert_eq!(written(Some(200)), text);
    }

    #[test]
    fn ages_give_way_before_lines_do() {
        let text = written(Some(90));
        assert!(text.starts_with("CONNECTION  ") && text.contains("2024-03-20 02:25\n"), "{text}");
        assert!(!text.contains("ago"), "{text}");
    }

    #[test]
    fn a_record_is_a_block_where_there_is_none() {
        let text = written(Some(50));
        assert!(text.starts_with("CONNECTION  3190d3fa8bad4de19c20572b181eb00c\nNAME        "), "{text}");
        assert!(text.contains("CREATED     2024-03-20 02:25 (2 h ago)\n\nCONNECTION"), "{text}");
        assert!(text.lines().all(|line| line.width() <= 50), "{text}");
    }

    #[test]
    fn any_width_is_survived() {
        for width in [1, 2, 20, u16::MAX] {
            assert!(!written(Some(width)).is_empty(), "{width}");
        }
    }
}
