use proptest::prelude::*;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::super::{Profile, Proof};
use super::parse;

fn profile() -> Value {
    json!({
        "name": "work", "mode": "AKSK", "accessKeyId": "AKhunter2", "secretAccessKey": "SKhunter2",
        "securityToken": "", "region": "cn-north-4", "projectId": "p", "domainId": "", "readTimeout": 10,
        "agencyDomainId": "", "agencyDomainName": "", "agencyName": "",
        "ssoAuth": {"stsToken": {"accessKeyId": "ASIAhunter2", "secretAccessKey": "SShunter2",
            "securityToken": "token/hunter2+=", "expiresAt": 1}},
    })
}

/// A file whose one profile is [`profile`] with `changes`.
fn file(changes: Value) -> Value {
    let mut profile = profile();
    for (key, value) in changes.as_object().unwrap() {
        profile[key.as_str()] = value.clone();
    }
    json!({"language": "cn", "current": "work", "authEncrypt": "false", "profiles": [profile]})
}

fn read(file: &Value) -> Profile {
    parse(&file.to_string(), None).unwrap_or_else(|reason| panic!("{reason}"))
}

fn refusal_of(text: &str, name: Option<&str>) -> String {
    let message = parse(text, name).err().unwrap();
    assert!(!message.contains("hunter2") && !message.contains('\n'), "{message}");
    message
}

fn refusal(file: &Value) -> String {
    refusal_of(&file.to_string(), None)
}

/// Id, secret and security token.
fn access_key(file: &Value) -> (String, String, Option<String>) {
    match read(file).proof {
        Proof::AccessKey { id, secret, security_token } => {
            let token = security_token.map(|token| token.expose_secret().to_owned());
            (id, secret.expose_secret().to_owned(), token)
        }
        _ => panic!("no access key"),
    }
}

#[test]
fn an_access_key_is_read_with_what_stands_beside_it() {
    for mode in [json!("AKSK"), json!("aksk"), json!(""), json!(null)] {
        let file = file(json!({"mode": mode}));
        assert_eq!(access_key(&file), ("AKhunter2".to_owned(), "SKhunter2".to_owned(), None));
        let Profile { project_id, domain_id, region, iam_endpoint, .. } = read(&file);
        assert_eq!((project_id.as_deref(), region.as_deref()), (Some("p"), Some("cn-north-4")));
        assert_eq!((domain_id, iam_endpoint), (None, None));
    }
    let least = json!({"current": "a", "profiles": [{"name": "a", "accessKeyId": "i", "secretAccessKey": "s"}]});
    assert_eq!(access_key(&least), ("i".to_owned(), "s".to_owned(), None));
}

#[test]
fn a_security_token_makes_a_key_temporary() {
    let token = access_key(&file(json!({"securityToken": "t/+=="}))).2;
    assert_eq!(token.as_deref(), Some("t/+=="));
}

#[test]
fn a_cloud_server_is_asked_in_mode_ecs_agency_even_if_keys_are_encrypted() {
    let mut file = file(json!({"mode": "ecsAgency", "accessKeyId": "", "secretAccessKey": ""}));
    assert!(matches!(read(&file).proof, Proof::EcsMetadata));
    file["authEncrypt"] = json!("true");
    assert!(matches!(read(&file).proof, Proof::EcsMetadata));
}

#[test]
fn the_keys_of_a_single_sign_on_are_temporary() {
    let (id, secret, token) = access_key(&file(json!({"mode": "SSO"})));
    let token = token.unwrap();
    assert_eq!([id.as_str(), &secret, &token], ["ASIAhunter2", "SShunter2", "token/hunter2+="]);
}

#[test]
fn a_single_sign_on_that_is_not_complete_asks_for_a_login() {
    for (sso, missing) in [
        (json!(null), "accessKeyId"),
        (json!({}), "accessKeyId"),
        (json!({"stsToken": {"accessKeyId": "hunter2"}}), "secretAccessKey"),
        (json!({"stsToken": {"accessKeyId": "hunter2", "secretAccessKey": "hunter2"}}), "securityToken"),
    ] {
        let expected = format!(
            r#"has no `ssoAuth.stsToken.{missing}` in the current profile; log in with `hcloud configure sso`"#
        );
        assert_eq!(refusal(&file(json!({"mode": "sso", "ssoAuth": sso}))), expected);
    }
}

