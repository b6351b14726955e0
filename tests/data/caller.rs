//! A caller of what a changed document adds: a filter, a field, an enum value, an enum and a paged operation.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use dataarts_security::types::{Cluster, Health, SyncStatus};
use dataarts_security::{Client, Credentials, Items, Timestamp};

const TASKS: &str = r#"{"total":1,"tasks":[{"id":"a","sync_status":"SYNC_PARTIAL_FAIL","health":"GOOD","next_time":1000},
    {"id":"b","sync_status":"SYNC_LATER","health":"STRANGE","next_time":null}]}"#;
const CLUSTERS: &str = r#"{"total_size":2,"clusters":[{"cluster_id":"1","cluster_name":"one"},{"cluster_id":"2","cluster_name":"two"}]}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = lines.clone();
    std::thread::spawn(move || serve(&listener, &seen));

    let client = Client::builder()
        .endpoint(endpoint)
        .project_id("p")
        .workspace("w")
        .credentials(Credentials::token("t"))
        .build()?;

    let page = client.list_member_sync_tasks().edited_after(Timestamp::from_millisecond(7)).send().await?;
    assert_eq!(page.tasks[0].sync_status, Some(SyncStatus::SyncPartialFail));
    assert_eq!(page.tasks[1].sync_status, Some(SyncStatus::Unrecognized("SYNC_LATER".to_owned())));
    assert_eq!(page.tasks[0].health, Some(Health::Good));
    assert_eq!(page.tasks[1].health, Some(Health::Unrecognized("STRANGE".to_owned())));
    assert_eq!(page.tasks[0].next_time, Some(Timestamp::from_millisecond(1000)));
    assert_eq!(page.tasks[1].next_time, None);
    let refused = client.list_member_sync_tasks().edited_after(Timestamp::from_millisecond(-1)).send().await;
    assert!(refused.is_err_and(|error| error.is_invalid_input()));

    let mut clusters: Items<Cluster> = client.list_clusters().type_("DWS").items();
    let mut names = Vec::new();
    while let Some(cluster) = clusters.try_next().await? {
        names.extend(cluster.cluster_name);
    }
    assert_eq!(names, ["one", "two"]);

    let odd = client.list_odd().since(Timestamp::from_millisecond(7)).until(8).kind("ON").ids(vec!["a".to_owned(), "b".to_owned()]);
    assert!(odd.clone().send().await.is_err_and(|error| error.is_decode()));
    for kind in ["..", "", "a/b"] {
        assert!(odd.clone().kind(kind).send().await.is_err_and(|error| error.is_invalid_input()), "{kind}");
    }
    assert!(odd.clone().ratio(0.1).send().await.is_err_and(|error| error.is_invalid_input()));
    assert!(odd.x_mode("é").send().await.is_err_and(|error| error.is_invalid_input()));

    let lines = lines.lock().map_err(|_| "poisoned")?;
    assert_eq!(
        *lines,
        [
            "GET /v1/p/security/member-sync-tasks?edited_after=7 HTTP/1.1",
            "GET /v1/p/clusters?ascending=true&limit=50&offset=0&sort=NAME&type=DWS HTTP/1.1",
            "GET /v1/p/odd/7/ON?ids=a&ids=b&until=8 HTTP/1.1",
        ]
    );
    println!("the caller is content");
    Ok(())
}

fn serve(listener: &TcpListener, seen: &Mutex<Vec<String>>) {
    for stream in listener.incoming().flatten() {
        let mut reader = BufReader::new(stream);
        loop {
            let mut request = Vec::new();
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                    break;
                }
                request.push(line.trim().to_owned());
            }
            let Some(first) = request.first() else { break };
            let body = if first.contains("clusters") { CLUSTERS } else { TASKS };
            seen.lock().unwrap().push(first.clone());
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
            if reader.get_mut().write_all((head + body).as_bytes()).is_err() {
                break;
            }
        }
    }
}
