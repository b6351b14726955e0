//! Which source the default chain takes, and what it says where it takes none.

use dataarts_security::{Credentials, DefaultChain};

use crate::support::{Bench, IDENTITY_PROVIDER, call, folder};

fn sdk_file(bench: &Bench, section: &str) -> String {
    format!("[{section}]\nak = {}\nsk = {}\n", bench.simulator.access_key(), bench.simulator.secret_key())
}

fn koocli_file(bench: &Bench) -> String {
    format!(
        r#"{{"current": "first", "profiles": [
            {{"name": "first", "mode": "AKSK", "accessKeyId": "{}", "secretAccessKey": "{}"}},
            {{"name": "server", "mode": "ecsAgency"}}
        ]}}"#,
        bench.simulator.access_key(),
        bench.simulator.secret_key()
    )
}

async fn source(bench: &Bench, chain: DefaultChain) -> Result<String, String> {
    let client = bench.client(Credentials::from(chain));
    match call(&client).await {
        Ok(_) => Ok(client.identity().await.unwrap().source().to_owned()),
        Err(error) => {
            assert!(error.is_credentials(), "{error}");
            Err(error.to_string())
        }
    }
}

#[tokio::test]
async fn the_first_that_is_configured_is_used() {
    let bench = Bench::plain().await;
    let (access_key, secret_key) = (bench.simulator.access_key(), bench.simulator.secret_key());
    let variables = [("HUAWEICLOUD_SDK_AK", access_key.to_owned()), ("HUAWEICLOUD_SDK_SK", secret_key.to_owned())];
    let (sdk, koocli) = (sdk_file(&bench, "basic"), koocli_file(&bench));
    let both = folder(&[(".huaweicloud/credentials", &sdk), (".hcloud/config.json", &koocli)]);
    let one = folder(&[(".hcloud/config.json", &koocli)]);
    let none = folder(&[]);
    for (variables, home, expected) in [
        (&variables[..], &both, "the environment (HUAWEICLOUD_SDK_AK)".to_owned()),
        (&[][..], &both, format!("the section [basic] of {}/.huaweicloud/credentials", both.path().display())),
        (&[][..], &one, format!("the current profile of {}/.hcloud/config.json", one.path().display())),
        (&[][..], &none, "the ECS metadata service".to_owned()),
    ] {
        assert_eq!(source(&bench, bench.chain(variables, home)).await, Ok(expected));
    }
}

#[tokio::test]
async fn every_kind_of_the_environment_opens_the_service() {
    let bench = Bench::new(|builder| builder.identity_provider(IDENTITY_PROVIDER, "the.identity.token")).await;
    let home = folder(&[("token", bench.simulator.token()), ("id-token", "the.identity.token")]);
    let path = |name: &str| home.path().join(name).display().to_string();
    let (access_key, secret_key) = (bench.simulator.access_key(), bench.simulator.secret_key());
    for (variables, expected) in [
        (vec![("DATAARTS_TOKEN", bench.simulator.token().to_owned())], "the environment (DATAARTS_TOKEN)".to_owned()),
        (vec![("DATAARTS_TOKEN_FILE", path("token"))], format!("the token file {}", path("token"))),
        (
            vec![
                ("HUAWEICLOUD_SDK_IDP_ID", IDENTITY_PROVIDER.to_owned()),
                ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", path("id-token")),
                ("HUAWEICLOUD_SDK_AK", "another".to_owned()),
                ("HUAWEICLOUD_SDK_SK", "another".to_owned()),
            ],
            "the environment (HUAWEICLOUD_SDK_IDP_ID)".to_owned(),
        ),
        (
            vec![("HUAWEICLOUD_SDK_AK", access_key.to_owned()), ("HUAWEICLOUD_SDK_SK", secret_key.to_owned())],
            "the environment (HUAWEICLOUD_SDK_AK)".to_owned(),
        ),
    ] {
        assert_eq!(source(&bench, bench.chain(&variables, &home)).await, Ok(expected));
    }
}

