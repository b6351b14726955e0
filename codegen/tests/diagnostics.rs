//! Each document that cannot be used is rejected with one line: the place in it, and the reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod support;

use huaweicloud_codegen::{Visibility, generate};
use serde_json::{Value, json};

use support::{LIST, document, of_operation};

/// The one line about `text`, where it has to be wrong.
fn line(name: &str, text: &str) -> String {
    let Err(diagnostic) = generate(text, Visibility::Public, "my_service") else {
        panic!("{name}: the code was generated")
    };
    let line = diagnostic.to_string();
    assert_eq!(line.lines().count(), 1, "{name}: {line}");
    line
}

/// What is wrong, the edit of the real document that makes it so, and a part of the line.
type Edit = (&'static str, fn(&mut Value), &'static str);

fn assert_rejected(edits: &[Edit]) {
    let good = document();
    for (name, edit, expected) in edits {
        let mut document = good.clone();
        edit(&mut document);
        assert_ne!(document, good, "{name}: nothing was edited");
        let line = line(name, &document.to_string());
        assert!(line.contains(expected), "{name}: {line}");
    }
}

fn list(document: &mut Value) -> &mut Value {
    &mut document["paths"][LIST]["get"]
}

fn paging(document: &mut Value) -> &mut Value {
    &mut list(document)["x-paging"]
}

fn schemas(document: &mut Value) -> &mut Value {
    &mut document["components"]["schemas"]
}

fn add_parameter(document: &mut Value, parameter: Value) {
    list(document)["parameters"].as_array_mut().unwrap().push(parameter);
}

#[test]
fn the_documents_of_this_repository_are_taken() {
    let client = generate(&document().to_string(), Visibility::Public, "my_service").unwrap();
    assert!(client.mock.is_some());
    let iam = generate(&support::read("../core/openapi/iam.yaml"), Visibility::Crate, "my_service").unwrap();
    assert_eq!(iam.mock, None);
}

#[test]
fn a_text_that_is_no_document_is_rejected() {
    let cases = [
        ("not YAML", "openapi: [3.0.3\npaths: }", "line 2: is not YAML"),
        ("a duplicate key", "openapi: 3.0.3\nopenapi: 3.0.3\n", "line 2: is not YAML: duplicate mapping key"),
        ("an empty file", "", "file: is empty; an OpenAPI 3.0 document is expected"),
        ("blanks", " \n\t\n", "file: is empty"),
        ("a list", "- openapi", "file: is not an OpenAPI document; a mapping with the key openapi is expected"),
        ("no version", "paths: {}", "openapi: is missing; an OpenAPI 3.0 document says which version it is"),
        ("a number as version", "openapi: 3.0", "openapi: must be a text such as 3.0.3"),
        ("Swagger", "openapi: '2.0'", "openapi: version 2.0 is not supported; write the document as OpenAPI 3.0.3"),
        ("no paths", "openapi: 3.0.3", "paths: is missing"),
        ("no info", "{openapi: 3.0.3, paths: {}}", "document: is not OpenAPI 3.0: missing field `info`"),
    ];
    for (name, text, expected) in cases {
        let line = line(name, text);
        assert!(line.starts_with(expected), "{name}: {line}");
    }
}

