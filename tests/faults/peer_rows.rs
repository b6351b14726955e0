//! What only a raw socket can do.

use crate::answers::{PRIVATE, answer, answered, json, page, page_with};
use crate::peer::{Script, Step};
use crate::table::{Cause, End, Held, Limit, Row};

const BRACKETS: usize = 100_000;

const INTERRUPTED: End = End::Fails(&["is_transport"]);
const TIMEOUT: End = End::Fails(&["is_timeout"]);
const DECODE: End = End::Fails(&["is_decode"]);
const SERVICE: End = End::Fails(&["is_service"]);
const UNAUTHORIZED: End = End::Fails(&["is_service", "is_unauthorized"]);
const REDIRECT: End = End::Fails(&["is_redirect"]);

fn row(name: &'static str, script: fn() -> Script, attempts: u32, end: End) -> Row {
    Row::new(name, Cause::Peer(script), attempts, end)
}

pub(crate) fn rows() -> Vec<Row> {
    [connections(), lengths(), contents(), statuses()].into_iter().flatten().collect()
}

fn connections() -> Vec<Row> {
    vec![
        Row::new("connection refused", Cause::NoListener, 4, End::Fails(&["is_connect"])).held(Held::Nothing),
        Row::new("host name that does not resolve", Cause::NoName, 4, End::Fails(&["is_connect"])).held(Held::Nothing),
        row("reset before the headers", || vec![Step::Request, Step::Reset], 4, INTERRUPTED).held(Held::Nothing),
        row("reset within the headers", || cut(30, Step::Reset), 4, INTERRUPTED).held(Held::Headers),
        row("reset after the headers", || headers_and(Step::Reset), 4, INTERRUPTED).held(Held::Headers),
        row("connection closed without an answer", || vec![Step::Request], 4, INTERRUPTED).held(Held::Nothing),
        row("no answer within the time of an attempt", || vec![Step::Request, Step::Hold], 4, TIMEOUT)
            .held(Held::Nothing)
            .limit(Limit::Attempt),
        row("headers that stop coming", || cut(30, Step::Hold), 4, TIMEOUT).held(Held::Headers).limit(Limit::Attempt),
        row("garbage instead of HTTP", || answered(vec![0xfe; 512]), 4, INTERRUPTED).held(Held::Headers),
        row("another protocol instead of HTTP", || answered(b"220 mail ready\r\n".to_vec()), 4, INTERRUPTED)
            .held(Held::Headers),
        row("a header of 1 MiB", || answered(page_with(&format!("x-large: {}", "x".repeat(1 << 20)))), 4, INTERRUPTED)
            .held(Held::Headers),
        row("headers without end", endless_headers, 4, INTERRUPTED).held(Held::Headers),
        row("1,000 headers", || answered(page_with(&"x-many: x\r\n".repeat(1_000))), 4, INTERRUPTED)
            .held(Held::Headers),
    ]
}

fn lengths() -> Vec<Row> {
    vec![
        row("body cut off", || cut(130, Step::Request), 4, INTERRUPTED),
        row("body that stops coming", || cut(130, Step::Hold), 4, TIMEOUT).limit(Limit::Stall),
        row("`Content-Length` too large", || answered(page_with("content-length: 5000\r\n")), 4, INTERRUPTED),
        row("`Content-Length` too small", || answered(page_with("content-length: 20\r\n")), 1, DECODE),
        row("`Content-Length` that is no number", || answered(page_with("content-length: many\r\n")), 4, INTERRUPTED)
            .held(Held::Headers),
        row("two `Content-Length` that differ", || answered(page_with(TWO_LENGTHS)), 4, INTERRUPTED)
            .held(Held::Headers),
        row("chunk whose length is no number", || chunked("many\r\n"), 4, INTERRUPTED),
        row("chunk longer than it says", || chunked("5\r\n{\"total\":1}\r\n0\r\n\r\n"), 4, INTERRUPTED),
        row("chunks without the last one", || chunked("b\r\n{\"total\":1}\r\n"), 4, INTERRUPTED),
        row("body without end", || without_end("x"), 1, DECODE).held(Held::LargestBody),
        row("chunks without end", endless_chunks, 1, DECODE).held(Held::LargestBody),
        row("error body without end", endless_error, 4, SERVICE).held(Held::LargestBody),
        row("gzip that is none", || answered(page_with("content-encoding: gzip\r\n")), 4, INTERRUPTED),
    ]
}

/// `{"error_code":"DLS.1001","error_msg":"no"}`
const REFUSAL: &str = "eyJlcnJvcl9jb2RlIjoiRExTLjEwMDEiLCJlcnJvcl9tc2ciOiJubyJ9";
const TWO_LENGTHS: &str = "content-length: 20\r\ncontent-length: 30\r\n";

