//! JSON values as slices of the body, without a tree.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// One JSON value as it is in the body, without white space around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsonValue<'a>(&'a [u8]);

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl<'a> JsonValue<'a> {
    /// Checks that `body` is one JSON value. Its strings may hold bytes that are not UTF-8, and lone surrogates.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice::<IgnoredAny>(body).map(|_| Self::of_checked(body))
    }

    /// The same for a body that is known to be JSON. Any other has no meaning, and does no harm.
    pub(crate) fn of_checked(body: &'a [u8]) -> Self {
        Self(body.trim_ascii())
    }

    pub(crate) fn kind(self) -> Kind {
        match self.0.first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    /// The elements of an array.
    pub(crate) fn elements(self) -> impl Iterator<Item = JsonValue<'a>> {
        Parts(self.0.get(1..).unwrap_or_default())
    }

    /// The names and values of an object, repeated names too.
    pub(crate) fn members(self) -> impl Iterator<Item = (Cow<'a, str>, JsonValue<'a>)> {
        let mut parts = Parts(self.0.get(1..).unwrap_or_default());
        std::iter::from_fn(move || Some((parts.next()?.text(), parts.next()?)))
    }

    /// The value of this name in an object; the last one, if there are several.
    pub(crate) fn member(self, name: &str) -> Option<Self> {
        let members = Some(self).filter(|value| value.kind() == Kind::Object).into_iter().flat_map(Self::members);
        members.filter(|(found, _)| found == name).last().map(|(_, value)| value)
    }

    /// The characters of a string, in no more memory than they need. Whatever is not text in it becomes U+FFFD.
    pub(crate) fn text(self) -> Cow<'a, str> {
        let inner = self.0.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or_default();
        if !inner.contains(&b'\\') {
            return String::from_utf8_lossy(inner);
        }
        let mut length = 0;
        unescape(inner, |part| length += part.len());
        let mut text = String::with_capacity(length);
        unescape(inner, |part| text.push_str(part));
        Cow::Owned(text)
    }

    /// A number or a word as it is written.
    pub(crate) fn literal(self) -> &'a str {
        std::str::from_utf8(self.0).unwrap_or_default()
    }
}

/// What is between the brackets of an array or object, one value after the other.
struct Parts<'a>(&'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = JsonValue<'a>;

    fn next(&mut self) -> Option<JsonValue<'a>> {
        let is_between = |byte: &u8| matches!(byte, b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' | b']' | b'}');
        let start = self.0.iter().position(|byte| !is_between(byte))?;
        let (_, rest) = self.0.split_at_checked(start)?;
        let (value, rest) = rest.split_at_checked(length(rest))?;
        self.0 = rest;
        Some(JsonValue(value))
    }
}

