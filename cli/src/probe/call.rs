//! The calls, in their order. Values that come from earlier answers have a placeholder, by which alone they are shown.

use super::answer::{Answers, Item};

const TASKS: &str = "list_member_sync_tasks";
const TASK: &str = "show_member_sync_task";

const NUMBER: &str = "<number of tasks>";
const NAME: &str = "<cluster name of a task>";
const PART: &str = "<the same without its first and last character>";
const OTHER_CASE: &str = "<the same in the other letter case>";
const ID: &str = "<id of a task>";
const INSTANCE: &str = "<instance of a task>";
/// Of the form of all published ids, and none of them.
const NO_ID: &str = "00000000000000000000000000000bad";

const BY_CREATION: [(&str, &str); 3] = [("limit", "100"), ("order_by", "CREATE_TIME"), ("order_by_asc", "true")];

/// A call of the probe.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Call {
    First,
    NoLimit,
    Above,
    Zero,
    PastEnd,
    NoDirection,
    Descending,
    WholeName,
    PartOfName,
    OtherCase,
    Show,
    UnknownTask,
    Again,
    Instances,
    InstancesFromOne,
    Workspaces,
    WorkspacesFromOne,
    Connections,
    ConnectionsFromOne,
}

impl Call {
    /// All of them. One less than is allowed, so that a call may ask for another identity once.
    pub(crate) const ALL: [Self; 19] = [
        Self::First,
        Self::NoLimit,
        Self::Above,
        Self::Zero,
        Self::PastEnd,
        Self::NoDirection,
        Self::Descending,
        Self::WholeName,
        Self::PartOfName,
        Self::OtherCase,
        Self::Show,
        Self::UnknownTask,
        Self::Again,
        Self::Instances,
        Self::InstancesFromOne,
        Self::Workspaces,
        Self::WorkspacesFromOne,
        Self::Connections,
        Self::ConnectionsFromOne,
    ];

    /// Its number in reports, from 1.
    pub(crate) fn number(self) -> usize {
        Self::ALL.iter().take_while(|call| **call != self).count() + 1
    }

    /// The operation, by its name in the library.
    pub(crate) fn operation(self) -> &'static str {
        match self {
            Self::Show | Self::UnknownTask => TASK,
            Self::Instances | Self::InstancesFromOne => "list_instances",
            Self::Workspaces | Self::WorkspacesFromOne => "list_workspaces",
            Self::Connections | Self::ConnectionsFromOne => "list_data_connections",
            _ => TASKS,
        }
    }

    /// Names of the list in its answer and of the id in an item; nothing for one task.
    pub(super) fn list(self) -> Option<(&'static str, &'static str)> {
        match self.operation() {
            TASKS => Some(("tasks", "id")),
            "list_instances" => Some(("commodity_orders", "resource_id")),
            "list_workspaces" => Some(("data", "id")),
            "list_data_connections" => Some(("data_connection_lists", "dw_id")),
            _ => None,
        }
    }

    /// Parameters with placeholders, in which nothing of an answer stands.
    pub(super) fn parameters(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::First | Self::Again => &BY_CREATION,
            Self::NoLimit => &[],
            Self::Above => &[("limit", "101"), ("order_by", "CREATE_TIME"), ("order_by_asc", "true")],
            Self::Zero => &[("limit", "0")],
            Self::PastEnd => {
                &[("limit", "100"), ("offset", NUMBER), ("order_by", "CREATE_TIME"), ("order_by_asc", "true")]
            }
            Self::NoDirection => &[("limit", "100"), ("order_by", "CREATE_TIME")],
            Self::Descending => &[("limit", "100"), ("order_by", "CREATE_TIME"), ("order_by_asc", "false")],
            Self::WholeName => &[("limit", "100"), ("cluster_name", NAME)],
            Self::PartOfName => &[("limit", "100"), ("cluster_name", PART)],
            Self::OtherCase => &[("limit", "100"), ("cluster_name", OTHER_CASE)],
            Self::Show => &[("task_id", ID)],
            Self::UnknownTask => &[("task_id", NO_ID)],
            Self::Instances => &[("limit", "2"), ("offset", "0")],
            Self::InstancesFromOne => &[("limit", "2"), ("offset", "1")],
            Self::Workspaces => &[("instance_id", INSTANCE), ("limit", "2"), ("offset", "0")],
            Self::WorkspacesFromOne => &[("instance_id", INSTANCE), ("limit", "2"), ("offset", "1")],
            Self::Connections => &[("limit", "2"), ("offset", "0")],
            Self::ConnectionsFromOne => &[("limit", "2"), ("offset", "1")],
        }
    }

    /// The parameters as they are shown.
    pub(super) fn shown(self) -> String {
        self.parameters().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    /// The parameters as they are sent; an error says what is lacking, beginning with "needs" or "failed".
    pub(crate) fn fill(self, answers: &Answers) -> Result<Vec<(&'static str, String)>, String> {
        // Where the first page holds fewer than two, the second call tells nothing.
        match self {
            Self::InstancesFromOne => answers.at_least_two(Self::Instances, "instances")?,
            Self::WorkspacesFromOne => answers.at_least_two(Self::Workspaces, "workspaces")?,
            Self::ConnectionsFromOne => answers.at_least_two(Self::Connections, "data connections")?,
            _ => {}
        }
        self.parameters().iter().map(|(name, value)| Ok((*name, filled(value, answers)?))).collect()
    }
}

fn filled(value: &str, answers: &Answers) -> Result<String, String> {
    match value {
        NUMBER => Ok(answers.page(Call::First)?.total.filter(|total| *total > 0).ok_or("needs a task")?.to_string()),
        NAME => Ok(named(answers)?.1.to_owned()),
        PART => Ok(part(named(answers)?.1)),
        OTHER_CASE => {
            let name = named(answers)?.1;
            let other: String = name.chars().map(other_case).collect();
            let is_another = answers.page(Call::First)?.items.iter().any(|item| name_of(item) == Some(&other));
            if other == name || is_another {
                Err("needs a cluster whose name has letters of a case".to_owned())
            } else {
                Ok(other)
            }
        }
        ID => text(answers.page(Call::First)?.items.first(), "id").ok_or_else(|| "needs a task".to_owned()),
        INSTANCE => {
            let of_task = text(answers.page(Call::First)?.items.first(), "instance_id");
            let known = || text(answers.page(Call::Instances).ok()?.items.first(), "resource_id");
            of_task.or_else(known).ok_or_else(|| "needs an instance".to_owned())
        }
        fixed => Ok(fixed.to_owned()),
    }
}

/// Id and cluster of the task whose name is asked for: the longest one, of which a part is the surest to be no name itself.
pub(super) fn named(answers: &Answers) -> Result<(&str, &str), String> {
    let page = answers.page(Call::First)?;
    let pairs = page.items.iter().filter_map(|item| Some((item.get("id")?.as_str()?, name_of(item)?)));
    let longest = pairs.max_by_key(|(_, name)| name.chars().count());
    longest
        .filter(|(_, name)| name.chars().count() >= 3)
        .ok_or_else(|| "needs a cluster whose name has three characters".to_owned())
}

fn part(name: &str) -> String {
    let mut characters = name.chars();
    characters.next();
    characters.next_back();
    characters.collect()
}

fn other_case(character: char) -> char {
    if character.is_ascii_uppercase() { character.to_ascii_lowercase() } else { character.to_ascii_uppercase() }
}

fn name_of(item: &Item) -> Option<&str> {
    item.get("cluster_name")?.as_str()
}

fn text(item: Option<&&Item>, name: &str) -> Option<String> {
    item?.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
