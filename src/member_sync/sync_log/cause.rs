//! The cause of a failure: an error without what belongs to one case of it.

use std::fmt;
use std::iter::Peekable;
use std::str::CharIndices;

use huaweicloud_core::is_harmful;

/// What stands for everything that was taken out.
const GAP: char = '…';
/// Characters of an error that are looked at; the rest would not change what a person reads.
const LONGEST_LINE: usize = 2_000;
/// Characters of a cause.
const LONGEST: usize = 200;
const QUOTES: [(char, char); 8] =
    [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('《', '》')];

/// What failures have in common: an error without names, ids, numbers and quoted texts.
///
/// It is key and title at once: equal for equal causes, and one line of at most 200 characters without control
/// characters, such as `role … cannot be dropped because some objects depend on it`. An ellipsis stands for what was
/// taken out, one for a whole list. Taken out are quoted texts, and words with a digit, an underscore, `@`, `$`, `#`, a
/// dot or slashes inside (of a dotted exception, the last part stays). A name of letters alone that is not quoted
/// cannot be told from a word and stays. An error that would be nothing but gaps is its own cause.
///
/// Causes are for people and for grouping, not for storing: a later version may take out more.
///
/// ```
/// use dataarts_security::member_sync::SyncLog;
///
/// let one = SyncLog::parse("ERROR: role \"iam_group_sales\" cannot be dropped").cause();
/// let other = SyncLog::parse("ERROR: role \"iam_group_hr\" cannot be dropped").cause();
/// assert_eq!(one, other);
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Cause(String);

impl Cause {
    /// The text, without white space around it and never empty.
    ///
    /// ```
    /// use dataarts_security::member_sync::SyncLog;
    ///
    /// let cause = SyncLog::parse("FATAL: cannot reach 10.0.0.7:8000 after 3 attempts").cause().unwrap();
    /// assert_eq!(cause.as_str(), "cannot reach … after … attempts");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The cause of one line of error; none for a line that says nothing.
    pub(crate) fn of(line: &str) -> Option<Self> {
        let line: String = line.chars().take(LONGEST_LINE).map(|l| if is_harmful(l) { ' ' } else { l }).collect();
        let line = without_severity(&line).filter(|rest| !rest.is_empty()).unwrap_or(line.trim());
        let general = Generalised::of(line);
        let has_words = general.chars().any(char::is_alphabetic);
        let text = if has_words { general } else { line.split_whitespace().collect::<Vec<_>>().join(" ") };
        (!text.is_empty()).then(|| Self(bounded(&text)))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// What follows `ERROR:` or the like, if `line` begins with it.
pub(super) fn without_severity(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches('[');
    let word = line.split(|letter: char| !letter.is_alphanumeric()).next()?;
    let is_severity = ["error", "fatal"].iter().any(|severity| word.eq_ignore_ascii_case(severity));
    let rest = line.get(word.len()..)?;
    is_severity.then(|| rest.trim_start_matches(|letter: char| letter.is_whitespace() || "]:-".contains(letter)))
}

fn bounded(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST - 1).collect();
    format!("{}{GAP}", start.trim_end_matches([GAP, ' ']))
}

/// A line with gaps, while it is made.
#[derive(Default)]
struct Generalised {
    text: String,
    /// Where the last gap ends.
    gap: Option<usize>,
}

impl Generalised {
    fn of(line: &str) -> String {
        let mut made = Self::default();
        let mut letters = line.char_indices().peekable();
        let mut before = ' ';
        while let Some((position, letter)) = letters.next() {
            let rest = line.get(position + letter.len_utf8()..).unwrap_or_default();
            if let Some(length) = quoted(before, letter, rest) {
                skip_to(&mut letters, position + letter.len_utf8() + length);
                made.leave_out();
            } else if letter == GAP {
                made.leave_out();
            } else if is_of_word(letter) {
                let tail = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
                let end = position + letter.len_utf8() + tail;
                skip_to(&mut letters, end);
                made.word(line.get(position..end).unwrap_or_default());
            } else if letter.is_whitespace() {
                if !made.text.ends_with(' ') {
                    made.text.push(' ');
                }
            } else {
                made.text.push(letter);
            }
            before = line
                .get(..letters.peek().map_or(line.len(), |(next, _)| *next))
                .unwrap_or_default()
                .chars()
                .next_back()
                .unwrap_or(' ');
        }
        made.text
    }

    /// One gap, also for a list of them.
    fn leave_out(&mut self) {
        if let Some(gap) = self.gap {
            let between = self.text.get(gap..).unwrap_or_default();
            let between = between.trim_matches(|letter: char| letter.is_whitespace() || ",;:、".contains(letter));
            if matches!(between, "" | "and" | "or") {
                self.text.truncate(gap);
                return;
            }
        }
        self.text.push(GAP);
        self.gap = Some(self.text.len());
    }

