//! JSON with the service's own field names and values.

use std::io::{self, Write};

use serde::Serialize;

use super::{Record, Renderer, sanitize};

/// One array, an element at a time; only its end closes it.
#[derive(Default)]
pub(super) struct Array {
    is_open: bool,
}

impl<T: Record> Renderer<T> for Array {
    fn record(&mut self, record: T, writer: &mut dyn Write) -> io::Result<()> {
        writer.write_all(if self.is_open { b",\n  " } else { b"[\n  " })?;
        self.is_open = true;
        // A line break in JSON stands between its parts, never inside a string.
        let element = sanitize::json(serde_json::to_string_pretty(&record)?).replace('\n', "\n  ");
        writer.write_all(element.as_bytes())
    }

    fn finish(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        writer.write_all(if self.is_open { b"\n]\n" } else { b"[]\n" })
    }

    fn break_off(&mut self, writer: &mut dyn Write) -> io::Result<()> {
        if self.is_open { writer.write_all(b"\n") } else { Ok(()) }
    }
}

/// One object a line.
#[derive(Default)]
pub(super) struct Lines {
    /// Space for a line, used again for each.
    line: Vec<u8>,
}

impl<T: Record> Renderer<T> for Lines {
    fn record(&mut self, record: T, writer: &mut dyn Write) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, &record)?;
        if !sanitize::is_harmless(&self.line) {
            return write_line(&record, writer);
        }
        self.line.push(b'\n');
        writer.write_all(&self.line)
    }

    fn finish(&mut self, _writer: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// One object on one line.
pub(super) fn write_line(object: &impl Serialize, writer: &mut dyn Write) -> io::Result<()> {
    writeln!(writer, "{}", sanitize::json(serde_json::to_string(object)?))
}

/// One object, indented.
pub(super) fn write_object(object: &impl Serialize, writer: &mut dyn Write) -> io::Result<()> {
    writeln!(writer, "{}", sanitize::json(serde_json::to_string_pretty(object)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dataarts_security::types::MemberSyncTask;

    fn task(name: &str) -> MemberSyncTask {
        let mut task = MemberSyncTask::default();
        task.cluster_name = Some(name.to_owned());
        task.schedule_interval = Some(4);
        task
    }

    #[test]
    fn an_array_is_indented_and_closed_at_the_end() {
        let mut bytes = Vec::new();
        let mut array = Array::default();
        array.record(task("a"), &mut bytes).unwrap();
        array.record(task("b"), &mut bytes).unwrap();
        Renderer::<MemberSyncTask>::finish(&mut array, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("[\n  {\n    \"") && text.ends_with("\n  }\n]\n"), "{text}");
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed[1]["cluster_name"], "b");
        assert_eq!(parsed[1]["schedule_interval"], 4);
    }

    #[test]
    fn an_object_on_a_line_stays_on_it() {
        let mut bytes = Vec::new();
        write_line(&task("two\nlines \u{2028} \u{1b}[31m"), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(text.contains(r"two\nlines \u2028 \u001b[31m"), "{text}");
    }
}
