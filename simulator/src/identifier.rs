//! Ids that look like the service's and always come out the same.

use sha2::{Digest as _, Sha256};

/// 32 hexadecimal digits that follow from `origin`, as most ids of the service look.
pub(crate) fn identifier(origin: &str) -> String {
    let digest = Sha256::digest(origin.as_bytes());
    // As one number, because 100,000 tasks have 400,000 ids; the digest has more than 16 bytes, so there always is one.
    digest.first_chunk().map(|bytes| format!("{:032x}", u128::from_be_bytes(*bytes))).unwrap_or_default()
}

/// The same with dashes, as ids of clusters and jobs look.
pub(crate) fn dashed_identifier(origin: &str) -> String {
    let mut dashed = String::new();
    for (index, digit) in identifier(origin).chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            dashed.push('-');
        }
        dashed.push(digit);
    }
    dashed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_their_origin() {
        assert_eq!(identifier("a"), identifier("a"));
        assert_ne!(identifier("a"), identifier("b"));
        assert_eq!(identifier("a").len(), 32);
        // SHA-256 of nothing begins so, and the zero of a short number stays.
        assert_eq!(identifier(""), "e3b0c44298fc1c149afbf4c8996fb924");
        assert_eq!(identifier("39"), "0b918943df0962bc7a1824c0555a389347b4febdc7cf9d1254406d80ce44e3f9"[..32]);
    }

    #[test]
    fn dashes_stand_where_they_do_in_a_uuid() {
        let lengths: Vec<usize> = dashed_identifier("a").split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}
