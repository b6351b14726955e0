//! Why a run failed, and the log that it leaves, in the form of the one that the API page shows.

use dataarts_security::Timestamp;
use jiff::tz::offset;
use serde_json::{Value, json};

use crate::identifier::dashed_identifier;

/// How long after its start a run writes its first line, as in the example of the API page.
const SECONDS_TO_LOG: i64 = 38;

/// A cause that operators meet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failure {
    /// DWS: a group is gone, and policies still name its role.
    Policies,
    /// The same where the messages are Chinese.
    PoliciesChinese,
    /// DWS: the account of the connection may not create roles; in Chinese.
    PermissionChinese,
    /// DWS: the disks are full, so nothing can be written.
    ReadOnly,
    /// The cluster does not answer.
    Connection,
    /// The run took longer than the half hour that it is given.
    Timeout,
    /// MRS: a user of the same name is there already.
    SameName,
    /// MRS: Ranger is down.
    Ranger,
    /// MRS: a group has a name that the cluster does not take.
    GroupName,
}

impl Failure {
    /// The log of a run that started at `time`; `origin` tells the ids of its jobs from those of other runs.
    pub(crate) fn log(self, time: Timestamp, origin: &str) -> String {
        let submit = "Submit job to datamanager";
        match self {
            Self::Policies => failed(time, submit, &[job(origin, &policies())]),
            Self::PoliciesChinese => failed(time, "同步用户组到数据仓库", &[job(origin, &policies_chinese())]),
            Self::PermissionChinese => {
                let first = "ERROR: 权限不够: 创建角色 \"li.na\" 需要 CREATEROLE 权限\n Detail: 数据连接使用的账号 dbadmin_ro \
                    不是系统管理员，无法在集群中创建用户和用户组。\n Hint: 请在管理中心修改数据连接的账号，或为该账号授予系统管理员权限。";
                let second = "ERROR: 角色 \"iam_group_财务分析组\" 不存在\n Detail: 上一步创建失败，已跳过 37 个成员。";
                failed(time, "同步用户到数据仓库", &[job(origin, first), job(&format!("{origin} second"), second)])
            }
            Self::ReadOnly => {
                let message = "ERROR: cannot execute CREATE ROLE in a read-only transaction\n Detail: disk usage of \
                    instance 6003 is 91%, the cluster was switched to read-only at 90%.";
                failed(time, submit, &[job(origin, message)])
            }
            Self::Connection => {
                let message = "FATAL: connection to server at \"172.16.40.18\", port 8000 failed: Connection refused\n \
                    Detail: no response from the agent of connection conn_dws_dev_sandbox after 3 attempts.";
                failed(time, "Check data connection", &[job(origin, message)])
            }
            Self::Timeout => timeout(time, origin),
            Self::SameName => {
                let message = "ERROR: user [wang.lei] already exists in MRS as a human-machine user and was not created by \
                    this task\n Detail: the whole task was stopped, 212 users and 17 groups were not synchronised.\n Hint: \
                    remove the user from MRS Manager or rename the IAM user.";
                failed(time, "Sync users to MRS manager", &[job(origin, message)])
            }
            Self::Ranger => {
                let message = "ERROR: POST /service/xusers/secure/users answered 503 Service Unavailable\n\
                    org.apache.ranger.plugin.util.RangerRESTUtils: no active Ranger admin in [192.168.0.87:21401, \
                    192.168.0.112:21401]\n\tat com.datamanager.ranger.RangerUserClient.create(RangerUserClient.java:148)\n\
                    \tat com.datamanager.sync.MemberSyncJob.syncUsers(MemberSyncJob.java:312)\n\
                    \tat java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1149)";
                failed(time, "Sync users to Ranger", &[job(origin, message)])
            }
            Self::GroupName => {
                let message = "ERROR: invalid group name [R&D @ ML platform]\n Detail: only letters, digits, spaces and _ - \
                    are allowed, 64 characters at most.";
                failed(time, "Sync groups to MRS manager", &[job(origin, message)])
            }
        }
    }
}

/// One line of a log, stamped by the clock of the service's region, as `time` is when the run started.
pub(super) fn line(time: Timestamp, text: &str) -> String {
    line_after(time, SECONDS_TO_LOG, text)
}

