//! Options of the program.

use std::fmt::Display;
use std::fs::File;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Parser;
use clap::builder::NonEmptyStringValueParser;
use dataarts_simulator::{Churn, Habits, Rule, Simulator, SimulatorBuilder, Throttle};
use jiff::SignedDuration;

/// Stand-in for the user-synchronisation API of Huawei Cloud DataArts Studio.
///
/// Prints the address it listens on as its first line, then what it accepts. Stops on SIGTERM or SIGINT.
///
/// On the same port are parts of IAM and of the metadata service of a cloud server. Whatever tokens and access keys are
/// set, the user that is printed can log in there, and temporary keys can be fetched; the service accepts both.
#[derive(Parser)]
#[command(version, allow_negative_numbers = true)]
pub(crate) struct Arguments {
    /// Loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Listen on an address that lets other machines in, if --listen names one
    #[arg(long)]
    pub(crate) allow_non_loopback: bool,

    /// Serve this many generated tasks, at most 1000000, in place of the demo data
    #[arg(long, value_name = "N", value_parser = whole_number(0..=SimulatorBuilder::MAXIMUM_GENERATED_TASKS))]
    pub(crate) tasks: Option<usize>,

    /// Seed of --tasks and --churn: the same seed and requests give the same data; the demo data have none
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = whole_number(0..=u64::MAX))]
    pub(crate) seed: u64,

    /// Accept this token; may be given more than once
    #[arg(long, value_name = "T", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) token: Vec<String>,

    /// Accept signatures made with this access key and its secret key; may be given more than once
    #[arg(long, value_name = "AK:SK")]
    pub(crate) access_key: Vec<String>,

    /// Accept this project id alone
    #[arg(long, value_name = "P", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) project_id: Option<String>,

    /// Know this workspace alone
    #[arg(long, value_name = "W", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) workspace: Option<String>,

    /// Let every answer take this much longer, such as 20ms
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) latency: Option<Duration>,

    /// Refuse what one caller sends beyond so many requests in a period, such as 40/10s, or off
    #[arg(long, value_name = "RATE", default_value = "off")]
    pub(crate) throttle: ThrottleOption,

    /// Give at most this many tasks on a page, however many are asked for
    #[arg(long, value_name = "N", value_parser = whole_number(1..=u32::MAX))]
    pub(crate) page_cap: Option<u32>,

    /// Change tasks after each list: inserts=RATE,deletes=RATE,moves=RATE,status-changes=RATE, each on average
    #[arg(long, value_name = "RATES")]
    pub(crate) churn: Option<Churn>,

    /// Do otherwise where no document says what the service does, such as default-limit=20,unset=null (--help has all)
    #[arg(long, value_name = "HABITS", long_help = HABITS_HELP)]
    pub(crate) habits: Option<Habits>,

    /// Let answers go wrong, such as list,page=3:status=503; may be given more than once (--help has all)
    #[arg(long, value_name = "RULE", long_help = fault_help())]
    pub(crate) fault: Vec<Rule>,

    /// Append one line of JSON for each request to this file, without secrets
    #[arg(long, value_name = "FILE")]
    pub(crate) request_log: Option<PathBuf>,
}

/// A throttle, or none in so many words.
#[derive(Clone, Copy)]
pub(crate) enum ThrottleOption {
    Off,
    On(Throttle),
}

impl FromStr for ThrottleOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::On) }
    }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "wanted an address and a port, such as 127.0.0.1:8080 or [::1]:0")
}

fn whole_number<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: FromStr + PartialOrd + Display + Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("wanted a whole number from {} to {}", range.start(), range.end()))
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    duration.ok_or_else(|| "wanted a number and a unit, such as 20ms or 1s".to_owned())
}

const HABITS_HELP: &str = "\
Do otherwise where no document says what the service does. Habits are separated by commas; the first value of each is the \
usual one:

  default-limit=10 or another number from 1 to 100
  default-order=create-time-desc|create-time|cluster-name|cluster-name-desc|sync-time|sync-time-desc
  default-direction=desc|asc (of an order_by without order_by_asc)
  large-limit=refused|clamped|honoured (a limit above 100)
  zero-limit=empty|refused|default
  past-end=empty|refused|first|last (an offset at or beyond the total)
  name=part|part-any-case|whole|whole-any-case (of a cluster)
  unset=absent|null|empty (fields without a value)
  total=matching|all
  offset=items|pages (of instances, workspaces and data connections)
  log-zone=+08:00 or another offset (of made-up logs)";

fn fault_help() -> String {
    format!(
        "Let answers go wrong; may be given more than once. The first rule for a request counts.\n\nA rule is {}",
        Rule::grammar()
    )
}

impl Arguments {
    /// The simulator that was asked for; an error is one line for people.
    pub(crate) fn builder(&self) -> Result<SimulatorBuilder, String> {
        let mut builder = Simulator::builder().listen(self.listen).allow_non_loopback(self.allow_non_loopback);
        builder = match self.tasks {
            Some(count) => builder.generated_tasks(count, self.seed),
            None => builder.demo_data(),
        };
        for token in &self.token {
            builder = builder.token(token);
        }
        for pair in &self.access_key {
            // Not a value parser of clap, which would repeat the secret in its error.
            let (access_key, secret_key) = pair
                .split_once(':')
                .filter(|(access_key, secret_key)| !access_key.is_empty() && !secret_key.is_empty())
                .ok_or("invalid value for '--access-key <AK:SK>': both parts are needed, with a colon between them")?;
            builder = builder.access_key(access_key, secret_key);
        }
        if let Some(project_id) = &self.project_id {
            builder = builder.project_id(project_id);
        }
        if let Some(workspace) = &self.workspace {
            builder = builder.workspace(workspace);
        }
        self.add_behaviour(builder)
    }

    /// How it is to differ from the service at its best.
    fn add_behaviour(&self, mut builder: SimulatorBuilder) -> Result<SimulatorBuilder, String> {
        if let Some(latency) = self.latency {
            builder = builder.latency(latency);
        }
        if let ThrottleOption::On(throttle) = self.throttle {
            builder = builder.throttle(throttle);
        }
        if let Some(tasks) = self.page_cap {
            builder = builder.page_cap(tasks);
        }
        if let Some(churn) = self.churn {
            builder = builder.churn(churn, self.seed);
        }
        if let Some(habits) = self.habits {
            builder = builder.habits(habits);
        }
        for rule in &self.fault {
            builder = builder.fault(rule.clone());
        }
        if let Some(path) = &self.request_log {
            let file = File::options().append(true).create(true).open(path).map_err(|error| {
                let path = path.display();
                format!("cannot write the request log '{path}': {error}; name a file that can be made or written")
            });
            builder = builder.request_log(file?);
        }
        Ok(builder)
    }
}
