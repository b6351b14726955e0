//! What the report of `probe` does not tell, whatever the service says.

use serde_json::{Map, Value, json};

use crate::support::peer::{Answer, Peer};
use crate::support::program::{dataarts_at, succeed};

/// Every text that the service could send has this in it.
const LEAK: &str = "leak";

fn leaking_page(list: &str) -> Value {
    let item = |number: usize| {
        let fields = [
            "id",
            "resource_id",
            "resource_name",
            "dw_id",
            "dw_name",
            "name",
            "owner_name",
            "project_id",
            "domain_id",
            "instance_id",
            "data_connection_workspace",
            "cluster_type",
            "data_connection_id",
            "data_connection_name",
            "cluster_id",
            "cluster_name",
            "schedule_period",
            "schedule_status",
            "sync_status",
            "create_user",
            "update_user",
            "leaked_field",
        ];
        let mut item: Map<String, Value> =
            fields.into_iter().map(|name| (name.to_owned(), format!("{LEAK}-{name}-{number}").into())).collect();
        item.insert("sync_time".to_owned(), 1_710_901_516_000_i64.into());
        item.insert("create_time".to_owned(), 1_710_901_516_000_i64.into());
        item.insert(
            "sync_msg".to_owned(),
            format!("[2024-03-20 10:25:54] ===> {LEAK} failed:[{{\"{LEAK}\":1}}]").into(),
        );
        item.insert(format!("{LEAK}_field"), LEAK.into());
        Value::Object(item)
    };
    json!({ list: [item(1), item(2)], "total": 2, "count": 2, LEAK: LEAK })
}

fn lists() -> impl Iterator<Item = Value> {
    let of = |list: &'static str, count: usize| std::iter::repeat_with(move || leaking_page(list)).take(count);
    let show = || leaking_page("tasks")["tasks"][0].clone();
    let tasks = of("tasks", 10).chain([show(), show()]).chain(of("tasks", 1));
    tasks.chain(of("commodity_orders", 2)).chain(of("data", 2)).chain(of("data_connection_lists", 2))
}

fn refusals() -> Vec<Answer> {
    let shapes = [
        json!({ "error_code": format!("{LEAK}.1001"), "error_msg": LEAK, "request_id": LEAK }),
        json!({ "errorCode": LEAK, "errorMsg": format!("DLS.1 {LEAK}") }),
        json!({ "error": { "code": "DLS.1001", "message": LEAK, "title": LEAK } }),
        json!({ "encoded_authorization_message": LEAK, "error_code": "dws_leak_prod" }),
    ];
    let statuses = [400, 403, 404, 500];
    let rest = shapes.into_iter().cycle().zip(statuses.into_iter().cycle()).take(18);
    let first = [Answer::Json(200, leaking_page("tasks"))];
    first.into_iter().chain(rest.map(|(body, status)| Answer::Json(status, body))).collect()
}

#[test]
fn nothing_that_the_service_says_is_in_any_format_of_the_report() {
    for format in ["table", "json", "jsonl", "csv"] {
        for script in [lists().map(|body| Answer::Json(200, body)).collect(), refusals()] {
            let peer = Peer::start(script);
            let mut command = dataarts_at(&peer.endpoint, &format!("probe -o {format}"));
            let text =
                succeed(command.env("HUAWEICLOUD_SDK_PROJECT_ID", "leak-project").env("DATAARTS_WORKSPACE", "leak-ws"));
            let requests = peer.requests();
            assert!((14..=20).contains(&requests.len()), "{}", requests.len());
            assert!(requests.iter().all(|head| head.starts_with("GET ")), "{requests:?}");
            assert!(!text.to_lowercase().contains(LEAK), "{text}");
            assert!(!text.contains(peer.endpoint.trim_start_matches("http://")), "{text}");
        }
    }
}
