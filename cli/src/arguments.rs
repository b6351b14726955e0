//! The command line, as typed.

mod api;
mod completions;
mod connection;
mod directory;
mod filter;
mod format;
mod health;
mod list;
mod man;
mod output;
mod probe;
mod report;
mod values;
mod wait;
mod watch;

use std::ffi::OsString;

use clap::error::Error;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::help;

pub(crate) use api::ApiArguments;
pub(crate) use completions::CompletionsArguments;
pub(crate) use connection::{CallArguments, ConnectionArguments};
pub(crate) use directory::{ConnectionsArguments, WorkspacesArguments};
pub(crate) use filter::FilterArguments;
pub(crate) use format::AskedFormat;
pub(crate) use health::{Gate, HealthArguments, JudgementArguments};
pub(crate) use list::{ListArguments, ShowArguments};
pub(crate) use man::ManArguments;
pub(crate) use output::{OutputArguments, When};
pub(crate) use probe::ProbeArguments;
pub(crate) use report::ReportArguments;
pub(crate) use values::Pace;
pub(crate) use wait::{Aim, WaitArguments};
pub(crate) use watch::WatchArguments;

/// Look after the user synchronisation tasks of Huawei Cloud DataArts Studio.
#[derive(Debug, Parser)]
#[command(name = "dataarts", version, long_about = help::ABOUT, after_long_help = help::after(help::Topic::Program))]
#[command(max_term_width = help::WIDTH, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List, judge, watch and report user synchronisation tasks
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true)]
    #[command(after_long_help = help::after(help::Topic::SyncTasks))]
    SyncTasks(SyncTasks),

    /// Show who is calling, or check that the service lets them in
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true)]
    #[command(after_long_help = help::after(help::Topic::Auth))]
    Auth(Auth),

    /// List the DataArts Studio instances of the project
    #[command(after_long_help = help::after(help::Topic::Instances))]
    Instances,

    /// List the workspaces of an instance, which --workspace asks for
    #[command(after_long_help = help::after(help::Topic::Workspaces))]
    Workspaces(WorkspacesArguments),

    /// List the data connections of the workspace
    #[command(after_long_help = help::after(help::Topic::Connections))]
    Connections(ConnectionsArguments),

    /// Find out what no document says of the service, by 20 read-only requests at most
    #[command(after_long_help = help::after(help::Topic::Probe))]
    Probe(ProbeArguments),

    /// Call any operation by its name, or list them all
    #[command(after_long_help = help::after(help::Topic::Api))]
    Api(ApiArguments),

    /// Print what completes commands, options and their values in a shell
    #[command(after_long_help = help::after(help::Topic::Completions))]
    Completions(CompletionsArguments),

    /// Print a page for `man`, or write those of all commands into a folder
    #[command(after_long_help = help::after(help::Topic::Man))]
    Man(ManArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SyncTasks {
    /// List the tasks that match all filters
    #[command(after_long_help = help::after(help::Topic::List))]
    List(ListArguments),

    /// Show one task, with the whole log of its last run
    #[command(after_long_help = help::after(help::Topic::Show))]
    Show(ShowArguments),

    /// Tell how the tasks are doing, the worst first, and what to do; for cron and monitoring too
    #[command(after_long_help = help::after(help::Topic::Health))]
    Health(HealthArguments),

    /// Write how the tasks are doing as one page of HTML, with pictures, causes and logs
    #[command(after_long_help = help::after(help::Topic::Report))]
    Report(ReportArguments),

    /// Wait until no run of a task goes on, and tell how the last one went
    #[command(after_long_help = help::after(help::Topic::Wait))]
    Wait(WaitArguments),

    /// Watch the tasks: a live view at a terminal, elsewhere one change a line
    #[command(after_long_help = help::after(help::Topic::Watch))]
    Watch(WatchArguments),

    /// List the data connections of the workspace that no task serves
    #[command(after_long_help = help::after(help::Topic::Uncovered))]
    Uncovered,
}

#[derive(Clone, Copy, Debug, PartialEq, Subcommand)]
pub(crate) enum Auth {
    /// Show where the credentials come from, whose they are, and until when they are valid
    #[command(after_long_help = help::after(help::Topic::AuthShow))]
    Show,

    /// Show who is calling and make one call; where it fails, tell what to do
    #[command(after_long_help = help::after(help::Topic::AuthCheck))]
    Check,
}

impl Arguments {
    /// Reads a command line, or stops with what to print: help, the version or a usage error.
    pub(crate) fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, Error> {
        let words: Vec<OsString> = words.into_iter().collect();
        let mut command = Self::command().color(When::in_words(&words).into());
        let matches = command.try_get_matches_from_mut(words)?;
        let arguments = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        arguments.connection.check()?;
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use dataarts_security::types::{ClusterType, OrderBy, ScheduleStatus, SyncStatus};

    use super::*;

    fn read(line: &str) -> Result<Arguments, Error> {
        Arguments::read(line.split_whitespace().map(OsString::from))
    }

    fn list(line: &str) -> ListArguments {
        match read(line).unwrap().command {
            Command::SyncTasks(SyncTasks::List(arguments)) => arguments,
            other => panic!("not a listing: {other:?}"),
        }
    }

    fn usage_error(line: &str) -> String {
        let error = read(line).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_and_after_the_subcommand() {
        for line in [
            "dataarts --region r --project-id p --workspace w --profile a --allow-http -o csv sync-tasks list",
            "dataarts sync-tasks --region r --project-id p -o csv list --workspace w --profile a --allow-http",
            "dataarts auth check --region r --project-id p --workspace w --profile a --allow-http --format CSV",
        ] {
            let arguments = read(line).unwrap();
            assert_eq!(arguments.connection.region.as_deref(), Some("r"), "{line}");
            assert_eq!(arguments.connection.project_id.as_deref(), Some("p"), "{line}");
            assert_eq!(arguments.connection.workspace.as_deref(), Some("w"), "{line}");
            assert_eq!(arguments.connection.profile.as_deref(), Some("a"), "{line}");
            assert!(arguments.connection.allow_http, "{line}");
            assert_eq!(arguments.output.format, AskedFormat::Csv, "{line}");
        }
    }

    #[test]
    fn options_of_calls_stand_before_and_after_the_subcommand() {
        for line in [
            "dataarts --timeout 2m --retries 0 --pace off --ca-file ca.pem --concurrency 12 -vv --no-progress --color never \
             sync-tasks list",
            "dataarts sync-tasks --retries 0 list --timeout 120s -vv --pace off --ca-file ca.pem --concurrency 12 --color Never \
             --no-progress",
        ] {
            let arguments = read(line).unwrap();
            let call = CallArguments {
                timeout: Some(Duration::from_secs(120)),
                retries: Some(0),
                pace: Some(Pace::Off),
                concurrency: Some(12),
                ca_file: Some("ca.pem".into()),
            };
            assert_eq!((arguments.connection.call, arguments.output.verbose), (call, 2), "{line}");
            assert!(arguments.output.no_progress && arguments.output.color == When::Never, "{line}");
        }
    }

    #[test]
    fn conflicts_are_seen_wherever_the_options_stand() {
        for line in [
            "dataarts --endpoint e --region r sync-tasks list",
            "dataarts --endpoint e sync-tasks list --region r",
            "dataarts --demo sync-tasks list --region r",
            "dataarts sync-tasks list --endpoint e --demo",
            "dataarts --profile a auth show --demo",
            "dataarts --target a sync-tasks list --workspace w",
            "dataarts --region r sync-tasks list --all-targets",
            "dataarts sync-tasks list --all-targets --target a",
        ] {
            assert!(usage_error(line).contains("cannot be used together"), "{line}");
        }
    }

    #[test]
    fn a_profile_has_a_name() {
        assert!(usage_error("dataarts auth show --profile=").contains("--profile"));
    }

    #[test]
    fn values_are_taken_in_any_letter_case() {
        let arguments = list(
            "dataarts sync-tasks list --sync-status sync_fail --cluster-type Dws --schedule-status not_schedule \
             --order-by Sync_Time",
        );
        assert_eq!(arguments.filter.sync_status, Some(SyncStatus::SyncFail));
        assert_eq!(arguments.filter.cluster_type, Some(ClusterType::Dws));
        assert_eq!(arguments.filter.schedule_status, Some(ScheduleStatus::NotSchedule));
        assert_eq!(arguments.order_by, Some(OrderBy::SyncTime));
    }

    #[test]
    fn nonsense_is_answered_with_the_values() {
        let message = usage_error("dataarts sync-tasks list --order-by nonsense");
        for value in OrderBy::VALUES {
            assert!(message.contains(value), "{message}");
        }
    }

    #[test]
    fn numbers_are_held_to_their_bounds() {
        assert_eq!(list("dataarts sync-tasks list --page-size 1").page_size, Some(1));
        assert_eq!(list("dataarts sync-tasks list --page-size 100 --max 1").max, Some(1));
        for line in ["--page-size 0", "--page-size 101", "--page-size -1", "--page-size x"] {
            assert!(usage_error(&format!("dataarts sync-tasks list {line}")).contains("--page-size"), "{line}");
        }
        for line in ["--concurrency 0", "--concurrency 33", "--concurrency -1"] {
            assert!(usage_error(&format!("dataarts {line} sync-tasks list")).contains("--concurrency"), "{line}");
        }
        for line in ["--max 0", "--max -1", "--max x"] {
            assert!(usage_error(&format!("dataarts sync-tasks list {line}")).contains("--max"), "{line}");
        }
    }

    #[test]
    fn no_option_takes_a_secret() {
        fn look(command: &clap::Command) {
            for argument in command.get_arguments() {
                let name = argument.get_id().as_str();
                let is_secret = ["secret", "password", "token", "access_key"].iter().any(|word| name.contains(word));
                assert!(!is_secret, "{name} of {} would stand in the list of processes", command.get_name());
            }
            command.get_subcommands().for_each(look);
        }
        look(&Arguments::command());
    }
}
