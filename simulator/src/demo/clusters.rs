//! The clusters of the demo, one line each.

use dataarts_security::types::ClusterType::{self, Dws, Mrs};
use dataarts_security::types::SchedulePeriod::{self, Hour, Minute};
use dataarts_security::types::ScheduleStatus::{self, NotSchedule, Scheduling};

use super::failure::Failure::{self, Connection, GroupName, PermissionChinese, Policies, PoliciesChinese};
use super::failure::Failure::{Ranger, ReadOnly, SameName, Timeout};

/// A cluster and its task.
pub(super) struct Cluster {
    pub(super) name: &'static str,
    pub(super) kind: ClusterType,
    pub(super) created_days_ago: i64,
    pub(super) edited_days_ago: i64,
    pub(super) user: &'static str,
    pub(super) schedule: Schedule,
    pub(super) run: Run,
}

/// When a task runs by itself.
pub(super) struct Schedule {
    pub(super) status: ScheduleStatus,
    pub(super) start_hour: i32,
    pub(super) end_hour: i32,
    pub(super) interval: i32,
    pub(super) period: SchedulePeriod,
}

/// The last run, by how many minutes ago it started.
pub(super) enum Run {
    /// None yet, and no time is given.
    NeverAbsent,
    /// None yet, and the time reads 0.
    NeverZero,
    Unknown(i64),
    Syncing(i64),
    Succeeded(i64),
    Failed(i64, Failure),
}

use Run::{Failed, NeverAbsent, NeverZero, Succeeded, Syncing, Unknown};

/// Name, kind, days since creation and edit, user, schedule (interval, period, window), last run (minutes ago).
pub(super) fn all() -> Vec<Cluster> {
    vec![
        cluster("dws_prod_sales", Dws, (412, 9), "ei_dayu_admin", on(2, Hour, 0, 23), Succeeded(118)),
        cluster("dws_prod_crm", Dws, (412, 33), "ei_dayu_admin", on(4, Hour, 0, 23), Failed(205, Policies)),
        cluster("dws_prod_orders", Dws, (398, 398), "zhang_min", on(30, Minute, 7, 22), Succeeded(12)),
        cluster("dws_finance_prod", Dws, (377, 61), "li.na", on(4, Hour, 0, 6), Succeeded(431)),
        cluster("dws_finance_report", Dws, (377, 2), "li.na", on(1, Hour, 0, 23), Failed(52, ReadOnly)),
        cluster("dws_finance_audit", Dws, (301, 92), "li.na", off(12, Hour, 1, 5), Succeeded(90_720)),
        cluster("dws_risk_control", Dws, (288, 40), "svc_dataarts", on(1, Hour, 0, 23), Syncing(195)),
        cluster("dws_marketing", Dws, (250, 250), "wang.lei", on(6, Hour, 0, 23), Succeeded(344)),
        cluster("dws_iot_telemetry", Dws, (233, 17), "svc_dataarts", on(15, Minute, 0, 23), Unknown(74)),
        cluster("dws_ods_archive", Dws, (199, 199), "wang.lei", on(12, Hour, 20, 23), Failed(611, Timeout)),
        cluster("dws_dev_sandbox", Dws, (120, 21), "zhang_min", off(1, Hour, 8, 18), Failed(28_905, Connection)),
        cluster("dws_test_01", Dws, (45, 45), "zhang_min", off(1, Hour, 0, 6), NeverAbsent),
        cluster("dws_test_02", Dws, (45, 44), "zhang_min", off(30, Minute, 0, 6), NeverZero),
        cluster("数据仓库_生产", Dws, (365, 14), "陈静", on(1, Hour, 0, 23), Succeeded(43)),
        cluster("数据仓库_测试", Dws, (365, 5), "陈静", on(2, Hour, 8, 20), Failed(97, PoliciesChinese)),
        cluster("财务数仓_生产", Dws, (340, 30), "陈静", off(1, Hour, 0, 23), Failed(4_870, PermissionChinese)),
        cluster("人力资源分析库", Dws, (88, 3), "ei_dayu_ops_02", on(3, Hour, 6, 21), Syncing(4)),
        cluster("mrs_prod_hive", Mrs, (412, 120), "ei_dayu_admin", on(1, Hour, 0, 23), Succeeded(37)),
        cluster("mrs_prod_ranger_01", Mrs, (320, 8), "svc_dataarts", on(2, Hour, 0, 23), Failed(83, SameName)),
        cluster("mrs_prod_ranger_02", Mrs, (320, 8), "svc_dataarts", off(2, Hour, 0, 23), Failed(8_703, SameName)),
        cluster("mrs_finance_hive", Mrs, (275, 275), "li.na", on(1, Hour, 0, 23), Succeeded(1_622)),
        cluster("mrs_streaming", Mrs, (210, 12), "wang.lei", on(20, Minute, 0, 23), Failed(9, Ranger)),
        cluster("mrs_ml_platform", Mrs, (160, 26), "wang.lei", off(1, Hour, 0, 23), Failed(36_120, GroupName)),
        cluster("mrs_ads_offline", Mrs, (140, 140), "zhang_min", off(8, Hour, 22, 23), Succeeded(51_900)),
        cluster("mrs_test_hive", Mrs, (1, 1), "zhang_min", on(1, Hour, 2, 4), NeverAbsent),
        cluster("大数据平台_生产", Mrs, (355, 71), "陈静", on(30, Minute, 0, 23), Succeeded(19)),
        cluster("实时计算集群_测试", Mrs, (66, 11), "ei_dayu_ops_02", off(45, Minute, 9, 18), Syncing(2_960)),
    ]
}

fn cluster(
    name: &'static str,
    kind: ClusterType,
    (created_days_ago, edited_days_ago): (i64, i64),
    user: &'static str,
    schedule: Schedule,
    run: Run,
) -> Cluster {
    Cluster { name, kind, created_days_ago, edited_days_ago, user, schedule, run }
}

fn on(interval: i32, period: SchedulePeriod, start_hour: i32, end_hour: i32) -> Schedule {
    Schedule { status: Scheduling, start_hour, end_hour, interval, period }
}

fn off(interval: i32, period: SchedulePeriod, start_hour: i32, end_hour: i32) -> Schedule {
    Schedule { status: NotSchedule, start_hour, end_hour, interval, period }
}
