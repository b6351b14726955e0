//! What it serves, to whom and how, as its options say.

use dataarts_security::{Client, Credentials};
use dataarts_simulator::{DEMO_PROJECT_ID, DEMO_TOKEN, DEMO_WORKSPACE};
use serde_json::Value;

use crate::Running;

#[test]
fn it_serves_the_demo_data_to_demo_callers_unless_told_otherwise() {
    let running = Running::start(&[]);
    let answer = running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""total":28"#), "{answer}");
}

#[test]
fn it_serves_what_it_is_told_to_whom_it_is_told() {
    let running = Running::start(&[
        "--tasks",
        "2537",
        "--seed",
        "9",
        "--token",
        "one",
        "--token",
        "two",
        "--project-id",
        "p",
        "--workspace",
        "w",
    ]);
    for token in ["one", "two"] {
        assert!(running.list("p", "w", token).contains(r#""total":2537"#));
    }
    assert!(running.list("p", "w", DEMO_TOKEN).starts_with("HTTP/1.1 401"));
}

#[tokio::test]
async fn it_takes_signatures_by_the_access_keys_that_it_is_told() {
    let running = Running::start(&["--access-key", "ONE:first-secret", "--access-key", "TWO:second:secret"]);
    for (access_key, secret_key, accepted) in
        [("ONE", "first-secret", true), ("TWO", "second:secret", true), ("TWO", "first-secret", false)]
    {
        let client = Client::builder()
            .endpoint(format!("http://{}", running.address))
            .project_id(DEMO_PROJECT_ID)
            .workspace(DEMO_WORKSPACE)
            .credentials(Credentials::access_key(access_key, secret_key))
            .build()
            .unwrap();
        assert_eq!(client.list_member_sync_tasks().send().await.is_ok(), accepted, "{access_key}");
    }
    assert!(running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN).starts_with("HTTP/1.1 401 "));
}

#[test]
fn the_seed_decides_which_tasks_there_are() {
    let page = |seed| Running::start(&["--tasks", "20", "--seed", seed]).page("limit=100");
    assert_eq!(page("1"), page("1"));
    assert_ne!(page("1"), page("2"));
    assert_eq!(page("0"), Running::start(&["--tasks", "20"]).page("limit=100"));
}

#[test]
fn the_seed_decides_how_they_change() {
    let churn = "inserts=0.8,deletes=0.8,moves=0.8,status-changes=0.8";
    let pages = |seed| {
        let running = Running::start(&["--tasks", "50", "--seed", seed, "--churn", churn]);
        ["limit=100", "limit=0", "limit=0", "limit=100&order_by=SYNC_TIME"].map(|query| running.page(query))
    };
    assert_eq!(pages("1"), pages("1"));
    assert_ne!(pages("1"), pages("2"));

    // The demo data are the same with every seed, and what comes in is not.
    let created = |seed| {
        let running = Running::start(&["--seed", seed, "--churn", "inserts=1"]);
        running.page("limit=0");
        running.page("limit=1")["tasks"][0]["id"].clone()
    };
    assert_eq!(created("1"), created("1"));
    assert_ne!(created("1"), created("2"));
}

#[test]
fn a_page_holds_no_more_than_its_cap() {
    let running = Running::start(&["--page-cap", "7"]);
    let page = running.page("limit=100");
    assert_eq!((page["tasks"].as_array().unwrap().len(), &page["total"]), (7, &28.into()));
}

#[cfg(unix)]
#[test]
fn latency_holds_every_answer_back() {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::net::TcpStream;

    use crate::{answer, read_line};

    let mut running = Running::start(&["--latency", "1h", "--request-log", "/dev/stdout"]);
    let mut waiting = running.send("/", &[]);
    while !read_line(&mut running.output).starts_with('{') {}
    // What is no HTTP is answered below it, without latency; by then the other one would have been answered, too.
    let mut broken = TcpStream::connect(running.address).unwrap();
    broken.write_all(b"\0\r\n\r\n").unwrap();
    assert!(answer(broken).starts_with("HTTP/1.1 400 "));
    waiting.set_nonblocking(true).unwrap();
    assert_eq!(waiting.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn it_behaves_as_badly_as_it_is_told_to() {
    let list = |running: &Running| running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    let running = Running::start(&[
        "--latency",
        "1ms",
        "--throttle",
        "3/1h",
        "--fault",
        "list,request=2:status=502,body=html",
        "--fault",
        "list,request=3:wrong-total=7",
    ]);
    let statuses = [(200, "\"total\":28"), (502, "<html>"), (200, "\"total\":7"), (200, "\"total\":28"), (429, "0308")];
    for (status, body) in statuses {
        let answer = list(&running);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(body), "{status} {answer}");
    }

    let running = Running::start(&["--throttle", "off", "--page-cap", "100", "--churn", "inserts=1"]);
    for total in [28, 29, 30] {
        assert!(list(&running).contains(&format!("\"total\":{total}")));
    }
}

#[test]
fn requests_are_logged_as_they_are_answered() {
    let file = std::env::temp_dir().join(format!("dataarts-simulator-{}.log", std::process::id()));
    std::fs::write(&file, "before\n").unwrap();
    let running = Running::start(&["--request-log", file.to_str().unwrap(), "--fault", "list,request=2:status=503"]);
    running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    running.list(DEMO_PROJECT_ID, DEMO_WORKSPACE, DEMO_TOKEN);
    let log = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let mut lines = log.lines();
    assert_eq!(lines.next(), Some("before"));
    for (status, fault) in [(200, Value::Null), (503, "status=503".into())] {
        let line: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!((&line["status"], &line["fault"], &line["query"]), (&status.into(), &fault, &"limit=1".into()));
        assert_eq!(line["headers"]["workspace"], DEMO_WORKSPACE);
    }
    assert_eq!(lines.next(), None);
    assert!(!log.contains(DEMO_TOKEN));
}
