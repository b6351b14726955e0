//! How long a request line and headers may be: the figures of the gateway.

use axum::http::request::Parts;

use crate::refusal::Refusal;

const MAXIMUM_URI: usize = 32 * 1_024;
const MAXIMUM_HEADER: usize = 32 * 1_024;
const MAXIMUM_HEADERS: usize = 128 * 1_024;

/// Why a request is too large, if it is. What is larger by far never gets here: hyper does not read it to its end.
pub(crate) fn refusal(request: &Parts) -> Option<Refusal> {
    if request.uri.path_and_query().is_some_and(|target| target.as_str().len() > MAXIMUM_URI) {
        return Some(Refusal::uri_too_long());
    }
    let lengths = || request.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    let too_large = lengths().any(|length| length > MAXIMUM_HEADER) || lengths().sum::<usize>() > MAXIMUM_HEADERS;
    too_large.then(Refusal::headers_too_large)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn status(target: &str, headers: &[String]) -> Option<u16> {
        let request = headers.iter().fold(Request::get(target), |request, value| request.header("x", value));
        refusal(&request.body(()).unwrap().into_parts().0).map(|refusal| refusal.render("id").status().as_u16())
    }

    #[test]
    fn what_is_as_long_as_allowed_passes_and_a_byte_more_does_not() {
        let target = |length: usize| format!("/?{}", "y".repeat(length - 2));
        assert_eq!(status(&target(MAXIMUM_URI), &[]), None);
        assert_eq!(status(&target(MAXIMUM_URI + 1), &[]), Some(414));
        // The name counts for a byte.
        let header = |length: usize| "y".repeat(length - 1);
        assert_eq!(status("/", &[header(MAXIMUM_HEADER)]), None);
        assert_eq!(status("/", &[header(MAXIMUM_HEADER + 1)]), Some(494));
        let all = vec![header(MAXIMUM_HEADERS / 8); 8];
        assert_eq!(status("/", &all), None);
        assert_eq!(status("/", &[all.as_slice(), &[String::new()]].concat()), Some(494));
    }
}
