//! Which of flag and environment counts, and who is calling: seen in what reaches a peer.

use crate::support::peer::{Answer, Peer, page};
use crate::support::program::{dataarts_at, fail, succeed};

fn peer() -> Peer {
    Peer::start(vec![Answer::Json(200, page(0, []))])
}

/// The head of the one request of a listing.
fn head(peer: &Peer, command: &mut assert_cmd::Command) -> String {
    succeed(command.args(["-o", "json"]));
    peer.request().to_ascii_lowercase()
}

#[test]
fn the_environment_alone_is_enough() {
    let peer = peer();
    let head = head(&peer, &mut dataarts_at(&peer.endpoint, "sync-tasks list"));
    assert!(head.starts_with("get /v1/a-project/security/member-sync-tasks?"), "{head}");
    assert!(head.contains("\nworkspace: a-workspace") && head.contains("\nx-auth-token: a-token"), "{head}");
}

#[test]
fn a_flag_wins_over_the_environment() {
    let peer = peer();
    let mut command = dataarts_at("https://unreachable.invalid", "--project-id p1 sync-tasks list --workspace w1");
    let head = head(&peer, command.args(["--endpoint", &peer.endpoint]));
    assert!(head.starts_with("get /v1/p1/") && head.contains("\nworkspace: w1"), "{head}");
}

#[test]
fn a_flag_of_one_address_beats_the_variable_of_the_other() {
    let peer = peer();
    let mut command = dataarts_at(&peer.endpoint, "sync-tasks list");
    let head = head(&peer, command.env("DATAARTS_REGION", "cn-north-4"));
    assert!(head.starts_with("get /v1/a-project/"), "{head}");
    // An unusable region shows that it was taken, without a look at the network.
    let message = fail(&mut dataarts_at(&peer.endpoint, "--region .. sync-tasks list"), 2);
    assert!(message.contains("region"), "{message}");
}

#[test]
fn an_access_key_signs_and_a_token_wins_over_it() {
    let key = |command: &mut assert_cmd::Command| {
        command.env("HUAWEICLOUD_SDK_AK", "ak1").env("HUAWEICLOUD_SDK_SK", "sk1");
    };
    let signed = peer();
    let mut command = dataarts_at(&signed.endpoint, "sync-tasks list");
    key(&mut command);
    let signed = head(&signed, command.env("DATAARTS_TOKEN", "").env("HUAWEICLOUD_SDK_SECURITY_TOKEN", "st1"));
    assert!(signed.contains("\nauthorization: sdk-hmac-sha256 access=ak1"), "{signed}");
    assert!(signed.contains("\nx-security-token: st1") && !signed.contains("x-auth-token"), "{signed}");

    let token = peer();
    let mut command = dataarts_at(&token.endpoint, "sync-tasks list");
    key(&mut command);
    let token = head(&token, &mut command);
    assert!(token.contains("\nx-auth-token: a-token") && !token.contains("\nauthorization:"), "{token}");
}

#[test]
fn what_is_missing_is_named() {
    for (variable, flag) in [
        ("DATAARTS_ENDPOINT", "--region"),
        ("HUAWEICLOUD_SDK_PROJECT_ID", "--project-id"),
        ("DATAARTS_WORKSPACE", "--workspace"),
    ] {
        let unset = fail(dataarts_at("https://unreachable.invalid", "sync-tasks list").env_remove(variable), 2);
        let empty = fail(dataarts_at("https://unreachable.invalid", "sync-tasks list").env(variable, ""), 2);
        assert!(unset.contains(variable) && unset.contains(flag), "{unset}");
        assert_eq!(unset, empty);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_proxy_of_a_star_keeps_addresses_from_the_proxy_too() {
    let (peer, proxy) = (peer(), peer());
    // Not a loopback address, and this machine all the same.
    let endpoint = peer.endpoint.replace("127.0.0.1", "0.0.0.0");
    for (hosts, asked, passed_by) in [("*", &peer, &proxy), ("host.example", &proxy, &peer)] {
        let mut command = dataarts_at(&endpoint, "sync-tasks list --allow-http -o json");
        command.env("HTTP_PROXY", &proxy.endpoint).env("NO_PROXY", hosts);
        assert_eq!(succeed(&mut command), "[]\n", "{hosts}");
        assert_eq!((asked.requests().len(), passed_by.requests().len()), (1, 0), "{hosts}");
    }
}

#[test]
fn http_to_another_host_needs_a_flag() {
    let remote = "http://dataarts.invalid";
    let message = fail(&mut dataarts_at(remote, "sync-tasks list"), 2);
    assert!(message.contains("http"), "{message}");
    // Now it is sent, and the name does not resolve.
    fail(&mut dataarts_at(remote, "sync-tasks list --allow-http"), 1);
}
