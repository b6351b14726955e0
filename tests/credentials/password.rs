//! Logging in with a password.

use std::time::Duration;

use dataarts_security::{CallOptions, Credentials, PasswordLogin};

use crate::support::{ACCOUNT, Bench, PASSWORD, USER, call, call_at_once, login, refreshed};

#[tokio::test]
async fn the_first_call_logs_in_and_the_next_use_the_same_token() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    for _ in 0..3 {
        assert_eq!(call(&client).await.unwrap().tasks.len(), 3);
    }
    assert_eq!((bench.logins(), bench.statuses()), (1, vec![200; 3]));
    let login = &bench.simulator.requests()[0];
    assert_eq!((login.method.as_str(), login.query.as_str(), login.status), ("POST", "nocatalog=true", 201));
    let identity = client.identity().await.unwrap();
    assert_eq!((identity.user_name(), identity.domain_name()), (Some(USER), Some(ACCOUNT)));
    assert_eq!(identity.project_id(), Some(bench.simulator.project_id()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_on_many_threads_as_well() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call_at_once(&client, 20).await;
    assert_eq!(bench.logins(), 1);
}

#[tokio::test]
async fn a_token_is_refreshed_before_its_expiry_and_after_it() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.turn(24 * 60 - 11);
    call(&client).await.unwrap();
    assert_eq!(bench.logins(), 1);
    bench.turn(6);
    let before = client.identity().await.unwrap().expires_at();
    call(&client).await.unwrap();
    refreshed(&client, before).await;
    assert_eq!(bench.logins(), 2);
    bench.turn(48 * 60);
    call(&client).await.unwrap();
    assert_eq!((bench.logins(), bench.statuses()), (3, vec![200; 4]));
}

#[tokio::test]
async fn a_revoked_token_is_refreshed_once_for_the_call_that_met_it() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.simulator.revoke_tokens();
    call(&client).await.unwrap();
    assert_eq!((bench.logins(), bench.statuses()), (2, vec![200, 401, 200]));
}

#[tokio::test]
async fn what_is_rejected_again_after_a_refresh_is_an_error_and_no_loop() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    bench.simulator.add_rule("list:status=401,body=gateway".parse().unwrap());
    let error = call(&client).await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_credentials(), "{error}");
    assert_eq!((bench.logins(), bench.statuses()), (2, vec![401, 401]));
}

#[tokio::test]
async fn if_the_refresh_after_a_401_fails_the_401_is_the_error() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.simulator.revoke_tokens();
    bench.simulator.add_rule("iam:status=503,body=iam".parse().unwrap());
    let error = call(&client).await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_credentials(), "{error}");
    assert_eq!(bench.statuses(), [200, 401]);
    bench.simulator.clear_rules();
    call(&client).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_told_by_name_by_one_login_for_all_calls_of_the_next_10_seconds() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(PasswordLogin::new(USER, "wrong-password", ACCOUNT)));
    for number in 0..20 {
        if number == 10 {
            bench.turn(1);
        }
        let error = call(&client).await.unwrap_err();
        assert!(error.is_credentials() && error.is_unauthorized() && !error.is_invalid_input());
        let text = error.to_string();
        let start = "list_member_sync_tasks: no identity from the login of user li.na: HTTP 401: The username or";
        assert!(text.starts_with(start) && !text.contains("wrong-password"), "{text}");
        assert!(error.request_id().is_some());
    }
    assert_eq!((bench.logins(), bench.statuses().len()), (2, 0));
}

#[tokio::test]
async fn while_the_old_token_is_valid_an_outage_of_iam_is_not_noticed() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.simulator.add_rule("iam:status=503,body=html".parse().unwrap());
    bench.turn(24 * 60 - 5);
    call(&client).await.unwrap();
    while bench.logins() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        call(&client).await.unwrap();
    }
    assert_eq!((bench.logins(), bench.statuses()), (2, vec![200; 5]));
    bench.turn(5);
    let error = call(&client).await.unwrap_err();
    assert!(error.is_credentials() && error.status().is_some_and(|status| status == 503), "{error}");
    bench.simulator.clear_rules();
    call(&client).await.unwrap();
}

