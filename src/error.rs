//! The one error of this crate.

mod details;
mod made;
mod predicates;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use crate::Timestamp;

type Source = Box<dyn StdError + Send + Sync>;

/// Why a call failed.
///
/// `Display` is one line that names the operation, the reason and, where there was an answer, its status, the service's
/// code and the request id. It never holds a header, a body or a secret. The predicates say what kind of failure it is;
/// each says what to do about it. [`source`](std::error::Error::source) leads to the cause where another library gave
/// one. Clones share that cause: a login that several calls waited for fails all of them with the same error.
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) {
/// match client.show_member_sync_task().task_id("088c2b59114405ab4fbc0df5bd05202b").send().await {
///     Ok(task) => println!("{task:?}"),
///     Err(error) if error.is_workspace_not_found() => eprintln!("check the workspace id"),
///     Err(error) if error.is_throttled() => eprintln!("try again later"),
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
    kind: Kind,
    operation: Option<&'static str>,
    credentials: Option<String>,
    message: String,
    status: Option<StatusCode>,
    code: Option<String>,
    request_id: Option<String>,
    json_path: Option<String>,
    authorization_message: Option<String>,
    server_time: Option<Timestamp>,
    canonical_request: Option<String>,
    attempts: u32,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    InvalidInput,
    Connect,
    Timeout,
    Transport,
    Redirect,
    Service,
    Decode,
    Incomplete,
    Credentials,
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
            .field("kind", &self.inner.kind)
            .field("message", &self.to_string())
            .field("source", &self.inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use crate::service_error::ServiceError;
    use http::StatusCode;

    #[test]
    fn one_line_tells_operation_status_code_reason_and_request_id() {
        let service = ServiceError {
            code: Some("DLS.6036".to_owned()),
            message: "workspace does not exist".to_owned(),
            request_id: Some("of the body".to_owned()),
            encoded_authorization_message: None,
        };
        let error = Error::service(service)
            .in_operation("show_member_sync_task")
            .with_status(StatusCode::BAD_REQUEST)
            .with_request_id(Some("abc".to_owned()));
        let line = "show_member_sync_task: HTTP 400 DLS.6036: workspace does not exist (request id abc)";
        assert_eq!(error.to_string(), line);
        assert!(error.is_workspace_not_found() && error.is_service() && !error.is_unauthorized());
    }

    #[test]
    fn an_error_is_one_pointer_wide_and_may_cross_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
