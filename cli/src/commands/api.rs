//! `api`: any operation of the document by its name, with the body as it came.

use std::io::{self, IsTerminal as _, Write as _};

use dataarts_security::operations::{self, Operation};
use dataarts_security::{Client, Error};

use crate::arguments::ApiArguments;
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::{self, Format, Listing, Surroundings, sanitize};

/// Names less alike than this are not suggested.
const ALIKE: f64 = 0.8;
/// Most names that are suggested.
const SUGGESTIONS: usize = 3;

/// Lists every operation.
pub(crate) fn list(format: Format, surroundings: Surroundings) -> Result<(), Failure> {
    let mut listing = Listing::new(format, surroundings, io::stdout());
    for operation in operations::all() {
        listing.add(output::Operation::from(operation))?;
    }
    Ok(listing.finish()?)
}

/// The operation of this name, if all the parameters are its own.
pub(crate) fn find(name: &str, arguments: &ApiArguments) -> Result<&'static Operation, Failure> {
    let Some(operation) = operations::find(name) else {
        let names = operations::all().iter().flat_map(|known| std::iter::once(known.id).chain(known.official_name));
        let near = suggestion(name, names);
        return Err(Failure::usage(format!("there is no operation {name}{near}; `dataarts api --list` shows all")));
    };
    let names = || operation.parameters.iter().map(|parameter| parameter.name);
    if let Some((unknown, _)) = arguments.parameters.iter().find(|(given, _)| !names().any(|known| known == given)) {
        let near = suggestion(unknown, names());
        let all = names().collect::<Vec<_>>().join(", ");
        let id = operation.id;
        return Err(Failure::usage(format!("{id} has no parameter {unknown}{near}; it has {all}")));
    }
    Ok(operation)
}

/// Calls an operation and prints the body of the answer, a refusal's too.
pub(crate) async fn call(
    client: &Client,
    operation: &'static Operation,
    arguments: ApiArguments,
) -> Result<(), Failure> {
    let mut request = client.raw(operation);
    for (name, value) in arguments.parameters {
        request = request.parameter(name, value);
    }
    if let Some(body) = arguments.body {
        request = request.body(body);
    }
    let outcome = unless_interrupted(async { Ok(request.send().await) }).await?;
    let body = match &outcome {
        Ok(response) => Some(response.value()),
        Err(error) => error.body(),
    };
    if let Some(body) = body {
        print(body, io::stdout().is_terminal())?;
    }
    outcome.map(drop).map_err(in_words_of_parameters)
}

/// The body as it came; at a terminal, without what that obeys.
fn print(body: &[u8], is_terminal: bool) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    if is_terminal {
        writeln!(stdout, "{}", sanitize::lines(&String::from_utf8_lossy(body)))?;
    } else {
        stdout.write_all(body)?;
    }
    stdout.flush()
}

/// Here parameters go by their names on the wire, not by those of other commands' options.
fn in_words_of_parameters(error: Error) -> Failure {
    if !error.is_invalid_input() || error.is_credentials() {
        return error.into();
    }
    let option = match error.message() {
        "`workspace` is missing" => "--workspace or ",
        "`project_id` is missing" => "--project-id or ",
        message if message.ends_with(" is missing") => "",
        message => return Failure::usage(message.to_owned()),
    };
    Failure::usage(format!("{}; give it with {option}--param NAME=VALUE", error.message()))
}

/// Those of `names` that are most like what was typed, as a question.
fn suggestion<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> String {
    let typed = typed.to_lowercase();
    let alike = |name: &str| {
        let name = name.to_lowercase();
        if name.contains(&typed) { 1.0 } else { strsim::jaro_winkler(&typed, &name) }
    };
    let mut near: Vec<(f64, &str)> =
        names.map(|name| (alike(name), name)).filter(|(alike, _)| *alike > ALIKE).collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let near: Vec<&str> = near.into_iter().map(|(_, name)| name).take(SUGGESTIONS).collect();
    if near.is_empty() { String::new() } else { format!(" (did you mean {}?)", near.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(operation: &str, parameter: Option<&str>) -> String {
        let parameters = parameter.map(|name| (name.to_owned(), String::new())).into_iter().collect();
        let arguments = ApiArguments { parameters, ..ApiArguments::default() };
        find(operation, &arguments).err().unwrap().to_string()
    }

    #[test]
    fn what_is_unknown_is_answered_with_what_is_near() {
        let message = refused("list_instance", None);
        assert!(message.starts_with("there is no operation list_instance (did you mean list_instances"), "{message}");
        let message = refused("list_instances", Some("ofset"));
        assert_eq!(
            message,
            "list_instances has no parameter ofset (did you mean offset?); it has project_id, limit, offset"
        );
        assert_eq!(refused("zzz", None), "there is no operation zzz; `dataarts api --list` shows all");
    }

    #[test]
    fn an_operation_is_found_by_either_name() {
        for name in ["list_instances", "ListDataArtsStudioInstances", "LIST-INSTANCES"] {
            assert_eq!(find(name, &ApiArguments::default()).ok().unwrap().id, "list_instances");
        }
    }
}