#[test]
fn other_modes_and_agencies_are_refused_and_not_shown() {
    let message = refusal(&file(json!({"mode": "hunter2", "agencyName": "hunter2"})));
    assert!(
        message.starts_with(r#"has the current profile in a mode that is not supported here; take a"#),
        "{message}"
    );
    for mode in ["AKSK", "SSO", "ecsAgency"] {
        let message = refusal(&file(json!({"mode": mode, "agencyName": "hunter2"})));
        let start =
            r#"has the current profile take on an agency (`agencyName`), which is not done here; take a profile"#;
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn half_an_access_key_is_named() {
    for (half, missing) in [
        (json!({"accessKeyId": ""}), "accessKeyId"),
        (json!({"secretAccessKey": null}), "secretAccessKey"),
        (json!({"accessKeyId": "", "secretAccessKey": ""}), "accessKeyId"),
    ] {
        let mut file = file(half);
        for mark in ["false", "true"] {
            file["authEncrypt"] = json!(mark);
            let expected = format!(r#"has no `{missing}` in the current profile; run `hcloud configure init`"#);
            assert_eq!(refusal(&file), expected);
        }
    }
}

#[test]
fn an_encrypted_key_is_refused_with_the_way_out() {
    let is_refused = |file: &Value| {
        let message = refusal(file);
        assert!(message.starts_with(r#"has the access key of the current profile encrypted"#), "{message}");
        assert!(message.contains("`hcloud configure set --cli-auth-encrypt=false`"), "{message}");
    };
    for mark in [json!("true"), json!("True"), json!(true)] {
        for mode in ["AKSK", "SSO"] {
            let mut file = file(json!({"mode": mode}));
            file["authEncrypt"] = mark.clone();
            is_refused(&file);
        }
    }
    for mark in [json!("false"), json!(false), json!(null), json!("")] {
        let long = "hunter2a".repeat(9);
        for encrypted in ["hunter2+hunter2==", "hunter2/", "hunter2é", "hunter2 hunter2", "********", &long] {
            for key in ["accessKeyId", "secretAccessKey"] {
                let mut file = file(json!({}));
                file["authEncrypt"] = mark.clone();
                file["profiles"][0][key] = json!(encrypted);
                is_refused(&file);
                file["profiles"][0]["mode"] = json!("SSO");
                file["profiles"][0]["ssoAuth"]["stsToken"][key] = json!(encrypted);
                is_refused(&file);
            }
        }
        let mut file = file(json!({"accessKeyId": "a-Z_9", "secretAccessKey": "x".repeat(64)}));
        file["authEncrypt"] = mark;
        assert_eq!(access_key(&file).0, "a-Z_9");
    }
}

#[test]
fn a_profile_is_taken_by_name_or_else_the_current_one() {
    let mut file = file(json!({}));
    file["profiles"].as_array_mut().unwrap().push(json!({"name": "home", "mode": "ecsAgency"}));
    assert!(matches!(read(&file).proof, Proof::AccessKey { .. }));
    assert!(matches!(parse(&file.to_string(), Some("home")).ok().unwrap().proof, Proof::EcsMetadata));
    let message = refusal_of(&file.to_string(), Some("Work"));
    assert_eq!(message, r#"has no profile "Work"; profiles in it: 2"#);
    for none in [json!(null), json!("")] {
        file["current"] = none;
        assert_eq!(refusal(&file), "has no current profile; profiles in it: 2; name one of them");
    }
    file["profiles"][1]["name"] = json!("work");
    assert_eq!(refusal_of(&file.to_string(), Some("work")), r#"has more than one profile "work"; rename one"#);
    for none in [json!({"current": "work"}), json!({"current": "work", "profiles": null})] {
        assert_eq!(refusal(&none), "has no current profile; profiles in it: 0");
    }
}

#[test]
fn what_is_not_json_is_refused_by_its_line() {
    for (text, reason) in [
        ("", "it is empty"),
        ("[basic]\nsk = hunter2", "it is a JSON array, not an object"),
        ("hunter2", "it is not a JSON object"),
        ("{\n\"current\": hunter2}", "it is not JSON (line 2, column 12)"),
        ("{\"current\": \"a\",\n\"profiles\": [{\"name\": \"hunter2", "the JSON ends too early (line 2, column 30)"),
        ("{\"hunter2\": no}", "it is not JSON (line 1, column 14)"),
        ("{\"profiles\": [{\"secretAccessKey\": \"a\", \"hunter2\"}]}", "it is not JSON (line 1, column 49)"),
        ("{}\nhunter2", "it is not JSON (line 2, column 1)"),
    ] {
        assert!(refusal_of(text, None).ends_with(reason), "{}", refusal_of(text, None));
        assert!(refusal_of(text, None).starts_with("cannot be understood: "));
    }
}

#[test]
fn wrong_types_are_refused_by_their_place() {
    let hidden = json!(["hunter2, expected hunter2"]);
    for (changes, reason) in [
        (json!({"secretAccessKey": hidden}), "at profiles[0].secretAccessKey, expected a string, found an array"),
        (json!({"accessKeyId": {"hunter2": 2}}), "at profiles[0].accessKeyId, expected a string, found an object"),
        (json!({"name": []}), "at profiles[0].name, expected a string, found an array"),
        (json!({"ssoAuth": "hunter2"}), "at profiles[0].ssoAuth, expected an object, found a string"),
    ] {
        let message = refusal(&file(changes));
        assert!(message.starts_with(&format!("cannot be understood: {reason}")), "{message}");
    }
    for (file, reason) in [
        (json!({"profiles": {"hunter2": 1}}), "at profiles, expected an array"),
        (json!({"profiles": ["hunter2"]}), "at profiles[0], expected an object"),
        (json!({"current": {"hunter2": 1}}), "at current, expected a string"),
        (json!({"authEncrypt": "hunter2"}), "`authEncrypt` is neither true nor false"),
        (json!({"authEncrypt": 1}), "`authEncrypt` is neither true nor false"),
    ] {
        let message = refusal(&file);
        assert!(message.starts_with(&format!("cannot be understood: {reason}")), "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), at in any::<prop::sample::Index>(), cut in 0..20_usize) {
        let _ = parse(&text, Some(&text));
        let whole = file(json!({"name": text})).to_string();
        let characters: Vec<char> = whole.chars().collect();
        let (before, after) = characters.split_at(at.index(characters.len()));
        let changed: String =
            before.iter().copied().chain(text.chars()).chain(after.iter().copied().skip(cut)).collect();
        let _ = parse(&changed, None);
        let _ = parse(&changed, Some(&text));
    }
}
