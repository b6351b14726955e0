//! Text that a server sent, and the only way to show it.
//!
//! A server may repeat what it was sent, whole or in part, as it is or in the escapes of JSON. So its texts become
//! [`ServerText`] by a [`Redactor`], which knows the secrets of the request, and only a [`ServerText`] is shown or logged.

use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;

use crate::secret::Secret;

/// So many bytes of a secret in a row tell too much of it.
const SHORTEST_PART: usize = 12;
/// Shorter secrets are those of tests, and would turn up in ordinary words.
const SHORTEST_SECRET: usize = 6;
const REDACTED: &str = "[redacted]";

/// One line of text from a server: without secrets, control characters and marks that reorder it, and of limited length.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct ServerText(String);

impl ServerText {
    /// A text of this program in place of one that the server did not send.
    pub(crate) fn own(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl Deref for ServerText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ServerText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// What has secrets that a server may repeat.
pub(crate) trait HasSecrets: Send + Sync {
    /// Each of them, as it is sent.
    fn secrets(&self) -> Vec<&str>;
}

/// The secrets of one request: its credentials, its signature, what its body carries, and what its login was made with.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    identity: Option<Arc<dyn HasSecrets>>,
    body: Arc<[Secret]>,
    signature: Option<Secret>,
}

impl Redactor {
    pub(crate) fn new(identity: Option<Arc<dyn HasSecrets>>, body: Arc<[Secret]>) -> Self {
        Self { identity, body, signature: None }
    }

    /// For a request that was signed, with the value of its header `Authorization`.
    pub(crate) fn with_signature(mut self, authorization: Option<&http::HeaderValue>) -> Self {
        let value = authorization.and_then(|value| value.to_str().ok()).unwrap_or_default();
        self.signature = value.split_once("Signature=").map(|(_, signature)| Secret::new(signature));
        self
    }

    /// A line of at most `longest` characters.
    pub(crate) fn line(&self, text: &str, longest: usize) -> ServerText {
        // No more is looked at than is shown and a secret may reach into it.
        let end = text.char_indices().nth(longest.saturating_add(LONGEST_OVERLAP)).map_or(text.len(), |(end, _)| end);
        let text = text.get(..end).unwrap_or_default();
        let redacted = self.without_secrets(text);
        ServerText(one_line(redacted.as_deref().unwrap_or(text), longest))
    }

    /// The first MiB of a body, otherwise as it came; to search more would take long.
    pub(crate) fn body(&self, body: &Bytes) -> Bytes {
        let body = &body.get(..LONGEST_BODY).map_or_else(|| body.clone(), Bytes::copy_from_slice);
        let text = String::from_utf8_lossy(body);
        self.without_secrets(&text).map_or_else(|| body.clone(), Bytes::from)
    }

    fn without_secrets(&self, text: &str) -> Option<String> {
        let identity = self.identity.iter().flat_map(|identity| identity.secrets());
        let others = self.body.iter().chain(&self.signature).map(Secret::expose);
        without_secrets(text, identity.chain(others))
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Redactor")
    }
}

/// In bytes.
const LONGEST_BODY: usize = 1 << 20;

/// Longer than the longest token, so that a cut within one leaves none of it.
const LONGEST_OVERLAP: usize = 16_384;

/// Untrusted text as one line, for texts of files and of this machine; those of servers go through a [`Redactor`].
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == longest {
            line.push('…');
            break;
        }
        line.push(if is_harmful(character) { ' ' } else { character });
    }
    line
}

/// Returns `true` for control characters, and for those that reorder what is read on a screen: text of a service must not be
/// shown with them.
///
/// ```
/// assert!(huaweicloud_core::is_harmful('\u{1b}') && huaweicloud_core::is_harmful('\u{202e}'));
/// assert!(!huaweicloud_core::is_harmful('é'));
/// ```
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `text` without `secrets`, and without any part of one that is 12 bytes or longer; `None` if none is in it.
fn without_secrets<'a>(text: &str, secrets: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut hidden = vec![false; text.len()];
    let unescaped = Unescaped::of(text);
    for secret in secrets.filter(|secret| secret.len() >= SHORTEST_SECRET) {
        let length = secret.len().min(SHORTEST_PART);
        let parts: HashSet<&[u8]> = secret.as_bytes().windows(length).collect();
        for (start, part) in text.as_bytes().windows(length).enumerate() {
            if parts.contains(part) {
                hidden.iter_mut().skip(start).take(length).for_each(|byte| *byte = true);
            }
        }
        for (start, part) in unescaped.bytes.windows(length).enumerate() {
            if parts.contains(part) {
                let (from, to) = unescaped.place(start, length);
                hidden.iter_mut().take(to).skip(from).for_each(|byte| *byte = true);
            }
        }
    }
    if !hidden.contains(&true) {
        return None;
    }
    let mut shown = String::with_capacity(text.len());
    let mut hiding = false;
    for (start, character) in text.char_indices() {
        let end = start + character.len_utf8();
        // A character of which a byte is hidden is hidden whole.
        let hide = hidden.get(start..end).is_some_and(|bytes| bytes.contains(&true));
        match (hide, hiding) {
            (true, false) => shown.push_str(REDACTED),
            (true, true) => {}
            (false, _) => shown.push(character),
        }
        hiding = hide;
    }
    Some(shown)
}

/// A text with the escapes of JSON replaced, and where each of its bytes came from; empty without escapes.
#[derive(Default)]
struct Unescaped {
    bytes: Vec<u8>,
    /// Where the source of each byte begins; one more at the end.
    starts: Vec<usize>,
}