#[test]
fn a_description_that_no_pass_can_work_with_is_rejected() {
    assert_rejected(&[
        ("OpenAPI 3.1", |document| document["openapi"] = json!("3.1.0"), "openapi: version 3.1.0 is not supported"),
        (
            "a dangling reference",
            |document| {
                schemas(document)["MemberSyncTaskList"]["properties"]["tasks"]["items"] =
                    json!({"$ref": "#/components/schemas/Nothing"});
            },
            "components.schemas.MemberSyncTaskList.properties.tasks.items: $ref \"#/components/schemas/Nothing\" leads \
             to nothing in this document",
        ),
        (
            "a reference to itself",
            |document| {
                document["components"]["parameters"]["Workspace"] =
                    json!({"$ref": "#/components/parameters/Workspace"});
            },
            "components.parameters.Workspace: $ref \"#/components/parameters/Workspace\" leads back to itself",
        ),
        (
            "a type that does not exist",
            |document| schemas(document)["SyncStatus"] = json!({"type": "word"}),
            "components.schemas.SyncStatus: type \"word\" is none of array, ",
        ),
        (
            "a value twice",
            |document| schemas(document)["SyncStatus"]["enum"] = json!(["A", "B", "A"]),
            "components.schemas.SyncStatus: the value \"A\" stands twice in the enum",
        ),
        (
            "a default that is no value",
            |document| schemas(document)["SyncStatus"]["default"] = json!("C"),
            "components.schemas.SyncStatus: the default \"C\" is none of the enum's values",
        ),
        (
            "two schemas of one name in Rust",
            |document| {
                for name in ["an_entry", "AnEntry"] {
                    schemas(document)[name] = json!({"type": "object", "properties": {"a": {"type": "string"}}});
                }
            },
            "components.schemas: two schemas are both AnEntry in Rust",
        ),
        (
            "two properties of one name in Rust",
            |document| {
                schemas(document)["MemberSyncTask"]["properties"]["taskName"] = json!({"type": "string"});
                schemas(document)["MemberSyncTask"]["properties"]["task-name"] = json!({"type": "string"});
            },
            "components.schemas.MemberSyncTask: two properties or values are both task_name in Rust",
        ),
        (
            "a pattern that is no pattern",
            |document| schemas(document)["Identifier"]["pattern"] = json!("("),
            "pattern ( cannot be used",
        ),
        (
            "a body without a schema",
            |document| list(document)["requestBody"] = json!({"content": {"application/json": {}}}),
            "document: cannot be generated from: unexpected or unhandled format in the OpenAPI document",
        ),
        (
            "a path parameter that is not required, for which progenitor panics",
            |document| document["components"]["parameters"]["ProjectId"]["required"] = json!(false),
            "document: the generator cannot handle it: assertion failed: parameter_data.required",
        ),
    ]);
}

#[test]
fn an_operation_that_rust_or_the_client_cannot_have_is_rejected() {
    assert_rejected(&[
        (
            "a duplicate operationId",
            |document| {
                document["paths"][format!("{LIST}/{{task_id}}")]["get"]["operationId"] =
                    json!("list_member_sync_tasks");
            },
            "member-sync-tasks/{task_id}.get: operationId list_member_sync_tasks is already used by paths./v1/",
        ),
        (
            "an operationId that is a word of Rust",
            |document| list(document)["operationId"] = json!("type"),
            "get: operationId \"type\" is taken by Rust or by the client; choose another name",
        ),
        (
            "an operationId that is a method of the client",
            |document| list(document)["operationId"] = json!("with_options"),
            "get: operationId \"with_options\" is taken by Rust or by the client; choose another name",
        ),
        (
            "an operationId in another case",
            |document| list(document)["operationId"] = json!("ListTasks"),
            "get: operationId \"ListTasks\" must be a name like list_member_sync_tasks",
        ),
        (
            "no operationId",
            |document| drop(list(document).as_object_mut().unwrap().remove("operationId")),
            "get: operationId \"\" must be a name like list_member_sync_tasks",
        ),
        (
            "Huawei's name as a number",
            |document| list(document)["x-huawei-operation"] = json!(1),
            "get.x-huawei-operation: must be a text",
        ),
        (
            "idempotent as a text",
            |document| list(document)["x-idempotent"] = json!("yes"),
            "get.x-idempotent: must be true or false",
        ),
        ("a path without a slash", |document| document["paths"]["v1"] = json!({}), "paths.v1: must begin with a slash"),
        (
            "the method TRACE",
            |document| document["paths"]["/v1"] = json!({"trace": {}}),
            "paths./v1.trace: the method TRACE is not supported",
        ),
        (
            "no responses",
            |document| drop(list(document).as_object_mut().unwrap().remove("responses")),
            "get.responses: is missing",
        ),
        (
            "two kinds of success",
            |document| list(document)["responses"]["204"] = json!({"description": "Nothing."}),
            "get.responses: 200 and 204 are both successes; one kind is supported",
        ),
        (
            "a response that is not JSON",
            |document| {
                list(document)["responses"]["200"]["content"] = json!({"text/plain": {"schema": {"type": "string"}}});
            },
            "get.responses.200: has content that is not application/json",
        ),
    ]);
}

