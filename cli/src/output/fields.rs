//! The fields of a record, found out from its type: a field added to the document is a column by itself.

use std::fmt;
use std::sync::LazyLock;

use dataarts_security::types::{CommodityOrder, DataConnection, MemberSyncTask, Workspace};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// The order in which the service's document lists the fields of a task; the type has them by the alphabet.
const ORDER: [&str; 22] = [
    "id",
    "project_id",
    "domain_id",
    "instance_id",
    "data_connection_workspace",
    "cluster_type",
    "data_connection_id",
    "data_connection_name",
    "cluster_id",
    "cluster_name",
    "schedule_start_hour",
    "schedule_end_hour",
    "schedule_period",
    "schedule_interval",
    "schedule_status",
    "sync_status",
    "sync_msg",
    "sync_time",
    "create_time",
    "create_user",
    "update_time",
    "update_user",
];

/// The same for the records of the directory.
const ORDER_OF_INSTANCE: [&str; 4] = ["resource_id", "resource_name", "region_id", "project_id"];
const ORDER_OF_WORKSPACE: [&str; 4] = ["id", "name", "description", "instance_id"];
const ORDER_OF_CONNECTION: [&str; 4] = ["dw_id", "dw_name", "dw_type", "description"];

/// The fields of a task in the document's order; any that is not known above follows behind.
pub(super) fn of_a_task() -> &'static [&'static str] {
    static FIELDS: LazyLock<Vec<&str>> = LazyLock::new(|| ordered::<MemberSyncTask>(&ORDER));
    &FIELDS
}

/// The fields of an instance, those that tell it from others first.
pub(super) fn of_an_instance() -> &'static [&'static str] {
    static FIELDS: LazyLock<Vec<&str>> = LazyLock::new(|| ordered::<CommodityOrder>(&ORDER_OF_INSTANCE));
    &FIELDS
}

/// The fields of a workspace, likewise.
pub(super) fn of_a_workspace() -> &'static [&'static str] {
    static FIELDS: LazyLock<Vec<&str>> = LazyLock::new(|| ordered::<Workspace>(&ORDER_OF_WORKSPACE));
    &FIELDS
}

/// The fields of a data connection, likewise.
pub(super) fn of_a_connection() -> &'static [&'static str] {
    static FIELDS: LazyLock<Vec<&str>> = LazyLock::new(|| ordered::<DataConnection>(&ORDER_OF_CONNECTION));
    &FIELDS
}

fn ordered<'de, T: Deserialize<'de>>(order: &[&str]) -> Vec<&'static str> {
    let mut fields = names::<T>().to_vec();
    fields.sort_by_key(|field| order.iter().position(|known| known == field).unwrap_or(order.len()));
    fields
}

/// The names of the fields of a structure, in its own order; none if it is no structure.
fn names<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    match T::deserialize(Inquirer) {
        Err(Answer(names)) => names,
        Ok(_) => &[],
    }
}

/// Deserialises nothing: it is only asked for the fields of a structure, and hands the question back.
struct Inquirer;

/// The question that was asked.
#[derive(Debug)]
struct Answer(&'static [&'static str]);

impl<'de> Deserializer<'de> for Inquirer {
    type Error = Answer;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Answer> {
        Err(Answer(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer(fields))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl de::Error for Answer {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self(&[])
    }
}

impl std::error::Error for Answer {}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "fields: {}", self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../../openapi/dataarts-security.yaml");

    /// The names of the properties under `MemberSyncTask:`, by their indentation.
    fn documented() -> Vec<&'static str> {
        let (_, schema) = DOCUMENT.split_once("\n    MemberSyncTask:\n").expect("the schema");
        schema
            .lines()
            .take_while(|line| line.is_empty() || line.starts_with("      "))
            .filter_map(|line| line.strip_prefix("        ")?.strip_suffix(':'))
            .filter(|name| !name.starts_with(' '))
            .collect()
    }

    #[test]
    fn the_fields_of_a_task_are_those_of_the_document_in_its_order() {
        assert_eq!(documented().len(), 22);
        assert_eq!(of_a_task(), documented());
    }

    #[test]
    fn what_is_no_structure_has_no_fields() {
        assert!(names::<Vec<String>>().is_empty());
    }
}
