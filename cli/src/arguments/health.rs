//! Arguments of `sync-tasks health`, and of whatever else judges tasks.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use dataarts_security::member_sync::{Health, TimeZone};
use jiff::Timestamp;

use super::FilterArguments;
use super::values::{age, moment, time_zone};

/// The word for a gate that lets everything pass.
pub(super) const NEVER: &str = "never";

/// Which tasks are judged, and how.
#[derive(Args, Clone, Debug)]
pub(crate) struct JudgementArguments {
    #[command(flatten)]
    pub(crate) filter: FilterArguments,

    /// Judge the tasks as of this time, such as 2026-03-20T10:25:00+08:00; the tasks are those of now [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<Timestamp>,

    /// Time zone in which schedules are read, such as Asia/Shanghai or +08:00 [default: the region's own, else +08:00]
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true, value_parser = time_zone)]
    pub(crate) tz: Option<TimeZone>,

    /// Age from which a run that no schedule renews is stale, such as 12h or 7d
    #[arg(long, value_name = "AGE", allow_hyphen_values = true, value_parser = age, default_value = "7d")]
    pub(crate) stale_after: Duration,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct HealthArguments {
    #[command(flatten)]
    pub(crate) judgement: JudgementArguments,

    /// Exit with 3 when a task is as bad as this or worse; the levels are listed worst first
    #[arg(long, value_name = "LEVEL|never", ignore_case = true, hide_default_value = true, value_parser = gate())]
    #[arg(default_value = Health::Failing.as_str(), help = gate_help())]
    pub(crate) fail_on: Gate,

    /// Write to this file instead of standard output, all at once: who reads it sees the old content or the new
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The health at which a check fails; without one, it never does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gate(pub(crate) Option<Health>);

pub(super) fn gate() -> impl TypedValueParser<Value = Gate> {
    let words = Health::ALL.map(Health::as_str).into_iter().chain([NEVER]);
    PossibleValuesParser::new(words).map(|typed| Gate(typed.to_lowercase().parse().ok()))
}

fn gate_help() -> String {
    format!(
        "Exit with 3 when a task is as bad as this or worse; the levels are listed worst first [default: {}]",
        Health::Failing
    )
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        health: HealthArguments,
    }

    fn read(words: &str) -> HealthArguments {
        Line::try_parse_from(["health"].into_iter().chain(words.split_whitespace())).ok().unwrap().health
    }

    #[test]
    fn a_gate_is_a_level_or_never() {
        assert_eq!(read("").fail_on, Gate(Some(Health::Failing)));
        assert_eq!(read("--fail-on never").fail_on, Gate(None));
        for health in Health::ALL {
            assert_eq!(read(&format!("--fail-on {health}")).fail_on, Gate(Some(health)));
        }
        assert_eq!(read("--fail-on Never-Ran").fail_on, Gate(Some(Health::NeverRan)));
    }

    #[test]
    fn a_week_makes_a_run_stale_unless_told() {
        assert_eq!(read("").judgement.stale_after, Duration::from_secs(7 * 24 * 60 * 60));
        assert_eq!(read("--stale-after 12h --tz -03:00").judgement.stale_after, Duration::from_secs(12 * 60 * 60));
    }
}
