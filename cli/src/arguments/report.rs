//! Arguments of `sync-tasks report`.

use std::path::PathBuf;

use clap::Args;

use super::JudgementArguments;
use super::health::{Gate, NEVER, gate};

#[derive(Args, Clone, Debug)]
pub(crate) struct ReportArguments {
    #[command(flatten)]
    pub(crate) judgement: JudgementArguments,

    /// Write the page to this file, all at once: who opens it sees the old page or the new; - for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) html: PathBuf,

    /// Exit with 3 when a task is as bad as this or worse; the levels are listed worst first
    #[arg(long, value_name = "LEVEL|never", ignore_case = true, value_parser = gate(), default_value = NEVER)]
    pub(crate) fail_on: Gate,
}
