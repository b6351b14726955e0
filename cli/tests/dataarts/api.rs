//! `api`: any operation by its name.

use std::io::{BufRead as _, BufReader, Write as _};

use serde_json::Value;

use crate::support::peer::{Answer, Peer, page, tasks};
use crate::support::place::{Place, check_secrets};
use crate::support::program::{dataarts, dataarts_at, fail, run, std_dataarts_at, succeed};
#[cfg(unix)]
use crate::support::terminal::Terminal;

#[test]
fn the_body_is_printed_as_it_came() {
    let body = page(2, tasks(0..2));
    let peer = Peer::start(vec![Answer::Json(200, body.clone())]);
    let text = succeed(&mut dataarts_at(&peer.endpoint, "api list_member_sync_tasks --param limit=2 -o csv"));
    assert_eq!(text, body.to_string());
    assert!(peer.requests()[0].contains("/v1/a-project/security/member-sync-tasks?limit=2 "), "{:?}", peer.requests());
}

#[cfg(unix)]
#[test]
fn at_a_terminal_no_escape_sequence_of_the_service_is_obeyed() {
    let body = "{\"name\": \"\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{202e}evil \u{96c6}\"}\n";
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let _ = lines.take_while(|line| !line.is_empty()).count();
            let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            // The program may be gone already.
            let _ = stream.write_all((head + body).as_bytes());
        }
    });
    let words = "api show_member_sync_task --param task_id=1";
    assert_eq!(succeed(&mut dataarts_at(&endpoint, words)), body);
    let mut terminal = Terminal::start(&std_dataarts_at(&endpoint, words), 80, 5);
    let shown = terminal.until_shown("evil");
    assert_eq!(shown[0], "{\"name\": \"[2J]0;title31mevil \u{96c6}\"}");
    assert_eq!(terminal.end().code, 0);
}

#[test]
fn names_are_ours_or_the_official_ones_in_any_case() {
    let bodies = ["list_instances", "ListDataArtsStudioInstances", "listdataartsstudioinstances", "LIST-INSTANCES"]
        .map(|name| succeed(&mut dataarts(&format!("--demo api {name}"))));
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let body: Value = serde_json::from_str(&bodies[0]).expect("JSON");
    assert_eq!(body["count"], 1);
}

#[test]
fn a_refusal_is_printed_and_told() {
    let run = run(&mut dataarts("--demo api show_member_sync_task --param task_id=0"));
    assert_eq!(run.code, 1);
    assert_eq!(run.stdout, r#"{"error_code":"DLS.3100","error_msg":"Member sync task 0 does not exist"}"#);
    assert!(
        run.stderr.starts_with("error: show_member_sync_task: refused with HTTP 400\nanswer: DLS.3100: "),
        "{}",
        run.stderr
    );
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_the_way_of_every_other_call() {
    let place = Place::with_fault("any,times=1:status=503").await;
    let run = run(&mut place.command_with_key("api ListDataconnections --param limit=1"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let statuses: Vec<u16> = place.simulator.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [503, 200]);
    check_secrets(&run);
}

#[test]
fn what_cannot_be_sent_is_answered_with_what_can() {
    for (words, expected) in [
        ("api list_instance", "there is no operation list_instance (did you mean list_instances or "),
        ("api list_instances --param limt=3", "list_instances has no parameter limt (did you mean limit?); it has "),
        ("api list_instances --param limit=101", "`limit` is 101; allowed is 1 to 100"),
        ("api list_instances --param limit=1 --param limit=2", "`limit` is given more than once"),
        ("api list_instances --body {}", "list_instances takes no body"),
        ("api list_workspaces", "`instance_id` is missing; give it with --param NAME=VALUE"),
        ("api list_instances --param limit", "a parameter is a name, = and a value"),
        ("api list_instances --list", "cannot be used with"),
    ] {
        let message = fail(&mut dataarts_at("http://127.0.0.1:9", words), 2);
        assert!(message.contains(expected), "{words}: {message}");
    }
    let mut command = dataarts_at("http://127.0.0.1:9", "api list_data_connections");
    let message = fail(command.env_remove("DATAARTS_WORKSPACE"), 2);
    assert!(message.contains("`workspace` is missing; give it with --workspace or --param"), "{message}");
}

#[test]
fn the_operations_are_listed_without_a_connection() {
    let table = succeed(&mut dataarts("api --list"));
    let golden = "\
OPERATION               OFFICIAL NAME                PARAMETERS
list_data_connections   ListDataconnections          project_id workspace name type ip limit offset
list_instances          ListDataArtsStudioInstances  project_id limit offset
";
    assert!(table.starts_with(golden), "{table}");
    assert!(table.contains("project_id instance_id* limit offset\n"), "{table}");
    assert_eq!(succeed(&mut dataarts("api")), table);
    let narrow = succeed(dataarts("api").env("COLUMNS", "50"));
    assert!(
        narrow.starts_with("OPERATION      list_data_connections\nOFFICIAL NAME  ListDataconnections\n"),
        "{narrow}"
    );
    let array: Vec<Value> = serde_json::from_str(&succeed(&mut dataarts("api -o json"))).expect("an array");
    assert_eq!(array[1]["path"], "/v1/{project_id}/instances");
    assert_eq!(succeed(&mut dataarts("api -o csv")).lines().count(), array.len() + 1);
}
