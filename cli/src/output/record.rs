//! What can be listed, and how it looks as a table.

use dataarts_security::operations;
use dataarts_security::types::{CommodityOrder, DataConnection, MemberSyncTask, Workspace};
use serde::Serialize;

use super::grid::Grid;
use super::{Renderer, Surroundings, fields, line_of_change, table};
use crate::{health, probe, watch};

/// Something of which there is a list. Its JSON has the names of the fields.
pub(crate) trait Record: Serialize + Clone + 'static {
    /// Its fields, in the order of columns in CSV.
    fn fields() -> &'static [&'static str];

    /// The fields that a table shows, each with its header.
    fn columns() -> &'static [(&'static str, &'static str)];

    /// A table without entries.
    fn table(surroundings: Surroundings) -> Box<dyn Renderer<Self>> {
        Box::new(Grid::new(surroundings, Self::columns()))
    }
}

impl Record for MemberSyncTask {
    fn fields() -> &'static [&'static str] {
        fields::of_a_task()
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    // The state of a task takes words and layouts of its own.
    fn table(surroundings: Surroundings) -> Box<dyn Renderer<Self>> {
        Box::new(table::Table::new(surroundings))
    }
}

impl Record for CommodityOrder {
    fn fields() -> &'static [&'static str] {
        fields::of_an_instance()
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[
            ("resource_id", "INSTANCE"),
            ("resource_name", "NAME"),
            ("resource_spec_code", "EDITION"),
            ("status", "STATUS"),
            ("expire_time", "EXPIRES"),
        ]
    }
}

impl Record for Workspace {
    fn fields() -> &'static [&'static str] {
        fields::of_a_workspace()
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[
            ("id", "WORKSPACE"),
            ("name", "NAME"),
            ("owner_name", "OWNER"),
            ("member_num", "MEMBERS"),
            ("create_time", "CREATED"),
            ("instance_id", "INSTANCE"),
        ]
    }
}

impl Record for DataConnection {
    fn fields() -> &'static [&'static str] {
        fields::of_a_connection()
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[
            ("dw_id", "CONNECTION"),
            ("dw_name", "NAME"),
            ("dw_type", "TYPE"),
            ("create_user", "CREATED BY"),
            ("create_time", "CREATED"),
        ]
    }
}

/// An operation as `api` lists it. The names are part of the program's contract.
#[derive(Clone, Serialize)]
pub(crate) struct Operation {
    operation: &'static str,
    official_name: Option<&'static str>,
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    /// What it can be told; what is required and not known to the client has a star.
    parameters: String,
}

impl From<&operations::Operation> for Operation {
    fn from(operation: &operations::Operation) -> Self {
        let name = |parameter: &operations::Parameter| {
            let is_known = matches!(parameter.name, "project_id" | "workspace");
            format!("{}{}", parameter.name, if parameter.required && !is_known { "*" } else { "" })
        };
        Self {
            operation: operation.id,
            official_name: operation.official_name,
            method: operation.method,
            path: operation.path,
            summary: operation.summary,
            parameters: operation.parameters.iter().map(name).collect::<Vec<_>>().join(" "),
        }
    }
}

impl Record for Operation {
    fn fields() -> &'static [&'static str] {
        &["operation", "official_name", "method", "path", "summary", "parameters"]
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[("operation", "OPERATION"), ("official_name", "OFFICIAL NAME"), ("parameters", "PARAMETERS")]
    }
}

impl Record for health::Row {
    fn fields() -> &'static [&'static str] {
        &health::FIELDS
    }

    // The table of these is made of groups.
    fn columns() -> &'static [(&'static str, &'static str)] {
        &[]
    }
}

impl Record for watch::Happening {
    fn fields() -> &'static [&'static str] {
        &watch::FIELDS
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    // A change is told at once, when nobody knows how wide the next one is.
    fn table(surroundings: Surroundings) -> Box<dyn Renderer<Self>> {
        Box::new(line_of_change::Lines::new(surroundings))
    }
}

impl Record for probe::Planned {
    fn fields() -> &'static [&'static str] {
        &["call", "method", "operation", "parameters", "questions"]
    }

    fn columns() -> &'static [(&'static str, &'static str)] {
        &[("call", "CALL"), ("method", "METHOD"), ("operation", "OPERATION"), ("parameters", "PARAMETERS")]
    }
}

impl Record for probe::Finding {
    fn fields() -> &'static [&'static str] {
        &probe::Finding::FIELDS
    }

    // The texts are sentences, which take a layout of their own.
    fn columns() -> &'static [(&'static str, &'static str)] {
        &[]
    }
}
