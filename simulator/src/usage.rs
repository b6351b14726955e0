//! What is wrong with a command line, without repeating what may be a secret.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What is wrong, and what clap suggests instead.
pub(crate) fn complaint(error: &clap::Error) -> String {
    if let (ErrorKind::UnknownArgument, Some(ContextValue::String(argument))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
        && !argument.starts_with('-')
    {
        // Mostly what was meant for --token or --access-key.
        return "unexpected argument, which is not shown as it may be a secret; every value follows its option as one \
            word, such as --access-key AK:SK"
            .to_owned();
    }
    let text = error.to_string();
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let mut complaint = paragraphs.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    // The usage, which comes last, is in --help.
    match paragraphs.find(|paragraph| paragraph.starts_with("tip: ")) {
        Some(tip) => complaint = format!("{complaint}; {tip}"),
        None if error.kind() == ErrorKind::UnknownArgument => complaint.push_str("; --help shows what there is"),
        None => (),
    }
    complaint
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::arguments::Arguments;

    fn complaint_about(arguments: &[&str]) -> String {
        let error = Arguments::try_parse_from([&["dataarts-simulator"], arguments].concat()).err().unwrap();
        complaint(&error)
    }

    #[test]
    fn what_stands_behind_a_value_is_not_repeated() {
        for arguments in [
            ["--access-key", "AK", "topsecret"].as_slice(),
            &["--access-key=AK", "topsecret"],
            &["--token", "first", "topsecret"],
            &["topsecret"],
            &["--tokn=topsecret"],
        ] {
            let complaint = complaint_about(arguments);
            assert!(complaint.starts_with("unexpected argument") && !complaint.contains("topsecret"), "{complaint}");
        }
        assert!(complaint_about(&["--access-key", "AK", "topsecret"]).contains("--access-key AK:SK"));
    }

    #[test]
    fn an_unknown_option_is_named_with_the_one_that_was_meant() {
        let complaint = complaint_about(&["--task", "5"]);
        assert!(complaint.contains("'--task'") && complaint.ends_with("'--tasks'"), "{complaint}");
        let complaint = complaint_about(&["--unheard-of"]);
        assert!(complaint.contains("'--unheard-of'") && complaint.contains("--help"), "{complaint}");
    }
}
