//! The documentation of the generated methods, and their messages.

use syn::LitStr;
use syn::visit_mut::VisitMut;

use crate::names::{field_name, is_known_to_client};
use crate::operation::Operation;
use crate::parameter::Parameter;
use crate::{constraints, rustdoc};

/// What an operation does, and how it is called.
pub(crate) fn of_method(operation: &Operation, crate_name: &str) -> String {
    let safe = rustdoc::escape;
    let mut text = safe(&operation.summary);
    if text.is_empty() {
        text = format!("The operation `{}`.", operation.id);
    } else if !text.ends_with('.') {
        text.push('.');
    }
    let description = safe(&operation.description);
    if !description.is_empty() {
        text.push_str(&format!("\n\n{description}"));
    }
    text.push_str(&format!("\n\n`{} {}`", operation.method, operation.path));
    if let Some(official) = &operation.official_name {
        text.push_str(&format!(", officially `{official}`"));
    }
    text.push_str(".\n\n# Example\n\n```no_run\n");
    let signature = format!("example(client: {crate_name}::Client) -> Result<(), {crate_name}::Error>");
    text.push_str(&format!("# async fn {signature} {{\n"));
    let setters = required_setters(operation);
    if operation.paging.is_some() {
        text.push_str(&format!("let mut items = client.{}(){setters}.items();\n", operation.id));
        text.push_str("while let Some(item) = items.try_next().await? {\n    println!(\"{item:?}\");\n}\n");
    } else {
        text.push_str(&format!("let answer = client.{}(){setters}.send().await?;\n", operation.id));
        text.push_str("println!(\"{answer:?}\");\n");
    }
    text.push_str("# Ok(())\n# }\n```");
    text
}

/// A value for the example; `None` where it takes more than a word.
fn sample(schema: &serde_json::Value) -> Option<&'static str> {
    match schema.get("type").and_then(serde_json::Value::as_str)? {
        "integer" => Some("1"),
        "boolean" => Some("true"),
        "number" => Some("1.0"),
        "string" => Some("\"…\""),
        _ => None,
    }
}

/// How it is called without a runtime.
pub(crate) fn blocking_example(operation: &Operation, crate_name: &str) -> String {
    format!(
        "# Example\n\n```no_run\n\
         # fn example(client: {crate_name}::Client) -> Result<(), {crate_name}::Error> {{\n\
         let response = client.{}(){}.send_blocking()?;\nprintln!(\"{{response:?}}\");\n# Ok(())\n# }}\n```",
        operation.id,
        required_setters(operation),
    )
}

/// The setters without which a request is refused, with a value for an example.
fn required_setters(operation: &Operation) -> String {
    let needed = |parameter: &&Parameter| parameter.required && !is_known_to_client(parameter);
    let setter =
        |parameter: &Parameter| Some(format!(".{}({})", field_name(&parameter.name), sample(&parameter.schema)?));
    operation.parameters.iter().filter(needed).filter_map(setter).collect()
}

/// What a parameter is, and its bounds.
pub(crate) fn of_setter(operation: &Operation, parameter: &Parameter) -> String {
    let text = rustdoc::escape(&parameter.description);
    let text = if text.is_empty() { format!("Sets `{}`.", parameter.name) } else { text };
    match constraints::bounds_text(operation, parameter) {
        Some(bounds) => format!("{text}\n\nAllowed: {bounds}."),
        None => text,
    }
}

/// progenitor's messages, said so that a user knows which parameter is meant.
pub(crate) struct Messages {
    pub(crate) parameter: String,
}

impl VisitMut for Messages {
    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        let text = literal.value();
        let own = if let Some(parameter) = text.strip_suffix(" was not initialized") {
            format!("`{parameter}` is missing")
        } else if text.starts_with("conversion to `") {
            format!("`{}` has a value that does not fit its type", self.parameter)
        } else {
            return;
        };
        *literal = LitStr::new(&own, literal.span());
    }

    // The messages stand inside `format!` and `to_string()` alike, but never in another macro.
    fn visit_macro_mut(&mut self, _: &mut syn::Macro) {}
}
