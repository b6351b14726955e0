//! What it will not start with: one line and exit code 2.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Output, Stdio};

use dataarts_simulator::Rule;

use crate::{Running, program};

/// The one line that the program complains with before it ends.
fn refused(arguments: &[&str]) -> String {
    let mut child = program(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut greeting = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
    // One that started after all would never end by itself.
    if !greeting.is_empty() {
        child.kill().unwrap();
    }
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    let line = String::from_utf8(stderr).unwrap();
    assert_eq!((greeting.as_str(), status.code(), line.lines().count()), ("", Some(2), 1), "{arguments:?} {line}");
    line
}

#[test]
fn a_port_in_use_is_one_line_and_exit_2() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = refused(&["--listen", &address]);
    assert!(line.contains(&address) && line.contains("port 0 takes a free one"), "{line}");
}

#[test]
fn a_malformed_option_is_one_line_and_exit_2() {
    for arguments in [
        ["--listen", "localhost"].as_slice(),
        &["--latency", "20"],
        &["--latency", "-20ms"],
        &["--throttle", "40"],
        &["--throttle", "0/10s"],
        &["--throttle", "40/0s"],
        &["--page-cap", "0"],
        &["--page-cap", "many"],
        &["--page-cap", "4294967296"],
        &["--churn", "inserts=-1"],
        &["--churn", "inserts=often"],
        &["--churn", "renames=1"],
        &["--request-log", "/"],
        &["--request-log", "no/such/directory/requests.log"],
        &["--listen", "0.0.0.0:0"],
        &["--tasks", "-1"],
        &["--tasks", "many"],
        &["--tasks", "1000001"],
        &["--tasks", "18446744073709551615"],
        &["--tasks", "18446744073709551616"],
        &["--seed", "x"],
        &["--token", ""],
        &["--project-id", ""],
        &["--workspace="],
        &["--unheard-of"],
        &["--token"],
        &["stray"],
    ] {
        refused(arguments);
    }
}

#[test]
fn a_malformed_rule_is_answered_with_the_grammar() {
    for rule in ["", "list", "list:explode", "list,page=x:stall", "list:status=503,body=xml", "list:stall\n"] {
        let line = refused(&["--fault", rule]);
        for part in ["OPERATION[,page=N]", "list,page=3,times=2:status=503,body=html", "wrong-total=NUMBER"] {
            assert!(line.contains(part), "{rule}: {line}");
        }
    }
    let help = String::from_utf8(program(&["--help"]).output().unwrap().stdout).unwrap();
    assert!(help.contains(Rule::grammar().lines().last().unwrap()), "{help}");
}

#[test]
fn other_machines_are_let_in_only_in_so_many_words() {
    assert!(refused(&["--listen", "0.0.0.0:0"]).contains("--allow-non-loopback"));
    let running = Running::start(&["--listen", "0.0.0.0:0", "--allow-non-loopback"]);
    assert!(running.address.ip().is_unspecified());
}

#[test]
fn a_malformed_access_key_is_refused_without_repeating_it() {
    for pair in ["topsecret", ":topsecret", "topsecret:"] {
        let line = refused(&["--access-key", pair]);
        assert!(line.contains("--access-key <AK:SK>") && !line.contains("topsecret"), "{line}");
    }
}

#[test]
fn what_may_be_a_secret_is_not_repeated() {
    for arguments in [["--access-key", "AK", "topsecret"], ["--token", "first", "topsecret"]] {
        let line = refused(&arguments);
        assert!(line.contains("--access-key AK:SK") && !line.contains("topsecret"), "{line}");
    }
    assert!(refused(&["--task", "5"]).contains("'--tasks'"));
}

#[test]
fn a_refusal_says_what_would_be_taken() {
    for (arguments, wanted) in [
        (["--listen", "localhost:0"], "127.0.0.1:8080"),
        (["--tasks", "10000000000"], "from 0 to 1000000"),
        (["--seed", "x"], "from 0 to 18446744073709551615"),
        (["--seed", "-1"], "from 0 to 18446744073709551615"),
        (["--page-cap", "0"], "from 1 to 4294967295"),
        (["--latency", "20"], "20ms"),
        (["--request-log", "/"], "name a file that can be made or written"),
        (["--listen", "192.0.2.1:0"], "--allow-non-loopback"),
    ] {
        let line = refused(&arguments);
        assert!(line.contains(wanted), "{arguments:?} {line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_takes_no_line_is_one_line_and_exit_2() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let Output { status, stderr, .. } = program(&[]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    let line = String::from_utf8(stderr).unwrap();
    assert_eq!((status.code(), line.lines().count()), (Some(2), 1));
    assert!(line.contains("standard output"), "{line}");
}
