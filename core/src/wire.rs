//! Reading JSON as the service writes it: tolerant in values, strict about what it is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};

pub(crate) mod decode_error;
mod lenient;
pub(crate) mod limits;
mod mismatch;
pub(crate) mod value;

use self::decode_error::DecodeError;
use self::value::{JsonValue, Kind};

/// Decodes JSON, which must be an object where `object` says so. A value of another type than the document's is converted
/// where nothing is lost; only a body that does not decode as it is pays for that. The output takes at most as much
/// memory as the body and 32 MiB.
pub fn json<T: DeserializeOwned>(body: &[u8], object: bool) -> Result<T, DecodeError> {
    let body = without_byte_order_mark(body);
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(DecodeError::new("the body is empty")),
        Some(b'{') => {}
        // serde would take an array for an object, field by field.
        Some(b'[') if object => return Err(DecodeError::new("the body is a JSON array, not an object")),
        Some(_) if object => return Err(DecodeError::new("the body is not a JSON object")),
        Some(_) => {}
    }
    limits::check(body)?;
    // To check the text once is quicker than each string by itself. A field that is not read may hold what is no text.
    let text = std::str::from_utf8(body);
    // Slower, and without copies of long strings.
    if body.len() > limits::LARGE {
        return lenient::decode(body);
    }
    let strict = match text {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    strict.or_else(|_| lenient::decode(body))
}

/// Some services begin their JSON with a byte order mark, which RFC 8259 lets a reader skip.
pub(crate) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Accepts an answer without content.
pub fn decode_empty(_: &[u8]) -> Result<(), DecodeError> {
    Ok(())
}

/// Whether `body`, which has been decoded, is an object in which one of `names` is present and not null.
pub(crate) fn has_any_key(body: &[u8], names: &[&str]) -> bool {
    let object = JsonValue::of_checked(without_byte_order_mark(body));
    object.members().any(|(name, value)| names.contains(&name.as_ref()) && value.kind() != Kind::Null)
}

/// Reads `null` as the default.
pub fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    null_as(deserializer, T::default)
}

/// Reads `null` as what `default` returns.
pub fn null_as<'de, D, T>(deserializer: D, default: impl FnOnce() -> T) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(default))
}

/// Reads a string into an enum that takes any, without a copy where the value is known.
pub fn open_enum<'de, D, T>(deserializer: D) -> Result<T, D::Error>
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
    use dataarts_security::types::{ClusterType, MemberSyncTask, MemberSyncTaskList, SyncStatus};

    use super::{has_any_key, json};

    #[test]
    fn an_array_is_rejected_only_where_an_object_is_expected() {
        assert_eq!(json::<Vec<i64>>(b"[1, 2]", false).unwrap(), [1, 2]);
        assert_eq!(json::<Vec<i64>>(b"[1, 2]", true).unwrap_err().reason, "the body is a JSON array, not an object");
    }

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
        assert_eq!(error.reason, "expected a time in milliseconds or in ISO 8601 with a zone, found another string");
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
        let document = include_str!("../../openapi/dataarts-security.yaml");
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
