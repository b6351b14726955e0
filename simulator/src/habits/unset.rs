//! How fields without a value look.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::demo;

/// What a field is where it has no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unset {
    Absent,
    Null,
    Empty,
}

impl Unset {
    /// The JSON of a task, which has none of these fields, with them.
    pub(crate) fn fill(self, json: &[u8]) -> Cow<'_, [u8]> {
        if self == Self::Absent {
            return json.into();
        }
        let Ok(mut task) = serde_json::from_slice::<Map<String, Value>>(json) else { return json.into() };
        for (name, value) in every_field() {
            task.entry(name.as_str()).or_insert_with(|| self.in_place_of(value));
        }
        serde_json::to_vec(&task).unwrap_or_else(|_| json.to_vec()).into()
    }

    fn in_place_of(self, value: &Value) -> Value {
        match (self, value) {
            (Self::Empty, Value::String(_)) => "".into(),
            (Self::Empty, Value::Number(_)) => 0.into(),
            _ => Value::Null,
        }
    }
}

/// A task that has them all.
fn every_field() -> &'static Map<String, Value> {
    static FIELDS: OnceLock<Map<String, Value>> = OnceLock::new();
    FIELDS.get_or_init(|| match serde_json::to_value(demo::api_page_example()) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_without_a_value_is_absent_null_or_empty() {
        let fill = |unset: Unset| serde_json::from_slice::<Value>(&unset.fill(br#"{"id":"a"}"#)).unwrap();
        assert_eq!(fill(Unset::Absent), json!({"id": "a"}));
        assert_eq!(fill(Unset::Null).as_object().unwrap().len(), 22);
        assert_eq!((&fill(Unset::Null)["id"], &fill(Unset::Null)["sync_time"]), (&json!("a"), &Value::Null));
        assert_eq!((&fill(Unset::Empty)["sync_msg"], &fill(Unset::Empty)["sync_time"]), (&json!(""), &json!(0)));
    }
}
