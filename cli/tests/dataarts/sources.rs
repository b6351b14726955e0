//! Where credentials come from: each source through the program, and what stops the search.

use serde_json::json;

use crate::support::place::{
    ACCESS_KEY, ID_TOKEN, PROVIDER, Place, SECRET_KEY, SECURITY_TOKEN, TEMPORARY_KEY, TOKEN, check_secrets, report,
    set_mode,
};
use crate::support::program::{NOBODY, Run, dataarts, fail, run, succeed};

/// Runs `auth check`, which succeeds, and expects this source and kind.
fn check(command: &mut assert_cmd::Command, source: &str, kind: &str) {
    let report = report(command, 0);
    assert_eq!(report["call"]["ok"], true, "{report}");
    assert_eq!((report["source"].as_str(), report["kind"].as_str()), (Some(source), Some(kind)), "{report}");
}

/// Runs to a configuration error and gives what was said.
fn refuse(command: &mut assert_cmd::Command) -> String {
    let stderr = fail(command, 2);
    check_secrets(&Run { code: 2, stdout: String::new(), stderr: stderr.clone() });
    stderr
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn the_environment_holds_a_token_or_names_its_file() {
    let place = Place::start().await;
    let mut command = place.command_for_project("auth check");
    check(command.env("DATAARTS_TOKEN", TOKEN), "the environment (DATAARTS_TOKEN)", "token");
    let path = place.file("token", &format!("{TOKEN}\n"));
    let mut command = place.command_for_project("auth check");
    check(command.env("DATAARTS_TOKEN_FILE", &path), &format!("the token file {}", path.display()), "token");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_token_that_others_can_read_is_warned_of() {
    let place = Place::start().await;
    let (token, id_token) = (place.file("token", TOKEN), place.file("id-token", ID_TOKEN));
    let with = |variables: &[(&str, &std::path::Path)]| {
        let mut command = place.command_for_project("sync-tasks list");
        command.envs(variables.iter().copied()).env("HUAWEICLOUD_SDK_IDP_ID", PROVIDER);
        command
    };
    for (variable, path) in [("DATAARTS_TOKEN_FILE", &token), ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", &id_token)] {
        succeed(&mut with(&[(variable, path)]));
        set_mode(path, 0o644);
        let run = run(&mut with(&[(variable, path)]));
        let warning = format!("{} is open to other users of this machine (mode 0644)", path.display());
        assert!(
            run.code == 0 && run.stderr.starts_with("warning: ") && run.stderr.contains(&warning),
            "{}",
            run.stderr
        );
        check_secrets(&run);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_holds_an_access_key() {
    let place = Place::start().await;
    check(&mut place.command_with_key("auth check"), "the environment (HUAWEICLOUD_SDK_AK)", "access key");
    let mut command = place.command_with_key("auth check");
    command.env("HUAWEICLOUD_SDK_AK", TEMPORARY_KEY).env("HUAWEICLOUD_SDK_SECURITY_TOKEN", SECURITY_TOKEN);
    check(&mut command, "the environment (HUAWEICLOUD_SDK_AK)", "temporary access key");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_provider_wins_over_an_access_key() {
    let place = Place::start().await;
    let mut command = place.command_with_key("auth check");
    command.env("HUAWEICLOUD_SDK_IDP_ID", PROVIDER);
    command.env("HUAWEICLOUD_SDK_ID_TOKEN_FILE", place.file("id-token", ID_TOKEN));
    check(&mut command, "the environment (HUAWEICLOUD_SDK_IDP_ID)", "temporary access key");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdks_file_has_two_sections() {
    let place = Place::start().await;
    let project = place.simulator.project_id();
    let key = format!("ak = {ACCESS_KEY}\nsk = {SECRET_KEY}\nproject_id = {project}\n");
    let path = place.file(".huaweicloud/credentials", &format!("[basic]\n{key}[global]\n{key}"));
    let source = |section: &str| format!("the section [{section}] of {}", path.display());
    check(&mut place.command("auth check"), &source("basic"), "access key");
    check(&mut place.command("--profile global auth check"), &source("global"), "access key");
    let elsewhere = place.file("elsewhere", &format!("[basic]\n{key}"));
    let mut command = place.command("auth check");
    command.env("HUAWEICLOUD_SDK_CREDENTIALS_FILE", &elsewhere);
    check(&mut command, &format!("the section [basic] of {}", elsewhere.display()), "access key");
}

#[tokio::test(flavor = "multi_thread")]
async fn koocli_has_a_current_profile_and_others_by_name() {
    let place = Place::start().await;
    let path = place.koocli("with-key", json!({ "projectId": place.simulator.project_id() }));
    check(&mut place.command("auth check"), &format!("the current profile of {}", path.display()), "access key");
    let source = format!("the profile with-key of {}", path.display());
    check(&mut place.command("auth --profile with-key check"), &source, "access key");
    check(place.command("auth check --profile with-key").env("DATAARTS_TOKEN", "stale"), &source, "access key");
    let half = refuse(&mut place.command("auth check --profile half"));
    assert!(half.contains("secretAccessKey"), "{half}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_service_gives_keys_region_and_project() {
    let place = Place::start().await;
    let mut command = place.command("auth check");
    command.env("DATAARTS_METADATA_ENDPOINT", place.simulator.base_url());
    let report = report(&mut command, 0);
    assert_eq!(report["source"], "the ECS metadata service");
    assert_eq!(report["kind"], "temporary access key");
    assert_eq!(
        (&report["region"], &report["project_id"]),
        (&json!("cn-north-4"), &json!(place.simulator.project_id()))
    );
    assert!(report["valid_until"].as_i64().is_some(), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_region_is_the_one_of_the_credentials_where_none_is_given() {
    let place = Place::start().await;
    place.koocli("with-key", json!({ "region": "cn-north-4" }));
    // The region's own host is not asked, and IAM is the simulator's, with a profile, too.
    for words in ["auth show", "auth show --profile with-key"] {
        let report = report(place.command(words).env_remove("DATAARTS_ENDPOINT"), 0);
        assert_eq!(report["endpoint"], "https://dayu.cn-north-4.myhuaweicloud.com");
        assert_eq!(report["region"], "cn-north-4");
        assert_eq!(report["project_id"], place.simulator.project_id());
        assert_eq!(report["project_name"], "cn-north-4");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_finds_the_project_of_a_call() {
    let place = Place::start().await;
    place.koocli("with-key", json!({ "region": "cn-north-4" }));
    assert_eq!(succeed(&mut place.command("sync-tasks list -o jsonl")).lines().count(), 3);
}

#[test]
fn what_is_set_twice_or_by_half_is_refused_by_name() {
    let token = [("DATAARTS_TOKEN", TOKEN), ("DATAARTS_TOKEN_FILE", "/nowhere")];
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&token, "DATAARTS_TOKEN and DATAARTS_TOKEN_FILE are both set"),
        (&[("HUAWEICLOUD_SDK_AK", ACCESS_KEY)], "HUAWEICLOUD_SDK_SK is not"),
        (&[("HUAWEICLOUD_SDK_SK", SECRET_KEY)], "HUAWEICLOUD_SDK_AK is not"),
        (&[("HUAWEICLOUD_SDK_SECURITY_TOKEN", SECURITY_TOKEN)], "HUAWEICLOUD_SDK_AK is not"),
        (&[("HUAWEICLOUD_SDK_IDP_ID", PROVIDER)], "HUAWEICLOUD_SDK_ID_TOKEN_FILE is not"),
        (&[("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/nowhere")], "HUAWEICLOUD_SDK_IDP_ID is not"),
    ];
    for (variables, expected) in cases {
        for words in ["sync-tasks list", "auth show", "auth check"] {
            let message = refuse(dataarts(words).envs(variables.iter().copied()));
            assert!(message.contains(expected), "{message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_configured_and_broken_stops_the_search() {
    let place = Place::start().await;
    let koocli = place.koocli("with-key", json!({ "projectId": place.simulator.project_id() }));
    let path = place.file(".huaweicloud/credentials", &format!("[basic]\nak = {ACCESS_KEY}\n"));
    let message = refuse(&mut place.command("auth check"));
    assert!(message.contains(path.to_str().unwrap()) && message.contains("no `sk`"), "{message}");
    assert!(!message.contains(koocli.to_str().unwrap()), "{message}");

    let mut command = place.command_with_key("auth check");
    let message = refuse(command.env("DATAARTS_TOKEN_FILE", "/nowhere/token"));
    assert!(message.contains("the token file /nowhere/token does not exist"), "{message}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_others_can_read_is_warned_of_once() {
    let place = Place::start().await;
    let path = place.koocli("with-key", json!({ "projectId": place.simulator.project_id() }));
    set_mode(&path, 0o644);
    for words in ["sync-tasks list -o jsonl", "auth show", "auth check"] {
        let run = run(&mut place.command(words));
        check_secrets(&run);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.starts_with("warning: ") && run.stderr.contains("chmod 600"), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_koocli_file_is_refused_with_the_way_out() {
    let place = Place::start().await;
    let file = json!({
        "current": "a",
        "authEncrypt": "true",
        "profiles": [{ "name": "a", "accessKeyId": "Zm9v", "secretAccessKey": SECRET_KEY }],
    });
    place.file(".hcloud/config.json", &file.to_string());
    let message = refuse(&mut place.command("auth show"));
    assert!(message.contains("--cli-auth-encrypt=false"), "{message}");
}

#[test]
fn without_credentials_every_source_and_the_ways_on_are_told() {
    for words in ["sync-tasks list", "sync-tasks show 1", "auth show", "auth check"] {
        let message = refuse(&mut dataarts(words));
        assert!(message.starts_with("error: no credentials"), "{message}");
        for way in [
            "DATAARTS_TOKEN",
            "HUAWEICLOUD_SDK_AK",
            "HUAWEICLOUD_SDK_SK",
            ".huaweicloud/credentials",
            ".hcloud/config.json",
            "ECS metadata service",
            "dataarts --demo sync-tasks list",
        ] {
            assert!(message.contains(way), "{way} in {message}");
        }
        assert_eq!(message.lines().count(), 3, "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_profile_is_refused_and_names_none_of_those_that_there_are() {
    let place = Place::start().await;
    place.koocli("with-key", json!({}));
    let message = refuse(&mut place.command("auth show --profile nobody"));
    assert!(message.contains("\"nobody\"") && message.contains("profiles in it: "), "{message}");
    assert!(!message.contains("with-key") && !message.contains("half"), "{message}");
    let message = refuse(&mut dataarts("auth show --profile nobody"));
    assert!(message.contains("the profile nobody") && message.contains("config.json does not exist"), "{message}");
    let message = refuse(&mut dataarts("auth show --profile basic"));
    assert!(message.contains(".huaweicloud/credentials does not exist"), "{message}");
}

#[test]
fn credentials_that_tell_no_region_leave_it_to_the_caller() {
    let message = refuse(dataarts("auth show").env("DATAARTS_TOKEN", TOKEN));
    for name in ["--region", "DATAARTS_REGION", "--endpoint", "DATAARTS_ENDPOINT", "(DATAARTS_TOKEN)"] {
        assert!(message.contains(name), "{name} in {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_metadata_service_without_an_agency_says_so() {
    let metadata = dataarts_simulator::Metadata::default().without_agency();
    let place = Place::of(dataarts_simulator::Simulator::builder().metadata(metadata)).await;
    let mut command = place.command("auth show");
    let message = refuse(command.env("DATAARTS_METADATA_ENDPOINT", place.simulator.base_url()));
    assert!(message.contains("has no agency"), "{message}");
    assert!(refuse(command.env("DATAARTS_METADATA_ENDPOINT", NOBODY)).contains("is not there"));
}
