//! The query as it came over the wire, taken apart without form rules: `+` stays a plus.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Name and value of every parameter in the order of the wire, percent-decoded; empty pieces are passed over.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
    query.split('&').filter(|piece| !piece.is_empty()).map(|piece| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (percent_decode_str(name).into(), percent_decode_str(value).into())
    })
}

/// Value of the first parameter called `name`; bytes that are no UTF-8 become the replacement character.
pub(crate) fn value(query: &str, name: &str) -> Option<String> {
    pairs(query)
        .find(|(candidate, _)| candidate.as_ref() == name.as_bytes())
        .map(|(_, value)| String::from_utf8_lossy(&value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_is_a_plus_and_percent_is_decoded_once() {
        assert_eq!(value("cluster_name=a+b%2Bc%2520", "cluster_name").unwrap(), "a+b+c%20");
        assert_eq!(value("cluster_name=%E6%95%B0%E6%8D%AE", "cluster_name").unwrap(), "数据");
    }

    #[test]
    fn the_first_of_several_counts_and_a_missing_value_is_empty() {
        assert_eq!(value("limit=1&limit=2", "limit").unwrap(), "1");
        assert_eq!(value("&&cluster_name&x=1", "cluster_name").unwrap(), "");
        assert_eq!(value("", "limit"), None);
    }
}
