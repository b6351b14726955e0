//! The answers to directory requests. A list is there even where it is empty, as the library's types would not write it.

use serde_json::{Value, json};

use super::{ConnectionQuery, Directory, PageQuery};

/// A workspace can have no more data connections, says the API page.
const MAXIMUM_CONNECTIONS: usize = 50;

/// One page of all instances.
pub(crate) fn instances(directory: &Directory, query: &PageQuery) -> Value {
    let all = directory.instances();
    json!({"billing_check": false, "count": all.len(), "commodity_orders": query.cut(&all)})
}

/// One page of the workspaces of this instance; nothing where there is no such instance.
pub(crate) fn workspaces(directory: &Directory, instance: &str, query: &PageQuery) -> Option<Value> {
    let all = directory.workspaces(instance)?;
    let pages = if query.limit == 0 { 0 } else { all.len().div_ceil(query.limit) };
    Some(json!({"count": all.len(), "total_page": pages, "data": query.cut(&all)}))
}

/// One page of the data connections of this workspace that pass the filters.
pub(crate) fn connections(directory: &Directory, workspace: &str, query: &ConnectionQuery) -> Value {
    let (total, passing) = directory.connections(workspace, &query.filter);
    let page = query.page.cut(&passing);
    json!({
        "count": page.len(),
        "max_records": MAXIMUM_CONNECTIONS,
        "total_size": total,
        "data_connection_lists": page,
    })
}