#[tokio::test]
async fn one_stray_401_while_iam_is_down_does_not_cost_the_valid_token() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.simulator.add_rule("list,times=1:status=401,body=gateway".parse().unwrap());
    bench.simulator.add_rule("iam:status=503,body=iam".parse().unwrap());
    assert!(call(&client).await.unwrap_err().is_unauthorized());
    for _ in 0..3 {
        call(&client).await.unwrap();
    }
    assert_eq!((bench.logins(), bench.statuses()), (2, vec![200, 401, 200, 200, 200]));
    // The success in between counts: another stray 401 is the first again.
    bench.simulator.add_rule("list,times=1:status=401,body=gateway".parse().unwrap());
    assert!(call(&client).await.unwrap_err().is_unauthorized());
    call(&client).await.unwrap();
}

#[tokio::test]
async fn a_token_that_is_rejected_twice_in_a_row_is_not_sent_again() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.simulator.revoke_tokens();
    bench.simulator.add_rule("iam:status=503,body=iam".parse().unwrap());
    for _ in 0..2 {
        assert!(call(&client).await.unwrap_err().is_unauthorized());
    }
    assert!(call(&client).await.unwrap_err().is_credentials());
    assert_eq!(bench.statuses(), [200, 401, 401]);
    bench.simulator.clear_rules();
    call(&client).await.unwrap();
}

#[tokio::test]
async fn a_service_that_rejects_every_token_does_not_cause_a_login_with_every_call() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    bench.simulator.add_rule("list:status=401,body=gateway".parse().unwrap());
    for logins in [2, 3] {
        for _ in 0..10 {
            assert!(call(&client).await.is_err());
        }
        assert_eq!(bench.logins(), logins);
        bench.turn(1);
    }
    bench.simulator.clear_rules();
    call(&client).await.unwrap();
}

#[tokio::test]
async fn a_login_that_takes_longer_than_a_call_completes_for_a_later_call() {
    let bench = Bench::plain().await;
    let builder = bench.builder(Credentials::password(login())).project_id(bench.simulator.project_id());
    let options = CallOptions::new().call_timeout(Duration::from_millis(300)).max_retries(0);
    let client = builder.options(options).build().unwrap();
    bench.simulator.add_rule("iam:latency=400ms".parse().unwrap());
    let first = call(&client).await.unwrap_err();
    assert!(first.is_timeout(), "{first}");
    // The second finds the identity, or a later one on a machine that is busy.
    while let Err(error) = call(&client).await {
        assert!(error.is_timeout(), "{error}");
        assert_eq!(bench.logins(), 1);
    }
    assert_eq!(bench.logins(), 1);
}

#[tokio::test]
async fn garbage_for_an_answer_is_an_error_that_names_the_login() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    for rule in [
        "iam:status=400,body=iam",
        "iam:status=200,body=html",
        "iam:status=201,body=empty",
        "iam:status=201,body=service",
        "iam:truncated-body",
        "iam:reset=before-headers",
        "iam:reset=within-headers",
        "iam:redirect=302,location=https://evil.example/",
        "iam:gzip-bomb=64MiB",
        "iam:endless-body",
    ] {
        bench.simulator.clear_rules();
        bench.simulator.add_rule(rule.parse().unwrap());
        // Past the longest pause after a failure.
        bench.turn(5);
        let logins = bench.logins();
        let error = call(&client).await.unwrap_err();
        assert!(error.is_credentials(), "{rule}: {error}");
        assert!(error.to_string().contains("the login of user li.na"), "{rule}: {error}");
        assert_eq!(bench.logins(), logins + 1, "{rule}");
    }
    assert_eq!(bench.statuses().len(), 0);
}

