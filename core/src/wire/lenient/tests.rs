use dataarts_security::Timestamp;
use dataarts_security::types::{InstanceList, MemberSyncTask, MemberSyncTaskList, SyncStatus};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::decode;
use crate::iam::generated::types::{ProjectList, TemporaryKeyAnswer};
use crate::wire;

fn task(field: &str, value: &str) -> Result<MemberSyncTask, (String, String)> {
    let body = format!(r#"{{"total":1,"tasks":[{{"id":"a","{field}":{value}}}]}}"#);
    let page = wire::json::<MemberSyncTaskList>(body.as_bytes(), true).map_err(|error| (error.path, error.reason))?;
    assert_eq!(page.tasks[0].id.as_deref(), Some("a"));
    Ok(page.tasks[0].clone())
}

#[test]
fn whole_numbers_are_read_from_strings_and_from_numbers_with_a_zero_fraction() {
    for value in ["4", "4.0", "4.00e0", "400e-2", "0.4e1", "\"4\"", "\" 4 \"", "\"4.0\"", "\"04\"", "\"\\u0034\""] {
        assert_eq!(task("schedule_interval", value).unwrap().schedule_interval, Some(4), "{value}");
    }
    assert_eq!(task("schedule_interval", "\"-7\"").unwrap().schedule_interval, Some(-7));
    for total in ["\"9223372036854775807\"", "9223372036854775807.0", "9.223372036854775807e18"] {
        let page: MemberSyncTaskList = wire::json(format!("{{\"total\":{total}}}").as_bytes(), true).unwrap();
        assert_eq!(page.total, Some(i64::MAX), "{total}");
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Numbers(u8, i16, u64, f64, f32);
    let numbers: Numbers = decode(br#"["1", 2.0, "18446744073709551615", "1.5", "2"]"#).unwrap();
    assert_eq!(numbers, Numbers(1, 2, u64::MAX, 1.5, 2.0));
}

#[test]
fn strings_are_read_from_numbers_as_they_are_written() {
    for value in ["7", "-7", "1.10", "12345678901234567890123", "1e999", "true", "false"] {
        assert_eq!(task("cluster_name", value).unwrap().cluster_name.as_deref(), Some(value));
    }
    let unknown = SyncStatus::Unrecognized("3".to_owned());
    assert_eq!(task("sync_status", "3").unwrap().sync_status, Some(unknown));
}

#[test]
fn booleans_are_read_from_strings() {
    for (value, expected) in [("\"true\"", true), ("\"False\"", false), ("true", true)] {
        let body = format!("{{\"count\":\"0\",\"billing_check\":{value}}}");
        let list: InstanceList = wire::json(body.as_bytes(), true).unwrap();
        assert_eq!(list.billing_check, Some(expected), "{value}");
    }
}

#[test]
fn a_whole_number_is_milliseconds_and_never_seconds() {
    for (value, milliseconds) in [
        ("1710901516123", 1_710_901_516_123),
        ("\"1710901516123\"", 1_710_901_516_123),
        ("1710901516123.0", 1_710_901_516_123),
        ("1710901516", 1_710_901_516),
        ("\"1710901516\"", 1_710_901_516),
        ("1710901516.0", 1_710_901_516),
        ("\"0\"", 0),
        ("9223372036854775807.0", i64::MAX),
    ] {
        let expected = Timestamp::from_millisecond(milliseconds);
        assert_eq!(task("sync_time", value).unwrap().sync_time, Some(expected), "{value}");
    }
}

#[test]
fn a_time_is_read_from_seconds_with_a_fraction_and_from_iso_8601_with_a_zone() {
    for value in [
        "1710901516.123",
        "1710901516.1230001",
        "\"1710901516.123\"",
        "\"2024-03-20T02:25:16.123Z\"",
        "\"2024-03-20T10:25:16.123+08:00\"",
        "\"2024-03-20T10:25:16.123+0800\"",
        "\"2024-03-20 02:25:16.123456Z\"",
    ] {
        let expected = Timestamp::from_millisecond(1_710_901_516_123);
        assert_eq!(task("sync_time", value).unwrap().sync_time, Some(expected), "{value}");
    }
}

#[test]
fn a_time_that_could_be_two_instants_is_an_error() {
    for value in [
        "1.5",
        "946684799.5",
        "4102444800.5",
        "-1710901516.5",
        "\"2024-03-20T10:25:16\"",
        "\"2024-03-20 10:25:16\"",
        "\"2024-03-20\"",
        "\"yesterday\"",
        "\"\"",
        "1e30",
        "true",
    ] {
        let (path, reason) = task("sync_time", value).unwrap_err();
        assert_eq!(path, "tasks[0].sync_time", "{value}");
        let expected = "expected a time in milliseconds or in ISO 8601 with a zone, found ";
        assert!(reason.starts_with(expected), "{value}: {reason}");
    }
}

#[test]
fn of_a_repeated_name_the_last_value_counts() {
    let body =
        r#"{"tasks":[{"id":"x"}],"total":1,"tasks":[{"id":"a","id":"b","sync_time":[],"sync_time":"5"}],"total":2}"#;
    let page: MemberSyncTaskList = wire::json(body.as_bytes(), true).unwrap();
    assert_eq!((page.tasks.len(), page.tasks[0].id.as_deref(), page.total), (1, Some("b"), Some(2)));
    assert_eq!(page.tasks[0].sync_time, Some(Timestamp::from_millisecond(5)));
}

#[test]
fn half_a_character_becomes_u_fffd() {
    assert_eq!(task("sync_msg", r#""cut \ud83d""#).unwrap().sync_msg.as_deref(), Some("cut \u{fffd}"));
    let body = b"{\"total\":1,\"tasks\":[{\"sync_msg\":\"cut \xf0\x9f\"}]}";
    let page: MemberSyncTaskList = wire::json(body, true).unwrap();
    assert_eq!(page.tasks[0].sync_msg.as_deref(), Some("cut \u{fffd}"));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    for body in ["\u{feff}{\"total\":0}", "\u{feff} {\"total\":\"0\"}"] {
        assert_eq!(wire::json::<MemberSyncTaskList>(body.as_bytes(), true).unwrap().total, Some(0), "{body}");
        assert!(wire::has_any_key(body.as_bytes(), &["total"]), "{body}");
    }
    assert_eq!(wire::json::<Value>("\u{feff}".as_bytes(), true).unwrap_err().reason, "the body is empty");
}

#[test]
fn responses_of_iam_are_read_as_tolerantly() {
    let body = br#"{"projects":[{"id":1234,"id":5678,"name":"cut \ud83d"}]}"#;
    let list: ProjectList = wire::json(body, true).unwrap();
    assert_eq!((list.projects[0].id.as_str(), list.projects[0].name.as_deref()), ("5678", Some("cut \u{fffd}")));
    let body = br#"{"credential":{"access":1,"secret":2,"securitytoken":"t","securitytoken":"u"}}"#;
    let key = wire::json::<TemporaryKeyAnswer>(body, true).unwrap().credential;
    assert_eq!((key.access.as_str(), key.secret.expose(), key.securitytoken.expose()), ("1", "2", "u"));
}

#[test]
fn what_cannot_be_understood_is_named_by_its_path_and_its_type_and_never_quoted() {
    let number = "expected a whole number (i32), found ";
    for (field, value, reason) in [
        ("schedule_interval", "\"private\"", format!("{number}a string")),
        ("schedule_interval", "\"\"", format!("{number}a string")),
        ("schedule_interval", "\"0x10\"", format!("{number}a string")),
        ("schedule_interval", "1.5", format!("{number}a number with a fraction")),
        ("schedule_interval", "15e-1", format!("{number}a number with a fraction")),
        ("schedule_interval", "2147483648", format!("{number}a number that is out of range")),
        ("schedule_interval", "\"1e300\"", format!("{number}a string")),
        ("schedule_interval", "1e300", format!("{number}a number that is out of range")),
        ("schedule_interval", "1e999", format!("{number}a number that is out of range")),
        ("schedule_interval", "18446744073709551616", format!("{number}a number that is out of range")),
        ("schedule_interval", "true", format!("{number}a boolean")),
        ("schedule_interval", "[7]", format!("{number}an array")),
        ("schedule_interval", "{\"private\":7}", format!("{number}an object")),
        ("cluster_name", "[\"private\"]", "expected a string, found an array".to_owned()),
        ("sync_status", "{\"private\":1}", "expected a string, found an object".to_owned()),
    ] {
        let expected = (format!("tasks[0].{field}"), reason);
        assert_eq!(task(field, value).unwrap_err(), expected, "{value}");
    }
    for (body, path, reason) in [
        (r#"{"tasks":{"id":1}}"#, "tasks", "expected an array, found an object"),
        (r#"{"tasks":[{},"private"]}"#, "tasks[1]", "expected an object, found a string"),
        (r#"{"total":"x","tasks":[["private"]]}"#, "tasks[0]", "expected an object, found an array"),
        (r#"{"total":[]}"#, "total", "expected a whole number (i64), found an array"),
    ] {
        let error = wire::json::<MemberSyncTaskList>(body.as_bytes(), true).unwrap_err();
        assert_eq!((error.path.as_str(), error.reason.as_str()), (path, reason), "{body}");
    }
    let list = wire::json::<InstanceList>(br#"{"billing_check":"private"}"#, true).unwrap_err();
    assert_eq!(list.reason, "expected a boolean, found a string");
    let error = wire::json::<ProjectList>(br#"{"projects":[{"name":"private"}]}"#, true).unwrap_err();
    assert_eq!((error.path.as_str(), error.reason.as_str()), ("projects[0]", "the field `id` is missing"));
    let error = wire::json::<ProjectList>(br#"{"projects":[{"id":null}]}"#, true).unwrap_err();
    assert_eq!((error.path.as_str(), error.reason.as_str()), ("projects[0].id", "expected a string, found null"));
}

/// Types that a changed document may bring.
#[derive(Debug, Deserialize, PartialEq)]
enum Choice {
    Plain,
    Held { number: i32 },
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Named { name: String },
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Closed {
    pair: (String, i32),
    rest: Option<char>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Picky(#[serde(deserialize_with = "picky")] String);

fn picky<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == "7" { Ok(text) } else { Err(serde::de::Error::custom(format!("{text} is not 7"))) }
}

#[test]
fn every_kind_of_type_is_decoded() {
    let choices: Vec<Choice> = decode(br#"["Plain", {"Held":{"number":"1"}}]"#).unwrap();
    assert_eq!(choices, [Choice::Plain, Choice::Held { number: 1 }]);
    let untagged: Vec<Untagged> = decode(br#"[1, {"name":"a","name":"b"}]"#).unwrap();
    assert_eq!(untagged, [Untagged::Number(1), Untagged::Named { name: "b".to_owned() }]);
    let closed: Closed = decode(br#"{"pair":[1,"2"],"rest":3}"#).unwrap();
    assert_eq!(closed, Closed { pair: ("1".to_owned(), 2), rest: Some('3') });
    assert_eq!(decode::<Picky>(b"7").unwrap().0, "7");
    assert_eq!(decode::<((), Option<i32>)>(b"[null, null]").unwrap(), ((), None));
    #[derive(Debug, Deserialize, PartialEq)]
    struct Nothing;
    assert_eq!(decode::<Nothing>(b"null").unwrap(), Nothing);
}

#[test]
fn every_kind_of_type_names_what_it_does_not_take() {
    let reason = |outcome: Result<(), wire::DecodeError>| outcome.unwrap_err().reason;
    let choice = |body: &str| reason(decode::<Choice>(body.as_bytes()).map(drop));
    assert_eq!(choice("\"private\""), "expected one of the documented values, found another string");
    assert_eq!(choice("8"), "expected one of the documented values, found another string");
    assert_eq!(choice("[]"), "expected one of the documented values, found an array");
    let closed = |body: &str| reason(decode::<Closed>(body.as_bytes()).map(drop));
    assert_eq!(closed(r#"{"private":1}"#), "expected only the documented fields, found another one");
    assert_eq!(closed(r#"{"pair":["a",1,2]}"#), "expected 2 elements in sequence, found 3");
    assert_eq!(closed(r#"{"pair":["a"]}"#), "expected a tuple of size 2, found 1");
    assert_eq!(closed(r#"{"pair":["a",1],"rest":"ab"}"#), "expected a character, found another string");
    assert_eq!(reason(decode::<Picky>(b"\"private\"").map(drop)), "the value does not fit, found a string");
    assert_eq!(reason(decode::<Untagged>(b"\"private\"").map(drop)), "the value does not fit, found a string");
    assert_eq!(reason(decode::<f64>(b"\"private\"").map(drop)), "expected a number, found a string");
    assert_eq!(reason(decode::<f64>(b"\"inf\"").map(drop)), "expected a number, found a string");
    assert_eq!(reason(decode::<i64>(b"null").map(drop)), "expected a whole number (i64), found null");
    assert_eq!(reason(decode::<bool>(b"1").map(drop)), "expected a boolean, found a whole number");
    assert_eq!(reason(decode::<bool>(b"1e999").map(drop)), "expected a boolean, found a number that is out of range");
}

#[test]
fn values_nested_beyond_measure_are_an_error() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(decode::<Value>(nested(127).as_bytes()).is_ok());
    let error = decode::<Value>(nested(200_000).as_bytes()).unwrap_err();
    assert_eq!(error.reason, "expected at most 128 levels, found more");
    // Where nothing reads them, they do not matter.
    let body = format!(r#"{{"total":"1","unknown":{}}}"#, nested(200_000));
    assert_eq!(decode::<MemberSyncTaskList>(body.as_bytes()).unwrap().total, Some(1));
}

#[test]
fn a_large_body_is_decoded_like_a_small_one() {
    for length in [10, 2_000_000] {
        let text = "x\\n".repeat(length);
        let body = format!(r#"{{"total":"1","tasks":[{{"sync_msg":"{text}","sync_time":5}}]}}"#);
        let page: MemberSyncTaskList = wire::json(body.as_bytes(), true).unwrap();
        assert_eq!(page.total, Some(1));
        assert_eq!(page.tasks[0].sync_msg.as_ref().map(String::len), Some(2 * length));
        assert_eq!(page.tasks[0].sync_time, Some(Timestamp::from_millisecond(5)));
    }
}

#[test]
fn a_number_of_too_many_digits_is_out_of_range() {
    for (value, found) in [
        (format!("1{}", "0".repeat(300)), "a number that is out of range"),
        (format!("\"1{}\"", "0".repeat(300)), "a string"),
    ] {
        let (path, reason) = task("schedule_interval", &value).unwrap_err();
        assert_eq!(
            (path.as_str(), reason),
            ("tasks[0].schedule_interval", format!("expected a whole number (i32), found {found}"))
        );
    }
    assert_eq!(task("schedule_interval", &format!("{}7", "0".repeat(255))).unwrap_err().0, "", "not JSON");
    assert_eq!(task("schedule_interval", &format!("\"{}7\"", "0".repeat(255))).unwrap().schedule_interval, Some(7));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z\\\\\"\u{0}\u{1f600}]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z\\\\\"]{0,2}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

fn any_task() -> impl Strategy<Value = Value> {
    let field = proptest::sample::select(vec!["id", "sync_status", "sync_time", "schedule_interval", "cluster_type"]);
    proptest::collection::btree_map(field, any_json(), 0..4).prop_map(|members| {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<serde_json::Map<_, _>>().into()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_strict_way_reads_is_read_the_same(value in any_json(), pretty in any::<bool>()) {
        let body = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.unwrap();
        prop_assert_eq!(decode::<Value>(&body).ok(), serde_json::from_slice::<Value>(&body).ok());
    }

    #[test]
    fn a_page_that_the_strict_way_reads_is_read_the_same(tasks in proptest::collection::vec(any_task(), 0..3), total in any_json()) {
        let body = serde_json::to_vec(&json!({"total": total, "tasks": tasks})).unwrap();
        if let Ok(page) = serde_json::from_slice::<MemberSyncTaskList>(&body) {
            prop_assert_eq!(decode::<MemberSyncTaskList>(&body).ok(), Some(page));
        }
    }
}
