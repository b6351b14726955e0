//! The longer texts of `--help`.

mod probe;
mod report;
mod terminal;
mod watch;

use crate::environment::{
    ACCESS_KEY, COLUMNS, CONFIG, CREDENTIALS_FILE, DOMAIN_ID, ENDPOINT, IAM_ENDPOINT, ID_TOKEN_FILE, IDENTITY_PROVIDER,
    METADATA_ENDPOINT, NO_COLOR, PROJECT_ID, REGION, SECRET_KEY, SECURITY_TOKEN, TERM, TOKEN, TOKEN_FILE, WORKSPACE,
};

/// What the program is for.
pub(crate) const ABOUT: &str = "\
Look after the user synchronisation tasks of Huawei Cloud DataArts Studio.

Such a task copies IAM users and groups into a data cluster (MRS or DWS), so that rights there can be given to people. \
This program lists the tasks, tells which need care and why a run failed, finds the ids that this takes, and tells which \
data connections no task serves. It only reads; it changes nothing.";

/// Columns of the help on a wide terminal; the texts here are broken to fit.
pub(crate) const WIDTH: usize = 100;

/// Whose help it is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Topic {
    Program,
    SyncTasks,
    List,
    Show,
    Health,
    Report,
    Wait,
    Watch,
    Uncovered,
    Instances,
    Workspaces,
    Connections,
    Api,
    Auth,
    Probe,
    AuthShow,
    AuthCheck,
    Completions,
    Man,
}

/// The part of the help after the options.
pub(crate) fn after(topic: Topic) -> String {
    let sections: &[String] = match topic {
        Topic::Program => {
            &[CREDENTIALS.to_owned(), TARGETS.to_owned(), environment(), exit_codes(), examples(PROGRAM_EXAMPLES)]
        }
        Topic::SyncTasks => &[SEE_PROGRAM.to_owned(), exit_codes(), examples(SYNC_TASKS_EXAMPLES)],
        Topic::List => &[LIST_OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(LIST_EXAMPLES)],
        Topic::Show => &[SEE_PROGRAM.to_owned(), exit_codes(), examples(SHOW_EXAMPLES)],
        Topic::Health => &[HEALTH_OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(HEALTH_EXAMPLES)],
        Topic::Report => &[report::OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(report::EXAMPLES)],
        Topic::Wait => &[WAIT_OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(WAIT_EXAMPLES)],
        Topic::Watch => &[watch::OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(watch::EXAMPLES)],
        Topic::Uncovered => &[
            UNCOVERED_OUTPUT.to_owned(),
            RECORD_OUTPUT.to_owned(),
            SEE_PROGRAM.to_owned(),
            exit_codes(),
            examples(UNCOVERED_EXAMPLES),
        ],
        Topic::Instances => &[RECORD_OUTPUT.to_owned(), exit_codes(), examples(INSTANCES_EXAMPLES)],
        Topic::Workspaces => &[RECORD_OUTPUT.to_owned(), exit_codes(), examples(WORKSPACES_EXAMPLES)],
        Topic::Connections => &[RECORD_OUTPUT.to_owned(), exit_codes(), examples(CONNECTIONS_EXAMPLES)],
        Topic::Api => &[API_OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(API_EXAMPLES)],
        Topic::Auth => &[SEE_PROGRAM.to_owned(), exit_codes(), examples(AUTH_EXAMPLES)],
        Topic::Completions => {
            &[terminal::COMPLETIONS_OUTPUT.to_owned(), exit_codes(), examples(terminal::COMPLETIONS_EXAMPLES)]
        }
        Topic::Man => &[terminal::MAN_OUTPUT.to_owned(), exit_codes(), examples(terminal::MAN_EXAMPLES)],
        Topic::Probe => &[probe::OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(probe::EXAMPLES)],
        Topic::AuthShow => {
            &[AUTH_OUTPUT.to_owned(), SEE_PROGRAM.to_owned(), exit_codes(), examples(AUTH_SHOW_EXAMPLES)]
        }
        Topic::AuthCheck => &[
            AUTH_OUTPUT.to_owned(),
            CALL_OUTPUT.to_owned(),
            SEE_PROGRAM.to_owned(),
            exit_codes(),
            examples(AUTH_CHECK_EXAMPLES),
        ],
    };
    sections.join("\n\n")
}

