//! Decoding where the strict way failed: numbers from strings and back, half characters, repeated names.
//!
//! A value is converted only where nothing of it is lost. What the strict way reads is read the same here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};

use serde_path_to_error::Segment;

use super::decode_error::DecodeError;
use super::limits::MAX_DEPTH;
use super::mismatch::Mismatch;
use super::value::{JsonValue, Kind};

/// Decodes `body`, or names the value that does not fit.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let value = JsonValue::parse(body).map_err(|error| {
        let what = if error.is_eof() { "the JSON ends too early" } else { "the body is not JSON" };
        DecodeError::new(format!("{what} (line {}, column {})", error.line(), error.column()))
    })?;
    serde_path_to_error::deserialize(Lenient { value, depth: 0 }).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let found = error.path().iter().try_fold(value, inside).map(JsonValue::kind);
        DecodeError { path, reason: error.into_inner().reason(found) }
    })
}

/// The value one step further on a path.
fn inside<'a>(value: JsonValue<'a>, step: &Segment) -> Option<JsonValue<'a>> {
    match step {
        Segment::Seq { index } => value.elements().nth(*index),
        Segment::Map { key } => value.member(key),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Longer numbers are not parsed, which takes memory.
const LONGEST_NUMBER: usize = 256;

#[derive(Clone, Copy)]
struct Lenient<'de> {
    value: JsonValue<'de>,
    depth: usize,
}

impl<'de> Lenient<'de> {
    fn inner(self, value: JsonValue<'de>) -> Self {
        Self { value, depth: self.depth + 1 }
    }

    /// The type of the value, which can be decoded without exhausting the stack.
    fn kind(self) -> Result<Kind, Mismatch> {
        let kind = self.value.kind();
        if self.depth >= MAX_DEPTH && matches!(kind, Kind::Array | Kind::Object) {
            return Err(Mismatch::new(format!("expected at most {MAX_DEPTH} levels, found more")));
        }
        Ok(kind)
    }

    /// Each name once, with its last value.
    fn members(self) -> BTreeMap<Cow<'de, str>, Self> {
        self.value.members().map(|(name, value)| (name, self.inner(value))).collect()
    }

    fn whole_number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let text = match self.value.kind() {
            Kind::Number => Cow::Borrowed(self.value.literal()),
            Kind::String => self.value.text(),
            _ => return self.deserialize_any(visitor),
        };
        match whole(text.trim()) {
            Some(number) => match (i64::try_from(number), u64::try_from(number)) {
                (Ok(number), _) => visitor.visit_i64(number),
                (_, Ok(number)) => visitor.visit_u64(number),
                _ => Err(Mismatch::out_of_range(&visitor)),
            },
            None if self.value.kind() == Kind::Number => match text.parse::<f64>() {
                Ok(number) if number.fract() == 0.0 => Err(Mismatch::out_of_range(&visitor)),
                _ => self.deserialize_any(visitor),
            },
            // Not a number; a time may be written in another way.
            None => visitor.visit_str(&text),
        }
    }

    fn float<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.value.kind() == Kind::String
            && let Some(number) = number(&self.value.text()).and_then(|number| number.as_f64())
        {
            return visitor.visit_f64(number);
        }
        self.deserialize_any(visitor)
    }
}

/// The number, if it is whole and of at most 38 digits.
fn whole(number: &str) -> Option<i128> {
    if number.len() > LONGEST_NUMBER {
        return None;
    }
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (digits, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let exponent = exponent.parse::<i32>().ok()?.checked_sub_unsigned(u32::try_from(fraction.len()).ok()?)?;
    let digits: i128 = format!("{digits}{fraction}").parse().ok()?;
    let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
    if exponent >= 0 { digits.checked_mul(power) } else { (digits % power == 0).then_some(digits / power) }
}

/// The number as serde_json reads it.
fn number(literal: &str) -> Option<serde_json::Number> {
    Some(literal)
        .filter(|literal| literal.len() <= LONGEST_NUMBER)
        .and_then(|literal| serde_json::from_str(literal).ok())
}

impl<'de> IntoDeserializer<'de, Mismatch> for Lenient<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! deserialize {
    ($($method:ident => $way:ident),* $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            self.$way(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Lenient<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.kind()? {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool => visitor.visit_bool(self.value.literal() == "true"),
            Kind::Number => match number(self.value.literal()) {
                Some(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                    (Some(number), _, _) => visitor.visit_u64(number),
                    (_, Some(number), _) => visitor.visit_i64(number),
                    (_, _, number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
                },
                None => Err(Mismatch::out_of_range(&visitor)),
            },
            Kind::String => match self.value.text() {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Kind::Array => {
                let mut elements = SeqDeserializer::new(self.value.elements().map(|value| self.inner(value)));
                let output = visitor.visit_seq(&mut elements)?;
                elements.end().map(|()| output)
            }
            Kind::Object => {
                let mut members = MapDeserializer::new(self.members().into_iter());
                let output = visitor.visit_map(&mut members)?;
                members.end().map(|()| output)
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.value.kind() == Kind::String {
            let text = self.value.text();
            for (word, value) in [("true", true), ("false", false)] {
                if text.trim().eq_ignore_ascii_case(word) {
                    return visitor.visit_bool(value);
                }
            }
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value.kind() {
            // As it is written, so that no digit is lost.
            Kind::Number | Kind::Bool => visitor.visit_borrowed_str(self.value.literal()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.value.kind() == Kind::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        // serde would take an array for an object, field by field.
        match self.value.kind() {
            Kind::Array => Err(Mismatch::invalid_type(serde::de::Unexpected::Seq, &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.kind()? {
            Kind::String => visitor.visit_enum(self.value.text().into_deserializer()),
            Kind::Number => visitor.visit_enum(self.value.literal().into_deserializer()),
            Kind::Object => {
                visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(self.members().into_iter())))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    deserialize! {
        deserialize_i8 => whole_number,
        deserialize_i16 => whole_number,
        deserialize_i32 => whole_number,
        deserialize_i64 => whole_number,
        deserialize_u8 => whole_number,
        deserialize_u16 => whole_number,
        deserialize_u32 => whole_number,
        deserialize_u64 => whole_number,
        deserialize_f32 => float,
        deserialize_f64 => float,
        deserialize_char => deserialize_str,
        deserialize_string => deserialize_str,
        deserialize_identifier => deserialize_str,
        deserialize_bytes => deserialize_str,
        deserialize_byte_buf => deserialize_str,
        deserialize_unit => deserialize_any,
        deserialize_seq => deserialize_any,
        deserialize_map => deserialize_any,
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests;
