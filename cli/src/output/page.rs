//! How tasks are doing, as one page of HTML that needs nothing else: `templates/report.html` has its form, the modules
//! here what stands in it. Every text of the service comes through `words`, and is escaped by the template.

mod care;
mod clusters;
mod places;
mod timeline;
mod totals;
mod words;

use std::io;

use askama::Template;
use dataarts_security::member_sync::Health;

use super::Surroundings;
use crate::health::Report;

/// What the template shows.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    /// The outcome in a few words.
    verdict: String,
    is_well: bool,
    /// The instant as of which all is told.
    at: String,
    time_zone: String,
    filters: Vec<String>,
    has_targets: bool,
    places: Vec<places::Shown>,
    missing: usize,
    totals: totals::Totals,
    care: care::Care,
    timeline: timeline::Timeline,
    clusters: Vec<clusters::Cluster>,
    version: &'static str,
}

/// The page of a report on the tasks that match `filters`. Its times are those of `surroundings`, and it reads no clock.
pub(crate) fn render(report: &Report, filters: &[String], surroundings: &Surroundings) -> io::Result<String> {
    let (now, zone) = (surroundings.now, &surroundings.time_zone);
    let clock = words::Clock { now, zone };
    let page = Page {
        verdict: verdict(report),
        is_well: report.rows().all(|row| row.health <= Health::Running),
        at: clock.to_the_second(report.at),
        time_zone: clock.zone_name(),
        filters: filters.iter().map(|filter| words::line(filter)).collect(),
        has_targets: report.targets.iter().any(|target| target.target.is_some()),
        places: report.targets.iter().map(places::Shown::of).collect(),
        missing: report.targets.iter().filter(|target| target.error.is_some()).count(),
        totals: totals::Totals::of(report),
        care: care::Care::of(report, &clock),
        timeline: timeline::Timeline::of(report, &clock),
        clusters: clusters::of(report, &clock),
        version: env!("CARGO_PKG_VERSION"),
    };
    // The engine takes the last line break away.
    page.render().map(|text| text + "\n").map_err(io::Error::other)
}

fn verdict(report: &Report) -> String {
    let total = report.rows().count();
    let bad = report.rows().filter(|row| row.health > Health::Running).count();
    let verb = if bad == 1 { "needs" } else { "need" };
    match (bad, total) {
        (_, 0) => "There are no tasks".to_owned(),
        (0, 1) => "The one task is well".to_owned(),
        (0, _) => format!("All {total} tasks are well"),
        (_, 1) => "The one task needs care".to_owned(),
        _ => format!("{bad} of {total} tasks {verb} care"),
    }
}

#[cfg(test)]
mod tests;
