//! What a secret or a name may consist of.

use http::HeaderValue;

use crate::error::Error;

/// Accepts visible ASCII that is not in quotes. The message tells a position and never the value.
pub(super) fn check_text(name: &str, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return Err(Error::invalid_input(format!("{name} is empty")));
    }
    if value.trim() != value {
        return Err(Error::invalid_input(format!("{name} begins or ends with a space or a line break: remove it")));
    }
    let is_in = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    if is_in('"') || is_in('\'') {
        return Err(Error::invalid_input(format!(
            "{name} is in quotes, which count as part of it: remove them (`docker --env-file` passes quotes on)"
        )));
    }
    match value.chars().position(|character| !matches!(character, '!'..='~')) {
        None => Ok(()),
        Some(position) => Err(Error::invalid_input(format!(
            "{name} has a space, a line break or another character that cannot stand there, at position {}",
            position + 1
        ))),
    }
}

/// A header value that is marked as secret, so that no layer below shows it.
pub(super) fn sensitive(name: &str, value: &str) -> Result<HeaderValue, Error> {
    check_text(name, value)?;
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| Error::invalid_input(format!("{name} has a character that cannot stand in a header")))?;
    value.set_sensitive(true);
    Ok(value)
}
