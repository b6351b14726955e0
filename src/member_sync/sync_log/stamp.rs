//! The time at the beginning of a line.

use jiff::civil::DateTime;

const SHORTEST: usize = "2024-03-20 10:25:54".len();
/// With nine digits of a second's fraction.
const LONGEST: usize = SHORTEST + 10;

/// The time that `line` begins with, in brackets or without, and how many bytes it takes with what is around it.
pub(super) fn read(line: &str) -> Option<(DateTime, usize)> {
    let indented = line.trim_start();
    let rest = indented.strip_prefix('[');
    let is_bracketed = rest.is_some();
    let rest = rest.unwrap_or(indented);
    let letters = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'.' | b',' | b'T' | b' ');
    let length = rest.bytes().take(LONGEST).take_while(letters).count();
    let time = rest.get(..length)?.trim_end_matches(' ');
    if time.len() < SHORTEST || is_bracketed != rest.get(length..)?.starts_with(']') {
        return None;
    }
    let read = time.parse().ok()?;
    Some((read, line.len() - indented.len() + usize::from(is_bracketed) * 2 + length))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_time_is_read_with_and_without_brackets() {
        for (line, time, rest) in [
            ("[2024-03-20 10:25:54] ===> step", "2024-03-20T10:25:54", " ===> step"),
            ("  [2024-03-20 10:25:54]", "2024-03-20T10:25:54", ""),
            ("2024-03-20 10:25:54 INFO step", "2024-03-20T10:25:54", "INFO step"),
            ("2024-03-20T10:25:54.120 step", "2024-03-20T10:25:54.12", "step"),
            ("[2024-03-20 10:25:54,120]步骤", "2024-03-20T10:25:54.12", "步骤"),
        ] {
            let (read, length) = read(line).unwrap();
            assert_eq!((read.to_string().as_str(), &line[length..]), (time, rest), "{line}");
        }
    }

    #[test]
    fn what_is_no_time_is_no_beginning() {
        for line in [
            "",
            "[",
            "[]",
            "[2024-03-20]",
            "[2024-03-20 10:25:54",
            "2024-03-20 10:25:54]",
            "[2024-13-20 10:25:54]",
            "[2024-03-20 25:25:54]",
            "[0000000000000000000000]",
            "[2024-03-20 10:25:54 +08:00]",
            "列[2024-03-20 10:25:54]",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
