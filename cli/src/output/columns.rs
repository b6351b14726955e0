//! Texts side by side.

use std::io::{self, Write};

use super::style::Colours;
use super::text::{Fit, Text};

/// Spaces between two columns.
pub(super) const GAP: usize = 2;

/// A column as wide as its widest text.
pub(super) fn widths<'a>(rows: impl IntoIterator<Item = &'a Vec<Text>>) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.width());
        }
    }
    widths
}

/// Width of columns with the gaps between them.
pub(super) fn total(widths: &[usize]) -> usize {
    let gaps = GAP * widths.len().saturating_sub(1);
    widths.iter().fold(gaps, |sum, width| sum.saturating_add(*width))
}

/// Writes a row, in which each text is broken into the lines of its column.
pub(super) fn write_row(row: &[Text], widths: &[usize], colours: Colours, writer: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<_> = row.iter().zip(widths).map(|(text, width)| text.lines(Some(*width), Fit::Whole)).collect();
    write_cells(&cells, widths, 0, colours, writer)
}

/// Writes a row of texts that are in lines already, behind an indent.
pub(super) fn write_cells(
    cells: &[Vec<Text>],
    widths: &[usize],
    indent: usize,
    colours: Colours,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    for index in 0..height {
        let mut line = String::new();
        let (mut begin, mut end) = (indent, 0);
        for (cell, width) in cells.iter().zip(widths) {
            if let Some(text) = cell.get(index).filter(|text| !text.is_empty()) {
                line.push_str(&" ".repeat(begin.saturating_sub(end)));
                line.push_str(&text.painted(colours));
                end = begin + text.width();
            }
            begin = begin.saturating_add(*width).saturating_add(GAP);
        }
        writeln!(writer, "{line}")?;
    }
    Ok(())
}

/// Writes a text within `width`: the indent stands before its first line, spaces before the others.
pub(super) fn write_text(
    indent: &str,
    text: &Text,
    width: Option<u16>,
    colours: Colours,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let room = width.map(|width| usize::from(width).saturating_sub(indent.len()));
    for (index, line) in text.lines(room, Fit::Whole).iter().enumerate() {
        let before = if index == 0 { indent.to_owned() } else { " ".repeat(indent.len()) };
        writeln!(writer, "{before}{}", line.painted(colours))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Role;

    #[test]
    fn columns_stay_aligned_beside_marks_and_pictures() {
        let names = ["ﾃﾞｰﾀ", "⚠\u{fe0f}ab", "🇨🇳ab", "👨\u{200d}👩\u{200d}👧\u{200d}👦ab", "abcd"];
        let rows = names.map(|name| vec![Text::from(name), Text::from("b")]);
        let widths = widths(&rows);
        assert_eq!(widths, [4, 1]);
        let mut bytes = Vec::new();
        rows.iter().try_for_each(|row| write_row(row, &widths, Colours::Off, &mut bytes)).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), names.map(|name| format!("{name}  b\n")).concat());
    }

    #[test]
    fn columns_stay_aligned_with_colours_and_wide_characters() {
        let rows = [
            vec![Text::new("数据仓库", Role::Heading), Text::from("b"), Text::from("c")],
            vec![Text::new("x", Role::Quiet), Text::default(), Text::from("c\nd")],
        ];
        let widths = widths(&rows);
        assert_eq!((widths.as_slice(), total(&widths)), ([8, 1, 1].as_slice(), 14));
        let written = |colours| {
            let mut bytes = Vec::new();
            rows.iter().try_for_each(|row| write_row(row, &widths, colours, &mut bytes)).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        assert_eq!(written(Colours::Off), "数据仓库  b  c\nx            c\n             d\n");
        assert_eq!(
            written(Colours::On).replace('\u{1b}', "\\e"),
            "\\e[1m数据仓库\\e[0m  b  c\n\\e[2mx\\e[0m            c\n             d\n"
        );
    }
}
