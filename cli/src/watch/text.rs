//! Texts fitted to columns of a terminal, measured as they are drawn: cluster by cluster of what a reader takes for one
//! character, of which an East Asian one or a picture takes two columns.

use ratatui::buffer::CellWidth as _;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::describe::width::count;

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.graphemes(true).map(width_of_cluster).sum()
}

/// What is drawn leaves out control characters.
fn width_of_cluster(cluster: &str) -> usize {
    count(cluster.len());
    if cluster.contains(char::is_control) { 0 } else { usize::from(cluster.cell_width()) }
}

/// The text, or as much of it as fits before an ellipsis.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    // Never the width of all of it: a name may be a megabyte.
    if split(text, columns).1.is_empty() {
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
pub(crate) fn wrap(line: &str, columns: usize, hang: usize) -> Vec<String> {
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
        // One cluster at least, or this would never end.
        let (head, tail) = if head.is_empty() { first(rest) } else { (head, tail) };
        let broken = if first(tail).0 == " " { None } else { before_last_space(head) };
        let head = match broken {
            Some(words) if !words.trim().is_empty() => words,
            _ => head,
        };
        lines.push(head.trim_end().to_owned());
        rest = without_spaces(rest.get(head.len()..).unwrap_or(tail));
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
    let length = text.graphemes(true).next().map_or(0, str::len);
    text.split_at_checked(length).unwrap_or((text, ""))
}

/// A space that carries an accent is none.
fn before_last_space(text: &str) -> Option<&str> {
    let mut spaces = text.grapheme_indices(true).filter(|(_, cluster)| *cluster == " ");
    spaces.next_back().and_then(|(position, _)| text.get(..position))
}

fn without_spaces(mut text: &str) -> &str {
    while let (" ", rest) = first(text) {
        text = rest;
    }
    text
}

/// What fits into the columns, and the rest.
fn split(text: &str, columns: usize) -> (&str, &str) {
    let mut taken = 0;
    for (position, cluster) in text.grapheme_indices(true) {
        taken += width_of_cluster(cluster);
        if taken > columns {
            return text.split_at_checked(position).unwrap_or((text, ""));
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

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
            ("👩\u{200d}💻👩\u{200d}💻", 4, "👩\u{200d}💻👩\u{200d}💻"),
            ("👩\u{200d}💻👩\u{200d}💻", 3, "👩\u{200d}💻…"),
            ("⚠\u{fe0f}⚠\u{fe0f}", 3, "⚠\u{fe0f}…"),
            ("🇨🇳🇩🇪", 3, "🇨🇳…"),
        ] {
            assert_eq!(fit(text, columns), fitted, "{text} {columns}");
        }
    }

    /// What stands on a line of so many columns once this is drawn on it.
    fn drawn(text: &str, columns: usize) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, u16::try_from(columns).unwrap(), 1));
        let (end, _) = buffer.set_stringn(0, 0, text, columns, Style::new());
        let mut shown = String::new();
        let mut covered = 0;
        for cell in buffer.content().iter().take(usize::from(end)) {
            if covered == 0 {
                shown.push_str(cell.symbol());
                covered = width(cell.symbol());
            }
            covered -= 1;
        }
        shown
    }

    #[test]
    fn what_is_wrapped_is_drawn_whole_however_its_characters_are_made() {
        for cluster in ["⚠\u{fe0f}", "🇨🇳", "👩\u{200d}💻", "ﾃﾞ", "ﾊﾟ", "e\u{301}", "集", "👍🏽", "x \u{301}"]
        {
            let text = cluster.repeat(30);
            for columns in [3, 5, 7, 40] {
                let lines = wrap(&text, columns, 0);
                let shown: String = lines.iter().map(|line| drawn(line, columns)).collect();
                assert_eq!(shown, text, "{columns}: {lines:?}");
                assert!(lines.iter().all(|line| width(line) <= columns), "{columns}: {lines:?}");
            }
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
