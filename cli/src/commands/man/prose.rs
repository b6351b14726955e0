//! The longer texts of the help as sections of a page. They are broken into lines for a terminal, while a page is filled
//! anew for the width at hand: what is prose there is prose here, and tables and examples stay as they are.

use crate::help::FILLED;

/// Columns by which the rest of an example stands behind its beginning.
const HANGING: usize = 4;
/// The same of a step, behind its number.
const HANGING_STEP: usize = 3;

/// The sections of a help, without its options.
pub(super) fn rendered(help: &str) -> String {
    let mut page = String::new();
    for (index, block) in help.split("\n\n").filter(|block| !block.is_empty()).enumerate() {
        let mut lines = block.lines().collect::<Vec<_>>();
        match lines.first().copied().and_then(title) {
            Some((title, rest)) => {
                page.push_str(&format!(".SH \"{}\"\n", escaped(&title.to_uppercase())));
                lines.remove(0);
                page.push_str(&rest.map(|rest| format!("{}\n", escaped(&sentence(rest)))).unwrap_or_default());
            }
            None if index == 0 => page.push_str(".SH NOTES\n"),
            None => page.push_str(".PP\n"),
        }
        let is_example = block.starts_with("Examples:");
        paragraphs(&lines, is_example).iter().for_each(|paragraph| paragraph.push_to(&mut page));
    }
    page
}

/// The title of a block that begins with one, such as `Exit codes:`, and what stands behind it in brackets.
fn title(line: &str) -> Option<(&str, Option<&str>)> {
    let line = line.strip_suffix(':')?;
    let (title, rest) = line.split_once(" (").map_or((line, None), |(title, rest)| (title, rest.strip_suffix(')')));
    (title.split(' ').count() <= 2).then_some((title, rest))
}

/// What stood in brackets, as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// Text that is filled.
struct Paragraph {
    /// Columns before its first line, and before the others.
    first: usize,
    others: usize,
    text: String,
}

fn paragraphs(lines: &[&str], is_example: bool) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut before = None;
    for line in lines {
        let text = line.trim_start();
        let first = line.len() - text.len();
        let step = is_numbered(text).then_some(HANGING_STEP);
        let column = second_column(text).filter(|_| !is_example);
        let is_prose = column.is_none() && !is_example;
        // What had room for this line's first word ended there.
        let goes_on = before.is_some_and(|columns| columns + 1 + first_word(text) > FILLED);
        match paragraphs.last_mut() {
            Some(last) if is_prose && step.is_none() && last.others == first && (goes_on || last.first < first) => {
                last.text.push(' ');
                last.text.push_str(text);
            }
            _ => {
                let hanging = if is_example { Some(HANGING) } else { column.or(step) };
                paragraphs.push(Paragraph { first, others: first + hanging.unwrap_or(0), text: text.to_owned() });
            }
        }
        before = is_prose.then(|| line.chars().count());
    }
    paragraphs
}

/// Columns of the first word.
fn first_word(text: &str) -> usize {
    text.split(' ').next().map_or(0, |word| word.chars().count())
}

/// Such as `2. the file`.
fn is_numbered(text: &str) -> bool {
    text.split_once(". ").is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Where a name and a gap are followed by a meaning, its place.
fn second_column(text: &str) -> Option<usize> {
    let gap = text.find("  ")?;
    let rest = text.get(gap..)?;
    Some(gap + rest.len() - rest.trim_start().len())
}

impl Paragraph {
    fn push_to(&self, page: &mut String) {
        let Self { first, others, .. } = self;
        let text = escaped(&self.text);
        page.push_str(&match (*first, others - first) {
            (0, 0) => format!(".br\n{text}\n"),
            (_, 0) => format!(".in +{others}n\n{text}\n.in -{others}n\n"),
            (_, hanging) => format!(".in +{others}n\n.ti -{hanging}n\n{text}\n.in -{others}n\n"),
        });
    }
}

/// Text in which nothing is taken for a request or an escape.
fn escaped(text: &str) -> String {
    let mut escaped = if text.starts_with(['.', '\'']) { "\\&".to_owned() } else { String::new() };
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\e"),
            // Else they become typographical ones, and nobody can copy a command.
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '"' => escaped.push_str("\\(dq"),
            '`' => escaped.push_str("\\(ga"),
            '~' => escaped.push_str("\\(ti"),
            '^' => escaped.push_str("\\(ha"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_filled_and_tables_and_examples_are_kept() {
        let prose = "x".repeat(75);
        let help = format!(
            "Output:\n  {prose}\n  goes on.\n  short\n  1. {prose}\n     on\n  2. own\n\nExit codes:\n  0    Done\n  3    \
             Not\n       well\n\nExamples:\n  dataarts {prose}\n  dataarts 'b' \\ -o"
        );
        assert_eq!(
            rendered(&help),
            format!(
                ".SH \"OUTPUT\"\n.in +2n\n{prose} goes on.\n.in -2n\n.in +2n\nshort\n.in -2n\n\
                 .in +5n\n.ti -3n\n1. {prose} on\n.in -5n\n.in +5n\n.ti -3n\n2. own\n.in -5n\n\
                 .SH \"EXIT CODES\"\n.in +7n\n.ti -5n\n0    Done\n.in -7n\n.in +7n\n.ti -5n\n3    Not well\n.in -7n\n\
                 .SH \"EXAMPLES\"\n.in +6n\n.ti -4n\ndataarts {prose}\n.in -6n\n.in +6n\n.ti -4n\n\
                 dataarts \\(aqb\\(aq \\e \\-o\n.in -6n\n"
            )
        );
    }

    #[test]
    fn a_paragraph_ends_where_there_was_room_and_at_an_empty_line() {
        let help = format!("Output:\n  It ends.\n  Another one.\n\n  A third, {}\n  goes on.", "x".repeat(65));
        assert_eq!(
            rendered(&help),
            format!(
                ".SH \"OUTPUT\"\n.in +2n\nIt ends.\n.in -2n\n.in +2n\nAnother one.\n.in -2n\n.PP\n.in +2n\n\
                 A third, {} goes on.\n.in -2n\n",
                "x".repeat(65)
            )
        );
    }

    #[test]
    fn what_stands_behind_a_title_is_a_sentence_below_it() {
        assert_eq!(
            rendered("Health (worst first):\n  a  b"),
            ".SH \"HEALTH\"\nWorst first.\n.in +5n\n.ti -3n\na  b\n.in -5n\n"
        );
    }

    #[test]
    fn a_title_has_two_words_at_most() {
        assert_eq!(title("Exit codes:"), Some(("Exit codes", None)));
        assert_eq!(title("Environment (an option wins):"), Some(("Environment", Some("an option wins"))));
        assert_eq!(title("Credentials come from the first of these:"), None);
        assert_eq!(title("Examples"), None);
    }

    #[test]
    fn nothing_is_taken_for_a_request() {
        assert_eq!(escaped(".br 'x"), "\\&.br \\(aqx");
        assert_eq!(escaped("'x"), "\\&\\(aqx");
    }
}
