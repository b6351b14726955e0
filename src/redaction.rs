//! Taking secrets out of texts that came from outside: a server may echo what it was sent, whole or in part.

use std::collections::HashSet;

/// So many bytes of a secret in a row tell too much of it.
const SHORTEST_PART: usize = 12;

/// Shorter secrets are those of tests, and would turn up in ordinary words.
const SHORTEST_SECRET: usize = 6;

const REDACTED: &str = "[redacted]";

/// `text` without `secrets`, and without any part of one that is 12 bytes or longer; `None` where none is in it.
pub(crate) fn without_secrets<'a>(text: &str, secrets: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut hidden = vec![false; text.len()];
    for secret in secrets.filter(|secret| secret.len() >= SHORTEST_SECRET) {
        let length = secret.len().min(SHORTEST_PART);
        let parts: HashSet<&[u8]> = secret.as_bytes().windows(length).collect();
        for (start, part) in text.as_bytes().windows(length).enumerate() {
            if parts.contains(part) {
                hidden.iter_mut().skip(start).take(length).for_each(|byte| *byte = true);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::without_secrets;

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
    }
}
