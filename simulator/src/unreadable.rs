//! Requests that cannot be read: hyper refuses them by itself, with no more than a status. They get the gateway's body, an
//! id and a record like all others.

use axum::body::Bytes;
use axum::http::StatusCode;

use crate::journal::RecordedRequest;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::timestamps::http_date;

/// Finds hyper's refusal at the end of bytes that are about to be written: where it begins, and its status.
///
/// Every other answer has an id. What hyper writes in between, such as `100 Continue`, is no refusal.
pub(crate) fn find(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    const START: &[u8] = b"HTTP/1.";
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let start = bytes.windows(START.len()).rposition(|window| window == START)?;
    let head = std::str::from_utf8(bytes.get(start..)?).ok()?;
    if head.contains("\r\nx-request-id: ") {
        return None;
    }
    let status: StatusCode = head.split(' ').nth(1)?.parse().ok()?;
    status.is_client_error().then_some((start, status))
}

/// The answer in its place, which is recorded.
pub(crate) fn answer(service: &Service, status: StatusCode) -> Bytes {
    let refusal = match status {
        StatusCode::URI_TOO_LONG => Refusal::uri_too_long(),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Refusal::headers_too_large(),
        _ => Refusal::unreadable(),
    };
    let (now, request_id) = (service.clock.now(), service.next_request_id());
    let (status, body) = refusal.status_and_body(&request_id);
    let body = body.to_string();
    let date = http_date(now).map(|date| format!("date: {date}\r\n")).unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 {} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nx-request-id: {request_id}\r\n\
            {date}connection: close\r\n\r\n{body}",
        status.as_u16(),
        status.canonical_reason().unwrap_or("Request Header Too Large"),
        body.len(),
    );
    service.journal.record(RecordedRequest::unreadable(now, request_id, status.as_u16()));
    answer.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_without_an_id_is_hypers() {
        let bare = "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(find(bare.as_bytes()), Some((0, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)));
        let behind_another = format!("HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\n\r\n{{}}{bare}");
        let start = behind_another.len() - bare.len();
        assert_eq!(find(behind_another.as_bytes()).map(|(start, _)| start), Some(start));
        for other in [
            "",
            "\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\n",
        ] {
            assert_eq!(find(other.as_bytes()), None, "{other}");
        }
    }
}