fn environment() -> String {
    let variables = [
        (TOKEN, "IAM token of project scope"),
        (TOKEN_FILE, "File with such a token, read anew for each request"),
        (IDENTITY_PROVIDER, "Identity provider, by its id in IAM, together with:"),
        (ID_TOKEN_FILE, "File with the identity token that it gave"),
        (ACCESS_KEY, "Access key, together with:"),
        (SECRET_KEY, "Its secret key"),
        (SECURITY_TOKEN, "Its security token, if the access key is temporary"),
        (CREDENTIALS_FILE, "The official SDKs' file, if it is elsewhere"),
        (PROJECT_ID, "As --project-id"),
        (DOMAIN_ID, "Account of the credentials in the environment, by its id"),
        (WORKSPACE, "As --workspace"),
        (REGION, "As --region"),
        (ENDPOINT, "As --endpoint; wins over the variable of the region"),
        (IAM_ENDPOINT, "Address of IAM, if it is not the region's own"),
        (METADATA_ENDPOINT, "Address of the ECS metadata service, if it is not the usual one"),
        (CONFIG, "The file of targets, if it is elsewhere"),
        (COLUMNS, "Width of tables, instead of the terminal's"),
        (NO_COLOR, "No colours, whatever its value is; --color wins"),
        (TERM, "Where it is dumb, no colours and no progress bar"),
    ];
    let rows: Vec<String> = variables.iter().map(|(name, meaning)| format!("  {name:<34}{meaning}")).collect();
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
  1    The service, IAM or the network failed; what was printed is incomplete
  2    Wrong usage or configuration; nothing was sent to the service
  3    Not well: `sync-tasks health` or `report` found what --fail-on says, or the run that
       `sync-tasks wait` waited for failed
  130  Interrupted by Ctrl-C
A failure is told on standard error in three lines at most: `error:` says what failed, `answer:` the
service's code, message and request id (or which sources of credentials were tried), `hint:` what to
do. With -v, each attempt is told before, with its time, status and request id."
        .to_owned()
}

fn examples(lines: &str) -> String {
    format!("Examples:\n{lines}")
}

const CREDENTIALS: &str = "\
Credentials come from the first of these that is configured; where it is and does not work, the
command fails:
  1. the environment: a token, a token in a file, an identity provider, an access key
  2. ~/.huaweicloud/credentials, the official SDKs' file: its section [basic]
  3. ~/.hcloud/config.json, KooCLI's file: its current profile
  4. the agency of the Elastic Cloud Server that the program runs on, from its metadata service
With --profile, from that profile alone: [basic] or [global] of the SDKs' file, or KooCLI's of this
name. Without --region and --endpoint, the region is the one of KooCLI's profile or of the server.";

const TARGETS: &str = "\
Targets are places by names, in ~/.config/dataarts/config.toml (below XDG_CONFIG_HOME, if set):
  [targets.prod]
  region = \"cn-north-4\"       # or endpoint = \"https://…\"
  project_id = \"…\"            # if neither the credentials nor the region tell it
  workspace = \"…\"
  profile = \"operations\"      # if the credentials are those of a profile
With --target prod any command goes there, and the environment has no say in the place. `sync-tasks
list`, `health`, `report` and `uncovered` take several at once, or --all-targets. They are read at
the same time, each row says its target, and a task that several have is shown once, of the first. A
target that fails is told on standard error by its name; the others are printed, and the exit code
is 1.";

const PROGRAM_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts --region cn-north-4 auth check
  dataarts --region cn-north-4 workspaces
  dataarts sync-tasks list -v --timeout 30s --retries 1
  dataarts --region cn-north-4 sync-tasks list --sync-status sync_fail
  dataarts sync-tasks list -o jsonl | jq -r .cluster_name
  dataarts sync-tasks show 088c2b59114405ab4fbc0df5bd05202b
  dataarts --all-targets sync-tasks health";

const SEE_PROGRAM: &str = "Credentials come from the environment, a file or the server: see `dataarts --help`.";

const SYNC_TASKS_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts --demo sync-tasks health";

const LIST_OUTPUT: &str = "\
Output:
  Tasks are printed as they arrive, except where all are needed first: for a table, and for an
  order that is sorted here. Times are milliseconds since 1970 in json, jsonl and csv, and local
  time in a table.
  A listing that breaks off ends with exit code 1, and its json array is not closed.
  With --output, the file is replaced in one step when the list is complete. With --checkpoint too,
  it grows page by page, and a run that was killed goes on where it was when it is started again;
  at the end the checkpoint is removed. To a pipe, tasks of the last page can come twice.
  Text of the service is made harmless: json and jsonl escape control and bidirectional
  characters; table and csv leave them out, and csv puts an apostrophe before a text that a
  spreadsheet would take for a formula (one that starts with = + - @).";

const LIST_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts sync-tasks list --sync-status sync_fail --order-by sync_time --desc --max 10
  dataarts sync-tasks list --cluster-type dws -o csv > tasks.csv
  dataarts sync-tasks list -o jsonl --output tasks.jsonl --checkpoint tasks.place";

