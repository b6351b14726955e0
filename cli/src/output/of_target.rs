//! A record that says which target it is from.

use std::sync::LazyLock;

use dataarts_security::types::{DataConnection, MemberSyncTask};
use serde::Serialize;

use super::{Record, Renderer, Surroundings, table};

/// The column and field of the target.
const TARGET: &str = "target";

/// A record of a target. Its JSON has the fields of the record and `target`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Of<T> {
    pub(crate) target: String,
    #[serde(flatten)]
    pub(crate) record: T,
}

fn with_target(fields: &[&'static str]) -> Vec<&'static str> {
    [TARGET].into_iter().chain(fields.iter().copied()).collect()
}

impl Record for Of<MemberSyncTask> {
    fn fields() -> &'static [&'static str] {
        static FIELDS: LazyLock<Vec<&str>> = LazyLock::new(|| with_target(MemberSyncTask::fields()));
        &FIELDS
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn table(surroundings: Surroundings) -> Box<dyn Renderer<Self>> {
        Box::new(table::Table::new(surroundings))
    }
}

impl Record for Of<DataConnection> {
    fn fields() -> &'static [&'static str] {
        static FIELDS: LazyLock<Vec<&str>> = LazyLock::new(|| with_target(DataConnection::fields()));
        &FIELDS
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        static COLUMNS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
            [(TARGET, "TARGET")].into_iter().chain(DataConnection::columns().iter().copied()).collect()
        });
        &COLUMNS
    }
}
