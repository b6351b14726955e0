//! Fields without a value, and whether one task looks the same alone as in a list.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Found;
use super::answer::{Answers, Item};
use super::call::Call;
use crate::output::Record as _;
use dataarts_security::types::MemberSyncTask;

/// Of every field that is not set somewhere, how that looks.
pub(super) fn unset(answers: &Answers) -> Found {
    let page = answers.page(Call::First)?;
    if page.items.is_empty() {
        return Err("needs a task".to_owned());
    }
    let mut unset = Vec::new();
    let mut agrees = true;
    for name in MemberSyncTask::fields() {
        let looks = ["absent", "null", "empty", "0"];
        let counts = looks.map(|look| page.items.iter().filter(|item| look_of(item, name) == Some(look)).count());
        let parts: Vec<String> = looks
            .iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|(look, count)| format!("{look} in {count}"))
            .collect();
        agrees &= !parts.iter().any(|part| part.starts_with("empty"));
        if !parts.is_empty() {
            unset.push(format!("{name} {}", parts.join(" and ")));
        }
    }
    let count = page.items.len();
    if unset.is_empty() {
        return Err(format!("needs a task that never ran; all fields of all {count} have a value"));
    }
    Ok((format!("of {count} tasks: {}", unset.join(", ")), agrees))
}

/// How a field looks that is not set; nothing for a value. 0 is one, but for a time.
fn look_of(item: &Item, name: &str) -> Option<&'static str> {
    match item.get(name) {
        None => Some("absent"),
        Some(Value::Null) => Some("null"),
        Some(Value::String(text)) if text.is_empty() => Some("empty"),
        Some(Value::Number(number)) if name.ends_with("_time") && number.as_i64() == Some(0) => Some("0"),
        Some(_) => None,
    }
}

/// Whether one task alone has what it has in the list. Fields that no document names are counted, not named.
pub(super) fn alone(answers: &Answers) -> Found {
    let task = answers.body(Call::Show)?;
    let id = task.get("id");
    let page = answers.page(Call::First)?;
    let listed =
        page.items.iter().find(|item| item.get("id") == id).ok_or("failed: another task came than was asked for")?;
    let known: BTreeSet<&str> = MemberSyncTask::fields().iter().copied().collect();
    let unknown = |item: &Item| item.keys().filter(|name| !known.contains(name.as_str())).count();
    let among =
        |is: &dyn Fn(&str) -> bool| known.iter().copied().filter(|name| is(name)).collect::<Vec<_>>().join(", ");
    let parts = [
        ("only in the list: ", among(&|name| listed.contains_key(name) && !task.contains_key(name))),
        ("only alone: ", among(&|name| !listed.contains_key(name) && task.contains_key(name))),
        (
            "with another value: ",
            among(&|name| matches!((listed.get(name), task.get(name)), (Some(one), Some(other)) if one != other)),
        ),
    ];
    let differences: Vec<String> = parts
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}{names}"))
        .collect();
    let (in_list, alone) = (unknown(listed), unknown(task));
    let more = if in_list + alone == 0 {
        String::new()
    } else {
        format!("; fields of no document: {in_list} in the list, {alone} alone")
    };
    if differences.is_empty() {
        let count = known.iter().filter(|name| task.contains_key(**name)).count();
        return Ok((format!("the same {count} fields with the same values{more}"), true));
    }
    Ok((format!("{}{more}", differences.join("; ")), false))
}