fn line_after(time: Timestamp, seconds: i64, text: &str) -> String {
    let stamp = jiff::Timestamp::from_millisecond(time.as_millisecond().saturating_add(seconds * 1_000))
        .map(|time| offset(8).to_datetime(time).strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default();
    format!("[{stamp}] ===> {text}")
}

fn failed(time: Timestamp, step: &str, jobs: &[Value]) -> String {
    line(time, &failure(step, jobs))
}

/// The results of the jobs are glued to the colon.
fn failure(step: &str, jobs: &[Value]) -> String {
    format!("{step} failed:{}", Value::from(jobs))
}

fn job(origin: &str, message: &str) -> Value {
    json!({
        "duration": 0.0,
        "jobId": dashed_identifier(&format!("job {origin}")),
        "jobType": "",
        "message": message,
        "rowCount": 0,
        "rows": [],
        "schema": [],
        "status": "FAILED",
        "totalRowCount": 0,
    })
}

fn policies() -> String {
    let mut message =
        "ERROR: role \"iam_group_sales_emea\" cannot be dropped because some objects depend on it\n Detail: "
            .to_owned();
    let policies = ["customer", "customer_address", "contract", "contract_line", "lead", "opportunity", "activity"];
    let lines = policies.map(|table| {
        format!("target of row level security policy dls_crm_{table}_groups on table crm.{table}\nprivileges for table crm.{table}")
    });
    message.push_str(&lines.join("\n"));
    message
}

fn policies_chinese() -> String {
    let lines = ["订单明细", "客户信息", "门店日结", "会员积分", "促销活动", "库存快照"]
        .map(|table| format!("行级访问控制策略 dls_{table}_按用户组 的目标在表 测试库.\"{table}\" 上"));
    format!("ERROR: 无法删除角色 \"iam_group_数据开发组\"，因为有其他对象依赖它\n Detail: {}", lines.join("\n"))
}

/// Several lines: each batch reports, until the run is stopped.
fn timeout(time: Timestamp, origin: &str) -> String {
    let mut lines = vec![line(time, "Query users and groups of IAM succeeded: 1864 users, 96 groups")];
    for batch in 1..=7 {
        let text = format!("Create users in DWS, batch {batch} of 19 succeeded");
        lines.push(line_after(time, SECONDS_TO_LOG + i64::from(batch) * 251, &text));
    }
    let message = "ERROR: task timed out after 30 minutes and was stopped\n Detail: 12 of 19 batches were not started, \
        last statement: GRANT \"iam_group_ods_readers\" TO \"zhou.qiang\"";
    let last = failure("Create users in DWS, batch 8 of 19", &[job(origin, message)]);
    lines.push(line_after(time, 30 * 60, &last));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Failure; 9] = [
        Failure::Policies,
        Failure::PoliciesChinese,
        Failure::PermissionChinese,
        Failure::ReadOnly,
        Failure::Connection,
        Failure::Timeout,
        Failure::SameName,
        Failure::Ranger,
        Failure::GroupName,
    ];
    const TIME: Timestamp = Timestamp::from_millisecond(1_710_901_516_000);

    #[test]
    fn every_log_has_the_form_of_the_published_one() {
        for failure in ALL {
            let log = failure.log(TIME, "origin");
            let (head, jobs) = log.split_once(" failed:").unwrap();
            assert!(head.starts_with("[2024-03-20 10:25:54] ===> "), "{head}");
            let jobs: Vec<Value> = serde_json::from_str(jobs).unwrap();
            for job in jobs {
                assert_eq!(job["status"], "FAILED");
                let message = job["message"].as_str().unwrap();
                assert!(message.contains("ERROR: ") || message.contains("FATAL: "), "{message}");
                assert!(message.contains('\n'), "{message}");
            }
            assert!(log.chars().count() <= 10_240, "sibling models of the service allow no more");
        }
    }

    #[test]
    fn a_time_behind_the_end_of_the_calendar_leaves_its_place_empty() {
        let log = Failure::Policies.log(Timestamp::from_millisecond(i64::MAX), "origin");
        assert!(log.starts_with("[] ===> "), "{log}");
    }

    #[test]
    fn a_timeout_is_told_in_several_lines_that_end_after_half_an_hour() {
        let log = Failure::Timeout.log(TIME, "origin");
        let last = log.lines().last().unwrap();
        assert!(log.lines().count() > 5);
        assert!(
            last.starts_with("[2024-03-20 10:55:16] ===> ") && last.contains("timed out after 30 minutes"),
            "{last}"
        );
    }
}
