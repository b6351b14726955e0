//! The longer texts of `--help`.

use crate::environment::{
    ACCESS_KEY, COLUMNS, DOMAIN_ID, ENDPOINT, PROJECT_ID, REGION, SECRET_KEY, SECURITY_TOKEN, TOKEN, WORKSPACE,
};

/// What the program is for.
pub(crate) const ABOUT: &str = "\
Look after the user synchronisation tasks of Huawei Cloud DataArts Studio.

Such a task copies IAM users and groups into a data cluster (MRS or DWS), so that rights there can be given to people. \
This program lists the tasks and shows why a run failed. It only reads; it changes nothing.";

/// Columns of the help on a wide terminal; the texts here are broken to fit.
pub(crate) const WIDTH: usize = 100;

/// Whose help it is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Topic {
    Program,
    List,
    Show,
}

/// The part of the help after the options.
pub(crate) fn after(topic: Topic) -> String {
    let sections: &[String] = match topic {
        Topic::Program => &[environment(), exit_codes(), examples(PROGRAM_EXAMPLES)],
        Topic::List => &[LIST_OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(LIST_EXAMPLES)],
        Topic::Show => &[SEE_PROGRAM.to_owned(), exit_codes(), examples(SHOW_EXAMPLES)],
    };
    sections.join("\n\n")
}

fn environment() -> String {
    let variables = [
        (TOKEN, "IAM token; wins over an access key"),
        (ACCESS_KEY, "Access key, together with:"),
        (SECRET_KEY, "Its secret key"),
        (SECURITY_TOKEN, "Its security token, if the access key is temporary"),
        (PROJECT_ID, "As --project-id"),
        (DOMAIN_ID, "Account of the project; accepted, though no command needs it yet"),
        (WORKSPACE, "As --workspace"),
        (REGION, "As --region"),
        (ENDPOINT, "As --endpoint; wins over the variable of the region"),
        (COLUMNS, "Width of tables, instead of the terminal's"),
    ];
    let rows: Vec<String> = variables.iter().map(|(name, meaning)| format!("  {name:<32}{meaning}")).collect();
    format!(
        "Environment (an option wins over its variable, and an empty variable counts as unset):\n{}\n{}",
        rows.join("\n"),
        "Secrets have no option: a command line can be read by every user of a machine."
    )
}

fn exit_codes() -> String {
    "\
Exit codes:
  0    Done
  1    The service or the network failed; what was printed is incomplete
  2    Wrong usage or configuration; nothing was sent
  130  Interrupted by Ctrl-C"
        .to_owned()
}

fn examples(lines: &str) -> String {
    format!("Examples:\n{lines}")
}

const PROGRAM_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts --region cn-north-4 sync-tasks list --sync-status sync_fail
  dataarts sync-tasks list -o jsonl | jq -r .cluster_name
  dataarts sync-tasks show 088c2b59114405ab4fbc0df5bd05202b";

const SEE_PROGRAM: &str = "Credentials come from the environment: see `dataarts --help`.";

const LIST_OUTPUT: &str = "\
Output:
  Tasks are printed as they arrive, except where all are needed first: for a table, and for an
  order that is sorted here. Times are milliseconds since 1970 in json, jsonl and csv, and local
  time in a table.
  A listing that breaks off ends with exit code 1, and its json array is not closed.
  Text of the service is made harmless: json and jsonl escape control and bidirectional
  characters; table and csv leave them out, and csv puts an apostrophe before a text that a
  spreadsheet would take for a formula (one that starts with = + - @).";

const LIST_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts sync-tasks list --sync-status sync_fail --order-by sync_time --desc --max 10
  dataarts sync-tasks list --cluster-type dws -o csv > tasks.csv";

const SHOW_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks show 088c2b59114405ab4fbc0df5bd05202b
  dataarts sync-tasks show 088c2b59114405ab4fbc0df5bd05202b -o json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_help_has_exit_codes_and_examples_and_fits() {
        for topic in [Topic::Program, Topic::List, Topic::Show] {
            let text = after(topic);
            assert!(text.contains("\n  130 ") && text.contains("Examples:\n  dataarts --demo"), "{text}");
            assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        }
    }
}
