//! Ids that look like the service's and always come out the same.

use sha2::{Digest as _, Sha256};

/// 32 hexadecimal digits that follow from `origin`, as most ids of the service look.
pub(crate) fn identifier(origin: &str) -> String {
    Sha256::digest(origin.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
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
    }

    #[test]
    fn dashes_stand_where_they_do_in_a_uuid() {
        let lengths: Vec<usize> = dashed_identifier("a").split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}
