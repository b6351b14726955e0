//! Requests as lines of JSON, for people and programs that look on.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::journal::RecordedRequest;

/// Where the lines go.
pub(crate) struct RequestLog {
    output: Box<dyn Write + Send>,
    failed: bool,
}

/// One line. Its fields are a contract with those who read it.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    request_id: &'a str,
    method: &'a str,
    path: &'a str,
    query: &'a str,
    status: u16,
    fault: Option<String>,
    headers: BTreeMap<&'a str, String>,
}

impl RequestLog {
    /// A log that goes there.
    pub(crate) fn new(output: Box<dyn Write + Send>) -> Self {
        Self { output, failed: false }
    }

    /// Writes one line, and sees to it that it is out.
    pub(crate) fn write(&mut self, request: &RecordedRequest) {
        let result = self.try_write(request);
        // A request is answered all the same; once is enough to say that the log has gaps.
        if let Err(error) = result
            && !std::mem::replace(&mut self.failed, true)
        {
            eprintln!("dataarts-simulator: cannot write the request log: {error}");
        }
    }

    fn try_write(&mut self, request: &RecordedRequest) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line::from(request))?;
        line.push(b'\n');
        // At once, so that no reader sees half a line.
        self.output.write_all(&line)?;
        self.output.flush()
    }
}

impl<'a> From<&'a RecordedRequest> for Line<'a> {
    fn from(request: &'a RecordedRequest) -> Self {
        let mut headers: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in &request.headers {
            let joined = headers.entry(name).or_default();
            // As RFC 9110 has it for a header that comes several times.
            if !joined.is_empty() {
                joined.push_str(", ");
            }
            joined.push_str(value);
        }
        Self {
            time: request.time.to_string(),
            request_id: &request.request_id,
            method: &request.method,
            path: &request.path,
            query: &request.query,
            status: request.status,
            fault: request.fault.as_ref().map(ToString::to_string),
            headers,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use dataarts_security::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::fault::Fault;

    fn request() -> RecordedRequest {
        let request = Request::get("/a?b").header("x", "1").header("x", "2\n".trim()).header("X-Auth-Token", "secret");
        let parts = request.body(()).unwrap().into_parts().0;
        let mut request = RecordedRequest::arrived(&parts, Timestamp::from_millisecond(1_767_225_600_000), "id");
        (request.status, request.fault) = (200, Some(Fault::Stall));
        request
    }

    #[test]
    fn a_line_holds_what_came_in_without_secrets() {
        let line = serde_json::to_value(Line::from(&request())).unwrap();
        let expected: Value = json!({
            "time": "2026-01-01T00:00:00Z", "request_id": "id", "method": "GET", "path": "/a", "query": "b",
            "status": 200, "fault": "stall", "headers": {"x": "1, 2", "x-auth-token": "[redacted]"},
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn a_log_that_fails_stops_nothing() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut log = RequestLog::new(Box::new(Full));
        log.write(&request());
        log.write(&request());
        assert!(log.failed);
    }
}
