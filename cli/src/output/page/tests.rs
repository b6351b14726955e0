use dataarts_security::Timestamp;
use dataarts_security::member_sync::{HealthRules, TimeZone};
use dataarts_security::types::MemberSyncTask;
use jiff::tz::offset;

use super::*;
use crate::health::{Place, Row, Target, Zone};
use crate::output::style::Colours;
use crate::progress::Bars;

const NOW: i64 = 1_710_936_000_000;

fn row(cluster: &str, outcome: &str, schedule: &str, log: &str) -> Row {
    let mut task = MemberSyncTask::default();
    task.id = Some(format!("id of {cluster}"));
    task.cluster_name = Some(cluster.to_owned());
    task.sync_status = Some(outcome.into());
    task.schedule_status = Some(schedule.into());
    task.sync_time = Some(Timestamp::from_millisecond(1_710_901_516_000));
    task.sync_msg = Some(log.to_owned());
    let row = Row::assess(&task, None, &HealthRules::new(TimeZone::UTC), Timestamp::from_millisecond(NOW));
    Row { log: task.sync_msg, ..row }
}

fn page(rows: Vec<Row>, filters: &[&str]) -> String {
    let now = jiff::Timestamp::from_millisecond(NOW).unwrap();
    let place = Place { region: Some("cn-north-4".to_owned()), ..Place::default() };
    let target = Target { target: None, zone: Zone::choose(None, None, now), place, error: None };
    let report = Report::new(Timestamp::from_millisecond(NOW), None, vec![target], rows);
    let surroundings = Surroundings {
        now,
        time_zone: TimeZone::fixed(offset(8)),
        width: None,
        colours: Colours::Off,
        bars: Bars::Never,
    };
    let filters: Vec<String> = filters.iter().map(|filter| (*filter).to_owned()).collect();
    render(&report, &filters, &surroundings).unwrap()
}

#[test]
fn the_verdict_counts_what_needs_care() {
    let well = || row("a", "SYNC_SUCCESS", "NOT_SCHEDULE", "");
    let bad = || row("b", "SYNC_FAIL", "SCHEDULING", "");
    for (rows, verdict) in [
        (vec![], "There are no tasks"),
        (vec![well()], "The one task is well"),
        (vec![well(), well()], "All 2 tasks are well"),
        (vec![bad()], "The one task needs care"),
        (vec![well(), bad()], "1 of 2 tasks needs care"),
        (vec![bad(), bad()], "2 of 2 tasks need care"),
    ] {
        assert!(page(rows, &[]).contains(&format!("<h1>{verdict}</h1>")), "{verdict}");
    }
}

#[test]
fn the_same_report_is_the_same_page_and_its_times_are_local() {
    let made = || page(vec![row("a", "SYNC_FAIL", "SCHEDULING", "ERROR: no")], &[]);
    assert_eq!(made(), made());
    for text in ["2024-03-20 20:00:00 +08:00", "2024-03-20 10:25 (9\u{a0}h\u{a0}ago)", "cn-north-4", "ERROR: no"] {
        assert!(made().contains(text), "{text}");
    }
}

#[test]
fn foreign_text_stays_text() {
    let hostile = "</title></style></pre><script>x</script>\"'><img src=x onerror=y>&\u{202e}\u{1b}\u{7}";
    let mut row = row(hostile, "SYNC_FAIL", "SCHEDULING", &format!("ERROR: {hostile}\nsecond line"));
    row.id = Some(hostile.to_owned());
    row.cluster_type = Some(hostile.to_owned());
    row.cause = Some(hostile.to_owned());
    let text = page(vec![row], &[hostile]);
    assert!(
        !text.contains("<script") && !text.contains("<img") && !text.contains(['\u{202e}', '\u{1b}', '\u{7}']),
        "{text}"
    );
    assert_eq!(text.matches("</style>").count(), 1);
    // Name in three parts of the page, type in two, id, filter, cause, error and log.
    assert_eq!(text.matches("script&#62;x&#60;").count(), 10, "{text}");
    assert!(text.contains("\nsecond line</pre>"), "{text}");
}

#[test]
fn a_page_says_what_was_asked_for() {
    assert!(page(vec![], &["--cluster-type DWS"]).contains("<code>--cluster-type DWS</code>"));
    assert!(!page(vec![], &[]).contains("Only the tasks that match"));
}

#[test]
fn only_so_many_tasks_are_drawn_and_the_page_says_so() {
    let rows = (0..103).map(|number| row(&format!("c{number}"), "SYNC_SUCCESS", "NOT_SCHEDULE", "")).collect();
    let text = page(rows, &[]);
    assert_eq!(text.matches("class=\"who\"").count(), 100);
    assert!(text.contains("Drawn are the 100 tasks in most need of care; the times of the 3 others"));
    assert_eq!(text.matches("<tr><th scope=\"row\"><bdi>").count(), 103);
}

#[test]
fn nothing_is_asked_of_anyone() {
    let text = page(vec![row("a", "SYNC_FAIL", "SCHEDULING", "ERROR: no")], &[]);
    for word in ["http:", "https:", "src=", "url(", "@import", "<script", "<link"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("default-src 'none'"));
}
