//! Reading JSON as the service writes it: tolerant in values, strict about what it is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};

/// Why bytes are not the answer that was expected. Never holds any of the bytes.
#[derive(Debug)]
pub(crate) struct DecodeError {
    /// Where a value does not fit, such as `tasks[1].sync_time`; empty at the top level, and where the JSON is broken.
    pub(crate) path: String,
    pub(crate) reason: String,
}

impl DecodeError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { path: String::new(), reason: reason.into() }
    }
}

/// Decodes JSON, which must be an object where `object` says so.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8], object: bool) -> Result<T, DecodeError> {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(DecodeError::new("the body is empty")),
        Some(b'{') => {}
        // serde would take an array for an object, field by field.
        Some(b'[') if object => return Err(DecodeError::new("the body is a JSON array, not an object")),
        Some(_) if object => return Err(DecodeError::new("the body is not a JSON object")),
        Some(_) => {}
    }
    // To check the text once is quicker than each string by itself. A field that is not read may hold what is no text.
    let read = match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    read.map_err(|_| explain::<T>(body))
}

/// Accepts an answer without content.
#[allow(dead_code, reason = "called by generated code where the document has an operation without an answer")]
pub(crate) fn decode_empty(_: &[u8]) -> Result<(), DecodeError> {
    Ok(())
}

/// Whether `body` is an object in which one of `names` is present and not null.
pub(crate) fn has_any_key(body: &[u8], names: &[&str]) -> bool {
    let object: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(body);
    object.is_ok_and(|object| names.iter().any(|name| object.get(*name).is_some_and(|value| !value.is_null())))
}

/// A second pass over bytes that did not decode, to name the place.
fn explain<T: DeserializeOwned>(body: &[u8]) -> DecodeError {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let error = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Ok(_) => return DecodeError::new("there is something behind the JSON object"),
        Err(error) => error,
    };
    let path = error.path().to_string();
    let error = error.into_inner();
    // Only a wrong type is sure to be in a field of ours; in broken JSON any text may stand for a name.
    let path = if error.is_data() && path != "." { path } else { String::new() };
    let what = match error.classify() {
        serde_json::error::Category::Eof => "the JSON ends too early".to_owned(),
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "the body is not JSON".to_owned(),
        serde_json::error::Category::Data => expectation(&error.to_string()),
    };
    let reason = format!("{what} (line {}, column {})", error.line(), error.column());
    DecodeError { path, reason }
}

/// The part of serde's message that speaks of our types, in words of JSON; the rest quotes the body.
fn expectation(message: &str) -> String {
    let until_place = |text: &str| text.split(" at line ").next().unwrap_or_default().to_owned();
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("the field {} is missing", until_place(field));
    }
    let Some((_, expected)) = message.rsplit_once(", expected ") else { return "the value does not fit".to_owned() };
    let expected = until_place(expected);
    let word = expected.split(' ').next().unwrap_or_default();
    match word {
        "struct" => "expected an object".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => format!("expected a whole number ({word})"),
        "f32" | "f64" => "expected a number".to_owned(),
        _ => format!("expected {expected}"),
    }
}

/// Reads `null` as the default.
#[allow(dead_code, reason = "called by generated code where the document has such a field")]
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    null_as(deserializer, T::default)
}

/// Reads `null` as what `default` returns.
pub(crate) fn null_as<'de, D, T>(deserializer: D, default: impl FnOnce() -> T) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(default))
}

