//! JSON that breaks off in the middle: a log may be cut at its bound.

use serde_json::Value;

/// The value that `broken` begins, without what is incomplete at its end.
pub(super) fn close(broken: &str) -> Option<Value> {
    let cut = Cut::of(broken);
    let as_far_as_it_goes = closed(broken.get(..cut.end)?, cut.is_in_text, &cut.open);
    let value = serde_json::from_str(&as_far_as_it_goes).ok();
    value.or_else(|| serde_json::from_str(&closed(broken.get(..cut.whole)?, false, cut.open.get(..cut.depth)?)).ok())
}

fn closed(start: &str, is_in_text: bool, open: &[char]) -> String {
    let quote = is_in_text.then_some('"');
    start.chars().chain(quote).chain(open.iter().rev().copied()).collect()
}

/// How a broken text stands at its end.
struct Cut {
    /// Closing brackets that are missing, the outermost first.
    open: Vec<char>,
    is_in_text: bool,
    /// Where the last complete character ends.
    end: usize,
    /// Where the last complete member ends, and how many brackets are open there.
    whole: usize,
    depth: usize,
}

impl Cut {
    fn of(broken: &str) -> Self {
        let mut cut = Self { open: Vec::new(), is_in_text: false, end: 0, whole: 0, depth: 0 };
        let mut letters = broken.char_indices();
        while let Some((position, letter)) = letters.next() {
            let mut end = position + letter.len_utf8();
            if cut.is_in_text {
                match letter {
                    '"' => cut.is_in_text = false,
                    // A text cannot go on behind a line break.
                    letter if letter.is_control() => break,
                    '\\' => {
                        let Some((_, escaped)) = letters.next() else { break };
                        end += escaped.len_utf8();
                        if escaped == 'u' {
                            let digits =
                                letters.by_ref().take(4).filter(|(_, digit)| digit.is_ascii_hexdigit()).count();
                            if digits < 4 {
                                break;
                            }
                            end += digits;
                        }
                    }
                    _ => {}
                }
            } else {
                match letter {
                    '"' => cut.is_in_text = true,
                    '{' | '[' => {
                        cut.open.push(if letter == '{' { '}' } else { ']' });
                        cut.is_whole_at(end);
                    }
                    '}' | ']' => {
                        cut.open.pop();
                        cut.is_whole_at(end);
                    }
                    ',' => cut.is_whole_at(position),
                    _ => {}
                }
            }
            cut.end = end;
        }
        cut
    }

    fn is_whole_at(&mut self, position: usize) {
        self.whole = position;
        self.depth = self.open.len();
    }
}

#[cfg(test)]
mod tests {
    use super::close;

    #[test]
    fn a_text_that_breaks_off_keeps_what_is_complete() {
        for (broken, value) in [
            (r#"{"a":"b"#, r#"{"a":"b"}"#),
            (r#"{"a":"b\"#, r#"{"a":"b"}"#),
            (r#"{"a":"b\u00"#, r#"{"a":"b"}"#),
            (r#"{"a":"b\u00e9"#, r#"{"a":"bé"}"#),
            (r#"{"a":"b","c"#, r#"{"a":"b"}"#),
            (r#"{"a":"b","c":"#, r#"{"a":"b"}"#),
            (r#"{"a":"b","c":tr"#, r#"{"a":"b"}"#),
            (r#"{"a":[1,{"b":2}],"#, r#"{"a":[1,{"b":2}]}"#),
            (r#"{"a":[1,2"#, r#"{"a":[1,2]}"#),
            (r#"{"a":"同"#, r#"{"a":"同"}"#),
            ("{\"a\":\"b\nc", r#"{"a":"b"}"#),
            ("{", "{}"),
        ] {
            let expected: serde_json::Value = serde_json::from_str(value).unwrap();
            assert_eq!(close(broken), Some(expected), "{broken}");
        }
    }

    #[test]
    fn what_begins_no_value_stays_nothing() {
        for broken in ["", "x", "{x=", "}]", r#"{"a":"\ud83d"#, r#"{"a" 1"#] {
            assert!(close(broken).is_none_or(|value| value == serde_json::json!({})), "{broken}");
        }
    }

    #[test]
    fn every_cut_of_a_whole_object_is_understood() {
        let whole = r#"{"d":0.5,"m":"ERROR: \"x\"\nline é\u00e9","r":[{"a":[]},2],"s":"FAILED"}"#;
        for (position, _) in whole.char_indices().skip(1) {
            assert!(close(&whole[..position]).is_some_and(|value| value.is_object()), "{}", &whole[..position]);
        }
    }
}
