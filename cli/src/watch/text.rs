//! Texts fitted to columns of a terminal, where an East Asian character takes two.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text, or as much of it as fits before an ellipsis.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let (head, _) = split(text, columns.saturating_sub(1));
    if columns == 0 { String::new() } else { format!("{head}…") }
}

/// The first parts that fit, two spaces between them; the first is cut rather than left out.
pub(super) fn join(parts: &[String], columns: usize) -> String {
    let mut joined = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if joined.is_empty() {
            joined = fit(part, columns);
        } else if width(&joined) + 2 + width(part) <= columns {
            joined.push_str("  ");
            joined.push_str(part);
        }
    }
    joined
}

/// A line as several, broken between words where that is possible; all but the first begin `hang` columns further in,
/// unless that took half of them.
pub(super) fn wrap(line: &str, columns: usize, hang: usize) -> Vec<String> {
    let hang = if hang * 2 < columns { hang } else { 0 };
    let indent = " ".repeat(hang);
    let mut columns = columns.max(1);
    let mut lines = Vec::new();
    let mut rest = line;
    loop {
        // Never the width of all the rest: a log may be one line of a megabyte.
        let (head, tail) = split(rest, columns);
        if tail.is_empty() {
            break;
        }
        // One character at least, or this would never end.
        let (head, tail) = if head.is_empty() { first(rest) } else { (head, tail) };
        let broken = if tail.starts_with(' ') { None } else { head.rsplit_once(' ') };
        let head = match broken.map(|(head, _)| head) {
            Some(words) if !words.trim().is_empty() => words,
            _ => head,
        };
        lines.push(head.trim_end().to_owned());
        rest = rest.get(head.len()..).unwrap_or(tail).trim_start();
        if lines.len() == 1 {
            columns -= hang;
        }
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest.to_owned());
    }
    for line in lines.iter_mut().skip(1) {
        line.insert_str(0, &indent);
    }
    lines
}

fn first(text: &str) -> (&str, &str) {
    let length = text.chars().next().map_or(0, char::len_utf8);
    text.split_at_checked(length).unwrap_or((text, ""))
}

/// What fits into the columns, and the rest.
fn split(text: &str, columns: usize) -> (&str, &str) {
    let mut taken = 0;
    for (position, character) in text.char_indices() {
        taken += character.width().unwrap_or(0);
        if taken > columns {
            return text.split_at_checked(position).unwrap_or((text, ""));
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_a_wide_character_ends() {
        for (text, columns, fitted) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("集群集群", 8, "集群集群"),
            ("集群集群", 7, "集群集…"),
            ("集群集群", 6, "集群…"),
            ("集", 1, "…"),
            ("集", 0, ""),
        ] {
            assert_eq!(fit(text, columns), fitted, "{text} {columns}");
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_left_out_whole() {
        let parts = ["first".to_owned(), String::new(), "second, long".to_owned(), "third".to_owned()];
        assert_eq!(join(&parts, 30), "first  second, long  third");
        assert_eq!(join(&parts, 12), "first  third");
        assert_eq!(join(&parts, 4), "fir…");
    }

    #[test]
    fn a_line_breaks_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 7, 0), ["one two", "three"]);
        assert_eq!(wrap("one twofour", 7, 0), ["one", "twofour"]);
        assert_eq!(wrap("abcdefgh", 3, 0), ["abc", "def", "gh"]);
        assert_eq!(wrap("集群集群", 5, 0), ["集群", "集群"]);
        assert_eq!(wrap("集群", 1, 0), ["集", "群"]);
        assert_eq!(wrap("  indented words", 10, 4), ["  indented", "    words"]);
        assert_eq!(wrap("id  one two three four", 10, 4), ["id  one", "    two", "    three", "    four"]);
        assert_eq!(wrap("one two three", 7, 4), ["one two", "three"]);
        assert_eq!(wrap("", 5, 2), [""]);
        assert_eq!(wrap(&"word ".repeat(200_000), 10, 0).len(), 100_000);
        assert_eq!(wrap("a", 0, 2), ["a"]);
    }
}
