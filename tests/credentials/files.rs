//! Credential files as they are found: each that cannot be used is one error that names it, and shows nothing of it.

use crate::support::{Bench, call, folder};

const SDK: &str = ".huaweicloud/credentials";
const KOOCLI: &str = ".hcloud/config.json";

/// What a call says when this file is all that there is.
async fn outcome(name: &str, content: &[u8]) -> Result<(), String> {
    let bench = Bench::new(|builder| builder.access_key("AKOFTHETEST", "half%of;the#secret")).await;
    let home = folder(&[(name, "")]);
    std::fs::write(home.path().join(name), content).unwrap();
    let result = call(&bench.client(bench.chain(&[], &home).into())).await;
    result.map(drop).map_err(|error| {
        assert!(error.is_credentials() && error.is_invalid_input(), "{error}");
        assert_eq!(bench.simulator.requests().len(), 0);
        error.to_string()
    })
}

#[tokio::test]
async fn marks_and_line_ends_of_other_systems_and_odd_characters_in_secrets_do_no_harm() {
    for content in [
        "[basic]\nak = AKOFTHETEST\nsk = half%%of;the#secret\n",
        "[basic]\r\nak = AKOFTHETEST\r\nsk = half%of;the#secret\r\n",
        "\u{feff}[basic]\nak=AKOFTHETEST\nsk=half%of;the#secret",
        "# mine\n[global]\nak = other\nsk = other\n\n[basic]\nAK: AKOFTHETEST\nSK: half%of;the#secret",
    ] {
        assert_eq!(outcome(SDK, content.as_bytes()).await, Ok(()), "{content:?}");
    }
    let koocli = "\u{feff}{\"current\": \"a\", \"profiles\": [{\"name\": \"a\", \"mode\": \"AKSK\",\r\n \
                  \"accessKeyId\": \"AKOFTHETEST\", \"secretAccessKey\": \"half%of;the#secret\"}]}";
    // Characters that no plain secret key of KooCLI has are taken for an encrypted one.
    let outcome = outcome(KOOCLI, koocli.as_bytes()).await;
    assert!(outcome.is_ok() || outcome.unwrap_err().contains("encrypt"));
}

#[tokio::test]
async fn what_is_no_file_of_the_kind_is_refused_by_name_and_not_shown() {
    let large = vec![b'x'; 10 << 20];
    for name in [SDK, KOOCLI] {
        for (content, reason) in
            [(&b""[..], "is empty"), (b" \n\n", "is empty"), (b"\xff\xfe\x00s\x00e", "UTF-8"), (&large, "1 MiB")]
        {
            let error = outcome(name, content).await.unwrap_err();
            assert!(error.contains(reason) && error.contains(name), "{error}");
        }
    }
    for content in ["topsecretvalue", "[basic]\ntopsecretvalue\n", "[basic\nak = topsecretvalue"] {
        let error = outcome(SDK, content.as_bytes()).await.unwrap_err();
        assert!(error.contains(SDK) && !error.contains("topsecretvalue"), "{error}");
    }
    for content in ["topsecretvalue", "{\"profiles\": \"topsecretvalue\"}", "{\"current\": \"a\", \"profiles\": [7]}"] {
        let error = outcome(KOOCLI, content.as_bytes()).await.unwrap_err();
        assert!(error.contains(KOOCLI) && !error.contains("topsecretvalue"), "{error}");
    }
}

#[tokio::test]
async fn a_secret_in_quotes_or_with_white_space_is_rejected_with_the_reason_wherever_it_comes_from() {
    let bench = Bench::plain().await;
    let key =
        |id: &str, secret: &str| vec![("HUAWEICLOUD_SDK_AK", id.to_owned()), ("HUAWEICLOUD_SDK_SK", secret.to_owned())];
    let token = |token: &str| vec![("DATAARTS_TOKEN", token.to_owned())];
    let security_token =
        |token: &str| [key("ak", "sk"), vec![("HUAWEICLOUD_SDK_SECURITY_TOKEN", token.to_owned())]].concat();
    let koocli = |secret: &str| {
        let secret = serde_json::json!(secret);
        let key = format!(r#""accessKeyId": "ak", "secretAccessKey": {secret}"#);
        folder(&[(KOOCLI, &format!(r#"{{"current": "a", "profiles": [{{"name": "a", {key}}}]}}"#))])
    };
    let sdk = |lines: &str| folder(&[(SDK, &format!("[basic]\n{lines}\n"))]);
    let file = folder(&[("token", "\"hunter2\"\n")]);
    let path = file.path().join("token").display().to_string();
    let (quotes, space) = ("in quotes", "begins or ends with a space or a line break");
    for (variables, home, name, reason) in [
        (key("ak", "hunter2\n"), folder(&[]), "the secret access key", space),
        (key("ak", "hunter2 "), folder(&[]), "the secret access key", space),
        (key("ak", "\"hunter2\""), folder(&[]), "the secret access key", quotes),
        (key("'hunter2'", "sk"), folder(&[]), "the access key id", quotes),
        (key("hunter2\r\n", "sk"), folder(&[]), "the access key id", space),
        (token("hunter2\n"), folder(&[]), "the token", space),
        (token("\"hunter2\""), folder(&[]), "the token", quotes),
        (security_token("'hunter2'"), folder(&[]), "the security token", quotes),
        (vec![("DATAARTS_TOKEN_FILE", path)], folder(&[]), "its content", quotes),
        (vec![], sdk("ak = ak\nsk = \"hunter2\""), "the secret access key", quotes),
        (vec![], sdk("ak = 'hunter2'\nsk = sk"), "the access key id", quotes),
        (vec![], koocli("\"hunter2\""), "the secret access key", quotes),
        (vec![], koocli("hunter2\n"), "the secret access key", space),
    ] {
        let error = call(&bench.client(bench.chain(&variables, &home).into())).await.unwrap_err();
        assert!(error.is_credentials() && error.is_invalid_input(), "{error}");
        let text = error.to_string();
        assert!(text.contains(&format!("{name} ")) && text.contains(reason) && !text.contains("hunter2"), "{text}");
    }
    assert_eq!(bench.simulator.requests().len(), 0);
}

#[tokio::test]
async fn a_folder_in_the_place_of_a_file_is_named() {
    let bench = Bench::plain().await;
    for name in [SDK, KOOCLI] {
        let home = folder(&[(&format!("{name}/inside"), "")]);
        let error = call(&bench.client(bench.chain(&[], &home).into())).await.unwrap_err();
        assert!(error.is_credentials() && error.to_string().contains(name), "{error}");
    }
}
