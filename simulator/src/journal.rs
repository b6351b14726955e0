//! What came in, kept for tests to look at.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::request::Parts;

/// So many requests are kept; older ones are forgotten, so that a simulator that runs for days does not grow.
const CAPACITY: usize = 10_000;

const SECRET_HEADERS: [&str; 3] = ["x-auth-token", "authorization", "x-security-token"];

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
    /// Method, such as `GET`.
    pub method: String,
    /// Path as it was sent, not decoded.
    pub path: String,
    /// Query as it was sent, not decoded; empty when there was none.
    pub query: String,
    /// Headers in the order of arrival, names in lower case. Tokens and signatures read `[redacted]`.
    pub headers: Vec<(String, String)>,
    /// HTTP status that was answered.
    pub status: u16,
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

    /// What is known when the request arrives; the status comes with the answer.
    pub(crate) fn arrived(request: &Parts) -> Self {
        Self {
            method: request.method.to_string(),
            path: request.uri.path().to_owned(),
            query: request.uri.query().unwrap_or_default().to_owned(),
            headers: without_secrets(&request.headers),
            status: 0,
        }
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
#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<VecDeque<RecordedRequest>>);

impl Journal {
    /// Adds one, and forgets the oldest when there are too many.
    pub(crate) fn record(&self, request: RecordedRequest) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == CAPACITY {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// A copy of all that are kept.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
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
            .header("workspace", "w");
        RecordedRequest::arrived(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn nothing_secret_is_kept() {
        let request = arrived("/");
        for name in ["x-auth-token", "Authorization", "X-Security-Token"] {
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
}
