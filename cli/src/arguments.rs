//! The command line, as typed.

mod api;
mod completions;
mod directory;
mod filter;
mod format;
mod health;
mod man;
mod output;
mod probe;
mod report;
mod values;
mod wait;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::error::{Error, ErrorKind};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use dataarts_security::types::OrderBy;

use crate::help;
use values::{duration, one_of, pace, positive, retries};

pub(crate) use api::ApiArguments;
pub(crate) use completions::CompletionsArguments;
pub(crate) use directory::{ConnectionsArguments, WorkspacesArguments};
pub(crate) use filter::FilterArguments;
pub(crate) use format::AskedFormat;
pub(crate) use health::{Gate, HealthArguments, JudgementArguments};
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

/// Which service to talk to, and on whose behalf; accepted before and after the subcommand.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection options")]
pub(crate) struct ConnectionArguments {
    /// Address of the service, instead of a region [env: DATAARTS_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Region of the service, such as cn-north-4 [env: DATAARTS_REGION]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) region: Option<String>,

    /// Project, as shown under My Credentials in the console; without, the credentials' own or the region's
    /// [env: HUAWEICLOUD_SDK_PROJECT_ID]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) project_id: Option<String>,

    /// Workspace of the DataArts Studio instance [env: DATAARTS_WORKSPACE]
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) workspace: Option<String>,

    /// Credentials of this profile: `basic` or `global` of the official SDKs' file, or one of KooCLI's by its name
    #[arg(long, global = true, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) profile: Option<String>,

    /// Let credentials travel unencrypted to an http:// endpoint on another machine
    #[arg(long, global = true)]
    pub(crate) allow_http: bool,

    /// Use made-up tasks of a simulator inside the program: no account, no network
    #[arg(long, global = true)]
    pub(crate) demo: bool,

    /// Take the place, project, workspace and profile of this target of the file; more than once for several
    #[arg(long, global = true, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) target: Vec<String>,

    /// Take every target of the file
    #[arg(long, global = true)]
    pub(crate) all_targets: bool,

    #[command(flatten)]
    pub(crate) call: CallArguments,
}

/// How to call the service and IAM; accepted before and after the subcommand.
#[derive(Args, Clone, Debug, Default, PartialEq)]
#[command(next_help_heading = "Call options")]
pub(crate) struct CallArguments {
    /// Longest time of a call with all its attempts and waits, such as 30s, 2m or 500ms; each page of a list is a call
    /// [default: 2m]
    #[arg(long, global = true, value_name = "DURATION", allow_hyphen_values = true, value_parser = duration)]
    pub(crate) timeout: Option<Duration>,

    /// How often a call is sent again after a failure that may pass, 0 to 10 [default: 3]
    #[arg(long, global = true, value_name = "N", allow_hyphen_values = true, value_parser = retries)]
    pub(crate) retries: Option<u32>,

    /// Most requests to the service within a time, such as 40/10s, or off [default: 40/10s]
    #[arg(long, global = true, value_name = "RATE|off", allow_hyphen_values = true, value_parser = pace)]
    pub(crate) pace: Option<Pace>,

    /// How many pages of a list to read at the same time, 1 to 32 [default: 4]
    #[arg(long, global = true, value_name = "N", allow_hyphen_values = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=32))]
    pub(crate) concurrency: Option<u32>,

    /// Trust the certificate authorities in this PEM file, and no others
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List user synchronisation tasks, or show one
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

    /// Show the same and make one call; where it fails, tell what to do
    #[command(after_long_help = help::after(help::Topic::AuthCheck))]
    Check,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) filter: FilterArguments,

    /// Sort by this field, ascending. Fields that move while a list is read (the times of runs and of edits) are
    /// sorted here, after the last page; a task that never ran comes first
    #[arg(long, value_name = "FIELD", ignore_case = true, value_parser = one_of::<OrderBy>(OrderBy::VALUES))]
    pub(crate) order_by: Option<OrderBy>,

    /// Sort descending; without --order-by, by the time of creation
    #[arg(long)]
    pub(crate) desc: bool,

    /// Number of tasks to ask for at a time, 1 to 100
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(1..=100))]
    pub(crate) page_size: Option<i32>,

    /// Stop after this many tasks
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = positive)]
    pub(crate) max: Option<usize>,

    /// Write to this file, which appears when the list is complete
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Keep in this file how far the list has come; run again, the command goes on from there. With --output, every task
    /// is in the file exactly once; to a pipe, tasks can come twice. Needs -o jsonl or csv
    #[arg(long, value_name = "FILE", conflicts_with_all = ["order_by", "desc", "max"])]
    pub(crate) checkpoint: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct ShowArguments {
    /// Id of the task, as listed with `-o json` or `-o csv`
    #[arg(value_name = "TASK_ID")]
    pub(crate) task_id: String,
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

impl ConnectionArguments {
    /// Checked here because clap sees no conflict between an option before the subcommand and one after it.
    fn check(&self) -> Result<(), Error> {
        let endpoint = self.endpoint.is_some().then_some("--endpoint");
        let region = self.region.is_some().then_some("--region");
        let demo = self.demo.then_some("--demo");
        let profile = self.profile.is_some().then_some("--profile");
        let project = self.project_id.is_some().then_some("--project-id");
        let workspace = self.workspace.is_some().then_some("--workspace");
        let named = (!self.target.is_empty()).then_some("--target");
        let all = self.all_targets.then_some("--all-targets");
        let of_place = [endpoint, region, demo, profile, project, workspace];
        let of_target = of_place.into_iter().flat_map(|option| [(named, option), (all, option)]);
        let pairs = [(endpoint, region), (demo, endpoint), (demo, region), (demo, profile), (named, all)];
        for pair in pairs.into_iter().chain(of_target) {
            if let (Some(one), Some(other)) = pair {
                let message = format!("{one} and {other} cannot be used together");
                return Err(Arguments::command().error(ErrorKind::ArgumentConflict, message));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use dataarts_security::types::{ClusterType, ScheduleStatus, SyncStatus};

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
