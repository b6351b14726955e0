//! Wrong usage, help and version: nothing is sent, and the exit code is 2 or 0.

use crate::support::program::{NOBODY, dataarts, dataarts_at, fail, succeed};

#[test]
fn help_at_every_level_reads_to_the_end() {
    let program = succeed(&mut dataarts("--help"));
    for text in [
        "Exit codes:",
        "130",
        "Examples:",
        "--endpoint",
        "--demo",
        "[default: table]",
        "--timeout",
        "--retries",
        "--pace",
        "--ca-file",
        "-v, --verbose",
    ] {
        assert!(program.contains(text), "{text} in {program}");
    }
    for variable in [
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        "HUAWEICLOUD_SDK_PROJECT_ID",
        "HUAWEICLOUD_SDK_DOMAIN_ID",
        "DATAARTS_TOKEN",
        "DATAARTS_TOKEN_FILE",
        "HUAWEICLOUD_SDK_IDP_ID",
        "HUAWEICLOUD_SDK_ID_TOKEN_FILE",
        "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        "HUAWEICLOUD_SDK_IAM_ENDPOINT",
        "DATAARTS_METADATA_ENDPOINT",
        "~/.huaweicloud/credentials",
        "~/.hcloud/config.json",
        "--profile",
        "DATAARTS_WORKSPACE",
        "DATAARTS_REGION",
        "DATAARTS_ENDPOINT",
    ] {
        assert!(program.contains(variable), "{variable} in {program}");
    }
    let list = succeed(&mut dataarts("sync-tasks list --help"));
    for value in ["SYNC_FAIL", "NOT_SCHEDULE", "MRS", "UPDATE_TIME", "jsonl", "apostrophe", "--max", "--page-size"] {
        assert!(list.contains(value), "{value} in {list}");
    }
    assert!(succeed(&mut dataarts("sync-tasks show --help")).contains("<TASK_ID>"));
    assert!(succeed(&mut dataarts("sync-tasks --help")).contains("list"));
    assert!(succeed(&mut dataarts("auth --help")).contains("check"));
    for name in ["valid_until", "domain_id", "access_key_id", "no end"] {
        assert!(succeed(&mut dataarts("auth show --help")).contains(name), "{name}");
    }
    assert!(succeed(&mut dataarts("auth check --help")).contains("canonical_request_difference"));
}

#[test]
fn help_never_shows_a_value_of_the_environment() {
    let mut command = dataarts("--help");
    command.env("DATAARTS_TOKEN", "hush").env("HUAWEICLOUD_SDK_SK", "hush").env("DATAARTS_ENDPOINT", "hush");
    assert!(!succeed(&mut command).contains("hush"));
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(succeed(&mut dataarts("--version")), format!("dataarts {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_refused() {
    for (words, mentioned) in [
        ("", "Usage:"),
        ("sync-tasks", "list"),
        ("sync-tasks list --nonsense", "--nonsense"),
        ("sync-tasks list -o xml", "jsonl"),
        ("sync-tasks list --sync-status broken", "SYNC_FAIL"),
        ("sync-tasks list --cluster-type x", "MRS"),
        ("sync-tasks list --schedule-status x", "SCHEDULING"),
        ("sync-tasks list --order-by nonsense", "CLUSTER_NAME"),
        ("sync-tasks list --page-size 0", "1..=100"),
        ("sync-tasks list --page-size 101", "1..=100"),
        ("sync-tasks list --max 0", "1 or more"),
        ("sync-tasks show", "TASK_ID"),
        ("--endpoint https://a.example --region b sync-tasks list", "cannot be used together"),
        ("--demo sync-tasks list --region b", "cannot be used together"),
        ("--demo auth show --profile a", "cannot be used together"),
        ("auth", "check"),
        ("auth show --profile=", "--profile"),
        ("sync-tasks list --timeout 5", "'--timeout <DURATION>': a duration is a whole number"),
        ("--timeout 0s auth show", "--timeout"),
        ("sync-tasks list --timeout -5s", "--timeout"),
        ("sync-tasks list --retries 11", "'--retries <N>': not a whole number from 0 to 10"),
        ("--retries -1 auth check", "--retries"),
        ("sync-tasks list --pace fast", "'--pace <RATE|off>': a pace is off"),
        ("--pace 0/1s sync-tasks list", "40/10s"),
    ] {
        let message = fail(&mut dataarts(words), 2);
        assert!(message.contains(mentioned), "{words}: {message}");
    }
}

#[test]
fn bad_identifiers_are_refused_before_anything_is_sent() {
    for id in ["..", "a/b", "", "a\nb", "a b", "a?b", "名"] {
        let message = fail(dataarts_at(NOBODY, "sync-tasks show").args(["--", id]), 2);
        assert!(message.contains("TASK_ID"), "{id:?}: {message}");
        for option in ["--project-id", "--workspace"] {
            let message = fail(dataarts_at(NOBODY, "sync-tasks list").args([option, id]), 2);
            assert!(message.contains(option), "{id:?}: {message}");
        }
    }
}

#[test]
fn bad_endpoints_are_refused_before_anything_is_sent() {
    for endpoint in
        ["", "https://", "nonsense", "https://host/path", "https://host?query", "http://remote.example", "ftp://host"]
    {
        let message = fail(dataarts_at(NOBODY, "sync-tasks list").args(["--endpoint", endpoint]), 2);
        assert!(message.contains("endpoint"), "{endpoint:?}: {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn a_token_that_would_break_a_header_is_refused_unseen() {
    let message = fail(dataarts_at(NOBODY, "sync-tasks list").env("DATAARTS_TOKEN", "hush\r\nX-Evil: 1"), 2);
    assert!(message.contains("token") && !message.contains("hush") && !message.contains("Evil"), "{message}");
}
