//! Arguments of `api`.

use clap::Args;

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ApiArguments {
    /// Name of the operation, ours or the official one, in any letter case; without, all are listed
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: Option<String>,

    /// Parameter of the operation by its name on the wire, such as limit=5; one that takes a list more than once.
    /// Project and workspace are known already
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    #[arg(requires = "operation")]
    pub(crate) parameters: Vec<(String, String)>,

    /// Body of the request in JSON, for an operation that takes one
    #[arg(long, value_name = "JSON", requires = "operation")]
    pub(crate) body: Option<String>,

    /// List the operations with their parameters
    #[arg(long, conflicts_with = "operation")]
    pub(crate) list: bool,
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a parameter is a name, = and a value, such as limit=5"),
    }
}

#[cfg(test)]
mod tests {
    use super::pair;

    #[test]
    fn a_parameter_is_split_at_its_first_equals_sign() {
        assert_eq!(pair("name=a=b"), Ok(("name".to_owned(), "a=b".to_owned())));
        assert_eq!(pair("name="), Ok(("name".to_owned(), String::new())));
        for text in ["", "name", "=value"] {
            assert!(pair(text).is_err(), "{text}");
        }
    }
}