#[tokio::test]
async fn an_endpoint_that_hangs_ends_with_the_time_allowed() {
    let bench = Bench::plain().await;
    let builder = bench.builder(Credentials::password(login())).project_id(bench.simulator.project_id());
    let options = CallOptions::new().attempt_timeout(Duration::from_millis(50)).max_retries(0);
    let client = builder.options(options).build().unwrap();
    for rule in ["iam:stall", "iam:latency=1h"] {
        bench.simulator.clear_rules();
        bench.simulator.add_rule(rule.parse().unwrap());
        let error = call(&client).await.unwrap_err();
        assert!(error.is_credentials() && error.is_timeout(), "{rule}: {error}");
    }
}

#[tokio::test]
async fn a_thousand_calls_with_an_expired_token_cause_one_login() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.turn(25 * 60);
    call_at_once(&client, 1_000).await;
    assert_eq!((bench.logins(), bench.statuses()), (2, vec![200; 1_001]));
}

#[tokio::test]
async fn a_thousand_calls_with_a_revoked_token_cause_one_login() {
    let bench = Bench::plain().await;
    let client = bench.client(Credentials::password(login()));
    call(&client).await.unwrap();
    bench.simulator.revoke_tokens();
    call_at_once(&client, 1_000).await;
    assert_eq!(bench.logins(), 2);
}

#[tokio::test]
async fn the_token_is_for_the_project_named_by_the_login_or_else_for_the_clients() {
    let bench = Bench::new(|builder| {
        builder.project_id("p-one").project("p-one", "cn-north-4").project("p-two", "cn-north-4_research")
    })
    .await;
    for login in [login(), login().project_id("p-one"), login().project_name("cn-north-4")] {
        call(&bench.client(Credentials::password(login))).await.unwrap();
    }
    let other = bench.client(Credentials::password(login().project_name("cn-north-4_research")));
    assert_eq!(other.identity().await.unwrap().project_id(), Some("p-two"));
    assert!(call(&other).await.unwrap_err().is_forbidden());
    let unknown = call(&bench.client(Credentials::password(login().project_name("nowhere")))).await.unwrap_err();
    assert!(unknown.is_credentials() && unknown.is_unauthorized(), "{unknown}");
}

#[tokio::test]
async fn the_project_of_the_token_is_used_where_none_is_set() {
    let bench = Bench::plain().await;
    let client = bench.builder(Credentials::password(login().project_name("cn-north-4"))).build().unwrap();
    assert_eq!(call(&client).await.unwrap().tasks.len(), 3);
    assert_eq!(client.resolve_project_id().await.unwrap(), bench.simulator.project_id());
    assert_eq!(bench.count("/v3/projects"), 0);
}

#[tokio::test]
async fn a_password_may_hold_blanks_and_quotes() {
    for password in [" blanks around it ", "\"quotes\"", "'quotes'"] {
        let bench = Bench::new(|builder| builder.user("odd.user", password, ACCOUNT)).await;
        let login = PasswordLogin::new("odd.user", password, ACCOUNT);
        call(&bench.client(Credentials::password(login))).await.unwrap();
    }
}

#[test]
fn a_line_break_in_a_login_is_rejected_before_anything_is_sent() {
    for (login, name) in [
        (PasswordLogin::new("user\n", PASSWORD, ACCOUNT), "the user "),
        (PasswordLogin::new(USER, "hunter2\r\n", ACCOUNT), "the password "),
        (PasswordLogin::new(USER, PASSWORD, "account\n"), "the account name "),
    ] {
        let builder = dataarts_security::Client::builder().region("cn-north-4");
        let error = builder.credentials(Credentials::password(login)).build().unwrap_err();
        let text = error.to_string();
        assert!(error.is_invalid_input() && text.starts_with(name) && text.contains("a line break"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn an_empty_login_is_refused_before_anything_is_sent() {
    for login in [
        PasswordLogin::new("", PASSWORD, ACCOUNT),
        PasswordLogin::new(USER, "", ACCOUNT),
        PasswordLogin::new(USER, PASSWORD, ""),
    ] {
        let builder = dataarts_security::Client::builder().region("cn-north-4");
        let error = builder.credentials(Credentials::password(login)).build().unwrap_err();
        assert!(error.is_invalid_input() && error.to_string().ends_with("is empty"), "{error}");
    }
}
