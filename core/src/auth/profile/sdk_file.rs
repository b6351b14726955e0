//! The file of the official SDKs, `~/.huaweicloud/credentials`.

// Read by hand, because no small INI library hands secrets over as they were written: rust-ini 0.21 joins a line that ends
// in a backslash with the next one, configparser 3.3 lets the last of two equal keys win without a word, and ini_core 0.2
// knows one comment character only.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;

use super::{Profile, Proof, quoted, set};

const KEYS: [&str; 8] =
    ["ak", "sk", "security_token", "project_id", "domain_id", "iam_endpoint", "idp_id", "id_token_file"];

/// Only at the beginning of a line: a secret may hold them.
const COMMENT: [char; 2] = ['#', ';'];

/// The official Python and Go SDKs take both.
const DELIMITERS: [char; 2] = ['=', ':'];

/// The profile in `section`, which is `basic` or `global`; or a reason that goes behind the name of the file.
pub(crate) fn parse(text: &str, section: &str) -> Result<Profile, String> {
    let values = Values::of(text, section)?;
    Ok(Profile {
        proof: proof(&values, section)?,
        project_id: values.get("project_id"),
        domain_id: values.get("domain_id"),
        region: None,
        iam_endpoint: values.get("iam_endpoint"),
    })
}

fn proof(values: &Values<'_>, section: &str) -> Result<Proof, String> {
    let half = |there: &str, missing: &str| {
        Err(format!("has `{there}` but no `{missing}` in section {}; write both or neither", quoted(section)))
    };
    match (values.get("idp_id"), values.get("id_token_file")) {
        // As it stands, also with `~/` in front: so the official Python SDK 3.1.219 opens it (`auth/internal.py`).
        (Some(id), Some(file)) => return Ok(Proof::IdentityProvider { id, token_file: PathBuf::from(file) }),
        (Some(_), None) => return half("idp_id", "id_token_file"),
        (None, Some(_)) => return half("id_token_file", "idp_id"),
        (None, None) => {}
    }
    match (values.get("ak"), values.secret("sk")) {
        (Some(id), Some(secret)) => {
            Ok(Proof::AccessKey { id, secret, security_token: values.secret("security_token") })
        }
        (Some(_), None) => half("ak", "sk"),
        (None, Some(_)) => half("sk", "ak"),
        (None, None) => Err(format!(
            "has no credentials in section {}; write `ak` and `sk` there, or `idp_id` and `id_token_file`",
            quoted(section)
        )),
    }
}

/// What one section says: by key, the line and the value as it is written there.
struct Values<'a>(BTreeMap<&'static str, (usize, &'a str)>);

impl<'a> Values<'a> {
    fn of(text: &'a str, wanted: &str) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        let mut sections: Vec<&str> = Vec::new();
        let mut begins = None;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with(COMMENT) {
                continue;
            }
            if let Some(header) = line.strip_prefix('[') {
                let name = section(header).ok_or_else(|| {
                    format!("has in line {number} no name of a section; write one like [basic], alone in its line")
                })?;
                if name == wanted
                    && let Some(first) = begins.replace(number)
                {
                    let name = quoted(name);
                    return Err(format!("has section {name} in line {first} and again in line {number}; keep one"));
                }
                sections.push(name);
                continue;
            }
            let section = sections.last().ok_or_else(|| {
                format!("has no section above line {number}; write [basic] in a line of its own there")
            })?;
            // Neither the line nor an unknown key is ever shown: a secret that was broken in two may look like that.
            let (key, value) = line.split_once(DELIMITERS).ok_or_else(|| {
                format!("has in line {number} neither a section, nor a comment, nor a key with `=` and its value")
            })?;
            let key = KEYS.into_iter().find(|known| known.eq_ignore_ascii_case(key.trim()));
            if *section == wanted
                && let Some(key) = key
                && let Some((first, _)) = values.insert(key, (number, value.trim()))
            {
                return Err(format!("has `{key}` in line {first} and again in line {number}; keep one"));
            }
        }
        if begins.is_none() {
            // Not their names: in a file of another kind, what stands in brackets may be a secret.
            let count = sections.len();
            return Err(format!("has no section {}; sections in it: {count}", quoted(wanted)));
        }
        Ok(Self(values))
    }

    fn get(&self, key: &str) -> Option<String> {
        // The official Python SDK wants `%%` for `%`; the others take what is written, so a single one stays.
        set(self.0.get(key).map(|(_, value)| value.replace("%%", "%")))
    }

    fn secret(&self, key: &str) -> Option<SecretString> {
        self.get(key).map(SecretString::from)
    }
}

