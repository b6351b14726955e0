//! What the gateway's own words tell of a signature that it refused.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::timestamp::Timestamp;

const QUOTE: &str = "canonicalRequest:";
const SERVER_TIME: &str = "server time:";

/// Whether the gateway made another signature of the request.
pub(crate) fn says_mismatch(message: &str) -> bool {
    message.contains(QUOTE) || message.contains("verify aksk signature fail")
}

/// Whether the date of the signature is too far from the gateway's time.
pub(crate) fn says_expired_signature(message: &str) -> bool {
    message.contains("signature expired")
}

/// The gateway's time, where it tells it.
pub(crate) fn server_time(message: &str) -> Option<Timestamp> {
    let (_, behind) = message.split_once(SERVER_TIME)?;
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", behind.trim_start().get(..16)?).ok()?;
    let time = Offset::UTC.to_timestamp(time).ok()?;
    Some(Timestamp::from_millisecond(time.as_millisecond()))
}

/// The canonical request that the gateway quotes, with `|` in place of line breaks.
pub(crate) fn quoted_canonical_request(message: &str) -> Option<String> {
    let (_, quoted) = message.split_once(QUOTE)?;
    Some(quoted.replace('|', "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateways_time_is_read_out_of_its_words() {
        let message = "signature expired, signature time:20240320T000000Z,server time:20240320T022516Z";
        assert!(says_expired_signature(message) && !says_mismatch(message));
        assert_eq!(server_time(message), Some(Timestamp::from_millisecond(1_710_901_516_000)));
        for odd in ["", "server time:", "server time:soon", "server time:20241301T000000Z", "server time:2024é"] {
            assert_eq!(server_time(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_quoted_request_gets_its_lines_back() {
        let message = "verify aksk signature fail, canonicalRequest:GET|/v1/||host:a||host|e3b0";
        assert!(says_mismatch(message));
        assert_eq!(quoted_canonical_request(message).as_deref(), Some("GET\n/v1/\n\nhost:a\n\nhost\ne3b0"));
        assert_eq!(quoted_canonical_request("the token cannot be verified"), None);
    }
}
