//! Reading the file of targets. Whatever is wrong is told by file and line, and never with a value, which could be a
//! secret that somebody put there, nor with a key that could be one.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Place;
use crate::environment::{ACCESS_KEY, SECRET_KEY, TOKEN};
use crate::failure::Failure;
use crate::output::sanitize;

const TARGETS: &str = "targets";
const KEYS: [&str; 5] = ["region", "endpoint", "project_id", "workspace", "profile"];
/// Characters of a name of a target.
const LONGEST_NAME: usize = 64;
/// Keys less alike than this are not shown.
const ALIKE: f64 = 0.8;
/// Parts of the names that secrets go by, and whole names.
const PARTS_OF_SECRETS: [&str; 7] = ["secret", "password", "passwd", "token", "credential", "access_key", "accesskey"];
const SECRETS: [&str; 4] = ["ak", "sk", "key", "pwd"];

/// The targets in the order of the file; `file` is what it is called in errors.
pub(super) fn parse(text: &str, file: &str) -> Result<Vec<Place>, Failure> {
    let reader = Reader { text, file };
    let table = DeTable::parse(text).map_err(|error| {
        // The message alone: the whole error quotes the line.
        reader.wrong(error.span().unwrap_or(0..0), &format!("is no TOML: {}", error.message()))
    })?;
    let mut places = Vec::new();
    for (key, value) in table.get_ref() {
        if key.get_ref() != TARGETS {
            return Err(reader.unknown(key.get_ref(), key.span(), &[TARGETS]));
        }
        for (name, target) in reader.table(value, TARGETS)? {
            let name = (name.get_ref().as_ref(), name.span());
            places.push((name.1.start, reader.place(name, target)?));
        }
    }
    places.sort_by_key(|(position, _)| *position);
    Ok(places.into_iter().map(|(_, place)| place).collect())
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
}

impl Reader<'_> {
    fn place(&self, (name, span): (&str, Range<usize>), value: &Spanned<DeValue<'_>>) -> Result<Place, Failure> {
        if name.is_empty() {
            return Err(self.wrong(span, "a target has a name: [targets.NAME]"));
        }
        // Two names that look the same would be one in what is printed.
        if sanitize::cut(name, LONGEST_NAME) != name {
            let message =
                "the name of a target has at most 64 characters, no control characters and no spaces at its ends";
            return Err(self.wrong(span, message));
        }
        let mut place = Place { name: name.to_owned(), ..Place::default() };
        for (key, value) in self.table(value, &format!("{TARGETS}.{name}"))? {
            let field = match key.get_ref().as_ref() {
                "region" => &mut place.region,
                "endpoint" => &mut place.endpoint,
                "project_id" => &mut place.project_id,
                "workspace" => &mut place.workspace,
                "profile" => &mut place.profile,
                unknown => return Err(self.unknown(unknown, key.span(), &KEYS)),
            };
            let key = key.get_ref();
            *field = match value.get_ref() {
                DeValue::String(text) if !text.is_empty() => Some(text.as_ref().to_owned()),
                DeValue::String(_) => return Err(self.wrong(value.span(), &format!("{key} is empty"))),
                _ => return Err(self.wrong(value.span(), &format!("{key} is no text; put it in quotation marks"))),
            };
        }
        if place.region.is_some() && place.endpoint.is_some() {
            return Err(self.wrong(span, &format!("the target {name:?} has both region and endpoint; one is enough")));
        }
        // Only a profile can tell a region by itself.
        if place.region.is_none() && place.endpoint.is_none() && place.profile.is_none() {
            return Err(self.wrong(span, &format!("the target {name:?} lacks its region")));
        }
        if place.workspace.is_none() {
            return Err(self.wrong(span, &format!("the target {name:?} lacks its workspace")));
        }
        Ok(place)
    }

    fn table<'a, 'i>(&self, value: &'a Spanned<DeValue<'i>>, name: &str) -> Result<&'a DeTable<'i>, Failure> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.wrong(value.span(), &format!("{name} is no table; write [targets.NAME]"))),
        }
    }

    fn unknown(&self, key: &str, span: Range<usize>, known: &[&str]) -> Failure {
        if looks_secret(key) {
            return self.wrong(
                span,
                &format!(
                    "this key looks like that of a secret, and this file is no place for one: keep it in \
                     ~/.huaweicloud/credentials or in KooCLI's file, and name its profile here with profile, or set \
                     {ACCESS_KEY} and {SECRET_KEY}, or {TOKEN}, in the environment"
                ),
            );
        }
        // A key that is like none may be a secret, out of a file of another kind.
        let is_near = known.iter().any(|known| strsim::jaro_winkler(key, known) > ALIKE);
        let shown = if is_near { format!("no key {key:?}") } else { "no such key".to_owned() };
        self.wrong(span, &format!("there is {shown} here; known is {}", known.join(", ")))
    }

    fn wrong(&self, span: Range<usize>, what: &str) -> Failure {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        Failure::usage(format!("{}, line {line}: {what}", self.file))
    }
}

