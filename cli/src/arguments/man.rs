//! Arguments of `man`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Clone, Debug)]
pub(crate) struct ManArguments {
    /// Command to print the page of, such as `sync-tasks list`; without, that of the program
    #[arg(value_name = "COMMAND", conflicts_with = "directory")]
    pub(crate) command: Vec<String>,

    /// Write the pages of all commands into this folder, which is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}
