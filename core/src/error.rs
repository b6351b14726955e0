//! The error type.

mod accessors;
mod constructors;
pub(crate) mod kind;
mod predicates;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::timestamp::Timestamp;

use kind::ErrorKind;

type Source = Box<dyn StdError + Send + Sync>;

/// The reason why a call failed.
///
/// An error describes the last attempt of the call; [`earlier_attempts`](Self::earlier_attempts) has those before it.
/// `Display` prints one line: operation, HTTP status, error code of the service, reason and request ID. It never prints a
/// header, a body or a secret. [`kind`](Self::kind) and the predicates say what kind of failure it is; each predicate says
/// what to do. Do not match on the text.
///
/// If the line already contains the text of the cause, [`source`](std::error::Error::source) returns `None`, so that a
/// report of the whole chain repeats nothing. [`get_ref`](Self::get_ref) returns the cause in any case.
///
/// Clones share cause and response: if several calls wait for one login, its failure is the error of all of them.
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) {
/// match client.show_member_sync_task().task_id("088c2b59114405ab4fbc0df5bd05202b").send().await {
///     Ok(task) => println!("{task:?}"),
///     Err(error) if error.is_not_found() => eprintln!("no such task, or no such workspace"),
///     Err(error) if error.is_transient() => eprintln!("try again later: {error}"),
///     Err(error) => eprintln!("{error}"),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error {
    // One pointer, so that every Result in the crate stays small.
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    /// The credential source that failed.
    credentials: Option<String>,
    message: String,
    status: Option<StatusCode>,
    code: Option<String>,
    request_id: Option<String>,
    json_path: Option<String>,
    authorization_message: Option<String>,
    server_time: Option<Timestamp>,
    retry_at: Option<Timestamp>,
    canonical_request: Option<String>,
    response: Option<Arc<ErrorResponse>>,
    attempts: u32,
    earlier: Vec<Error>,
    permanent: bool,
    /// The code says that an object does not exist.
    is_absence: bool,
    may_have_been_applied: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    /// The message contains the text of `source`.
    shows_source: bool,
}

struct ErrorResponse {
    headers: HeaderMap,
    body: Bytes,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, credentials, message, status, code, request_id, json_path, attempts, .. } = &*self.inner;
        if let Some(operation) = operation {
            write!(formatter, "{operation}: ")?;
        }
        if let Some(source) = credentials {
            write!(formatter, "no identity from {source}: ")?;
        }
        // IAM gives the status for a code.
        let code = code.as_ref().filter(|code| status.is_none_or(|status| code.as_str() != status.as_str()));
        match (status, code) {
            (Some(status), Some(code)) => write!(formatter, "HTTP {} {code}: ", status.as_u16())?,
            (Some(status), None) => write!(formatter, "HTTP {}: ", status.as_u16())?,
            (None, _) => {}
        }
        if let Some(path) = json_path {
            write!(formatter, "at {path}: ")?;
        }
        formatter.write_str(message)?;
        if self.inner.may_have_been_applied {
            formatter.write_str("; the request may have been carried out, so check before you repeat it")?;
        }
        match (request_id, attempts) {
            (Some(id), 0 | 1) => write!(formatter, " (request id {id})"),
            (Some(id), attempts) => write!(formatter, " (request id {id}, after {attempts} attempts)"),
            (None, 0 | 1) => Ok(()),
            (None, attempts) => write!(formatter, " (after {attempts} attempts)"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.kind())
            .field("message", &self.to_string())
            .field("source", &self.source().map(ToString::to_string))
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.inner.source.as_deref().filter(|_| !self.inner.shows_source)?;
        Some(source)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::Error;
    use crate::redaction::ServerText;
    use crate::service_error::ServiceError;
    use http::StatusCode;

    #[test]
    fn one_line_tells_operation_status_code_reason_and_request_id() {
        let service = ServiceError {
            code: Some(ServerText::own("DLS.6036")),
            message: ServerText::own("workspace does not exist"),
            request_id: Some(ServerText::own("of the body")),
            encoded_authorization_message: None,
        };
        let error = Error::service(service)
            .in_operation("show_member_sync_task")
            .with_status(StatusCode::BAD_REQUEST)
            .with_request_id(Some(ServerText::own("abc")));
        let line = "show_member_sync_task: HTTP 400 DLS.6036: workspace does not exist (request id abc)";
        assert_eq!(error.to_string(), line);
        assert!(error.is_service() && !error.is_unauthorized());
    }

    #[test]
    fn a_cause_is_told_once_and_can_be_had_in_any_case() {
        let cause = || std::io::Error::other("disk on fire");
        let shown = Error::credentials("disk on fire").with_shown_source(cause());
        assert!(shown.source().is_none());
        let hidden = Error::credentials("the file cannot be read").with_source(cause());
        assert_eq!(hidden.source().map(ToString::to_string).as_deref(), Some("disk on fire"));
        for error in [shown, hidden] {
            assert!(error.get_ref().is_some_and(|cause| cause.is::<std::io::Error>()));
            assert_eq!(
                format!("{error:?} {:?}", error.source()).matches("on fire").count(),
                if error.source().is_some() { 2 } else { 1 }
            );
        }
    }

    #[test]
    fn an_error_is_one_pointer_wide_and_may_cross_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