/// Reads a string into an enum that takes any, without a copy where the value is known.
pub(crate) fn open_enum<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str> + From<String>,
{
    struct Text<T>(PhantomData<T>);

    impl<T: for<'a> From<&'a str> + From<String>> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<T, E> {
            Ok(T::from(value))
        }

        fn visit_string<E: serde::de::Error>(self, value: String) -> Result<T, E> {
            Ok(T::from(value))
        }
    }

    deserializer.deserialize_str(Text(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::{has_any_key, json};
    use crate::types::{ClusterType, MemberSyncTask, MemberSyncTaskList, SyncStatus};

    #[test]
    fn null_means_absent_for_every_field_of_a_task() {
        let absent: MemberSyncTask = json(b"{}", true).unwrap();
        let names = serde_json::to_value(full_task()).unwrap();
        for name in names.as_object().unwrap().keys() {
            let body = format!("{{\"{name}\": null}}");
            assert_eq!(json::<MemberSyncTask>(body.as_bytes(), true).unwrap(), absent, "{name}");
        }
        assert_eq!(names.as_object().unwrap().len(), 22);
    }

    #[test]
    fn null_and_absent_lists_are_empty() {
        for body in ["{\"tasks\": null, \"total\": 0}", "{\"total\": 0}"] {
            assert!(json::<MemberSyncTaskList>(body.as_bytes(), true).unwrap().tasks.is_empty(), "{body}");
        }
    }

    #[test]
    fn unknown_enum_values_are_kept_and_written_back() {
        let task: MemberSyncTask =
            json(br#"{"sync_status": "SYNC_PARTIAL_FAIL", "cluster_type": "DWS"}"#, true).unwrap();
        assert_eq!(task.sync_status, Some(SyncStatus::Unrecognized("SYNC_PARTIAL_FAIL".to_owned())));
        assert_eq!(task.cluster_type, Some(ClusterType::Dws));
        let written = serde_json::to_string(&task).unwrap();
        assert!(written.contains("SYNC_PARTIAL_FAIL"), "{written}");
    }

    #[test]
    fn unknown_fields_are_no_obstacle() {
        let task: MemberSyncTask = json(br#"{"id": "a", "next_run": {"deep": [1, null]}}"#, true).unwrap();
        assert_eq!(task.id.as_deref(), Some("a"));
    }

    #[test]
    fn a_failure_names_the_place_and_quotes_nothing() {
        let body = br#"{"tasks": [{"id": "a"}, {"sync_time": "private text"}]}"#;
        let error = json::<MemberSyncTaskList>(body, true).unwrap_err();
        assert_eq!(error.path, "tasks[1].sync_time");
        assert_eq!(error.reason, "expected a whole number of milliseconds (line 1, column 52)");
    }

    #[test]
    fn a_foreign_name_in_broken_json_is_not_shown() {
        for body in [r#"{"private\ntext": no}"#, r#"{"tasks": [{"private\ntext": {"#] {
            let error = json::<MemberSyncTaskList>(body.as_bytes(), true).unwrap_err();
            assert_eq!(error.path, "", "{body}");
            assert!(error.reason.contains("(line 1, column "), "{}", error.reason);
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for body in
            ["", "  \n", "[]", "[1, []]", "null", "\"text\"", "<html>", "{\"total\": 1", "{} {}", "{\"total\": }"]
        {
            assert!(json::<MemberSyncTaskList>(body.as_bytes(), true).is_err(), "{body:?}");
        }
    }

    #[test]
    fn null_does_not_count_as_holding_a_field() {
        assert!(has_any_key(br#"{"tasks": []}"#, &["tasks", "total"]));
        assert!(!has_any_key(br#"{"tasks": null, "total": null}"#, &["tasks", "total"]));
        assert!(!has_any_key(br#"{"error_code": "DLS.1"}"#, &["tasks", "total"]));
    }

    fn full_task() -> MemberSyncTask {
        let document = include_str!("../openapi/dataarts-security.yaml");
        let fields = document.split("    MemberSyncTask:\n").nth(1).unwrap().split("    ErrorBody:\n").next().unwrap();
        let names = fields.lines().filter_map(|line| line.strip_prefix("        ")?.strip_suffix(':'));
        let object: serde_json::Map<String, serde_json::Value> = names
            .filter(|name| !name.starts_with(' '))
            .map(|name| {
                let number = name.ends_with("_time") || name.ends_with("_hour") || name == "schedule_interval";
                (name.to_owned(), if number { 1.into() } else { "x".into() })
            })
            .collect();
        serde_json::from_value(object.into()).unwrap()
    }
}
