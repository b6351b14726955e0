//! How many there are of something.

use std::fmt;

/// Such as `1 task`, `2 tasks` or `0 tasks`.
pub(crate) fn of<N: Copy + fmt::Display + From<u8> + PartialEq>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        for (count, words) in [(0_usize, "0 tasks"), (1, "1 task"), (2, "2 tasks")] {
            assert_eq!(of(count, "task"), words);
        }
        assert_eq!(of(-1_i64, "task"), "-1 tasks");
    }
}
