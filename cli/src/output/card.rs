//! One thing as a two-column view of its fields.

use std::io::{self, Write};

use dataarts_security::Timestamp;
use dataarts_security::types::SyncStatus;
use serde_json::Value;

use super::columns::{self, GAP};
use super::style::Role;
use super::text::Text;
use super::{Record, Surroundings, sanitize};
use crate::describe::time;
use crate::severity::Severity;

/// As wide as an id: where values have less room beside their names, those that need more stand below.
const LEAST_VALUE: usize = 36;
/// What stands before a value below its name.
const INDENT: &str = "  ";

/// Writes every field under its name in the service; what is absent is a dash.
pub(super) fn write<T: Record>(record: &T, surroundings: &Surroundings, writer: &mut dyn Write) -> io::Result<()> {
    let values = serde_json::to_value(record)?;
    let row = |name: &&'static str| (*name, value(name, values.get(*name), surroundings));
    write_rows(T::fields().iter().map(row), surroundings, writer)
}

/// Writes names beside values, which are made harmless and may have several lines.
pub(super) fn write_rows(
    rows: impl IntoIterator<Item = (&'static str, impl Into<Text>)>,
    surroundings: &Surroundings,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let row = |(name, value): (&'static str, _)| vec![Text::new(name, Role::Heading), Into::into(value)];
    let rows: Vec<Vec<Text>> = rows.into_iter().map(row).collect();
    let (mut widths, colours) = (columns::widths(&rows), surroundings.colours);
    if let (Some(whole), [names, values]) = (surroundings.width, widths.as_mut_slice()) {
        *values = usize::from(whole).saturating_sub(*names + GAP);
    }
    for row in &rows {
        match (row.as_slice(), widths.as_slice()) {
            ([name, value], [_, room]) if *room < LEAST_VALUE && value.width() > *room => {
                columns::write_text("", name, surroundings.width, colours, writer)?;
                columns::write_text(INDENT, value, surroundings.width, colours, writer)?;
            }
            _ => columns::write_row(row, &widths, colours, writer)?,
        }
    }
    Ok(())
}

/// The value of a field with its role.
fn value(name: &str, value: Option<&Value>, surroundings: &Surroundings) -> Text {
    let text = text(name, value, surroundings);
    match value.and_then(Value::as_str) {
        Some(status) if name == "sync_status" => Text::new(text, Role::Of(Severity::from(&SyncStatus::from(status)))),
        _ => Text::value(text),
    }
}

/// The value of a field for reading; what is absent is a dash.
pub(super) fn text(name: &str, value: Option<&Value>, surroundings: &Surroundings) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => sanitize::lines(text),
        // All times of the service are named so, and are milliseconds.
        Some(Value::Number(number)) if name.ends_with("_time") => number
            .as_i64()
            .map_or(number.to_string(), |number| moment(Timestamp::from_millisecond(number), surroundings)),
        Some(other) => sanitize::lines(&other.to_string()),
    }
}

/// Local time and how long ago, or how far ahead.
pub(super) fn moment(moment: Timestamp, surroundings: &Surroundings) -> String {
    if moment.is_never() {
        return "never".to_owned();
    }
    let local = time::to_the_second(moment, &surroundings.time_zone);
    format!("{local} ({})", time::age(moment, surroundings.now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Colours;
    use crate::progress::Bars;
    use dataarts_security::types::MemberSyncTask;
    use jiff::tz::TimeZone;

    fn written(width: Option<u16>) -> String {
        let mut task = MemberSyncTask::default();
        task.cluster_name = Some("数据仓库\u{202e}".into());
        task.sync_msg = Some("first line\nsecond \u{1b}[31mline that is rather long and has to be broken".into());
        task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
        task.create_time = Some(Timestamp::from_millisecond(0));
        let now = jiff::Timestamp::from_millisecond(1_710_908_716_000).unwrap();
        let surroundings =
            Surroundings { now, time_zone: TimeZone::UTC, width, colours: Colours::Off, bars: Bars::Never };
        let mut bytes = Vec::new();
        write(&task, &surroundings, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_field_has_a_line_and_the_log_all_of_its_lines() {
        let text = written(None);
        for name in MemberSyncTask::fields() {
            assert!(text.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name} in {text}");
        }
        assert!(text.contains("2024-03-20 02:25:16 +00:00 (2 h ago)"), "{text}");
        assert!(text.lines().any(|line| line.starts_with("create_time") && line.ends_with("never")), "{text}");
        assert!(text.lines().any(|line| line.starts_with("update_time") && line.ends_with(" -")), "{text}");
        assert!(text.contains("数据仓库\n") && !text.contains('\u{1b}'), "{text}");
        assert!(text.contains("second [31mline that is rather long and has to be broken"), "{text}");
    }

    #[test]
    fn a_narrow_terminal_breaks_lines() {
        let text = written(Some(50));
        assert!(text.lines().all(|line| line.chars().count() <= 50), "{text}");
        assert!(text.contains("broken"), "{text}");
    }
}
