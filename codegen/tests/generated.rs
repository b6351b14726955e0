//! The generated source text; compiling it is tested with the library.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod support;

use huaweicloud_codegen::{Visibility, generate};
use serde_json::{Value, json};

use support::{LIST, document, of_operation};

fn client(document: &Value) -> String {
    generate(&document.to_string(), Visibility::Public, "my_service").unwrap().client
}

/// `text` without what rustfmt and prettyplease decide.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn nothing() -> Value {
    json!({"204": {"description": "Nothing."}})
}

#[test]
fn the_same_document_gives_the_same_code() {
    let document = support::read("dataarts-security.yaml");
    let [first, second] = [(), ()].map(|()| generate(&document, Visibility::Public, "my_service").unwrap());
    assert_eq!(first.client, second.client);
    assert_eq!(first.mock, second.mock);
}

#[test]
fn what_is_added_to_the_document_is_added_to_the_code() {
    let mut document = document();
    document["components"]["schemas"]["SyncStatus"]["enum"].as_array_mut().unwrap().push(json!("HALF_DONE"));
    document["components"]["schemas"]["MemberSyncTask"]["properties"]["next_time"] =
        json!({"$ref": "#/components/schemas/Timestamp"});
    let added = json!({"name": "edited-after", "in": "query", "schema": {"type": "string", "maxLength": 8}});
    document["paths"][LIST]["get"]["parameters"].as_array_mut().unwrap().push(added);
    let code = flat(&client(&document));
    for expected in [
        "/// `HALF_DONE` HalfDone,",
        "pub next_time: ::std::option::Option<crate::Timestamp>,",
        "pub fn edited_after<V>(mut self, value: V) -> Self",
        "Allowed: 8 characters or less.",
        "::huaweicloud_core::generated_code::text( \"edited-after\", &value.to_string(), ::huaweicloud_core::generated_code::ParameterLocation::Query, None, Some(8i64),",
    ] {
        assert!(code.contains(expected), "{expected} is not in the code");
    }
}

#[test]
fn only_a_paginated_operation_has_streams() {
    let mut document = document();
    let streams = |code: &str| code.matches("impl ::huaweicloud_core::generated_code::Paged for").count();
    let before = streams(&client(&document));
    document["paths"][LIST]["get"].as_object_mut().unwrap().remove("x-paging");
    let after = client(&document);
    assert_eq!(streams(&after), before - 1);
    assert!(!after.contains("impl ::huaweicloud_core::generated_code::Paged for ListMemberSyncTasks "));
}

#[test]
fn the_visibility_decides_what_an_operation_is() {
    let document = of_operation(json!({"operationId": "show_a", "responses": nothing()})).to_string();
    let public = generate(&document, Visibility::Public, "my_service").unwrap();
    assert!(public.client.contains("pub fn show_a(&self) -> builder::ShowA"));
    assert!(public.client.contains("pub static OPERATIONS"));
    assert!(public.mock.unwrap().contains("fn show_a<F>"));
    let private = generate(&document, Visibility::Crate, "my_service").unwrap();
    assert!(private.client.contains("pub(crate) fn show_a(client: &::huaweicloud_core::Client) -> builder::ShowA"));
    assert!(!private.client.contains("OPERATIONS"));
    assert_eq!(private.mock, None);
}

#[test]
fn send_of_progenitor_is_cut_before_it_sends() {
    let code = client(&of_operation(json!({"operationId": "show_a", "responses": nothing()})));
    assert!(code.contains("fn build_request(self) -> ::std::result::Result<::reqwest::Request, Error>"), "{code}");
    for left in [".pre(", ".exec(", "api-version", "OperationInfo", "ResponseValue"] {
        assert!(!code.contains(left), "{left} is left in the code");
    }
}

#[test]
fn only_get_and_head_are_idempotent_unless_the_document_says_so() {
    let constant = |method: &str, extension: Value| {
        let mut operation = json!({"operationId": "do_a", "responses": nothing()});
        operation.as_object_mut().unwrap().extend(extension.as_object().unwrap().clone());
        let mut document = of_operation(json!({}));
        document["paths"]["/a"] = json!({method: operation});
        client(&document).contains("const IDEMPOTENT: bool = true;")
    };
    assert!(constant("get", json!({})));
    assert!(!constant("post", json!({})));
    assert!(!constant("delete", json!({})));
    assert!(constant("delete", json!({"x-idempotent": true})));
    assert!(!constant("get", json!({"x-idempotent": false})));
}

#[test]
fn texts_of_the_document_make_no_links_tags_or_examples() {
    let description = "See https://example.com/a. <b> [c]\n\n    indented\n\n~~~\nlet x = 1\n~~~";
    let code =
        client(&of_operation(json!({"operationId": "show_a", "description": description, "responses": nothing()})));
    for expected in ["See <https://example.com/a>. \\<b\\> \\[c\\]", "```text", "\n\n   indented\n", "let x = 1"] {
        assert!(code.contains(expected), "{expected:?} is not in the code");
    }
}

#[test]
fn array_parameters_are_left_out_of_the_mocks_alone() {
    let ids = json!({"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}});
    let document = of_operation(json!({"operationId": "show_a", "parameters": [ids], "responses": nothing()}));
    let code = generate(&document.to_string(), Visibility::Public, "my_service").unwrap();
    assert!(code.client.contains("pub fn ids<V>"));
    assert!(!code.mock.unwrap().contains("fn ids"));
}