#[tokio::test]
async fn a_profile_by_name_is_the_only_source() {
    let bench = Bench::plain().await;
    let home = folder(&[
        (".huaweicloud/credentials", &sdk_file(&bench, "global")),
        (".hcloud/config.json", &koocli_file(&bench)),
    ]);
    let variables = [("DATAARTS_TOKEN", "stale".to_owned())];
    let of = |name: &str| source(&bench, bench.chain(&variables, &home).profile(name));
    assert!(of("global").await.unwrap().starts_with("the section [global] of "));
    assert!(of("first").await.unwrap().starts_with("the profile first of "));
    assert!(of("server").await.unwrap().starts_with("the profile server of "));
    assert_eq!(bench.count("/openstack/latest/securitykey"), 1);
    for (name, shown, hidden) in [("basic", "sections in it: 1", "global"), ("fourth", "profiles in it: ", "stale")] {
        let error = of(name).await.unwrap_err();
        assert!(error.contains(name) && error.contains(shown) && !error.contains(hidden), "{error}");
    }
}

#[tokio::test]
async fn a_source_that_is_configured_and_broken_is_an_error_and_not_a_reason_to_go_on() {
    let bench = Bench::plain().await;
    let koocli = koocli_file(&bench);
    let with =
        |content: &'static str| folder(&[(".huaweicloud/credentials", content), (".hcloud/config.json", &koocli)]);
    for (variables, home, reason) in [
        (vec![("HUAWEICLOUD_SDK_AK", "ak".to_owned())], with("[basic]\nak=a\nsk=b"), "HUAWEICLOUD_SDK_SK is not"),
        (vec![], with("[basic]\nak = a"), "sk"),
        (vec![], with("[basic]\nak = a\nsk\n"), "line 3"),
        (
            vec![("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nowhere/credentials".to_owned())],
            with(""),
            "/nowhere/credentials",
        ),
        (vec![], folder(&[(".hcloud/config.json", "{}")]), ".hcloud/config.json"),
        (
            vec![],
            folder(&[(
                ".hcloud/config.json",
                r#"{"authEncrypt": "true", "current": "a", "profiles": [{"name": "a", "accessKeyId": "x", "secretAccessKey": "y"}]}"#,
            )]),
            "encrypt",
        ),
    ] {
        let error = source(&bench, bench.chain(&variables, &home)).await.unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    assert_eq!(bench.simulator.requests().len(), 0);
}

#[tokio::test]
async fn a_file_for_another_purpose_alone_does_not_stop_the_chain() {
    let bench = Bench::plain().await;
    let home = folder(&[(".huaweicloud/credentials", &sdk_file(&bench, "global"))]);
    assert_eq!(source(&bench, bench.chain(&[], &home)).await.unwrap(), "the ECS metadata service");
}

#[tokio::test]
async fn keys_that_were_changed_in_the_file_are_taken_after_a_refusal() {
    let bench = Bench::plain().await;
    let home = folder(&[(".huaweicloud/credentials", "[basic]\nak = old\nsk = old\n")]);
    let client = bench.client(bench.chain(&[], &home).into());
    assert!(call(&client).await.unwrap_err().is_unauthorized());
    std::fs::write(home.path().join(".huaweicloud/credentials"), sdk_file(&bench, "basic")).unwrap();
    call(&client).await.unwrap();
    assert_eq!(bench.statuses(), [401, 200]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_can_read_gives_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::plain().await;
    let home = folder(&[(".huaweicloud/credentials", &sdk_file(&bench, "basic"))]);
    let path = home.path().join(".huaweicloud/credentials");
    let warning = async || {
        let client = bench.client(bench.chain(&[], &home).into());
        client.identity().await.unwrap().warning().map(str::to_owned)
    };
    assert_eq!(warning().await, None);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let text = warning().await.unwrap();
    assert!(text.contains("credentials") && text.contains("chmod 600"), "{text}");
}

#[tokio::test]
async fn what_the_source_tells_of_project_and_account_is_used() {
    let bench = Bench::plain().await;
    let project = bench.simulator.project_id();
    let file = format!("{}project_id = {project}\ndomain_id = d\n", sdk_file(&bench, "basic"));
    let home = folder(&[(".huaweicloud/credentials", &file)]);
    let client = bench.builder(bench.chain(&[], &home).into()).build().unwrap();
    call(&client).await.unwrap();
    let identity = client.identity().await.unwrap();
    assert_eq!((identity.project_id(), identity.domain_id()), (Some(project), Some("d")));
}
