//! Readers of single values.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// One of the values that the service's document lists: a value added there is accepted and listed by itself.
pub(super) fn one_of<T>(values: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: From<String> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(values).map(move |typed| {
        let listed = values.iter().find(|value| value.eq_ignore_ascii_case(&typed));
        T::from(listed.map_or(typed, |value| (*value).to_owned()))
    })
}

/// A whole number of at least 1.
pub(super) fn positive(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("not a whole number of 1 or more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_number_of_tasks() {
        assert_eq!(positive("1"), Ok(1));
        assert!(positive("0").is_err());
        assert!(positive("").is_err());
        assert!(positive("1.5").is_err());
    }
}
