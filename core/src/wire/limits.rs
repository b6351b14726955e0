//! Limits on what a body holds, checked before it is decoded: a few bytes can become hundreds in memory.

use super::decode_error::DecodeError;
use super::value::string_length;

/// The most values and containers in a body. A page of 1,000 items with 30 fields each has fewer.
const MAX_VALUES: usize = 32_768;
/// The most objects or arrays in one array, and so the most items on a page.
const MAX_ITEMS: usize = 1_000;
/// As deep as serde_json goes.
pub(super) const MAX_DEPTH: usize = 128;
/// Bodies up to this size pass unread: at three bytes for an empty object and a comma, they stay within `MAX_VALUES`.
const ALWAYS_WITHIN: usize = 3 * MAX_VALUES;

/// Larger bodies are decoded with care for memory.
pub(super) const LARGE: usize = 1 << 20;

/// Checks that a body does not exceed the limits. Whether it is JSON is not checked.
pub(crate) fn check(body: &[u8]) -> Result<(), DecodeError> {
    if body.len() <= ALWAYS_WITHIN {
        return Ok(());
    }
    if !is_surely_within(body) {
        check_each(body)?;
    }
    // Elsewhere each byte that is not text becomes U+FFFD, which takes three.
    if body.len() > LARGE && std::str::from_utf8(body).is_err() {
        return Err(DecodeError::new("the body is not UTF-8"));
    }
    Ok(())
}

/// Whether the limits hold even if every comma and bracket counts, those in strings too; that is quickly told. Nesting is
/// bounded where the body is decoded.
fn is_surely_within(body: &[u8]) -> bool {
    let (mut commas, mut brackets) = (0, 0);
    // Parts so short that a byte can count them, which compilers turn into steps of many bytes.
    for part in body.chunks(usize::from(u8::MAX)) {
        let counted = part.iter().fold((0_u8, 0_u8), |(commas, brackets), byte| {
            (commas + u8::from(*byte == b','), brackets + u8::from(matches!(byte, b'{' | b'[')))
        });
        commas += usize::from(counted.0);
        brackets += usize::from(counted.1);
    }
    commas + brackets <= MAX_VALUES && brackets <= MAX_ITEMS
}

fn check_each(body: &[u8]) -> Result<(), DecodeError> {
    let mut values = 0;
    // For each array or object that is open: how many objects or arrays have begun in it, if it is an array.
    let mut open: Vec<Option<usize>> = Vec::with_capacity(MAX_DEPTH);
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' => {
                at += string_length(body.get(at..).unwrap_or_default());
                continue;
            }
            b'{' | b'[' => {
                values += 1;
                if let Some(Some(items)) = open.last_mut() {
                    *items += 1;
                    if *items > MAX_ITEMS {
                        return Err(exceeded(MAX_ITEMS, "items in one list"));
                    }
                }
                if open.len() == MAX_DEPTH {
                    return Err(exceeded(MAX_DEPTH, "levels"));
                }
                open.push((*byte == b'[').then_some(0));
            }
            b'}' | b']' => drop(open.pop()),
            b',' => values += 1,
            _ => {}
        }
        if values > MAX_VALUES {
            return Err(exceeded(MAX_VALUES, "values"));
        }
        at += 1;
    }
    Ok(())
}

/// The most items of a page for which `page_size` items were asked.
pub fn max_items(page_size: Option<u32>) -> usize {
    let asked_for = page_size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    asked_for.map_or(MAX_ITEMS, |size| size.saturating_mul(4).min(MAX_ITEMS))
}

/// Checks a page that is too small for its memory to matter.
pub(crate) fn check_item_count(count: usize, max: usize) -> Result<(), DecodeError> {
    if count <= max {
        return Ok(());
    }
    Err(DecodeError::new(format!(
        "the page has {count} items, but at most {max} are read: four times the limit of the request, or {MAX_ITEMS}; \
         set a larger limit"
    )))
}

