//! A field of half a mebibyte without a space: what is laid out is bounded before, or takes steps in proportion to it.

use dataarts_security::member_sync::{HealthRules, TimeZone};
use dataarts_security::types::DataConnection;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::describe::width;
use crate::health::{Place, Report, Row, Target, Zone};
use crate::watch;
use crate::watch::testing;

const LONG: usize = 512 * 1024;
const WIDTHS: [Option<u16>; 4] = [None, Some(40), Some(80), Some(160)];

fn surroundings(width: Option<u16>) -> Surroundings {
    let (now, time_zone) = (Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC);
    Surroundings { now, time_zone, width, colours: Colours::Off, bars: Bars::Never }
}

/// A failed task of which every text is long.
fn task(id: &str) -> MemberSyncTask {
    let long = "x".repeat(LONG);
    let mut task = testing::task(id, &long, "SYNC_FAIL");
    task.cluster_type = Some(long.as_str().into());
    task.schedule_status = Some(long.as_str().into());
    task.sync_msg = Some(format!("ERROR: {long}"));
    task
}

/// What is written, and the steps of it.
fn measured(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> (usize, usize) {
    let mut bytes = Vec::new();
    let steps = width::steps(|| write(&mut bytes).unwrap());
    (bytes.len(), steps)
}

/// Far more than the longest cells of ten rows, and far less than one field.
fn check_bounded(what: &str, (written, steps): (usize, usize)) {
    assert!(written > 0 && written < LONG / 4, "{what}: {written} bytes");
    assert!(steps < LONG / 2, "{what}: {steps} steps");
}

#[test]
fn a_table_lays_out_no_more_of_a_field_than_it_shows() {
    for width in WIDTHS {
        check_bounded(
            "tasks",
            measured(|bytes| {
                let mut listing = Listing::new(Format::Table, surroundings(width), bytes);
                listing.add(task("a"))?;
                listing.add(task("b"))?;
                listing.finish()
            }),
        );
        check_bounded(
            "tasks of targets",
            measured(|bytes| {
                let mut listing = Listing::new(Format::Table, surroundings(width), bytes);
                listing.add(Of { target: "prod".to_owned(), record: task("a") })?;
                listing.finish()
            }),
        );
        check_bounded(
            "connections",
            measured(|bytes| {
                let mut connection = DataConnection::default();
                connection.dw_name = Some("x".repeat(LONG));
                connection.create_user = Some("x".repeat(LONG));
                let mut listing = Listing::new(Format::Table, surroundings(width), bytes);
                listing.add(connection)?;
                listing.finish()
            }),
        );
    }
}

fn report(keeps_log: bool) -> Report {
    let at = dataarts_security::Timestamp::from_millisecond(testing::NOW * 1_000);
    let mut task = task("a");
    let row = Row::assess(&task, None, &HealthRules::new(TimeZone::UTC), at);
    let log = if keeps_log { task.sync_msg.take() } else { None };
    let zone = Zone::choose(None, None, testing::at(0));
    let target = Target { target: None, zone, place: Place::default(), error: None };
    Report::new(at, None, vec![target], vec![Row { log, ..row }])
}

#[test]
fn health_and_the_page_lay_out_no_more_of_a_field_than_they_show() {
    let of_health = report(false);
    for width in WIDTHS {
        check_bounded("health", measured(|bytes| health(&of_health, Some(Format::Table), surroundings(width), bytes)));
    }
    check_bounded("metrics", measured(|bytes| health(&of_health, None, surroundings(None), bytes)));
    let page = page::render(&report(true), &[], &surroundings(None)).unwrap();
    // The log itself is shown up to 64 KiB.
    assert!(page.len() < LONG / 4, "{} bytes", page.len());
}

#[test]
fn changes_and_the_live_view_lay_out_no_more_of_a_field_than_they_show() {
    let mut well = task("a");
    well.sync_status = Some("SYNC_SUCCESS".into());
    let before = testing::news(None, vec![well]).snapshot;
    let news = testing::news(Some(&before), vec![task("a")]);
    assert_eq!(news.happenings.len(), 1);
    check_bounded(
        "changes",
        measured(|bytes| {
            let mut listing = Listing::new(Format::Table, surroundings(None), bytes);
            news.happenings.iter().cloned().try_for_each(|happening| listing.add(happening))?;
            listing.finish()
        }),
    );
    for (columns, keys) in [(80, ""), (200, ""), (80, "<enter>"), (80, "/xx<enter>")] {
        let mut state = testing::state(columns, 24);
        let steps = width::steps(|| {
            state.see(testing::news(None, vec![task("a"), task("b")]), testing::at(0));
            testing::press(&mut state, keys);
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 24));
            watch::draw(&state, testing::at(0), &mut buffer);
        });
        assert!(steps < LONG, "{columns} {keys}: {steps} steps");
    }
}

#[test]
fn a_task_that_is_shown_has_all_of_its_log_in_steps_in_proportion_to_it() {
    for width in [Some(40), Some(80)] {
        let (written, steps) = measured(|bytes| show(&task("a"), Format::Table, &surroundings(width), bytes));
        assert!(written > 4 * LONG, "{written} bytes");
        assert!(steps < 64 * LONG, "{steps} steps");
    }
}