impl Unescaped {
    fn of(text: &str) -> Self {
        let mut this = Self::default();
        if !text.contains('\\') {
            return this;
        }
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let (character, length) = escape(rest).unwrap_or((character, character.len_utf8()));
            let start = text.len() - rest.len();
            let mut encoded = [0; 4];
            for byte in character.encode_utf8(&mut encoded).bytes() {
                this.bytes.push(byte);
                this.starts.push(start);
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        this.starts.push(text.len());
        this
    }

    /// The source of so many bytes.
    fn place(&self, start: usize, length: usize) -> (usize, usize) {
        let at = |position: usize| self.starts.get(position).copied().unwrap_or_default();
        (at(start), at(start + length))
    }
}

/// The character that an escape at the beginning of `text` stands for, and how long the escape is. Of a pair of
/// surrogates, each half is left as it is: secrets are ASCII, or passwords.
fn escape(text: &str) -> Option<(char, usize)> {
    let escaped = text.strip_prefix('\\')?;
    match escaped.chars().next()? {
        'u' => {
            let digits = escaped.get(1..5)?;
            let code = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(code)?, 6))
        }
        'b' => Some(('\u{8}', 2)),
        'f' => Some(('\u{c}', 2)),
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        't' => Some(('\t', 2)),
        character @ ('"' | '\\' | '/') => Some((character, 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn redacted(text: &str, secret: &str) -> Option<String> {
        without_secrets(text, [secret].into_iter())
    }

    #[test]
    fn a_secret_goes_whole_and_what_is_around_it_stays() {
        assert_eq!(redacted("the token hunter2! is bad", "hunter2!").as_deref(), Some("the token [redacted] is bad"));
        assert_eq!(redacted("hunter2hunter2", "hunter2").as_deref(), Some("[redacted]"));
        assert_eq!(redacted("nothing here", "hunter2"), None);
        assert_eq!(redacted("", "hunter2"), None);
    }

    #[test]
    fn a_part_of_twelve_goes_and_one_of_eleven_stays() {
        let secret = "abcdefghijklmnopqrstuvwxyz";
        assert_eq!(redacted("<cdefghijklmn>", secret).as_deref(), Some("<[redacted]>"));
        assert_eq!(redacted("<cdefghijklm>", secret), None);
    }

    #[test]
    fn words_of_every_day_are_no_secrets() {
        assert_eq!(redacted("a secret key", "key"), None);
    }

    #[test]
    fn escapes_of_json_hide_no_secret() {
        for (text, secret, expected) in [
            (r#"{"t": "\u0068unter2\u0021"}"#, "hunter2!", r#"{"t": "[redacted]"}"#),
            (r#"{"t": "MII\/Fxample\/+1"}"#, "MII/Fxample/+1", r#"{"t": "[redacted]"}"#),
            (r#"a\nb \u0068unter2x"#, "hunter2", r"a\nb [redacted]x"),
            (r#"{"p": "集\"ab\\cd\u00e9"}"#, "集\"ab\\cdé", r#"{"p": "[redacted]"}"#),
            (r"\u00", "hunter2", ""),
            (r"\", "hunter2", ""),
        ] {
            assert_eq!(redacted(text, secret).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn a_line_is_cut_after_its_secrets_are_removed() {
        let redactor = Redactor::new(None, Arc::from([Secret::new("abcdefghijklmnopqrstuvwxyz")]));
        assert_eq!(redactor.line("say abcdefghijklmnopqrstuvwxyz\n\u{1b}[31m", 9).to_string(), "say [reda…");
        assert_eq!(redactor.line("a\r\nb\u{202e}c", 80).to_string(), "a  b c");
        assert_eq!(redactor.body(&Bytes::from_static(b"x\xffy")), &b"x\xffy"[..]);
        assert_eq!(one_line(" a\n\u{1b}[31mb\u{202e}c ", 60), "a  [31mb c");
        assert_eq!(one_line("abcdef", 3), "abc…");
    }

    #[test]
    fn the_signature_of_the_request_is_a_secret() {
        let header =
            http::HeaderValue::from_static("SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0123abcd4567ef");
        let redactor = Redactor::default().with_signature(Some(&header));
        assert_eq!(redactor.line("got Signature=0123abcd4567ef?", 80).to_string(), "got Signature=[redacted]?");
        assert!(!format!("{redactor:?}").contains("0123"));
    }

    #[test]
    fn what_reorders_or_breaks_a_line_is_harmful() {
        for character in
            ['\n', '\u{7f}', '\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{2069}']
        {
            assert!(is_harmful(character), "{character:?}");
        }
        for character in ['a', '集', '\u{200d}', '\u{2027}', '\u{202f}', '\u{2065}', '\u{206a}', '😀'] {
            assert!(!is_harmful(character), "{character:?}");
        }
    }

    proptest! {
        #[test]
        fn no_part_of_a_secret_is_left(before in ".{0,20}", secret in "[a-zé集]{6,40}", cut in 0usize..40, after in ".{0,20}") {
            let part: String = secret.chars().skip(cut).collect();
            let text = format!("{before}{part}{after}");
            let shown = redacted(&text, &secret).unwrap_or(text);
            let length = secret.len().min(12);
            let shown = shown.replace("[redacted]", "\0");
            prop_assert!(!shown.as_bytes().windows(length).any(|seen| {
                secret.as_bytes().windows(length).any(|part| part == seen)
            }), "{shown}");
        }

        #[test]
        fn no_secret_is_left_whatever_of_it_is_escaped(secret in "[a-z/+=]{12,40}", escaped in prop::collection::vec(any::<bool>(), 40)) {
            let text: String = secret.chars().zip(&escaped).map(|(character, escaped)| {
                if *escaped { format!("\\u{:04x}", u32::from(character)) } else { character.to_string() }
            }).collect();
            prop_assert_eq!(redacted(&format!("<{text}>"), &secret), Some("<[redacted]>".to_owned()));
        }
    }
}
