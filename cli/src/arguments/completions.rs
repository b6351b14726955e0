//! Arguments of `completions`.

use clap::Args;
use clap_complete::Shell;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct CompletionsArguments {
    /// The shell that is to know them
    #[arg(value_name = "SHELL", value_enum, ignore_case = true)]
    pub(crate) shell: Shell,
}