const SHOW_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks show 088c2b59114405ab4fbc0df5bd05202b
  dataarts sync-tasks show 088c2b59114405ab4fbc0df5bd05202b -o json";

const HEALTH_OUTPUT: &str = "\
Health, worst first; the first that fits counts:
  abandoned  The last run failed, and the schedule is off: nothing tries again
  failing    The last run failed; the schedule tries again
  stuck      A run goes on for over 30 minutes
  overdue    The schedule is on, and the next run is more than 30 minutes late
  never-ran  No run yet, and none is late
  unknown    The service does not tell enough, or in a word that is not known here
  stale      The last run succeeded longer ago than --stale-after, and there is no schedule
  running    A run goes on
  healthy    The last run succeeded, and the next is not late
Output:
  A table has the tasks in groups, the worst first, of one cause each, with what to do. json has the
  same as one object, jsonl and csv a task a line, all as `docs/health.md` of the project says; that
  names the metrics of -o prometheus, too. Nothing is printed or written unless all tasks were read.
  The service says nowhere on which clock a schedule goes: the region's own is assumed, and where
  that is not known +08:00. The output says which one it was.";

const HEALTH_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks health
  dataarts sync-tasks health --fail-on overdue || mail -s \"user synchronisation\" operations
  dataarts sync-tasks health -o json | jq '.groups[] | select(.health == \"abandoned\").tasks[].id'
  dataarts sync-tasks health -o prometheus --fail-on never --output /var/lib/node_exporter/sync.prom";

const WAIT_OUTPUT: &str = "\
The task is looked at until no run goes on. Where none goes on at the first look, the last run
counts at once: begin the run in the console, then wait for it. A task that never ran, or whose
status does not tell whether a run goes on, is waited for until --timeout, after which the exit code
is 1. --for success exits with 0 where the run succeeded and 3 where it failed, --for settled with 0
either way.
The first look has to succeed. After that, what may pass (no connection, no answer in time, HTTP 429
and 5xx) does not end the wait; each look is tried as often as --retries says.
Output:
  The task at the end, as `sync-tasks show` prints it. What changes meanwhile is told on standard
  error, in a line each that begins with `waiting:`.";

const WAIT_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks wait 088c2b59114405ab4fbc0df5bd05202b --for settled
  dataarts sync-tasks wait 088c2b59114405ab4fbc0df5bd05202b --timeout 45m && ./grant-rights.sh";

const RECORD_OUTPUT: &str = "\
Output:
  A table shows the most telling fields, json, jsonl and csv all of them, under the service's own
  names. Times are milliseconds since 1970 there, and local time in a table. Where a table is wider
  than the terminal, each field has a line. No order is documented.
  A listing that breaks off ends with exit code 1, and its json array is not closed. Text of the
  service is made harmless, as `dataarts sync-tasks list --help` tells.";

const UNCOVERED_OUTPUT: &str = "\
Data connections of the types DWS and RANGER (MRS) can have a task; one is shown if no task of the
instance names it. Those of other workspaces are not looked at: choose one with --workspace.";

const UNCOVERED_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks uncovered
  dataarts sync-tasks uncovered -o csv > uncovered.csv";

const INSTANCES_EXAMPLES: &str = "  \
  dataarts --demo instances
  dataarts --region cn-north-4 instances -o jsonl | jq -r .resource_id";

const WORKSPACES_EXAMPLES: &str = "  \
  dataarts --demo workspaces
  dataarts workspaces dd97167b873d4a79b2aad54d4370a3bc -o csv";

const CONNECTIONS_EXAMPLES: &str = "  \
  dataarts --demo connections
  dataarts connections --type dws --name sales -o json";

const API_OUTPUT: &str = "\
Output:
  The body of the service's answer, byte for byte: nothing is added, nothing made harmless, and -o
  has no say. A refusal's body is printed too, without what it repeats of the credentials; then it
  is told as every failure, with exit code 1.
  Values are held to the bounds of the document before anything is sent. Operations and parameters
  are those of the document that the program was built with; the list marks what must be given with
  a star, and is printed in each format of -o.";

const API_EXAMPLES: &str = "  \
  dataarts --demo api list_instances
  dataarts api --list
  dataarts api ListDataconnections --param type=DWS --param limit=5 | jq .";

const AUTH_OUTPUT: &str = "\
Output, under these names in every format, with nothing secret in it:
  source          Where the credentials come from, in words
  kind            token, access key or temporary access key
  access_key_id   Its id; none for a token
  user_name       The IAM user, and below the account, which IAM calls domain
  domain_name, domain_id
  project_name, project_id
  region          None where only an endpoint is known
  endpoint, workspace
  valid_until     Milliseconds since 1970 in json, jsonl and csv; local time in a table, or \"no end\"
                  for an access key that is not temporary, or \"not told\"
