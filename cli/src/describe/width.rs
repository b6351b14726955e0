//! Columns that a text takes on a terminal.

use unicode_width::UnicodeWidthStr as _;

/// Columns of a text in one line. Never the sum of its characters: a selector widens the one before, and those that are
/// joined take no more than one.
pub(crate) fn of(text: &str) -> usize {
    count(text.len());
    text.width()
}

#[cfg(test)]
thread_local! {
    static EXAMINED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts steps of layouts, for tests that hold them to their number.
#[cfg(test)]
pub(crate) fn count(steps: usize) {
    EXAMINED.set(EXAMINED.get() + steps);
}

#[cfg(not(test))]
pub(crate) fn count(_: usize) {}

/// The steps that `work` takes.
#[cfg(test)]
pub(crate) fn steps(work: impl FnOnce()) -> usize {
    let before = EXAMINED.get();
    work();
    EXAMINED.get() - before
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
