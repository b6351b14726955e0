//! The ids of all items that were delivered: the one thing in a walk that grows with the list.

use std::collections::HashSet;

/// Ids in little space: those that the service makes, of 32 hexadecimal digits, as the number that they are.
#[derive(Debug, Default)]
pub(super) struct Seen {
    numbers: HashSet<u128>,
    texts: HashSet<Box<str>>,
}

impl Seen {
    /// Adds an id; false where it was there already.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        match number(id) {
            Some(number) => self.numbers.insert(number),
            None => self.texts.insert(id.into()),
        }
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        match number(id) {
            Some(number) => self.numbers.contains(&number),
            None => self.texts.contains(id),
        }
    }
}

impl<'a> FromIterator<&'a str> for Seen {
    fn from_iter<I: IntoIterator<Item = &'a str>>(ids: I) -> Self {
        let mut seen = Self::default();
        for id in ids {
            seen.insert(id);
        }
        seen
    }
}

/// The number that `id` is in the one way of writing that counts here, so that no two ids are the same number.
fn number(id: &str) -> Option<u128> {
    const DIGITS: usize = 32;
    if id.len() != DIGITS {
        return None;
    }
    id.bytes().try_fold(0, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_kind_are_told_apart() {
        let ids = [
            "088c2b59114405ab4fbc0df5bd05202b",
            "088C2B59114405AB4FBC0DF5BD05202B",
            "88c2b59114405ab4fbc0df5bd05202b",
            "+88c2b59114405ab4fbc0df5bd05202b",
            "00000000000000000000000000000000",
            "088c2b59-1144-05ab-4fbc-0df5bd05202b",
            "任务",
            "0",
            "",
        ];
        let mut seen = Seen::default();
        for id in ids {
            assert!(!seen.contains(id) && seen.insert(id), "{id}");
            assert!(seen.contains(id) && !seen.insert(id), "{id}");
        }
    }
}
