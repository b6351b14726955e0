//! What came in, kept for tests to look at, and written down where that is wanted.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::request::Parts;
use dataarts_security::Timestamp;

use crate::fault::Fault;
use crate::request_log::RequestLog;

/// So many requests are kept; older ones are forgotten, so that a simulator that runs for days does not grow.
const CAPACITY: usize = 10_000;
/// And so many bytes of them, as the headers of a single one may take hundreds of kilobytes.
const CAPACITY_BYTES: usize = 64 << 20;

const SECRET_HEADERS: [&str; 7] = [
    "x-auth-token",
    "authorization",
    "x-security-token",
    "x-subject-token",
    "x-metadata-token",
    "proxy-authorization",
    "cookie",
];

/// A request that the simulator answered.
///
/// ```no_run
/// # async fn example(simulator: dataarts_simulator::Simulator) {
/// let request = &simulator.requests()[0];
/// assert_eq!(request.query, "limit=100&offset=0");
/// assert_eq!(request.header("X-Auth-Token"), Some("[redacted]"));
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// When it came in, by the simulator's clock.
    pub time: Timestamp,
    /// `X-Request-Id` of its answer.
    pub request_id: String,
    /// Method, such as `GET`; empty, like path, query and headers, where the request could not be read.
    pub method: String,
    /// Path as it was sent, not decoded.
    pub path: String,
    /// Query as it was sent, not decoded; empty when there was none.
    pub query: String,
    /// Headers in the order of arrival, names in lower case. Tokens and signatures read `[redacted]`.
    pub headers: Vec<(String, String)>,
    /// HTTP status that was answered, or was about to be where a fault cut the answer off.
    pub status: u16,
    /// The fault that the answer was given.
    pub fault: Option<Fault>,
}

impl RecordedRequest {
    /// Value of the first header of this name, in whatever case; `None` when it was not sent.
    ///
    /// ```no_run
    /// # fn example(request: dataarts_simulator::RecordedRequest) {
    /// assert_eq!(request.header("api-version"), None);
    /// # }
    /// ```
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// What is known when the request arrives; the rest comes with the answer.
    pub(crate) fn arrived(request: &Parts, time: Timestamp, request_id: &str) -> Self {
        Self {
            time,
            request_id: request_id.to_owned(),
            method: request.method.to_string(),
            path: request.uri.path().to_owned(),
            query: request.uri.query().unwrap_or_default().to_owned(),
            headers: without_secrets(&request.headers),
            status: 0,
            fault: None,
        }
    }

    /// One that could not be read.
    pub(crate) fn unreadable(time: Timestamp, request_id: String, status: u16) -> Self {
        let (method, path, query) = Default::default();
        Self { time, request_id, method, path, query, headers: Vec::new(), status, fault: None }
    }

    /// About how much memory its texts take.
    fn bytes(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.path.len() + self.query.len() + headers
    }
}

fn without_secrets(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |name: &str, value: &[u8]| {
        if SECRET_HEADERS.contains(&name) {
            "[redacted]".to_owned()
        } else {
            String::from_utf8_lossy(value).into_owned()
        }
    };
    headers.iter().map(|(name, value)| (name.to_string(), shown(name.as_str(), value.as_bytes()))).collect()
}

/// The newest requests, in the order in which they were answered.
#[derive(Default)]
pub(crate) struct Journal(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    newest: VecDeque<RecordedRequest>,
    bytes: usize,
    log: Option<RequestLog>,
}

impl Journal {
    /// A journal that is also written to `output`, as it is kept.
    pub(crate) fn logged_to(output: Box<dyn Write + Send>) -> Self {
        Self(Mutex::new(Pages { log: Some(RequestLog::new(output)), ..Pages::default() }))
    }

    /// Adds one, and forgets the oldest when there are too many.
    pub(crate) fn record(&self, request: RecordedRequest) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(log) = &mut pages.log {
            log.write(&request);
        }
        pages.bytes += request.bytes();
        pages.newest.push_back(request);
        while pages.newest.len() > CAPACITY || pages.bytes > CAPACITY_BYTES {
            let Some(oldest) = pages.newest.pop_front() else { break };
            pages.bytes -= oldest.bytes();
        }
    }

    /// A copy of all that are kept.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).newest.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn arrived(target: &str) -> RecordedRequest {
        let request = Request::get(target)
            .header("X-Auth-Token", "secret")
            .header("Authorization", "secret")
            .header("X-Security-Token", "secret")
            .header("X-Metadata-Token", "secret")
            .header("workspace", "w");
        RecordedRequest::arrived(&request.body(()).unwrap().into_parts().0, Timestamp::default(), "id")
    }

    #[test]
    fn nothing_secret_is_kept() {
        let request = arrived("/");
        for name in ["x-auth-token", "Authorization", "X-Security-Token", "X-Metadata-Token"] {
            assert_eq!(request.header(name), Some("[redacted]"));
        }
        assert_eq!(request.header("Workspace"), Some("w"));
        assert!(!format!("{request:?}").contains("secret"));
    }

    #[test]
    fn path_and_query_stay_as_they_were_sent() {
        let request = arrived("/v1/a%2fb?x=%20+&y");
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/v1/a%2fb", "x=%20+&y"));
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let journal = Journal::default();
        for index in 0..=CAPACITY {
            journal.record(arrived(&format!("/{index}")));
        }
        let requests = journal.requests();
        assert_eq!(requests.len(), CAPACITY);
        assert_eq!(requests[0].path, "/1");
    }

    #[test]
    fn large_requests_are_forgotten_sooner() {
        let journal = Journal::default();
        let long = "x".repeat(20 << 20);
        for index in 0..5 {
            let mut request = arrived(&format!("/{index}"));
            request.query.clone_from(&long);
            journal.record(request);
        }
        let paths: Vec<_> = journal.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/2", "/3", "/4"]);
    }
}
