//! Columns that a text takes on a terminal.

use unicode_width::UnicodeWidthStr as _;

/// Columns of a text in one line. Never the sum of its characters: a selector widens the one before, and those that are
/// joined take no more than one.
pub(crate) fn of(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_terminals_draw_it() {
        for (text, columns) in [
            ("abc", 3),
            ("数据", 4),
            ("e\u{301}", 1),
            // Sound marks that have a column of their own, and those that have none.
            ("ﾃﾞｰﾀ", 4),
            ("ﾊﾟ", 2),
            ("テ\u{3099}", 2),
            // Text that is shown as a picture.
            ("⚠\u{fe0f}", 2),
            ("⚠", 1),
            ("🇨🇳", 2),
            ("👨\u{200d}👩\u{200d}👧\u{200d}👦", 2),
        ] {
            assert_eq!(of(text), columns, "{text}");
        }
    }
}
