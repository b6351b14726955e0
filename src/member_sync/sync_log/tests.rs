use super::*;

const DOCUMENTED: &str = r#"[2024-03-20 10:25:54] ===> Submit job to datamanager failed:[{"duration":0.0,"jobId":"9324a84d-e151-44ee-aafc-c6a6c2084b0c","jobType":"","message":"ERROR: role \"iam_group_xxxx\" cannot be dropped because some objects depend on it\n Detail: target of row level security policy dls_xxxx_ALLgroups on table absx","rowCount":0,"rows":[],"schema":[],"status":"FAILED","totalRowCount":0}]"#;

#[test]
fn the_documented_log_is_understood() {
    let log = SyncLog::parse(DOCUMENTED);
    let [entry] = log.entries() else { panic!("one entry: {log:?}") };
    assert_eq!(entry.time.unwrap().to_string(), "2024-03-20T10:25:54");
    assert_eq!(entry.step, "Submit job to datamanager failed");
    assert_eq!(entry.text, DOCUMENTED);
    let [job] = &*entry.jobs else { panic!("one job: {log:?}") };
    assert_eq!(job.status.as_deref(), Some("FAILED"));
    assert_eq!(job.job_id.as_deref(), Some("9324a84d-e151-44ee-aafc-c6a6c2084b0c"));
    assert_eq!(job.duration, Some(0.0));
    assert!(job.message.as_ref().unwrap().ends_with("on table absx"));
    assert_eq!(
        log.first_error(),
        Some("ERROR: role \"iam_group_xxxx\" cannot be dropped because some objects depend on it")
    );
    assert_eq!(log.cause().unwrap().as_str(), "role … cannot be dropped because some objects depend on it");
    assert_eq!(log.raw(), DOCUMENTED);
}

#[test]
fn a_log_cut_anywhere_keeps_its_cause_once_the_error_stands_in_it() {
    let end_of_error = DOCUMENTED.find(r"\n Detail").unwrap();
    for (position, _) in DOCUMENTED.char_indices() {
        let cut = SyncLog::parse(&DOCUMENTED[..position]);
        assert_eq!(cut.raw().len(), position);
        if position > end_of_error {
            assert_eq!(cut.cause(), SyncLog::parse(DOCUMENTED).cause(), "{position}");
        }
    }
}

#[test]
fn each_time_begins_an_entry() {
    let log = SyncLog::parse(
        "head\r\n[2024-03-20 10:25:16] ===> Start\r\n more\r\n\
         [2024-03-20 10:25:54] ===> Submit failed:[\r\n{\"message\":\"m\"}\r\n]\r\n",
    );
    let steps: Vec<(Option<String>, &str, usize)> = log
        .entries()
        .iter()
        .map(|entry| (entry.time.map(|time| time.to_string()), entry.step, entry.jobs.len()))
        .collect();
    assert_eq!(
        steps,
        [
            (None, "head", 0),
            (Some("2024-03-20T10:25:16".to_owned()), "Start", 0),
            (Some("2024-03-20T10:25:54".to_owned()), "Submit failed", 1),
        ]
    );
}

#[test]
fn the_line_that_says_most_is_found() {
    for (log, line) in [
        ("plain text", Some("plain text")),
        ("\n  step one\nERROR: no\n", Some("ERROR: no")),
        ("step one\nit failed here\nend", Some("it failed here")),
        ("开始\n同步失败了", Some("同步失败了")),
        ("step failed:[{\"message\":\"first\\nERROR: second\"}]", Some("ERROR: second")),
        ("step failed:[{\"message\":\"同步失败\\nmore\"}]", Some("同步失败")),
        (r#"a:[{"status":"SUCCESS","message":"fine"},{"status":"FAILED","message":"bad"}]"#, Some("bad")),
        (r#"all is well:[{"status":"SUCCESS","message":"fine"}]"#, Some("all is well")),
        ("a:[1,2] b:[{\"message\":\"ERROR: deep\"}]", Some("ERROR: deep")),
        ("cut off:[{\"message\":\"ERR", Some("ERR")),
        ("Submit failed:[{x=1}]", Some("Submit failed:[{x=1}]")),
        ("列:[", Some("列:[")),
        ("[2024-03-20 10:25:54]", None),
        ("", None),
        (" \n ", None),
    ] {
        assert_eq!(SyncLog::parse(log).first_error(), line, "{log:?}");
    }
}

/// Each would take hours if a byte were read once for every bracket, or would exhaust the stack.
#[test]
fn hostile_logs_are_read_once() {
    let step = "[2024-03-20 10:25:54] ===> a:[{\"message\":\"m\"";
    for piece in [
        ":[",
        "[{",
        "[{\"a\":",
        "[{\"a\":[1],",
        ":[{\"",
        "[ ",
        "\"",
        "'a ",
        "\n",
        "{",
        step,
        ":[{\"a\\",
        "[{\"a\":1}",
        "}{",
        "[{},",
    ] {
        let text = piece.repeat(300_000 / piece.len());
        let log = SyncLog::parse(&text);
        assert_eq!(log.raw().len(), text.len());
        assert!(log.cause().is_none_or(|cause| cause.as_str().chars().count() <= 200));
    }
}
