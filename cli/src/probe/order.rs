//! In which order tasks come.

use super::Found;
use super::answer::{Answers, Item, Page, ids};
use super::call::Call;

/// Fields that a list can be ordered by, as far as anyone knows.
const KEYS: [&str; 5] = ["create_time", "update_time", "sync_time", "cluster_name", "id"];

/// What a task has under a field; of one field all are of one kind.
#[derive(PartialEq, PartialOrd)]
enum Key<'a> {
    Number(i64),
    Text(&'a str),
}

/// Which field the order without any is by.
pub(super) fn default_order(answers: &Answers) -> Found {
    let page = answers.page(Call::NoLimit)?;
    if page.items.len() < 2 {
        return Err("needs at least two tasks".to_owned());
    }
    let directions = KEYS.iter().filter_map(|key| Some(format!("{key} {}", direction(&page, key)?)));
    let fitting: Vec<String> = directions.collect();
    let count = page.items.len();
    Ok((
        match fitting.as_slice() {
            [] => format!("by none of {}, as {count} tasks show", KEYS.join(", ")),
            [one] => format!("{one}, as {count} tasks show"),
            several => format!("{}: all of these fit {count} tasks", several.join(" or ")),
        },
        true,
    ))
}

/// Which way an order goes that names no direction.
pub(super) fn default_direction(answers: &Answers) -> Found {
    Ok((by_creation(answers, Call::NoDirection)?.to_owned(), true))
}

/// Whether both directions can be asked for.
pub(super) fn asked_direction(answers: &Answers) -> Found {
    let (with_true, with_false) = (by_creation(answers, Call::First)?, by_creation(answers, Call::Descending)?);
    let as_asked = (with_true, with_false) == ("ascending", "descending");
    Ok((format!("true is {with_true}, false is {with_false}"), as_asked))
}

/// Whether tasks created at the same time come in the same order twice.
pub(super) fn ties(answers: &Answers) -> Found {
    let page = answers.page(Call::First)?;
    let times: Vec<_> = page.items.iter().filter_map(|item| number(item, "create_time")).collect();
    let tied = times.windows(2).filter(|pair| pair.first() == pair.last()).count();
    if tied == 0 {
        return Err("needs at least two tasks created at the same time".to_owned());
    }
    let again = answers.page(Call::Again)?;
    let same = ids(&page, Call::First) == ids(&again, Call::Again);
    let order = if same { "the same order twice" } else { "another order the second time, or the list changed" };
    Ok((format!("{order}; tasks with the creation time of the one before: {tied}"), same))
}

fn by_creation(answers: &Answers, call: Call) -> Result<&'static str, String> {
    let page = answers.page(call)?;
    let first = page.items.first().and_then(|item| number(item, "create_time"));
    if page.items.iter().all(|item| number(item, "create_time") == first) {
        return Err("needs at least two tasks with different creation times".to_owned());
    }
    Ok(direction(&page, "create_time").unwrap_or("neither ascending nor descending"))
}

/// Which way the tasks are ordered by this field, if they are.
fn direction(page: &Page<'_>, key: &str) -> Option<&'static str> {
    let keys: Vec<Key<'_>> = page.items.iter().map(|item| value(item, key)).collect();
    let pairs = || keys.iter().zip(keys.iter().skip(1));
    let differ = pairs().any(|(one, other)| one != other);
    if !differ {
        None
    } else if pairs().all(|(one, other)| one <= other) {
        Some("ascending")
    } else if pairs().all(|(one, other)| one >= other) {
        Some("descending")
    } else {
        None
    }
}

/// A text that is not there is empty, and a time that is not there means never, as 0 does.
fn value<'a>(item: &'a Item, key: &str) -> Key<'a> {
    if key.ends_with("_time") {
        Key::Number(number(item, key).unwrap_or_default())
    } else {
        Key::Text(item.get(key).and_then(|text| text.as_str()).unwrap_or_default())
    }
}

fn number(item: &Item, key: &str) -> Option<i64> {
    item.get(key)?.as_i64()
}
