//! Why a value does not fit, in words of JSON.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::value::Kind;

/// Says what was expected and which kind of value was found, never what the value is.
#[derive(Debug)]
pub(super) struct Mismatch {
    reason: String,
    names_found: bool,
}

impl Mismatch {
    pub(super) fn new(reason: String) -> Self {
        Self { reason, names_found: true }
    }

    pub(super) fn out_of_range(expected: &dyn Expected) -> Self {
        Self::new(format!("expected {}, found a number that is out of range", in_words(expected)))
    }

    /// The reason, with what was found even if the type that rejects it does not say so.
    pub(super) fn reason(self, found: Option<Kind>) -> String {
        match found.filter(|_| !self.names_found) {
            Some(kind) => format!("{}, found {}", self.reason, name(kind)),
            None => self.reason,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for Mismatch {}

impl Error for Mismatch {
    /// Messages of others may quote the value.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self { reason: "the value does not fit".to_owned(), names_found: false }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match unexpected {
            Unexpected::Bool(_) => name(Kind::Bool),
            Unexpected::Signed(_) | Unexpected::Unsigned(_) => "a whole number",
            Unexpected::Float(_) => "a number with a fraction",
            Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => name(Kind::String),
            Unexpected::Unit | Unexpected::Option => name(Kind::Null),
            Unexpected::Seq => name(Kind::Array),
            Unexpected::Map => name(Kind::Object),
            _ => return Self { reason: format!("expected {}", in_words(expected)), names_found: false },
        };
        Self::new(format!("expected {}, found {found}", in_words(expected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match unexpected {
            Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_) => Self::out_of_range(expected),
            Unexpected::Str(_) => Self::new(format!("expected {}, found another string", in_words(expected))),
            other => Self::invalid_type(other, expected),
        }
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {}, found {length}", in_words(expected)))
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("expected one of the documented values, found another string".to_owned())
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("expected only the documented fields, found another one".to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the field `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("the field `{field}` is there twice"))
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}

/// What our types expect, in words of JSON instead of Rust.
fn in_words(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    match expected.split(' ').next().unwrap_or_default() {
        "struct" => "an object".to_owned(),
        "enum" => "one of the documented values".to_owned(),
        number @ ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64") => format!("a whole number ({number})"),
        "f32" | "f64" => "a number".to_owned(),
        _ => match expected.as_str() {
            "a map" => "an object".to_owned(),
            "a sequence" => "an array".to_owned(),
            _ => expected,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_value_has_its_word_in_json() {
        for (unexpected, found) in [
            (Unexpected::Bool(true), "a boolean"),
            (Unexpected::Unsigned(1), "a whole number"),
            (Unexpected::Float(0.5), "a number with a fraction"),
            (Unexpected::Str("hunter2"), "a string"),
            (Unexpected::Unit, "null"),
            (Unexpected::Seq, "an array"),
            (Unexpected::Map, "an object"),
        ] {
            let mismatch = Mismatch::invalid_type(unexpected, &"a map");
            assert_eq!(mismatch.to_string(), format!("expected an object, found {found}"));
            assert_eq!(mismatch.reason(Some(Kind::Null)), format!("expected an object, found {found}"));
        }
        let unnamed = Mismatch::invalid_type(Unexpected::Enum, &"a sequence");
        assert_eq!(unnamed.reason(Some(Kind::Object)), "expected an array, found an object");
    }
}
