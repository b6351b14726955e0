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
async fn a_folder_in_the_place_of_a_file_is_named() {
    let bench = Bench::plain().await;
    for name in [SDK, KOOCLI] {
        let home = folder(&[(&format!("{name}/inside"), "")]);
        let error = call(&bench.client(bench.chain(&[], &home).into())).await.unwrap_err();
        assert!(error.is_credentials() && error.to_string().contains(name), "{error}");
    }
}