fn exceeded(limit: usize, what: &str) -> DecodeError {
    DecodeError::new(format!(
        "the body has more than {limit} {what}; ask for fewer items at a time, such as by a limit"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// White space that makes a body long enough to be looked at.
    fn padded(body: &str) -> Vec<u8> {
        [body.as_bytes(), &b" ".repeat((ALWAYS_WITHIN + 1).saturating_sub(body.len()))].concat()
    }

    fn reason(body: &str) -> Option<String> {
        check(&padded(body)).err().map(|error| error.reason.split(';').next().unwrap().to_owned())
    }

    #[test]
    fn a_list_may_have_a_thousand_items() {
        for item in ["{}", "[]", r#"{"a":1}"#, r#"{"a":[{},[]]}"#] {
            let list = |count: usize| format!(r#"{{"tasks":[{}]}}"#, vec![item; count].join(","));
            assert_eq!(reason(&list(MAX_ITEMS)), None, "{item}");
            assert_eq!(reason(&list(MAX_ITEMS + 1)).unwrap(), "the body has more than 1000 items in one list");
        }
    }

    #[test]
    fn a_page_may_have_four_times_the_items_that_were_asked_for() {
        for (asked_for, most) in [(None, 1_000), (Some(0), 1_000), (Some(1), 4), (Some(250), 1_000), (Some(251), 1_000)]
        {
            assert_eq!(max_items(asked_for), most, "{asked_for:?}");
        }
        assert!(check_item_count(4, 4).is_ok());
        let error = check_item_count(5, 4).unwrap_err();
        assert!(error.reason.starts_with("the page has 5 items, but at most 4 are read"), "{}", error.reason);
    }

    #[test]
    fn values_in_all_lists_and_objects_count_together() {
        // The array, and a comma behind each but the last.
        let numbers = |count: usize| format!("[{}]", vec!["1"; count].join(","));
        assert_eq!(reason(&numbers(MAX_VALUES)), None);
        assert_eq!(reason(&numbers(MAX_VALUES + 1)).unwrap(), "the body has more than 32768 values");
        let half = numbers(MAX_VALUES / 2);
        assert_eq!(reason(&format!("{half}{half}")), None);
        assert_eq!(reason(&format!("[{half},{half}]")).unwrap(), "the body has more than 32768 values");
        let members = |count: usize| format!("{{{}}}", vec![r#""":0"#; count].join(","));
        assert!(check(members(MAX_VALUES).as_bytes()).is_ok());
        assert!(check(members(MAX_VALUES + 1).as_bytes()).is_err());
        let nested = vec!["{\"a\":{}}"; 999].join(",");
        let lists = vec![format!("[{nested}]"); 11].join(",");
        assert_eq!(reason(&format!("[{lists}]")).unwrap(), "the body has more than 32768 values");
    }

    #[test]
    fn levels_are_limited_and_siblings_are_not_levels() {
        let siblings = vec![r#""":{}"#; MAX_ITEMS].join(",");
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |levels: usize| format!("{}0{}", open.repeat(levels), close.repeat(levels));
            let beside = |levels: usize| format!(r#"{{"":{},{siblings}}}"#, nested(levels - 1));
            assert_eq!(reason(&beside(MAX_DEPTH)), None);
            assert_eq!(reason(&beside(MAX_DEPTH + 1)).unwrap(), "the body has more than 128 levels");
            // Few brackets are not looked at here, but when they are decoded.
            let decode = |levels| super::super::json::<serde_json::Value>(&padded(&nested(levels)), false);
            assert!(decode(MAX_DEPTH - 1).is_ok() && decode(MAX_DEPTH + 1).is_err());
        }
        assert_eq!(reason(&format!("{{{siblings}}}")), None);
    }

    #[test]
    fn what_is_in_strings_does_not_count() {
        let text = r#"{[,\"\\"#.repeat(5_000);
        assert_eq!(reason(&format!(r#"{{"sync_msg":"{text}","a":"\\"}}"#)), None);
        assert!(reason(&format!("[{}]", vec![r#""a""#; MAX_VALUES / 2].join(","))).is_none());
        assert!(check(format!("[{}]", vec![r#""a""#; MAX_VALUES + 1].join(",")).as_bytes()).is_err());
    }

    #[test]
    fn a_small_body_is_not_looked_at() {
        let numbers = format!("[{}1]", "1,".repeat(MAX_VALUES));
        assert!(numbers.len() < ALWAYS_WITHIN && check(numbers.as_bytes()).is_ok());
        let mut items = format!("[{}", "{},".repeat(MAX_VALUES));
        assert_eq!(items.len(), ALWAYS_WITHIN + 1);
        assert!(check(items.as_bytes()).is_err());
        items.pop();
        assert!(check(items.as_bytes()).is_ok());
    }

    #[test]
    fn a_large_body_is_utf_8() {
        let text = |length: usize| [&b" ".repeat(length - 1)[..], b"\xff"].concat();
        assert!(check(&text(LARGE)).is_ok());
        assert_eq!(check(&text(LARGE + 1)).unwrap_err().reason, "the body is not UTF-8");
        assert!(check(&b" ".repeat(LARGE + 1)).is_ok());
    }

    #[test]
    fn what_is_not_json_does_no_harm() {
        for body in ["]]]}}}", "\"", "{\"a\\", "[}{]", "<html>"] {
            assert_eq!(reason(body), None, "{body}");
        }
    }
}
