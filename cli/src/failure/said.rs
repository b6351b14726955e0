//! A failure of the library in two parts: what failed, and what the service answered.

use dataarts_security::Error;

use super::in_words_of_options;
use crate::advice;

/// What failed, and why where the service did not say it.
pub(super) fn what_failed(error: &Error) -> String {
    if error.is_invalid_input() || advice::lacks(error).is_some() {
        return in_words_of_options(error);
    }
    let subject = subject(error);
    if error.is_service() {
        let verb = match error.status() {
            Some(status) if status.is_server_error() => "failed",
            _ => "refused",
        };
        let status = error.status().map(|status| format!(" with HTTP {}", status.as_u16())).unwrap_or_default();
        return format!("{subject}{verb}{status}");
    }
    let place = error.json_path().map(|path| format!("at {path}: ")).unwrap_or_default();
    // Where nothing was answered, there is no other line to say it in.
    let attempts = attempts(error).filter(|_| answered(error).is_none());
    let attempts = attempts.map(|attempts| format!(" ({attempts})")).unwrap_or_default();
    format!("{subject}{place}{}{attempts}", error.message())
}

/// The service's code, message and request id, and after how many attempts; `None` where nothing was answered.
pub(super) fn answer(error: &Error) -> Option<String> {
    if error.is_invalid_input() {
        return None;
    }
    let attempts = attempts(error);
    let error = answered(error)?;
    let said = if error.is_service() {
        let message = without_quote(error, error.message().to_owned());
        error.code().map_or_else(|| message.clone(), |code| format!("{code}: {message}"))
    } else {
        error.status().map(|status| format!("HTTP {}", status.as_u16())).unwrap_or_default()
    };
    let id = error.request_id().map(|id| format!("request id {id}"));
    let more: Vec<String> = id.into_iter().chain(attempts).collect();
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
    Some(format!("{said}{more}").trim().to_owned())
}

/// Without what the gateway quotes of a request that it refused: a screenful of which only the difference matters.
pub(super) fn without_quote(error: &Error, text: String) -> String {
    let quoted = error.gateway_canonical_request().map(|quoted| quoted.replace('\n', "|"));
    let quoted = quoted.map(|quoted| format!(", canonicalRequest:{quoted}"));
    quoted.map_or_else(|| text.clone(), |quoted| text.replace(&quoted, ""))
}

/// Which operation, and of which source of credentials: the beginning of the library's line, which alone names both.
fn subject(error: &Error) -> String {
    let line = error.to_string();
    let next = match (error.status(), error.json_path()) {
        (Some(status), _) => format!("HTTP {}", status.as_u16()),
        (None, Some(path)) => format!("at {path}: "),
        (None, None) => error.message().to_owned(),
    };
    line.split_once(&next).map(|(subject, _)| subject.to_owned()).unwrap_or_default()
}

/// The attempt that was answered: the last one, or of those before it the latest.
fn answered(error: &Error) -> Option<&Error> {
    [error].into_iter().chain(error.earlier_attempts().iter().rev()).find(|error| has_answer(error))
}

fn has_answer(error: &Error) -> bool {
    error.is_service() || error.status().is_some() || error.request_id().is_some()
}

fn attempts(error: &Error) -> Option<String> {
    (error.attempts() > 1).then(|| format!("after {} attempts", error.attempts()))
}
