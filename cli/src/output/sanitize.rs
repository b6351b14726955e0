//! Text of the service is foreign: a name or a log may hold what a terminal obeys, what turns the direction of a line,
//! or what a spreadsheet would run. Every text that is printed comes through here.

use std::borrow::Cow;

/// One line: breaks and tabs become spaces, everything harmful is left out.
pub(crate) fn line(text: &str) -> String {
    let replaced: String = text.chars().filter_map(|character| keep(character, ' ')).collect();
    replaced.trim().to_owned()
}

/// Characters of one field that a table, a view or a page shows; JSON, CSV and `show` have all of it.
pub(crate) const LONGEST: usize = 1_000;

/// One line of at most `most` characters, the last of which is `…` where some are missing.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let kept = text.chars().filter_map(|character| keep(character, ' '));
    let mut kept = kept.skip_while(|character| character.is_whitespace());
    let mut cut: String = kept.by_ref().take(most).collect();
    if kept.any(|character| !character.is_whitespace()) {
        cut.pop();
        cut.push('…');
    }
    cut.truncate(cut.trim_end().len());
    cut
}

/// The first bytes of a text, no more than `most`, and whole characters.
pub(crate) fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Several lines: breaks are kept, tabs become spaces, everything harmful is left out.
pub(crate) fn lines(text: &str) -> String {
    let unified = text.replace("\r\n", "\n");
    let replaced: String = unified.chars().filter_map(|character| keep(character, '\n')).collect();
    replaced.trim_end().to_owned()
}

/// One line that a spreadsheet takes for text: an apostrophe stands before what would start a formula.
pub(crate) fn cell(text: &str) -> String {
    let line = line(text);
    if !line.contains(';') {
        return guarded(&line).into_owned();
    }
    // A spreadsheet that splits lines at semicolons takes each part for a cell.
    line.split(';').map(guarded).collect::<Vec<_>>().join(";")
}

/// The full-width forms are formulas too, for spreadsheets set to East Asian languages.
fn guarded(text: &str) -> Cow<'_, str> {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}").into() } else { text.into() }
}

/// JSON that means the same, with harmful characters as escapes.
///
/// The characters below U+007F are escaped already, and what lies above stands inside strings only.
pub(crate) fn json(text: String) -> String {
    if is_harmless(text.as_bytes()) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|character: char| character >= '\u{7f}' && is_harmful(character)) {
        let (before, from) = rest.split_at(at);
        let mut characters = from.chars();
        let harmful = characters.next().map_or(0, u32::from);
        escaped.push_str(&format!("{before}\\u{harmful:04x}"));
        rest = characters.as_str();
    }
    escaped.push_str(rest);
    escaped
}

/// Whether no harmful character above U+007E can be there: each of them begins with one of four bytes. Most lists are told
/// by this alone, so it looks at many bytes at a time.
pub(crate) fn is_harmless(text: &[u8]) -> bool {
    let may_harm = |byte: &u8| matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2);
    !text.chunks(256).any(|chunk| chunk.iter().fold(false, |found, byte| found | may_harm(byte)))
}

fn keep(character: char, line_break: char) -> Option<char> {
    match character {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(line_break),
        '\t' => Some(' '),
        harmful if is_harmful(harmful) => None,
        harmless => Some(harmless),
    }
}

/// Control characters (escape among them), line and paragraph separators, and what changes the writing direction.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HARMFUL: &str = "\u{0}\u{7}\u{8}\u{1b}\u{7f}\u{80}\u{9b}\u{9f}\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\
                           \u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";

    #[test]
    fn harmful_characters_are_left_out_and_foreign_ones_kept() {
        assert_eq!(line(&format!("a{HARMFUL}b")), "ab");
        assert_eq!(lines(&format!("a{HARMFUL}b")), "ab");
        assert_eq!(line("集群 é 🙂 \u{200d}"), "集群 é 🙂 \u{200d}");
    }

    #[test]
    fn lines_stay_apart() {
        assert_eq!(line("a\r\nb\tc\u{2028}d\n"), "a  b c d");
        assert_eq!(lines("a\r\nb\tc\u{2028}d\n\n"), "a\nb c\nd");
    }

    #[test]
    fn a_formula_becomes_text() {
        for text in ["=1+1", "+1", "-1", "@x", "\t=1", " \u{202e}=1", "\n@x", "＝1", "-1;b"] {
            assert!(cell(text).starts_with('\''), "{text:?}: {}", cell(text));
        }
        for text in ["a=1", "", "1-1", "dws_1"] {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn a_formula_behind_a_semicolon_becomes_text() {
        for (text, guarded) in [("a;=1+1", "a;'=1+1"), ("a;b; @x;", "a;b;' @x;"), ("=a;+b", "'=a;'+b"), ("a;b", "a;b")]
        {
            assert_eq!(cell(text), guarded);
        }
    }

    #[test]
    fn a_text_is_cut_after_so_many_characters_and_no_more_is_kept() {
        for (text, cut_text) in
            [("abc", "abc"), ("abcd", "ab…"), (" \n集群é", "集群é"), ("abc  \n ", "abc"), ("ab  d", "ab…")]
        {
            assert_eq!(cut(text, 3), cut_text);
        }
        assert_eq!(cut(&"\u{202e}".repeat(5), 3), "");
    }

    #[test]
    fn a_byte_tells_every_harmful_character_above_ascii() {
        let mut bytes = [0; 4];
        for character in ('\u{7f}'..=char::MAX).filter(|character| is_harmful(*character)) {
            assert!(!is_harmless(character.encode_utf8(&mut bytes).as_bytes()), "{character:?}");
        }
        assert!(is_harmless("集群 \" ~".as_bytes()));
    }

    #[test]
    fn json_escapes_what_is_harmful_and_says_the_same() {
        let text = format!("集群{HARMFUL}\u{2028}\u{2029}\n\"\\é");
        let escaped = json(serde_json::to_string(&text).unwrap());
        assert!(!escaped.chars().any(is_harmful), "{escaped}");
        assert!(escaped.contains("集群") && escaped.contains("\\u202e") && escaped.contains("\\u007f"), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }
}