What the credentials do not tell, IAM is asked for; what it does not tell either is null in json and
jsonl, empty in csv and a dash in a table.";

const CALL_OUTPUT: &str = "\
Then comes the outcome of one call, the list of one task: in json and jsonl as the object \"call\", in
csv with call_ before each name, in a table in words:
  ok              true or false
  tasks           How many tasks there are
  status, code, message, request_id
                  What the service, or else this program, said
  advice          What to do about a failure
  canonical_request_difference
                  Only where a signature was refused because the request was changed on the way: an
                  array of lines, with - before those signed here and + before the gateway's";

const AUTH_EXAMPLES: &str = "  \
  dataarts --demo auth show
  dataarts --demo auth check";

const AUTH_SHOW_EXAMPLES: &str = "  \
  dataarts --demo auth show
  dataarts auth show --profile operations
  dataarts auth show -o json | jq -r .project_id";

const AUTH_CHECK_EXAMPLES: &str = "  \
  dataarts --demo auth check
  dataarts auth check --region cn-north-4 --workspace f7bc8f2a71524d268c4293974e3dc35b
  dataarts auth check -o json | jq .call.advice";

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;
    use crate::arguments::Arguments;

    /// Calls `look` with each command, as it is typed, and its whole help.
    fn of_each(command: &mut Command, look: &mut dyn FnMut(&str, &str)) {
        let help = command.render_long_help().to_string();
        look(command.get_bin_name().unwrap_or(command.get_name()), &help);
        for command in command.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            of_each(command, look);
        }
    }

    fn each(mut look: impl FnMut(&str, &str)) {
        let mut program = Arguments::command().term_width(WIDTH);
        program.build();
        of_each(&mut program, &mut look);
    }

    #[test]
    fn the_help_of_every_command_has_exit_codes_and_an_example_and_fits() {
        let mut commands = Vec::new();
        each(|command, help| {
            assert!(help.contains("\n  130 ") && help.contains("\nExamples:\n  dataarts "), "{command}: {help}");
            assert!(help.lines().all(|line| line.chars().count() <= WIDTH), "{command}: {help}");
            commands.push(command.to_owned());
        });
        for command in ["dataarts", "dataarts sync-tasks", "dataarts sync-tasks list", "dataarts auth", "dataarts man"]
        {
            assert!(commands.iter().any(|known| known == command), "{command} in {commands:?}");
        }
    }

    #[test]
    fn every_example_is_of_its_command_and_can_be_typed() {
        each(|command, help| {
            let (_, examples) = help.split_once("\nExamples:\n").unwrap();
            let examples: Vec<&str> = examples.lines().filter_map(|line| line.strip_prefix("  ")).collect();
            for example in &examples {
                // What the shell does with the output is no word of ours.
                let words = example.split_whitespace().take_while(|word| !["|", "||", "&&", ">", "<"].contains(word));
                let read = Arguments::read(words.map(Into::into));
                assert!(read.is_ok(), "{command}: {example}: {}", read.unwrap_err());
            }
            let own = command.split(' ').skip(1).collect::<Vec<_>>();
            let is_own = |example: &&str| own.iter().all(|name| example.split(' ').any(|word| word == *name));
            assert!(examples.iter().any(is_own), "{command}: {examples:?}");
        });
    }

    /// The lines of a document that a shell would be given, from the program's name on.
    fn typed(document: &str) -> Vec<String> {
        let prefixes = ["cargo run -- ", "dataarts "];
        let line = |line: &str| {
            let line = line.split(" #").next().unwrap_or_default().trim();
            let words = prefixes.iter().find_map(|prefix| line.strip_prefix(prefix))?;
            Some(format!("dataarts {words}"))
        };
        document.lines().filter_map(line).collect()
    }

    #[test]
    fn every_command_of_the_readmes_and_of_the_table_in_it_can_be_typed() {
        let readmes = [include_str!("../../README.md"), include_str!("../README.md")];
        let lines: Vec<String> = readmes.into_iter().flat_map(typed).collect();
        assert!(lines.len() > 10, "{lines:?}");
        for line in lines {
            let read = Arguments::read(line.split_whitespace().map(Into::into));
            // Help is an end of its own.
            assert!(read.is_ok() || line.ends_with("--help"), "{line}: {}", read.unwrap_err());
        }
        each(|command, _| {
            let name = command.trim_start_matches("dataarts").trim();
            let of_table = name.rsplit(' ').next().unwrap_or_default();
            assert!(readmes[0].contains(of_table), "{command} is not in the README");
        });
    }
}
