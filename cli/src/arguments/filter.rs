//! Which tasks a command is about.

use clap::Args;
use dataarts_security::types::{ClusterType, ScheduleStatus, SyncStatus};

use super::values::one_of;

/// Which tasks to look at.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct FilterArguments {
    /// Only tasks whose last run has this status
    #[arg(long, value_name = "STATUS", ignore_case = true, value_parser = one_of::<SyncStatus>(SyncStatus::VALUES))]
    pub(crate) sync_status: Option<SyncStatus>,

    /// Only tasks that are, or are not, run by a schedule
    #[arg(long, value_name = "STATUS", ignore_case = true)]
    #[arg(value_parser = one_of::<ScheduleStatus>(ScheduleStatus::VALUES))]
    pub(crate) schedule_status: Option<ScheduleStatus>,

    /// Only tasks of clusters of this type
    #[arg(long, value_name = "TYPE", ignore_case = true, value_parser = one_of::<ClusterType>(ClusterType::VALUES))]
    pub(crate) cluster_type: Option<ClusterType>,

    /// Only tasks of the cluster of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster_name: Option<String>,
}

impl FilterArguments {
    /// What was asked for, as it is typed; nothing where all tasks are looked at.
    pub(crate) fn words(&self) -> Vec<String> {
        let asked = [
            ("--sync-status", self.sync_status.as_ref().map(ToString::to_string)),
            ("--schedule-status", self.schedule_status.as_ref().map(ToString::to_string)),
            ("--cluster-type", self.cluster_type.as_ref().map(ToString::to_string)),
            ("--cluster-name", self.cluster_name.clone()),
        ];
        asked.into_iter().filter_map(|(option, value)| Some(format!("{option} {}", value?))).collect()
    }
}
