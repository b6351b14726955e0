//! Arguments of `sync-tasks wait`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::values::duration;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Aim {
    /// No run goes on, and the last one succeeded; exit code 3 where it failed
    Success,
    /// No run goes on, whether the last one succeeded or failed
    Settled,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct WaitArguments {
    /// Id of the task, as listed with `-o json` or `-o csv`
    #[arg(value_name = "TASK_ID")]
    pub(crate) task_id: String,

    /// What to wait for
    #[arg(long = "for", value_name = "WHAT", value_enum, ignore_case = true, default_value_t = Aim::Success)]
    pub(crate) aim: Aim,

    /// Time between two looks
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = duration, default_value = "10s")]
    pub(crate) interval: Duration,

    /// Longest time of the whole wait, such as 90s or 2h; here it is not that of a call [default: 45m]
    // Of the same name as the option of all commands, which it takes the place of here.
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
}
