//! Arguments of `probe`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Clone, Debug)]
pub(crate) struct ProbeArguments {
    /// Show the calls, and make none of them; no account is needed
    #[arg(long, conflicts_with = "output")]
    pub(crate) dry_run: bool,

    /// Write the report to this file instead of standard output, all at once
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
