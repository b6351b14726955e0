//! Doors to every parser of foreign bytes of huaweicloud-core, for the fuzz targets and for the replay of their seeds.
//!
//! Each takes any bytes and asserts what must hold whatever they are; none does I/O or reads a clock. They are compiled
//! as a module of that crate, for its unit tests and under `cfg(fuzzing)` alone.

use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, StatusCode, header};

use self::checks::{CANARY, check_hidden, check_identity, check_profile, plant};
use self::texts::{check_decode_error, check_error, check_line};
use crate::auth::identity::Identity;
use crate::auth::metadata::{self, KeyAnswer, Machine};
use crate::auth::profile::{koocli_file, sdk_file};
use crate::auth::token_file;
use crate::endpoint::Endpoint;
use crate::iam::generated::builder as iam;
use crate::iam::generated::types;
use crate::iam::{facts_of_token, issued};
use crate::operation::{Operation as _, decode_response};
use crate::pipeline::rate::Rate;
use crate::pipeline::retry_after;
use crate::redaction::{Redactor, ServerText};
use crate::response::Response;
use crate::timestamp::Timestamp;
use crate::transport::attempt::BufferedResponse;
use crate::{diagnosis, secret_file, service_error, wire};

mod checks;
mod texts;

/// The body of a refusal, and of a refusal with a success status.
pub fn error_body(bytes: &[u8]) {
    for status in [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::OK] {
        match decode_response::<iam::ListProjects>(&answer(status, bytes)) {
            Err(error) => check_error(&error.with_status(status).in_operation(iam::ListProjects::ID)),
            Ok(_) => assert!(status.is_success(), "a refusal was taken for a success"),
        }
    }
    if service_error::parse(bytes, &Redactor::default()).is_none() {
        let described = service_error::describe(bytes, Some(&ServerText::own("text/html"))).message;
        let expected = format!("a body of {} bytes (text/html) without an error code", bytes.len());
        assert_eq!(&*described, if bytes.is_empty() { "no body" } else { expected.as_str() });
    }
}

/// The file of the official SDKs.
pub fn sdk_file(bytes: &[u8]) {
    let Some(text) = text_of_file(bytes) else { return };
    for section in ["basic", "global"] {
        match sdk_file::parse(&text, section) {
            Ok(profile) => check_profile(profile),
            Err(reason) => check_line(&reason),
        }
        let planted: Vec<String> = text
            .lines()
            .map(|line| if line.trim().starts_with('[') { line.to_owned() } else { format!("{line}{CANARY}") })
            .collect();
        check_hidden(&text, sdk_file::parse(&planted.join("\n"), section).err());
    }
}

/// The file of KooCLI.
pub fn koocli_file(bytes: &[u8]) {
    let Some(text) = text_of_file(bytes) else { return };
    for name in [None, Some("work")] {
        match koocli_file::parse(&text, name) {
            Ok(profile) => check_profile(profile),
            Err(reason) => check_line(&reason),
        }
        if let Ok(mut file) = serde_json::from_str(&text) {
            plant(&mut file, false);
            check_hidden(&text, koocli_file::parse(&file.to_string(), name).err());
        }
    }
}

/// A file that is a token.
pub fn token_text(bytes: &[u8]) {
    let Some(text) = text_of_file(bytes) else { return };
    match token_file::token(&text) {
        Ok(token) => {
            assert_eq!(token.expose(), text.trim());
            check_identity(&Identity::token(token.expose()));
        }
        Err(error) => check_error(&error),
    }
    check_hidden(&text, token_file::token(&format!("{}{CANARY}", *text)).err().map(|error| error.to_string()));
}

/// What the metadata service of a cloud server says: its token, keys and machine data.
pub fn metadata_answer(bytes: &[u8]) {
    let answer = answer(StatusCode::OK, bytes);
    match metadata::read_token(&answer) {
        Ok(token) => assert!(token.expose().bytes().all(|byte| byte.is_ascii_graphic())),
        Err(error) => check_error(&error),
    }
    for error in [wire::json::<KeyAnswer>(bytes, true).err(), wire::json::<Machine>(bytes, true).err()] {
        error.iter().for_each(check_decode_error);
    }
    let machine = metadata::read::<Machine>(&answer).unwrap_or_else(|error| {
        check_error(&error);
        Machine::default()
    });
    match metadata::read::<KeyAnswer>(&answer) {
        Ok(key) => check_identity(&metadata::identity(key, machine)),
        Err(error) => check_error(&error),
    }
}

/// What IAM says: of tokens, temporary keys and projects.
pub fn iam_answer(bytes: &[u8]) {
    for error in [
        wire::json::<types::TokenAnswer>(bytes, true).err(),
        wire::json::<types::TemporaryKeyAnswer>(bytes, true).err(),
        wire::json::<types::ProjectList>(bytes, true).err(),
    ] {
        error.iter().for_each(check_decode_error);
    }
    let answer = answer(StatusCode::CREATED, bytes);
    match decode_response::<iam::CreateTokenByPassword>(&answer) {
        Ok(told) => {
            if let Some(expires) = facts_of_token(&told.token, &Redactor::default()).expires {
                check_line(&expires.to_string());
            }
        }
        Err(error) => check_error(&error),
    }
    match decode_response::<iam::CreateTemporaryAccessKeyByToken>(&answer) {
        Ok(told) => {
            let key = told.credential;
            let identity = Identity::temporary_access_key(key.access, key.secret.expose(), key.securitytoken.expose());
            check_identity(&identity);
        }
        Err(error) => check_error(&error),
    }
    if let Err(error) = decode_response::<iam::ListProjects>(&answer) {
        check_error(&error);
    }
}

