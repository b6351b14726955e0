//! Arguments of `sync-tasks list` and `show`.

use std::path::PathBuf;

use clap::Args;
use dataarts_security::types::OrderBy;

use super::FilterArguments;
use super::values::{one_of, positive};

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
}

#[derive(Args, Debug)]
pub(crate) struct ShowArguments {
    /// Id of the task, as listed with `-o json` or `-o csv`
    #[arg(value_name = "TASK_ID")]
    pub(crate) task_id: String,
}