/// The name in a header, whose opening bracket is gone already.
fn section(header: &str) -> Option<&str> {
    let (name, rest) = header.split_once(']')?;
    let rest = rest.trim_start();
    (rest.is_empty() || rest.starts_with(COMMENT)).then(|| name.trim())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::super::{Profile, Proof};
    use super::parse;

    /// Stands in every secret, so that no message may hold it.
    const SECRET: &str = "hunter2";

    fn refusal(text: &str) -> String {
        let message = parse(text, "basic").err().unwrap();
        assert!(!message.contains(SECRET), "{message}");
        message
    }

    /// Id, secret and security token.
    fn access_key(text: &str) -> (String, String, Option<String>) {
        match parse(text, "basic").unwrap_or_else(|reason| panic!("{reason}")).proof {
            Proof::AccessKey { id, secret, security_token } => {
                (id, secret.expose_secret().to_owned(), security_token.map(|token| token.expose_secret().to_owned()))
            }
            _ => panic!("no access key"),
        }
    }

    fn secret(written: &str) -> String {
        access_key(&format!("[basic]\nak = id\nsk = {written}\nproject_id = p")).1
    }

    #[test]
    fn every_key_of_the_section_is_read_and_no_other() {
        let text = "; ours\n[global]\nak = other\ndomain_id = d\n\n[basic]\n# theirs\nak = id\nsk = secret\n\
            security_token = token\nproject_id = p\niam_endpoint = https://iam.example.com\ncolour = red\n\
            [basic2]\nak = other";
        assert_eq!(access_key(text), ("id".to_owned(), "secret".to_owned(), Some("token".to_owned())));
        let Profile { project_id, domain_id, region, iam_endpoint, .. } = parse(text, "basic").ok().unwrap();
        assert_eq!((project_id.as_deref(), domain_id, region), (Some("p"), None, None));
        assert_eq!(iam_endpoint.as_deref(), Some("https://iam.example.com"));
    }

    #[test]
    fn secrets_are_taken_as_they_are_written() {
        for kept in [
            "a#b",
            "a;b",
            "a # b ; c",
            "#a",
            ";a",
            "a=b==",
            "a:b",
            "[a]",
            "\"a\"",
            "'a'",
            "a\\",
            "a\\nb",
            "päß字",
            "a%b",
            "%(ak)s",
        ] {
            assert_eq!(secret(kept), kept);
        }
    }

    #[test]
    fn two_percent_signs_are_read_as_one() {
        for (written, read) in [("a%%b", "a%b"), ("%%%%", "%%"), ("%%%", "%%"), ("%", "%")] {
            assert_eq!(secret(written), read);
        }
    }

    #[test]
    fn case_spaces_delimiters_and_line_ends_make_no_difference() {
        for text in [
            "[basic]\nak=id\nsk=secret",
            "[basic]\r\nAk = id\r\nSK\t=\tsecret \r\n",
            "  [ basic ]  # ours\n   ak: id\n\tsk :secret",
            "[basic]\n\u{a0}ak = id\u{a0}\n[global]\nsk = x\n[other]\n[other]\nak = 1\nak = 2\n"
                .replace("[global]", "sk = secret\n[global]")
                .as_str(),
        ] {
            assert_eq!(access_key(text), ("id".to_owned(), "secret".to_owned(), None), "{text:?}");
        }
    }

    #[test]
    fn an_identity_provider_wins_over_an_access_key() {
        let text = "[basic]\nidp_id = idp\nid_token_file = ~/token%%\nak = id\nproject_id = p";
        let Proof::IdentityProvider { id, token_file } = parse(text, "basic").ok().unwrap().proof else {
            panic!("no identity provider")
        };
        assert_eq!((id.as_str(), token_file.as_path()), ("idp", Path::new("~/token%")));
    }

    #[test]
    fn an_empty_value_counts_as_unset() {
        let text = "[basic]\nidp_id =\nid_token_file = \nak = id\nsk = secret\nsecurity_token =\nproject_id = ";
        assert_eq!(access_key(text).2, None);
        assert!(parse(text, "basic").ok().unwrap().project_id.is_none());
    }

    #[test]
    fn half_a_pair_is_named() {
        for (pair, there, missing) in [
            ("ak = hunter2", "ak", "sk"),
            ("sk = hunter2\nak =", "sk", "ak"),
            ("ak = hunter2\nsk = hunter2\nidp_id = hunter2", "idp_id", "id_token_file"),
            ("id_token_file = hunter2", "id_token_file", "idp_id"),
        ] {
            let expected = format!("has `{there}` but no `{missing}` in section \"basic\"; write both or neither");
            assert_eq!(refusal(&format!("[basic]\n{pair}")), expected);
        }
        for none in ["", "security_token = hunter2", "password = hunter2"] {
            let message = refusal(&format!("[basic]\n{none}"));
            assert!(message.starts_with("has no credentials in section \"basic\"; write `ak` and `sk`"), "{message}");
        }
    }

    #[test]
    fn a_missing_section_is_named_and_what_is_there_is_not_shown() {
        for (text, count) in
            [("[Basic]\nak = hunter2\n[global]", 2), ("[[basic]", 1), ("[]", 1), ("# nothing", 0), ("[\"hunter2\"]", 1)]
        {
            assert_eq!(refusal(text), format!(r#"has no section "basic"; sections in it: {count}"#));
        }
    }

    #[test]
    fn what_is_there_twice_is_refused_with_both_lines() {
        let text = "[basic]\nak = hunter2\n\nAK = hunter2\n";
        assert_eq!(refusal(text), "has `ak` in line 2 and again in line 4; keep one");
        let text = "[basic]\nak = hunter2\n[global]\n[basic]\nsk = hunter2";
        assert_eq!(refusal(text), r#"has section "basic" in line 1 and again in line 4; keep one"#);
        // What is not ours may be there as often as it likes.
        access_key("[basic]\nak = id\nsk = secret\nhunter2 = 1\nhunter2 = 2");
    }

    #[test]
    fn a_line_that_says_nothing_is_refused_by_its_number() {
        let nothing = "has in line 3 neither a section, nor a comment, nor a key with `=` and its value";
        assert_eq!(refusal("[basic]\r\nsk = hunter2\r\nhunter2\r\n"), nothing);
        assert_eq!(refusal("[global]\nsk = hunter2\n  hunter2"), nothing);
        assert!(refusal("ak = hunter2\n[basic]").starts_with("has no section above line 1; write [basic]"));
        assert!(refusal("\n[hunter2").starts_with("has in line 2 no name of a section"));
        assert!(refusal("[basic] hunter2").starts_with("has in line 1 no name of a section"));
    }

    fn line() -> impl Strategy<Value = String> {
        let text = prop_oneof![any::<String>(), "[ -~]{0,20}".prop_map_into()];
        (prop::sample::select(&["", "[", "[basic]", "ak =", "sk=", "idp_id:", "#", "%%", "\u{feff}"]), text)
            .prop_map(|(start, text)| format!("{start}{text}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_it_panic(lines in prop::collection::vec(line(), 0..8), end in "\r?\n?", any in any::<String>()) {
            let _ = parse(&lines.join(&end), "basic");
            let _ = parse(&format!("[basic]\n{any}"), &any);
        }

        #[test]
        fn any_secret_on_one_line_comes_back(text in "[^%\\pC\\s]([^%\\pC]{0,30}[^%\\pC\\s])?") {
            prop_assert_eq!(secret(&text), text);
        }
    }
}