    fn word(&mut self, word: &str) {
        let is_path = word.starts_with('/') || word.matches(['/', '\\']).count() > 1;
        let bare = word.trim_matches(['.', '-', '/', '\\']);
        let end = word.rfind(bare).map_or(word.len(), |start| start + bare.len());
        let (start, end) = (end - bare.len(), word.get(end..).unwrap_or_default());
        if !is_path {
            self.text.push_str(word.get(..start).unwrap_or_default().trim_matches('\\'));
        }
        match bare.rsplit_once('.') {
            _ if bare.is_empty() => {}
            Some((_, last)) if is_exception(bare, last) => self.text.push_str(last),
            _ if is_path || is_name(bare) => self.leave_out(),
            _ => self.text.push_str(bare),
        }
        self.text.push_str(end.trim_matches('\\'));
    }
}

fn skip_to(letters: &mut Peekable<CharIndices<'_>>, end: usize) {
    while letters.next_if(|(position, _)| *position < end).is_some() {}
}

/// How many bytes behind an opening quote belong to the quoted text, the closing quote included.
fn quoted(before: char, letter: char, rest: &str) -> Option<usize> {
    let (_, close) = QUOTES.iter().find(|(open, _)| *open == letter)?;
    // An apostrophe stands inside a word, or behind it.
    if letter == '\'' && before.is_alphanumeric() {
        return None;
    }
    let closes = |(position, _): &(usize, &str)| {
        let behind = rest.get(position + close.len_utf8()..).and_then(|rest| rest.chars().next());
        letter != '\'' || !behind.is_some_and(char::is_alphanumeric)
    };
    rest.match_indices(*close).find(closes).map(|(position, _)| position + close.len_utf8())
}

/// Letters of other scripts stand beside names without a space, so they end a word.
fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-.@/\\$#".contains(letter)
}

fn is_name(word: &str) -> bool {
    let has_mark = word.contains(|letter: char| letter.is_ascii_digit() || "_@$#".contains(letter));
    // Such as "e.g".
    let is_abbreviation = word.split('.').all(|part| part.len() == 1);
    has_mark || (word.contains('.') && !is_abbreviation)
}

fn is_exception(word: &str, last: &str) -> bool {
    let is_class = word.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '.');
    is_class && (last.ends_with("Exception") || last.ends_with("Error"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cause(line: &str) -> String {
        Cause::of(line).unwrap().to_string()
    }

    #[test]
    fn what_belongs_to_one_case_is_taken_out() {
        for (line, title) in [
            (
                "ERROR: role \"iam_group_xxxx\" cannot be dropped because some objects depend on it",
                "role … cannot be dropped because some objects depend on it",
            ),
            ("ERROR: role 'a', 'b' and 'c' cannot be dropped", "role … cannot be dropped"),
            ("Can't find the user's group", "Can't find the user's group"),
            ("job 9324a84d-e151-44ee-aafc-c6a6c2084b0c timed out after 30 minutes", "job … timed out after … minutes"),
            (
                "target of row level security policy dls_x on table t_1",
                "target of row level security policy … on table …",
            ),
            (
                "java.net.ConnectException: Connection refused: host.example/10.1.2.3:25308",
                "ConnectException: Connection refused: …",
            ),
            ("cannot read /etc/krb5.conf.", "cannot read …."),
            ("read/write failed, e.g. here", "read/write failed, e.g. here"),
            ("用户user01已存在", "用户…已存在"),
            ("用户「张三」已存在", "用户…已存在"),
            ("[ERROR] user a@b.c   already\texists", "user … already exists"),
            (r#"role \"x\" is gone"#, "role … is gone"),
            ("an unclosed \"quote", "an unclosed \"quote"),
        ] {
            assert_eq!(cause(line), title, "{line}");
        }
    }

    #[test]
    fn an_error_of_nothing_but_gaps_is_its_own_cause() {
        for (line, title) in [("ERROR: 42501", "42501"), ("ERROR:", "ERROR:"), ("\"a\"", "\"a\""), ("…", "…")] {
            assert_eq!(cause(line), title, "{line}");
        }
        assert_eq!(Cause::of(" \u{7} "), None);
    }

    #[test]
    fn a_cause_is_bounded_and_harmless() {
        let long = cause(&"word ".repeat(100_000));
        assert_eq!(long.chars().count(), LONGEST);
        assert_eq!(cause("a\u{1b}[31mb\u{202e}c"), "a [31mb c".replace("31mb", "…"));
        assert!(cause(&"'a ".repeat(100_000)).chars().count() <= LONGEST);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn names_and_numbers_do_not_change_a_cause(
            names in prop::array::uniform4("[a-z]{1,8}_[a-zA-Z0-9]{1,8}"),
            numbers in prop::array::uniform2(0..100_000_u32),
            quoted in prop::array::uniform2("[^\"\\p{C}…]{0,20}"),
        ) {
            let line = |name: &str, number: u32, quoted: &str| {
                format!("ERROR: {name} has {number} rows and \"{quoted}\" depends on it")
            };
            let [one, other, ..] = &names;
            prop_assert_eq!(
                Cause::of(&line(one, numbers[0], &quoted[0])),
                Cause::of(&line(other, numbers[1], &quoted[1]))
            );
        }

        #[test]
        fn any_line_has_one_harmless_line_of_cause_or_none(line in "\\PC{0,60}|.{0,60}") {
            let cause = Cause::of(&line);
            prop_assert_eq!(cause.is_none(), line.chars().all(|letter| letter.is_whitespace() || is_harmful(letter)));
            if let Some(cause) = cause {
                prop_assert!(!cause.0.is_empty() && !cause.0.chars().any(is_harmful));
                prop_assert!(cause.0.chars().count() <= LONGEST);
            }
        }
    }
}