fn looks_secret(key: &str) -> bool {
    let key = key.to_lowercase().replace('-', "_");
    let is_named = SECRETS.iter().any(|name| key == *name || key.ends_with(&format!("_{name}")));
    is_named || PARTS_OF_SECRETS.iter().any(|part| key.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let message = parse(text, "config.toml").unwrap_err().to_string();
        assert!(!message.contains("hush"), "{message}");
        message
    }

    #[test]
    fn targets_are_read_in_the_order_of_the_file() {
        let text = "\
# Ours.
[targets.prod]
region = \"cn-north-4\"
project_id = \"p\"
workspace = \"w\"
profile = \"operations\"

[targets.\"a b\"]
endpoint = \"https://host\"
workspace = \"v\"
";
        let some = |text: &str| Some(text.to_owned());
        let prod = Place {
            name: "prod".to_owned(),
            region: some("cn-north-4"),
            endpoint: None,
            project_id: some("p"),
            workspace: some("w"),
            profile: some("operations"),
        };
        let other =
            Place { name: "a b".to_owned(), endpoint: some("https://host"), workspace: some("v"), ..Place::default() };
        assert_eq!(parse(text, "").unwrap(), [prod, other]);
        assert_eq!(parse("", "").unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line_and_without_its_value() {
        for (text, told) in [
            (
                "\n[targets.a]\nworkspce = \"hush\"",
                "line 3: there is no key \"workspce\" here; known is region, endpoint, project_id, workspace, profile",
            ),
            ("target = \"hush\"", "line 1: there is no key \"target\" here; known is targets"),
            ("[[hush]]", "line 1: there is no such key here; known is targets"),
            (
                "[targets.a]\nhush = 1",
                "line 2: there is no such key here; known is region, endpoint, project_id, workspace, profile",
            ),
            (
                "[targets.\"a \"]\nworkspace = \"w\"",
                "line 1: the name of a target has at most 64 characters, no control characters and no spaces at its ends",
            ),
            ("[targets.a]\nworkspace = 5", "line 2: workspace is no text; put it in quotation marks"),
            ("[targets.a]\nworkspace = \"\"", "line 2: workspace is empty"),
            ("[targets.a]\nworkspace = \"w\"", "line 1: the target \"a\" lacks its region"),
            ("[targets.a]\nregion = \"r\"", "line 1: the target \"a\" lacks its workspace"),
            (
                "[targets.a]\nworkspace = \"w\"\nregion = \"r\"\nendpoint = \"e\"",
                "line 1: the target \"a\" has both region and endpoint; one is enough",
            ),
            ("targets = \"hush\"", "line 1: targets is no table; write [targets.NAME]"),
            ("[targets]\nregion = \"hush\"", "line 2: targets.region is no table; write [targets.NAME]"),
        ] {
            assert_eq!(refused(text), format!("config.toml, {told}"));
        }
        for text in
            ["[targets.a]\nworkspace = hush", "[targets.a]\nworkspace = \"hush", "[targets.a]\n[targets.a]", "a\0"]
        {
            let message = refused(text);
            assert!(message.starts_with("config.toml, line ") && message.contains(": is no TOML: "), "{message}");
        }
    }

    #[test]
    fn a_secret_is_refused_with_the_place_for_it() {
        for key in ["token", "sk", "secret_key", "SecretAccessKey", "my-password", "access_key", "api_key"] {
            let message = refused(&format!("[targets.a]\n{key} = \"hush\""));
            let place = "config.toml, line 2: this key looks like that of a secret";
            assert!(message.starts_with(place) && message.contains("~/.huaweicloud/credentials"), "{message}");
        }
    }
}
