//! A service whose certificate is of a company's own authority, and `--ca-file`.

use std::net::SocketAddr;

use assert_cmd::Command;

use crate::support::place::{ID_TOKEN, PROVIDER, Place};
use crate::support::program::{fail, run, succeed};
use crate::support::tls::Front;

/// The program at this address, with the access key.
fn at(place: &Place, address: SocketAddr, words: &str) -> Command {
    let mut command = place.command_with_key(words);
    command.env("DATAARTS_ENDPOINT", format!("https://{address}"));
    command
}

// On more than one thread, since the tests block theirs while the program runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_the_authority_opens_the_way() {
    let place = Place::start().await;
    let front = Front::start(&place.simulator.base_url()).await;
    let path = place.file("company.pem", &front.authority);
    let listed = succeed(at(&place, front.address, "sync-tasks list -o jsonl").arg("--ca-file").arg(path));
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert_eq!(place.simulator.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_holds_for_logins_too() {
    let place = Place::start().await;
    let front = Front::start(&place.simulator.base_url()).await;
    let path = place.file("company.pem", &front.authority);
    let token = place.file("id-token", ID_TOKEN);
    let login = |words: &str| {
        let mut command = place.command_for_project(words);
        command.env("HUAWEICLOUD_SDK_IAM_ENDPOINT", format!("https://{}", front.address));
        command.env("HUAWEICLOUD_SDK_IDP_ID", PROVIDER).env("HUAWEICLOUD_SDK_ID_TOKEN_FILE", &token);
        command
    };
    succeed(login("sync-tasks list").arg("--ca-file").arg(path));
    let message = fail(&mut login("sync-tasks list"), 1);
    assert!(message.contains("UnknownIssuer") && message.contains("--ca-file"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_the_reason_and_the_option_are_told_in_three_lines() {
    let place = Place::start().await;
    let front = Front::start(&place.simulator.base_url()).await;
    // Of the same name, and not the same.
    let another = place.file("another.pem", &Front::start(&place.simulator.base_url()).await.authority);
    let of_the_system = run(&mut at(&place, front.address, "sync-tasks list"));
    let of_another = run(at(&place, front.address, "sync-tasks list").arg("--ca-file").arg(another));
    for (run, reason) in [(of_the_system, "UnknownIssuer"), (of_another, "BadSignature")] {
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert!(run.code == 1 && (2..=3).contains(&lines.len()), "{}", run.stderr);
        assert!(lines[0].starts_with("error: list_member_sync_tasks: cannot connect to "), "{}", run.stderr);
        assert!(lines[0].contains(&format!("certificate: {reason}")), "{}", run.stderr);
        assert!(lines[1].starts_with("hint: ") && lines[1].contains("--ca-file FILE"), "{}", run.stderr);
    }
    assert_eq!(place.simulator.requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_missing_or_no_pem_is_one_clear_error() {
    let place = Place::start().await;
    let front = Front::start(&place.simulator.base_url()).await;
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    #[cfg(unix)]
    {
        let pipe = place.file("company.pem", "");
        std::fs::remove_file(&pipe).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // It is not waited for that somebody writes there.
        let message = fail(at(&place, front.address, "sync-tasks list").arg("--ca-file").arg(&pipe), 2);
        assert!(message.contains("company.pem is not a regular file"), "{message}");
        std::fs::remove_file(&pipe).unwrap();
    }
    for (content, reason) in [
        (None, "company.pem cannot be read: "),
        (Some("no certificate"), "company.pem holds no certificate in PEM form"),
        (Some(broken), "company.pem holds a certificate that cannot be read"),
    ] {
        let path = place.file("company.pem", content.unwrap_or_default());
        if content.is_none() {
            std::fs::remove_file(&path).unwrap();
        }
        let message = fail(at(&place, front.address, "sync-tasks list").arg("--ca-file").arg(path), 2);
        assert!(message.starts_with("error: --ca-file ") && message.contains(reason), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}
