//! The tasks by cluster, the worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::words::{self, Badge, Clock, NOTHING};
use crate::health::{Report, Row};

/// A cluster of a target, with what is to be said of its tasks together.
pub(super) struct Cluster {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) target: String,
    pub(super) tasks: usize,
    /// The worst of its tasks.
    pub(super) badge: Badge,
    pub(super) last: String,
    pub(super) due: String,
}

/// All clusters of the report. A cluster is one by its id, or by its name where it has none.
pub(super) fn of(report: &Report, clock: &Clock<'_>) -> Vec<Cluster> {
    let mut grouped: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
    for row in report.rows() {
        let id = row.cluster_id.as_deref().filter(|id| !id.is_empty());
        let name = if id.is_none() { row.cluster_name.as_deref() } else { None };
        grouped.entry((&row.target, id, name, &row.cluster_type)).or_default().push(row);
    }
    let mut clusters: Vec<Cluster> = grouped.values().filter_map(|rows| cluster(rows, clock)).collect();
    clusters.sort_by(|one, other| {
        (Reverse(one.badge.health), &one.name, &one.target).cmp(&(
            Reverse(other.badge.health),
            &other.name,
            &other.target,
        ))
    });
    clusters
}

fn cluster(rows: &[&Row], clock: &Clock<'_>) -> Option<Cluster> {
    let worst = rows.iter().max_by_key(|row| row.health)?;
    let last = rows.iter().filter_map(|row| row.sync_time).max();
    let due = rows.iter().filter_map(|row| row.due_time).min();
    Some(Cluster {
        name: words::shown(worst.cluster_name.as_deref()),
        kind: words::shown(worst.cluster_type.as_deref()),
        target: words::shown(worst.target.as_deref()),
        tasks: rows.len(),
        badge: Badge::of(worst.health),
        last: last.map_or_else(|| "never".to_owned(), |time| clock.moment(time)),
        due: due.map_or_else(|| NOTHING.to_owned(), |time| clock.moment(time)),
    })
}