fn contents() -> Vec<Row> {
    vec![
        row("JSON of 100,000 brackets", || answered(json(&"[".repeat(BRACKETS))), 1, DECODE),
        row("100,000 brackets where tasks should be", || deep(r#"{"total":1,"tasks":"#), 1, DECODE),
        row("100,000 brackets in an unknown field", || deep(r#"{"total":0,"tasks":[],"more":"#), 1, DECODE),
        row("40 tasks where 10 were asked for", || tasks(40), 1, End::Delivered),
        row("41 tasks where 10 were asked for", || tasks(41), 1, DECODE),
        row("300,000 empty tasks", || tasks(300_000), 1, DECODE),
        row(
            "200,000 numbers in an unknown field",
            || answered(json(&format!(r#"{{"total":0,"more":[{}0]}}"#, "0,".repeat(200_000)))),
            1,
            DECODE,
        ),
        row(
            "100,000 objects as an error body",
            || {
                answered(answer(
                    "400 Bad Request",
                    "application/json",
                    format!("[{}0]", r#"{"":0},"#.repeat(100_000)).as_bytes(),
                ))
            },
            1,
            SERVICE,
        ),
        row("100,000 brackets as an error body", deep_error, 1, SERVICE),
        row("100,000 objects as an error body, with a code inside", deep_objects, 1, SERVICE),
        row("invalid UTF-8 in a text", invalid_utf8, 1, End::Delivered),
        row("half a character in a text", || task(r#""sync_msg":"cut \ud83d""#), 1, End::Delivered),
        row("a number in a string", || total("\"1\""), 1, End::Delivered),
        row("a number in place of a string", || task("\"id\":1"), 1, End::Delivered),
        row("a time as text", || task(r#""sync_time":"2024-03-20T10:25:16+08:00""#), 1, End::Delivered),
        row("a time as text without a zone", || task(r#""sync_time":"2024-03-20T10:25:16""#), 1, DECODE),
        row("a repeated name", || task(r#""id":"1","id":"2""#), 1, End::Delivered),
        row("a byte order mark before the JSON", || answered(json(&format!("\u{feff}{}", page(1)))), 1, End::Delivered),
        row("invalid UTF-8 in an error body", invalid_utf8_error, 1, SERVICE),
        row("UTF-16 instead of UTF-8", utf16, 1, DECODE),
        row("whole number beyond 64 bits", || total("9223372036854775808"), 1, DECODE),
        row("time beyond 64 bits", || task(r#""create_time":99999999999999999999"#), 1, DECODE),
        row("number beyond any float", || total("1e999"), 1, DECODE),
        row("fraction instead of a whole number", || total("1.5"), 1, DECODE),
        row("something behind the JSON", || answered(json(&format!("{}{PRIVATE}", page(1)))), 1, DECODE),
        row("JSON that ends too early", || answered(json(r#"{"total":1,"tasks":[{"id":"#)), 1, DECODE),
        row("an object of something else", || answered(json(&format!(r#"{{"{PRIVATE}":1}}"#))), 1, DECODE),
        row("`null` instead of a page", || answered(json("null")), 1, DECODE),
        row("HTML as HTTP 200", || html("200 OK"), 1, DECODE),
        row("nothing as HTTP 200", || answered(json("")), 1, DECODE),
        row(
            "a refusal in base64",
            || answered(answer("400 Bad Request", "application/json", REFUSAL.as_bytes())),
            1,
            SERVICE,
        ),
        row("a refusal in base64 as HTTP 200", || answered(json(REFUSAL)), 1, SERVICE),
        row("a refusal as HTTP 200", || answered(json(r#"{"error_code":"DLS.1001","error_msg":"no"}"#)), 1, SERVICE),
    ]
}

fn statuses() -> Vec<Row> {
    vec![
        row("HTTP 204", || answered(no_body("204 No Content", "")), 1, DECODE),
        row("HTTP 302 with another host", || moved("302 Found", "location: https://elsewhere.test/\r\n"), 1, REDIRECT),
        row("HTTP 307 with a path", || moved("307 Temporary Redirect", "location: /elsewhere\r\n"), 1, REDIRECT),
        row("HTTP 302 without `Location`", || moved("302 Found", ""), 1, REDIRECT),
        row("HTTP 302 with a broken `Location`", || moved("302 Found", "location: http://[:::\r\n"), 1, REDIRECT),
        row("HTTP 304", || answered(no_body("304 Not Modified", "")), 1, REDIRECT),
        row("HTTP 502 with HTML", || html("502 Bad Gateway"), 4, SERVICE),
        row("HTTP 401 whose body stops coming", || refusal_and("401 Unauthorized", Step::Hold), 1, UNAUTHORIZED)
            .limit(Limit::Stall),
        row("HTTP 401 whose body breaks off", || refusal_and("401 Unauthorized", Step::Reset), 1, UNAUTHORIZED),
        row("HTTP 503 whose body breaks off", || refusal_and("503 Service Unavailable", Step::Reset), 4, SERVICE),
        row("a status that no one knows", || html("799 Who Knows"), 1, SERVICE),
    ]
}

/// The first bytes of a good answer, and then this.
fn cut(length: usize, then: Step) -> Script {
    let mut bytes = json(&page(1));
    assert!(length < bytes.len());
    bytes.truncate(length);
    match then {
        // Closed.
        Step::Request => vec![Step::Request, Step::Send(bytes)],
        then => vec![Step::Request, Step::Send(bytes), then],
    }
}

fn headers_and(then: Step) -> Script {
    let bytes = json(&page(1));
    let length = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    cut(length, then)
}

/// A refusal of whose body this is all.
fn refusal_and(status: &str, then: Step) -> Script {
    let bytes = format!("HTTP/1.1 {status}\r\ncontent-length: 5000\r\n\r\n{{\"{PRIVATE}").into_bytes();
    vec![Step::Request, Step::Send(bytes), then]
}

fn chunked(body: &str) -> Script {
    answered(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{body}").into_bytes())
}

fn without_end(body: &str) -> Script {
    let headers = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    vec![Step::Request, Step::Send(headers), Step::Flood(body.repeat(16 * 1024).into_bytes())]
}

fn endless_headers() -> Script {
    let headers = "x-many: ".to_owned() + &"x".repeat(1_000) + "\r\n";
    vec![Step::Request, Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Flood(headers.into_bytes())]
}

fn endless_chunks() -> Script {
    let headers = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    vec![Step::Request, Step::Send(headers), Step::Flood(chunk.into_bytes())]
}

fn endless_error() -> Script {
    let headers = b"HTTP/1.1 503 Service Unavailable\r\n\r\n".to_vec();
    vec![Step::Request, Step::Send(headers), Step::Flood(PRIVATE.repeat(1_000).into_bytes())]
}

fn deep(before: &str) -> Script {
    answered(json(&format!("{before}{}{}}}", "[".repeat(BRACKETS), "]".repeat(BRACKETS))))
}

fn deep_error() -> Script {
    let body = format!("{}{}", "[".repeat(BRACKETS), "]".repeat(BRACKETS));
    answered(answer("400 Bad Request", "application/json", body.as_bytes()))
}

fn deep_objects() -> Script {
    let inside = format!(r#"{{"error_code":"{PRIVATE}"}}"#);
    let body = format!("{}{inside}{}", r#"{"a":"#.repeat(BRACKETS), "}".repeat(BRACKETS));
    answered(answer("400 Bad Request", "application/json", body.as_bytes()))
}

fn invalid_utf8() -> Script {
    let body = [br#"{"total":1,"tasks":[{"cluster_name":"private-words-of-the-body "#, &[0xc3, 0x28][..], br#""}]}"#];
    answered(answer("200 OK", "application/json", &body.concat()))
}

fn invalid_utf8_error() -> Script {
    let body = [br#"{"error_code":"DLS.1001","error_msg":"cut "#, &[0xc3, 0x28][..], br#""}"#];
    answered(answer("400 Bad Request", "application/json", &body.concat()))
}

fn utf16() -> Script {
    let body: Vec<u8> = page(1).encode_utf16().flat_map(u16::to_le_bytes).collect();
    answered(answer("200 OK", "application/json; charset=utf-16", &body))
}

fn total(number: &str) -> Script {
    answered(json(&format!(r#"{{"total":{number},"tasks":[{{"cluster_name":"{PRIVATE}"}}]}}"#)))
}

fn tasks(count: usize) -> Script {
    answered(json(&format!(r#"{{"total":{count},"tasks":[{}{{}}]}}"#, "{},".repeat(count - 1))))
}

fn task(field: &str) -> Script {
    answered(json(&format!(r#"{{"total":1,"tasks":[{{"cluster_name":"{PRIVATE}",{field}}}]}}"#)))
}

fn html(status: &str) -> Script {
    answered(answer(status, "text/html", format!("<html>{PRIVATE}</html>").as_bytes()))
}

fn no_body(status: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n").into_bytes()
}

fn moved(status: &str, location: &str) -> Script {
    answered(no_body(status, &format!("{location}content-length: 0\r\n")))
}
