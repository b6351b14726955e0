//! A token in a file.

use dataarts_security::Credentials;

use crate::support::{Bench, call, folder};

#[tokio::test]
async fn a_new_token_counts_from_the_next_call_on() {
    let bench = Bench::new(|builder| builder.token("token-one").token("token-two")).await;
    let folder = folder(&[("token", "token-one\r\n")]);
    let path = folder.path().join("token");
    let client = bench.client(Credentials::token_file(&path));
    call(&client).await.unwrap();
    std::fs::write(&path, "stale").unwrap();
    assert!(call(&client).await.unwrap_err().is_unauthorized());
    std::fs::write(&path, "\u{feff}token-two").unwrap();
    call(&client).await.unwrap();
    // What is the same in the file is not sent again.
    assert_eq!(bench.statuses(), [200, 401, 200]);
    assert_eq!(client.identity().await.unwrap().source(), format!("the token file {}", path.display()));
}

#[tokio::test]
async fn a_file_that_holds_no_token_is_named_and_nothing_is_sent() {
    let bench = Bench::plain().await;
    let folder = folder(&[
        ("empty", ""),
        ("blank", " \n"),
        ("two", "first-secret second-secret"),
        ("lines", "first-secret\nsecond-secret"),
        ("large", &"x".repeat(10 << 20)),
        ("dir/inside", "x"),
    ]);
    std::fs::write(folder.path().join("binary"), b"\x00\xff\xfe").unwrap();
    for (name, reason) in [
        ("missing", "does not exist"),
        ("empty", "is empty"),
        ("blank", "is empty"),
        ("two", "a space"),
        ("lines", "a line break"),
        ("large", "1 MiB"),
        ("dir", "is a directory"),
        ("binary", "UTF-8"),
    ] {
        let client = bench.client(Credentials::token_file(folder.path().join(name)));
        let error = call(&client).await.unwrap_err();
        assert!(error.is_credentials() && error.is_invalid_input(), "{name}");
        let text = error.to_string();
        assert!(text.contains(reason) && text.contains(name) && !text.contains("-secret"), "{name}: {text}");
    }
    assert_eq!(bench.simulator.requests().len(), 0);
}
