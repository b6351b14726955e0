//! Text of which each part has a role: measured and broken into lines first, painted at the very end, so that no code is
//! ever taken for text.

use super::style::{Colours, Role};
use crate::describe::width;
use crate::watch::text::{fit as cut, wrap};

/// Text, part by part.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text {
    parts: Vec<(String, Role)>,
}

/// How a text that is too long is made to fit.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Fit {
    /// In as many lines as it takes, broken between words where that can be.
    Whole,
    /// In so many lines at most; what is cut ends in `…`.
    Lines(usize),
    /// In one line, cut at the edge.
    Cut,
}

impl Text {
    /// Text of one role.
    pub(crate) fn new(text: impl Into<String>, role: Role) -> Self {
        Self { parts: vec![(text.into(), role)] }
    }

    /// The same with more behind it.
    pub(crate) fn and(mut self, text: impl Into<String>, role: Role) -> Self {
        self.parts.push((text.into(), role));
        self
    }

    /// The same with another text behind it.
    pub(crate) fn and_all(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// A value for reading: quiet where there is none.
    pub(crate) fn value(text: impl Into<String>) -> Self {
        let text = text.into();
        let role = if matches!(text.as_str(), "-" | "never") { Role::Quiet } else { Role::Plain };
        Self::new(text, role)
    }

    /// Columns that it takes on a terminal, where it is not broken.
    pub(crate) fn width(&self) -> usize {
        self.plain().lines().map(width::of).max().unwrap_or(0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.iter().all(|(text, _)| text.is_empty())
    }

    /// The text with codes, where there are colours.
    pub(crate) fn painted(&self, colours: Colours) -> String {
        self.parts.iter().map(|(text, role)| colours.paint(text, *role)).collect()
    }

    /// Its lines, none of them wider than `width`; without one, those that it has.
    pub(super) fn lines(&self, width: Option<usize>, fit: Fit) -> Vec<Self> {
        let plain = self.plain();
        let has_room = width.is_none_or(|columns| width::of(&plain) <= columns);
        let lines = match width {
            _ if has_room && !plain.contains('\n') => return vec![self.clone()],
            None => plain.lines().map(str::to_owned).collect(),
            Some(width) => broken(&plain, width, fit),
        };
        self.with_roles(&lines)
    }

    fn plain(&self) -> String {
        self.parts.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// The roles of this text in its lines, in which spaces may be missing at the ends, and a mark stand for what was cut.
    fn with_roles(&self, lines: &[String]) -> Vec<Self> {
        let characters = |(text, role): &'_ (String, Role)| text.chars().map(|it| (it, *role)).collect::<Vec<_>>();
        let mut source = self.parts.iter().flat_map(characters).peekable();
        let mut role = Role::Plain;
        let mut line = |line: &String| {
            let mut text = Self::default();
            for character in line.trim_end().chars() {
                while source.next_if(|(other, _)| *other != character && other.is_whitespace()).is_some() {}
                role = source.next_if(|(other, _)| *other == character).map_or(role, |(_, role)| role);
                text.push(character, role);
            }
            text
        };
        lines.iter().map(&mut line).collect()
    }

    fn push(&mut self, character: char, role: Role) {
        match self.parts.last_mut() {
            Some((text, last)) if *last == role => text.push(character),
            _ => self.parts.push((character.to_string(), role)),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text, Role::Plain)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text, Role::Plain)
    }
}

fn broken(text: &str, width: usize, fit: Fit) -> Vec<String> {
    let width = width.max(1);
    let lines = text.lines().flat_map(|line| wrap(line, width, 0));
    let most = match fit {
        Fit::Whole => return lines.collect(),
        Fit::Lines(most) => most,
        Fit::Cut => return text.lines().take(1).map(|line| cut(line, width)).collect(),
    };
    let mut lines = lines;
    let mut kept: Vec<String> = lines.by_ref().take(most).collect();
    if let (Some(last), Some(_)) = (kept.last_mut(), lines.next()) {
        *last = cut(&format!("{last}…"), width);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::severity::Severity;

    const RED: Role = Role::Of(Severity::Critical);

    fn painted(lines: &[Text]) -> Vec<String> {
        lines.iter().map(|line| line.painted(Colours::On).replace('\u{1b}', "\\e")).collect()
    }

    #[test]
    fn a_text_is_measured_without_its_codes() {
        let text = Text::new("财务", RED).and(" ab", Role::Quiet);
        assert_eq!(text.width(), 7);
        assert_eq!(text.painted(Colours::Off), "财务 ab");
        assert_eq!(painted(&[text]), ["\\e[1m\\e[31m财务\\e[0m\\e[2m ab\\e[0m"]);
    }

    #[test]
    fn each_line_of_a_broken_text_has_its_own_codes() {
        let text = Text::new("5 abandoned", RED).and(", ", Role::Plain).and("6 failing", RED);
        let lines = text.lines(Some(12), Fit::Whole);
        assert_eq!(painted(&lines), ["\\e[1m\\e[31m5 abandoned\\e[0m,", "\\e[1m\\e[31m6 failing\\e[0m"]);
        let lines = text.lines(Some(6), Fit::Whole);
        assert!(painted(&lines).iter().all(|line| !line.contains("[31m") || line.contains("[0m")), "{lines:?}");
        assert!(lines.iter().all(|line| line.width() <= 6), "{lines:?}");
    }

    #[test]
    fn a_cut_is_marked_and_keeps_the_role() {
        assert_eq!(painted(&Text::new("ERROR: role", RED).lines(Some(8), Fit::Cut)), ["\\e[1m\\e[31mERROR: …\\e[0m"]);
        let two = Text::from("one two three four").lines(Some(9), Fit::Lines(2));
        assert_eq!(two.len(), 2);
        assert!(two[1].painted(Colours::Off).ends_with('…'), "{two:?}");
    }

    #[test]
    fn a_text_without_a_width_has_the_lines_that_it_came_with() {
        let lines = Text::new("first  line\n\n  third", RED).lines(None, Fit::Whole);
        let plain: Vec<String> = lines.iter().map(|line| line.painted(Colours::Off)).collect();
        assert_eq!(plain, ["first  line", "", "  third"]);
    }

    #[test]
    fn combining_and_joined_characters_are_not_torn_apart() {
        let marked = ["ﾃﾞ", "⚠\u{fe0f}", "🇨🇳", "👨\u{200d}👩\u{200d}👧\u{200d}👦"].map(|text| text.repeat(30));
        let texts = ["e\u{301}".repeat(30), "👩\u{200d}💻".repeat(30), "数据仓库".repeat(20)];
        for text in texts.into_iter().chain(marked) {
            for columns in [2, 7, 40] {
                let lines = Text::from(text.as_str()).lines(Some(columns), Fit::Whole);
                let plain: Vec<String> = lines.iter().map(|line| line.painted(Colours::Off)).collect();
                assert_eq!(plain.concat(), text);
                assert!(plain.iter().all(|line| width::of(line) <= columns), "{columns}: {plain:?}");
                assert!(
                    !plain.iter().any(|line| line.starts_with(['\u{301}', '\u{200d}', '\u{fe0f}', '\u{ff9e}'])),
                    "{columns}: {plain:?}"
                );
            }
        }
    }
}