/// `Retry-After`, and in a second line `Date`.
pub fn retry_after(bytes: &[u8]) {
    let mut lines = bytes.splitn(2, |byte| *byte == b'\n');
    let (value, date) = (lines.next().unwrap_or_default(), lines.next());
    let now = UNIX_EPOCH + Duration::from_secs(1_710_901_516);
    let wait = retry_after::parse(value, date, now);
    let is_number = !value.trim_ascii().is_empty() && value.trim_ascii().iter().all(u8::is_ascii_digit);
    assert!(wait.is_some() || !is_number, "a number of seconds was not understood");
    // The years of an HTTP date have four digits.
    let longest = Duration::from_secs(10_000 * 366 * 24 * 60 * 60);
    assert!(is_number || wait.is_none_or(|wait| wait < longest), "a date that is out of reach");
}

/// What a gateway says in words, and times in the forms that are read here.
pub fn gateway_text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = diagnosis::says_expired_signature(&text);
    for time in [diagnosis::server_time(&text), Timestamp::from_rfc3339(&text)].into_iter().flatten() {
        check_line(&time.to_string());
        assert!(
            time.is_never() || Timestamp::from_rfc3339(&time.to_string()) == Some(time),
            "{time} is not what is shown of it"
        );
    }
    if let Some(quoted) = diagnosis::quoted_canonical_request(&text) {
        assert!(diagnosis::says_mismatch(&text) && !quoted.contains('|'));
    }
}

/// One text in every header of an answer that is looked at.
pub fn answer_headers(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let names = ["location", "content-type", "date", "x-request-id", "x-iam-trace-id", "x-subject-token"];
    let headers: HeaderMap = names.iter().map(|name| (header::HeaderName::from_static(name), value.clone())).collect();
    let _ = service_error::date(&headers);
    for status in [StatusCode::FOUND, StatusCode::BAD_GATEWAY, StatusCode::OK] {
        let answer =
            BufferedResponse { status, headers: headers.clone(), body: "<html>".into(), redactor: Redactor::default() };
        match decode_response::<iam::ListProjects>(&answer) {
            Err(error) => check_error(&error.with_status(status)),
            Ok(_) => assert!(status.is_success(), "what is no page was taken for one"),
        }
    }
    let told = Response::new(
        types::TokenAnswer { token: types::Token::default() },
        StatusCode::CREATED,
        headers,
        Redactor::default(),
    );
    match issued(&told) {
        Ok(issued) => check_identity(&Identity::token(issued.token.expose())),
        Err(error) => check_error(&error),
    }
}

/// What a user writes: endpoints, regions, rates.
pub fn settings(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for parsed in [
        Endpoint::parse(&text, false),
        Endpoint::parse(&text, true),
        Endpoint::of_region(&text, Some(|region| format!("a.{region}.example.com"))),
    ] {
        match parsed {
            Ok(endpoint) => {
                check_line(&endpoint.to_string());
                let again = Endpoint::parse(endpoint.base(), true);
                assert!(again.is_ok_and(|again| again.base() == endpoint.base()), "{endpoint} is no endpoint");
            }
            Err(error) => check_line(&error.to_string()),
        }
    }
    match text.parse::<Rate>() {
        Ok(rate) => assert_eq!(rate.to_string().parse::<Rate>().ok(), Some(rate)),
        Err(error) => check_line(&error.to_string()),
    }
}

fn answer(status: StatusCode, body: &[u8]) -> BufferedResponse {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))].into_iter().collect();
    BufferedResponse { status, headers, body: body.to_vec().into(), redactor: Redactor::default() }
}

/// The text that a file of these bytes has.
fn text_of_file(bytes: &[u8]) -> Option<zeroize::Zeroizing<String>> {
    secret_file::text(bytes).map_err(|reason| check_line(&reason)).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Every seed of `target`, through its door.
    fn replay(target: &str, door: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
        let Ok(seeds) = fs::read_dir(&folder) else {
            // A package of the library has no seeds.
            assert!(!folder.parent().unwrap().exists(), "the target {target} has no seeds");
            eprintln!("skipped: no seeds at {}", folder.display());
            return;
        };
        let mut count = 0;
        for seed in seeds {
            let path = seed.unwrap().path();
            // Shown where the seed fails.
            println!("{}", path.display());
            door(&fs::read(&path).unwrap());
            count += 1;
        }
        assert!(count > 0, "the target {target} has no seeds");
    }

    macro_rules! replayed {
        ($($target:ident),* $(,)?) => {
            $(#[test]
            fn $target() {
                replay(stringify!($target), super::$target);
            })*
        };
    }

    replayed! {
        error_body, sdk_file, koocli_file, token_text, metadata_answer, iam_answer, retry_after,
        gateway_text, answer_headers, settings,
    }
}