#[test]
fn a_parameter_that_cannot_travel_is_rejected() {
    assert_rejected(&[
        (
            "what is no parameter",
            |document| list(document)["parameters"][4]["in"] = json!("nowhere"),
            "get.parameters[4]: is not OpenAPI 3.0",
        ),
        (
            "a path parameter that nobody describes",
            |document| {
                let item = document["paths"].as_object_mut().unwrap().remove(LIST).unwrap();
                document["paths"]["/v1/{project_id}/{other}"] = item;
            },
            "get: the path names other, which is none of the parameters",
        ),
        (
            "a path parameter that the path does not name",
            |document| {
                let schema = json!({"type": "string"});
                add_parameter(document, json!({"name": "other", "in": "path", "required": true, "schema": schema}));
            },
            "get.parameters.other: is a path parameter that the path does not name",
        ),
        (
            "a name that is a method of each operation",
            |document| add_parameter(document, json!({"name": "send", "in": "query", "schema": {"type": "string"}})),
            "get.parameters.send: cannot have this name; every operation has a method of it",
        ),
        (
            "a name that is no name",
            |document| add_parameter(document, json!({"name": "a b", "in": "query", "schema": {"type": "string"}})),
            "get.parameters.a b: must have a name of letters, digits, _ - and . that begins with a letter",
        ),
        (
            "a cookie",
            |document| add_parameter(document, json!({"name": "a", "in": "cookie", "schema": {"type": "string"}})),
            "get.parameters.a: is a cookie; only path, query and header parameters are supported",
        ),
        (
            "no schema",
            |document| add_parameter(document, json!({"name": "a", "in": "query", "content": {}})),
            "get.parameters.a: has no schema; a parameter by content is not supported",
        ),
        (
            "an object",
            |document| add_parameter(document, json!({"name": "a", "in": "query", "schema": {"type": "object"}})),
            "get.parameters.a: is an object, which has no place in a path, a query or a header",
        ),
    ]);
}

#[test]
fn pagination_that_does_not_fit_the_operation_is_rejected() {
    assert_rejected(&[
        ("a text", |document| *paging(document) = json!("yes"), "get.x-paging: must be a mapping"),
        (
            "a key that is not known",
            |document| paging(document)["cursor"] = json!("limit"),
            "get.x-paging.cursor: is not one of limit, offset, ",
        ),
        (
            "no limit",
            |document| drop(paging(document).as_object_mut().unwrap().remove("limit")),
            "get.x-paging.limit: is missing",
        ),
        (
            "a number for a name",
            |document| paging(document)["offset"] = json!(1),
            "get.x-paging.offset: must be a text",
        ),
        (
            "items that do not exist",
            |document| paging(document)["items"] = json!("rows"),
            "get.x-paging.items: names rows, which is no property of the answer",
        ),
        (
            "items that are no list",
            |document| paging(document)["items"] = paging(document)["total"].clone(),
            ", which is no array",
        ),
        (
            "a total that is a list",
            |document| paging(document)["total"] = paging(document)["items"].clone(),
            "get.x-paging.total: names tasks, which is no plain integer",
        ),
        (
            "an id that does not exist",
            |document| paging(document)["id"] = json!("number"),
            "get.x-paging.id: names number, which is no property of the items",
        ),
        (
            "a limit that is no parameter",
            |document| paging(document)["limit"] = json!("size"),
            "get.x-paging.limit: names size, which is no query parameter of the operation",
        ),
        (
            "a value that the order does not have",
            |document| paging(document)["order"]["order_by"] = json!("AGE"),
            "get.x-paging.order.order_by: is \"AGE\", which the parameter order_by does not allow",
        ),
        (
            "an order that is no mapping",
            |document| paging(document)["order"] = json!("AGE"),
            "get.x-paging.order: must be a mapping of query parameters to values",
        ),
        (
            "a key that is one of a few words",
            |document| paging(document)["key"] = json!("sync_status"),
            "get.x-paging.key: names sync_status, which is no whole number and no plain text",
        ),
        (
            "a unit that does not exist",
            |document| paging(document)["offset_unit"] = json!("bytes"),
            "get.x-paging.offset_unit: is neither items nor unknown",
        ),
        (
            "an unknown unit in a fixed order",
            |document| paging(document)["offset_unit"] = json!("unknown"),
            "get.x-paging.offset_unit: is unknown, which no list in a fixed order can be",
        ),
        (
            "an order without its key",
            |document| drop(paging(document).as_object_mut().unwrap().remove("key")),
            "get.x-paging.order: needs a key, the field that it is by",
        ),
    ]);
}

#[test]
fn a_small_document_is_judged_as_a_large_one() {
    let cases = [
        (json!({"operationId": "a", "responses": {}}), None),
        (json!({"operationId": "a"}), Some("paths./a.get.responses: is missing")),
        (
            json!({"operationId": "a", "x-paging": {}, "responses": {"204": {"description": "Nothing."}}}),
            Some("paths./a.get.x-paging: needs a JSON answer with a 2xx status"),
        ),
    ];
    for (operation, expected) in cases {
        let found = generate(&of_operation(operation).to_string(), Visibility::Public, "my_service");
        assert_eq!(found.err().map(|diagnostic| diagnostic.to_string()).as_deref(), expected);
    }
}
