//! Answers as bytes, and scripts that give them.

use crate::peer::{Script, Step};

/// Stands in every body that is no good, and must not be found in any error.
pub(crate) const PRIVATE: &str = "private-words-of-the-body";

/// Headers that announce this body, and the body.
pub(crate) fn answer(status: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let headers = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [headers.as_bytes(), body].concat()
}

pub(crate) fn json(body: &str) -> Vec<u8> {
    answer("200 OK", "application/json", body.as_bytes())
}

/// A page of one task that claims `total`.
pub(crate) fn page(total: i64) -> String {
    format!(r#"{{"total":{total},"tasks":[{{"cluster_name":"{PRIVATE}"}}]}}"#)
}

/// An answer after which the connection stays open.
pub(crate) fn kept_open(total: i64) -> Vec<u8> {
    String::from_utf8(json(&page(total))).unwrap().replace("connection: close\r\n", "").into_bytes()
}

/// Reads a request and answers it.
pub(crate) fn answered(bytes: Vec<u8>) -> Script {
    vec![Step::Request, Step::Send(bytes)]
}

/// A service in good order.
pub(crate) fn good() -> Script {
    answered(json(&page(1)))
}

/// Headers of a page, with these instead of the ones that say how long it is.
pub(crate) fn page_with(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n{headers}\r\n\r\n{}", page(1))
        .into_bytes()
}
