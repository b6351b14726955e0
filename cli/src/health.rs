//! How tasks are doing, grouped so that one answer serves for many: what `sync-tasks health` tells, whatever the format.

mod advice;
mod place;
mod row;
mod zone;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use dataarts_security::Timestamp;
use dataarts_security::member_sync::Health;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

pub(crate) use place::Place;
pub(crate) use row::{FIELDS, Row, known_id};
pub(crate) use zone::Zone;

/// Everything that was found out.
pub(crate) struct Report {
    /// The instant at which the tasks were judged.
    pub(crate) at: Timestamp,
    /// The health at which the check fails.
    pub(crate) fail_on: Option<Health>,
    /// Where the tasks were listed.
    pub(crate) targets: Vec<Target>,
    groups: Vec<Group>,
}

/// A place where tasks were listed. The names are part of the program's contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Target {
    /// Its name in the configuration; none where it was given by options.
    pub(crate) target: Option<String>,
    #[serde(flatten)]
    pub(crate) zone: Zone,
    /// Where that is, for people.
    #[serde(skip)]
    pub(crate) place: Place,
    /// Why its tasks are not there.
    pub(crate) error: Option<String>,
}

/// Tasks of which the same is to be said. The names are part of the program's contract.
#[derive(Serialize)]
pub(crate) struct Group {
    pub(crate) health: Health,
    /// What their failures have in common.
    pub(crate) cause: Option<String>,
    /// What to do about all of this health; none where all is well.
    pub(crate) advice: Option<&'static str>,
    /// What to do about the cause, where that is known here.
    pub(crate) remedy: Option<&'static str>,
    pub(crate) tasks: Vec<Row>,
}

impl Report {
    /// Groups rows: by severity, then by cause, the most frequent first.
    pub(crate) fn new(at: Timestamp, fail_on: Option<Health>, targets: Vec<Target>, rows: Vec<Row>) -> Self {
        let mut grouped: BTreeMap<(Reverse<Health>, Option<String>), Vec<Row>> = BTreeMap::new();
        for row in rows {
            grouped.entry((Reverse(row.health), row.cause.clone())).or_default().push(row);
        }
        let mut groups: Vec<Group> = grouped
            .into_iter()
            .map(|((Reverse(health), cause), mut tasks)| {
                tasks.sort_by(|one, other| one.place().cmp(&other.place()));
                let remedy = cause.as_deref().and_then(advice::on_cause);
                Group { health, advice: advice::on_health(health), remedy, cause, tasks }
            })
            .collect();
        // What is equal stays in the order of the causes.
        groups.sort_by_key(|group| (Reverse(group.health), Reverse(group.tasks.len())));
        Self { at, fail_on, targets, groups }
    }

    /// The groups, the worst first.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The tasks in the order of the groups.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().flat_map(|group| &group.tasks)
    }

    /// How many tasks there are of each health, the worst first.
    pub(crate) fn counts(&self) -> [(Health, usize); 9] {
        Health::ALL.map(|health| (health, self.rows().filter(|row| row.health == health).count()))
    }

    /// Whether a task is as bad as the check allows no more.
    pub(crate) fn has_failed(&self) -> bool {
        let worst = self.worst();
        self.fail_on.is_some_and(|gate| worst.is_some_and(|worst| worst >= gate))
    }

    fn worst(&self) -> Option<Health> {
        self.groups.first().map(|group| group.health)
    }
}

/// In the order in which a person would read it.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Counts<'a>(&'a Report);
        impl Serialize for Counts<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.counts())
            }
        }
        let mut object = serializer.serialize_struct("Report", 7)?;
        object.serialize_field("at", &self.at)?;
        object.serialize_field("fail_on", &self.fail_on)?;
        object.serialize_field("failed", &self.has_failed())?;
        object.serialize_field("worst", &self.worst())?;
        object.serialize_field("counts", &Counts(self))?;
        object.serialize_field("targets", &self.targets)?;
        object.serialize_field("groups", &self.groups)?;
        object.end()
    }
}

#[cfg(test)]
mod tests;
