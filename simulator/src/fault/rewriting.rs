//! Answers in JSON that say something else than the service meant.

use serde_json::Value;

/// Fields of a task that hold one of a few words.
const ENUMS: [&str; 4] = ["cluster_type", "schedule_period", "schedule_status", "sync_status"];
/// Found in other parts of the product, and in no document of this one.
const UNKNOWN: &str = "SYNC_PARTIAL_FAIL";

/// Makes every list `null`.
pub(super) fn null_arrays(value: &mut Value) {
    match value {
        Value::Array(_) => *value = Value::Null,
        Value::Object(object) => object.values_mut().for_each(null_arrays),
        _ => (),
    }
}

/// Gives every enum a value that no document lists.
pub(super) fn unknown_values(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(unknown_values),
        Value::Object(object) => {
            for (key, value) in object {
                if ENUMS.contains(&key.as_str()) {
                    *value = UNKNOWN.into();
                } else {
                    unknown_values(value);
                }
            }
        }
        _ => (),
    }
}

/// Makes every number a text that is none, and every text a number.
pub(super) fn wrong_types(value: &mut Value) {
    match value {
        Value::Number(_) => *value = "not a number".into(),
        Value::String(_) => *value = 0.into(),
        Value::Array(list) => list.iter_mut().for_each(wrong_types),
        Value::Object(object) => object.values_mut().for_each(wrong_types),
        _ => (),
    }
}

/// Claims another total.
pub(super) fn wrong_total(value: &mut Value, total: i64) {
    if let Some(claimed) = value.get_mut("total") {
        *claimed = total.into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rewritten(rewrite: impl FnOnce(&mut Value)) -> Value {
        let mut page = json!({"total": 1, "tasks": [{"id": "a", "sync_status": "SYNCING", "sync_time": 5}]});
        rewrite(&mut page);
        page
    }

    #[test]
    fn each_rewriting_changes_what_it_is_named_after() {
        assert_eq!(rewritten(null_arrays), json!({"total": 1, "tasks": null}));
        assert_eq!(
            rewritten(unknown_values),
            json!({"total": 1, "tasks": [{"id": "a", "sync_status": UNKNOWN, "sync_time": 5}]})
        );
        assert_eq!(
            rewritten(wrong_types),
            json!({"total": "not a number", "tasks": [{"id": 0, "sync_status": 0, "sync_time": "not a number"}]})
        );
        assert_eq!(rewritten(|page| wrong_total(page, -7))["total"], -7);
    }

    #[test]
    fn a_single_task_has_no_total_to_lie_about() {
        let mut task = json!({"id": "a"});
        wrong_total(&mut task, 9);
        assert_eq!(task, json!({"id": "a"}));
    }
}
