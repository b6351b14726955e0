//! Instances, workspaces and data connections that follow from their ids.

use std::net::Ipv4Addr;

use dataarts_security::Timestamp;
use dataarts_security::types::{
    ClusterType, CommodityOrder, DataConnection, DataConnectionType, MemberSyncTask, Workspace,
};

use crate::demo::{DOMAIN_ID, FINANCE};
use crate::identifier::identifier;
use crate::{DEMO_REGION, DEMO_WORKSPACE};

/// 2023-05-15T00:00:00Z, before every task of the demo.
const BOUGHT: i64 = 1_684_108_800_000;
const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// Name and type of the data connections that no task names: a task could serve the first three.
const SPARE: [(&str, DataConnectionType); 5] = [
    ("conn_dws_prod_logistics", DataConnectionType::Dws),
    ("conn_数据仓库_新", DataConnectionType::Dws),
    ("conn_mrs_audit_ranger", DataConnectionType::Ranger),
    ("conn_hive_legacy", DataConnectionType::Hive),
    ("conn_dli_adhoc", DataConnectionType::Dli),
];

/// The order of the instance with this id.
pub(super) fn instance(project_id: &str, id: &str) -> CommodityOrder {
    let made_up = |what: &str| Some(identifier(&format!("{what} of instance {id}")));
    let mut order = CommodityOrder::default();
    order.project_id = Some(project_id.to_owned());
    order.order_id = made_up("order");
    order.region_id = Some(DEMO_REGION.to_owned());
    order.resource_id = Some(id.to_owned());
    order.resource_name = Some(format!("dataarts_{}", beginning(id)));
    order.subscription_id = made_up("subscription");
    order.resource_type = Some("hws.resource.type.dayu".to_owned());
    order.resource_spec_code = Some("dayu.advanced".to_owned());
    order.is_auto_renew = Some(1);
    order.status = Some(2);
    order.vpc_id = made_up("network");
    order.eps_id = Some("0".to_owned());
    order.effective_time = Some(Timestamp::from_millisecond(BOUGHT));
    order.expire_time = Some(Timestamp::from_millisecond(BOUGHT + 10 * YEAR));
    order.create_user = Some("ei_dayu_admin".to_owned());
    order.create_time = Some(Timestamp::from_millisecond(BOUGHT));
    order.domain_id = Some(DOMAIN_ID.to_owned());
    order.is_trial_order = Some(0);
    order
}

/// The workspace with this id.
pub(super) fn workspace(project_id: &str, instance: &str, id: &str, is_default: bool) -> Workspace {
    let name = if is_default {
        "default".to_owned()
    } else if id == identifier(FINANCE) {
        "finance".to_owned()
    } else if id == DEMO_WORKSPACE {
        "demo".to_owned()
    } else {
        format!("workspace_{}", beginning(id))
    };
    let (user, time) = (Some("ei_dayu_admin".to_owned()), Some(Timestamp::from_millisecond(BOUGHT + HOUR)));
    let mut workspace = Workspace::default();
    workspace.id = Some(id.to_owned());
    workspace.description = Some(format!("Workspace {name}"));
    workspace.bad_record_location_name = Some(format!("obs://dataarts-{name}/bad-records/"));
    workspace.job_log_location_name = Some(format!("obs://dataarts-{name}/job-logs/"));
    workspace.name = Some(name);
    workspace.eps_id = Some("0".to_owned());
    workspace.is_default = Some(i32::from(is_default));
    workspace.owner_name = user.clone();
    workspace.project_id = Some(project_id.to_owned());
    workspace.domain_id = Some(DOMAIN_ID.to_owned());
    workspace.instance_id = Some(instance.to_owned());
    workspace.member_num = Some(4);
    (workspace.create_user, workspace.update_user) = (user.clone(), user);
    (workspace.create_time, workspace.update_time) = (time, time);
    workspace
}

/// The data connection that this task names.
pub(super) fn connection_of(task: &MemberSyncTask, id: &str) -> DataConnection {
    let kind = match task.cluster_type {
        // Tasks for MRS clusters work on connections to Ranger.
        Some(ClusterType::Mrs) => DataConnectionType::Ranger,
        _ => DataConnectionType::Dws,
    };
    let name = task.data_connection_name.clone().unwrap_or_else(|| format!("conn_{}", beginning(id)));
    let mut connection = connection(id, name, kind);
    connection.create_user.clone_from(&task.create_user);
    connection.create_time = task.create_time;
    connection
}

/// The data connections that no task names.
pub(super) fn spare_connections() -> impl Iterator<Item = DataConnection> {
    SPARE.into_iter().map(|(name, kind)| {
        let mut connection = connection(&identifier(&format!("spare {name}")), name.to_owned(), kind);
        connection.create_user = Some("ei_dayu_ops_02".to_owned());
        connection.create_time = Some(Timestamp::from_millisecond(BOUGHT + YEAR));
        connection
    })
}

/// The address of the data source behind the data connection with this id.
pub(super) fn address(id: &str) -> String {
    let number = u32::from_str_radix(&beginning(&identifier(&format!("address {id}"))), 16).unwrap_or_default();
    let [_, second, third, fourth] = number.to_be_bytes();
    Ipv4Addr::new(10, second, third, fourth).to_string()
}

fn connection(id: &str, name: String, kind: DataConnectionType) -> DataConnection {
    let mut connection = DataConnection::default();
    connection.dw_id = Some(id.to_owned());
    connection.agent_id = Some(identifier("agent"));
    connection.agent_name = Some("cdm_agent_01".to_owned());
    connection.qualified_name = Some(format!("{name}@{}", kind.as_str().to_lowercase()));
    connection.description = Some(format!("{kind} at {}", address(id)));
    connection.dw_name = Some(name);
    connection.dw_type = Some(kind);
    connection
}

/// The first eight characters.
fn beginning(id: &str) -> String {
    id.chars().take(8).collect()
}
