//! Arguments about the service: where it is, on whose behalf, and how it is called.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::error::{Error, ErrorKind};
use clap::{Args, CommandFactory as _};

use super::Arguments;
use super::values::{Pace, duration, pace, retries};

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

impl ConnectionArguments {
    /// Checked here because clap sees no conflict between an option before the subcommand and one after it.
    pub(super) fn check(&self) -> Result<(), Error> {
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