/// How long the value is that `bytes` begin with.
fn length(bytes: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += string_length(bytes.get(at..).unwrap_or_default()),
            b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
            b'}' | b']' => (depth, at) = (depth.saturating_sub(1), at + 1),
            _ if depth > 0 => at += 1,
            _ => {
                let is_end = |byte: &u8| matches!(byte, b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' | b']' | b'}');
                return bytes.iter().position(is_end).unwrap_or(bytes.len());
            }
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// How long the string is that `bytes` begin with, its quotes included.
pub(super) fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(rest) = bytes.get(at..)
        && let Some(next) = memchr::memchr2(b'"', b'\\', rest)
    {
        at += next;
        if bytes.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// Hands on the characters of a string that has escape sequences, part by part.
fn unescape(mut rest: &[u8], mut each: impl FnMut(&str)) {
    while let Some((plain, sequence)) =
        rest.iter().position(|byte| *byte == b'\\').and_then(|at| rest.split_at_checked(at))
    {
        each(&String::from_utf8_lossy(plain));
        let (character, length) = escaped(sequence);
        each(character.encode_utf8(&mut [0; 4]));
        rest = sequence.get(length..).unwrap_or_default();
    }
    each(&String::from_utf8_lossy(rest));
}

/// The character that an escape sequence stands for, and how long the sequence is.
fn escaped(sequence: &[u8]) -> (char, usize) {
    let letter = match sequence.get(1) {
        Some(b'u') => {
            let Some(unit) = code_unit(sequence) else { return (char::REPLACEMENT_CHARACTER, 2) };
            let units = std::iter::once(unit).chain(sequence.get(6..).and_then(code_unit));
            return match char::decode_utf16(units).next() {
                Some(Ok(character)) => (character, 6 * character.len_utf16()),
                // Half of a character, as is left where a text was cut.
                _ => (char::REPLACEMENT_CHARACTER, 6),
            };
        }
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(letter) => char::from(*letter),
        None => char::REPLACEMENT_CHARACTER,
    };
    (letter, 2)
}

/// The UTF-16 code unit of an escape sequence such as `\u00e9`.
fn code_unit(sequence: &[u8]) -> Option<u16> {
    let digits = sequence.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{JsonValue, Kind};

    fn text(json: &str) -> String {
        JsonValue::parse(json.as_bytes()).unwrap().text().into_owned()
    }

    #[test]
    fn arrays_and_objects_are_split_into_their_values() {
        let json = br#" { "a" : [ 1 , {"b":[]} ,"x\"]" ] ,"c":-1.5e3,"\\":"\\","d":null } "#;
        let members: Vec<_> = JsonValue::parse(json).unwrap().members().collect();
        let shown: Vec<_> = members.iter().map(|(name, value)| (name.as_ref(), value.literal())).collect();
        let array = r#"[ 1 , {"b":[]} ,"x\"]" ]"#;
        assert_eq!(shown, [("a", array), ("c", "-1.5e3"), ("\\", r#""\\""#), ("d", "null")]);
        let elements: Vec<_> = members[0].1.elements().map(JsonValue::literal).collect();
        assert_eq!(elements, ["1", r#"{"b":[]}"#, r#""x\"]""#]);
        let kinds: Vec<_> = members.iter().map(|(_, value)| value.kind()).collect();
        assert_eq!(kinds, [Kind::Array, Kind::Number, Kind::String, Kind::Null]);
        for empty in ["[]", "{}", "[ ]", "{ }"] {
            assert_eq!(JsonValue::parse(empty.as_bytes()).unwrap().elements().count(), 0, "{empty}");
        }
        let strings: Vec<_> = JsonValue::of_checked(br#"["a","b" , "",true,false]"#).elements().collect();
        assert_eq!(strings.iter().map(|value| value.text()).collect::<Vec<_>>(), ["a", "b", "", "", ""]);
        assert_eq!(strings[3].kind(), Kind::Bool);
        assert_eq!(strings[4].kind(), Kind::Bool);
    }

    #[test]
    fn every_escape_sequence_is_decoded() {
        assert_eq!(text(r#""\"\\\/\b\f\n\r\t\u0041é\u00e9\ud83d\ude00 ""#), "\"\\/\u{8}\u{c}\n\r\tAéé😀 ");
    }

    #[test]
    fn half_a_character_becomes_u_fffd_and_what_is_around_it_stays() {
        assert_eq!(text(r#""a\ud83d""#), "a\u{fffd}");
        assert_eq!(text(r#""\ud83db""#), "\u{fffd}b");
        assert_eq!(text(r#""\ud83d\n""#), "\u{fffd}\n");
        assert_eq!(text(r#""\ud83d\u0041""#), "\u{fffd}A");
        assert_eq!(text(r#""\ude00\ud83d\ud83d\ude00""#), "\u{fffd}\u{fffd}😀");
        assert_eq!(JsonValue::parse(b"\"a\xf0\x9f\"").unwrap().text(), "a\u{fffd}");
        assert_eq!(JsonValue::parse(b"\"a\xf0\\n\x9fb\"").unwrap().text(), "a\u{fffd}\n\u{fffd}b");
    }

    #[test]
    fn what_is_not_one_json_value_is_an_error() {
        for body in ["", "{", "{} {}", "nothing", "[1,]", "\"a", "\"\\x\"", "\"\\u12\"", "\"\n\""] {
            assert!(JsonValue::parse(body.as_bytes()).is_err(), "{body:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_json_do_no_harm() {
        for body in ["", "\"", "[\"", "[\"\\", "{\"a", "[[[", "]]]", "[1:2,,}x", "\"\\u\"", "\"\\u12\"", "[}1"] {
            let value = JsonValue::of_checked(body.as_bytes());
            let _ = (value.kind(), value.text(), value.elements().count(), value.members().count());
        }
    }
}
